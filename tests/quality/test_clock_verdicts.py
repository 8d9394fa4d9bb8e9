"""A doubtful clock spoils what rests on the day and the hour, says so with a remedy, and nothing else."""

import polars as pl
import pytest

from pipelines.quality.clock_overlay import DOUBTFUL, NOT_KNOWN
from pipelines.quality.grades import graded
from pipelines.quality.verdicts import decide
from pipelines.tables import conform


@pytest.fixture
def judged(make, ask):
    """Verdicts by subject and purpose of a night, a morning and a run whose clocks carry this label."""
    rows = make.joined(make.run(2600), make.beats(make.breathing(300)), make.nights({}))

    def of(label, *, has_day=True):
        kinds = {"activity": "a", "beat_series": "s", "night": "n0"}
        day = rows["activities"]["local_date"][0] if has_day else None
        doubts = [
            {"athlete_id": 1, "subject_kind": kind, "subject_id": name, "label": label, "local_date": day}
            | {"rule": "any", "evidence": "any", "definition_version": 1}
            for kind, name in kinds.items()
        ]
        frame = conform(pl.DataFrame(doubts, schema_overrides={"local_date": pl.Date}), "clock_doubts")
        found = decide({**ask.judged(rows), "clock_doubts": frame})
        return {(row["subject_kind"], row["purpose"]): row for row in found.to_dicts()}, graded(verdicts=found)

    return of


SPOILED = (("beat_series", "hrv_day"), ("beat_series", "hrv_baseline"), ("night", "sleep_duration"))


@pytest.mark.parametrize("key", SPOILED)
def test_a_doubtful_clock_lowers_the_grade_and_names_itself(judged, key):
    found, _ = judged("doubtful")

    assert found[key]["verdict"] == "usable"
    assert found[key]["grade"] == "doubtful"
    assert DOUBTFUL in found[key]["reasons"]


@pytest.mark.parametrize("key", SPOILED)
def test_a_clock_that_says_no_day_makes_it_unusable(judged, key):
    found, _ = judged("doubtful", has_day=False)

    assert found[key]["verdict"] == "not_usable"
    assert found[key]["grade"] == "unusable"
    assert NOT_KNOWN in found[key]["reasons"]


@pytest.mark.parametrize("label", ["sure", "corrected"])
@pytest.mark.parametrize("key", SPOILED)
def test_a_sure_or_corrected_clock_spoils_nothing(judged, key, label):
    found, _ = judged(label)

    assert (found[key]["grade"], found[key]["reasons"]) == ("ok", [])


@pytest.mark.parametrize("has_day", [True, False])
def test_how_far_and_how_fast_do_not_depend_on_the_clock(judged, has_day):
    found, _ = judged("doubtful", has_day=has_day)

    assert {found["activity", purpose]["grade"] for purpose in ("distance", "mean_pace", "load", "bests")} == {"ok"}


def test_the_remedy_is_about_the_clock(judged):
    _, observed = judged("doubtful")

    remedy = observed.filter(pl.col("purpose") == "sleep_duration")["remedy"][0]
    assert "time zone" in remedy
