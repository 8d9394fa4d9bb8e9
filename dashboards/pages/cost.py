"""What it cost: the ledger in words and figures, killed attempts and those without figures included."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from dashboards import amounts
from dashboards.costs import QUANTITIES, added, amount, known_by
from dashboards.figures.plotted import plotted
from dashboards.figures.value_cost import models_by_cost, steps_by_cost, worked_through
from dashboards.marts import read_mart
from dashboards.site import render

TEMPLATE = "cost.html.j2"
RUN_LIMIT = 10
"""Runs listed, latest first; `wattworth ledger` has them all."""
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
    usable_count: int
    athlete_count: int


def read_costs(con: duckdb.DuckDBPyConnection) -> CostMarts:
    """The rows of the published marts that the cost page shows."""
    counted = con.execute("select count(*) from mart_observations where verdict = 'usable'").fetchone()
    athletes = con.execute("select count(*) from mart_athletes").fetchone()
    return CostMarts(
        ledger=read_mart(con, "mart_ledger"),
        totals=read_mart(con, "mart_ledger_totals"),
        runs=read_mart(con, "mart_runs"),
        models=read_mart(con, "mart_models"),
        factors=read_mart(con, "mart_factors"),
        usable_count=int(counted[0]) if counted else 0,
        athlete_count=int(athletes[0]) if athletes else 0,
    )


def cost_page(marts: CostMarts) -> str:
    """The page: one sentence, value against energy, the ledger by purpose, what failed, models, what is assumed."""
    total, purposes = added(marts.totals), _purposes(marts)
    models = marts.models.sort("squad", "task", "model", "job_id").to_dicts()
    doubted = _doubted_jobs(marts.ledger)
    models = [{**row, "is_doubtful": bool(row["unknown_count"]) or row["job_id"] in doubted} for row in models]
    has_score = any(row["skill_fraction"] is not None and row["e_it_q50"] is not None for row in models)
    has_energy = any(row["e_it_q50"] is not None for row in purposes)
    return render(
        TEMPLATE,
        total=_shown(total),
        known_by=known_by(marts.ledger),
        countries=sorted({zone for zone in marts.ledger["ci_zone"].to_list() if zone}),
        country_unknown_count=marts.ledger.filter(pl.col("ci_zone").is_null()).height,
        is_simulated=bool(marts.ledger["is_simulated"].any()),
        run_count=marts.runs.height,
        model_share=_model_share(purposes),
        purposes=[_shown(row) for row in purposes],
        usable_count=marts.usable_count,
        usable_per_wh=_per_wh(marts.usable_count, total),
        fallen=_fallen(marts.ledger),
        doubtful=marts.ledger.filter(pl.col("is_meter_doubtful")).to_dicts(),
        models=[_shown(row) for row in models],
        model_figure=plotted(models_by_cost(models, _rival_energy(marts.ledger)), "models") if has_score else None,
        step_figure=plotted(steps_by_cost(purposes), "steps") if has_energy else None,
        step_label="; ".join(
            f"{row['purpose']}: {', '.join(filter(None, (worked_through(row), str(amount(row, 'e_it')))))}"
            for row in purposes
        ),
        runs=_runs(marts.runs),
        watts=_watts(marts.ledger),
        answers=_answers(marts.factors),
        athlete_count=marts.athlete_count,
        factors=marts.factors.filter(pl.col("kind") != "language_model").to_dicts(),
        has_idle=any(row["purpose"] == "idle" for row in purposes),
        amount=amounts.amount,
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its quantities as texts beside them."""
    return {**row, **{f"{quantity}_text": str(amount(row, quantity)) for quantity in QUANTITIES}}


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


def _doubted_jobs(ledger: pl.DataFrame) -> set[str]:
    """Jobs whose energy two meters disagree about: in their own entry or in the one they ran inside."""
    rows = ledger.filter(pl.col("is_meter_doubtful").fill_null(value=False))
    inside = pl.col("entry_id").is_in(rows["entry_id"].implode()) | pl.col("parent_entry_id").is_in(
        rows["entry_id"].implode()
    )
    return set(ledger.filter(inside)["job_id"].drop_nulls().to_list())


def _rival_energy(ledger: pl.DataFrame) -> dict[str, Any] | None:
    """Energy (J) of the naive rivals in the run that used them last; null when no entry tells it."""
    rows = ledger.filter(pl.col("rung") == "rivals", pl.col("e_it_q50").is_not_null()).sort("started_utc", "entry_id")
    return rows.tail(1).to_dicts()[0] if rows.height else None


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
    rows = ledger.filter((pl.col("status") != "ok") | pl.col("e_it_q50").is_null())
    return [_shown(row) for row in rows.sort("started_utc", "entry_id", descending=True).to_dicts()]


def _runs(runs: pl.DataFrame) -> list[dict[str, Any]]:
    shown = []
    for row in runs.sort("started_at_utc", "run_id", descending=True).head(RUN_LIMIT).to_dicts():
        own, entries = row["cpu_s"], row["entries_cpu_s"]
        gap = amounts.NOT_KNOWN if not own or entries is None else f"{100 * (entries - own) / own:+.1f} %"
        shown.append({**_shown(row), "gap": gap})
    return shown


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
