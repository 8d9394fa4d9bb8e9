import json

import polars as pl
import pytest

from pipelines.observations.gaps import gaps
from pipelines.observations.questions import asked
from pipelines.proofs.gap_asked import replayed
from pipelines.proofs.gap_bench import TARGET, GapReport, bench_gaps
from pipelines.proofs.gap_cases import gap_lives
from pipelines.simulation.lives import Life
from pipelines.tables import empty


@pytest.fixture(scope="module")
def report() -> GapReport:
    return bench_gaps(quick=True, seed=3)


def test_causes_that_left_a_trace_are_found_and_right(report: GapReport) -> None:
    total = report.total()

    assert total.episode_count > 300
    assert total.found_count >= TARGET * total.episode_count
    assert total.right_count >= TARGET * total.told_count


def test_every_cause_happens_to_several_athletes(report: GapReport) -> None:
    held = {score.cause: score for score in report.causes}

    assert set(held) == {
        "excused", "file_failed", "not_known", "not_synced", "not_worn", "rest_planned", "worn_no_training",
    }  # fmt: skip
    assert all(score.athlete_count >= 2 and score.episode_count >= 5 for score in held.values())


def test_a_cause_without_a_trace_is_not_known(report: GapReport) -> None:
    unknown = next(score for score in report.causes if score.cause == "not_known")

    assert unknown.right_count >= TARGET * unknown.told_count > 0


def test_rules_that_see_nothing_have_recall_zero() -> None:
    report = bench_gaps(quick=True, seed=3, find=lambda _, __: empty("gaps"))

    assert (report.total().found_count, report.total().told_count) == (0, 0)


def test_rules_that_call_everything_not_synced_fall_short() -> None:
    def blame(tables: dict[str, pl.DataFrame], wear_days: pl.DataFrame) -> pl.DataFrame:
        return gaps(tables, wear_days).with_columns(cause=pl.lit("not_synced"))

    total = bench_gaps(quick=True, seed=3, find=blame).total()  # type: ignore[arg-type]

    assert total.right_count < 0.3 * total.told_count


def test_the_report_reads_as_json_and_as_a_table(report: GapReport) -> None:
    told = json.loads(json.dumps(report.as_json()))
    table = report.as_markdown()

    assert told["causes"][-1]["cause"] == "all with a trace"
    assert table.count("\n|") == len(report.causes) + 3


SHORT = {"first_day": 70}
"""The last fifty days of a season: long enough for several stretches."""


@pytest.fixture(scope="module")
def season() -> tuple[Life, ...]:
    return gap_lives(4, seed=3)[3:]


def test_every_unexplained_stretch_is_asked_about_once_and_never_after_an_answer(season: tuple[Life, ...]) -> None:
    score = replayed(season, **SHORT)

    assert score.planted_count >= 2
    assert (score.once_count, score.never_count, score.again_count) == (score.planted_count, 0, 0)
    assert score.answered_count >= 1
    assert (score.reasked_count, score.needless_count) == (0, 0)


def test_questions_that_are_never_asked_are_counted(season: tuple[Life, ...]) -> None:
    score = replayed(season, ask=lambda _, __: {"questions": empty("questions")}, **SHORT)

    assert score.never_count == score.planted_count


def test_a_rule_that_forgets_what_it_asked_and_what_was_answered_is_found_out(season: tuple[Life, ...]) -> None:
    def forgetful(tables, known):
        found = asked({**tables, "questions": empty("questions"), "stg_answers": tables["stg_answers"].clear()}, known)
        fresh = pl.concat_str("question_id", pl.lit(str(known.there.last_date)))
        return {"questions": found["questions"].with_columns(question_id=fresh)}

    score = replayed(season, ask=forgetful, **SHORT)

    assert score.again_count >= 1
    assert score.reasked_count >= 1
