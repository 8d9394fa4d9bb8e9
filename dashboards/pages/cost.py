"""What it cost: the ledger in words and figures, killed attempts and those without figures included."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from dashboards import amounts, words
from dashboards.bills import bill_lines, billed_athletes, largest_gap_s
from dashboards.components import components
from dashboards.costs import added, amount, doubts_told, known_by, shown
from dashboards.economies import let_pass, rebuilt_energy, refused, retired, reused_count, reused_energy
from dashboards.figures.plotted import plotted
from dashboards.figures.value_cost import steps_by_cost, worked_through
from dashboards.language_model import note_a_day
from dashboards.marts import read_mart
from dashboards.site import render
from dashboards.worth import doubted_jobs, job_name, latest_ratios, model_figures, quality_lines, task_title
from pipelines.costs.budget import Allowance
from pipelines.costs.standing import Standing, standings

TEMPLATE = "cost.html.j2"
RUN_LIMIT = 10
"""Runs listed, latest first; `wattworth ledger` has them all."""
ATHLETE_LIMIT = 30
"""Athletes listed, dearest first; `wattworth sql 'from mart_receipts'` has them all."""
REFUSED_LIMIT = 20
"""Refused jobs listed, latest first; `wattworth ledger` has them all."""
LOADED_STEP = "loaded_rows"
"""Step whose subjects are the files that were loaded."""
PURPOSES = ("ingest", "judge", "observe", "train", "backtest", "predict", "publish", "idle", "ci")
"""Purposes in the order of the stops."""
MODEL_PURPOSES = ("train", "backtest", "predict")


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


def read_costs(con: duckdb.DuckDBPyConnection, allowances: tuple[Allowance, ...] = ()) -> CostMarts:
    """The rows of the published marts that the cost page shows; the budget as it stood when the last step began."""
    counted = con.execute("select count(*) from mart_observations where verdict = 'usable'").fetchone()
    latest = con.execute("select max(started_utc) from mart_ledger").fetchone()
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
        budget=standings(con, allowances, latest[0]) if latest and latest[0] else (),
    )


def cost_page(marts: CostMarts) -> str:
    """The page: one sentence, value against energy, the ledger, who is paid for, the budget, what failed, models."""
    total, purposes = added(marts.totals), _purposes(marts)
    has_energy = any(row["e_it_q50"] is not None for row in purposes)
    return render(
        TEMPLATE,
        total=shown(total),
        known_by=known_by(marts.ledger),
        countries=sorted({zone for zone in marts.ledger["ci_zone"].to_list() if zone}),
        country_unknown_count=_ran(marts.ledger).filter(pl.col("ci_zone").is_null()).height,
        is_simulated=bool(marts.ledger["is_simulated"].any()),
        run_count=marts.runs.height,
        model_share=_model_share(purposes),
        purposes=[shown(row) for row in purposes],
        usable_count=marts.usable_count,
        usable_per_wh=_per_wh(marts.usable_count, total),
        fallen=_fallen(marts.ledger),
        not_run=_not_run(marts.ledger),
        doubts=doubts_told(marts.ledger),
        step_figure=plotted(steps_by_cost(purposes), "steps") if has_energy else None,
        step_label="; ".join(
            f"{row['purpose']}: {', '.join(filter(None, (worked_through(row), str(amount(row, 'e_it')))))}"
            for row in purposes
        ),
        runs=_runs(marts.runs),
        watts=_watts(marts.ledger),
        answers=_answers(marts.factors),
        notes=note_a_day(marts.factors, marts.athletes.height),
        athlete_count=marts.athletes.height,
        factors=marts.factors.filter(pl.col("kind") != "language_model").to_dicts(),
        has_idle=any(row["purpose"] == "idle" for row in purposes),
        components=components(marts.ledger, total, marts.factors),
        amount=amounts.amount,
        task_title=task_title,
        job_name=job_name,
        **_worth(marts),
        **_billed(marts),
        **_saved(marts, total),
    )


def _ran(ledger: pl.DataFrame) -> pl.DataFrame:
    return ledger.filter(pl.col("status") != "not_run")


def _worth(marts: CostMarts) -> dict[str, Any]:
    doubted = doubted_jobs(marts.ledger)
    rows = marts.models.sort("squad", "task", "model", "job_id").to_dicts()
    models = [{**row, "is_doubtful": bool(row["unknown_count"]) or row["job_id"] in doubted} for row in rows]
    return {
        "models": [shown(row) for row in models],
        "model_figures": model_figures(models, marts.ledger),
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
        "retired": [{**row, "text": str(amount(row, "e_it"))} for row in retired(marts.ledger)],
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


def _model_share(purposes: list[dict[str, Any]]) -> float | None:
    """Share of the CPU time that models used (fraction); shares cancel the error all rows have in common."""
    whole = sum(row["cpu_s"] or 0.0 for row in purposes)
    models = sum(row["cpu_s"] or 0.0 for row in purposes if row["purpose"] in MODEL_PURPOSES)
    return models / whole if whole else None


def _per_wh(usable_count: int, total: dict[str, Any]) -> str:
    energy = amount(total, "e_it")
    if not energy.q50 or not energy.q05 or not energy.q95:
        return amounts.NOT_KNOWN
    middle, low, high = (f"{usable_count / end:,.0f}" for end in (energy.q50, energy.q95, energy.q05))
    return f"{middle} ({low}{amounts.TO}{high})"


def _fallen(ledger: pl.DataFrame) -> list[dict[str, Any]]:
    """Attempts that failed, were killed or whose energy is not known, latest first."""
    rows = _ran(ledger).filter((pl.col("status") != "ok") | pl.col("e_it_q50").is_null())
    return [shown(row) for row in rows.sort("started_utc", "entry_id", descending=True).to_dicts()]


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
