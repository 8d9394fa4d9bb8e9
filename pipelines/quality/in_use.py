"""What two exports of one vendor both hold counts once: the later export wins, and both stay as they were read. Pure.

Vendors rewrite their last days, and every full export holds all days again. Which export is the later one is told by
what it holds: the one that reaches further, then the greater key; never by the order in which they arrived.
"""

import polars as pl

from pipelines.quality.contract import Threshold

SAME_NIGHT = Threshold(
    name="common share of the shorter night",
    number=0.5,
    unit="fraction",
    source="engineering start value: one device does not measure two sleeps at once",
)


PLATFORM = r"^[^:]+:(?:app|connect):$"
"""Devices that are a vendor's platform: it merges what its devices measured and does not say which."""

MAKER = r"^([^:]+):"


def of_named_devices(rows: pl.DataFrame, same: tuple[str, ...]) -> pl.DataFrame:
    """Rows without those of a platform that a device of the same maker states too, by the columns in `same`.

    An account export holds one number twice: in the device's own file, and again without the device.
    """
    is_platform = pl.col("device_id").str.contains(PLATFORM)
    has_named = (~is_platform).any().over([*same, pl.col("device_id").str.extract(MAKER)])
    return rows.filter(~(is_platform & has_named))


def later_export(at: str) -> pl.Expr:
    """How far the source file of each row reaches, by its latest value of a column; sort by it, then by the file."""
    return pl.col(at).max().over("source_file_id").alias("export_reaches")


def nights_in_use(nights: pl.DataFrame) -> pl.DataFrame:
    """Nights that no later export of the same device states again; one whose device is not known stays.

    A platform's night gives way to that of a device of the same maker, whichever reaches further.
    """
    exports = nights.filter(pl.col("device_id") != "").with_columns(later_export("end_at_utc"))
    own = exports.select(
        *("athlete_id", "device_id", "night_id", "source_file_id", "start_at_utc", "end_at_utc", "export_reaches"),
        maker=pl.col("device_id").str.extract(MAKER).fill_null(pl.col("device_id")),
        is_platform=pl.col("device_id").str.contains(PLATFORM),
    )
    other = own.rename({name: f"{name}_other" for name in own.columns if name not in {"athlete_id", "maker"}})
    common = pl.min_horizontal("end_at_utc", "end_at_utc_other") - pl.max_horizontal(
        "start_at_utc", "start_at_utc_other"
    )
    shorter = pl.min_horizontal(
        pl.col("end_at_utc") - pl.col("start_at_utc"), pl.col("end_at_utc_other") - pl.col("start_at_utc_other")
    )
    is_same = common.dt.total_seconds() > SAME_NIGHT.number * shorter.dt.total_seconds()
    near = own.with_columns(pl.col("start_at_utc").dt.date().alias("day"))
    around = pl.concat(
        [
            other.with_columns((pl.col("start_at_utc_other").dt.date() + pl.duration(days=by)).alias("day"))
            for by in (-1, 0, 1)
        ]
    )
    beaten = (
        near.join(around, on=["athlete_id", "maker", "day"])
        .filter((pl.col("source_file_id") != pl.col("source_file_id_other")) & is_same & (_is_later() | _is_named()))
        .select("night_id")
        .unique()
    )
    return nights.join(beaten, on="night_id", how="anti", maintain_order="left")


def series_in_use(beat_series: pl.DataFrame) -> pl.DataFrame:
    """Beat series without those that a later export of the same device holds again: same start, as many intervals."""
    same = ["athlete_id", pl.col("device_id").fill_null(""), "start_at_utc", "interval_count", "reading"]
    ordered = beat_series.with_columns(later_export("end_at_utc")).sort("export_reaches", "source_file_id", "series_id")
    kept = ordered.filter(pl.int_range(pl.len()).over(same) == pl.len().over(same) - 1)
    return beat_series.join(kept.select("series_id"), on="series_id", how="semi", maintain_order="left")


def _is_later() -> pl.Expr:
    further = pl.col("export_reaches_other") > pl.col("export_reaches")
    equal = pl.col("export_reaches_other") == pl.col("export_reaches")
    is_later = further | (equal & (pl.col("source_file_id_other") > pl.col("source_file_id")))
    return (pl.col("device_id") == pl.col("device_id_other")) & is_later


def _is_named() -> pl.Expr:
    return pl.col("is_platform") & ~pl.col("is_platform_other")
