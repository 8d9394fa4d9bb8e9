"""What it cost: the ledger in words and figures, killed attempts and those without figures included."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from dashboards import amounts, words
from dashboards.bills import bill_lines, billed_athletes, billed_steps, largest_gap_s
from dashboards.components import components
from dashboards.costs import J_PER_WH, added, amount, doubts_told, known_by, shown
from dashboards.economies import let_pass, rebuilt_energy, refused, reused_count, reused_energy
from dashboards.figures.plotted import plotted
from dashboards.figures.value_cost import steps_by_cost, worked_through
from dashboards.language_model import note_a_day
from dashboards.marts import read_mart
from dashboards.recent import (
    RECENT_DAYS,
    job_bills,
    marks_told,
    model_run_count,
    model_share,
    per_wh,
    read_marks,
    recent,
    used,
)
from dashboards.site import render
from dashboards.timing import cleaner_hour
from dashboards.worth import doubted_jobs, job_name, latest_ratios, model_figures, quality_lines, task_lines, task_title
from pipelines.costs.budget import Allowance
from pipelines.costs.forecast import Forecast, forecast_month
from pipelines.costs.rung_states import rung_states
from pipelines.costs.standing import Standing, standings

TEMPLATE = "cost.html.j2"
RUN_LIMIT = 10
"""Runs listed, latest first; `wattworth ledger` has them all."""
ATHLETE_LIMIT = 30
"""Athletes listed, dearest first; `wattworth sql 'from mart_receipts'` has them all."""
REFUSED_LIMIT = 20
"""Refused jobs listed, latest first; `wattworth ledger` has them all."""
FALLEN_LIMIT = 10
"""Failed attempts listed, latest first; `wattworth ledger` has them all."""
LOADED_STEP = "loaded_rows"
"""Step whose subjects are the files that were loaded."""
PURPOSES = ("ingest", "judge", "observe", "train", "backtest", "predict", "publish", "idle", "ci")
"""Purposes in the order of the stops."""


@dataclass(frozen=True, kw_only=True)
class CostMarts:
    """Every row the page is made from."""

    ledger: pl.DataFrame
    totals: pl.DataFrame
    runs: pl.DataFrame
    models: pl.DataFrame
    factors: pl.DataFrame
    receipts: pl.DataFrame
    athletes: pl.DataFrame
    """athlete_id, display_name, squad and observation_count of each."""
    quality_worth: pl.DataFrame
    ratios: pl.DataFrame
    usable_count: int
    budget: tuple[Standing, ...]
    forecast: Forecast | None
    """Of the month; null while nothing is in the ledger."""
    task_states: pl.DataFrame
    rival_scores: pl.DataFrame
    rungs: list[dict[str, Any]]
    """How every rung stands on the schedule, as of `rung_states`."""
    twin: pl.DataFrame
    marks: dict[str, int]
    """Rows coaches were shown of late, marked, and marked useful."""


def read_costs(con: duckdb.DuckDBPyConnection, allowances: tuple[Allowance, ...] = ()) -> CostMarts:
    """The rows of the published marts that the cost page shows; the budget as it stood when the last step began."""
    counted = con.execute("select count(*) from mart_observations where verdict = 'usable'").fetchone()
    last = con.execute("select max(started_utc) from mart_ledger").fetchone()
    latest = last[0] if last else None
    observed = con.execute("select athlete_id, count(*) as observation_count from mart_observations group by all").pl()
    athletes = read_mart(con, "mart_athletes").select("athlete_id", "display_name", "squad")
    return CostMarts(
        ledger=read_mart(con, "mart_ledger"),
        totals=read_mart(con, "mart_ledger_totals"),
        runs=read_mart(con, "mart_runs"),
        models=read_mart(con, "mart_models"),
        factors=read_mart(con, "mart_factors"),
        receipts=read_mart(con, "mart_receipts"),
        athletes=athletes.join(observed.sort("athlete_id"), on="athlete_id", how="left"),
        quality_worth=read_mart(con, "mart_quality_worth"),
        ratios=read_mart(con, "mart_rung_ratios"),
        usable_count=int(counted[0]) if counted else 0,
        budget=standings(con, allowances, latest) if latest else (),
        forecast=forecast_month(con, allowances, latest) if latest else None,
        task_states=read_mart(con, "mart_task_states"),
        rival_scores=read_mart(con, "mart_rival_scores"),
        rungs=rung_states(con),
        twin=read_mart(con, "mart_twin"),
        marks=read_marks(con),
    )


def cost_page(marts: CostMarts) -> str:
    """The page: one sentence, the budget, value against energy, then the ledger, who is paid for, and what failed."""
    total, purposes = added(marts.totals), _purposes(marts)
    return render(
        TEMPLATE,
        total=shown(total),
        known_by=known_by(marts.ledger),
        countries=sorted({zone for zone in marts.ledger["ci_zone"].to_list() if zone}),
        country_unknown_count=_ran(marts.ledger).filter(pl.col("ci_zone").is_null()).height,
        is_simulated=bool(marts.ledger["is_simulated"].any()),
        run_count=marts.runs.height,
        purposes=[shown(row) for row in purposes],
        usable_count=marts.usable_count,
        usable_per_wh=per_wh(marts.usable_count, total),
        not_run=_not_run(marts.ledger),
        doubts=doubts_told(marts.ledger),
        runs=_runs(marts.runs),
        watts=_watts(marts.ledger),
        answers=_answers(marts.factors),
        notes=note_a_day(marts.factors, marts.athletes.height),
        athlete_count=marts.athletes.height,
        factors=marts.factors.filter(pl.col("kind") != "language_model").to_dicts(),
        has_idle=any(row["purpose"] == "idle" for row in purposes),
        components=components(marts.ledger, total, marts.factors),
        cleaner_hour=cleaner_hour(marts.factors, total),
        amount=amounts.amount,
        task_title=task_title,
        job_name=job_name,
        **_opening(marts),
        **_drawn(purposes),
        **_worth(marts),
        **_billed(marts),
        **_saved(marts, total),
        **_fallen(marts.ledger),
    )


def _opening(marts: CostMarts) -> dict[str, Any]:
    late = recent(marts.ledger)
    spent = used(late)
    return {
        "recent_days": RECENT_DAYS,
        "recent_text": str(amount(spent, "e_it")),
        "recent_unknown_count": spent["unknown_count"],
        "model_share": model_share(late),
        "model_run_count": model_run_count(late),
        "marks_text": marks_told(marts.marks, spent),
        "twin": [{**row, "each_text": str(amount(_each(row), "e_it"))} for row in marts.twin.to_dicts()],
        "forecast": str(marts.forecast) if marts.forecast else "",
    }


def _each(row: dict[str, Any]) -> dict[str, Any]:
    """Energy (J) of one difference, under the names of the ledger."""
    ends = {end: row[f"energy_per_difference_{end}_wh"] for end in ("q05", "q50", "q95")}
    return {f"e_it_{end}": None if wh is None else wh * J_PER_WH for end, wh in ends.items()}


def _drawn(purposes: list[dict[str, Any]]) -> dict[str, Any]:
    has_energy = any(row["e_it_q50"] is not None for row in purposes)
    return {
        "step_figure": plotted(steps_by_cost(purposes), "steps") if has_energy else None,
        "step_label": "; ".join(
            f"{row['purpose']}: {', '.join(filter(None, (worked_through(row), str(amount(row, 'e_it')))))}"
            for row in purposes
        ),
    }


NO_BILL: dict[str, Any] = {**dict.fromkeys(("cpu_s", "e_it_q05", "e_it_q50", "e_it_q95")), "unknown_count": 0}
"""What a model used of which the ledger has no attempt: not known, and never nothing."""


def _ran(ledger: pl.DataFrame) -> pl.DataFrame:
    return ledger.filter(pl.col("status") != "not_run")


def _worth(marts: CostMarts) -> dict[str, Any]:
    doubted, bills = doubted_jobs(marts.ledger), job_bills(marts.ledger) | job_bills(recent(marts.ledger))
    models = []
    for row in marts.models.sort("squad", "task", "model", "job_id").to_dicts():
        bill = bills.get((row["squad"], f"{row['model']}:{row['task']}"), NO_BILL)
        models.append({**row, **bill, "is_doubtful": bool(bill["unknown_count"]) or row["job_id"] in doubted})
    counts = Counter(row["verdict"] or "not evaluated" for row in models)
    return {
        "models": [shown(row) for row in models],
        "verdicts": ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())),
        "model_figures": model_figures(models, bills),
        "tasks": task_lines(marts.task_states, marts.rival_scores, models),
        "rungs": [{**row, "text": str(amount(row, "e_it"))} for row in marts.rungs],
        "retired_count": sum(row["state"] == "retired" for row in marts.rungs),
        "quality": quality_lines(marts.quality_worth),
        "ratios": latest_ratios(marts.ratios, marts.models),
    }


def _billed(marts: CostMarts) -> dict[str, Any]:
    athletes = billed_athletes(marts.receipts, marts.athletes)
    return {
        "athletes": [
            {**row, "text": str(amount(row, "e_it")), "each_text": str(amount(row["each"], "e_it"))}
            for row in athletes[:ATHLETE_LIMIT]
        ],
        "more_athlete_count": max(0, len(athletes) - ATHLETE_LIMIT),
        "steps": [{**row, "text": str(amount(row, "e_it"))} for row in billed_steps(marts.receipts)],
        "bills": [{**row, "text": str(amount(row, "e_it"))} for row in bill_lines(marts.receipts)],
        "receipt_gap_s": largest_gap_s(marts.receipts, marts.ledger),
    }


def _saved(marts: CostMarts, total: dict[str, Any]) -> dict[str, Any]:
    turned_away = refused(marts.ledger)
    again = reused_count(marts.runs)
    return {
        "budget": [_stands(one) for one in marts.budget],
        "refused": [{**row, "text": str(amount(row, "e_it"))} for row in turned_away[:REFUSED_LIMIT]],
        "refused_count": len(turned_away),
        "let_pass": let_pass(marts.ledger)[:REFUSED_LIMIT],
        "spent_text": str(amount(total, "e_it")),
        "reused_count": again,
        "reused_text": str(amount(reused_energy(marts.models, again), "e_it")) if again else "",
        "rebuilt_text": str(amount(rebuilt_energy(marts.totals, marts.models), "e_it")),
        "job_count": marts.models.height,
    }


def _stands(one: Standing) -> dict[str, Any]:
    limit = one.allowance.limit
    return {
        "text": words.sentence(str(one)),
        "share": min(1.0, one.used / limit) if limit else 1.0,
        "is_over": not one.left,
    }


def _purposes(marts: CostMarts) -> list[dict[str, Any]]:
    # The steps of ingest hand the same files on: what counts is what was loaded.
    is_counted = (pl.col("purpose") != "ingest") | (pl.col("step_key") == LOADED_STEP)
    top = marts.ledger.filter(pl.col("parent_entry_id").is_null(), is_counted)
    counts = top.group_by("purpose").agg(pl.col("subject_count"))
    counted = {
        row["purpose"]: sum(known) if (known := [n for n in row["subject_count"] if n is not None]) else None
        for row in counts.to_dicts()
    }
    return [
        {
            "purpose": str(purpose),
            "subject_count": counted.get(str(purpose)),
            "known_by": known_by(marts.ledger.filter(pl.col("purpose") == purpose)),
            **added(rows),
        }
        for (purpose,), rows in sorted(marts.totals.group_by("purpose"), key=lambda pair: _place(str(pair[0][0])))
    ]


def _place(purpose: str) -> tuple[int, str]:
    return (PURPOSES.index(purpose) if purpose in PURPOSES else len(PURPOSES), purpose)


def _fallen(ledger: pl.DataFrame) -> dict[str, Any]:
    """Attempts that failed, were killed or whose energy is not known: the latest, and how many there are."""
    rows = _ran(ledger).filter((pl.col("status") != "ok") | pl.col("e_it_q50").is_null())
    latest = rows.sort("started_utc", "entry_id", descending=True).head(FALLEN_LIMIT)
    return {"fallen": [shown(row) for row in latest.to_dicts()], "fallen_count": rows.height}


def _not_run(ledger: pl.DataFrame) -> list[dict[str, Any]]:
    """Jobs that did not start for another reason than budget or retirement: the latest of each."""
    rows = ledger.filter(pl.col("status") == "not_run", pl.col("refused_by").is_null())
    latest = rows.sort("started_utc", "entry_id").group_by("partition", "step_key", maintain_order=True).last()
    return latest.to_dicts()


def _runs(runs: pl.DataFrame) -> list[dict[str, Any]]:
    listed = []
    for row in runs.sort("started_at_utc", "run_id", descending=True).head(RUN_LIMIT).to_dicts():
        own, entries = row["cpu_s"], row["entries_cpu_s"]
        gap = amounts.NOT_KNOWN if not own or entries is None else f"{100 * (entries - own) / own:+.1f} %"
        listed.append({**shown(row), "gap": gap})
    return listed


def _watts(ledger: pl.DataFrame) -> list[dict[str, Any]]:
    columns = ("cpu_model", "tdp_w_per_thread", "tdp_source", "virtualised")
    return ledger.select(columns).filter(pl.col("tdp_w_per_thread").is_not_null()).unique().sort(columns).to_dicts()


def _answers(factors: pl.DataFrame) -> list[dict[str, Any]]:
    """Published energy of one answer of a language model, each with its boundary; never averaged."""
    return (
        factors.filter(pl.col("kind") == "language_model", pl.col("quantity") == "energy_per_answer")
        .sort("q50", "zone")
        .to_dicts()
    )
