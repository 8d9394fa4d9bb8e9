"""The factor files, and their way into the warehouse: a new version beside the old, never over it."""

import csv
import hashlib
from pathlib import Path
from typing import Any

import sql
from pipelines.costs.ledger import Store
from pipelines.errors import ConfigurationError

COLUMNS = ("zone", "quantity", "q05", "q50", "q95", "unit", "valid_year", "source")
KINDS = ("embodied", "energy_per_cpu_second", "grid", "language_model", "water")


def version(folder: Path) -> str:
    """First 12 hexadecimal digits of a hash over the factor files: names and contents."""
    digest = hashlib.sha256()
    for kind in KINDS:
        digest.update(kind.encode())
        digest.update(_file(folder, kind).read_bytes())
    return digest.hexdigest()[:12]


def rows(folder: Path) -> list[dict[str, Any]]:
    """Every factor in the files: kind, zone, quantity, q05, q50, q95 in `unit`, valid_year, source.

    Raises `ConfigurationError` for a missing file, a missing column, a figure that is no positive number, ends in
    the wrong order, or a row without source.
    """
    return [_row(kind, number, line, folder) for kind in KINDS for number, line in _lines(folder, kind)]


def load_factors(warehouse: Store) -> str:
    """Puts the factors of the files in use, as a new version where they changed; returns the version.

    Files that went back to an older state bring that version back into use.
    """
    folder = warehouse.home.factors
    current = version(folder)
    with warehouse.con.cursor() as cursor:
        found = cursor.execute(sql.statement("queries/factors_in_use.sql")).fetchone()
        in_use, load_index = found if found is not None else (None, -1)
        if in_use == current:
            return current
        values = rows(folder)
        cursor.execute("begin")
        cursor.execute("delete from factors where factors_version = ?", [current])
        for row in values:
            given = [current, load_index + 1, row["kind"], *(row[name] for name in COLUMNS)]
            cursor.execute("insert into factors values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", given)
        cursor.execute("commit")
    return current


def known_country(folder: Path, country: str | None) -> str | None:
    """The country in capitals, or null when none is stated.

    Raises `ConfigurationError` for one without a grid factor: a silent world average would be someone else's figure.
    """
    if country is None or not country.strip():
        return None
    stated = country.strip().upper()
    known = sorted(line["zone"] for _, line in _lines(folder, "grid"))
    if stated not in known:
        raise ConfigurationError(
            doing="looking up the grid factor of",
            where=stated,
            found="no such row in grid.csv",
            remedy=f"State one of {', '.join(known)} (WOR is the world average), or add the row with its source.",
        )
    return stated


def _file(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.csv"
    if not path.is_file():
        raise _wrong(path, "the file is missing", "Copy it from data/factors of the repository.")
    return path


def _lines(folder: Path, kind: str) -> list[tuple[int, dict[str, str]]]:
    path = _file(folder, kind)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise _wrong(path, f"the columns are {reader.fieldnames}", f"They have to be {', '.join(COLUMNS)}.")
        return [(reader.line_num, line) for line in reader]


def _row(kind: str, number: int, line: dict[str, str], folder: Path) -> dict[str, Any]:
    where = f"{_file(folder, kind)}, line {number}"
    figures = [_figure(line[name], where) for name in ("q05", "q50", "q95")]
    q05, q50, q95 = figures
    if q50 is None or (q05 is None) != (q95 is None):
        raise _wrong(where, "the middle or one end is missing", "Give q50, and both ends or none.")
    if q05 is not None and q95 is not None and not q05 <= q50 <= q95:
        raise _wrong(where, f"{q05}, {q50}, {q95} do not rise", "Order them q05, q50, q95.")
    if not line["source"].strip():
        raise _wrong(where, "it has no source", "Say where the figure is from.")
    year = int(line["valid_year"]) if line["valid_year"] else None
    named = {name: line[name] for name in ("zone", "quantity", "unit", "source")}
    return {"kind": kind, **named, "q05": q05, "q50": q50, "q95": q95, "valid_year": year}


def _figure(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        figure = float(text)
    except ValueError:
        figure = -1.0
    if not figure > 0:
        raise _wrong(where, f"{text} is no positive number", "Leave a figure out that is not known.")
    return figure


def _wrong(where: Path | str, found: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(doing="reading the factors in", where=str(where), found=found, remedy=remedy)
