"""The only place where a table is described: migrations, staging and mart views, queries, invariants.

A resource package. It knows nothing of what its statements are used for.
"""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The text of one SQL file, such as `statement("marts/mart_nights.sql")`."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def names(folder: str) -> tuple[str, ...]:
    """The SQL files of one folder in order, such as `("migrations/0001_sources.sql", ...)`."""
    found = (entry.name for entry in files(__name__).joinpath(folder).iterdir())
    return tuple(f"{folder}/{name}" for name in sorted(found) if name.endswith(".sql"))
