"""From a value to what it rests on: figures, checks that fired and passed, file, cost, and the SQL that finds them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from dashboards import amounts, words
from dashboards.costs import amount
from pipelines.costs.statement import KNOWN_BY
from pipelines.quality.catalogue import checks

UNIT_ENDINGS = {"m_per_s": "m/s", "s_per_km": "s/km", "ln_ms": "ln ms", "ms": "ms", "s": "s", "bpm": "bpm", "m": "m"}
"""Endings of names in stored evidence, longest first, with the unit they stand for."""
MAKING = ("ingest", "judge", "observe")
"""Purposes of cost without which a value would not be there; pages and models came later."""
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CheckSet:
    """What came of the checks of some subjects alike: those passed, and those not assessable with why."""

    number: int
    passed: tuple[str, ...]
    not_assessable: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """Its address on the page."""
        return f"checks-{self.number}"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What one value of a kind of subject has cost: CPU time (s) and energy, as text, and each purpose's part."""

    subject_kind: str
    cpu_s: float
    energy: str
    known_by: str
    parts: tuple[tuple[str, str, str], ...]
    unknown_count: int

    @property
    def anchor(self) -> str:
        """Its address on the page."""
        return f"receipt-{self.subject_kind}"

    @property
    def cpu(self) -> str:
        """CPU time as people read it."""
        return f"{amounts.amount(self.cpu_s)} CPU-s"


def check_sets(outcomes: pl.DataFrame) -> dict[str, CheckSet]:
    """By subject_id the set of checks that found nothing, from rows of mart_outcomes; equal sets are one."""
    sets: dict[tuple[Any, ...], CheckSet] = {}
    found = {}
    for row in outcomes.sort("subject_kind", "subject_id").to_dicts():
        unasked = tuple((one["check_name"], one["why"]) for one in row["not_assessable"])
        key = (row["subject_kind"], tuple(row["passed"]), unasked)
        if key not in sets:
            sets[key] = CheckSet(number=len(sets) + 1, passed=key[1], not_assessable=unasked)
        found[row["subject_id"]] = sets[key]
    return found


def told_once(sets: Mapping[str, CheckSet]) -> list[CheckSet]:
    """Each set once, by its number."""
    return sorted({one.number: one for one in sets.values()}.values(), key=lambda one: one.number)


def receipts_of(athlete_id: int, rows: pl.DataFrame | None) -> dict[str, Receipt]:
    """By kind of subject what one value has cost, from rows of queries/receipts_of_observations.sql."""
    if rows is None:
        return {}
    kinds: dict[str, list[Row]] = {}
    for row in rows.filter(pl.col("athlete_id") == athlete_id).to_dicts():
        kinds.setdefault(row["subject_kind"], []).append(row)
    found = {kind: _receipt(kind, kinds[kind]) for kind in sorted(kinds)}
    return {kind: receipt for kind, receipt in found.items() if receipt is not None}


def _receipt(kind: str, rows: Iterable[Row]) -> Receipt | None:
    made = [row for row in rows if row["purpose"] in MAKING]
    known = [row for row in made if row["e_it_q50"] is not None]
    if not known:
        return None
    total = {name: sum(row[name] for row in known) for name in ("e_it_q05", "e_it_q50", "e_it_q95")}
    return Receipt(
        subject_kind=kind,
        cpu_s=sum(row["cpu_s"] for row in made if row["cpu_s"] is not None),
        energy=str(amount(total, "e_it")),
        known_by=KNOWN_BY[all(row["is_measured"] for row in known)],
        parts=tuple(
            (row["purpose"], amounts.NOT_KNOWN if row["cpu_s"] is None else amounts.amount(row["cpu_s"]), _energy(row))
            for row in rows
        ),
        unknown_count=sum(row["unknown_count"] for row in made),
    )


def _energy(row: Row) -> str:
    return str(amount(row, "e_it"))


def facts(evidence: str) -> list[tuple[str, str]]:
    """The figures a value rests on, as words and plain numbers; text that is not JSON stands as it is."""
    try:
        stated = json.loads(evidence)
    except json.JSONDecodeError:
        return [("evidence", evidence)] if evidence else []
    if not isinstance(stated, dict):
        return [("evidence", evidence)]
    return [_fact(name, value) for name, value in stated.items()]


def _fact(name: str, value: object) -> tuple[str, str]:
    """Name and figure; a unit at the end of a name of ours goes behind the figure."""
    named, ending = _taken_apart(name)
    if value is None:
        return named, amounts.NOT_KNOWN
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if name.endswith("_fraction"):
            return named, amounts.percent(value)
        return named, f"{value:.6g} {UNIT_ENDINGS.get(ending, '')}".strip()
    return named, str(value)


@cache  # a few dozen names, each beside every value of its kind
def _taken_apart(name: str) -> tuple[str, str]:
    ending = next((ending for ending in UNIT_ENDINGS if name.endswith(f"_{ending}")), "")
    return words.plain(name.removesuffix(f"_{ending}") if ending else name), ending


@cache
def thresholds() -> dict[str, str]:
    """By check its thresholds in one line, such as "range at most 2000 ms"; a check without any says so."""
    return {
        check.name: "; ".join(f"{one.name} {one.number:g} {one.unit}".strip() for one in check.thresholds)
        or "no threshold"
        for check in checks()
    }
