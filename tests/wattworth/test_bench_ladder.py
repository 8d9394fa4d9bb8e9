import pytest

from pipelines.errors import ConfigurationError
from pipelines.paths import home
from wattworth.benches import ladder


@pytest.mark.parametrize(("text", "expected"), [("", ("a", "b")), ("b", ("b",)), (" b , a", ("b", "a"))])
def test_nothing_named_means_all(text, expected):
    assert ladder._known(text, ("a", "b"), doing="looking") == expected


def test_a_name_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(ConfigurationError, match="Name some of a, b"):
        ladder._known("c", ("a", "b"), doing="looking")


def test_a_home_without_a_warehouse_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(ConfigurationError, match="wattworth run --home"):
        list(ladder._of_home(home(tmp_path)))


def test_the_generated_squads_are_labelled_simulated_and_come_one_by_one():
    ((first,), (second,)) = ladder._generated(("without", "strong"), 1, is_quick=True)

    assert first.is_simulated
    assert second.is_simulated
    assert (first.name.split()[0], second.name.split()[0]) == ("without", "strong")
    assert not first.days.equals(second.days)
