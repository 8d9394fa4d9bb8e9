import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from dashboards.costs import Amount, cost_line
from dashboards.figures.value_cost import models_by_cost
from dashboards.marts import read_mart
from dashboards.pages.cost import cost_page, read_costs
from dashboards.recent import RECENT_DAYS, job_bills, marks_told, recent
from dashboards.timing import cleaner_hour
from pipelines.costs.factors import load_factors
from pipelines.paths import REPOSITORY, home


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def shown(costed) -> str:
    return text_of(cost_page(read_costs(costed.con)))


def test_without_a_country_carbon_and_water_are_not_known_and_never_zero(shown):
    assert "No country is stated for 3 attempts: their carbon and water are not known." in shown
    assert re.search(r"all 3, 1 killed, 1 without energy .*? not known not known not known", shown)
    assert "0 g CO" not in shown.replace(".0", "")


def test_with_a_country_they_stand_with_their_interval(costed):
    costed.con.execute("update ledger_entries set country = 'FIN'")

    shown = text_of(cost_page(read_costs(costed.con)))

    assert re.search("g CO₂e \\([0-9.]+\N{EN DASH}[0-9.]+\\)", shown)
    assert "Grid stated: FIN." in shown
    assert "No country is stated" not in shown


def test_a_killed_step_appears_as_killed_with_what_is_not_known(shown):
    assert "Killed, failed, or without figures (1)" in shown
    assert "killed : observe, Road , attempt 1" in shown
    assert "Energy not known; CPU time not known. no sign of life after the start" in shown


def test_without_a_counter_nothing_is_called_measured(costed):
    assert "measured" not in cost_page(read_costs(costed.con)).lower()


def test_files_are_counted_once_and_purposes_follow_the_stops(costed, entry):
    costed.insert("ledger_entries", [entry("loaded_rows", "ingest", subject_count=1)])

    shown = cost_page(read_costs(costed.con))

    assert "ingest: 1 file loaded, " in shown
    assert shown.index(">ingest</th>") < shown.index(">judge</th>") < shown.index(">observe</th>")
    assert "not counted" not in shown


def test_a_single_model_has_an_axis_of_several_ticks_and_its_rival_a_point():
    ends = {"e_it_q05": 3.6, "e_it_q50": 4.0, "e_it_q95": 5.0}
    skill = {"skill_fraction": 0.1, "skill_lower_fraction": 0.0, "skill_upper_fraction": 0.2}

    figure = models_by_cost([{**ends, **skill, "model": "ridge", "verdict": "v", "is_doubtful": True}], ends)

    assert len(figure.layout.xaxis.tickvals) > 1
    assert [trace.marker.symbol for trace in figure.data if trace.mode != "lines"] == ["circle-open", "diamond"]


def test_the_totals_are_those_of_the_ledger(costed):
    marts = read_costs(costed.con)
    (energy_j,) = costed.con.execute("select sum(e_it_q50) from mart_ledger").fetchone()

    shown = text_of(cost_page(marts))

    assert energy_j == pytest.approx(2 * 40.0 * 0.8, rel=0.1)
    assert f"{energy_j / 3600:.3f} Wh (" in shown.split("90 % interval")[0]


def test_usable_observations_are_set_against_energy(costed, shown):
    (usable,) = costed.con.execute("select count(*) from observations where verdict = 'usable'").fetchone()

    assert re.search(f"{usable} usable observations, [0-9,]+ \\([0-9,]+.[0-9,]+\\) per Wh", shown)


