"""How large an expected error may be and the value still serve a purpose: one table, purpose by source.

The numbers lie in limits.csv beside this module; a changed one is another version, and everything is judged again.
"""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.expected_error import UNITS
from pipelines.quality.versioned_table import figure, one_of, rows_of, text_of, version_of, wrong

START = "engineering start value"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The largest expected error that is usable for a purpose from a source.

    `number` is in `unit`, or, when `measure` is spread, a multiple of the athlete's own day-to-day spread of the 60
    days before; then `floor` is the least limit and `fallback_spread` stands in when there are fewer than 14 days.
    """

    purpose: str
    source: str
    number: float
    unit: str
    note: str
    measure: Literal["absolute", "spread"] = "absolute"
    floor: float = 0.0
    fallback_spread: float = 0.0


FILE = "limits.csv"
COLUMNS = ("purpose", "source", "measure", "number", "unit", "floor", "fallback_spread", "note")
MEASURES = ("absolute", "spread")


def limits_in(text: str) -> tuple[Limit, ...]:
    """The limits a table states, in its order.

    Raises `ConfigurationError` for a row that says something else than a limit: an unknown purpose or measure, a unit
    that is not that of the purpose, no note, a spread without its floor and its start value, or a pair stated twice.
    """
    found: dict[tuple[str, str], Limit] = {}
    for where, row in rows_of(text, FILE, COLUMNS):
        limit = _limit(row, where)
        if (limit.purpose, limit.source) in found:
            raise wrong(where, f"{limit.purpose} from {limit.source} is stated twice", "Keep one of the rows.")
        found[limit.purpose, limit.source] = limit
    return tuple(found.values())


def _limit(row: dict[str, str], where: str) -> Limit:
    purpose, is_spread = one_of(row["purpose"], where, UNITS), one_of(row["measure"], where, MEASURES) == "spread"
    one_of(row["unit"], where, (UNITS[purpose],))
    if not (row["note"].strip() and row["source"].strip()):
        raise wrong(where, "it has no source or no note", "Say what it is for and where the number is from.")
    if not is_spread and (row["floor"] or row["fallback_spread"]):
        raise wrong(where, "an absolute limit has a floor or a start value", "Leave both empty.")
    return Limit(
        purpose=purpose,
        source=row["source"],
        number=figure(row["number"], where, least=LEAST_NUMBER),
        unit=row["unit"],
        note=row["note"],
        measure="spread" if is_spread else "absolute",
        floor=figure(row["floor"], where, least=LEAST_NUMBER) if is_spread else 0.0,
        fallback_spread=figure(row["fallback_spread"], where, least=LEAST_NUMBER) if is_spread else 0.0,
    )


def version(limits: tuple[Limit, ...]) -> str:
    """Version of a table of limits, by what decides: notes do not."""
    return version_of((x.purpose, x.source, x.measure, x.number, x.floor, x.fallback_spread) for x in limits)


LEAST_NUMBER = 1e-6  # a limit of nothing would let nothing through
LIMITS = limits_in(text_of(FILE))
"""The limits in force. Each note names where the number is from; `floor` of readings of minutes is just above the
expected error of five clean ones, so that the field's standard reading (Task Force 1996) is usable at any spread, with
its error shown; start values of the spread are 3 to 4 % of about 4.2, an engineering start value, and, for readings of
minutes, that with their own sampling error."""

VERSION = version(LIMITS)

SHORT_LAPS = Threshold(name="short laps", number=3.0, unit="laps", source=START)
"""From this many laps under a minute a session counts as intervals, which no wrist sensor can follow."""

LEAST_DECOUPLING_S = Threshold(
    name="moving time for decoupling", number=2400.0, unit="s", source="public tools: 40 min"
)
"""Moving time that decoupling needs."""

LEAST_COVERAGE = Threshold(
    name="heart rate for decoupling", number=0.90, unit="fraction of the moving time", source="public tools"
)
"""Share of the moving time with heart rate that decoupling needs."""


def limit_table() -> pl.DataFrame:
    """The limits as a frame: purpose, source, number, is_spread, floor, fallback_spread."""
    return pl.DataFrame(
        [
            (limit.purpose, limit.source, limit.number, limit.measure == "spread", limit.floor, limit.fallback_spread)
            for limit in LIMITS
        ],
        schema=["purpose", "source", "number", "is_spread", "floor", "fallback_spread"],
        orient="row",
    )


def number_in_force(spread: pl.Expr, day_count: pl.Expr, *, least_days: float) -> pl.Expr:
    """The limit of each row of purposes joined with `limit_table`, from the spread (ln_ms) of `day_count` days."""
    known = pl.when(day_count >= least_days).then(spread)
    relative = pl.max_horizontal(pl.col("number") * known.fill_null(pl.col("fallback_spread")), pl.col("floor"))
    return pl.when(pl.col("is_spread")).then(relative).otherwise(pl.col("number"))
