from pathlib import Path

import pytest

from pipelines.costs import rapl


@pytest.fixture
def powercap(tmp_path: Path) -> Path:
    for name, label in (("intel-rapl:0", "package-0"), ("intel-rapl:0:0", "core"), ("intel-rapl:1", "psys")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "name").write_text(f"{label}\n")
        (folder / "max_energy_range_uj").write_text("1000000000\n")
    count(tmp_path, 5_000_000)
    return tmp_path


def count(powercap: Path, energy_uj: int) -> None:
    for folder in powercap.iterdir():
        (folder / "energy_uj").write_text(f"{energy_uj}\n")


def between(powercap: Path, after_uj: int, wall_s: float) -> float | None:
    before = rapl.read(powercap)
    count(powercap, after_uj)
    after = rapl.read(powercap)
    assert before is not None
    assert after is not None
    return after.energy_since_j(before, wall_s=wall_s)


def test_packages_are_counted_once_without_their_parts(powercap):
    assert between(powercap, 8_000_000, wall_s=1) == pytest.approx(3.0)


def test_a_counter_that_wrapped_is_read_on(powercap):
    assert between(powercap, 1_000_000, wall_s=1) == pytest.approx(996.0)


def test_no_counter_is_no_reading(tmp_path):
    assert rapl.read(tmp_path) is None


def test_a_counter_we_may_not_read_is_no_reading(powercap):
    (powercap / "intel-rapl:0" / "energy_uj").unlink()

    assert rapl.read(powercap) is None


@pytest.mark.parametrize("after_uj", [5_000_000, 4_999_999 - 1_000_000_000])
def test_a_counter_that_stood_still_or_was_set_back_is_not_told(powercap, after_uj):
    assert between(powercap, after_uj, wall_s=1) is None


def test_memory_beside_the_package_is_not_in_the_energy_of_the_processor(powercap):
    (powercap / "intel-rapl:0:1").mkdir()
    (powercap / "intel-rapl:0:1" / "name").write_text("dram\n")

    assert between(powercap, 8_000_000, wall_s=1) == pytest.approx(3.0)


def test_one_package_that_may_not_be_read_leaves_no_reading(powercap):
    (powercap / "intel-rapl:2").mkdir()
    (powercap / "intel-rapl:2" / "name").write_text("package-1\n")

    assert rapl.read(powercap) is None


@pytest.mark.parametrize(("wall_s", "told"), [(1_800.0, True), (1_800.1, False)])
def test_a_span_in_which_the_counter_may_have_wrapped_twice_is_not_told(powercap, wall_s, told):
    assert (between(powercap, 8_000_000, wall_s=wall_s) is not None) is told
