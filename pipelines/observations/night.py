"""What a night or a morning shows: lnRMSSD, resting heart rate, time asleep.

Pure functions over the tables of some athletes; each returns one row per metric and subject in the columns of
`metrics.CANDIDATE`. Values of beats come from the facts the judge left, so a beat is looked at once.
What does not belong here: grades (see `weighing`), usual ranges (see `baseline`).
"""

from collections.abc import Mapping

import polars as pl

from pipelines.observations.metrics import CANDIDATE, candidates
from pipelines.quality.in_use import nights_in_use
from pipelines.quality.subjects import daily_values_in_use
from pipelines.readers.catalogue import stored_only

READINGS_OF_THEIR_OWN = ("night", "morning", "spot")
"""Readings that can stand for a day; beats inside an activity cannot."""

EPOCH_METHOD = "rr_night_epochs"
PAIR_METHOD = "rr_pair_masked"


def observe_nights(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every night and morning value of the athletes in `tables`.

    `tables` holds beat_series, nights, daily_values and facts of these athletes.
    """
    parts = (
        rr_ln_rmssd(tables["beat_series"], tables["facts"]),
        rr_heart_rate(tables["beat_series"], tables["facts"]),
        vendor_ln_rmssd(tables["daily_values"]),
        vendor_resting_heart_rate(tables["daily_values"]),
        sleep_duration(tables["nights"]),
    )
    return pl.concat(parts)


def rr_ln_rmssd(beat_series: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Logarithm of RMSSD (ln ms) of each recording of RR intervals, from pairs of adjacent good intervals only.

    A night is the median of its 5-minute epochs. Sources: Task Force 1996 (doi:10.1161/01.CIR.93.5.1043);
    Plews et al. 2013 (doi:10.1007/s40279-013-0071-8) for the logarithm.
    """
    rows = _with_facts(beat_series, facts, ("ln_rmssd", "pair_count", "epoch_count", "flagged_fraction", "valid_s"))
    return candidates(
        rows.with_columns(
            metric=pl.lit("ln_rmssd"),
            method=pl.when(pl.col("reading") == "night").then(pl.lit(EPOCH_METHOD)).otherwise(pl.lit(PAIR_METHOD)),
            observed_value=pl.col("ln_rmssd"),
            evidence=pl.struct("pair_count", "epoch_count", "flagged_fraction", "valid_s").struct.json_encode(),
        )
    )


def rr_heart_rate(beat_series: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Heart rate (bpm) of each night or morning recording: 60,000 over its mean good RR interval (ms).

    A spot reading has none: at any hour, after coffee or stairs, a heart is not at rest.
    """
    taken_at_rest = beat_series.filter(pl.col("reading") != "spot")
    rows = _with_facts(taken_at_rest, facts, ("mean_rr_ms", "flagged_fraction", "valid_s"))
    return candidates(
        rows.with_columns(
            metric=pl.lit("resting_heart_rate"),
            method=pl.lit("rr_mean"),
            observed_value=60_000.0 / pl.col("mean_rr_ms"),
            evidence=pl.struct("mean_rr_ms", "flagged_fraction", "valid_s").struct.json_encode(),
        )
    )


def vendor_ln_rmssd(daily_values: pl.DataFrame) -> pl.DataFrame:
    """Logarithm (ln ms) of each RMSSD a vendor states, under the vendor's own method."""
    rows = _to_observe(daily_values, metric="rmssd", unit="ms")
    positive = pl.when(pl.col("measured_value") > 0).then(pl.col("measured_value").log())
    return _vendor(rows, metric="ln_rmssd", value=positive)


def vendor_resting_heart_rate(daily_values: pl.DataFrame) -> pl.DataFrame:
    """Resting heart rate (bpm) of each day a vendor states one, under the vendor's own method."""
    rows = _to_observe(daily_values, metric="resting_heart_rate", unit="bpm")
    return _vendor(rows, metric="resting_heart_rate", value=pl.col("measured_value"))


def _to_observe(daily_values: pl.DataFrame, *, metric: str, unit: str) -> pl.DataFrame:
    """Rows of one metric, without what is declared as stored only: scores, means over days, second ways."""
    stored = [method for stored_metric, method in stored_only() if stored_metric == metric]
    return daily_values.filter(
        (pl.col("metric") == metric) & (pl.col("unit") == unit) & ~pl.col("method").is_in(stored)
    )


def sleep_duration(nights: pl.DataFrame) -> pl.DataFrame:
    """Time asleep (s) of the main sleep of each date and device, as it is stated; stages are not used.

    The longest period of a date is the main sleep. Naps are left out, and a night that two exports state counts once.
    """
    is_told = pl.col("sleep_duration_s").is_not_null()
    main = (
        pl.concat([nights.filter(~is_told), nights_in_use(nights.filter(is_told))])
        .filter(~pl.col("is_nap").fill_null(value=False))
        .sort("sleep_duration_s", "night_id", nulls_last=False)
        .unique(["athlete_id", "device_id", "night_date"], keep="last", maintain_order=True)
    )
    return candidates(
        main.with_columns(
            subject_kind=pl.lit("night"),
            subject_id=pl.col("night_id"),
            observed_date=pl.col("night_date"),
            metric=pl.lit("sleep_duration"),
            method=pl.lit("stated_by_device"),
            reading=pl.lit("night"),
            observed_value=pl.col("sleep_duration_s"),
            evidence=pl.struct("awake_s", "unmeasured_s").struct.json_encode(),
        )
    )


def _vendor(rows: pl.DataFrame, *, metric: str, value: pl.Expr) -> pl.DataFrame:
    return candidates(
        daily_values_in_use(rows).with_columns(
            subject_kind=pl.lit("daily_value"),
            observed_date=pl.col("value_date"),
            metric=pl.lit(metric),
            observed_value=value,
            evidence=pl.struct(stated=pl.col("measured_value"), unit=pl.col("unit")).struct.json_encode(),
        )
    )


def _with_facts(beat_series: pl.DataFrame, facts: pl.DataFrame, names: tuple[str, ...]) -> pl.DataFrame:
    own = beat_series.filter(pl.col("reading").is_in(READINGS_OF_THEIR_OWN)).select(
        "athlete_id",
        "reading",
        "device_id",
        subject_kind=pl.lit("beat_series"),
        subject_id=pl.col("series_id"),
        observed_date=pl.col("local_date"),
        firmware=pl.lit(None, dtype=CANDIDATE["firmware"]),
    )
    return own.join(wide_facts(facts, "beat_series", names), on="subject_id", how="left")


def wide_facts(facts: pl.DataFrame, subject_kind: str, names: tuple[str, ...]) -> pl.DataFrame:
    """One row per subject of that kind, one column per named fact; a fact not left by the judge is null."""
    chosen = facts.filter((pl.col("subject_kind") == subject_kind) & pl.col("fact").is_in(names))
    return (
        chosen.group_by("subject_id", maintain_order=True)
        .agg(pl.col("fact_value").filter(pl.col("fact") == name).first().alias(name) for name in names)
        .select("subject_id", *names)
    )
