"""JSON taken apart record by record: what is whole comes out, what is damaged is counted, memory stays small."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.readers import json_records
from pipelines.readers.json_records import JsonRecords, mended

MARKS = frozenset({"id"})


def _read(path: Path, content: str | bytes, **options: Any) -> tuple[list[dict[str, object]], JsonRecords]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    records = JsonRecords(path, marks=MARKS, **options)
    return list(records), records


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.json"


@pytest.mark.parametrize(
    "content",
    [
        '[{"id":1},{"id":2}]',
        '\ufeff[\n {"id" : 1} ,\n\n {"id" : 2}\n]\n',
        '{"id":1}\n{"id":2}\n',
        '[[{"id":1}],[{"id":2}]]',
    ],
)
def test_each_object_of_the_list_is_a_record(file: Path, content: str) -> None:
    found, records = _read(file, content)

    assert [record["id"] for record in found] == [1, 2]
    assert records.losses() == ()


def test_an_object_at_the_top_is_one_record(file: Path) -> None:
    found, records = _read(file, '{"id":1,"inside":{"id":2}}')

    assert found == [{"id": 1, "inside": {"id": 2}}]
    assert records.losses() == ()


@pytest.mark.parametrize("content", ["[]", "null", "[null, 3, true]", '["no record"]'])
def test_a_file_without_a_record_is_no_damage(file: Path, content: str) -> None:
    found, records = _read(file, content)

    assert found == []
    assert records.losses() == ()


@pytest.mark.parametrize(
    "content",
    [
        '[{"all":[{"id":1},{"id":2}]}]',
        '{"all":[{"id":1},{"id":2}]}',
        '[{"all":[{"id":1}]},{"all":[{"id":2}]}]',
        '[{"all":[{"id":1},{"id":2}],"note":"end","more":{"a":[1]}}]',
    ],
)
def test_a_list_under_a_name_is_taken_apart(file: Path, content: str) -> None:
    found, records = _read(file, content, wrappers=frozenset({"all"}))

    assert [record["id"] for record in found if "id" in record] == [1, 2]
    assert records.losses() == ()


def test_records_over_the_edge_of_a_chunk_are_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "CHUNK_BYTES", 7)
    told = [
        {"id": number, "name": "Ünal \U0001f3c3 " * (number % 4), "list": [1.5, -2e3, None]} for number in range(60)
    ]

    found, records = _read(file, json.dumps({"all": told}, ensure_ascii=False), wrappers=frozenset({"all"}))

    assert found == told
    assert records.losses() == ()


def test_a_cut_file_keeps_its_whole_records_and_names_the_rest(file: Path) -> None:
    whole = json.dumps([{"id": number} for number in range(10)])

    found, records = _read(file, whole[:-25])

    assert [record["id"] for record in found] == [*range(7)]
    assert [(loss.what, loss.where) for loss in records.losses()] == [("the rest of the file", "after 7 records")]


@pytest.mark.parametrize("damage", ['"name":nul', '"name":"a\x02"', '"name" "x"', '"name":{"a":[1,}'])
def test_a_damaged_record_costs_itself_alone(file: Path, damage: str) -> None:
    content = f'[{{"id":1}},{{"id":2,{damage}}},{{"id":3}},{{"id":4}}]'

    found, records = _read(file, content)

    assert [record["id"] for record in found if "id" in record][-2:] == [3, 4]
    assert found[0] == {"id": 1}
    assert [loss.why for loss in records.losses()] == ["it is damaged"]


def test_bytes_that_are_no_text_cost_their_record(file: Path) -> None:
    found, records = _read(file, b'[{"id":1,"name":"\xff\xfe"},{"id":2}]')

    assert [record["id"] for record in found] == [2]
    assert [(loss.what, loss.where) for loss in records.losses()] == [("1 record", "record 1")]


def test_after_damage_an_object_inside_a_record_is_not_taken_for_one(file: Path) -> None:
    content = '[{"id":1 "parts":[{"part":1},{"part":2}]},{"id":2}]'

    found, _ = _read(file, content)

    assert [record for record in found if "id" in record] == [{"id": 2}]


@pytest.mark.parametrize("content", ["[" * 5000, '{"a":' * 5000, "9" * 6000, '[{"id":' + "9" * 6000 + "}]"])
def test_absurd_nesting_and_numbers_end_without_a_traceback(file: Path, content: str) -> None:
    found, _ = _read(file, content)

    assert found == []


def test_a_broken_off_list_of_measurements_is_kept_where_asked(file: Path) -> None:
    content = '{"id":1,"flat":{"sum":3},"values":[[1,50],[2,51],[3,5'

    kept, records = _read(file, content, is_mended=True)
    dropped, _ = _read(file, content)

    assert kept == [{"id": 1, "flat": {"sum": 3}, "values": [[1, 50], [2, 51], [3]]}]
    assert dropped == []
    assert [loss.what for loss in records.losses()] == ["the rest of the file"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a":1,"sums":{"deep":1,"light', None),
        ('{"a":1,"levels":[{"s":1,"e":2},{"s":2,', {"a": 1, "levels": [{"s": 1, "e": 2}]}),
        ('{"a":"[1,2","b":[', {"a": "[1,2", "b": []}),
        ('{"a":[1,2}', {"a": [1]}),
        ("", None),
    ],
)
def test_an_object_broken_off_among_its_own_members_is_left_out(text: str, expected: object) -> None:
    assert mended(text) == expected


def test_a_large_list_is_read_with_little_memory(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "CHUNK_BYTES", 4096)
    file.write_text("[" + ",".join(json.dumps({"id": number, "pad": "x" * 200}) for number in range(2000)) + "]")
    records = JsonRecords(file, marks=MARKS)

    longest = max(len(records._text) for _ in records)

    assert longest < 3 * 4096
