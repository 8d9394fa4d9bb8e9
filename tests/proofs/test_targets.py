"""The one table of targets: each flips at its bound, says what is missing, and explains a miss and nothing else."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from pipelines.proofs.beat_bench import CONDITIONS
from pipelines.proofs.beat_real import RealBeatReport, RealShare
from pipelines.proofs.beat_report import PeerReport
from pipelines.proofs.beat_results import ErrorScore, FlagScore, LabelScore, RatioScore
from pipelines.proofs.beat_scores import Estimate
from pipelines.proofs.beat_speed import SpeedScore
from pipelines.proofs.beat_windows import WindowScore
from pipelines.proofs.coverage_bench import Coverage, CoverageReport, Reliability
from pipelines.proofs.judge_cost import JudgeCost, JudgingReport
from pipelines.proofs.known_misses import GAP_PLACED, REAL_BEATS, STANDING_PLACED
from pipelines.proofs.lock_errors import FAR, STRAP, CleanScore, LockReport, LockScore
from pipelines.proofs.proof_report import ProofReport
from pipelines.proofs.report import AlarmScore, FaultScore, QualityReport, RmssdScore
from pipelines.proofs.scoring import Tally
from pipelines.proofs.stored import QUALITY
from pipelines.proofs.target_line import Explanation, Found, Line, Measured, Short, judged, target_table
from pipelines.proofs.targets import LINES
from pipelines.proofs.track_faults import COUNTED, PLACED
from pipelines.proofs.track_report import Errors, TrackScore

BY_KEY = {line.key: line for line in LINES}


def estimated(value, low=None, high=None):
    return Estimate(value=value, low=value if low is None else low, high=value if high is None else high)


def ratio(*, condition="1 % single faults", figure="median", high=0.7, against="tools as they come"):
    given = {"condition": condition, "figure": figure, "against": against, "best": "systole"}
    return RatioScore(**given, ratio=estimated(0.5, 0.4, high))


def error(*, misplaced=95, condition="1 % single faults"):
    return ErrorScore(
        condition=condition,
        tool="ours",
        kind="ours",
        series_count=200,
        missing_count=0,
        median=estimated(0.01),
        p95=estimated(0.03),
        event_count=100,
        found_count=99,
        misplaced_count=100,
        misplaced_found_count=misplaced,
        marked_count=100,
        right_count=98,
    )


def label(tool, *, value, found):
    kind = "ours" if tool == "ours" else "package"
    given = {"window_count": 13, "interval_count": 4000, "ectopic_count": 36, "marked_count": 50, "right_count": 40}
    return LabelScore(tool=tool, kind=kind, found_count=found, f1=estimated(value), ours_ahead=estimated(0.1), **given)


def window(source, *, ok, is_spoiled):
    return WindowScore(name=f"{source}: x", is_spoiled=is_spoiled, window_count=100, ok_count=ok)


def speed(name, times):
    return SpeedScore(name=name, beat_count=10, beats_per_s=1.0, times_slower=(times, times, times))


OTHERS = (("NeuroKit2", 0.8), ("systole", 0.8))
SOURCES = ("generated", "labelled")


def compared(**given) -> PeerReport:
    labels = (
        label("ours", value=0.9, found=36),
        label("NeuroKit2", value=0.8, found=36),
        label("systole", value=0.8, found=36),
    )
    share = RealShare(windows="all", window_count=9, interval_count=1000, marked_count=10, plain_count=8)
    plain = {
        "seed": 1,
        "is_quick": True,
        "versions": {"NeuroKit2": "0.2", "systole": "0.3"},
        "missing": (),
        "errors": tuple(error(condition=name) for name in CONDITIONS),
        "ratios": tuple(ratio(condition=name, figure=figure) for name in CONDITIONS for figure in ("median", "p95")),
        "flags": (FlagScore(tool="ours", kind="ours", series_count=2, interval_count=1000, per_1000=estimated(1.5)),),
        "labels": labels,
        "windows": tuple(
            window(name, ok=0 if bad else 90, is_spoiled=bad) for name in SOURCES for bad in (True, False)
        ),
        "speeds": (speed("NeuroKit2, whole call", 60.0), speed("NeuroKit2, detection alone", 9.0)),
        "real": RealBeatReport(file_count=1, shares=(share,), places=()),
        "cpu_s": 1.0,
    }
    return PeerReport(**plain | given)


def errors(before, after):
    chance = np.random.default_rng(1)
    return Errors.of(before=np.array([before] * 20), after=np.array([after] * 20), withheld_count=0, chance=chance)


def track(*, fault="spikes", severity=2, recorder=COUNTED, found=9, doubtful=0, unusable=0, left=0.01):
    own = errors(0.06, left)
    return TrackScore(
        fault=fault,
        size="4 of 60 m",
        severity=severity,
        recorder=recorder,
        run_count=200,
        event_count=10 if severity else 0,
        found_count=found if severity else 0,
        doubtful_count=doubtful,
        unusable_count=unusable,
        distance=own,
        mean_pace=own,
    )


def measured(
    *, tracks=None, locked=54, accused=3, straps=0, recall=8, doubtful=3, unusable=0, covered=80
) -> QualityReport:
    lock = LockScore(share=0.3, device="x", run_count=60, assessable_count=60, found_count=locked)
    blind = LockScore(share=0.3, device="y", run_count=60, assessable_count=0, found_count=0)
    clean = (
        CleanScore(name=FAR, run_count=200, flagged_count=accused),
        CleanScore(name=STRAP, run_count=60, flagged_count=straps),
    )
    tally = Tally(event_count=10, found_count=recall, flagged_count=9, right_count=9, bad_count=9, row_count=90)
    fault = FaultScore(fault="missed_beat", table="beats", severity=2, subject_count=3, checks=("x",), tally=tally)
    alarm = {"control": "x", "day_count": 100, "checks": (), "row_count": 10, "flagged_row_count": 0}
    hard = AlarmScore(is_hard=True, doubtful_count=90, unusable_count=9, **alarm)
    rmssd = RmssdScore(
        fault="x",
        severity=2,
        subject_count=100,
        withheld_count=0,
        before_median=0.1,
        before_p95=0.2,
        after_median=0.01,
        after_p95=0.02,
        intervals={},
        expected_count=100,
        covered_count=100,
        level_covered_count=covered,
    )
    return QualityReport(
        seed=1,
        is_quick=True,
        generator_version=1,
        faults=(fault,),
        alarms=(AlarmScore(is_hard=False, doubtful_count=doubtful, unusable_count=unusable, **alarm), hard),
        rmssd=(rmssd,),
        cpu_s=1.0,
        tracks=(track(), track(severity=0)) if tracks is None else tracks,
        locks=LockReport(locked=(lock, blind), clean=clean),
    )


def stratum(covered, count=1000):
    return Coverage(
        purpose="distance",
        source="open",
        flagged="0-0.5 %",
        subject_count=count,
        covered_count=covered,
        mean_expected_error=0.01,
    )


def promised(*, strata=800, kept_out=700, count=1000, off=0.04) -> CoverageReport:
    bins = (Reliability(start=0.9, subject_count=100, said=0.9, came_true=0.9 - off),)
    return CoverageReport(
        seed=1,
        strata=(stratum(800), stratum(strata, count)),
        surprise=(stratum(kept_out),),
        reliability=bins,
        cpu_s=0.0,
    )


def judging(best_s=0.12) -> JudgingReport:
    costs = {
        name: JudgeCost(name=name, row_count=10, each_s=(best_s, 2 * best_s)) for name in ("nights", "runs", "together")
    }
    return JudgingReport(batch_count=200, **costs)


def found(*, peers=None, quality=None, coverage=None, cost=None) -> Found:
    return Found(
        peers=peers or compared(),
        quality=quality or measured(),
        coverage=coverage or promised(),
        judging=cost or judging(),
    )


def verdict(key, given):
    return BY_KEY[key].measure(given).is_met


def labelled(value, found_count):
    return compared(labels=(label("ours", value=value, found=found_count), *compared().labels[1:]))


def marked(count):
    real = compared().real
    return compared(real=replace(real, shares=(replace(real.shares[0], marked_count=count),)))


def windows(source, ok, *, is_spoiled):
    return compared(windows=(window(source, ok=ok, is_spoiled=is_spoiled),))


def test_every_target_at_its_bound_is_met():
    targets = judged(LINES, found())

    assert [target.line.key for target in targets if target.verdict != "met"] == []
    assert all(any(character.isdigit() for character in target.measured.told) for target in targets)


@pytest.mark.parametrize(
    ("key", "beyond"),
    [
        *(
            (f"rmssd {figure}, {name}", {"peers": compared(ratios=(ratio(condition=name, figure=figure, high=1.0),))})
            for name in CONDITIONS
            for figure in ("median", "p95")
        ),
        ("false flags", {"peers": compared(flags=(replace(compared().flags[0], per_1000=estimated(1.51)),))}),
        ("marked real beats", {"peers": marked(11)}),
        ("real beats without a reason", {"peers": marked(19)}),
        ("misplaced beats", {"peers": compared(errors=(error(misplaced=91),))}),
        (
            "labelled against NeuroKit2",
            {"peers": labelled(0.8, 36)},
        ),
        (
            "labelled against systole",
            {"peers": labelled(0.9, 35)},
        ),
        *(
            (f"{source} spoiled windows", {"peers": windows(source, 1, is_spoiled=True)})
            for source in ("generated", "labelled")
        ),
        *(
            (f"{source} clean windows", {"peers": windows(source, 89, is_spoiled=False)})
            for source in ("generated", "labelled")
        ),
        ("speed, whole", {"peers": compared(speeds=(speed("NeuroKit2, whole call", 59.9),))}),
        ("speed, detection", {"peers": compared(speeds=(speed("NeuroKit2, detection alone", 8.9),))}),
        ("locks found", {"quality": measured(locked=53)}),
        ("clean runs accused of a lock", {"quality": measured(accused=4)}),
        ("straps accused of a lock", {"quality": measured(straps=1)}),
        ("track faults found", {"quality": measured(tracks=(track(found=8),))}),
        ("clean tracks doubtful", {"quality": measured(tracks=(track(severity=0, doubtful=7),))}),
        ("clean tracks unusable", {"quality": measured(tracks=(track(severity=0, unusable=2),))}),
        ("error of distance left", {"quality": measured(tracks=(track(left=0.021),))}),
        ("error of mean_pace left", {"quality": measured(tracks=(track(left=0.021),))}),
        ("coverage", {"coverage": promised(strata=779)}),
        ("coverage of the unseen", {"coverage": promised(kept_out=699)}),
        ("calibration of p_ok", {"coverage": promised(off=0.06)}),
        ("judging", {"cost": judging(0.121)}),
        ("every fault", {"quality": measured(recall=7)}),
        ("clean days doubtful", {"quality": measured(doubtful=4)}),
        ("clean days unusable", {"quality": measured(unusable=1)}),
        ("half hours", {"quality": measured(covered=79)}),
    ],
)
def test_each_target_flips_beyond_its_bound(key, beyond):
    assert verdict(key, found(**beyond)) is False


def test_every_target_has_been_flipped():
    marks = test_each_target_flips_beyond_its_bound.pytestmark[0].args[1]

    assert {key for key, _ in marks} == set(BY_KEY)


@pytest.mark.parametrize(
    ("key", "within"),
    [
        ("coverage", {"coverage": promised(strata=10, count=99)}),
        ("coverage", {"coverage": promised(strata=840)}),
        ("clean tracks doubtful", {"quality": measured(tracks=(track(severity=0, doubtful=6),))}),
        ("clean tracks unusable", {"quality": measured(tracks=(track(severity=0, unusable=1),))}),
        ("track faults found", {"quality": measured(tracks=(track(found=0, severity=1), track()))}),
    ],
)
def test_what_is_too_small_or_within_misses_nothing(key, within):
    assert verdict(key, found(**within)) is True


def test_a_stratum_above_its_band_is_a_miss_too():
    assert verdict("coverage", found(coverage=promised(strata=841))) is False


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.key)
def test_every_target_has_its_explanation_of_a_miss_and_says_when_it_was_not_measured(line):
    known = line.why("a part nobody knows")
    nothing = line.measure(Found())

    assert known
    assert all(
        one.reason.strip() and one.tried.strip() and one.reason.rstrip().endswith(".") for one in line.explanations
    )
    assert nothing.is_met is None
    assert nothing.told


@pytest.mark.parametrize(
    ("key", "given", "known"),
    [
        ("marked real beats", {"peers": marked(38)}, REAL_BEATS),
        (
            "track faults found",
            {"quality": measured(tracks=(track(fault="standing drift", recorder=PLACED, found=0),))},
            STANDING_PLACED,
        ),
        (
            "error of distance left",
            {"quality": measured(tracks=(track(fault="gap", recorder=PLACED, left=0.05),))},
            GAP_PLACED,
        ),
    ],
)
def test_a_known_miss_shows_its_reason_and_what_was_tried_and_only_when_it_is_missed(key, given, known):
    missed, met = (target_table(judged((BY_KEY[key],), given)) for given in (found(**given), found()))

    assert known.reason in missed
    assert known.tried in missed
    assert known.reason not in met
    assert "Targets: 1 met, 0 missed" in met


def test_a_part_without_an_explanation_of_its_own_is_not_given_that_of_another():
    own = Explanation(part="a", reason="Of a.", tried="x.")
    line = Line(
        key="k",
        name="n",
        wanted="w",
        measure=lambda _: Measured(is_met=False, told="0", short=(Short(part="b", told="b: 0"),)),
        explanations=(own,),
    )

    shown = target_table(judged((line,), Found()))

    assert "Of a." not in shown
    assert "Nobody has looked into this miss yet." in shown


def test_without_the_peers_their_lines_are_not_measured_and_say_who_is_missing():
    alone = compared(versions={"systole": "0.3"}, speeds=(), labels=compared().labels[:1])

    targets = {target.line.key: target for target in judged(LINES, found(peers=alone))}

    assert targets["rmssd median, 1 % single faults"].measured.told.startswith("NeuroKit2 not installed; against what")
    assert {key for key, one in targets.items() if one.verdict == "not measured here"} == {
        *(key for key in BY_KEY if key.startswith(("rmssd", "labelled against", "speed"))),
    }


def test_a_line_carries_the_version_of_the_peer_it_is_held_against():
    told = {target.line.key: target.measured.told for target in judged(LINES, found())}

    assert told["rmssd median, 1 % single faults"] == "0.50 (0.40 to 0.70) of systole 0.3, 200 series"
    assert "NeuroKit2 0.2" in told["speed, whole"]
    assert "systole 0.3" in told["labelled against systole"]


def test_the_report_of_a_whole_run_ends_with_the_table_and_says_how_missing_peers_are_had():
    empty = SimpleNamespace(as_json=dict, as_markdown=str)
    report = ProofReport(
        made_at_utc=datetime(2026, 11, 1, tzinfo=UTC),
        rules_version="rules",
        quality=measured(),
        peers=compared(missing=("neurokit2: not installed", "other 1.0: cannot be imported here (x)")),
        coverage=promised(),
        judging=judging(),
        overlays=empty,
        gaps=empty,
        patterns=empty,
    )

    shown, stored = report.as_markdown(), json.loads(json.dumps(report.as_json()))

    assert shown.splitlines()[-1].startswith("| RMSSD of a reading")
    assert "Missing: neurokit2; the extra `peers` installs them (pip install '.[peers]'" in shown
    assert "NeuroKit2 0.2, systole 0.3" in shown
    assert "other 1.0: cannot be imported here (x)." in shown
    assert stored["format"] == QUALITY.format
    assert [target["key"] for target in stored["targets"]] == [line.key for line in LINES]


def test_a_locked_run_that_could_not_be_assessed_counts_as_not_found():
    kinds = [LockScore(share=0.3, device="x", run_count=60, assessable_count=n, found_count=n) for n in (60, 47, 0)]
    locks = LockReport(locked=tuple(kinds), clean=())

    told = BY_KEY["locks found"].measure(found(quality=replace(measured(), locks=locks)))

    assert told.is_met is False
    assert "107 of 120; least 47 of 60" in told.told
    assert told.told.endswith("13 of them not assessable; 60 runs of other devices not assessable")


def test_parts_that_are_missed_for_one_reason_are_told_together():
    tracks = (
        track(fault="zigzag", left=0.05),
        track(fault="drift", left=0.05),
        track(fault="gap", recorder=PLACED, left=0.05),
    )

    (target,) = judged((BY_KEY["error of distance left"],), found(quality=measured(tracks=tracks)))

    assert [told.count("zigzag") + told.count("drift") for told, _ in target.misses] == [2, 0]
    assert target.misses[1][1] == (GAP_PLACED,)
