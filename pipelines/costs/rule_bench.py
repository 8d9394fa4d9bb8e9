"""The rule bench: how often each rule fires on ordinary days, metered as a step of its own, at most once a month."""

from pipelines.costs.meter import Meter
from pipelines.observations.rule_rates.stored import is_due, measure_squad, month_of
from pipelines.warehouse.open import Warehouse

STEP = "rule_bench"


def bench_rules(warehouse: Warehouse, squad: str, *, meter: Meter) -> int:
    """Measures the squad's rates when that is due, inside the step under way; gives the number of athletes measured.

    The month is that of the meter's clock.
    """
    month = month_of(meter.clock())
    if not is_due(warehouse, squad, month):
        return 0
    with meter.step(STEP, purpose="judge", partition=squad) as entry:
        entry.subject_count = measure_squad(warehouse, squad, month)
    return entry.subject_count
