import pytest

from pipelines.proofs.scoring import Event, Scoring, Segment, Tally, score, wilson


def event(*rows: int, start_s: float | None = None, end_s: float | None = None) -> Event:
    return Event(rows=frozenset(rows), start_s=start_s, end_s=end_s)


def flag(*rows: int, start_s: float | None = None, end_s: float | None = None) -> Segment:
    return Segment(rows=frozenset(rows), start_s=start_s, end_s=end_s)


WHOLE = Segment(rows=None, start_s=0.0, end_s=100.0)


@pytest.mark.parametrize(("flagged", "found"), [(9, 0), (10, 1), (11, 1), (12, 1), (13, 1), (14, 0)])
def test_a_beat_is_found_when_it_or_its_neighbour_is_flagged(flagged: int, found: int) -> None:
    tally = score([event(11, 12)], [flag(flagged)], scoring="beats", row_count=100)

    assert tally.found_count == found


@pytest.mark.parametrize(("count", "found"), [(9, 0), (10, 1)])
def test_a_burst_is_found_when_half_of_its_beats_are_flagged(count: int, found: int) -> None:
    tally = score([event(*range(20))], [flag(*range(count))], scoring="beats", row_count=100)

    assert tally.found_count == found


@pytest.mark.parametrize(("end_s", "found"), [(29.0, 0), (30.0, 1)])
def test_a_segment_is_found_when_half_of_its_time_is_covered(end_s: float, found: int) -> None:
    long = event(5, start_s=20.0, end_s=40.0)

    tally = score([long], [flag(90, start_s=10.0, end_s=end_s)], scoring="segment", row_count=100)

    assert tally.found_count == found


def test_time_that_two_flags_cover_counts_once() -> None:
    long = event(5, start_s=0.0, end_s=10.0)
    twice = [flag(90, start_s=0.0, end_s=3.0), flag(91, start_s=0.0, end_s=3.0)]

    assert score([long], twice, scoring="segment", row_count=100).found_count == 0


@pytest.mark.parametrize(("start_s", "found"), [(44.0, 1), (46.0, 0)])
def test_a_moment_is_found_by_a_flag_within_five_seconds(start_s: float, found: int) -> None:
    moment = event(30, start_s=30.0, end_s=40.0)

    tally = score([moment], [flag(80, start_s=start_s, end_s=60.0)], scoring="moment", row_count=100)

    assert tally.found_count == found
    assert tally.right_count == found


@pytest.mark.parametrize("scoring", ["beats", "segment", "moment", "rows"])
def test_a_detector_that_flags_nothing_has_recall_zero_and_no_precision(scoring: Scoring) -> None:
    tally = score([event(4, start_s=4.0, end_s=5.0)], [], scoring=scoring, row_count=50)

    assert tally.recall == 0.0
    assert tally.precision is None


def test_a_detector_that_flags_everything_finds_all_at_the_precision_of_the_prevalence() -> None:
    tally = score([event(*range(10, 20))], [WHOLE], scoring="rows", row_count=100)

    assert tally.recall == 1.0
    assert tally.precision == tally.prevalence == 0.1


def test_flags_beside_a_fault_cost_precision_and_not_recall() -> None:
    tally = score([event(10)], [flag(10, 11, 50, 60)], scoring="beats", row_count=100)

    assert tally.recall == 1.0
    assert tally.precision == 0.5


def test_tallies_add_up_over_subjects() -> None:
    one = score([event(10)], [flag(10)], scoring="beats", row_count=100)
    other = score([event(10)], [flag(50)], scoring="beats", row_count=300)

    both = one + other

    assert (both.event_count, both.found_count, both.flagged_count, both.right_count) == (2, 1, 2, 1)
    assert both.prevalence == 2 / 400


def test_a_tally_of_nothing_knows_nothing() -> None:
    assert (Tally().recall, Tally().precision, Tally().prevalence) == (None, None, None)
    assert wilson(0, 0) is None


def test_the_interval_of_a_share_is_the_published_one() -> None:
    low, high = wilson(8, 10) or (0.0, 0.0)

    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
