import json

import pytest

from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.proofs import pattern_bench
from pipelines.proofs.pattern_bench import PatternReport, bench_patterns
from pipelines.proofs.pattern_cases import CONDITIONS
from pipelines.tables import empty


@pytest.fixture(scope="module")
def report() -> PatternReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pattern_bench, "QUICK_COUNT", 1)
        return bench_patterns(quick=True, seed=8)


def test_each_pattern_is_found_where_it_happens(report: PatternReport) -> None:
    assert {score.pattern for score in report.patterns} == {pattern.name for pattern in every_pattern()}
    happened = [score for score in report.patterns if score.happened_count]
    assert {score.pattern for score in happened} == {*CONDITIONS, "best_effort"} - {"clean"}
    assert all(score.found_count == score.happened_count == 1 for score in happened)


def test_who_has_nothing_has_no_concern(report: PatternReport) -> None:
    assert report.quiet_count == report.clean_count == 1


def test_every_condition_is_a_pattern_or_nothing() -> None:
    assert set(CONDITIONS) - {"clean"} <= {pattern.name for pattern in every_pattern()}


def test_rules_that_see_nothing_find_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_bench, "QUICK_COUNT", 1)
    monkeypatch.setattr("pipelines.proofs.pattern_cases.CONDITIONS", {"sleep_shortfall": "is_short_of_sleep"})

    report = bench_patterns(quick=True, seed=8, find=lambda _, __: empty("patterns"))

    assert sum(score.found_count for score in report.patterns) == 0
    assert sum(score.happened_count for score in report.patterns) == 1


def test_the_report_reads_as_json_and_as_a_table(report: PatternReport) -> None:
    told = json.loads(json.dumps(report.as_json()))

    assert told["clean_athletes"] == 1
    assert report.as_markdown().count("\n|") == len(report.patterns) + 2
