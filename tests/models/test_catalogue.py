import pytest

from pipelines.errors import ConfigurationError
from pipelines.models.catalogue import chosen, models


def test_the_ladder_is_found_and_ordered():
    rungs = [model.rung for model in models()]

    assert "ridge" in {model.name for model in models()}
    assert rungs == sorted(rungs)


@pytest.mark.parametrize("names", [("all",), ("ridge", "all")])
def test_all_means_every_rung(names):
    assert chosen(names) == models()


def test_no_name_is_no_rung():
    assert chosen(()) == ()


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ConfigurationError, match="ridge"):
        chosen(("gru",))
