"""How large an expected error may be and the value still serve a purpose: one table, purpose by source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.error_sources import OTHER_VENDOR, VENDOR_HRV

VERSION = "4"

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


FALLBACK_SPREAD_LN = 0.15
"""Day-to-day spread of ln RMSSD of an athlete not known yet (ln_ms): CV of 3-4 % of about 4.2. Plews 2013."""

FALLBACK_MORNING_LN = 0.20
"""The same for readings of minutes, which add their own sampling error (ln_ms). Engineering start value."""

CLEAN_MORNING_LN = 0.15
"""Least limit for readings of minutes (ln_ms): just above the expected error of five clean minutes, so that the
field's standard reading (Task Force 1996) is usable at any spread, with its error shown. Engineering start value."""

FIVE_MINUTES = "five clean minutes are usable at any spread"

WITHIN = "the spread of the same device already holds its own noise"


def _stated_hrv(purpose: str) -> Iterator[Limit]:
    """One row per vendor whose RMSSD was held against an electrocardiogram, and one for all others."""
    for vendor, _, study in VENDOR_HRV:
        yield Limit(
            purpose=purpose,
            source=vendor or OTHER_VENDOR,
            number=1.0,
            unit="ln_ms",
            measure="spread",
            floor=0.10,
            fallback_spread=FALLBACK_SPREAD_LN,
            note=f"one spread; {study}; {WITHIN}",
        )


def _stated_resting() -> Iterator[Limit]:
    """One row per vendor: what each calls resting heart rate is a number of its own."""
    for vendor, _, _ in VENDOR_HRV:
        yield Limit(
            purpose="resting_hr",
            source=vendor or OTHER_VENDOR,
            number=2.0,
            unit="bpm",
            note=f"{START}; no study of its resting heart rate known to us",
        )


LIMITS = (
    Limit(purpose="distance", source="open", number=0.02, unit="fraction", note=START),
    Limit(purpose="distance", source="trail", number=0.04, unit="fraction", note=f"{START}: forest and city"),
    Limit(purpose="distance", source="indoor", number=0.07, unit="fraction", note=f"{START}: enough for weekly totals"),
    Limit(purpose="mean_pace", source="open", number=0.015, unit="fraction", note=f"{START}: 4-5 s/km at 5 min/km"),
    Limit(purpose="mean_pace", source="trail", number=0.04, unit="fraction", note=f"{START}: forest and city"),
    Limit(
        purpose="mean_pace",
        source="indoor",
        number=0.04,
        unit="fraction",
        note=f"{START}: a belt is not known that well",
    ),
    Limit(purpose="splits", source="open", number=0.03, unit="fraction", note=START),
    Limit(purpose="splits", source="trail", number=0.04, unit="fraction", note=START),
    Limit(purpose="splits", source="indoor", number=0.04, unit="fraction", note=START),
    Limit(purpose="bests", source="open", number=0.015, unit="fraction", note=f"{START}: as mean pace"),
    Limit(purpose="bests", source="trail", number=0.03, unit="fraction", note=START),
    Limit(purpose="bests", source="indoor", number=0.03, unit="fraction", note=f"{START}: never mixed with outdoors"),
    Limit(
        purpose="decoupling", source="strap", number=0.03, unit="fraction", note=f"{START}: under half the usual 5-10 %"
    ),
    Limit(
        purpose="decoupling", source="wrist", number=0.03, unit="fraction", note=f"{START}: under half the usual 5-10 %"
    ),
    Limit(
        purpose="decoupling",
        source="unknown",
        number=0.03,
        unit="fraction",
        note=f"{START}: under half the usual 5-10 %",
    ),
    Limit(purpose="load", source="strap", number=5.0, unit="bpm", note=START),
    Limit(
        purpose="load", source="wrist", number=10.0, unit="bpm", note=f"{START}: about 7 % of the load of an easy run"
    ),
    Limit(purpose="load", source="unknown", number=10.0, unit="bpm", note="an unknown sensor counts as a wrist"),
    Limit(purpose="hr_zones", source="strap", number=5.0, unit="bpm", note=f"{START}: a quarter of a zone"),
    Limit(purpose="hr_zones", source="wrist", number=8.0, unit="bpm", note=f"{START}: under half of a zone"),
    Limit(purpose="hr_zones", source="unknown", number=8.0, unit="bpm", note="an unknown sensor counts as a wrist"),
    Limit(
        purpose="hrv_day",
        source="night",
        number=1.0,
        unit="ln_ms",
        measure="spread",
        floor=0.08,
        fallback_spread=FALLBACK_SPREAD_LN,
        note="one spread: Plews 2013, HRV4Training practice",
    ),
    Limit(
        purpose="hrv_day",
        source="morning",
        number=1.0,
        unit="ln_ms",
        measure="spread",
        floor=CLEAN_MORNING_LN,
        fallback_spread=FALLBACK_MORNING_LN,
        note=f"one spread: Plews 2013, HRV4Training practice; {FIVE_MINUTES}",
    ),
    *_stated_hrv("hrv_day"),
    Limit(
        purpose="hrv_baseline",
        source="night",
        number=0.5,
        unit="ln_ms",
        measure="spread",
        floor=0.04,
        fallback_spread=FALLBACK_SPREAD_LN,
        note="half a spread, the smallest worthwhile change: Plews 2013",
    ),
    Limit(
        purpose="hrv_baseline",
        source="morning",
        number=1.0,
        unit="ln_ms",
        measure="spread",
        floor=CLEAN_MORNING_LN,
        fallback_spread=FALLBACK_MORNING_LN,
        note=f"{START}: readings of minutes; {FIVE_MINUTES}",
    ),
    *_stated_hrv("hrv_baseline"),
    Limit(purpose="resting_hr", source="beats", number=2.0, unit="bpm", note=START),
    *_stated_resting(),
    Limit(
        purpose="sleep_duration",
        source="device",
        number=1800.0,
        unit="s",
        note=f"{START}: a device at its best is within 20 min in 80 % of nights, and an ordinary night must be usable",
    ),
)

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
