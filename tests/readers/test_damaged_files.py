"""Damaged, foreign and hostile files: one clear line each, never a traceback, never a hang."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.errors import CorruptExport, ExportError, UnknownFormat
from pipelines.readers.catalogue import head_of, readers, recognise
from pipelines.readers.contract import Reader, ReadReport, Source
from pipelines.readers.read_file import read_source

MUTATIONS = 250
"""Damaged copies of each example."""


def _damaged(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(max(1, len(damaged)))
        kind = chance.randrange(5)
        if kind == 0 and damaged:
            damaged[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del damaged[at:]
        elif kind == 2:
            other = chance.randrange(max(1, len(damaged)))
            damaged[at : at + 8], damaged[other : other + 8] = damaged[other : other + 8], damaged[at : at + 8]
        elif kind == 3:
            damaged[at:at] = damaged[at : at + 40] * chance.randint(1, 5)
        else:
            damaged[at:at] = chance.randbytes(chance.randint(1, 12))
    return bytes(damaged)


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
def test_a_damaged_example_is_read_in_part_or_refused_in_one_line(
    reader: Reader, examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    name, content = examples[reader.name]
    chance = random.Random(20260301)

    outcomes = {"read": 0, "refused": 0}
    for _ in range(MUTATIONS):
        source = source_of(name, _damaged(content, chance))
        try:
            *_, report = read_source(source, reader)
        except CorruptExport as error:
            outcomes["refused"] += 1
            is_one_line = "\n" not in str(error)
        else:
            outcomes["read"] += 1
            is_one_line = isinstance(report, ReadReport)
        assert is_one_line

    assert outcomes["read"] > 0


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
def test_recognition_bears_any_bytes(reader: Reader, source_of: Callable[..., Source]) -> None:
    chance = random.Random(7)
    alphabet = b"0123456789,;.\t\r\n\"'-:# abcdeRr\xff\x00\xef\xbb\xbf"

    for _ in range(MUTATIONS):
        noise = bytes(chance.choices(alphabet, k=chance.randint(0, 300)))
        source = source_of("noise.bin", noise)

        assert reader.recognise(head_of(source.path, source.name)) in (True, False)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(bytes(range(256)) * 40, "binary", id="binary"),
        pytest.param(b"1" * 3_000_000, "one very long line", id="one huge line"),
        pytest.param(
            "Datum;Müdigkeit;Stärke;Übung;Größe\n2026-03-01;3\n".encode("cp1252"), "not UTF-8", id="an older encoding"
        ),
        pytest.param("Datum;Müdigkeit\n2026-03-01;3\n".encode("cp1252"), "not UTF-8", id="one older letter"),
        pytest.param(b"Dear coach,\nI was ill today.\n", "Dear coach", id="a letter"),
        pytest.param(b"\n\n   \n", "white space", id="white space"),
    ],
)
def test_an_unknown_file_is_refused_with_a_word_on_what_it_is(
    content: bytes, hint: str, source_of: Callable[..., Source]
) -> None:
    source = source_of("mystery", content)

    with pytest.raises(UnknownFormat, match=hint):
        recognise(head_of(source.path, source.name))


def test_a_huge_line_inside_a_text_costs_that_line_only(read_whole: Callable[..., Any]) -> None:
    body = "800\n" * 2000 + "9" * 400_000 + "\n" + "810\n" * 10

    read = read_whole("2026-03-01 06-55-00.txt", body)

    assert read.frames["beats"].height == 2010
    assert [loss.where for loss in read.report.losses] == ["line 2001"]


@pytest.mark.parametrize(("damage_count", "is_read"), [(3, True), (4, False)])
def test_a_few_damaged_bytes_at_the_start_cost_their_lines_and_many_the_file(
    damage_count: int, *, is_read: bool, read_whole: Callable[..., Any]
) -> None:
    body = b"800\n" * 50 + b"8\xff0\n" * damage_count + b"810\n" * 50

    if is_read:
        read = read_whole("2026-03-01 06-55-00.txt", body)
        assert read.frames["beats"].height == 100
        assert read.report.losses[0].where == f"lines 51-{50 + damage_count}"
    else:
        with pytest.raises(UnknownFormat, match="not UTF-8"):
            read_whole("2026-03-01 06-55-00.txt", body)


def test_a_damaged_row_of_a_table_is_lost_by_line(read_whole: Callable[..., Any]) -> None:
    read = read_whole("n.csv", b"date,note\n2026-03-01,one\n2026-03-02,t\xffo\n2026-03-03,three\n")

    assert read.frames["notes"]["note"].to_list() == ["one", "three"]
    assert [(loss.what, loss.where) for loss in read.report.losses] == [("1 note", "line 3")]


def test_a_line_that_is_no_text_costs_that_line_only(read_whole: Callable[..., Any]) -> None:
    body = b"800\n" * 3000 + b"8\xff0\n" + b"810\n" * 10

    read = read_whole("2026-03-01 06-55-00.txt", body)

    assert read.frames["beats"].height == 3010
    assert read.report.losses[0].where == "line 3001"


def test_a_quotation_mark_that_never_closes_keeps_what_came_before_or_refuses_in_one_line(
    source_of: Callable[..., Source],
) -> None:
    body = 'date,author,kind,note\n2026-03-01,coach,ill,"open\n' + "words and words\n" * 5000
    source = source_of("notes.csv", body)
    reader = next(reader for reader in readers() if reader.name == "notes_csv")

    with pytest.raises(ExportError, match="never closes"):
        list(read_source(source, reader))
