import re
from datetime import UTC, datetime

import pytest

import sql
from pipelines.costs import ledger
from pipelines.costs.factors import load_factors
from pipelines.costs.statement import figure, ledger_json, metering_sentence, sentence, wall_sentence


def totals(**changes: object) -> dict[str, object]:
    bands = {f"{name}_{end}": None for name in ("g_operational", "g_embodied", "water_ml") for end in ENDS}
    energy = {"e_it_q05": 2.1, "e_it_q50": 7.2, "e_it_q95": 21.9}
    counts = {"entry_count": 3, "unknown_count": 0, "known_count": 3, "country_missing_count": 3}
    return energy | bands | counts | {"is_measured": False} | changes


ENDS = ("q05", "q50", "q95")


def test_a_sentence_has_one_figure_its_band_and_how_it_is_known():
    assert sentence(totals()) == (
        "≈ 0.002 Wh (90 %: 0.0006 to 0.006), estimated from CPU time; carbon of the electricity and carbon of making "
        "the machine and water not known: no country stated"
    )


@pytest.mark.parametrize(("middle_j", "unit"), [(3.6, "Wh"), (3.59, "mWh")])
def test_small_energies_are_told_in_milliwatt_hours(middle_j, unit):
    said = sentence(totals(e_it_q50=middle_j))

    assert said.split("(")[0].split()[-1] == unit


def test_what_is_left_out_is_said():
    assert "1 of 3 entries left out" in sentence(totals(unknown_count=1))


def test_unknown_energy_is_not_a_zero():
    said = sentence(totals(e_it_q05=None, e_it_q50=None, e_it_q95=None))

    assert said.startswith("energy not known")


def test_carbon_and_water_are_told_with_their_bands():
    known = {
        f"{name}_{end}": value
        for name in ("g_operational", "g_embodied")
        for end, value in zip(ENDS, (0.001, 0.002, 0.004), strict=True)
    }

    said = sentence(totals(country_missing_count=0, **known))

    assert "carbon of the electricity ≈ 0.002 g CO2e (90 %: 0.001 to 0.004)" in said
    assert said.endswith("water not known: no factor for a part of it")


def test_a_sum_over_two_countries_does_not_say_that_none_was_stated(warehouse):
    load_factors(warehouse)
    for number, country in enumerate(("FIN", "SWE")):
        ledger.record(warehouse.con, raw(f"e{number}", "a", country=country))
    both = sentence(ledger_json(warehouse.con)["totals"])
    ledger.record(warehouse.con, raw("e2", "a"))

    some = sentence(ledger_json(warehouse.con)["totals"])

    assert both.endswith("water not known: no factor for a part of it")
    assert some.endswith("not known: no country stated for a part of it")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "6.4 Wh, 2.6 Wh above rest in run a: 3 times the middle of the estimate"),
        (
            {"estimate_ratio": None},
            "6.4 Wh by the whole machine in run a; power at rest not given, so not comparable",
        ),
        ({"run_id": None, "doubts": ["reading_shared"]}, "6.4 Wh, of no run (reading_shared)"),
        ({"run_id": None}, "6.4 Wh, of no run (no run in that time)"),
    ],
)
def test_a_reading_at_the_wall_is_told_beside_the_estimate(changes, said):
    start = datetime(2026, 3, 1, 3, tzinfo=UTC)
    reading = {
        "started_at_utc": start,
        "ended_at_utc": start.replace(minute=20),
        "energy_wh": 6.4,
        "run_id": "a",
        "energy_j": 9_300.0,
        "estimate_ratio": 3.02,
        "doubts": [],
    }

    assert wall_sentence(reading | changes) == f"at the wall 2026-03-01 03:00 to 03:20 UTC: {said}"


@pytest.mark.parametrize(
    ("number", "text"), [(0.00234, "0.002"), (27.0, "30"), (999.0, "1000"), (0.0, "0"), (4e-7, "0.0000004"), (1.0, "1")]
)
def test_a_figure_has_one_significant_digit(number, text):
    assert figure(number) == text


def test_entries_and_totals_of_one_run_or_of_all(warehouse):
    load_factors(warehouse)
    for number, run_id in enumerate(("a", "b")):
        ledger.record(warehouse.con, raw(f"e{number}", run_id, country="FIN"))

    one, every = ledger_json(warehouse.con, run_id="a"), ledger_json(warehouse.con)

    assert [entry["run_id"] for entry in one["entries"]] == ["a"]
    assert every["totals"]["e_it_q50"] == pytest.approx(2 * one["totals"]["e_it_q50"])
    assert every["totals"]["ci_zone"] == "FIN"


@pytest.mark.parametrize(
    ("metering", "said"),
    [
        ({"metering_cpu_s": 0.44, "cpu_s": 84.0}, "Metering took 0.44 of these CPU-s, 0.5% of its runs."),
        ({"metering_cpu_s": None, "cpu_s": None}, "What metering took is not known."),
    ],
)
def test_what_metering_took_is_told(metering, said):
    assert metering_sentence(metering) == said


def test_without_a_counter_nothing_is_said_to_be_measured(warehouse):
    load_factors(warehouse)
    ledger.record(warehouse.con, raw("e", "a"))

    told = ledger_json(warehouse.con)

    words = [value for entry in told["entries"] for value in entry.values() if isinstance(value, str)]
    assert told["totals"]["is_measured"] is False
    assert not [
        word for word in [*words, sentence(told["totals"])] if re.search("measure|counter", word, re.IGNORECASE)
    ]


def test_with_a_counter_alone_the_sentence_names_it(warehouse):
    load_factors(warehouse)
    counted = {"evidence": "measured_counter", "counter_energy_j": 9.0, "foreign_cpu_s": 0.0}
    ledger.record(warehouse.con, raw("e", "a", **counted))

    told = ledger_json(warehouse.con)

    assert "read from the processor's energy counter" in sentence(told["totals"])


def test_no_view_of_the_ledger_uses_the_word_measured_but_for_the_counter():
    views = [name for name in sql.names("staging") + sql.names("marts") if "ledger" in name]

    said = {word for name in views for word in re.findall(r"\b\w*measured\w*", sql.statement(name))}
    assert said == {"measured_counter", "is_measured"}


def raw(entry_id: str, run_id: str, **columns: object) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "run_id": run_id,
        "step_key": "judge",
        "partition": "",
        "attempt": 1,
        "purpose": "judge",
        "started_at_utc": datetime(2026, 3, 1, tzinfo=UTC),
        "status": "ok",
        "is_simulated": False,
        "wall_s": 20.0,
        "cpu_self_s": 9.0,
        "cpu_children_s": 1.0,
        "evidence": "estimated_cpu_time",
        "method": "getrusage",
        "watts_per_thread": 4.0,
        "watts_source": "per_thread_default",
        "note": "",
    } | columns
