"""What the cost page says of money not spent: budget, refusals, retirement, results used again; and of receipts."""

import json
import re
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dashboards.bills import largest_gap_s
from dashboards.economies import reused_count, reused_energy
from dashboards.figures.value_cost import frontier, models_by_cost
from dashboards.language_model import note_a_day
from dashboards.marts import read_mart
from dashboards.pages.cost import cost_page, read_costs
from dashboards.worth import doubted_jobs
from pipelines.costs.budget import Allowance

NIGHT = Allowance(period="night", limit=25.0, unit="cpu_s")
NOT_RUN = {"status": "not_run", "evidence": "not_assessed", "wall_s": None, "cpu_self_s": None, "cpu_children_s": None}
AT = datetime(2026, 3, 31, 4, tzinfo=UTC)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def shown(costed, *allowances: Allowance) -> str:
    return text_of(cost_page(read_costs(costed.con, allowances)))


def refused_row(entry, number: int, refused_by: str, **other) -> dict:
    known = {
        "entry_id": f"r{number}",
        "rung": "gru",
        "expected_cpu_s": 54.0,
        "refused_by": refused_by,
        "note": "why not",
    }
    return entry("gru:next_morning_ln_rmssd", "backtest", **NOT_RUN, **(known | other))


def test_a_refused_job_stands_with_its_price_and_is_no_unknown_energy(costed, entry):
    costed.insert("ledger_entries", [refused_row(entry, 1, "night budget")])

    page = shown(costed, NIGHT)

    assert (
        "Night budget: 20 CPU-s of 25 CPU-s used since 2026-03-30 12:00 UTC, 5 CPU-s left; 1 attempt not known" in page
    )
    assert "Refused (1)" in page
    assert re.search(r"Expected: 54\.0 s of CPU time, 0\.048 Wh \(0\.015.0\.15\)\. why not", page)
    assert "1 job refused by the budget." in page
    assert "Killed, failed, or without figures (1)" in page
    assert "all 4, 1 killed, 1 without energy" in page


def test_what_was_let_pass_over_the_budget_is_listed(costed, entry):
    note = "over the night budget, let pass: expected 54 CPU-s"
    costed.insert(
        "ledger_entries", [entry("gru:x", "backtest", rung="gru", note=note, overridden_by="kim, command line")]
    )

    told = "Let pass over the budget (1) ○ 2026-03-31: gru: x, by kim, command line, with --over-budget-ok . "
    assert told + note in shown(costed, NIGHT)


def judged(costed, *days: int) -> None:
    verdict = {"squad": "Road", "model": "gru", "task": "next_morning_ln_rmssd", "model_version": 1, "against": "ewma"}
    verdict |= {"gain_lower_fraction": -0.1, "night_count": 9, "is_simulated": True, "verdict": "undecided"}
    costed.insert(
        "verdict_history", [{**verdict, "evaluation_date": (AT + timedelta(days=day)).date()} for day in days]
    )


def test_a_retired_rung_says_since_when_on_how_many_nights_it_was_left_out_and_what_that_saved(costed, entry):
    nights = [refused_row(entry, n, "retirement", started_at_utc=AT + timedelta(days=n)) for n in range(3)]
    costed.insert("ledger_entries", [*nights, refused_row(entry, 9, "retirement", expected_cpu_s=None)])
    judged(costed, -40, -12, -5)

    page = shown(costed)

    assert "On the schedule: 1 rung retired" in page
    assert "retired since 2026-03-19, 3 verdicts 162.0 s of CPU time, 0.14 Wh" in page
    assert "on 3 nights; 1 night of unknown price" in page


def test_a_rung_that_has_nothing_to_show_yet_is_on_trial(costed):
    judged(costed, -20, -5)

    page = shown(costed)

    assert "On the schedule: 0 rungs retired" in page
    assert "on trial since 2026-03-11, 2 verdicts" in page


def test_the_forecast_of_the_month_stands_at_the_top_beside_the_budget(costed):
    page = shown(costed, NIGHT)

    assert "Month forecast: not known yet, 0 of the 7 days it needs; " in page.split("Value against energy")[0]
    assert "No budget is set." not in page


def test_results_used_again_are_counted_from_the_summaries_of_runs():
    once = {"stops": [{"counts": {"reused": 2}}, {"counts": {"new": 9}}]}
    runs = pl.DataFrame({"summary": [json.dumps(once), json.dumps(once), None, "{}"]})
    models = pl.DataFrame({f"e_it_{end}": [10.0, 30.0, None] for end in ("q05", "q50", "q95")})

    assert reused_count(runs) == 4
    assert reused_energy(models, 4)["e_it_q50"] == 80.0
    assert reused_energy(models.clear(), 4)["e_it_q50"] is None


