"""The table of conformal factors: read strictly, chosen by source and flagged share, and able to turn a verdict."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from pipelines.errors import ConfigurationError
from pipelines.quality import conformal, limits
from pipelines.quality.conformal import FILE, strata_in, version, with_factor
from pipelines.quality.stop import VERSION as JUDGE_VERSION
from pipelines.quality.verdicts import VERSION, verdicts
from pipelines.quality.versioned_table import text_of

TEXT = text_of(FILE)
LINES = TEXT.splitlines()
BARE = next(line for line in LINES if ",not calibrated,0,1,," in line)
MEASURED = next(line for line in LINES if ",stratum," in line)


def _changed(line, column, text):
    cells = line.split(",")
    cells[conformal.COLUMNS.index(column)] = text
    return TEXT.replace(line, ",".join(cells), 1)


def test_the_table_in_use_has_every_purpose_and_source_of_the_limits():
    assert {(one.purpose, one.source) for one in conformal.TABLE} == {(x.purpose, x.source) for x in limits.LIMITS}


@pytest.mark.parametrize("purpose", ["splits", "bests", "decoupling", "sleep_duration"])
def test_what_the_generator_knows_no_truth_of_is_not_calibrated_and_says_so(purpose):
    own = [one for one in conformal.TABLE if one.purpose == purpose]

    assert {(one.factor, one.basis, one.subject_count, one.coverage) for one in own} == {
        (1.0, conformal.NOT_CALIBRATED, 0, None)
    }


def test_a_vendors_stated_value_takes_no_factor_from_beats():
    vendors = {"garmin", "oura", "whoop", "polar", "vendor"}

    assert {one.basis for one in conformal.TABLE if one.source in vendors} == {conformal.NOT_CALIBRATED}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(LINES[0] + "\n", id="no row"),
        pytest.param(TEXT.replace("factor", "faktor", 1), id="another column"),
        pytest.param(TEXT.replace(MEASURED, MEASURED + ",1", 1), id="a cell too many"),
        pytest.param(TEXT.replace(MEASURED + "\n", "", 1), id="a stratum left out"),
        pytest.param(TEXT.replace(BARE + "\n", "", 1), id="a source left out"),
        pytest.param(TEXT.replace(BARE, BARE + "\n" + BARE, 1), id="a source stated twice"),
        pytest.param(_changed(MEASURED, "purpose", "mood"), id="unknown purpose"),
        pytest.param(_changed(BARE, "source", "ring"), id="a source without limit"),
        pytest.param(_changed(MEASURED, "factor", "0"), id="factor of nought"),
        pytest.param(_changed(MEASURED, "factor", "-1"), id="negative factor"),
        pytest.param(_changed(MEASURED, "factor", "nan"), id="factor that is no number"),
        pytest.param(_changed(MEASURED, "factor", ""), id="factor left out"),
        pytest.param(_changed(MEASURED, "n", "1.5"), id="half a subject"),
        pytest.param(_changed(MEASURED, "coverage", "1.2"), id="more than all covered"),
        pytest.param(_changed(MEASURED, "flagged_to", "0.004"), id="a hole between strata"),
        pytest.param(_changed(MEASURED, "basis", "hope"), id="unknown basis"),
        pytest.param(_changed(MEASURED, "date", "22.11.2026"), id="date in another way"),
        pytest.param(_changed(BARE, "factor", "0.9"), id="not calibrated and yet a factor"),
        pytest.param(_changed(BARE, "basis", "source"), id="calibrated on nobody"),
    ],
)
def test_a_table_that_does_not_read_as_it_should_stops_with_where_and_what_to_do(text):
    with pytest.raises(ConfigurationError) as raised:
        strata_in(text)

    assert FILE in raised.value.where
    assert raised.value.remedy


def test_another_factor_is_another_version_and_another_day_is_not():
    one, *others = conformal.TABLE

    assert version((replace(one, made_on=date(2020, 1, 1), seed=1, coverage=0.5), *others)) == conformal.VERSION
    assert version((replace(one, factor=one.factor * 1.01), *others)) != conformal.VERSION


def test_the_version_of_verdicts_holds_that_of_limits_and_factors_so_that_all_is_judged_again():
    assert {limits.VERSION, conformal.VERSION} <= set(VERSION.split("."))
    assert len(JUDGE_VERSION) == len("0" * 12)


def _table(*factors, edges=(0.0, 0.02, 1.0)):
    """The table with another set of strata for distance in the open."""
    one = next(x for x in conformal.TABLE if (x.purpose, x.source) == ("distance", "open"))
    others = [x for x in conformal.TABLE if (x.purpose, x.source) != ("distance", "open")]
    ends = zip(edges, edges[1:], factors, strict=False)
    return (*(replace(one, flagged_from=a, flagged_to=b, factor=c) for a, b, c in ends), *others)


def _chosen(share, source="open"):
    rows = pl.DataFrame(
        {"subject_kind": ["activity"], "subject_id": ["a"], "purpose": ["distance"], "source": [source]}
    )
    facts = pl.DataFrame(
        {
            "subject_kind": ["activity"],
            "subject_id": ["a"],
            "fact": ["flagged_movement_fraction"],
            "fact_value": [share],
            "unit": ["fraction"],
        },
        schema_overrides={"fact_value": pl.Float64},
    )
    return with_factor(rows, facts)["conformal_factor"][0]


@pytest.mark.parametrize(("share", "factor"), [(0.0, 3.0), (0.0199, 3.0), (0.02, 2.0), (1.0, 2.0), (None, 3.0)])
def test_the_factor_follows_the_flagged_share_and_is_the_largest_where_that_is_not_known(share, factor, monkeypatch):
    monkeypatch.setattr(conformal, "TABLE", _table(3.0, 2.0))

    assert _chosen(share) == factor


def test_a_source_without_limits_has_no_factor():
    assert _chosen(0.0, source="never heard of") == 1.0


def test_another_table_changes_expected_errors_and_turns_verdicts(make, ask, monkeypatch):
    judged = ask.judged(make.run(2600))
    found = []
    for factor in (1.0, 3.0):
        monkeypatch.setattr(conformal, "TABLE", _table(factor, edges=(0.0, 1.0)))
        found.append(verdicts(judged).filter(purpose="distance").row(0, named=True))

    assert found[1]["expected_error"] == pytest.approx(3 * found[0]["expected_error"])
    assert [one["verdict"] for one in found] == ["usable", "not_usable"]
    assert [one["grade"] for one in found] == ["ok", "ok"]  # no flag is to blame for a factor


def test_a_limits_table_that_does_not_read_as_it_should_stops_with_where_and_what_to_do():
    text = text_of(limits.FILE)
    first = text.splitlines()[1]
    spread = next(line for line in text.splitlines() if ",spread," in line)
    wrong = [
        text.replace(first, first + "\n" + first, 1),
        text.replace(first, first.replace("0.02", "much", 1), 1),
        text.replace(first, first.replace("0.02", "0", 1), 1),
        text.replace(first, first.replace("fraction", "bpm", 1), 1),
        text.replace(first, first.replace("distance", "joy", 1), 1),
        text.replace(first, first.rsplit(",", 1)[0] + ",", 1),
        text.replace(first, first.replace(",,,", ",0.1,,", 1), 1),
        text.replace(spread, spread.replace("spread", "absolute", 1), 1),
    ]

    for one in wrong:
        with pytest.raises(ConfigurationError, match=limits.FILE):
            limits.limits_in(one)


def test_a_limit_that_is_moved_is_another_version_and_a_note_is_not():
    one, *others = limits.LIMITS

    assert limits.version((replace(one, note="another"), *others)) == limits.VERSION
    assert limits.version((replace(one, number=one.number * 2), *others)) != limits.VERSION
