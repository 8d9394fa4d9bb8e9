"""What expected errors are calibrated on and measured against: one mixture of clean and damaged subjects.

Every fault of the generator at every severity, as many subjects of each, and clean ones beside them. One family per
signal is never calibrated on: it shows what happens with a fault that nobody had thought of.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.proofs.cases import KINDS, Wish
from pipelines.proofs.salts import salt
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.faults.contract import SEVERITIES, Fault

SURPRISE = {
    "beats": ("burst",),
    "heart rate": ("dry_strap_start", "blind_wrist_start"),
    "movement": ("zigzag", "place_never_found"),
}
"""Faults that are kept out of calibration, by signal: bursts of noise, first minutes, and wandering positions."""

NO_TRUTH = ("standing_drift",)
"""Faults that change what was done and not only what was recorded: the true distance is another one then."""

TWICE = ("heart_rate",)
"""Families of which there are twice as many: what they flag is split between straps and wrists."""

FAMILIES_INDOORS = ("heart_rate", "clock")
"""Families of faults that are put into runs on a belt as well."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One kind of subject: so many for each fault and severity, so many clean ones, judged so many at once."""

    name: str
    table: str
    fault_count: int
    clean_count: int
    at_once: int
    is_night: bool = False


MIXTURE = (
    Part(name="mornings", table="beats", fault_count=200, clean_count=2000, at_once=300),
    Part(name="nights", table="beats", fault_count=10, clean_count=250, at_once=12, is_night=True),
    Part(name="runs", table="records", fault_count=40, clean_count=800, at_once=60),
)
QUICK_SHARE = 5
"""A quick run has a fifth of each."""
NIGHT_STRETCH = 3
"""A night is the middle of a sleep three times as long, as a morning reading is a cut of half an hour."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Subjects that are judged together."""

    part: str
    fault: str
    """`none` of clean ones."""
    salt: int
    wishes: tuple[Wish, ...]


def groups(*, quick: bool, surprise: bool, mixture: tuple[Part, ...] = MIXTURE) -> tuple[Group, ...]:
    """The mixture in groups; with `surprise` the faults kept out of it instead, without clean subjects."""
    kept_out = {name for names in SURPRISE.values() for name in names}
    found: list[Group] = []
    for part in mixture:
        chosen = [
            fault
            for fault in faults()
            if fault.table == part.table
            and not fault.history_count  # a history is eight runs more, and only one check looks at it
            and fault.name not in NO_TRUTH
            and (fault.name in kept_out) == surprise
        ]
        share = QUICK_SHARE if quick else 1
        kind = "kept out" if surprise else "mixture"
        if not surprise:
            clean = [_clean(part, number) for number in range(-(-part.clean_count // share))]
            found += _groups(part, "none", clean, salt(kind, part.name, "none"))
        for fault in chosen:
            wishes = [
                _damaged(part, fault, severity, number)
                for severity in SEVERITIES
                for number in range(-(-part.fault_count // share) * (2 if _family(fault) in TWICE else 1))
            ]
            found += _groups(part, fault.name, wishes, salt(kind, part.name, fault.name))
    return tuple(found)


def signal_of(fault: str) -> str | None:
    """The signal whose surprise the fault is; None for one that is calibrated on."""
    return next((signal for signal, names in SURPRISE.items() if fault in names), None)


def _groups(part: Part, fault: str, wishes: list[Wish], drawn_by: int) -> Iterator[Group]:
    for start in range(0, len(wishes), part.at_once):
        yield Group(part=part.name, fault=fault, salt=drawn_by, wishes=tuple(wishes[start : start + part.at_once]))


def _clean(part: Part, number: int) -> Wish:
    """Runs of all kinds, a third on a belt, a fifth recorded smartly, a quarter with pauses."""
    if part.table == "beats":
        return Wish(table="beats", number=number, is_night=part.is_night, night_stretch=NIGHT_STRETCH)
    return Wish(
        table="records",
        number=number,
        kind=KINDS[number % len(KINDS)],
        is_wrist=number % 2 == 1,
        is_treadmill=number % 3 == 0,
        is_smart=number % 5 == 1,
        pause_count=2 if number % 4 == 2 else 0,  # noqa: PLR2004 - every fourth
    )


def _damaged(part: Part, fault: Fault, severity: int, number: int) -> Wish:
    """One subject with the fault; runs as clean ones are, but second by second and without pauses."""
    own = severity * 1000 + number
    if part.table == "beats":
        return Wish(
            table="beats",
            number=own,
            fault=fault,
            severity=severity,
            is_night=part.is_night,
            night_stretch=NIGHT_STRETCH,
        )
    return Wish(
        table="records",
        number=own,
        fault=fault,
        severity=severity,
        kind=KINDS[number % len(KINDS)],
        is_wrist="lock" in fault.name or number % 2 == 1,
        is_treadmill=_family(fault) in FAMILIES_INDOORS and number % 3 == 0,
    )


def _family(fault: Fault) -> str:
    return fault.inject.__module__.rpartition(".")[2]
