"""Whether two activities are one and the same: the decision on a pair, and why, in words. Pure.

Time alone is strong evidence, since nobody does two activities at once; a track far from the other refutes it. What
only touches (back to back, a chain of recordings, two sessions of one file) is never taken for the same: to count one
run twice is a fault, to lose one is a worse fault.
"""

import polars as pl

from pipelines.quality.activity_pairs import START, Pair
from pipelines.quality.contract import Threshold
from pipelines.quality.sports import are_compatible
from pipelines.tables import conform, empty

VERSION = 1

SAME_TIME = Threshold(
    name="common share of all the time", number=0.8, unit="fraction", source="public tools: intersection over union"
)
FUZZY_TIME = Threshold(
    name="common share of all the time, one a summary", number=0.5, unit="fraction", source=f"{START}: found by wrist"
)
INSIDE = Threshold(
    name="share of the shorter inside the longer", number=0.8, unit="fraction", source=f"{START}: a part of it"
)
SAME_START = Threshold(name="difference of start", number=120.0, unit="s", source="public tools")
SAME_DURATION = Threshold(name="difference of duration", number=0.05, unit="fraction", source="public tools")
SAME_DISTANCE = Threshold(name="difference of distance", number=0.08, unit="fraction", source="public tools")
SENSOR_DISTANCE = Threshold(
    name="difference of distance with equal heart rate",
    number=0.25,
    unit="fraction",
    source=f"{START}: an uncalibrated foot pod or treadmill",
)
SAME_TRACK = Threshold(
    name="tracks apart", number=60.0, unit="m", source=f"{START}: errors of two receivers and a lag of seconds"
)
OTHER_TRACK = Threshold(
    name="tracks far apart", number=250.0, unit="m", source=f"{START}: no receiver is that wrong half of the time"
)
SAME_HEART_RATE = Threshold(
    name="heart rates apart", number=8.0, unit="bpm", source=f"{START}: a strap and a good wrist sensor"
)
SHIFTED_TRACK = Threshold(
    name="tracks apart, other clock", number=10.0, unit="m", source=f"{START}: two receivers; another lap is further"
)
SHIFTED_TRACK_P90 = Threshold(
    name="tracks apart, other clock, nine tenths", number=25.0, unit="m", source=f"{START}: pace never repeats so well"
)
SHIFTED_HEART_RATE = Threshold(
    name="heart rates apart, other clock", number=5.0, unit="bpm", source=f"{START}: the same beats"
)
BACK_TO_BACK = Threshold(
    name="gap of back-to-back activities", number=180.0, unit="s", source=f"{START}: laps saved one by one"
)
SHIFTED_TWIN = Threshold(
    name="summary of a copy", number=0.001, unit="fraction", source=f"{START}: figures of one and the same file"
)


def decide(pair: Pair) -> tuple[bool, str]:
    """Whether both are one and the same, and why or why not in one sentence."""
    if (other := _cannot_be(pair)) is not None:
        return False, other
    if pair.clock_shift_s:
        return _shifted(pair)
    if (told := _says_itself(pair)) is not None:
        return True, told
    if pair.shape_distance_m is not None and pair.shape_distance_m <= SAME_TRACK.number:
        return _same_track(pair, pair.shape_distance_m)
    if pair.shape_distance_m is not None and pair.shape_distance_m > OTHER_TRACK.number:
        return False, f"Same time, but the tracks lie {pair.shape_distance_m:.0f} m apart."
    return _same_time(pair)


def pair_rows(pairs: list[Pair]) -> pl.DataFrame:
    """The pairs with their decision: table activity_pairs; of several shifts the one that holds, else the least."""
    decided: dict[tuple[str, str], tuple[Pair, bool, str]] = {}
    for pair in pairs:
        key = (pair.activity_id, pair.other_activity_id)
        is_same, reason = decide(pair)
        if key not in decided or (is_same and not decided[key][1]):
            decided[key] = (pair, is_same, reason)
    if not decided:
        return empty("activity_pairs")
    rows = [
        {
            "athlete_id": pair.athlete_id,
            "activity_id": pair.activity_id,
            "other_activity_id": pair.other_activity_id,
            "overlap_fraction": pair.overlap_fraction,
            "union_fraction": pair.union_fraction,
            "start_difference_s": pair.start_difference_s,
            "clock_shift_s": pair.clock_shift_s,
            "duration_difference_fraction": pair.duration_difference_fraction,
            "distance_difference_fraction": pair.distance_difference_fraction,
            "shape_distance_m": pair.shape_distance_m,
            "heart_rate_difference_bpm": pair.heart_rate_difference_bpm,
            "is_same": is_same,
            "reason": reason,
            "definition_version": VERSION,
        }
        for pair, is_same, reason in decided.values()
    ]
    return conform(pl.DataFrame(rows, infer_schema_length=None), "activity_pairs")


