"""What `wattworth explain` says of a row of the coach's page: rules, why it was shown or not, what it rests on."""

from typing import Any

import duckdb

from pipelines.warehouse.query import fetched
from wattworth.printing import print_line, shown
from wattworth.rate_in_words import rates_of
from wattworth.restated_in_words import files_of, print_files, print_restatements, restatements_of
from wattworth.share_in_words import print_receipt, receipt_of

Row = dict[str, Any]


def explained_row(con: duckdb.DuckDBPyConnection, row_id: str) -> Row | None:
    """Everything known of one row of a night; None when no row has this identifier."""
    rows = fetched(con.execute("from mart_attention where row_id = ?", [row_id])).to_dicts()
    if not rows:
        return None
    seen = rows[0]
    night = [seen["squad"], seen["night_date"]]
    nights = fetched(con.execute("from mart_attention_nights where squad = ? and night_date = ?", night))
    asked = "from mart_observations where list_contains(?, observation_id) order by observed_date, observation_id"
    values = fetched(con.execute(asked, [seen["observation_ids"]])).to_dicts()
    asked = "from mart_patterns where list_contains(?, pattern_id) order by start_date, pattern_id"
    patterns = fetched(con.execute(asked, [seen["pattern_ids"]])).to_dicts()
    ids = [*seen["pattern_ids"], *seen["observation_ids"]]
    rates = rates_of(con, seen["athlete_id"])
    return {
        "row": seen,
        "night": next(iter(nights.to_dicts()), None),
        "patterns": patterns,
        "values": values,
        "rates": {rule: rates.get(rule) for rule in seen["rules"]},
        "restatements": [one for key in ids for one in restatements_of(con, key)],
        "source_files": files_of(con, seen["observation_ids"]),
        "sql": f"from mart_attention where row_id = '{row_id}'",
        "cost": receipt_of(con, seen["athlete_id"]),
    }


def print_row(found: Row) -> None:
    """The same in words, a line each."""
    seen = found["row"]
    state = f"shown at place {seen['place']}" if seen["is_shown"] else f"not shown: {seen['why_not_shown']}"
    print_line(f"{' and '.join(seen['rules'])} of athlete {seen['athlete_id']} on {seen['night_date']}: {state}")
    print_line(
        f"evidence {_known(seen['evidence'])}, novelty {_known(seen['novelty'])}, persistence "
        f"{_known(seen['persistence'])}, p {_known(seen['p_value'])}; since {seen['since_date']}"
    )
    night = found["night"]
    if night is not None:
        print_line(
            f"that night: {night['tested_count']} comparisons of {night['compared_count']} athletes, "
            f"{night['shown_count']} rows shown, {_known(night['expected_by_chance'])} expected by chance"
        )
    for row in found["patterns"]:
        print_line(f"  pattern {row['pattern_id']} {row['pattern']}, {row['start_date']} to {row['end_date']}")
    for row in found["values"]:
        value = "withheld" if row["observed_value"] is None else shown(row["observed_value"])
        print_line(
            f"  value {row['observation_id']} {row['observed_date']} {row['metric']}: {value} ± "
            f"{_known(row['expected_error'])} {row['unit']}, {row['grade']}"
        )
    print_files(found["source_files"])
    print_restatements(found["restatements"])
    print_line("each pattern and value has a `wattworth explain` of its own")
    print_line(f'SQL: wattworth sql "{found["sql"]}"')
    print_receipt(found["cost"], len(found["values"]))


def _known(value: float | None) -> str:
    return "not known" if value is None else shown(value)
