"""What `wattworth explain` says of how often a rule fires on an athlete's ordinary days."""

from typing import Any

import duckdb

from pipelines.observations.rule_rates.controls import clean_controls
from pipelines.observations.rule_rates.measure import rules
from pipelines.quality.catalogue import checks
from pipelines.warehouse.query import fetched
from wattworth.printing import print_line

Row = dict[str, Any]


def rates_of(con: duckdb.DuckDBPyConnection, athlete_id: int) -> dict[str, Row]:
    """The published rates of one athlete by rule, of the rules as they are now: rows of mart_rule_rates."""
    found = fetched(con.execute("from mart_rule_rates where athlete_id = ? order by rule", [athlete_id]))
    versions = {name: version for name, _, version in rules()}
    return {row["rule"]: row for row in found.to_dicts() if versions.get(row["rule"]) == row["rule_version"]}


def controls_of(rule: str) -> Row | None:
    """What was measured on clean controls for the signal of a check; None for any other rule."""
    signal = next((check.signal for check in checks() if check.name == rule), None)
    control = clean_controls().get(signal or "")
    return None if control is None else vars(control)


def print_rate(rate: Row | None, control: Row | None) -> None:
    """One line: the rate with its interval, why there is none, or what clean controls showed."""
    if rate is not None and rate["fires_per_100"] is not None:
        span = f"{rate['lower_per_100']:.1f} to {rate['upper_per_100']:.1f}"
        print_line(
            f"  fires on {rate['fires_per_100']:.1f} of 100 ordinary days of this athlete (95 %: {span}; drawn from"
            f" {rate['history_day_count']} days, measured in {rate['month_date']:%B %Y})"
        )
    elif rate is not None:
        print_line(f"  how often it fires on ordinary days is not known: {rate['why_not']}")
    elif control is not None:
        span = f"{control['lower_per_100']:.1f} to {control['upper_per_100']:.1f}"
        print_line(
            "  how often it fires on this athlete's ordinary days is not known; of 100 clean athlete-days"
            f" ({control['controls']}, generated) {control['doubtful_per_100']:.1f} became doubtful (95 %: {span})"
            " by any check of its signal"
        )
    else:
        print_line("  how often it fires on ordinary days is not measured yet: that is done once a month")
