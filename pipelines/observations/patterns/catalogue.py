"""Every pattern there is: whatever a module of this package declares."""

from functools import cache

from pipelines.discovery import declared
from pipelines.observations import patterns
from pipelines.observations.patterns.contract import Pattern


@cache
def every_pattern() -> tuple[Pattern, ...]:
    """All patterns, in order of module."""
    return declared(patterns, Pattern)


def version() -> str:
    """Version of all rules: another one than stored has every athlete observed anew."""
    return ";".join(f"{pattern.name}={pattern.version}" for pattern in every_pattern())
