"""What a night is made of: how much of it is sleep, and how much of the sleep is deep or REM."""

import polars as pl

from pipelines.quality.contract import Check, Finding, Threshold
from pipelines.quality.night import FAMILY, NO_DURATION
from pipelines.quality.segments import whole_subjects

START = "engineering start value"

LEAST_ASLEEP = Threshold(name="asleep at least", number=0.50, unit="fraction of the night", source=START)
LONG_ENOUGH_S = Threshold(
    name="long enough to judge", number=3 * 3600.0, unit="s asleep", source=f"{START}: a nap has shares of its own"
)
MOST_DEEP = Threshold(name="most deep sleep", number=0.45, unit="fraction of the time asleep", source=START)
MOST_REM = Threshold(name="most REM sleep", number=0.45, unit="fraction of the time asleep", source=START)

WORN = "Wear the device snugly from lying down to getting up, and correct the times in its app when they are wrong."


def _long_nights(nights: pl.DataFrame) -> pl.DataFrame:
    """The nights of three hours asleep and more, with asleep_fraction of the time that was measured."""
    measured_s = pl.col("period_s") - pl.col("unmeasured_s").fill_null(0.0).clip(0.0)
    kept = nights.filter((pl.col("sleep_duration_s") >= LONG_ENOUGH_S.number) & (measured_s > 0))
    return kept.with_columns((pl.col("sleep_duration_s") / measured_s).alias("asleep_fraction"))


def find_efficiency(nights: pl.DataFrame) -> Finding:
    """Less than half of the measured night was sleep: the device took lying still for bed, or lost the night.

    Time that was not measured counts for neither side. Under three hours asleep: not assessable.
    """
    return whole_subjects(
        _long_nights(nights),
        pl.col("asleep_fraction") < LEAST_ASLEEP.number,
        severity="doubtful",
        worst=100 * pl.col("asleep_fraction"),
        evidence="asleep {} % of the night",
    )


def find_stage_shares(nights: pl.DataFrame) -> Finding:
    """Of three hours asleep and more none was light, deep or REM, or more than 45 % deep or REM.

    A stage the device does not state is no stage of nothing: nights without all three are not assessable.
    """
    asleep = pl.sum_horizontal("light_s", "deep_s", "rem_s")
    deep, rem = pl.col("deep_s") / asleep, pl.col("rem_s") / asleep
    least = pl.min_horizontal("light_s", "deep_s", "rem_s")
    staged = pl.all_horizontal(pl.col(name).is_not_null() for name in ("light_s", "deep_s", "rem_s"))
    return whole_subjects(
        nights.filter(staged & (asleep >= LONG_ENOUGH_S.number)),
        (least <= 0) | (deep > MOST_DEEP.number) | (rem > MOST_REM.number),
        severity="doubtful",
        worst=100 * pl.max_horizontal(deep, rem),
        evidence="a stage of nothing, or of {} % of the sleep",
    )


NIGHT_EFFICIENCY = Check(
    name="night_efficiency",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=("sleep_duration",),
    thresholds=(LEAST_ASLEEP, LONG_ENOUGH_S),
    consequence="The sleep duration of this night is doubtful.",
    remedy=WORN,
    why_not=f"{NO_DURATION}, or less than three hours asleep",
    find=find_efficiency,
)
NIGHT_STAGE_SHARES = Check(
    name="night_stage_shares",
    version=1,
    family=FAMILY,
    severity="doubtful",
    purposes=(),
    thresholds=(MOST_DEEP, MOST_REM, LONG_ENOUGH_S),
    consequence="Said, and nothing is left out: no purpose uses stages, which are of low trust from any wrist.",
    remedy=WORN,
    why_not="not all three stages stated, or less than three hours of them",
    find=find_stage_shares,
)
