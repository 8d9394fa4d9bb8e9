"""Values as people read them: always with their expected error, "not known" where there is none."""

import math
from collections.abc import Callable
from datetime import date

NOT_KNOWN = "not known"
WITHHELD = "withheld"
TO = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"

_S_PER_MIN = 60
_M_PER_KM = 1000.0
_FINE_BPM = 1.0
"""Below this expected error (bpm) a decimal says something."""
_FINE_MS = 1.0
"""Below this expected error (ms) a decimal says something."""

_DAY_S = 86_400
_DAYS_FROM_S = 2 * _DAY_S
"""From so much on (s) a clock is told to be days off, not minutes."""

YEAR_FROM_DAYS = 300
"""Days from which a date without its year could be taken for another one."""


def with_error(value: float | None, expected_error: float | None, unit: str) -> str:
    """A value with its expected error, such as "52 ± 2 bpm" or "7 h 05 min ± 20 min"; a withheld one says so.

    `value` and `expected_error` are in `unit`: ln_ms (shown as RMSSD in ms), bpm, s, m, s_per_km or fraction.
    """
    if value is None:
        return WITHHELD
    if expected_error is None:
        return f"{number(value, unit)} ± {NOT_KNOWN} {_SUFFIX[unit]}".strip()
    if unit == "ln_ms":
        return _ms_with_error(value, expected_error)
    if unit == "bpm" and expected_error < _FINE_BPM:
        return f"{value:.1f} ± {expected_error:.1f} bpm"
    return f"{number(value, unit)} ± {_error(expected_error, unit)} {_SUFFIX[unit]}".strip()


def span(lower: float | None, upper: float | None, unit: str) -> str:
    """A usual range with its unit, such as "48 to 53 bpm" with a dash; "not known" without limits."""
    if lower is None or upper is None:
        return NOT_KNOWN
    if unit == "bpm" and number(lower, unit) == number(upper, unit):
        return f"{lower:.1f}{TO}{upper:.1f} bpm"
    return f"{number(lower, unit)}{TO}{number(upper, unit)} {_SUFFIX[unit]}".strip()


def number(value: float, unit: str) -> str:
    """A value without its unit, in the unit people read it in."""
    return _NUMBERS[unit](value)


def with_unit(value: float, unit: str) -> str:
    """A value with its unit and without its error, such as "52 bpm", where the error stands beside it already."""
    return f"{number(value, unit)} {_SUFFIX[unit]}".strip()


def signed(value: float, told: str) -> str:
    """A difference as it is told by the functions above, with its sign, such as "+7.9 ± 0.9 bpm"; 0 has none."""
    size = told.removeprefix("-").removeprefix(MINUS)
    is_nought = not any(digit in "123456789" for digit in size.split(maxsplit=1)[0])
    return size if is_nought else f"{MINUS if value < 0 else '+'}{size}"


def logarithm(value: float | None, expected_error: float | None) -> str:
    """A logarithm of RMSSD as it is stored, such as "ln 3.81 ± 0.06"; empty when it is withheld."""
    if value is None:
        return ""
    return f"ln {value:.2f} ± {NOT_KNOWN if expected_error is None else f'{expected_error:.2f}'}"


def largest_error(limit: float | None, unit: str) -> str:
    """The largest expected error that still serves a purpose, such as "2.0 %"; `limit` in the unit of the purpose."""
    if limit is None:
        return "none is set"
    return f"{limit:.2f} in ln ms" if unit == "ln_ms" else f"{_error(limit, unit)} {_SUFFIX[unit]}".strip()


def day(when: date, near: date | None = None) -> str:
    """A date such as "Sat 21 Nov"; with its year when it is far from the date `near` that the page speaks of."""
    short = f"{when:%a} {when.day} {when:%b}"
    return f"{short} {when.year}" if near and abs((when - near).days) > YEAR_FROM_DAYS else short


def long_day(when: date) -> str:
    """A date such as "Saturday 21 November 2026"."""
    return f"{when:%A} {when.day} {when:%B} {when.year}"


def amount(value: float) -> str:
    """A number with two significant figures, in plain digits."""
    if value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"


def shift(seconds: float) -> str:
    """By how much a clock was set right, such as "+60 min", or "+13,474 days" from two days on."""
    if abs(seconds) < _DAYS_FROM_S:
        return f"{seconds / _S_PER_MIN:+,.0f} min"
    return f"{seconds / _DAY_S:+,.0f} days"


def percent(fraction: float) -> str:
    """A fraction such as "12 %"."""
    return f"{100 * fraction:.0f} %"


def _ms_with_error(value: float, error: float) -> str:
    """RMSSD (ms) behind a logarithm; ± is its wider side, upwards, and has a decimal only below 1 ms."""
    ms, error_ms = math.exp(value), math.exp(value) * math.expm1(error)
    digits = 1 if error_ms < _FINE_MS else 0
    return f"{ms:.{digits}f} ± {error_ms:.{digits}f} ms"


def _error(error: float, unit: str) -> str:
    if unit == "s":
        minutes = max(1, round(error / _S_PER_MIN))
        return f"{minutes} min" if minutes < _S_PER_MIN else _hours(error)
    return _NUMBERS[unit](error)


def _hours(seconds: float) -> str:
    minutes = round(seconds / _S_PER_MIN)
    hours, left = divmod(abs(minutes), _S_PER_MIN)
    sign = MINUS if minutes < 0 else ""
    return f"{sign}{hours} h {left:02d} min" if hours else f"{sign}{left} min"


def _pace(seconds: float) -> str:
    minutes, left = divmod(round(seconds), _S_PER_MIN)
    return f"{minutes}:{left:02d}"


_NUMBERS: dict[str, Callable[[float], str]] = {
    "ln_ms": lambda value: f"{math.exp(value):.0f}",
    "bpm": lambda value: f"{value:.0f}",
    "s": _hours,
    "m": lambda value: f"{value / _M_PER_KM:.2f}",
    "s_per_km": _pace,
    "fraction": lambda value: f"{100 * value:.1f}".replace("-", MINUS),
    "points": lambda value: f"{value:.1f}",
    "count": lambda value: f"{value:.0f}",
}
_SUFFIX = {
    "ln_ms": "ms",
    "bpm": "bpm",
    "s": "",
    "m": "km",
    "s_per_km": "min/km",
    "fraction": "%",
    "points": "of 10",
    "count": "",
}
