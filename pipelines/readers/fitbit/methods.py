"""The numbers Fitbit states for a day."""

from pipelines.readers.contract import Method

RMSSD = Method(
    metric="rmssd",
    method="fitbit_main_sleep",
    reading="night",
    unit="ms",
    window="the longest sleep of the day, from three hours on",
    label="stated by Fitbit, whole sleep",
    evidence="plausible",
)
DEEP_RMSSD = Method(
    metric="rmssd",
    method="fitbit_deep_sleep",
    reading="night",
    unit="ms",
    window="deep sleep only",
    label="stated by Fitbit, deep sleep only",
    evidence="plausible",
    stored_only="a part of the sleep, beside the value of the whole",
)
NON_REM_HEART_RATE = Method(
    metric="non_rem_heart_rate",
    method="fitbit_main_sleep",
    reading="night",
    unit="bpm",
    window="sleep without REM",
    label="stated by Fitbit, sleep without REM",
    evidence="plausible",
)
RESTING = Method(
    metric="resting_heart_rate",
    method="fitbit_daily",
    reading="day",
    unit="bpm",
    window="the day and the night, smoothed over days in a way that is not documented",
    label="stated by Fitbit for the day",
    evidence="plausible",
)
SLEEP_SCORE = Method(
    metric="sleep_score",
    method="vendor_score_fitbit",
    reading="night",
    unit="points",
    window="the night",
    label="Fitbit's sleep score",
    evidence="black_box",
)
STRESS_SCORE = Method(
    metric="stress_score",
    method="vendor_score_fitbit",
    reading="day",
    unit="points",
    window="the day",
    label="Fitbit's stress score",
    evidence="black_box",
)
READINESS_SCORE = Method(
    metric="readiness_score",
    method="vendor_score_fitbit",
    reading="day",
    unit="points",
    window="the day",
    label="Fitbit's readiness score",
    evidence="black_box",
)

EVERY = (RMSSD, DEEP_RMSSD, NON_REM_HEART_RATE, RESTING, SLEEP_SCORE, STRESS_SCORE, READINESS_SCORE)
"""Every number the reader of Fitbit's exports may put into daily_values."""
