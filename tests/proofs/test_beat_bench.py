"""The comparison with other beat detectors: what it counts, and that a tool that is not there is said and left out."""

import importlib
import json
import sys
from types import ModuleType

import numpy as np
import pytest

from pipelines.proofs import beat_bench, beat_peers, beat_real_trials
from pipelines.proofs.beat_bench import bench_peers
from pipelines.proofs.beat_peers import Peers, Tool, ours, peers
from pipelines.proofs.beat_real_trials import real_trials
from pipelines.proofs.beat_rules import around_mean, golden_cheetah, malik, pair_masked, quotient
from pipelines.proofs.beat_scores import draws, estimate, f1, median, p95, ratio_to_best, spread
from pipelines.proofs.beat_trials import trials
from pipelines.proofs.labelled_beats import labelled_windows

STEADY = np.full(60, 1000.0)


def with_one(place, length_ms):
    rr = STEADY.copy()
    rr[place] = length_ms
    return rr


@pytest.mark.parametrize(
    ("rule", "passes_ms", "marked_ms", "marked"),
    [
        (malik, 1199.0, 1201.0, {30}),
        (quotient, 1199.0, 1201.0, {30}),
        (around_mean, 1295.0, 1320.0, {30}),
        (golden_cheetah, 1199.0, 1201.0, {30}),
        (golden_cheetah, 801.0, 799.0, {30}),
    ],
)
def test_a_plain_rule_marks_what_is_beyond_its_number(rule, passes_ms, marked_ms, marked):
    assert not rule(with_one(30, passes_ms)).any()
    assert set(np.flatnonzero(rule(with_one(30, marked_ms)))) == marked


def test_a_pair_counts_only_when_both_of_its_intervals_are_good():
    rr = np.array([1000.0, 1010.0, 2000.0, 1010.0, 1040.0])

    assert pair_masked(rr, np.array([False, False, True, False, False])) == pytest.approx(np.sqrt((100 + 900) / 2))
    assert np.isnan(pair_masked(rr, np.ones(5, dtype=bool)))


@pytest.mark.parametrize(("single", "burst"), [(0.05, 0.0), (0.0, 0.05)])
def test_a_trial_knows_which_intervals_it_spoiled_and_changes_no_other(single, burst):
    made = list(trials(seed=5, count=6, single=single, burst=burst))

    for trial in made:
        left = trial.rr_ms[~trial.bad]
        assert trial.events
        assert len(left) == np.isin(left, trial.clean_ms).sum()
        assert abs(len(left) - len(trial.clean_ms)) <= 0.2 * len(trial.clean_ms)
    assert {event.kind for trial in made for event in trial.events} >= ({"burst"} if burst else {"missed", "misplaced"})


