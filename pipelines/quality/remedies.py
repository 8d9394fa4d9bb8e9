"""One sentence for each reason: what would make the next value better. About the recording, never about the athlete."""

from pipelines.quality.catalogue import checks

OTHER = {
    "source": "Use a better sensor: a chest strap for heart rate, open sky or a calibrated foot pod for pace.",
    "sampling": "Record longer: two minutes of keeping still, or the whole night.",
    "resolution": "Use an app or device that exports intervals to the millisecond, as chest straps do.",
    "missing": "Keep the sensor on and connected from start to end.",
    "flagged": "Check the fit and the battery of the sensor.",
    "wrist_heart_rate_in_intervals": "Wear a chest strap for intervals shorter than a minute.",
    "clock_not_known": "Let the device set its clock by satellite or phone before it records.",
    "clock_doubtful": "Let the device take its time zone from the phone, and name the home zone in athlete.toml.",
    "heart_rate_coverage": "Keep the sensor on and connected from start to end.",
}
"""Reasons that are not checks: parts of the error, and rules of a purpose."""


def remedies() -> dict[str, str]:
    """The remedy of every reason a verdict can name."""
    return {**OTHER, **{check.name: check.remedy for check in checks()}}
