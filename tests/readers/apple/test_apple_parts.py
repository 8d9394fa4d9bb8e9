"""The small parts the two ways are made of: pieces, times, lines that are alike, keys met before."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.readers.apple import chunks as pieces
from pipelines.readers.apple import streams
from pipelines.readers.apple.alike import TRIES, alike
from pipelines.readers.apple.beats import LONGEST, beats_in, begin_as_beats
from pipelines.readers.apple.chunks import chunks
from pipelines.readers.apple.patient import patient_rows
from pipelines.readers.apple.plain import LONGEST_VALUE, plain_rows
from pipelines.readers.apple.reading import PLACES_SHOWN
from pipelines.readers.apple.rows import Names
from pipelines.readers.apple.stamps import stamp_in, stamps_in
from pipelines.readers.apple.streams import Seen
from pipelines.readers.apple.tags import TAG, attributes, plain_text

AT = "2024-01-01 07:00:00 +0100"


@pytest.mark.parametrize(
    ("text", "utc_s"),
    [
        pytest.param("1970-01-01 00:00:00 +0000", 0, id="the first"),
        pytest.param("1969-12-31 23:59:59 +0000", -1, id="before the first"),
        pytest.param("2024-02-29 23:59:59 -0330", 1_709_263_799, id="leap day"),
        pytest.param("2023-02-29 00:00:00 +0000", None, id="no leap day"),
        pytest.param("1970-01-01 14:00:00 +1400", 0, id="largest offset"),
        pytest.param("1970-01-01 14:01:00 +1401", None, id="beyond it"),
        pytest.param("1970-01-01 00:00:00 +0060", None, id="sixty minutes of offset"),
        pytest.param("2024-13-01 00:00:00 +0000", None, id="thirteenth month"),
        pytest.param("2024-00-01 00:00:00 +0000", None, id="month nought"),
        pytest.param("2024-01-01 24:00:00 +0000", None, id="hour 24"),
        pytest.param("2024-01-01 00:00:60 +0000", None, id="second 60"),
        pytest.param("0000-01-01 00:00:00 +0000", None, id="year nought"),
        pytest.param("2024-01-01T00:00:00 +0000", None, id="another mark"),
        pytest.param("2024-01-01 00:00:00 +000", None, id="too short"),
        pytest.param("\u0662024-01-01 00:00:00 +000", None, id="digits of another script"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_times_are_read_alike_one_by_one_and_together(text: str | None, utc_s: int | None) -> None:
    together = stamps_in([AT, text, AT])

    one = stamp_in(text)
    assert together.is_time.tolist() == [True, utc_s is not None, True]
    assert (None if one is None else one[0]) == utc_s
    if one is not None:
        assert (int(together.utc_s[1]), int(together.offset_s[1])) == one


@pytest.mark.parametrize("chunk_bytes", [64, 500, 4000, 1 << 20])
def test_pieces_put_together_are_the_file(chunk_bytes: int, export: Any, tmp_path: Path) -> None:
    elements = [export.record("HeartRate", rate, AT) for rate in range(60, 90)]
    path = tmp_path / "export.xml"
    path.write_bytes(export.whole(*elements).encode())

    found = list(chunks(path, chunk_bytes=chunk_bytes))

    whole = path.read_bytes()
    assert found[0].is_preamble
    assert found[0].has_root_start
    assert found[-1].has_root_end
    assert [chunk.start for chunk in found[1:]] == [chunk.end for chunk in found[:-1]]
    assert b"".join(chunk.body for chunk in found) == whole.replace(b"</HealthData>", b"")
    assert all(chunk.body.lstrip().startswith(b"<Record ") for chunk in found[1:])


def test_a_piece_without_end_is_cut_all_the_same(export: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LONGEST_BYTES", 1000)
    path = tmp_path / "export.xml"
    path.write_bytes(export.whole(export.record("HeartRate", 60, AT), "x" * 5000).encode())

    sizes = [chunk.end - chunk.start for chunk in chunks(path, chunk_bytes=100)]

    assert len(sizes) > 3
    assert max(sizes) <= 1200


@pytest.mark.parametrize("kind_count", [1, TRIES, TRIES + 5])
def test_lines_that_say_the_same_get_one_number(kind_count: int) -> None:
    said = [b"line %02d" % (at % kind_count) for at in range(60)] + [b"", b"longer than the others"]
    body = b"\n".join(said)
    data = np.frombuffer(body, np.uint8)
    ends = np.append(np.flatnonzero(data == ord("\n")), len(data))
    starts = np.concatenate(([0], ends[:-1] + 1))

    found = alike(body, data, starts, ends)

    assert [found.texts[number] for number in found.numbers] == said
    assert len(found.texts) == kind_count + 2


def test_the_address_of_a_device_makes_no_difference_unless_it_is_none() -> None:
    lines = [b'device="&lt;&lt;HKDevice: 0x%b&gt;, name:A"' % address for address in (b"12ab", b"ffff", b"zzzz", b"1")]
    body = b"".join(lines)
    ends = np.cumsum([len(line) for line in lines])

    found = alike(body, np.frombuffer(body, np.uint8), ends - [len(line) for line in lines], ends)

    cut = b'device="&lt;&lt;HKDevice: 0x&gt;, name:A"'
    assert [found.texts[number] for number in found.numbers] == [cut, cut, lines[2], cut]


@pytest.mark.parametrize(
    ("line", "is_shown"),
    [
        pytest.param(b'   <InstantaneousBeatsPerMinute bpm="57" time="3:10:01.05 AM"/>', True, id="usual"),
        pytest.param(b'   <InstantaneousBeatsPerMinute bpm="" time=""/>', True, id="empty"),
        pytest.param(b'   <InstantaneousBeatsPerMinute bpm="57" tame="3:10:01.05 AM"/>', False, id="another attribute"),
        pytest.param(b'   <InstantaneousBeatsPerMinute bpm="57" time="3"10:01.05 AM"/>', False, id="a fifth mark"),
        pytest.param(b'   <InstantaneousBeatsPerMinute bpm="57" time="3&10:01.05 AM"/>', False, id="an entity"),
        pytest.param(b'   <InstantaneousBeatsPerMinute bpm="57" time="3:10:01.05 AM">>', False, id="not closed"),
        pytest.param(b'   <InstantaneousBeatsPerMinute bpm="' + b"5" * LONGEST + b'" time="3"/>', False, id="too long"),
    ],
)
def test_beats_are_shown_to_be_whole_or_left_to_be_looked_at(line: bytes, *, is_shown: bool) -> None:
    usual = b'   <InstantaneousBeatsPerMinute bpm="60" time="3:10:00.05 AM"/>'
    body = usual + line + usual + b" " * LONGEST * 2
    starts = np.array([0, len(usual), len(usual) + len(line)])
    ends = starts + np.array([len(usual), len(line), len(usual)])
    data = np.frombuffer(body, np.uint8)

    assert begin_as_beats(data, starts, ends).all()
    assert (beats_in(data, starts, ends) is not None) is is_shown


def test_keys_met_before_are_known_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "LONGEST_RUN", 500)
    seen = Seen()
    count = 5000
    keys = np.random.default_rng(1).permutation(np.arange(count, dtype=np.uint64))

    first = [seen.is_new(part).all() for part in np.array_split(keys, 7)]
    again = [seen.is_new(part).any() for part in np.array_split(keys[::-1], 3)]

    assert (first, again) == ([True] * 7, [False] * 3)
    assert len(seen.runs) > 3
    assert sum(len(run) for run in seen.runs) == count
    assert seen.is_new(np.array([5, count, count], np.uint64)).tolist() == [False, True, False]


@pytest.mark.parametrize(("length", "is_usual"), [(LONGEST_VALUE - 1, True), (LONGEST_VALUE, False)])
def test_a_value_as_long_as_no_name_is_left_to_the_patient_way(length: int, *, is_usual: bool, export: Any) -> None:
    body = export.record("BodyMass", "7" * length, AT, unit="kg").encode()

    assert (plain_rows(body, Names()) is not None) is is_usual
    assert patient_rows(body, Names()).counts == {"HKQuantityTypeIdentifierBodyMass": 1}


@pytest.mark.parametrize(("count", "is_counted"), [(PLACES_SHOWN, False), (PLACES_SHOWN + 1, True)])
def test_a_loss_names_some_places_and_counts_the_rest(
    count: int, *, is_counted: bool, export: Any, read_in_pieces: Callable[..., Any]
) -> None:
    broken = [export.record("HeartRate", "none", AT) for _ in range(count)]

    _, report = read_in_pieces(export.whole(*broken), chunk_bytes=len(broken[0]))

    (loss,) = report.losses
    assert loss.what == f"{count} elements"
    assert ("and 1 more places" in loss.where) is is_counted


def test_entities_and_quotation_marks_of_both_kinds_are_read() -> None:
    match = TAG.search(b"""<Record a="x &amp; &#8217;&#x41;&bogus;" b='say "yes"' a="second"/>""")

    assert match is not None
    assert attributes(match["inside"]) == {"a": "x & \u2019A&bogus;", "b": 'say "yes"'}
    assert plain_text(b"&#0;&#xD800;&#1114112;\xff") == "\N{REPLACEMENT CHARACTER}"
