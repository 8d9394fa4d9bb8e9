"""Positions that wander beside the way that was run, and while nobody moves: what houses and trees do to satellites."""

import numpy as np
import polars as pl

from pipelines.quality.activity_rows import INDOOR, ON_FOOT, activity_rows, is_unstated
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.nowhere import AT_LEAST_M, ONWARDS, USUAL_MOST, USUAL_SHARE, walks_nowhere
from pipelines.quality.placed import time_axis
from pipelines.quality.segments import row_segments
from pipelines.quality.sliding import Bools, Floats, Ints
from pipelines.units import EARTH_RADIUS_M

START = "engineering start value"

WINDOW_S = Threshold(name="window", number=30.0, unit="s", source=START)
TORTUOSITY = Threshold(
    name="longer than its own smooth line", number=1.08, unit="fraction of the smoothed way", source=START
)
TORTUOSITY_MOST = Threshold(
    name="much longer than its own smooth line", number=1.20, unit="fraction of the smoothed way", source=START
)
BESIDE_M = Threshold(
    name="beside the line", number=1.0, unit="m, median distance from the smooth line", source=f"{START}: half a lane"
)
TURNING = Threshold(
    name="turns at most steps",
    number=0.20,
    unit="radians a step, of which two thirds turn by more",
    source=f"{START}: who changes direction every few seconds goes straight in between",
)
DENSE_S = Threshold(name="usual step", number=2.0, unit="s", source=f"{START}: of sparser positions no zigzag shows")

DRIFT_S = Threshold(name="standing", number=30.0, unit="s", source=START)
DRIFT_M = Threshold(name="way while standing", number=15.0, unit="m within a minute", source=START)
DRIFT_NET = Threshold(
    name="gets nowhere",
    number=0.5,
    unit="fraction of the way between its ends",
    source=f"{START}: who walks without a cadence gets somewhere",
)
STANDING_M_PER_S = Threshold(name="still", number=0.2, unit="m/s", source=f"{START}: where no cadence is stored")

