"""What the proof bench measured on clean controls: all there is for checks that no drawing of days can try.

Second by second, beat by beat and within one night a resampled day is the same day again. For these the rate of one
athlete is not known; `wattworth bench quality` measured all checks of a signal together on subjects without a fault.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class Control:
    """Clean subjects of the quality bench: of 100 athlete-days so many became doubtful, by any check of the signal."""

    controls: str
    athlete_day_count: int
    doubtful_per_100: float
    lower_per_100: float
    upper_per_100: float


@cache
def clean_controls() -> dict[str, Control]:
    """The controls by signal, as `docs/methods.md` tells them (95 % Wilson intervals, generated subjects)."""
    text = (files("pipelines.observations.rule_rates") / "clean_controls.csv").read_text(encoding="utf-8")
    return {
        row["signal"]: Control(
            controls=row["controls"],
            athlete_day_count=int(row["athlete_day_count"]),
            doubtful_per_100=float(row["doubtful_per_100"]),
            lower_per_100=float(row["lower_per_100"]),
            upper_per_100=float(row["upper_per_100"]),
        )
        for row in csv.DictReader(text.splitlines())
    }
