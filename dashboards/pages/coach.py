"""The coach's page of one squad: one file whose first screen needs no script and nothing beside it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import polars as pl
from markupsafe import Markup

from dashboards import amounts
from dashboards.concerns import GAP_DAYS, Concern, Leading, complete_count, leading
from dashboards.costs import Amount
from dashboards.figures.sparkline import DAYS as SPARK_DAYS
from dashboards.figures.sparkline import sparkline
from dashboards.figures.strip import DAYS, MARKS, TALLEST_S, sample, strip
from dashboards.marts import SquadMarts
from dashboards.measurement import device_changes, problems
from dashboards.quiet import the_others
from dashboards.site import render, styles
from dashboards.twin import STOCK_RULES, twin_line
from pipelines.observations.outside import METRICS

TEMPLATE = "coach.html.j2"
PROBLEM_LIMIT = 4
"""Measurement problems that stand open; more are folded. Engineering start value."""
NEWS_LIMIT = 3
"""Good news that stands open; more is folded. Engineering start value."""
UNKNOWN_COST = Amount(q05=None, q50=None, q95=None, unit="Wh")


def coach_page(marts: SquadMarts, cost_line: str, difference_cost: Amount = UNKNOWN_COST) -> str:
    """The page, from the rows of the squad, what the run so far cost, and what a difference from stock rules cost."""
    today = marts.squad_date
    lead = leading(marts)
    quiets, too_little = the_others(marts, today, lead.athlete_ids)
    athletes = marts.athletes.to_dicts()
    questions = marts.questions.sort("is_folded", "asked_on", "question_id", descending=[False, True, False]).to_dicts()
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
        complete_count=complete_count(marts),
        compared_count=lead.night["compared_count"] if lead.night else len(quiets) + len(lead.athlete_ids),
        lead=lead,
        not_shown=_by_reason(lead.others),
        news_not_shown=_by_reason(lead.other_news),
        news_limit=NEWS_LIMIT,
        gap_days=GAP_DAYS,
        questions=[row for row in questions if not row["is_folded"]],
        older_questions=[row for row in questions if row["is_folded"]],
        quiets=quiets,
        too_little=too_little,
        simulated_count=sum(athlete["is_simulated"] for athlete in athletes),
        names={athlete["athlete_id"]: athlete["display_name"] for athlete in athletes},
        folders={athlete["athlete_id"]: athlete["folder"] for athlete in athletes},
        problems=problems(marts.observations, today) if today else (),
        device_changes=device_changes(marts.device_changes, today) if today else (),
        problem_limit=PROBLEM_LIMIT,
        sparklines=_sparklines(marts, lead),
        skipped_count=marts.skipped.filter(pl.col("kind") != "duplicate").height,
        roster=_roster(marts),
        marks=MARKS,
        sample=sample,
        twin_line=twin_line(marts.twin, difference_cost),
        stock_rules=STOCK_RULES,
        cost_line=cost_line,
    )


def _by_reason(concerns: Sequence[Concern]) -> list[tuple[str, list[Concern]]]:
    """Rows that held and are not shown, by why."""
    reasons: dict[str, list[Concern]] = {}
    for concern in concerns:
        reasons.setdefault(concern.why_not_shown, []).append(concern)
    return sorted(reasons.items())


def _sparklines(marts: SquadMarts, lead: Leading) -> dict[str, Markup]:
    """Four weeks of the metric that leads a shown row, by row."""
    if marts.squad_date is None:
        return {}
    drawn = [(concern.row_id, concern.told[0].series) for concern in lead.shown]
    return {row_id: sparkline(series, marts.squad_date) for row_id, series in drawn if series}


def _roster(marts: SquadMarts) -> list[dict[str, object]]:
    """The athletes by name, each with six weeks on one line."""
    if marts.squad_date is None:
        return []
    frames = (
        marts.coverage,
        marts.gaps,
        marts.observations,
        marts.device_changes.filter(pl.col("metric").is_in(METRICS)),
    )
    coverage, gaps, observations, changes = (frame.partition_by("athlete_id", as_dict=True) for frame in frames)

    def of(rows: dict[tuple[Any, ...], pl.DataFrame], athlete_id: int) -> list[dict[str, Any]]:
        return rows[athlete_id,].to_dicts() if (athlete_id,) in rows else []

    return [
        {
            **athlete,
            "strip": strip(
                coverage=of(coverage, athlete["athlete_id"]),
                gaps=of(gaps, athlete["athlete_id"]),
                observations=of(observations, athlete["athlete_id"]),
                changes=sorted({row["change_date"] for row in of(changes, athlete["athlete_id"])}),
                last=marts.squad_date,
            ),
        }
        for athlete in marts.athletes.to_dicts()
    ]
