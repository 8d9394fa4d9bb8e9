"""What a model job is expected to use before it begins: what its like used last on this machine, by athlete-days.

What does not belong here: what there is to spend.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipelines.costs.budget import PERIODS, Period, Price, Used, began_at
from pipelines.costs.machine import Machine
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame

PROCESS = "model_process"
"""Step the jobs of a run share: starting it is paid once."""

NOTHING_KNOWN = Price(expected=Used(cpu_s=None, wh=None))


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices by step of the ledger: per athlete-day for jobs and rivals, as it is for the process around them."""

    by_step: Mapping[str, Price]

    def of(self, step_key: str, day_count: int) -> Price:
        """What a job on so many athlete-days is expected to use; work is taken to grow with their number."""
        price = self.by_step.get(step_key, NOTHING_KNOWN)
        times = 1 if step_key == PROCESS else day_count
        return Price(expected=_times(price.expected, times), has_failed=price.has_failed)

    def around(self, rivals: Mapping[str, int]) -> Used:
        """What the process and the rivals in it are expected to use; `rivals`: athlete-days by their step."""
        parts = [self.of(PROCESS, 1), *(self.of(step_key, days) for step_key, days in rivals.items())]
        return Used(cpu_s=_sum([part.expected.cpu_s for part in parts]), wh=_sum([part.expected.wh for part in parts]))


def prices(warehouse: Warehouse, machine: Machine) -> Prices:
    """What the ledger tells of jobs on machines like this one."""
    here = {"cpu_model": machine.cpu_model, "thread_count": machine.thread_count}
    rows = frame(warehouse.con, "queries/expected_prices.sql", **here).to_dicts()
    known = {
        row["step_key"]: Price(
            expected=Used(cpu_s=row["cpu_s"], wh=row["energy_wh"]), has_failed=bool(row["has_failed"])
        )
        for row in rows
    }
    return Prices(by_step=known)


def spent(warehouse: Warehouse, now: datetime) -> dict[Period, Used]:
    """What stands in the ledger of this night and of this month; a step under way is not in it yet."""
    found: dict[Period, Used] = {}
    for period in PERIODS:
        (row,) = frame(warehouse.con, "queries/spent_since.sql", since=began_at(period, now)).to_dicts()
        found[period] = Used(cpu_s=row["cpu_s"], wh=row["energy_wh"])
    return found


def _times(used: Used, times: int) -> Used:
    return Used(
        cpu_s=None if used.cpu_s is None else used.cpu_s * times, wh=None if used.wh is None else used.wh * times
    )


def _sum(figures: list[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None
