"""The summary of a run names a few files of each reason and counts the others."""

import polars as pl

from wattworth.summary import skipped_lines

ROW = {"folder": "robin", "what": "a file", "where_found": "", "stop": "recognise", "remedy": "Export it again"}


def rows(why: str, count: int) -> list[dict]:
    return [{**ROW, "path": f"{why} {number}.dat", "kind": "unknown", "why": why} for number in range(count)]


def test_many_files_with_one_reason_are_told_in_a_few_lines():
    lines = skipped_lines(pl.DataFrame(rows("zeros", 30) + rows("text", 1)))

    assert len(lines) == 5
    assert [line.split(":")[0] for line in lines[:3]] == [f"robin/zeros {number}.dat" for number in range(3)]
    assert lines[3] == "and 27 more like it: `wattworth skipped` lists them"
    assert lines[4].startswith("robin/text 0.dat")


def test_three_files_with_one_reason_are_all_named():
    assert len(skipped_lines(pl.DataFrame(rows("zeros", 3)))) == 3