def test_the_same_seed_gives_the_same_series_and_another_gives_others():
    first, again, other = (next(trials(seed=seed, count=1, single=0.05)).rr_ms for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_ratio_takes_the_best_of_the_others_and_holds_one_when_ours_is_among_them():
    own = np.linspace(0.01, 0.03, 50)
    drawn = draws(50, seed=1)

    name, half = ratio_to_best(own, {"twice": 2 * own, "thrice": 3 * own}, median, drawn)
    _, same = ratio_to_best(own, {"itself": own}, p95, drawn)

    assert (name, half.value, half.low, half.high) == ("twice", 0.5, 0.5, 0.5)
    assert (same.value, same.low, same.high) == (1.0, 1.0, 1.0)


def test_an_interval_of_resamples_holds_the_figure_and_widens_with_fewer_series():
    values = np.random.default_rng(2).exponential(1.0, 400)

    many, few = (estimate(values[:count], median, draws(count, seed=1)) for count in (400, 25))

    assert many.low < many.value < many.high
    assert few.high - few.low > 2 * (many.high - many.low)


def test_quantiles_leave_out_series_without_a_figure():
    errors = np.array([[0.1, 0.4, np.nan, 0.2], [np.nan, np.nan, np.nan, np.nan]])

    assert median(errors)[0] == pytest.approx(0.2)
    assert p95(errors)[0] == pytest.approx(np.quantile([0.1, 0.2, 0.4], 0.95))
    assert np.isnan(median(errors)[1])


def test_f1_is_one_when_all_is_right_and_falls_with_false_marks():
    events = np.array([2.0, 2.0, 0.0])
    drawn = draws(3, seed=1)

    perfect = spread(f1(events, events, events, events, drawn))
    half = spread(f1(events, 2 * events, events, events, drawn))

    assert perfect.value == 1.0
    assert half.value == pytest.approx(2 / 3)


def test_a_tool_that_is_not_installed_is_told_in_one_line_and_its_rows_are_left_out(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", absent)

    found = peers()

    assert [line.split(":")[0] for line in found.missing] == ["neurokit2", "systole", "hrv-analysis"]
    assert all("\n" not in line and "left out" in line for line in found.missing)
    assert {tool.kind for tool in found.tools} == {"ours", "rule"}


def test_a_package_that_fails_while_it_is_imported_is_told_with_what_it_says(monkeypatch):
    def broken(_):
        raise TypeError("'nolds.datasets' is not a package")

    monkeypatch.setattr(importlib, "import_module", broken)
    monkeypatch.setattr(beat_peers, "_version", lambda _: "1.0")

    assert "hrv-analysis 1.0: cannot be imported here ('nolds.datasets' is not a package)" in peers().missing[2]


def test_no_package_is_imported_before_it_is_asked_for():
    assert not {"neurokit2", "systole", "hrvanalysis"} & set(sys.modules)


def fake_neurokit():
    """Marks the peak that ends the longest interval as ectopic, and moves no peak."""
    module = ModuleType("neurokit2")

    def signal_fixpeaks(peaks, **_):
        longest = int(np.argmax(np.diff(peaks))) + 1
        return {"ectopic": [longest], "missed": [], "extra": [], "longshort": []}, peaks

    module.signal_fixpeaks = signal_fixpeaks
    return module


def test_a_peak_that_neurokit_names_is_the_interval_that_ends_there():
    package, masked = beat_peers._neurokit(fake_neurokit(), "0")
    rr = with_one(30, 1500.0)

    assert set(np.flatnonzero(package.marks(rr))) == {30}
    assert package.rmssd_ms(rr) == pytest.approx(np.sqrt(2 * 500.0**2 / 59))
    assert masked.rmssd_ms(rr) == 0.0


def test_marks_of_an_ectopic_beat_and_of_an_extra_one_cover_both_intervals_they_spoil():
    def only(place):
        return np.arange(6) == place

    nothing = np.zeros(6, dtype=bool)

    ectopic = beat_peers._spoiled(6, ectopic=only(3), extra=nothing, other=nothing)
    extra = beat_peers._spoiled(6, ectopic=nothing, extra=only(3), other=nothing)

    assert set(np.flatnonzero(ectopic)) == {2, 3}
    assert set(np.flatnonzero(extra)) == {3, 4}


@pytest.fixture
def recordings(tmp_path):
    """Seven minutes and a half of a labelled list with one early beat, after five minutes of another rhythm."""
    lines = ["      Time   Sample #  Type  Sub Chan  Num\tAux", "    0:00.000        0     +    0    0    0\t(N"]
    for beat in range(900):
        at_s = 0.5 * beat + (0.0 if beat == 100 else 0.15)
        if at_s > 300 and "(AFIB" not in lines[-2]:
            lines.append(f"    {int(at_s // 60)}:{at_s % 60:06.3f}     9     +    0    0    0\t(AFIB")
        label = "V" if beat == 100 else "N"
        lines.append(f"    {int(at_s // 60)}:{at_s % 60:06.3f}     9     {label}    0    0    0")
    (tmp_path / "rr_annotated").mkdir()
    (tmp_path / "rr_annotated" / "1annotations.txt").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_labelled_lists_are_cut_into_windows_with_their_beats_and_rhythm(recordings):
    first, second = labelled_windows(recordings / "rr_annotated")

    assert (len(first.rr_ms), int(first.ectopic.sum()), first.is_spoiled) == (600, 1, False)
    assert set(np.flatnonzero(first.bad)) == {99, 100}
    assert second.is_spoiled


def test_a_blind_tool_loses_to_ours_and_one_that_marks_all_has_no_figure(monkeypatch, recordings):
    monkeypatch.setattr(beat_bench, "QUICK_SERIES", 6)
    monkeypatch.setattr(beat_bench, "generated", lambda *_, **__: [])
    monkeypatch.setattr(beat_bench, "speeds", lambda *_, **__: [])

    def made(name, kind, marks):
        return Tool(name=name, version="", kind=kind, marks=marks, rmssd_ms=lambda rr: pair_masked(rr, marks(rr)))

    blind = made("blind", "package", lambda rr: np.zeros(len(rr), dtype=bool))
    all_of_them = made("all", "marks of a package", lambda rr: np.ones(len(rr), dtype=bool))
    tools = Peers(tools=(made("ours", "ours", ours), blind, all_of_them), missing=("other: not installed",))

    report = bench_peers(quick=True, seed=3, tools=tools, real=recordings)

    by = {(score.tool, score.condition): score for score in report.errors}
    assert all(score.found_count == 0 for (tool, _), score in by.items() if tool == "blind")
    assert all(score.missing_count == 6 for (tool, _), score in by.items() if tool == "all")
    assert all(score.ratio.high < 1 for score in report.ratios if score.against == "tools as they come")
    assert {score.tool: score.per_1000.value for score in report.flags}["all"] == 1000.0
    assert {score.tool: score.found_count for score in report.labels} == {"ours": 1, "blind": 0, "all": 1}
    assert json.loads(json.dumps(report.as_json()))["is_simulated"] is True
    assert "other: not installed" in report.as_markdown()


def test_clean_stretches_are_what_lies_between_bad_intervals_and_is_long_enough():
    rr = np.arange(320.0)
    bad = np.isin(np.arange(320), [100, 150, 300])

    found = list(beat_real_trials._stretches(rr, bad))

    assert [(one[0], len(one)) for one in found] == [(0.0, 100), (151.0, 149)]


def test_real_beats_are_struck_the_same_with_the_same_seed_and_know_what_they_were():
    clean = trials(seed=1, count=2)
    readings = [trial.clean_ms for trial in clean]

    first, again = (list(real_trials(readings, seed=4, single=0.05, burst=0.0)) for _ in range(2))

    assert [np.array_equal(one.rr_ms, other.rr_ms) for one, other in zip(first, again, strict=True)] == [True, True]
    assert all(np.array_equal(trial.clean_ms, rr) for trial, rr in zip(first, readings, strict=True))
    assert all(len(trial.events) == round(0.05 * len(trial.clean_ms)) for trial in first)
