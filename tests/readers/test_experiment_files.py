"""Plans of experiments and what was done, as files."""

from collections.abc import Callable
from datetime import date

import pytest

from pipelines.errors import CorruptExport
from pipelines.readers.experiment_files import plan_of

HEADER = "experiment,date,did,author,said_on\n"


def test_a_plan_comes_back_as_it_was_written(examples: dict[str, tuple[str, bytes]]) -> None:
    text = examples["experiment_files"][1].decode()

    plan = plan_of(text, "plan.toml")

    assert plan.question == 'Does an evening "walk" lower the next morning\'s heart rate?'
    assert plan.power_lower is None
    assert len(plan.days) == 27


def test_every_day_of_a_plan_is_a_row(
    read_whole: Callable[..., object], examples: dict[str, tuple[str, bytes]]
) -> None:
    found = read_whole(*examples["experiment_files"])

    days = found.frames["experiment_plan_days"]
    assert sorted(days["condition"].value_counts().rows()) == [("A", 7), ("B", 7), ("washout", 13)]
    assert days["pair_number"].null_count() == 13


@pytest.mark.parametrize(
    ("written", "instead", "found"),
    [
        ('metric = "resting_heart_rate"', "", "metric is missing"),
        ("seed = 5", "seed = true", "seed is True"),
        ("seed = 5", "seed = -5", "seed is -5"),
        ("seed = 5", "seed = 9223372036854775808", "seed is 9223372036854775808"),
        ("lag_days = 1", "lag_days = 1000000000", "lag_days is 1000000000"),
        ("smallest_effect = 2.0", "smallest_effect = inf", "smallest_effect is not above 0"),
        ("start_date = 2", "start_date = 9", "start_date is 9"),
        ("smallest_effect = 2.0", "smallest_effect = 0", "smallest_effect is not above 0"),
        ("wattworth_experiment = 1", "wattworth_experiment = 2", "and 1 is what is read"),
        ('do = "washout"', 'do = "C"', "is no day of a schedule"),
        (", pair = 1 ", " ", "is no day of a schedule"),
    ],
)
def test_a_plan_that_lacks_something_is_refused_by_name(
    written: str, instead: str, found: str, examples: dict[str, tuple[str, bytes]]
) -> None:
    text = examples["experiment_files"][1].decode().replace(written, instead, 1)

    with pytest.raises(CorruptExport, match=found):
        plan_of(text, "plan.toml")


def test_what_was_done_is_read_in_any_spelling(read_whole: Callable[..., object]) -> None:
    rows = "0123456789AB,2026-03-02,a,anna,2026-03-03\n0123456789ab,2026-03-04,None,,\n0123456789ab,2026-03-05,STOP,,\n"

    found = read_whole("done.csv", HEADER + rows)

    reports = found.frames["experiment_reports"].select("experiment_id", "day_date", "did", "author", "said_on")
    assert reports.rows() == [
        ("0123456789ab", date(2026, 3, 2), "A", "anna", date(2026, 3, 3)),
        ("0123456789ab", date(2026, 3, 4), "neither", "not stated", None),
        ("0123456789ab", date(2026, 3, 5), "stop", "not stated", None),
    ]


def test_author_and_day_of_saying_may_be_missing(read_whole: Callable[..., object]) -> None:
    found = read_whole("done.csv", "experiment,date,did\n0123456789ab,2026-03-02,B\n")

    assert found.reader == "experiment_files"
    assert found.frames["experiment_reports"]["did"].to_list() == ["B"]


@pytest.mark.parametrize(
    "row", [",2026-03-02,A", "x,2.3.2026,A", "x,2026-03-02,C", "x,9999-12-31,A", "x,2026-03-02,A,anna,soon"]
)
def test_a_row_that_says_nothing_clear_is_lost_with_its_line(row: str, read_whole: Callable[..., object]) -> None:
    found = read_whole("done.csv", f"{HEADER}{row}\nx,2026-03-03,A,,\n")

    assert [(loss.what, loss.where) for loss in found.report.losses] == [("1 row", "line 2")]
    assert found.frames["experiment_reports"].height == 1
