import pytest

from pipelines.errors import ConfigurationError
from wattworth.commands.run import _chosen_models


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("all", ("all",)),
        ("scheduled", ("scheduled",)),
        ("all, ridge", ("all", "ridge")),
        ("ridge,", ("ridge",)),
    ],
)
def test_rungs_are_handed_on_as_they_were_asked_for(text, names):
    assert _chosen_models(text) == names


@pytest.mark.parametrize("text", ["oracle", "all,oracle", "scheduled,oracle"])
def test_a_rung_that_is_none_is_refused_beside_any_other(text):
    with pytest.raises(ConfigurationError, match="oracle"):
        _chosen_models(text)
