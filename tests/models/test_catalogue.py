import tomllib
from dataclasses import replace

import pytest

from pipelines.errors import ConfigurationError
from pipelines.models import catalogue
from pipelines.models.catalogue import chosen, left_out, models
from pipelines.paths import REPOSITORY


def test_the_ladder_is_found_and_ordered():
    rungs = [model.rung for model in models()]

    assert "ridge" in {model.name for model in models()}
    assert rungs == sorted(rungs)


@pytest.mark.parametrize("names", [("all",), ("ridge", "all")])
def test_all_means_every_rung_whose_library_is_there(names, monkeypatch):
    (ridge,) = chosen(("ridge",))
    unable = replace(ridge, name="far", needs="a_library_nobody_has", extra="deep")
    monkeypatch.setattr(catalogue, "models", lambda: (ridge, unable))

    assert [model.name for model in chosen(names)] == ["ridge"]
    assert left_out(names) == (unable,)
    assert left_out(("ridge",)) == ()


def test_a_rung_that_is_named_without_its_library_is_refused_with_its_extra(monkeypatch):
    (ridge,) = chosen(("ridge",))
    unable = replace(ridge, name="far", needs="a_library_nobody_has", extra="deep")
    monkeypatch.setattr(catalogue, "models", lambda: (ridge, unable))

    with pytest.raises(ConfigurationError, match=r"a_library_nobody_has.*extra `deep`"):
        chosen(("ridge", "far"))


def test_a_folder_with_the_name_of_a_library_is_not_the_library(tmp_path, monkeypatch):
    (ridge,) = chosen(("ridge",))
    (tmp_path / "a_library_nobody_has").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    assert ridge.is_installed
    assert not replace(ridge, needs="a_library_nobody_has").is_installed
    assert replace(ridge, needs=None).is_installed


def test_a_rung_that_needs_a_library_names_its_extra():
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    assert all(model.extra in extras for model in models() if model.needs)


def test_no_name_is_no_rung():
    assert chosen(()) == ()


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ConfigurationError, match="ridge"):
        chosen(("oracle",))
