"""How every rung of the ladder stands: on, on trial or retired, since when, and what leaving it out has saved.

What does not belong here: the rule (see `retirement`), and what a rung gains.
"""

from dataclasses import asdict
from typing import Any

import duckdb

from pipelines.costs.retirement import standings
from pipelines.warehouse.query import fetched, frame

HISTORY = "select * from mart_verdict_history order by all"


def rung_states(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """One row per squad, task and model that ever had a verdict, with what was saved; `con` reads the published marts.

    Columns: squad, task, model, model_version, state, since_date, verdict_count; night_count on which it was left out,
    unknown_count of those whose price was not known, cpu_s (s) and e_it_q05, e_it_q50, e_it_q95 (J) that these were
    expected to use: null when none is known.
    """
    saved = {
        (row.pop("squad"), row.pop("task"), row.pop("model")): row
        for row in frame(con, "queries/saved_by_retirement.sql").to_dicts()
    }
    history = fetched(con.execute(HISTORY))
    return [
        {"squad": squad, **asdict(one), **saved.get((squad, one.task, one.model), NOTHING)}
        for (squad,), rows in sorted(history.group_by("squad"))
        for one in standings(rows)
    ]


NOTHING: dict[str, Any] = {
    "night_count": 0,
    "unknown_count": 0,
    **dict.fromkeys(("cpu_s", "e_it_q05", "e_it_q50", "e_it_q95")),
}
"""What is saved where nothing was left out."""
