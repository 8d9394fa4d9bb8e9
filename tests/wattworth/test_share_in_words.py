import pytest

from wattworth.share_in_words import print_receipt


def line(purpose: str, cpu_s: float | None, *, unknown_count: int = 0, is_measured: bool | None = False) -> dict:
    ends = {
        f"e_it_{end}": None if cpu_s is None else cpu_s * times for end, times in (("q05", 1), ("q50", 3), ("q95", 9))
    }
    return {"purpose": purpose, "cpu_s": cpu_s, "unknown_count": unknown_count, "is_measured": is_measured, **ends}


def told(capsys, *receipt: dict, value_count: int = 1) -> str:
    print_receipt(receipt, value_count)
    return capsys.readouterr().out


def test_a_value_is_told_what_making_it_took_and_what_came_beside(capsys):
    words = told(capsys, line("ingest", 0.02), line("judge", 0.01), line("publish", 0.05))

    assert "cost: 0.03 CPU-s, 0.09 J (90 %: 0.03 to 0.27), estimated from CPU time\n" in words
    assert "of it ingest 0.02 CPU-s, judge 0.01 CPU-s; each step is shared by its subjects" in words
    assert "beside that, for pages and models: publish 0.05 CPU-s" in words


def test_several_values_cost_as_often_as_much(capsys):
    assert "cost: 3 values at the mean of their athlete: 0.06 CPU-s, 0.18 J" in told(
        capsys, line("judge", 0.02), value_count=3
    )


def test_receipts_that_are_not_known_are_counted_and_never_zero(capsys):
    assert told(capsys, line("judge", None, unknown_count=1, is_measured=None)) == "cost: not known\n"
    assert "; 2 receipts are not known and left out" in told(capsys, line("judge", 0.02, unknown_count=2))


@pytest.mark.parametrize(("is_measured", "words"), [(True, "counter"), (False, "estimated from CPU time")])
def test_how_the_energy_is_known_is_said(capsys, is_measured, words):
    assert words in told(capsys, line("judge", 0.02, is_measured=is_measured))


def test_without_receipts_the_cost_is_not_known(capsys):
    assert told(capsys) == "cost: not known\n"
