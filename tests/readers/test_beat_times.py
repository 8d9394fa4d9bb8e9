"""Where intervals lie in time, by stamps that mark beats and by stamps that mark the arrival of packets."""

import numpy as np
import pytest

from pipelines.readers.beat_times import ARRIVAL_GAP_S, added_up, placed

RR_MS = np.array([800.0, 820.0, 790.0, 810.0, 805.0] * 40)
ENDS_S = np.cumsum(RR_MS) / 1000.0


def _gap_lengths(start_s: np.ndarray, rr_ms: np.ndarray) -> dict[int, float]:
    gaps = start_s[1:] - (start_s[:-1] + rr_ms[:-1] / 1000.0)
    return {int(index) + 1: float(gaps[index]) for index in np.flatnonzero(np.abs(gaps) > 0.05)}


def test_stamps_at_the_end_of_intervals_are_told_from_those_at_the_start() -> None:
    by_ends, by_starts = placed(RR_MS, ENDS_S + 100), placed(RR_MS, ENDS_S - RR_MS / 1000 + 100)

    assert by_ends.start_s == pytest.approx(by_starts.start_s)
    assert by_ends.origin_s == pytest.approx(100.0)
    assert by_starts.origin_s == pytest.approx(100.0)


def test_rounded_stamps_leave_no_seams() -> None:
    position = placed(RR_MS, np.round(ENDS_S, 2))

    assert _gap_lengths(position.start_s, RR_MS) == {}
    assert position.start_s[-1] == pytest.approx(ENDS_S[-2], abs=0.02)


def test_beat_stamps_show_gaps_of_any_length() -> None:
    stamps = ENDS_S + np.where(np.arange(RR_MS.size) >= 50, 0.4, 0.0)

    assert _gap_lengths(placed(RR_MS, stamps).start_s, RR_MS) == {50: pytest.approx(0.4, abs=0.01)}


def _arrivals(ends_s: np.ndarray) -> np.ndarray:
    """Packets go out once a second and carry every beat since the last one."""
    return np.ceil(ends_s / 1.1) * 1.1 + 0.05 * np.sin(np.arange(ends_s.size))


def test_jitter_of_arrivals_is_no_gap() -> None:
    assert _gap_lengths(placed(RR_MS, _arrivals(ENDS_S)).start_s, RR_MS) == {}


@pytest.mark.parametrize(("lost_s", "is_seen"), [(ARRIVAL_GAP_S * 0.5, False), (6.0, True)])
def test_a_loss_of_contact_shows_in_arrivals_when_it_is_longer_than_the_jitter(lost_s: float, *, is_seen: bool) -> None:
    ends_s = ENDS_S + np.where(np.arange(RR_MS.size) >= 90, lost_s, 0.0)

    gaps = _gap_lengths(placed(RR_MS, _arrivals(ends_s)).start_s, RR_MS)

    assert bool(gaps) is is_seen
    assert all(index == 90 and length == pytest.approx(lost_s, abs=1.0) for index, length in gaps.items())


def test_a_late_burst_of_packets_leaves_no_gap() -> None:
    arrivals = _arrivals(ENDS_S)
    arrivals[60:66] = arrivals[66]

    assert _gap_lengths(placed(RR_MS, arrivals).start_s, RR_MS) == {}


def test_one_interval_and_none_are_placed() -> None:
    assert placed(np.array([800.0]), np.array([5.0])).start_s.tolist() == [0.0]
    assert added_up(np.array([])).start_s.tolist() == []
