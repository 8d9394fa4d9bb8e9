"""The ledger as others read it: every entry with its totals, and one honest sentence.

What does not belong here: pages and terminals. A figure is printed with one digit, never without its band,
and never without how it is known.
"""

from collections.abc import Mapping
from decimal import Decimal
from math import floor, log10
from typing import Any

import duckdb

from pipelines.costs.budget import JOULES_PER_WH
from pipelines.warehouse.query import fetched, frame

JOULES_PER_MWH = 3.6
LEAST_SHOWN_IN_WH_J = 0.001 * JOULES_PER_WH
"""Below a thousandth of a watt-hour (J), energy reads better in mWh."""

DIGITS = 1
"""Significant figures of a value whose ends are a factor of ten apart: more would be decoration."""

WALL_READINGS = "from mart_wall_readings where ? in ('', run_id) order by started_at_utc, reading_id"

WALL_DIGITS = 2
"""Significant figures of a reading: meters at the wall are right to some hundredths."""

PARTS = (
    ("carbon of the electricity", "g_operational", "g CO2e"),
    ("carbon of making the machine", "g_embodied", "g CO2e"),
    ("water", "water_ml", "mL"),
)

KNOWN_BY = {
    True: "read from the processor's energy counter",
    False: "estimated from CPU time",
}


def ledger_json(con: duckdb.DuckDBPyConnection, *, run_id: str = "") -> dict[str, Any]:
    """Entries and totals of one run, or of all, in the column names of `mart_ledger`: what `ledger --json` prints.

    Beside them `purposes`, the totals by purpose, so that backtests, CI and idling are counted apart, `metering`, what
    the meter itself took, and `wall_readings`. Energy in J, carbon in g CO2e, water in mL, times in s; null is not
    known. `con` reads the published snapshot.
    """
    query = "from mart_ledger where ? in ('', run_id) order by started_utc, entry_id"
    entries = fetched(con.execute(query, [run_id])).to_dicts()
    (totals,) = frame(con, "queries/ledger_totals.sql", run_id=run_id).to_dicts()
    evidence = {entry["evidence"] for entry in entries if entry["e_it_q50"] is not None}
    zones = {entry["ci_zone"] for entry in entries}
    facts = {"is_measured": evidence == {"measured_counter"}, "ci_zone": zones.pop() if len(zones) == 1 else None}
    return {
        "entries": entries,
        "totals": totals | facts,
        "purposes": frame(con, "queries/ledger_purposes.sql", run_id=run_id).to_dicts(),
        "metering": frame(con, "queries/ledger_metering.sql", run_id=run_id).to_dicts()[0],
        "wall_readings": fetched(con.execute(WALL_READINGS, [run_id])).to_dicts(),
    }


def sentence(totals: Mapping[str, Any]) -> str:
    """One sentence with energy, its band and how it is known, then carbon and water, or why they are not known.

    Such as "≈ 0.002 Wh (90 %: 0.0006 to 0.006), estimated from CPU time; carbon and water not known: no country
    stated". `totals` as from `ledger_json`.
    """
    return "; ".join([_energy(totals), *_carbon_and_water(totals), *_left_out(totals)])


def metering_sentence(metering: Mapping[str, Any]) -> str:
    """What the meter itself took of the CPU time of those runs that tell it; `metering` as from `ledger_json`."""
    if not metering["cpu_s"]:
        return "What metering took is not known."
    share = metering["metering_cpu_s"] / metering["cpu_s"]
    return f"Metering took {figure(metering['metering_cpu_s'], WALL_DIGITS)} of these CPU-s, {share:.1%} of its runs."


def wall_sentence(reading: Mapping[str, Any]) -> str:
    """One sentence on a reading at the wall: the run it is of, and what that says of the estimate, or why of none.

    `reading` is a row of `mart_wall_readings`.
    """
    span = f"{reading['started_at_utc']:%Y-%m-%d %H:%M} to {reading['ended_at_utc']:%H:%M} UTC"
    said = f"at the wall {span}: {reading['energy_wh']:g} Wh"
    if reading["run_id"] is None:
        why = ", ".join(reading["doubts"]) or "no run in that time"
        return f"{said}, of no run ({why})"
    if reading["estimate_ratio"] is None:
        return f"{said} by the whole machine in run {reading['run_id']}; power at rest not given, so not comparable"
    own = figure(reading["energy_j"] / JOULES_PER_WH, WALL_DIGITS)
    ratio = figure(reading["estimate_ratio"], WALL_DIGITS)
    return f"{said}, {own} Wh above rest in run {reading['run_id']}: {ratio} times the middle of the estimate"


def figure(number: float, digits: int = DIGITS) -> str:
    """The number with so many significant digits and no exponent, such as "0.002", "30" or "400"."""
    if number == 0:
        return "0"
    rounded = round(number, digits - 1 - floor(log10(abs(number))))
    return f"{Decimal(str(rounded)).normalize():f}"


def _energy(totals: Mapping[str, Any]) -> str:
    middle = totals["e_it_q50"]
    if middle is None:
        return "energy not known"
    in_wh = middle >= LEAST_SHOWN_IN_WH_J
    unit, per = ("Wh", JOULES_PER_WH) if in_wh else ("mWh", JOULES_PER_MWH)
    return f"{_band(totals, 'e_it', unit, per)}, {KNOWN_BY[bool(totals['is_measured'])]}"


def _carbon_and_water(totals: Mapping[str, Any]) -> list[str]:
    known = [f"{name} {_band(totals, column, unit, 1.0)}" for name, column, unit in PARTS if _is(totals, column)]
    unknown = [name for name, column, _ in PARTS if not _is(totals, column)]
    if not unknown:
        return known
    return [*known, f"{' and '.join(unknown)} not known: {_why_unknown(totals)}"]


def _why_unknown(totals: Mapping[str, Any]) -> str:
    """Why carbon or water of a sum is not known: what has no country has neither."""
    if not totals["country_missing_count"]:
        return "no factor for a part of it"
    is_whole = totals["country_missing_count"] == totals["known_count"]
    return "no country stated" if is_whole else "no country stated for a part of it"


def _left_out(totals: Mapping[str, Any]) -> list[str]:
    count = totals["unknown_count"]
    return [f"{count} of {totals['entry_count']} entries left out, their energy is not known"] if count else []


def _is(totals: Mapping[str, Any], column: str) -> bool:
    return totals[f"{column}_q50"] is not None


def _band(totals: Mapping[str, Any], column: str, unit: str, per: float) -> str:
    low, middle, high = (totals[f"{column}_{end}"] / per for end in ("q05", "q50", "q95"))
    return f"≈ {figure(middle)} {unit} (90 %: {figure(low)} to {figure(high)})"
