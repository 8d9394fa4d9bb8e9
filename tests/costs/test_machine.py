import pytest

from pipelines.costs import machine as machines
from pipelines.costs.machine import machine
from pipelines.errors import ConfigurationError


def test_watts_nobody_stated_are_a_default_and_say_so(monkeypatch):
    monkeypatch.delenv(machines.WATTS_OPTION, raising=False)

    found = machine()

    assert (found.watts_per_thread, found.watts_source) == (4.0, "per_thread_default")


def test_watts_of_the_environment_are_the_user_s(monkeypatch):
    monkeypatch.setenv(machines.WATTS_OPTION, "2.5")

    found = machine()

    assert (found.watts_per_thread, found.watts_source) == (2.5, "user")


def test_watts_given_win_over_the_environment(monkeypatch):
    monkeypatch.setenv(machines.WATTS_OPTION, "2.5")

    assert machine(7.0).watts_per_thread == 7.0


@pytest.mark.parametrize("text", ["0", "-1", "many", "nan"])
def test_impossible_watts_are_refused(monkeypatch, text):
    monkeypatch.setenv(machines.WATTS_OPTION, text)

    with pytest.raises(ConfigurationError, match="no positive number"):
        machine()


@pytest.mark.parametrize(
    ("cpuinfo", "expected"),
    [("flags\t: fpu hypervisor sse", True), ("flags\t: fpu sse", False), ("Features : fp asimd", None), ("", None)],
)
def test_a_hypervisor_is_seen_not_seen_or_not_known(monkeypatch, tmp_path, cpuinfo, expected):
    (tmp_path / "cpuinfo").write_text(cpuinfo)
    monkeypatch.setattr(machines, "CPUINFO", tmp_path / "cpuinfo")

    assert machine(4.0).is_virtualised is expected
