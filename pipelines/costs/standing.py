"""How a budget stands: what its night and its month have used so far, and what is left of them.

What does not belong here: which job may run.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from pipelines.costs.budget import JOULES_PER_WH, Allowance, Used, began_at, told


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One allowance and what was used of it since `began_at_utc`, in its unit."""

    allowance: Allowance
    began_at_utc: datetime
    used: float
    unknown_count: int
    """Attempts of that time whose figures are not known; they are in no sum."""

    @property
    def left(self) -> float:
        """What may still be used; 0 when nothing is left."""
        return max(0.0, self.allowance.limit - self.used)

    def __str__(self) -> str:
        """One line, such as "night budget: 12 of 100 CPU-s used since 2026-11-19 12:00 UTC, 88 CPU-s left"."""
        one = self.allowance
        attempts = "attempt" if self.unknown_count == 1 else "attempts"
        unknown = f"; {self.unknown_count} {attempts} not known" if self.unknown_count else ""
        return (
            f"{one.period} budget: {told(self.used, one.unit)} of {told(one.limit, one.unit)} used since"
            f" {self.began_at_utc:%Y-%m-%d %H:%M} UTC, {told(self.left, one.unit)} left{unknown}"
        )


def standings(con: duckdb.DuckDBPyConnection, allowances: tuple[Allowance, ...], now: datetime) -> tuple[Standing, ...]:
    """How each allowance stands at `now`, by the published ledger that `con` reads."""
    return tuple(_standing(con, one, now) for one in allowances)


def _standing(con: duckdb.DuckDBPyConnection, one: Allowance, now: datetime) -> Standing:
    since = began_at(one.period, now)
    sums = "select sum(cpu_s_own), sum(e_it_q50), count(*) filter (where cpu_s_own is null and status <> 'not_run')"
    row = con.execute(f"{sums} from mart_ledger where started_utc >= ?", [since]).fetchone()
    cpu_s, energy_j, unknown_count = row if row is not None else (None, None, 0)
    used = Used(cpu_s=cpu_s or 0.0, wh=(energy_j or 0.0) / JOULES_PER_WH).of(one.unit) or 0.0
    return Standing(allowance=one, began_at_utc=since, used=used, unknown_count=unknown_count)


def refused_line(entry: dict[str, Any]) -> str:
    """One line for a row of mart_ledger that was refused, retired or let pass: date, step, why, and who let it pass."""
    by = f"; by {entry['overridden_by']}" if entry["overridden_by"] else ""
    return f"{entry['started_utc']:%Y-%m-%d} {entry['step_key']}: {entry['note']}{by}"
