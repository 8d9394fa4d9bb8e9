"""Every check there is, found by its declaration in a module of this package."""

from functools import cache

import pipelines.quality as package
from pipelines.discovery import declared
from pipelines.quality.contract import Check


@cache
def checks() -> tuple[Check, ...]:
    """All checks, in order of module and declaration. Raises `ValueError` when two carry the same name."""
    found = declared(package, Check)
    names = [check.name for check in found]
    double = {name for name in names if names.count(name) > 1}
    if double:
        raise ValueError(f"two checks carry the name {sorted(double)}: rename one")
    return found
