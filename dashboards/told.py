"""One observation in words, with every part a reader needs to doubt it.

What it is, for how long, against what, how sure, measured by what, what is missing: a sentence that lacks one of them
cannot be made. What coincides is named beside it, in the words of who noted it; why something happened is never said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from dashboards import amounts, words
from dashboards.looks import COUNT_DAYS, Look, is_comparable
from pipelines.observations.attention.together import LEAST_LEANING, LEAST_SIGNS, SIDES
from pipelines.observations.outside import METRICS

NOTE_DAYS = 3
"""Days before a date on which a note may belong to it; the same number as patterns look back on."""
CHANGE_DAYS = 14
"""Days after a change of device on which it is named beside a value."""
COINCIDING = ("a note of", "an answer about", "another device")
"""Beginnings of the doubts of a pattern that lay on the same days; the rest is about its values, or is missing."""
AGAINST_OTHERS = "_heart_rate_at_pace"
"""Ending of rules whose values are differences from comparable runs: they are told with their sign."""
PLAIN_KINDS = ("", "note", "other")
"""Kinds of notes that say nothing more."""
NAMED_DEVICES = 2
"""Devices named beside a pattern; more are counted."""
RARE = 0.001
"""Share of ordinary days below which a figure would say more than 42 days can."""
COMMON, NEARLY_EVERY = 0.1, 0.95
"""Share of ordinary days from which it is counted in ten of them, and from which ten of ten would be said."""
NONE = "nothing that is known"
_NOTE = re.compile(r"^a note of (?P<on>\d{4}-\d\d-\d\d) is of kind (?P<kind>.+)$")
_ANSWER = re.compile(r"^(?P<about>an answer about .+) says (?P<kind>.+)$")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Coincidence:
    """Something on the same days: in our words, then as somebody wrote it."""

    text: str
    quoted: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One observation in words. `sign` is its shape, `parts` what a pattern is made of (name, figures)."""

    rule: str
    sign: str
    what: str
    value: str
    against: str
    how_long: str
    how_sure: str
    device: str
    """As its maker names it: not our word."""
    measured_by: str
    missing: str
    parts: tuple[tuple[str, str], ...] = ()
    coincides: tuple[Coincidence, ...] = ()
    observation_ids: tuple[str, ...] = ()
    pattern_id: str | None = None
    series: tuple[Row, ...] = ()
    """Rows of mart_observations of one series, for its drawing; empty where there is none."""

    def __post_init__(self) -> None:
        """Raises ValueError when one of the required parts is blank."""
        lacking = [field.name for field in fields(self) if field.type is str and not getattr(self, field.name).strip()]
        if lacking:
            raise ValueError(f"an observation of {self.rule or 'no rule'} does not say: {', '.join(lacking)}")


def of_look(look: Look, *, since: date | None, p_value: float | None, beside: Sequence[Coincidence]) -> Told:
    """A metric outside its usual range; `beside` is what coincides, `p_value` the share of days with as much."""
    return Told(
        rule=f"outside_{look.metric}",
        sign="▲" if look.side == "higher" else "▼",
        what=f"{words.sentence(words.metric(look.metric))} {look.side} than usual",
        value=amounts.with_error(look.observed_value, look.expected_error, look.unit),
        against=f"usual range {amounts.span(look.lower_limit, look.upper_limit, look.unit)}"
        f" from {words.count(look.baseline_day_count, 'day')}",
        how_long=f"on {look.outside_day_count} of {words.count(look.day_count, 'day')} measured"
        + (f", since {amounts.day(since)}" if since else ""),
        how_sure=f"beyond its error; {_earlier(look.earlier_held_count, look.earlier_day_count)}{_rare(p_value)}",
        device=words.sentence(words.device(look.device_name)),
        measured_by=f"{words.how(look.method, look.reading)}, {words.GRADE_SHAPES[look.grade]} {look.grade}",
        missing=f"{COUNT_DAYS - look.day_count} of the last {COUNT_DAYS} days",
        coincides=tuple(beside),
        observation_ids=tuple(_ids(look)),
        series=look.series,
    )