def test_a_model_has_its_skill_interval_energy_and_verdict(costed, entry):
    job = {"job_id": "job-1", "squad": "Road", "model": "ridge", "model_version": 1, "task": "next_morning_ln_rmssd"}
    counts = {"athlete_count": 5, "night_count": 120, "usable_count": 150, "left_out_count": 3}
    counts |= {"is_simulated": True, "looks_ahead": False}
    costed.insert("model_jobs", [{**job, "seed": 1, "input_fingerprint": "f", **counts}])
    score = {"job_id": "job-1", "task": job["task"], "variant": "rolling_origin", "rival": "ewma"}
    score |= {"mean_absolute_error": 0.1, "rival_mean_absolute_error": 0.11}
    skill = {"skill_fraction": 0.06, "skill_lower_fraction": -0.01, "skill_upper_fraction": 0.13}
    last = {"night_count": 120, "is_best_rival": True, "verdict": "not evaluated on real athletes", "unit": "ln_ms"}
    costed.insert("scores", [{**score, **skill, **last}])
    costed.insert("ledger_entries", [entry(f"ridge:{job['task']}", "backtest", rung="ridge", job_id="job-1")])

    page = cost_page(read_costs(costed.con))

    assert "6.0 % (-1.0 to 13.0), 120 nights, 5 athletes" in text_of(page)
    assert "not evaluated on real athletes" in text_of(page)
    assert 'id="models" class="plotly-graph-div"' in page
    assert "Rules 67 %, models 33 % of the CPU time. 1 model run; none changed what a coach is shown." in text_of(page)
    assert "2.0 % of the readings left out as not usable" in text_of(page)


def test_a_model_is_drawn_at_what_it_used_in_the_last_30_days_and_not_before(costed, entry):
    late, early = (entry("ridge:t", "backtest", rung="ridge", entry_id=name) for name in ("late", "early"))
    at = late["started_at_utc"]
    costed.insert("ledger_entries", [late, early | {"started_at_utc": at - timedelta(days=RECENT_DAYS)}])
    ledger = read_mart(costed.con, "mart_ledger")

    bill = job_bills(recent(ledger))["Road", "ridge:t"]

    assert (bill["cpu_s"], bill["e_it_q50"]) == (10.0, pytest.approx(32.0))
    assert f"in {RECENT_DAYS} days, the processor alone: another boundary" in text_of(cost_page(read_costs(costed.con)))
    assert job_bills(ledger)["Road", "ridge:t"]["cpu_s"] == 20.0


def test_a_task_that_cannot_be_scored_stands_there_with_its_reason_and_one_that_can_with_its_best_rival(costed):
    state = {"squad": "Road", "task": "race_time", "input_state": "f", "observed_count": 5, "history_count": 0}
    nothing = {"scorable_count": 0, "athlete_count": 0, "why_not": "5 hard runs, none of them so"}
    some = {"task": "next_morning_ln_rmssd", "scorable_count": 90, "athlete_count": 3, "why_not": ""}
    costed.insert("task_states", [state | nothing, state | some])
    score = {"squad": "Road", "task": "next_morning_ln_rmssd", "unit": "ln_ms", "coach_unit": "% of RMSSD"}
    costed.insert(
        "rival_scores",
        [
            {**score, "rival": "ewma", "mean_absolute_error": 0.1, "coach_error": 10.4},
            {**score, "rival": "persistence", "mean_absolute_error": 0.2, "coach_error": 21.0},
        ],
    )

    page = text_of(cost_page(read_costs(costed.con)))

    assert "Time of a race or hard run Road : nothing can be scored. 5 hard runs, none of them so." in page
    assert "90 mornings can be scored, and no model estimated them: none was run on it. Best naive rival: ewma" in page
    assert "lnRMSSD Road mean absolute error (ln ms) 90 mornings, 3 athletes ewma, error 10.4 % of RMSSD" in page


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ((0, 0, 0), "No coach was shown anything."),
        ((3, 0, 0), "3 rows shown to coaches, none of them marked: what they were worth is not known."),
        ((3, 2, 0), "3 rows shown to coaches, 2 marked, 0 of them useful."),
        ((3, 2, 2), "3 rows shown to coaches, 2 marked, 2 of them useful: 2.0 (1.0\N{EN DASH}4.0) per Wh."),
    ],
)
def test_what_coaches_marked_useful_is_told_for_each_watt_hour(marks, told):
    spent = {"e_it_q05": 1800.0, "e_it_q50": 3600.0, "e_it_q95": 7200.0}

    assert marks_told(dict(zip(("shown_count", "marked_count", "useful_count"), marks, strict=True)), spent) == told


