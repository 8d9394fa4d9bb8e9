"""Archives: members become source files, and what is unsafe to unpack is refused one by one."""

import gzip
import hashlib
import io
import os
import random
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import CorruptExport, UnsafeExport
from pipelines.readers.archive import Limits, Member, extracted, is_archive, members, opened
from pipelines.readers.catalogue import head_of
from pipelines.readers.problem import Problem

RR = b"812\n798\n"


def _zip(content: dict[str | zipfile.ZipInfo, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, member in content.items():
            archive.writestr(name, member)
    return buffer.getvalue()


def _listed(path: Path, **limits: int) -> tuple[dict[str, Member], dict[str, Problem]]:
    items = list(members(path, limits=Limits(**limits)))
    return (
        {item.path: item for item in items if isinstance(item, Member)},
        {item.path: item for item in items if isinstance(item, Problem)},
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "export.zip"


def test_members_are_hashed_and_extracted_whole(archive: Path) -> None:
    archive.write_bytes(_zip({"a/one.txt": RR, "two.txt": b"1\n" * 500_000}))

    found, problems = _listed(archive)

    assert problems == {}
    assert found["a/one.txt"].sha256 == hashlib.sha256(RR).hexdigest()
    assert found["a/one.txt"].head.name == "one.txt"
    assert found["a/one.txt"].head.start == RR
    with extracted(archive, "a/one.txt") as member:
        assert member.read_bytes() == RR
    assert not member.exists()


def test_a_gz_is_one_member_with_the_inner_name(tmp_path: Path) -> None:
    path = tmp_path / "run.fit.gz"
    path.write_bytes(gzip.compress(RR))

    found, problems = _listed(path)

    assert (list(found), problems) == (["run.fit"], {})
    with extracted(path, "run.fit") as member:
        assert member.read_bytes() == RR


def test_archives_two_deep_are_opened_and_deeper_ones_refused(archive: Path) -> None:
    inner = _zip({"in.txt": RR, "run.fit.gz": gzip.compress(RR), "deep.zip": _zip({"x.txt": RR})})
    archive.write_bytes(_zip({"inner.zip": inner, "activities/9.fit.gz": gzip.compress(b"FIT")}))

    found, problems = _listed(archive)

    assert sorted(found) == ["activities/9.fit.gz!9.fit", "inner.zip!in.txt"]
    assert sorted(problems) == ["inner.zip!deep.zip", "inner.zip!run.fit.gz"]
    assert {problem.kind for problem in problems.values()} == {"unsafe"}
    with opened(archive) as inside:
        for path, content in (
            ("inner.zip!in.txt", RR),
            ("activities/9.fit.gz!9.fit", b"FIT"),
            ("inner.zip!in.txt", RR),
        ):
            with inside.extracted(path) as member:
                assert member.read_bytes() == content


def test_what_computers_leave_in_archives_is_passed_by(archive: Path) -> None:
    archive.write_bytes(_zip({"__MACOSX/._a.txt": b"x", "a/.DS_Store": b"x", "a/": b"", "a/one.txt": RR}))

    assert _listed(archive)[0].keys() == {"a/one.txt"}
    assert _listed(archive)[1] == {}


@pytest.mark.parametrize("name", ["/etc/one.txt", "../one.txt", "a/../../one.txt", "a\\..\\..\\one.txt", "C:\\one.txt"])
def test_a_path_that_leads_out_is_refused_and_the_rest_goes_on(archive: Path, name: str) -> None:
    archive.write_bytes(_zip({name: b"evil", "two.txt": RR}))

    found, problems = _listed(archive)

    assert list(found) == ["two.txt"]
    assert [problem.kind for problem in problems.values()] == ["unsafe"]
    with pytest.raises(UnsafeExport), extracted(archive, next(iter(problems))):
        pass


def test_a_link_is_refused(archive: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.write_bytes(_zip({link: b"/etc/passwd", "two.txt": RR}))

    found, problems = _listed(archive)

    assert list(found) == ["two.txt"]
    assert problems["link.txt"].why == "it is a link"


def test_an_encrypted_member_is_refused(archive: Path) -> None:
    content = bytearray(_zip({"one.txt": RR}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)

    problem = _listed(archive)[1]["one.txt"]

    assert (problem.kind, problem.why) == ("unreadable", "it is encrypted")


def test_a_name_that_occurs_twice_counts_once(archive: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        written.writestr("a.txt", RR)
        with pytest.warns(UserWarning, match="Duplicate"):
            written.writestr("a.txt", b"other")
    archive.write_bytes(buffer.getvalue())

    found, problems = _listed(archive)

    assert found["a.txt"].size_bytes == len(RR)
    assert problems["a.txt"].kind == "duplicate"


@pytest.mark.parametrize(
    ("limits", "is_refused"),
    [
        ({"member_bytes": 99_999}, True),
        ({"member_bytes": 100_000}, False),
        ({"total_bytes": 100_000 + len(RR) - 1}, True),
        ({"total_bytes": 100_000 + len(RR)}, False),
        ({"ratio": 200, "ratio_from_bytes": 99_999}, True),
        ({"ratio": 200, "ratio_from_bytes": 100_000}, False),
        ({"ratio": 2000, "ratio_from_bytes": 99_999}, False),
    ],
)
def test_each_limit_of_expansion_flips_the_refusal(archive: Path, limits: dict[str, int], *, is_refused: bool) -> None:
    archive.write_bytes(_zip({"one.txt": RR, "zeros.bin": b"\0" * 100_000}))

    found, problems = _listed(archive, **limits)

    assert "one.txt" in found
    assert ("zeros.bin" in problems) is is_refused


def test_a_bomb_in_gz_is_stopped_while_it_unfolds(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"\0" * 20_000_000))

    problem = _listed(path)[1]["bomb"]

    assert problem.kind == "unsafe"
    assert "200 times" in problem.why


def _streamed(content: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as servers write them: the sizes of a member stand behind it."""

    class Pipe(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, chunk: bytes) -> int:  # type: ignore[override]
            self.written += bytes(chunk)
            return len(chunk)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name, member in content.items():
            archive.writestr(name, member)
    return pipe.written


@pytest.mark.parametrize("write", [_zip, _streamed], ids=["sizes before", "sizes behind"])
def test_of_a_truncated_zip_the_whole_members_are_taken_and_the_rest_is_one_problem(
    archive: Path, write: Callable[[dict[str, bytes]], bytes]
) -> None:
    content = {f"{index}.txt": os.urandom(500) for index in range(5)}
    archive.write_bytes(write(content)[: 5 * 500 // 2])

    found, problems = _listed(archive)

    assert {path: member.sha256 for path, member in found.items()} == {
        name: hashlib.sha256(content[name]).hexdigest() for name in ("0.txt", "1.txt")
    }
    assert [(problem.kind, problem.path, problem.where) for problem in problems.values()] == [
        ("partial", "", "after 2 members")
    ]
    with extracted(archive, "1.txt") as member:
        assert member.read_bytes() == content["1.txt"]


@pytest.mark.parametrize("write", [_zip, _streamed], ids=["sizes before", "sizes behind"])
def test_a_damaged_list_of_members_costs_no_member(archive: Path, write: Callable[[dict[str, bytes]], bytes]) -> None:
    content = {f"{index}.txt": os.urandom(500) for index in range(5)}
    whole = write(content)
    archive.write_bytes(whole[: whole.index(b"PK\x01\x02")] + bytes(300))

    found, problems = _listed(archive)

    assert sorted(found) == sorted(content)
    assert len(problems) == 1


def test_a_zip_of_which_nothing_is_whole_is_corrupt(archive: Path) -> None:
    archive.write_bytes(_zip({"0.txt": os.urandom(500)})[:300])

    found, problems = _listed(archive)

    assert found == {}
    assert [problem.kind for problem in problems.values()] == ["corrupt"]


def test_a_damaged_member_is_one_problem_and_the_rest_goes_on(archive: Path) -> None:
    content = bytearray(_zip({"one.txt": RR * 50, "two.txt": RR}, method=zipfile.ZIP_STORED))
    content[content.index(RR)] ^= 1
    archive.write_bytes(content)

    found, problems = _listed(archive)

    assert list(found) == ["two.txt"]
    assert problems["one.txt"].kind == "corrupt"
    with pytest.raises(CorruptExport, match="damaged"), extracted(archive, "one.txt"):
        pass


def test_an_office_document_is_no_archive_of_exports(archive: Path) -> None:
    archive.write_bytes(_zip({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}))

    problems = list(members(archive))

    assert len(problems) == 1
    assert isinstance(problems[0], Problem)
    assert "CSV" in problems[0].remedy


def test_a_member_that_is_gone_is_named(archive: Path) -> None:
    archive.write_bytes(_zip({"one.txt": RR}))

    with pytest.raises(CorruptExport, match="no such member"), extracted(archive, "two.txt"):
        pass


def test_a_member_keeps_the_time_its_archive_states(archive: Path) -> None:
    archive.write_bytes(_zip({zipfile.ZipInfo("one.txt", (2026, 3, 1, 6, 55, 8)): RR}))

    with extracted(archive, "one.txt") as member:
        assert member.stat().st_mtime == 1_772_348_108


def test_content_tells_an_archive_whatever_its_name(tmp_path: Path) -> None:
    disguised, plain = tmp_path / "run.fit", tmp_path / "plain.zip"
    disguised.write_bytes(_zip({"one.txt": RR}))
    plain.write_bytes(RR)

    assert is_archive(head_of(disguised)) is True
    assert is_archive(head_of(plain)) is False


def test_damaged_archives_never_end_in_a_traceback(archive: Path) -> None:
    whole = _zip({"one.txt": RR * 20, "in.zip": _zip({"x.txt": RR}), "run.gz": gzip.compress(RR)})
    chance = random.Random(3)

    outcomes: set[str] = set()
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        archive.write_bytes(content[: chance.randint(1, len(content))] if chance.random() < 0.2 else content)
        outcomes |= {type(item).__name__ for item in members(archive)}

    assert outcomes == {"Member", "Problem"}