def of_pattern(
    row: Row, *, today: date, values: Sequence[Row], series: Sequence[Row] = (), p_value: float | None = None
) -> Told:
    """A row of mart_patterns as it stands today.

    `values` are the rows of mart_observations it rests on, as far as they are known; `series` is what may be drawn.
    """
    beside = [doubt for doubt in row["doubts"] if doubt.startswith(COINCIDING)]
    weak = [doubt for doubt in row["doubts"] if "doubtful" in doubt]
    missing = [doubt for doubt in (*row["doubts"], *row["remarks"]) if doubt not in (*beside, *weak)]
    return Told(
        rule=row["pattern"],
        sign="★" if row["is_good_news"] else "◆",
        what=words.sentence(words.pattern(row["pattern"])),
        value=_figure(row),
        against=_usual(row),
        how_long=_span(row["start_date"], row["end_date"], today),
        how_sure=f"{_earlier(row['earlier_held_count'], row['earlier_day_count'])}{_rare(p_value)}",
        device=_devices(values),
        measured_by="; ".join([_graded(values), *weak]),
        missing="; ".join(missing) or NONE,
        parts=tuple((words.component(part["component"]), part["detail"]) for part in row["components"]),
        coincides=tuple(coincidence(doubt) for doubt in beside),
        observation_ids=tuple(row["observation_ids"]),
        pattern_id=row["pattern_id"],
        series=tuple(series),
    )


def of_nights(
    rule: str,
    *,
    values: Sequence[Row],
    since: date,
    p_value: float | None,
    beside: Sequence[Coincidence],
) -> Told | None:
    """Nightly signs that lean the same way, from the values behind the row; None where fewer than two can be shown.

    Each sign is told by the mean of its values since the rule holds, beside its usual range on the last of them.
    """
    signs = {metric: _sign(values, metric, since) for metric in METRICS}
    shown = {metric: sign for metric, sign in signs.items() if sign is not None}
    leaning = [metric for metric, sign in shown.items() if sign.leaning >= LEAST_LEANING]
    if len(leaning) < LEAST_SIGNS:
        return None
    rows = [row for metric in leaning for row in shown[metric].rows]
    drawn = max(leaning, key=lambda metric: shown[metric].leaning)
    return Told(
        rule=rule,
        sign="◆",
        what=words.sentence(words.rule(rule)),
        value=f"{len(leaning)} of {words.count(len(shown), 'sign')} measured",
        against="against the athlete's own usual ranges",
        how_long=f"since {amounts.day(since)}",
        how_sure=_rare(p_value).removeprefix("; ") or "how ordinary it is is not known",
        device=_devices(rows),
        measured_by=_graded(rows),
        missing=f"{words.count(len(METRICS) - len(shown), 'sign')} not measured" if len(shown) < len(METRICS) else NONE,
        parts=tuple((words.metric(metric), shown[metric].detail) for metric in leaning),
        coincides=tuple(beside),
        observation_ids=tuple(row["observation_id"] for row in rows),
        series=tuple(shown[drawn].rows),
    )


@dataclass(frozen=True, kw_only=True)
class _Sign:
    """One nightly metric while a rule holds; `leaning` is how far its mean lies that way, in spreads of its days."""

    leaning: float
    detail: str
    rows: tuple[Row, ...]


def _sign(values: Sequence[Row], metric: str, since: date) -> _Sign | None:
    rows = [row for row in values if row["metric"] == metric and row["observed_date"] >= since and is_comparable(row)]
    if not rows:
        return None
    mean, last = fmean(row["observed_value"] for row in rows), max(rows, key=lambda row: row["observed_date"])
    spread = last["baseline_spread"] or 1.0
    usual = amounts.span(last["baseline_lower_limit"], last["baseline_upper_limit"], last["unit"])
    nights = words.count(len(rows), "night")
    return _Sign(
        leaning=SIDES[metric] * (mean - last["baseline_median"]) / spread,
        detail=f"{amounts.with_unit(mean, last['unit'])} on average over {nights}, usual range {usual}",
        rows=tuple(rows),
    )


def of_name(rule: str, *, since: date, p_value: float | None) -> Told:
    """A rule that held and whose figures are not among the rows of the page: what is known of it, and no more."""
    return Told(
        rule=rule,
        sign="◆",
        what=words.sentence(words.rule(rule)),
        value="its figures are not on this page",
        against="the athlete's own ordinary days",
        how_long=f"since {amounts.day(since)}",
        how_sure=_rare(p_value).removeprefix("; ") or "not known",
        device=_devices(()),
        measured_by=_graded(()),
        missing="the values it rests on",
    )