TURNING_SHARE = 0.35  # of the steps of a window may turn by less
HALF = 8  # records on either side of the smooth line: 17 seconds
WALKING_M_PER_S = 0.8  # slower is standing, and belongs to the other check
MINUTE_S = 60.0


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds tortuosity (of the 30 s around, null where not assessable), beside_m, drift_m and can_drift.

    beside_m is the middle distance from the smooth line in those 30 s; null where no stretch is tortuous, and where the
    way goes straight between its turns.
    """
    subject = rows["subject_id"].rle_id().to_numpy().astype(np.int64)
    on_foot = pl.col("sport").is_in(ON_FOOT).fill_null(value=False) | is_unstated()
    outdoors = on_foot & ~pl.col("sub_sport").is_in(INDOOR).fill_null(value=False)
    usable = outdoors & pl.col("latitude_deg").is_not_null() & pl.col("longitude_deg").is_not_null()
    east, north = _metres(rows)
    rows = rows.with_columns(usable.alias("is_placed"))
    tortuosity, beside = _tortuosity(rows, east, north, subject)
    return _with_drift(
        rows.with_columns(
            pl.Series("tortuosity", tortuosity).fill_nan(None),
            pl.Series("beside_m", beside).fill_nan(None),
            *_nowhere(rows, east, north, subject),
        )
    )


def _nowhere(rows: pl.DataFrame, east: Floats, north: Floats, subject: Ints) -> list[pl.Series]:
    """is_looked_at (no cadence and no speed in the activity, a position every two seconds) and walks_nowhere."""
    tells = (pl.col("cadence_rpm").is_not_null() | pl.col("device_m_per_s").is_not_null()).any().over("subject_id")
    moving = pl.coalesce("straight_m_per_s", "counted_m_per_s")
    moving = pl.when(moving >= AT_LEAST_M.number).then(moving)
    asked = rows.select(
        (~tells & pl.col("is_placed")).alias("is_asked"),
        moving.median().over("subject_id").fill_null(float("nan")).alias("usual"),
        (pl.col("dt_s") <= DENSE_S.number).fill_null(value=False).alias("is_near"),
        pl.col("clock_s").fill_null(strategy="forward").fill_null(0.0),
    )
    is_asked = asked["is_asked"].to_numpy()
    if not is_asked.any():
        nothing = np.zeros(rows.height, dtype=np.bool_)
        return [pl.Series("is_looked_at", nothing), pl.Series("walks_nowhere", nothing)]
    own = is_asked & asked["is_near"].to_numpy()
    linked = own & np.r_[False, is_asked[:-1] & (subject[1:] == subject[:-1])]
    at_s = time_axis(asked["clock_s"].to_numpy(), subject)
    found = walks_nowhere(east, north, at_s=at_s, linked=linked, usual=asked["usual"].to_numpy())
    return [pl.Series("is_looked_at", linked), pl.Series("walks_nowhere", found & linked)]


def _metres(rows: pl.DataFrame) -> tuple[Floats, Floats]:
    """East and north (m) of the first position of each activity; NaN where there is none."""
    first = pl.col("latitude_deg", "longitude_deg").drop_nulls().first().over("subject_id").name.prefix("first_")
    frame = rows.select("latitude_deg", "longitude_deg", first)
    latitude, longitude = (frame[name].to_numpy() for name in ("latitude_deg", "longitude_deg"))
    origin, meridian = (frame[f"first_{name}"].to_numpy() for name in ("latitude_deg", "longitude_deg"))
    north = np.radians(latitude - origin) * EARTH_RADIUS_M
    east = np.radians(longitude - meridian) * EARTH_RADIUS_M * np.cos(np.radians(origin))
    return np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)


def _tortuosity(rows: pl.DataFrame, east: Floats, north: Floats, subject: Ints) -> tuple[Floats, Floats]:
    """How much longer the way is than its smooth line in the 30 s around, and how far beside it the positions lie."""
    count = rows.height
    nothing = np.full(count, np.nan)
    if count <= 2 * HALF:
        return nothing, nothing
    whole = _unbroken(rows, subject)
    smooth_east, smooth_north = _smoothed(east), _smoothed(north)
    beside = np.hypot(east - smooth_east, north - smooth_north)
    raw = np.hypot(np.diff(east, prepend=np.nan), np.diff(north, prepend=np.nan))
    line = np.hypot(np.diff(smooth_east, prepend=np.nan), np.diff(smooth_north, prepend=np.nan))
    known = whole & np.r_[False, whole[:-1]] & np.isfinite(raw) & np.isfinite(line)
    way = pl.DataFrame(
        {
            "subject": subject,
            "run": np.cumsum(~known),
            "raw": np.where(known, raw, 0.0),
            "line": np.where(known, line, 0.0),
            "beside": np.where(known, beside, np.nan),
        }
    )
    width = int(WINDOW_S.number)
    sums = way.select(pl.col(name).rolling_sum(width, center=True).over("run") for name in ("raw", "line"))
    line_m = sums["line"].to_numpy()
    steady = line_m >= WALKING_M_PER_S * WINDOW_S.number
    ratio = np.where(steady, sums["raw"].to_numpy() / np.where(steady, line_m, 1.0), np.nan)
    if not (ratio > TORTUOSITY.number).any():
        return ratio, nothing
    way = way.with_columns(pl.Series("turn", _turns(east, north)).fill_nan(None), pl.col("beside").fill_nan(None))
    middle = pl.col("beside").rolling_median(width, center=True, min_samples=width // 2).over("run")
    least = pl.col("turn").rolling_quantile(TURNING_SHARE, window_size=width, center=True, min_samples=width // 2)
    turning = pl.when(least.over("run") >= TURNING.number).then(middle)
    return ratio, way.select(turning.alias("beside"))["beside"].fill_null(float("nan")).to_numpy()


def _turns(east: Floats, north: Floats) -> Floats:
    """By how much (radians) the step to each position turns away from the one before."""
    heading = np.arctan2(np.diff(north, prepend=np.nan), np.diff(east, prepend=np.nan))
    return np.asarray(np.abs((np.diff(heading, prepend=np.nan) + np.pi) % (2 * np.pi) - np.pi), dtype=np.float64)


def _unbroken(rows: pl.DataFrame, subject: Ints) -> Bools:
    """Records whose eight neighbours on either side are positions of the same activity, a second or two apart."""
    step = rows["dt_s"].fill_null(float("nan")).to_numpy()
    near = (step <= DENSE_S.number) & rows["is_placed"].to_numpy()
    same = np.r_[False, subject[1:] == subject[:-1]]
    linked = near & same & np.r_[False, rows["is_placed"].to_numpy()[:-1]]
    total = np.concatenate([[0], np.cumsum(linked)])
    whole = np.zeros(len(linked), dtype=np.bool_)
    whole[HALF:-HALF] = (total[2 * HALF + 1 :] - total[1 : -2 * HALF])[: len(linked) - 2 * HALF] == 2 * HALF
    return whole


def _smoothed(values: Floats) -> Floats:
    """The middle of a parabola through 17 values: a bend stays, a zigzag of up to 12 s goes. Savitzky & Golay 1964."""
    place = np.arange(-HALF, HALF + 1)
    # Closed form of the smoothing weights for a parabola through 2 m + 1 points, m = 8.
    weights = (3.0 * (3 * HALF**2 + 3 * HALF - 1) - 15.0 * place**2) / (
        (2 * HALF - 1) * (2 * HALF + 1) * (2 * HALF + 3)
    )
    return np.convolve(values, weights, mode="same")


def _with_drift(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds can_drift (standing, by cadence or speed, with positions) and drift_m: the way of a minute of standing."""
    still = pl.coalesce(pl.col("cadence_rpm") == 0, pl.col("device_m_per_s") < STANDING_M_PER_S.number)
    still = still.fill_null(value=False) | pl.col("walks_nowhere")
    stands = (pl.col("is_placed") & still & (pl.col("dt_s").is_not_null())).fill_null(value=False)
    rows = rows.with_columns(stands.alias("stands"))
    starts = (pl.col("stands") != pl.col("stands").shift()) | (pl.col("subject_id") != pl.col("subject_id").shift())
    rows = rows.with_columns(starts.fill_null(value=True).cum_sum().alias("stand"))
    # The first record of a stand ends the way there.
    standing = rows.filter(pl.col("stands") & (pl.col("stand") == pl.col("stand").shift()))
    places = [pl.col(f"{name}_deg") for name in ("latitude", "longitude")]
    whole = standing.group_by("stand").agg(
        pl.col("dt_s").sum().alias("stand_s"),
        pl.col("step_m").sum().alias("way_m"),
        *(place.first().name.map(lambda name: name.replace("_deg", "_first")) for place in places),
        *(place.last().name.map(lambda name: name.replace("_deg", "_last")) for place in places),
    )
    nowhere = _net_m() <= DRIFT_NET.number * pl.col("way_m")
    found = whole.select(
        "stand",
        (pl.col("stand_s") >= DRIFT_S.number).alias("can_drift"),
        pl.when(nowhere)
        .then(pl.col("way_m") * MINUTE_S / pl.max_horizontal("stand_s", pl.lit(MINUTE_S)))
        .otherwise(0.0)
        .alias("drift_m"),
    )
    joined = rows.join(found, on="stand", how="left", maintain_order="left")
    counts = pl.col("stands") & pl.col("can_drift").fill_null(value=False)
    looked_at = counts | pl.col("is_looked_at")
    return joined.with_columns(looked_at.alias("can_drift"), pl.when(counts).then("drift_m").alias("drift_m"))


