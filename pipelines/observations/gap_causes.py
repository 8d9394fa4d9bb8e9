"""Why a signal is missing on a date: the evidence, one line each, and what it adds up to.

Precedence, the first that speaks decides: a file of that date that failed (the data were there) → the plan says that
nothing is planned → a person: a note (ill, travel, injury, off) or an answer to a question → what the device shows:
nothing of it in any file (not synced), files that cover the date without a heart rate (not worn), worn by day without
an activity (worn, no training). Devices that disagree, a plan that says both, or no evidence: not known, never a guess.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.observations.failed_files import FailedFile
from pipelines.observations.presence import Presence, Wear

WORN_HOURS = 8
"""Hours of a day with a heart rate from which a device counts as worn that day. Engineering start value."""
LEAST_NIGHT_HOURS = 1
"""Hours of local 0 to 6 with a heart rate from which it may have been worn at night. Engineering start value."""
SAYS_YES_FRACTION = 0.5
"""An answer above this share of its scale says yes."""
NIGHTLY = ("night", "hrv", "resting_heart_rate")
"""Signals that come from the night where a device makes them by itself."""
EXCUSING_KINDS = ("ill", "travel", "injury", "off")
"""Kinds of notes that say why nothing was recorded; the words of a note are never read by a machine."""
EXCUSING_WORDS = frozenset({"ill", "illness", "sick", "injured", "injury", "travel", "travelling"})
"""Words in the name of a question whose answer yes says the same."""


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What a missing date is put down to, and the evidence in words with figures."""

    cause: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What plan, notes, answers and failed files say, by date."""

    planned: Mapping[date, tuple[bool, ...]]
    """For each row of the plan whether it is a rest day."""
    excused: Mapping[date, tuple[str, ...]]
    failed: tuple[FailedFile, ...] = ()
    answered: Mapping[tuple[str, date], str] = field(default_factory=dict)
    """By signal and date, who answered a question about it and what."""


def cause_of(signal: str, on: date, there: Presence, told: Told) -> Cause:
    """The cause of one missing date of one signal."""
    words = _of_file(signal, on, told) or _of_plan(signal, on, told) or _of_person(signal, on, told)
    if words is not None:
        return words
    causes = list(_of_devices(signal, on, there))
    if len({cause.cause for cause in causes}) == 1:
        return causes[0]
    if causes:
        return Cause(cause="not_known", evidence="devices differ: " + "; ".join(cause.evidence for cause in causes))
    return Cause(cause="not_known", evidence=_no_evidence(on, told))


def _of_file(signal: str, on: date, told: Told) -> Cause | None:
    failed = [file for file in told.failed if file.on == on and signal in file.signals]
    names = "; ".join(f"{file.path}: {file.why}" for file in failed[:2])
    return Cause(cause="file_failed", evidence=f"a file of that date could not be read ({names})") if failed else None


def _of_plan(signal: str, on: date, told: Told) -> Cause | None:
    rest_days = told.planned.get(on, ()) if signal == "training" else ()
    if not any(rest_days):
        return None
    if all(rest_days):
        return Cause(cause="rest_planned", evidence="nothing is planned for that date")
    return Cause(cause="not_known", evidence="the plan has both a session and a free day")


def _of_person(signal: str, on: date, told: Told) -> Cause | None:
    answer = told.answered.get((signal, on))
    said = (*told.excused.get(on, ()), *((answer,) if answer else ()))
    return Cause(cause="excused", evidence="; ".join(said)) if said else None


def _of_devices(signal: str, on: date, there: Presence) -> Iterator[Cause]:
    """What each device shows that usually gives the signal and was in use around that date."""
    for device in sorted(_in_use(there.signals[signal], on)):
        if device in there.automatic:
            yield _of_device(signal, device, on, there)


def _in_use(dates_of: Mapping[str, frozenset[date]], on: date) -> Iterator[str]:
    """Devices that gave the signal both before and after, else the one that gave it last before."""
    spanning = [device for device, dates in dates_of.items() if dates and min(dates) < on < max(dates)]
    before = {
        device: max(d for d in dates if d < on) for device, dates in dates_of.items() if dates and min(dates) < on
    }
    if spanning or not before:
        yield from spanning
        return
    latest = max(before.values())
    yield from (device for device, last in before.items() if last == latest)


def _of_device(signal: str, device: str, on: date, there: Presence) -> Cause:
    name = _short(device)
    if on not in there.covered.get(device, frozenset()):
        since = _nearest(there.delivered[device], on)
        return Cause(cause="not_synced", evidence=f"no file of {name} covers that date; {since}")
    worn = there.wear.get(device, {}).get(on)
    if worn is not None:
        return _of_hours(signal, name, worn)
    if any(on in by.get(device, ()) for by in there.signals.values()):
        return Cause(cause="not_known", evidence=f"{name} gave other values that date, but not this one")
    return Cause(cause="not_worn", evidence=f"files of {name} cover that date{_counted(device, on, there)}")


def _of_hours(signal: str, name: str, worn: Wear) -> Cause:
    hours = f"{name} read a heart rate in {worn.hour_count} hours of that date"
    if signal in NIGHTLY:
        cause = "not_known" if worn.night_hour_count >= LEAST_NIGHT_HOURS else "not_worn"
        return Cause(cause=cause, evidence=f"{hours}, {worn.night_hour_count} of them between 0 and 6")
    if signal == "training" and worn.hour_count >= WORN_HOURS:
        return Cause(cause="worn_no_training", evidence=f"{hours}; no activity in the data")
    return Cause(cause="not_known", evidence=hours)


def _counted(device: str, on: date, there: Presence) -> str:
    steps = there.steps.get(device, {}).get(on)
    return (", without a heart rate" if device in there.wear else ", without a value") + (
        f"; {steps:.0f} steps counted" if steps is not None else ""
    )


def _nearest(dates: AbstractSet[date], on: date) -> str:
    before, after = [d for d in dates if d < on], [d for d in dates if d > on]
    told = [f"data up to {max(before)}"] if before else []
    told.append(f"again from {min(after)}" if after else "none since")
    return " and ".join(told)


def _no_evidence(on: date, told: Told) -> str:
    """Says what lies near without making it a cause: a note tells of its own date only."""
    near = [on + timedelta(days=step) for step in (-1, 1) if told.excused.get(on + timedelta(days=step))]
    words = [f"{day}: {told.excused[day][0]}" for day in near]
    return "nothing in the data says why" + (f" (beside it, {'; '.join(words)})" if words else "")


def _short(device: str) -> str:
    """Maker and product of a device_id, such as "garmin 3990"."""
    return " ".join(part for part in device.split(":")[:2] if part) or "the device"


def excuses(
    notes: Iterable[tuple[date, str, str]], answers: Iterable[tuple[date, str, float, float | None]]
) -> dict[date, tuple[str, ...]]:
    """By date, who said what kept them: notes (date, author, kind), answers (date, item, value, scale_max)."""
    found: dict[date, list[str]] = {}
    for on, author, kind in notes:
        if kind in EXCUSING_KINDS:
            found.setdefault(on, []).append(f"a note of that date ({author}) is of kind {kind}")
    for on, item, value, scale_max in answers:
        if EXCUSING_WORDS.intersection(item.split("_")) and value > SAYS_YES_FRACTION * (scale_max or 1.0):
            found.setdefault(on, []).append(f"an answer of that date says {item.replace('_', ' ')}")
    return {on: tuple(dict.fromkeys(lines)) for on, lines in found.items()}