def beside(notes: Sequence[Row], changes: Sequence[Row], on: date) -> tuple[Coincidence, ...]:
    """What was noted or changed shortly before a date: rows of mart_notes and mart_device_changes of one athlete."""
    noted = [
        _noted(row["note_date"], row["kind"])
        for row in notes
        if timedelta(0) <= on - row["note_date"] <= timedelta(days=NOTE_DAYS)
    ]
    dates = sorted({row["change_date"] for row in changes})
    changed = [
        Coincidence(text=f"another device or method since {amounts.day(change)}")
        for change in dates
        if timedelta(0) <= on - change < timedelta(days=CHANGE_DAYS)
    ]
    return tuple(dict.fromkeys([*noted, *changed]))


def coincidence(doubt: str) -> Coincidence:
    """What a pattern names as a doubt, with its dates as people write them and the kind of a note quoted."""
    note = _NOTE.match(doubt)
    if note:
        return _noted(date.fromisoformat(note["on"]), note["kind"])
    answer = _ANSWER.match(doubt)
    said, kind = (f"{answer['about']}:", answer["kind"]) if answer else (doubt, "")
    return Coincidence(text=_DATE.sub(lambda found: _day(found[0]), said), quoted=kind)


def _noted(on: date, kind: str) -> Coincidence:
    """A note with its kind in the words of who chose it, where that says more than that it is a note."""
    if kind in PLAIN_KINDS:
        return Coincidence(text=f"a note of {amounts.day(on)}")
    return Coincidence(text=f"a note of {amounts.day(on)}:", quoted=kind)


def _day(iso: str) -> str:
    return amounts.day(date.fromisoformat(iso))


def _ids(look: Look) -> list[str]:
    """Observations of the week, the latest first."""
    start = look.observed_date - timedelta(days=COUNT_DAYS)
    recent = [row for row in look.series if start < row["observed_date"] <= look.observed_date]
    return [row["observation_id"] for row in reversed(recent)]


def _figure(row: Row) -> str:
    if row["unit"] == "count":
        return f"{row['pattern_value']:.0f} of {row['usual_value']:.0f} signs that could be compared"
    told = amounts.with_error(row["pattern_value"], row["expected_error"], row["unit"])
    if row["pattern"].endswith(AGAINST_OTHERS):
        return f"{amounts.signed(row['pattern_value'], told)} against comparable runs"
    return told


def _usual(row: Row) -> str:
    if row["unit"] == "count":
        return "against the athlete's own usual ranges"
    if row["usual_value"] is None:
        return "less than the athlete's usual in all"
    told = amounts.with_unit(row["usual_value"], row["unit"])
    if row["pattern"].endswith(AGAINST_OTHERS):
        told = amounts.signed(row["usual_value"], told)
    return f"before {told}"


def _span(first: date, last: date, today: date) -> str:
    if first == last:
        return f"on {amounts.day(first)}"
    days = words.count((last - first).days + 1, "day")
    return f"since {amounts.day(first)}, {days}" if last == today else f"{_to(first, last)}, {days}"


def _to(first: date, last: date) -> str:
    return f"{amounts.day(first)} to {amounts.day(last)}"


def _earlier(held: int, tried: int) -> str:
    if not tried:
        return "no day before could be compared"
    return f"the same on {held} of {words.count(tried, 'day')} before"


def _rare(p_value: float | None) -> str:
    """How many ordinary days show as much."""
    if p_value is None or p_value >= 1:
        return ""
    if p_value < RARE:
        return "; as much on fewer than 1 in 1,000 ordinary days"
    if p_value < COMMON:
        return f"; as much on 1 in {1 / p_value:,.0f} ordinary days"
    if p_value < NEARLY_EVERY:
        return f"; as much on {10 * p_value:.0f} in 10 ordinary days"
    return "; as much on nearly every ordinary day"


def _devices(values: Sequence[Row]) -> str:
    """The devices behind some values."""
    names = sorted({words.device(value["device_name"]) for value in values})
    more = f" and {len(names) - NAMED_DEVICES} more" if len(names) > NAMED_DEVICES else ""
    return words.sentence(", ".join(names[:NAMED_DEVICES])) + more if names else "Devices not known"


def _graded(values: Sequence[Row]) -> str:
    """How many of some values are graded ok."""
    if not values:
        return "usable values only"
    return f"{sum(value['grade'] == 'ok' for value in values)} of {words.count(len(values), 'value')} ok"