def can_be_same(pair: Pair) -> bool:
    """Whether a look at the records can still change the decision."""
    return _cannot_be(pair) is None and (pair.clock_shift_s != 0 or _says_itself(pair) is None)


def _cannot_be(pair: Pair) -> str | None:
    if pair.is_one_file:
        return "Two sessions of one file are two activities."
    if not are_compatible(pair.sport, pair.other_sport):
        return f"One is {pair.sport}, the other {pair.other_sport}."
    return None


def _says_itself(pair: Pair) -> str | None:
    """What makes a look at the records needless."""
    if pair.is_identical:
        return "Start, end, distance and number of records are equal: the same recording, exported twice."
    if pair.is_named:
        return "One is a summary that names the file of the other."
    return None


def _same_track(pair: Pair, apart_m: float) -> tuple[bool, str]:
    if pair.overlap_fraction < INSIDE.number:
        return False, (
            f"Same way, but only {_percent(pair.overlap_fraction)} of the shorter lies in the other: "
            "neither stands for both."
        )
    part = "" if pair.union_fraction >= SAME_TIME.number else "; one is a part of the other"
    return True, f"Same time and same track: {apart_m:.0f} m apart half of the time{part}."


def _same_time(pair: Pair) -> tuple[bool, str]:
    """By times, distances and heart rate, where tracks cannot tell."""
    is_same_start = (
        abs(pair.start_difference_s) <= SAME_START.number
        and pair.duration_difference_fraction is not None
        and pair.duration_difference_fraction <= SAME_DURATION.number
    )
    beats = pair.heart_rate_difference_bpm
    has_same_beats = beats is not None and beats <= SAME_HEART_RATE.number
    distance = pair.distance_difference_fraction
    limit = SENSOR_DISTANCE if has_same_beats else SAME_DISTANCE
    is_inside = pair.overlap_fraction >= INSIDE.number
    least = SAME_TIME if pair.has_records or distance is not None else FUZZY_TIME
    is_same_time = is_same_start or (is_inside and pair.union_fraction >= least.number)
    if not is_same_time and has_same_beats and is_inside and distance is None:
        return True, f"The shorter lies in the longer, and heart rates are {beats:.0f} bpm apart."
    if not is_same_time:
        return False, f"Only {_percent(pair.union_fraction)} of the time is common to both."
    if distance is not None and distance > limit.number:
        return False, f"Same time, but distances differ by {_percent(distance)}."
    told = "" if distance is None else f", distances {_percent(distance)} apart"
    heart = "" if beats is None else f", heart rates {beats:.0f} bpm apart"
    return True, f"Same time: {_percent(pair.overlap_fraction)} of the shorter{told}{heart}."


def _shifted(pair: Pair) -> tuple[bool, str]:
    """A copy with another clock: the same way at the same pace, or the same figures to the last digit."""
    if -SAME_START.number <= pair.gap_s <= BACK_TO_BACK.number:
        return False, "One begins where the other ends."
    shift = shift_in_words(pair.clock_shift_s)
    apart, beats = pair.shape_distance_m, pair.heart_rate_difference_bpm
    if beats is not None and beats > SHIFTED_HEART_RATE.number:
        return False, f"Alike with {shift}, but heart rates are {beats:.0f} bpm apart."
    if apart is not None and pair.shape_p90_m is not None:
        is_same = apart <= SHIFTED_TRACK.number and pair.shape_p90_m <= SHIFTED_TRACK_P90.number
        told = f"tracks {apart:.0f} m apart at equal times since the start"
        return is_same, f"Same duration, {shift}: {told}." if is_same else f"Alike with {shift}, but {told}."
    distance = pair.distance_difference_fraction
    if distance is not None and distance <= SHIFTED_TWIN.number and _is_twin(pair):
        return True, f"Same duration and distance to the last digits, {shift}."
    return False, f"Alike with {shift}, but nothing says that it is the same way."


def _is_twin(pair: Pair) -> bool:
    return pair.duration_difference_s <= 1.0 and abs(pair.start_difference_s + pair.clock_shift_s) <= 1.0


def shift_in_words(shift_s: int) -> str:
    """A shift of a clock as people say it: hours and minutes, years for a clock that was not set."""
    days = abs(shift_s) // 86_400
    if days:
        return f"a clock {days:,} days off".replace(",", " ")
    hours, minutes = divmod(abs(shift_s) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return f"a clock {' '.join(parts)} off"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.1f} %" if fraction < 0.1 else f"{100 * fraction:.0f} %"  # noqa: PLR2004 - digits shown
