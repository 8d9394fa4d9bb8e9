"""The factor files, and their way into the warehouse: a new version beside the old, never over it.

A row of the user's own files takes the place of the row of the repository with the same kind, zone and quantity, or
stands beside it as a new one; what the user does not name stays as it is shipped.
"""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl

import sql
from pipelines.costs.ledger import Store
from pipelines.errors import ConfigurationError
from pipelines.paths import REPOSITORY
from pipelines.tables import conform
from pipelines.warehouse.query import insert

SHIPPED = REPOSITORY / "data" / "factors"
COLUMNS = ("zone", "quantity", "q05", "q50", "q95", "unit", "valid_year", "source")
KINDS = ("embodied", "energy_per_cpu_second", "grid", "language_model", "site", "timing", "water")

LEAST = {"pue": 1.0, "wue_site": 0.0}
"""Quantities with a least value of their own: a site cannot use less energy than its machines, and may use no water.
Every other figure has to be above zero: a factor that is not known is left out."""


def version(own: Path) -> str:
    """First 12 hexadecimal digits of a hash over every factor in force, the user's `own` ones included."""
    return hashlib.sha256(json.dumps(rows(own)).encode()).hexdigest()[:12]


def rows(own: Path) -> list[dict[str, Any]]:
    """Every factor in force: kind, zone, quantity, q05, q50, q95 in `unit`, valid_year, source.

    `own` is the folder of the user's files, which need not be there. Raises `ConfigurationError` for a file that is
    no kind of factor, a missing column, a figure that cannot be, ends in the wrong order, a row that stands there
    twice, or one without source.
    """
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for folder in _folders(own):
        for kind in KINDS:
            found |= _by_name(folder, kind)
    return [found[name] for name in sorted(found)]


def load_factors(warehouse: Store) -> str:
    """Puts the factors in force into the warehouse, as a new version where they changed; returns the version.

    Files that went back to an older state bring that version back into use.
    """
    own = warehouse.home.factors
    current = version(own)
    with warehouse.con.cursor() as cursor:
        found = cursor.execute(sql.statement("queries/factors_in_use.sql")).fetchone()
        in_use, load_index = found if found is not None else (None, -1)
        if in_use == current:
            return current
        values = pl.DataFrame(rows(own), infer_schema_length=None).with_columns(
            pl.lit(current).alias("factors_version"), pl.lit(load_index + 1).alias("load_index")
        )
        cursor.execute("begin")
        cursor.execute("delete from factors where factors_version = ?", [current])
        insert(cursor, "factors", conform(values, "factors"))
        cursor.execute("commit")
    return current


def known_country(own: Path, country: str | None) -> str | None:
    """The country in capitals, or null when none is stated.

    Raises `ConfigurationError` for one without a grid factor: a silent world average would be someone else's figure.
    """
    if country is None or not country.strip():
        return None
    stated = country.strip().upper()
    known = sorted({line["zone"] for folder in _folders(own) for _, line in _lines(folder, "grid")})
    if stated not in known:
        raise ConfigurationError(
            doing="looking up the grid factor of",
            where=stated,
            found="no such row in grid.csv",
            remedy=f"State one of {', '.join(known)} (WOR is the world average), or put the row with its source "
            f"into {own / 'grid.csv'}.",
        )
    return stated


def _folders(own: Path) -> list[Path]:
    """The folders of factor files, the user's last; raises `ConfigurationError` for a file there that is no kind."""
    for path in sorted(own.glob("*.csv")):
        if path.stem not in KINDS:
            raise _wrong(path, "there is no such kind of factor", f"Name it {', '.join(f'{k}.csv' for k in KINDS)}.")
    return [SHIPPED, own] if own != SHIPPED else [SHIPPED]


def _by_name(folder: Path, kind: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for number, line in _lines(folder, kind):
        row = _row(kind, number, line, folder)
        name = (kind, row["zone"], row["quantity"])
        if name in found:
            raise _wrong(f"{folder / f'{kind}.csv'}, line {number}", "the row stands there twice", "Keep one of them.")
        found[name] = row
    return found


def _lines(folder: Path, kind: str) -> list[tuple[int, dict[str, str]]]:
    path = folder / f"{kind}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise _wrong(path, f"the columns are {reader.fieldnames}", f"They have to be {', '.join(COLUMNS)}.")
        return [(reader.line_num, {name: line[name] or "" for name in COLUMNS}) for line in reader]


def _row(kind: str, number: int, line: dict[str, str], folder: Path) -> dict[str, Any]:
    where = f"{folder / f'{kind}.csv'}, line {number}"
    q05, q50, q95 = (_figure(line[name], line["quantity"], where) for name in ("q05", "q50", "q95"))
    if q50 is None or (q05 is None) != (q95 is None):
        raise _wrong(where, "the middle or one end is missing", "Give q50, and both ends or none.")
    if q05 is not None and q95 is not None and not q05 <= q50 <= q95:
        raise _wrong(where, f"{q05}, {q50}, {q95} do not rise", "Order them q05, q50, q95.")
    if not line["source"].strip():
        raise _wrong(where, "it has no source", "Say where the figure is from.")
    named = {name: line[name] for name in ("zone", "quantity", "unit", "source")}
    return {"kind": kind, **named, "q05": q05, "q50": q50, "q95": q95, "valid_year": _year(line["valid_year"], where)}


def _year(text: str, where: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise _wrong(where, f"{text} is no year", "Give the year the figure is for, such as 2025, or leave it out.")
    return int(text)


def _figure(text: str, quantity: str, where: str) -> float | None:
    if not text:
        return None
    try:
        figure = float(text)
    except ValueError:
        figure = float("nan")
    if quantity in LEAST and not figure >= LEAST[quantity]:
        raise _wrong(where, f"{text} is under {LEAST[quantity]:g}", "Leave a figure out that is not known.")
    if quantity not in LEAST and not figure > 0:
        raise _wrong(where, f"{text} is no positive number", "Leave a figure out that is not known.")
    return figure


def _wrong(where: Path | str, found: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(doing="reading the factors in", where=str(where), found=found, remedy=remedy)
