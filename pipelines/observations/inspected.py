"""The parts of an inspected file, as plain objects: activities, recordings of beats, nights."""

import math
from datetime import datetime

import polars as pl

Part = dict[str, object]


def stream_sums(records: pl.DataFrame) -> dict[str, float | None]:
    """Sums over the records of an activity file that any other decoder can be compared with.

    `heart_rate_bpm` and `latitude_deg` are summed over the records that have one; `last_distance_m` is the last
    distance stated. Each is null when no record has one.
    """
    distances = records["distance_m"].drop_nulls()
    return {
        "heart_rate_bpm": _sum(records["heart_rate_bpm"]),
        "latitude_deg": _sum(records["latitude_deg"]),
        "last_distance_m": distances[-1] if len(distances) else None,
    }


def activity_objects(frames: dict[str, pl.DataFrame]) -> list[Part]:
    """One object per activity: when, what, and what it may be used for."""
    return [
        {
            "start_utc": _stamp(row["start_at_utc"]),
            "sport": row["sport"],
            "duration_s": row["elapsed_s"],
            "distance_m": row["distance_m"],
            "observations": _observations(frames["observations"], row["activity_id"]),
            "verdicts": _verdicts(frames["verdicts"], row["activity_id"]),
            "flags": _flags(frames["flags"], row["activity_id"]),
        }
        for row in frames["activities"].sort("start_at_utc", "activity_id").to_dicts()
    ]


def beat_objects(frames: dict[str, pl.DataFrame]) -> list[Part]:
    """One object per recording of RR intervals: which intervals are flagged, RMSSD with its expected error, grade."""
    return [_beats(frames, row) for row in frames["beat_series"].sort("start_at_utc", "series_id").to_dicts()]


def night_objects(frames: dict[str, pl.DataFrame]) -> list[Part]:
    """One object per sleep period a device states."""
    return [
        {
            "night_date": row["night_date"].isoformat(),
            "start_utc": _stamp(row["start_at_utc"]),
            "end_utc": _stamp(row["end_at_utc"]),
            "observations": _observations(frames["observations"], row["night_id"]),
            "verdicts": _verdicts(frames["verdicts"], row["night_id"]),
            "flags": _flags(frames["flags"], row["night_id"]),
        }
        for row in frames["nights"].sort("start_at_utc", "night_id").to_dicts()
    ]


def _beats(frames: dict[str, pl.DataFrame], row: Part) -> Part:
    own = pl.col("subject_id") == row["series_id"]
    flagged = frames["flags"].filter(own)["row_indices"].explode().drop_nulls().unique().sort()
    facts = dict(frames["facts"].filter(own).select("fact", "fact_value").iter_rows())
    verdict = frames["verdicts"].filter(own & (pl.col("purpose") == "hrv_day")).to_dicts()
    rmssd_ms, error = facts.get("rmssd_ms"), verdict[0]["expected_error"] if verdict else None
    return {
        "start_utc": _stamp(row["start_at_utc"]),
        "reading": row["reading"],
        "n": row["interval_count"],
        "flagged": flagged.to_list(),
        "rmssd_ms": rmssd_ms,
        # An error in ln units is a factor; its upper side in ms is the larger one.
        "expected_error_ms": None if rmssd_ms is None or error is None else rmssd_ms * math.expm1(error),
        "grade": verdict[0]["grade"] if verdict else None,
        "verdicts": _verdicts(frames["verdicts"], str(row["series_id"])),
        "flags": _flags(frames["flags"], str(row["series_id"])),
    }


def _observations(observations: pl.DataFrame, subject_id: str) -> list[Part]:
    own = observations.filter(pl.col("subject_id") == subject_id).sort("metric", "method")
    return own.select(
        "metric", "method", "observed_value", "unit", "expected_error", "grade", "verdict", "reasons", "remedy"
    ).to_dicts()


def _verdicts(verdicts: pl.DataFrame, subject_id: str) -> list[Part]:
    own = verdicts.filter(pl.col("subject_id") == subject_id).sort("purpose")
    return own.select("purpose", "verdict", "expected_error", "error_limit", "unit", "reasons").to_dicts()


def _flags(flags: pl.DataFrame, subject_id: str) -> list[Part]:
    own = flags.filter(pl.col("subject_id") == subject_id).sort("check_name", "segment_index")
    return own.select("start_s", "end_s", "severity", "evidence", check="check_name", n="row_count").to_dicts()


def _sum(values: pl.Series) -> float | None:
    return float(values.cast(pl.Float64).sum()) if values.null_count() < len(values) else None


def _stamp(moment: object) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else None
