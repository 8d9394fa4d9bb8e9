"""Sparse heart rate and step rate on whole seconds: straight between records, never across a break, nothing added."""

import polars as pl

from pipelines.quality.every_second import on_seconds


def rows(**columns):
    return pl.DataFrame(columns)


def test_values_go_straight_from_record_to_record_and_keep_the_record_they_are_from():
    sparse = rows(run=[1, 1, 1], clock_s=[10.0, 14.0, 16.0], bpm=[100.0, 108.0, 108.0], spm=[170.0] * 3, row=[5, 6, 7])

    found = on_seconds(sparse)

    assert found["clock_s"].to_list() == [10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0]
    assert found["bpm"].to_list() == [100.0, 102.0, 104.0, 106.0, 108.0, 108.0, 108.0]
    assert found["row"].to_list() == [5, 5, 5, 5, 6, 6, 7]


def test_no_second_lies_between_two_runs_and_fractions_stay_within():
    sparse = rows(run=[1, 1, 2, 2], clock_s=[0.4, 3.6, 90.0, 92.0], bpm=[1.0] * 4, spm=[2.0] * 4)

    found = on_seconds(sparse)

    assert found["clock_s"].to_list() == [1.0, 2.0, 3.0, 90.0, 91.0, 92.0]
    assert found["run"].to_list() == [1, 1, 1, 2, 2, 2]


def test_nothing_gives_nothing():
    assert on_seconds(rows(run=[1], clock_s=[0.5], bpm=[1.0], spm=[1.0])).is_empty()
    assert on_seconds(rows(run=[1], clock_s=[0.5], bpm=[1.0], spm=[1.0]).clear()).is_empty()