def _net_m() -> pl.Expr:
    """How far (m) the last position of a stand lies from its first."""
    north = (pl.col("latitude_last") - pl.col("latitude_first")).radians()
    east = (pl.col("longitude_last") - pl.col("longitude_first")).radians() * pl.col("latitude_first").radians().cos()
    return EARTH_RADIUS_M * (north**2 + east**2).sqrt()


FAMILY = Family(signal="movement", subject_kind="activity", table="records", rows=activity_rows, measure=measure)


def find_zigzag(rows: pl.DataFrame) -> Finding:
    """For half a minute the way along the positions is 8 % longer than its own smooth line (20 %: unusable).

    And half of the positions lie a metre or more beside that line, and two thirds of the steps turn. A bend or a turn
    at a pole passes: it is smooth, or over in seconds; so do drills and switchbacks, straight between their turns. On
    foot or in a sport that is not stated, outdoors, moving, with a position every two seconds.
    """
    return row_segments(
        rows,
        (pl.col("tortuosity") > TORTUOSITY.number) & (pl.col("beside_m") >= BESIDE_M.number),
        assessable=pl.col("tortuosity").is_not_null(),
        severity=pl.when(pl.col("tortuosity") > TORTUOSITY_MOST.number)
        .then(pl.lit("unusable"))
        .otherwise(pl.lit("doubtful")),
        worst=pl.col("tortuosity"),
        evidence="{} times as long as its smooth line",
    )


def find_drift(rows: pl.DataFrame) -> Finding:
    """Standing for half a minute, by cadence or speed, while the positions walk 15 m a minute and get nowhere.

    Nowhere is half of that way, from the first position to the last: who walks on is no drift. Where an activity has
    neither cadence nor speed, positions of every two seconds tell: for half a minute, one or two they turn at every
    step, and their ends are apart by less than 0.4 of the way at the usual speed. Laps, hills and drills go on between
    their turns, and pass.
    """
    return row_segments(
        rows,
        pl.col("drift_m") > DRIFT_M.number,
        assessable=pl.col("can_drift"),
        severity="doubtful",
        worst=pl.col("drift_m"),
        evidence="{} m a minute while standing",
    )


SKY = "Let the watch find its satellites before you start; between high walls prefer a foot pod."
POSITION_ZIGZAG = Check(
    name="position_zigzag",
    version=3,
    family=FAMILY,
    severity="unusable",
    purposes=("splits", "bests"),
    thresholds=(WINDOW_S, TORTUOSITY, TORTUOSITY_MOST, BESIDE_M, TURNING, DENSE_S),
    consequence="These seconds are left out of splits and bests; a device that counts by positions counted them too.",
    remedy=SKY,
    why_not="neither on foot outdoors nor a sport that is not stated, or no position every two seconds while moving",
    find=find_zigzag,
)
POSITION_DRIFT = Check(
    name="position_drift",
    version=3,
    family=FAMILY,
    severity="doubtful",
    purposes=("distance", "mean_pace", "splits", "bests", "decoupling"),
    thresholds=(DRIFT_S, DRIFT_M, DRIFT_NET, STANDING_M_PER_S, ONWARDS, USUAL_SHARE, USUAL_MOST, AT_LEAST_M),
    consequence="These seconds count as standing: what the device added to its distance meanwhile is left out.",
    remedy="Stop the timer while you stand, or switch on automatic pause.",
    why_not="nobody stood for half a minute with positions stored, or no position every two seconds",
    find=find_drift,
)
