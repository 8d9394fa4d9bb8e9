"""The analyst's page of one squad: what changed, what can be trusted for what, and the way back to every file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from dashboards.figures.pareto import BARS, reasons_by_count
from dashboards.figures.plotted import plotted
from dashboards.marts import of_athletes, read_mart
from dashboards.proofs import NOTHING_KEPT, Proof
from dashboards.rule_bench import MOST_ROWS, OPEN_ROWS, BenchMarts, bench, read_bench
from dashboards.site import render
from dashboards.trust import MATRIX, matrix, pareto

TEMPLATE = "analyst.html.j2"
ROW_LIMIT = 40
"""Rows of a long list that stand on the page; its SQL gives them all."""
NOT_ENDED = frozenset({"failed", "unfinished"})
"""How a run ended that does not say whether it found anything new."""


@dataclass(frozen=True, kw_only=True)
class AnalystMarts:
    """Every row the page of one squad is made from. `run` is the last run that found anything new for it."""

    squad: str
    squad_date: date | None
    run: dict[str, Any] | None
    athletes: pl.DataFrame
    trust: pl.DataFrame
    reasons: pl.DataFrame
    checks: pl.DataFrame
    formats: pl.DataFrame
    skipped: pl.DataFrame
    restatements: pl.DataFrame
    device_changes: pl.DataFrame
    merges: pl.DataFrame
    clocks: pl.DataFrame
    gaps: pl.DataFrame
    precision: pl.DataFrame
    bench: BenchMarts


def read_analyst(con: duckdb.DuckDBPyConnection, squad: str) -> AnalystMarts:
    """The rows of the published marts that the page shows, in a fixed order."""
    everyone = read_mart(con, "mart_athletes").filter(pl.col("squad") == squad)
    athletes = everyone.sort("display_name", "athlete_id")
    ids = athletes["athlete_id"].to_list()
    on = athletes["squad_date"].max() if athletes.height else None
    return AnalystMarts(
        squad=squad,
        squad_date=on if isinstance(on, date) else None,
        run=last_change(read_mart(con, "mart_runs"), squad),
        athletes=athletes,
        trust=of_athletes(con, "mart_trust", ids),
        reasons=of_athletes(con, "mart_reasons", ids),
        checks=of_athletes(con, "mart_check_counts", ids),
        formats=of_athletes(con, "mart_formats", ids),
        skipped=of_athletes(con, "mart_skipped", ids),
        restatements=of_athletes(con, "mart_restatements", ids),
        device_changes=of_athletes(con, "mart_device_changes", ids),
        merges=of_athletes(con, "mart_merges", ids),
        clocks=of_athletes(con, "mart_clock_doubts", ids),
        gaps=of_athletes(con, "mart_gaps", ids),
        precision=read_mart(con, "mart_rule_precision").filter(pl.col("squad") == squad),
        bench=read_bench(con, ids, on if isinstance(on, date) else None),
    )


def last_change(runs: pl.DataFrame, squad: str) -> dict[str, Any] | None:
    """The last run that worked on anything for the squad, from rows of mart_runs, with what each stop did.

    A night that found nothing new changes nothing here: the page stays as it is. Later runs that failed or never
    ended are counted, since what they found is not known.
    """
    later_failed_count = 0
    for row in runs.sort("started_at_utc", "run_id", descending=True).to_dicts():
        stops = [stop for stop in json.loads(row["summary"] or "{}").get("stops", []) if stop["squad"] == squad]
        if any(_is_work(stop) for stop in stops):
            kept = ("run_id", "started_at_utc", "trigger", "status")
            return {**{name: row[name] for name in kept}, "stops": stops, "later_failed_count": later_failed_count}
        later_failed_count += row["status"] in NOT_ENDED
    return None


def analyst_page(marts: AnalystMarts, squad_page: str, proofs: Sequence[Proof] = (NOTHING_KEPT,)) -> str:
    """The page, from the rows of one squad, the name of its coach's page, and what is kept of the benches."""
    names = dict(zip(marts.athletes["athlete_id"], marts.athletes["display_name"], strict=True))
    reasons = pareto(marts.reasons)
    rules = bench(marts.bench, named={reason.reason for reason in reasons})
    return render(
        TEMPLATE,
        squad=marts.squad,
        squad_page=squad_page,
        squad_date=marts.squad_date,
        run=marts.run,
        names=names,
        simulated_count=int(marts.athletes["is_simulated"].sum()),
        groups=MATRIX,
        matrix=matrix(marts.trust, list(names)),
        reasons=reasons,
        reason_figure=plotted(reasons_by_count(reasons), "reasons") if reasons else None,
        rules=rules[:OPEN_ROWS],
        further_rules=rules[OPEN_ROWS:MOST_ROWS],
        rule_count=len(rules),
        precision=_precision(marts.precision),
        judged_count=int(marts.precision["judged_count"].sum()),
        ruled={row.told.rule for row in rules[:MOST_ROWS]},
        measured_in=marts.bench.rates["month_date"].max(),
        checks=_checks(marts.checks),
        proofs=proofs,
        merge_count=marts.merges["merge_id"].n_unique(),
        merges=_merges(marts.merges),
        clock_counts=dict(marts.clocks.group_by("label").len().sort("label").iter_rows()),
        clock_doubt_count=_not_sure(marts.clocks).height,
        clocks=_latest(_not_sure(marts.clocks), "local_date"),
        gap_count=marts.gaps.height,
        gaps=_latest(marts.gaps, "end_date"),
        device_changes=marts.device_changes.sort("change_date", "athlete_id", "metric", descending=True).to_dicts(),
        restatement_count=marts.restatements.height,
        restatements=_latest(marts.restatements, "observed_date"),
        skipped_count=marts.skipped.height,
        skipped=marts.skipped.sort("folder", "path", "where_found").head(ROW_LIMIT).to_dicts(),
        formats=_formats(marts.formats),
        row_limit=ROW_LIMIT,
        bar_limit=BARS,
    )


