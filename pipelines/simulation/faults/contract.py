"""What a fault of the generator promises: a named damage to rows, in three severities, that says what it changed.

A module of this package that declares `Fault` objects is a family of faults. Their severities are frozen: they are
not tuned so that a check passes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

SEVERITIES = (1, 2, 3)
"""Small, middle and gross."""

TRUTH_SCHEMA = pl.Schema(
    {
        "event_index": pl.Int64(),
        "start_s": pl.Float64(),
        "end_s": pl.Float64(),
        "row_indices": pl.List(pl.Int64()),
    }
)
"""One row per injected event: seconds after the start of the subject (null where time has no meaning), and the
`beat_index` or `record_index` (else the row number) of the rows it changed, in the frame that came out."""

Injected = tuple[pl.DataFrame, pl.DataFrame]
"""The damaged frame, and its truth in the columns of `TRUTH_SCHEMA`."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of damage. `frame` holds the rows of one subject (beats, records) or one athlete (nights, values)."""

    name: str
    table: Literal["beats", "records", "nights", "daily_values"]
    check_names: tuple[str, ...]
    """Checks of which at least one should find it."""
    scoring: Literal["beats", "segment", "moment", "rows"]
    """An event is found when: one of its beats or a neighbour is flagged; half of its rows or its time; anything
    at it; half of its rows (nights and values, which are subjects of their own)."""
    inject: Callable[[pl.DataFrame, np.random.Generator, int], Injected]
    history_count: int = 0
    """So many earlier activities of the same athlete have to be known before it can be found."""
    needs: tuple[str, ...] = ()
    """Checks that must have been able to assess a subject before it is struck, so that it holds what the fault
    damages; `check_names` where there is none."""

    @property
    def documentation(self) -> str:
        """The docstring of the damage."""
        return (self.inject.__doc__ or "").strip()


def truth(events: list[tuple[float | None, float | None, list[int]]]) -> pl.DataFrame:
    """The truth of events (start_s, end_s, changed rows)."""
    return pl.DataFrame(
        [(index, start, end, rows) for index, (start, end, rows) in enumerate(events)],
        schema=TRUTH_SCHEMA,
        orient="row",
    )
