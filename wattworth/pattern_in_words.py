"""What `wattworth explain` says of a pattern: its parts, the values it used with their verdicts, and its rule."""

from typing import Any

import duckdb

from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.documentation import rule_of
from pipelines.warehouse.query import fetched
from wattworth.printing import print_line, shown
from wattworth.rate_in_words import print_rate, rates_of
from wattworth.restated_in_words import files_of, print_files, print_restatements, restatements_of
from wattworth.share_in_words import print_receipt, receipt_of

Row = dict[str, Any]


def explained_pattern(con: duckdb.DuckDBPyConnection, pattern_id: str) -> Row | None:
    """Everything known of one published pattern; None when no pattern has this identifier."""
    rows = fetched(con.execute("from mart_patterns where pattern_id = ?", [pattern_id])).to_dicts()
    if not rows:
        return None
    seen = rows[0]
    asked = "from mart_observations where list_contains(?, observation_id) order by observed_date, observation_id"
    values = fetched(con.execute(asked, [seen["observation_ids"]])).to_dicts()
    rule = next((rule_of(pattern) for pattern in every_pattern() if pattern.name == seen["pattern"]), None)
    return {
        "pattern": seen,
        "values": values,
        "unpublished_observation_ids": _missing(seen, values),
        "rule": None if rule is None else vars(rule) | {"numbers": [vars(number) for number in rule.numbers]},
        "rate": rates_of(con, seen["athlete_id"]).get(seen["pattern"]),
        "restatements": restatements_of(con, pattern_id),
        "source_files": files_of(con, seen["observation_ids"]),
        "sql": _sql(pattern_id),
        "cost": receipt_of(con, seen["athlete_id"]),
    }


def _sql(pattern_id: str) -> str:
    ids = f"select unnest(observation_ids) from mart_patterns where pattern_id = '{pattern_id}'"  # noqa: S608 - shown
    return f"from mart_observations where observation_id in ({ids}) order by observed_date"


def _missing(seen: Row, values: list[Row]) -> list[str]:
    there = {row["observation_id"] for row in values}
    return [key for key in seen["observation_ids"] if key not in there]


def print_pattern(found: Row) -> None:
    """The same in words, a line each."""
    seen = found["pattern"]
    kind = "good news" if seen["is_good_news"] else "worth a look"
    print_line(
        f"{seen['pattern']} from {seen['start_date']} to {seen['end_date']} (athlete {seen['athlete_id']}), {kind}"
    )
    print_line(f"{_figures(seen)}; grade {seen['grade']}")
    for part in seen["components"]:
        print_line(f"  part: {part['component']}: {part['detail']} ({part['day_count']} days)")
    for doubt in seen["doubts"]:
        print_line(f"  what could make it otherwise: {doubt}")
    for remark in seen["remarks"]:
        print_line(f"  of every such pattern: {remark}")
    print_line(
        f"the same rule held on {seen['earlier_held_count']} of the {seen['earlier_day_count']} days before on which it"
        " could be tried"
    )
    _print_values(found)
    print_files(found["source_files"])
    print_restatements(found["restatements"])
    _print_rule(found["rule"])
    print_rate(found["rate"], None)
    print_line(f'SQL: wattworth sql "{found["sql"]}"')
    print_receipt(found["cost"], len(found["values"]))


def _figures(seen: Row) -> str:
    if seen["unit"] == "count":
        return f"{shown(seen['pattern_value'])} of {shown(seen['usual_value'])} signs that could be compared"
    error = "not known" if seen["expected_error"] is None else shown(seen["expected_error"])
    told = f"{seen['metric']}: {shown(seen['pattern_value'])} ± {error} {seen['unit']}"
    if seen["usual_value"] is None:
        return f"{told} less than the athlete's own usual in all"
    return f"{told}, held against {shown(seen['usual_value'])}"


def _print_values(found: Row) -> None:
    print_line("values used:" if found["values"] else "values used: none is published")
    for row in found["values"]:
        value = "withheld" if row["observed_value"] is None else shown(row["observed_value"])
        error = "not known" if row["expected_error"] is None else shown(row["expected_error"])
        reasons = "".join(f", {reason['check_name']}" for reason in row["reasons"])
        print_line(
            f"  {row['observation_id']} {row['observed_date']} {row['metric']}: {value} ± {error} {row['unit']}, "
            f"{row['grade']}, {row['verdict'].replace('_', ' ')} for {row['purpose']}{reasons}"
        )
    if found["unpublished_observation_ids"]:
        print_line(f"  not published any more: {', '.join(found['unpublished_observation_ids'])}")


def _print_rule(rule: Row | None) -> None:
    if rule is None:
        print_line("rule: not known to this version")
        return
    print_line(f"rule {rule['name']}, version {rule['version']}: {rule['said']}")
    for number in rule["numbers"]:
        print_line(f"  {number['name']} {number['number']:g}: {number['meaning'] or 'as the rule says'}")
