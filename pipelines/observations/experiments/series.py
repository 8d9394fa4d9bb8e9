"""The one series an experiment is decided by: one method, reading and device, chosen before anything is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipelines.observations.experiments.noise import HISTORY_DAYS

Z80 = 1.2816
"""An expected error is the size 80 % of errors stay below: so many standard deviations of a Gaussian."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """Usable values by date; method, reading and device are part of what it is."""

    method: str
    reading: str
    device_id: str
    values: Sequence[tuple[date, float]]
    errors: Sequence[float] = ()
    """Their expected errors, where known."""

    @property
    def error_variance(self) -> float | None:
        """Variance the expected errors come to, in the squared unit; null when none is known."""
        return sum((error / Z80) ** 2 for error in self.errors) / len(self.errors) if self.errors else None


def chosen_series(rows: Iterable[Mapping[str, Any]], *, until: date) -> Series | None:
    """The series with most values in the history that power is learnt from; null when there is no value at all.

    Of several with as many the first by name. Rows have method, reading, device_id, observed_date, observed_value and
    expected_error.
    """
    by_key: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        by_key.setdefault((row["method"], row["reading"], row["device_id"]), []).append(row)
    if not by_key:
        return None
    first = until - timedelta(days=HISTORY_DAYS - 1)

    def day_count(key: tuple[str, str, str]) -> int:
        return len({row["observed_date"] for row in by_key[key] if first <= row["observed_date"] <= until})

    key = max(sorted(by_key), key=day_count)
    own = [row for row in by_key[key] if first <= row["observed_date"] <= until]
    return Series(
        method=key[0],
        reading=key[1],
        device_id=key[2],
        values=[(row["observed_date"], row["observed_value"]) for row in own],
        errors=[row["expected_error"] for row in own if row["expected_error"] is not None],
    )
