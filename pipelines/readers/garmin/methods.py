"""The numbers Garmin states for a day; those that a watch stores as FIT too carry the names of the FIT reader."""

from pipelines.readers.contract import Method

LAST_NIGHT_RMSSD = Method(
    metric="rmssd",
    method="garmin_last_night_average",
    reading="night",
    unit="ms",
    window="the night, mean of 5-minute values",
    label="stated by Garmin",
    evidence="validated",
)
DAILY_RESTING = Method(
    metric="resting_heart_rate",
    method="garmin_daily",
    reading="day",
    unit="bpm",
    window="the day and the night before it",
    label="stated by Garmin",
    evidence="plausible",
)
SEVEN_DAY_RESTING = Method(
    metric="resting_heart_rate",
    method="garmin_7_day_average",
    reading="day",
    unit="bpm",
    window="seven days",
    label="stated by Garmin as a 7-day average",
    evidence="plausible",
    stored_only="a mean over days hides what changed",
)
ACCOUNT_RESTING = Method(
    metric="resting_heart_rate",
    method="garmin_account_summary",
    reading="day",
    unit="bpm",
    window="not documented: it moves less than the day's own value beside it",
    label="stated by Garmin in its account summary",
    evidence="plausible",
    stored_only="smoothed in a way that is not documented, beside the value of the day",
)
HEALTH_STATUS_RESTING = Method(
    metric="resting_heart_rate",
    method="garmin_health_status",
    reading="night",
    unit="bpm",
    window="asleep; how it is taken is not documented",
    label="stated by Garmin's health status, asleep",
    evidence="plausible",
    stored_only="not documented, beside the value of the day",
)
STEPS = Method(
    metric="step_count",
    method="garmin_daily_summary",
    reading="day",
    unit="count",
    window="the local day, as the account chose among its devices",
    label="stated by Garmin for the day",
    evidence="plausible",
)


def _score(metric: str, method: str, window: str, label: str, reading: str = "day") -> Method:
    return Method(
        metric=metric,
        method=method,
        reading="night" if reading == "night" else "morning" if reading == "morning" else "day",
        unit="points",
        window=window,
        label=label,
        evidence="black_box",
    )


SLEEP_SCORE = _score("sleep_score", "vendor_score_garmin", "the night", "Garmin's sleep score", "night")
STRESS_SCORE = _score("stress_score", "vendor_score_garmin_day", "the local day", "Garmin's stress of the day")
BATTERY_HIGHEST = _score(
    "body_battery_score", "vendor_score_garmin_highest", "highest of the local day", "Garmin's body battery, highest"
)
BATTERY_LOWEST = _score(
    "body_battery_score", "vendor_score_garmin_lowest", "lowest of the local day", "Garmin's body battery, lowest"
)
BATTERY_AT_WAKE = _score(
    "body_battery_score",
    "vendor_score_garmin_at_wake",
    "at waking",
    "Garmin's body battery at waking",
    "morning",
)
READINESS_AT_WAKE = _score(
    "training_readiness_score",
    "vendor_score_garmin_at_wake",
    "at waking",
    "Garmin's training readiness at waking",
    "morning",
)
READINESS_LATEST = _score(
    "training_readiness_score",
    "vendor_score_garmin_latest",
    "last of the local day",
    "Garmin's training readiness, last of the day",
)
ENDURANCE_SCORE = _score("endurance_score", "vendor_score_garmin", "weeks, not documented", "Garmin's endurance score")
HILL_SCORE = _score("hill_score", "vendor_score_garmin", "weeks, not documented", "Garmin's hill score")

EVERY = (
    LAST_NIGHT_RMSSD, DAILY_RESTING, SEVEN_DAY_RESTING, ACCOUNT_RESTING, HEALTH_STATUS_RESTING, STEPS, SLEEP_SCORE,
    STRESS_SCORE, BATTERY_HIGHEST, BATTERY_LOWEST, BATTERY_AT_WAKE, READINESS_AT_WAKE, READINESS_LATEST,
    ENDURANCE_SCORE, HILL_SCORE,
)  # fmt: skip
"""Every number the readers of Garmin's JSON may put into daily_values."""
