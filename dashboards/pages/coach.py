"""The coach's page of one squad: one file that needs no script and nothing beside it."""

from datetime import timedelta

import polars as pl
from markupsafe import Markup

from dashboards import amounts
from dashboards.attention import decide
from dashboards.concerns import GAP_DAYS, NEWS_LIMIT, leading
from dashboards.figures.sparkline import DAYS as SPARK_DAYS
from dashboards.figures.sparkline import sparkline
from dashboards.figures.strip import DAYS, TALLEST_S, strip
from dashboards.marts import SquadMarts
from dashboards.site import render, styles
from pipelines.observations.outside import METRICS

TEMPLATE = "coach.html.j2"
PROBLEM_LIMIT = 6
"""Measurement problems that stand open; more are folded."""


def coach_page(marts: SquadMarts, cost_line: str) -> str:
    """The page, from the rows of the squad and the one line that says what the run so far cost."""
    attention = decide(marts)
    today = marts.squad_date
    lead = leading(attention, marts.patterns, marts.gaps, today)
    athletes = marts.athletes.to_dicts()
    on_today = marts.coverage.filter(pl.col("data_date").eq_missing(pl.lit(today)), pl.col("gap_cause").is_null())
    compared = {row[0].athlete_id for row in (*attention.look, *attention.further, *attention.near_edge)}
    return render(
        TEMPLATE,
        inline_styles=Markup(styles()),  # noqa: S704 - our own style sheet
        squad=marts.squad,
        quoted_title=True,
        today=today,
        first_day=today - timedelta(days=DAYS - 1) if today else None,
        first_drawn=today - timedelta(days=SPARK_DAYS - 1) if today else None,
        full_bar=amounts.number(TALLEST_S, "s"),
        athlete_count=len(athletes),
        today_count=on_today["athlete_id"].n_unique(),
        compared_count=len(compared | {quiet.athlete_id for quiet in attention.quiet}),
        lead=lead,
        news_limit=NEWS_LIMIT,
        gap_days=GAP_DAYS,
        quiets=[quiet for quiet in attention.quiet if quiet.athlete_id not in lead.athlete_ids],
        simulated_count=sum(athlete["is_simulated"] for athlete in athletes),
        names={athlete["athlete_id"]: athlete["display_name"] for athlete in athletes},
        attention=attention,
        problems=attention.problems,
        problem_limit=PROBLEM_LIMIT,
        sparklines={
            (look.athlete_id, look.metric): sparkline(look.series, today)
            for concern in lead.shown
            for look in concern.looks
        }
        if today
        else {},
        skipped_count=marts.skipped.filter(pl.col("kind") != "duplicate").height,
        roster=_roster(marts),
        cost_line=cost_line,
    )


def _roster(marts: SquadMarts) -> list[dict[str, object]]:
    if marts.squad_date is None:
        return []
    rows = []
    for athlete in marts.athletes.to_dicts():
        mine = pl.col("athlete_id") == athlete["athlete_id"]
        changes = marts.device_changes.filter(mine, pl.col("metric").is_in(METRICS))["change_date"].unique().sort()
        drawn = strip(
            marts.coverage.filter(mine).to_dicts(),
            marts.observations.filter(mine).to_dicts(),
            changes.to_list(),
            marts.squad_date,
        )
        rows.append({**athlete, "strip": drawn})
    return rows
