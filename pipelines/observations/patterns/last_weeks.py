"""What rules of the last weeks look at, whether they tell of a level or of a trend: one series, and how it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipelines.observations.patterns.daily import Seen, dates, over_dates, own_standing, seen, stands
from pipelines.observations.patterns.grid import Floats, Grid
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.standing import Standing, Window


@dataclass(frozen=True, kw_only=True)
class LastWeeks:
    """A series, the name of its part, the least spread of its days, and how many values, how fresh, it has to have."""

    series: str
    component: str
    floor: float
    days: int
    fresh_days: int
    least_points: int

    @property
    def window(self) -> Window:
        """The last weeks against the sixty days before them, which tell usual, spread and likeness of days."""
        return Window(
            days=self.days,
            decay=1.0,
            least=1,
            fresh_days=self.fresh_days,
            floor=self.floor,
            least_usual=self.least_points,
        )

    def over_dates(self, known: History, make: Callable[[Grid, Standing], Floats]) -> Floats | None:
        """What `make` tells of each date from the days of a device and how they stand; None without any."""
        return over_dates(known, self.series, lambda own: make(own, own_standing(known, self.series, own, self.window)))

    def told(self, known: History, on: date) -> tuple[list[Seen], Standing, int]:
        """The last days, how all dates stand, and the place of this one; only where the series has a figure on it."""
        stood, row = stands(known, self.series, self.window), dates(known)
        assert stood is not None
        assert row is not None
        return seen(known, self.series, on, days=self.days), stood, (on - row.first).days
