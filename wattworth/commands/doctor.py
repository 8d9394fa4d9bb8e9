"""`wattworth doctor`: what this installation stands on, and whether its warehouse holds together."""

import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

import sql
from pipelines.costs import factors, rapl
from pipelines.errors import WattworthError
from pipelines.paths import Home
from pipelines.warehouse.connect import connect
from pipelines.warehouse.lock import holder
from pipelines.warehouse.query import frame
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, JsonOption, located
from wattworth.printing import print_json, print_table

app = typer.Typer()

PACKAGES = ("wattworth", "duckdb", "polars", "dagster", "plotly")
OPTIONAL = {
    "codecarbon": "the second meter of model jobs",
    "scikit-learn": "the boosted rung",
    "dagster-webserver": "the UI",
}

Finding = tuple[str, str, str]
"""What was looked at, fine, missing or broken, and what was found."""


@app.command()
def doctor(
    *,
    country: Annotated[str, typer.Option(help="Grid country to look up, ISO 3166-1 alpha-3.")] = "",
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Look over versions, the lock, the published snapshot, the invariants, the meter and the factors.

    Exit code 0: nothing is broken. 2: something is, and its line says what.
    """
    where = located(home)
    found = [*_versions(), *_warehouse(where), *_meter(where, country)]
    if as_json:
        print_json([dict(zip(("what", "state", "found"), finding, strict=True)) for finding in found])
    else:
        print_table(("what", "state", "found"), found)
    if any(state == "broken" for _, state, _ in found):
        raise typer.Exit(2)


def _versions() -> Iterator[Finding]:
    yield "python", "fine", platform.python_version()
    for package in PACKAGES:
        yield package, "fine", version(package)
    for package, purpose in OPTIONAL.items():
        try:
            yield package, "fine", version(package)
        except PackageNotFoundError:
            yield package, "missing", f"optional: {purpose}"


def _warehouse(where: Home) -> Iterator[Finding]:
    yield "home", "fine" if where.root.is_dir() else "missing", str(where.root)
    yield "inbox", "fine" if where.inbox.is_dir() else "missing", str(where.inbox)
    held = holder(where.lock)
    yield "lock", "fine", "free" if held is None else f"held by {held}"
    if where.snapshot.exists():
        published = datetime.fromtimestamp(where.snapshot.stat().st_mtime, tz=UTC)
        try:
            open_snapshot(where).close()
            yield "snapshot", "fine", f"published {published:%Y-%m-%d %H:%M:%S} UTC"
        except WattworthError as error:
            yield "snapshot", "broken", str(error)
    else:
        yield "snapshot", "missing", "`wattworth run` publishes one"
    if not where.database.exists():
        yield "warehouse", "missing", "`wattworth run` makes one"
    elif held is not None:
        yield "invariants", "missing", "not looked at while a run is under way"
    else:
        yield from _invariants(where)


def _invariants(where: Home) -> Iterator[Finding]:
    """Every query that must return no row, on the live warehouse."""
    names = sql.names("invariants")
    try:
        with connect(where.database, read_only=True) as con:
            broken = {name: frame(con, name) for name in names}
    except WattworthError as error:
        yield "warehouse", "broken", str(error)
        return
    for name, rows in broken.items():
        if rows.height:
            yield name, "broken", f"{rows.height} rows, the first: {rows.head(1).to_dicts()[0]}"
    if all(rows.is_empty() for rows in broken.values()):
        yield "invariants", "fine", f"{len(names)} hold"


def _meter(where: Home, country: str) -> Iterator[Finding]:
    if rapl.read() is None:
        yield "energy counter", "missing", "no RAPL here: energy is estimated from CPU time, with wider bands"
    else:
        yield "energy counter", "fine", "RAPL"
    try:
        own = f", rows of {where.factors} first" if where.factors.is_dir() else ""
        yield "factors", "fine", f"version {factors.version(where.factors)}{own}"
        stated = factors.known_country(where.factors, country)
    except WattworthError as error:
        yield "factors", "broken", str(error)
        return
    if stated is None:
        yield "country", "missing", "not stated: carbon and water stay unknown; give --country"
    else:
        yield "country", "fine", f"{stated} has a grid factor"
