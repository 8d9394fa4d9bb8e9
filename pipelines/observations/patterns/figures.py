"""Figures of patterns as people read them."""

from math import exp, expm1

BEATS = ("resting_heart_rate", "heart_rate_at_pace")
"""Series in beats per minute."""


def in_words(metric: str, value: float) -> str:
    """A value as people read it, such as "52 ms" for a logarithm of RMSSD."""
    if metric == "ln_rmssd":
        return f"{exp(value):.0f} ms"
    if metric in BEATS:
        return f"{value:.0f} bpm"
    minutes = round(value / 60.0)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def error_in_words(metric: str, value: float, error: float) -> str:
    """The expected error of such a value, such as "4 ms"; of a logarithm its wider side, upwards."""
    if metric == "ln_rmssd":
        return f"{max(1.0, exp(value) * expm1(error)):.0f} ms"
    if metric in BEATS:
        return f"{max(1.0, error):.0f} bpm"
    return f"{max(1, round(error / 60.0))} min"


def change_in_words(metric: str, change: float) -> str:
    """A change as people read it, with its sign, such as "-8 %" for a logarithm of RMSSD."""
    if metric == "ln_rmssd":
        return f"{100.0 * expm1(change):+.0f} %"
    if metric in BEATS:
        return f"{change:+.1f} bpm"
    return f"{change / 60.0:+.0f} min"


def difference_in_words(metric: str, difference: float) -> str:
    """A difference as people read it, without a sign, such as "8 % lower" or "25 min longer"."""
    side = ("longer", "shorter") if metric == "sleep_duration" else ("higher", "lower")
    return f"{change_in_words(metric, difference)[1:]} {side[difference < 0.0]}"
