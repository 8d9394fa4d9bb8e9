"""Histories made by hand: days of an athlete whose values are all usual, and what is changed in them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.observations.patterns.history import History, Run, Value

TODAY = date(2026, 3, 31)
STEPS = (0.3, -1.2, 0.9, -0.4, 1.6, -0.8, 0.1, 1.1, -1.5, 0.6, -0.2, -0.9, 1.3, -0.5, 0.7, -1.1, 0.2, 0.4, -0.6)
"""Spreads that ordinary days lie off by in turn: of unit spread about, of no order, and of mean nought."""
CENTRES = {"ln_rmssd": (4.0, 0.1), "resting_heart_rate": (50.0, 2.0), "sleep_duration": (27_000.0, 1500.0)}
"""Median and spread of the usual range by metric; the expected error is a quarter of the spread."""


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def day() -> Callable[[int], date]:
    return back


def made_value(metric: str, days: int, spreads: float = 0.0, **other) -> Value:
    centre, spread = CENTRES[metric]
    made = Value(
        on=back(days),
        value=centre + spreads * spread,
        expected_error=spread / 4,
        grade="ok",
        observation_id=f"{metric}-{days}",
        median=centre,
        lower_limit=centre - spread,
        upper_limit=centre + spread,
    )
    return replace(made, **other)


@pytest.fixture
def value():
    return made_value


@pytest.fixture
def plain():
    """A value of any metric without a usual range: `plain("decoupling", days, 0.02, error=0.01)`."""

    def make(metric: str, days: int, number: float, *, error: float, **other) -> Value:
        made = Value(
            on=back(days),
            value=number,
            expected_error=error,
            grade="ok",
            observation_id=f"{metric}-{days}",
            median=None,
            lower_limit=None,
            upper_limit=None,
        )
        return replace(made, **other)

    return make


@pytest.fixture
def run():
    def make(days: int, heart_rate: float = 140.0, **other) -> Run:
        made = Run(
            on=back(days),
            pace_s_per_km=300.0,
            heart_rate_bpm=heart_rate,
            heart_rate_error_bpm=2.0,
            moving_s=3000.0,
            steady_s=2000.0,
            ascent_m_per_km=5.0,
            sensor="watch strap",
            observation_ids=(f"pace-{days}", f"rate-{days}"),
        )
        return replace(made, **other)

    return make


@pytest.fixture
def known():
    """A history of these values (any metric), runs, answers (days back to mark) and notes (days back to kind)."""

    def make(
        values=(), *, runs=(), answers=None, notes=None, changes=(), birth_year=1990, excused=(), moved=None
    ) -> History:
        series: dict[str, dict[tuple[str, ...], list[Value]]] = {}
        for one in values:
            name, *device = one.observation_id.rsplit("-", 1)[0].split("@")
            series.setdefault(name, {}).setdefault(("m", *device), []).append(one)
        return History(
            series={
                metric: {key: tuple(sorted(some, key=lambda one: one.on)) for key, some in by.items()}
                for metric, by in series.items()
            },
            runs=tuple(sorted(runs, key=lambda one: one.on)),
            answers=tuple(sorted((back(days), mark) for days, mark in (answers or {}).items())),
            notes=tuple((back(days), kind) for days, kind in (notes or {}).items()),
            changes=tuple(changes),
            birth_year=birth_year,
            excused=frozenset(excused),
            moved={back(days): moved_s for days, moved_s in (moved or {}).items()},
        )

    return make


@pytest.fixture
def ordinary(value):
    """Days of a metric up to today, off as `STEPS` tells, and by `off` spreads more on the days back in `shifts`."""

    def make(
        metric: str, *, days: int = 90, off: float = 0.0, shifts=range(0), device: str = "", **other
    ) -> list[Value]:
        name = f"{metric}@{device}" if device else metric
        return [
            value(metric, n, STEPS[n % len(STEPS)] + off * (n in shifts), observation_id=f"{name}-{n}", **other)
            for n in range(days)
        ]

    return make