def test_receipts_name_who_is_billed_and_add_up_to_the_steps(costed):
    costed.insert(
        "step_shares",
        [
            {
                "entry_id": "judge-1",
                "athlete_id": 1,
                "subject_kind": "activity",
                "subject_count": 3,
                "share_fraction": 0.75,
            },
            {
                "entry_id": "judge-1",
                "athlete_id": 2,
                "subject_kind": "activity",
                "subject_count": 1,
                "share_fraction": 0.25,
            },
        ],
    )
    marts = read_costs(costed.con)

    page = text_of(cost_page(marts))

    assert largest_gap_s(marts.receipts, marts.ledger) == pytest.approx(0.0, abs=1e-9)
    assert "Receipts and steps differ by 0.000000 s at most." in page
    assert "athletes, all together 10.0 s" in page
    assert "nobody: steps without subjects of an athlete, such as closing a run 10.0 s" in page
    assert re.search(r"7\.5 s .*2\.5 s", page)


def test_receipts_that_do_not_add_up_would_show():
    ledger = pl.DataFrame({"entry_id": ["a", "b"], "cpu_s_own": [5.0, None]})
    receipts = pl.DataFrame({"entry_id": ["a", "a"], "cpu_s": [3.0, 1.5]})

    assert largest_gap_s(receipts, ledger) == pytest.approx(0.5)


def test_doubts_are_told_by_name_with_their_sentence(costed):
    costed.con.execute("update ledger_entries set doubts = ['clock_jumped'], country = 'FIN' where step_key = 'read'")

    page = shown(costed)

    assert "No budget is set." in page
    assert "Doubts about the meter (2)" in page
    assert "clock jumped , 1 attempt: The clock on the wall was set" in page


@pytest.mark.parametrize(("doubt", "is_hollow"), [("meters_disagree", True), ("clock_jumped", False)])
def test_a_job_is_hollow_when_its_energy_is_doubted_and_not_for_another_doubt(costed, entry, doubt, is_hollow):
    process = entry("model_process", "backtest", doubts=[doubt])
    job = entry("ridge:x", "backtest", rung="ridge", job_id="job-1", parent_entry_id="model_process-1")
    costed.insert("ledger_entries", [process, job])

    assert doubted_jobs(read_mart(costed.con, "mart_ledger")) == ({"job-1"} if is_hollow else set())


def model(name: str, joules: float | None, skill: float | None) -> dict:
    ends = {f"e_it_{end}": joules for end in ("q05", "q50", "q95")}
    interval = {"skill_fraction": skill, "skill_lower_fraction": skill, "skill_upper_fraction": skill}
    return {"model": name, "verdict": "v", "is_doubtful": False, **ends, **interval}


def test_the_frontier_holds_what_gains_on_everything_cheaper():
    models = [
        model("gru", 90.0, 0.05),
        model("ridge", 3.0, 0.05),
        model("trees", 20.0, 0.06),
        model("noise", 1.0, -0.2),
    ]

    assert [row["model"] for row in frontier([*models, model("dark", None, 0.9)])] == ["ridge", "trees"]
    assert frontier([model("noise", 1.0, 0.0)]) == []


def test_the_line_of_the_frontier_goes_from_the_naive_twin_to_the_dearest_model():
    naive = {f"e_it_{end}": 360.0 for end in ("q05", "q50", "q95")}

    line = models_by_cost([model("ridge", 3600.0, 0.05), model("gru", 36000.0, 0.04)], naive).data[0]

    assert (line.mode, list(line.x), list(line.y)) == ("lines", [0.1, 1.0, 10.0], [0.0, 5.0, 5.0])


def test_a_note_a_day_is_told_by_anchor_with_its_boundary_a_day_and_a_year(costed):
    factors = read_mart(costed.con, "mart_factors")

    large, google, life = note_a_day(factors, 10)

    assert large.startswith("At 0.31 Wh an answer (a large model in production settings, Oviedo et al., 2026)")
    assert "about 3.1 Wh a day (quartiles 1.6\N{EN DASH}6.0), 1.1 kWh a year." in large
    assert "about 2.4 Wh a day, 0.88 kWh a year." in google
    assert "about 11 g CO₂e and 450 mL a day, 4.2 kg and 160 L a year." in life
    assert note_a_day(factors.filter(pl.col("kind") != "language_model"), 10) == []
