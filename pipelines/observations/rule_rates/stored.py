"""The rates of a squad in the warehouse: measured at most once a calendar month, and when a rule changed."""

from datetime import date, datetime

from pipelines.observations.rule_rates.measure import TABLES, rule_rates, version
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, transaction
from pipelines.warehouse.subjects import athlete_tables


def month_of(now: datetime) -> date:
    """First date of the calendar month (UTC)."""
    return now.date().replace(day=1)


def is_due(warehouse: Warehouse, squad: str, month: date) -> bool:
    """Whether the squad has athletes, and none of them has rates of this month and these rules."""
    measured = frame(
        warehouse.con, "queries/measured_rule_rates.sql", squad=squad, month=month, version=version()
    ).item()
    return measured == 0 and bool(_athletes(warehouse, squad))


def measure_squad(warehouse: Warehouse, squad: str, month: date) -> int:
    """Measures the rates of every athlete of the squad anew; gives their number.

    All in one transaction: a squad killed half-way is measured again, and not taken for done.
    """
    athletes = _athletes(warehouse, squad)
    found = [rule_rates(athlete_tables(warehouse, [athlete_id], tables=TABLES), month=month) for athlete_id in athletes]
    with transaction(warehouse.con, "settle"):
        warehouse.con.execute("delete from rule_rates where athlete_id = any($1::integer[])", [athletes])
        for rows in found:
            insert(warehouse.con, "rule_rates", rows)
    return len(athletes)


def _athletes(warehouse: Warehouse, squad: str) -> list[int]:
    return frame(warehouse.con, "queries/squad_athletes.sql", squad=squad)["athlete_id"].to_list()
