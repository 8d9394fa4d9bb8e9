"""Lists that rules off the shelf would make of the same nights, and a list drawn by lot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from pipelines.observations.attention.stock import HRV_FRACTION, Z_LIMIT, Days, fall_of_hrv, z_of
from pipelines.proofs.attention_lives import Life

METRICS = ("ln_rmssd", "resting_bpm", "sleep_s", "mark", "run_bpm", "decoupling")
"""What the rule of one standard deviation looks at: six metrics, as the tools it is taken from."""
NAMES = ("HRV a tenth below its week", "one standard deviation, six metrics")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of a list: the athlete, and what it is about; `side` 0 and no metric where it says nothing."""

    athlete_id: int
    metric: str
    side: int


@dataclass(frozen=True, kw_only=True)
class _Ranked:
    entry: Entry
    z: float


def firings(life: Life) -> dict[date, tuple[_Ranked | None, _Ranked | None]]:
    """What each of the two rules says of every date, by its metric that stands out most."""
    values = {name: _days(life, name) for name in METRICS}
    found: dict[date, tuple[_Ranked | None, _Ranked | None]] = {}
    for on in life.dates:
        scores = {name: z for name in METRICS if (z := z_of(values[name], on)) is not None}
        fall = fall_of_hrv(values["ln_rmssd"], on)
        below = None
        if fall is not None and fall >= HRV_FRACTION:
            below = _ranked(life, "ln_rmssd", scores.get("ln_rmssd", 0.0), side=-1)
        most = max(scores, key=lambda name: abs(scores[name]), default=None)
        beyond = None
        if most is not None and abs(scores[most]) >= Z_LIMIT:
            beyond = _ranked(life, most, scores[most], side=1 if scores[most] > 0 else -1)
        found[on] = (below, beyond)
    return found


def _days(life: Life, name: str) -> Days:
    values = getattr(life, name)
    return {life.dates[day]: float(values[day]) for day in np.flatnonzero(~np.isnan(values)).tolist()}


def _ranked(life: Life, metric: str, z: float, *, side: int) -> _Ranked:
    return _Ranked(entry=Entry(athlete_id=life.athlete_id, metric=metric, side=side), z=abs(z))


def lists(
    everybody: Sequence[dict[date, tuple[_Ranked | None, _Ranked | None]]], dates: Sequence[date], caps: Sequence[int]
) -> tuple[list[tuple[Entry, ...]], ...]:
    """For each rule the list of every night, by |z|, with at most so many rows."""
    return tuple(list(_lists(everybody, dates, caps, rule)) for rule in range(len(NAMES)))


def _lists(
    everybody: Sequence[dict[date, tuple[_Ranked | None, _Ranked | None]]],
    dates: Sequence[date],
    caps: Sequence[int],
    rule: int,
) -> Iterator[tuple[Entry, ...]]:
    for on, cap in zip(dates, caps, strict=True):
        fired = [one for athlete in everybody if (one := athlete[on][rule]) is not None]
        fired.sort(key=lambda one: (-one.z, one.entry.athlete_id))
        yield tuple(one.entry for one in fired[:cap])


def drawn(athlete_ids: Sequence[int], caps: Sequence[int], *, seed: Sequence[int]) -> list[tuple[Entry, ...]]:
    """Athletes drawn by lot, as many a night; whatever happens to them counts as what the row is about."""
    chance = np.random.default_rng(list(seed))
    ids = np.array(athlete_ids)
    return [
        tuple(Entry(athlete_id=int(one), metric="", side=0) for one in chance.choice(ids, cap, replace=False))
        for cap in caps
    ]