def _is_work(stop: dict[str, Any]) -> bool:
    """Whether a stop found new files, or worked on subjects; dropping only looks, and publishing follows."""
    if stop["stop"] == "drop":
        return bool(stop["counts"].get("new"))
    return stop["stop"] in {"read", "load", "judge", "observe"} and bool(stop["subject_count"])


def _precision(precision: pl.DataFrame) -> list[dict[str, Any]]:
    """Rules whose rows were shown, those with most verdicts first; what chance showed stands behind its rule."""
    of_rule = pl.col("judged_count").sum().over("rule")
    order = [of_rule, pl.col("rule"), pl.col("shown_by")]
    return precision.sort(order, descending=[True, False, True]).to_dicts()


def _checks(checks: pl.DataFrame) -> list[dict[str, Any]]:
    counts = ("subject_count", "pass_count", "fail_count", "not_assessable_count")
    summed = checks.group_by("check_name").agg(pl.col("check_version").max(), *(pl.col(name).sum() for name in counts))
    return summed.sort("fail_count", "check_name", descending=[True, False]).to_dicts()


def _formats(formats: pl.DataFrame) -> list[dict[str, Any]]:
    summed = formats.group_by("format", "reader_version", "status").agg(
        pl.col("file_count", "partial_count", "size_bytes").sum(),
        pl.col("athlete_id").n_unique().alias("athlete_count"),
    )
    return summed.sort("file_count", "format", "status", descending=[True, False, False]).to_dicts()


def _merges(merges: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """Each merge as its recordings, the main one first; the latest merges first."""
    order = merges.sort("is_main", "activity_id", descending=[True, False])
    groups = [group.to_dicts() for group in order.partition_by("merge_id", maintain_order=True)]
    groups.sort(key=lambda rows: (rows[0]["start_at_utc"], rows[0]["merge_id"]), reverse=True)
    return groups[:ROW_LIMIT]


def _not_sure(clocks: pl.DataFrame) -> pl.DataFrame:
    return clocks.filter(pl.col("label") != "sure")


def _latest(rows: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    others = [name for name in rows.columns if name != column and rows.schema[name] != pl.List]
    order = rows.sort(column, *others, descending=[True, *(False for _ in others)], nulls_last=True)
    return order.head(ROW_LIMIT).to_dicts()
