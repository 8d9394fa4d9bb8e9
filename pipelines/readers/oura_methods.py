"""What Oura states for a day, in every export of it: its trends table, its account files, the tools that fetch them."""

from pipelines.readers.contract import Evidence, Method


def _method(
    metric: str, method: str, unit: str, *, window: str, is_night: bool = True, evidence: Evidence = "plausible"
) -> Method:
    is_score = evidence == "black_box"
    return Method(
        metric=metric,
        method=method,
        reading="night" if is_night else "day",
        unit=unit,
        window=window,
        label="Oura's own score" if is_score else f"stated by Oura{', lowest of sleep' if 'lowest' in method else ''}",
        evidence=evidence,
    )


RMSSD = _method("rmssd", "oura_night_average", "ms", window="mean of 5 min epochs of sleep", evidence="validated")
LOWEST = _method("resting_heart_rate", "oura_night_lowest", "bpm", window="lowest 5 min of sleep")
AVERAGE = _method("sleeping_heart_rate", "oura_night_average", "bpm", window="whole sleep")
BREATH = _method("respiratory_rate", "oura_night_average", "breaths_per_min", window="whole sleep")
TEMPERATURE = _method("skin_temperature_deviation", "oura_night", "deg_c", window="sleep, against the wearer's own")
OXYGEN = _method("oxygen_saturation", "oura_night_average", "percent", window="whole sleep")
STEPS = _method("step_count", "oura_day", "count", window="the day", is_night=False)
NON_WEAR = _method("non_wear_time", "oura_day", "s", window="the day", is_night=False)
SLEEP_SCORE = _method("sleep_score", "vendor_score_oura", "points", window="one sleep", evidence="black_box")
READINESS_SCORE = _method(
    "readiness_score", "vendor_score_oura", "points", window="the day", is_night=False, evidence="black_box"
)
ACTIVITY_SCORE = _method(
    "activity_score", "vendor_score_oura", "points", window="the day", is_night=False, evidence="black_box"
)

METHODS = (
    RMSSD, LOWEST, AVERAGE, BREATH, TEMPERATURE, OXYGEN, STEPS, NON_WEAR, SLEEP_SCORE, READINESS_SCORE, ACTIVITY_SCORE,
)  # fmt: skip
