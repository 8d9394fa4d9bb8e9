import polars as pl
import pytest

from dashboards import words
from dashboards.costs import Amount
from dashboards.marts import of_squad, read_squad
from dashboards.twin import STOCK_RULES, twin_cost, twin_line

COST = Amount(q05=0.01, q50=0.02, q95=0.04, unit="Wh")


def counted(squad):
    return read_squad(squad.con, "Road").twin


def test_it_says_how_often_the_two_differed_and_what_each_cost(squad):
    squad.athlete(1, "A")
    squad.twins([(1, ["hrv_below_week"], [], True), (2, [], ["outside_ln_rmssd"], True), (3, [], [], False)])

    line = twin_line(counted(squad), COST)

    assert line == (
        "Tonight rules off the shelf would have shown 1 row, this page 1. "
        "On 2 of 3 athlete-days the two said something different, each at 0.020 Wh (0.010\N{EN DASH}0.040)."
    )


def test_two_that_never_differ_have_no_price(squad):
    squad.athlete(1, "A")
    squad.twins([(1, [], [], False)])

    line = twin_line(counted(squad), twin_cost(of_squad(squad.con, "mart_twin", "Road")))

    assert "On 0 of 1 athlete-day did the two differ" in line
    assert "Wh" not in line


def test_a_cost_that_is_not_known_is_said_to_be(costed):
    line = twin_line(counted(costed), twin_cost(pl.DataFrame()))

    assert line.endswith("each at not known.")


def test_a_difference_costs_what_judging_and_observing_took(costed):
    cost = twin_cost(of_squad(costed.con, "mart_twin", "Road"))

    assert cost.q05 < cost.q50 < cost.q95


def test_before_the_first_list_there_is_no_line(squad):
    assert twin_line(counted(squad), COST) == ""


@pytest.mark.parametrize("text", [STOCK_RULES])
def test_its_words_are_clean(text):
    assert words.lint_text(text) == []
