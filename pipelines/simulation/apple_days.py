"""Days of one who wears an Apple Watch, as many as asked for and never more than one in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

import numpy as np

from pipelines.simulation.noise import wander
from pipelines.simulation.sleep import hypnogram
from pipelines.simulation.writers.apple_health import HealthDay, Outing, Spot, Stretches, export_lines

DAY_S = 86_400
ZONE = "Europe/Berlin"
EXPORT_OFFSET = timezone(timedelta(hours=2))
"""Offset of the phone at export, which every time in the file is written with, summer or winter."""

SLEEP_FROM_S, SLEEP_TO_S = -1.5 * 3600, 5.5 * 3600
"""Usual night (s from midnight, UTC)."""

OUTING_S = 45 * 60
OUTING_FROM_S = 16 * 3600
BEAT_COUNT = 60


@dataclass(frozen=True, kw_only=True)
class AppleDays:
    """Days that are the same each time they are gone through."""

    seed: int
    first_date: date
    day_count: int
    rates_a_day: int = 300
    stretches_a_day: int = 60
    """Stretches over which steps and energy are counted, each."""
    has_route: bool = False

    def __iter__(self) -> Iterator[HealthDay]:
        return map(self._day, range(self.day_count))

    def _day(self, number: int) -> HealthDay:
        rng = np.random.default_rng((self.seed, number))
        day = datetime.combine(self.first_date, datetime.min.time(), UTC) + timedelta(days=number)
        midnight = int(day.timestamp())
        resting = 52.0 + 3.0 * float(rng.standard_normal())
        times = midnight + np.sort(rng.choice(DAY_S - 600, self.rates_a_day, replace=False)).astype(np.float64)
        is_asleep = times < midnight + SLEEP_TO_S
        rates = resting + np.where(is_asleep, 2.0, 22.0) + 6.0 * np.abs(wander(rng, len(times), time_constant=8.0))
        counted = partial(_stretches, rng, midnight, self.stretches_a_day)
        steps, energy = counted(30, 400), counted(2, 40)
        wake = midnight + int(SLEEP_TO_S + rng.integers(0, 3600))
        start = midnight + OUTING_FROM_S
        outing = Outing(
            start_s=start,
            end_s=start + OUTING_S,
            distance_m=8000.0 + 500.0 * float(rng.standard_normal()),
            average_bpm=resting + 95.0,
            max_bpm=round(resting + 120.0),
            pauses=((start + 900, start + 960),),
            route=f"route_{day:%Y-%m-%d}_6.45pm.gpx" if self.has_route else None,
        )
        return HealthDay(
            resting_bpm=round(resting),
            resting_from_s=midnight + 300,
            resting_to_s=midnight + 80_000,
            times_s=times,
            heart_rate_bpm=np.rint(rates),
            spots=tuple(_spot(rng, midnight + hour * 3600, resting) for hour in (1, 3, 20)),
            night=hypnogram(rng, asleep_s=SLEEP_TO_S - SLEEP_FROM_S, end_s=wake),
            watch_steps=steps,
            phone_steps=steps[::2],
            energy_kcal=energy,
            outings=(outing,) if number % 2 == 0 else (),
        )


def apple_lines(days: AppleDays) -> Iterator[str]:
    """The lines of export.xml over those days, exported in the evening of the last."""
    last = days.first_date + timedelta(days=days.day_count - 1)
    exported = datetime.combine(last, datetime.min.time(), EXPORT_OFFSET) + timedelta(hours=23)
    return export_lines(days, exported_at=exported, zone=ZONE)


def _stretches(rng: np.random.Generator, midnight: int, count: int, least: int, most: int) -> Stretches:
    length = DAY_S // (count + 1)
    amounts = rng.integers(least, most, count).tolist()
    return tuple((midnight + length * at, midnight + length * at + 300, amount) for at, amount in enumerate(amounts))


def _spot(rng: np.random.Generator, end_s: int, resting: float) -> Spot:
    beats = np.cumsum(60.0 / resting + 0.045 * rng.standard_normal(BEAT_COUNT))
    return Spot(end_s=end_s, sdnn_ms=round(1000.0 * float(np.diff(beats).std()), 4), beats_s=tuple(beats.tolist()))
