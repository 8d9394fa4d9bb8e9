import json

import pytest

from pipelines.proofs import judge_cost
from pipelines.proofs.judge_cost import JudgeCost, JudgingReport, from_json, judging_cost


def test_a_small_batch_is_measured_apart_and_together(monkeypatch):
    monkeypatch.setattr(judge_cost, "BEATS", 2000)
    monkeypatch.setattr(judge_cost, "RUN_S", 900)

    report = judging_cost(1, 2)

    costs = (report.nights, report.runs, report.together)
    assert [cost.row_count for cost in costs] == [2000, 900, 2900]
    assert all(len(cost.each_s) == 2 and min(cost.each_s) > 0 for cost in costs)
    assert "2,000 beats" in report.as_markdown()


def test_the_best_round_counts_and_a_row_costs_its_share():
    cost = JudgeCost(name="a night", row_count=100, each_s=(0.003, 0.001, 0.002))

    assert cost.best_s == 0.001
    assert cost.as_json()["us_per_row"] == pytest.approx({"best": 10.0, "median": 20.0, "worst": 30.0})


def test_a_report_comes_back_from_its_json():
    one = JudgeCost(name="x", row_count=10, each_s=(0.5, 0.25))
    report = JudgingReport(batch_count=3, nights=one, runs=one, together=one)

    assert from_json(json.loads(json.dumps(report.as_json()))) == report