@pytest.mark.parametrize(
    ("ends", "told"),
    [((1.0, 2.0, 4.0), "0.38 g CO₂e of 2.0 g"), ((1.9, 2.0, 2.1), "more than the"), ((None, None, None), "not known")],
)
def test_a_cleaner_hour_is_held_against_the_uncertainty_of_the_carbon(costed, ends, told):
    carbon = dict(zip(("g_operational_q05", "g_operational_q50", "g_operational_q95"), ends, strict=True))

    assert told in cleaner_hour(read_mart(costed.con, "mart_factors"), carbon)
    assert ("less than the uncertainty" in cleaner_hour(read_mart(costed.con, "mart_factors"), carbon)) is (
        ends == (1.0, 2.0, 4.0)
    )


def test_without_models_no_model_figure_is_drawn(costed):
    page = cost_page(read_costs(costed.con))

    assert "No model has been run and evaluated." in page
    assert 'id="models" class="plotly-graph-div"' not in page


def test_the_language_model_is_a_published_figure_with_boundary_and_no_value(shown):
    assert "None was called." in shown
    assert "Its value was not evaluated." in shown
    assert "arXiv:2508.15734" in shown


def test_an_empty_ledger_is_not_known(con):
    load_factors(SimpleNamespace(home=home(REPOSITORY / "data"), con=con))

    shown = text_of(cost_page(read_costs(con)))

    assert "Nothing is in the ledger yet: what it cost is not known." in shown


def test_notes_of_the_ledger_are_escaped(costed):
    costed.con.execute("update ledger_entries set note = '<img src=x>' where status = 'killed'")

    page = cost_page(read_costs(costed.con))

    assert "<img" not in page


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Amount(q05=0.007, q50=0.021, q95=0.05, unit="Wh"), "0.021 Wh (0.0070\N{EN DASH}0.050)"),
        (Amount(q05=None, q50=0.3, q95=None, unit="Wh"), "0.30 Wh"),
        (Amount(q05=None, q50=None, q95=None, unit="Wh"), "not known"),
        (Amount(q05=0.0005, q50=0.001, q95=0.002, unit="Wh"), "0.0010 Wh (0.00050\N{EN DASH}0.0020)"),
        (Amount(q05=0.00003, q50=0.00099, q95=0.001, unit="Wh"), "0.99 mWh (0.030\N{EN DASH}1.0)"),
        (Amount(q05=None, q50=0.0000004, q95=None, unit="g CO₂e"), "0.40 µg CO₂e"),
    ],
)
def test_a_figure_stands_with_its_interval_or_is_not_known(amount, text):
    assert str(amount) == text


def test_the_line_of_a_squad_counts_its_latest_run_and_says_what_is_not_known(costed):
    line = cost_line(read_mart(costed.con, "mart_ledger"), "Road")

    assert re.match(r"The steps of the run up to this page: 0\.01\d Wh \(", line)
    assert "estimated from CPU time and stated watts; 1 attempt not known; no model was run." in line


def test_a_job_that_was_not_run_and_the_naive_rivals_are_no_models_of_the_run(costed, entry):
    not_run = {"status": "not_run", "wall_s": None, "cpu_self_s": None, "cpu_children_s": None}
    rivals = entry("rivals:x", "backtest", rung="rivals")
    costed.insert("ledger_entries", [entry("gru:x", "backtest", rung="gru", **not_run), rivals])

    line = cost_line(read_mart(costed.con, "mart_ledger"), "Road")

    assert "1 attempt not known; no model was run." in line
