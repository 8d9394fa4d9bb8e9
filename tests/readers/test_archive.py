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
from types import SimpleNamespace

import pytest

from pipelines.errors import CorruptExport, UnsafeExport
from pipelines.readers import archive_limits
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


def test_an_archive_is_opened_once_and_each_member_unpacked_once_for_each_time_it_is_gone_through(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = {f"{index}.txt": b"%d\n" % index for index in range(40)}
    packed = {f"{index}.fit.gz": gzip.compress(b"%d\n" % index) for index in range(40)}
    archive.write_bytes(_zip({**plain, **packed, "in.zip": _zip({f"in{index}.txt": RR for index in range(40)})}))
    listings: list[str] = []
    unpackings: list[str] = []
    real_open, real_list = zipfile.ZipFile.open, zipfile.ZipFile.__init__

    def counted_open(self: zipfile.ZipFile, info: zipfile.ZipInfo, *rest: object) -> object:
        unpackings.append(info.filename)
        return real_open(self, info, *rest)

    def counted_list(self: zipfile.ZipFile, file: object, *rest: object, **options: object) -> None:
        listings.append(str(file))
        real_list(self, file, *rest, **options)

    monkeypatch.setattr(zipfile.ZipFile, "open", counted_open)
    monkeypatch.setattr(zipfile.ZipFile, "__init__", counted_list)
    found = [item for item in members(archive, workspace=tmp_path / "work") if isinstance(item, Member)]
    hashed = (len(listings), len(unpackings))
    with opened(archive, workspace=tmp_path / "work") as inside:
        contents = []
        for member in found:
            with inside.extracted(member.path) as file:
                contents.append(hashlib.sha256(file.read_bytes()).hexdigest())

    assert contents == [member.sha256 for member in found]
    assert len(found) == 120
    assert hashed == (2, 121)
    assert len(listings) == 4
    assert len(unpackings) == 2 * 121
    assert sorted(path.suffix for path in (tmp_path / "work").iterdir()) == [".zip"]


def test_the_start_of_a_member_is_had_without_the_rest(archive: Path) -> None:
    content = RR * 100_000
    archive.write_bytes(
        _zip({"a.txt": content, "b.txt.gz": gzip.compress(content), "in.zip": _zip({"c.txt": content})})
    )

    with opened(archive) as inside:
        heads = [inside.head(path) for path in ("a.txt", "b.txt.gz!b.txt", "in.zip!c.txt")]

    assert [head.name for head in heads] == ["a.txt", "b.txt", "c.txt"]
    assert [head.start for head in heads] == [content[:8192]] * 3


def test_known_members_are_passed_by(archive: Path) -> None:
    archive.write_bytes(_zip({"a.txt": RR, "b.txt": RR, "c.txt.gz": gzip.compress(RR), "in.zip": _zip({"d.txt": RR})}))

    found = list(members(archive, known={"a.txt", "c.txt.gz!c.txt", "in.zip!d.txt"}))

    assert [item.path for item in found] == ["b.txt"]


def test_members_come_as_files_that_are_gone_before_the_next(archive: Path, tmp_path: Path) -> None:
    archive.write_bytes(_zip({"a.txt": RR, "b.txt.gz": gzip.compress(RR * 2), "in.zip": _zip({"c.txt": RR * 3})}))
    seen: list[tuple[str, bytes, int]] = []

    for item in members(archive, workspace=tmp_path / "work", is_unpacked=True):
        assert isinstance(item, Member)
        assert item.file is not None
        there = [path for path in (tmp_path / "work").iterdir() if path.suffix == ".tmp"]
        seen.append((item.path, item.file.read_bytes(), len(there)))

    assert seen == [("a.txt", RR, 1), ("b.txt.gz!b.txt", RR * 2, 1), ("in.zip!c.txt", RR * 3, 1)]


def test_how_far_it_has_come_adds_up_to_the_packed_bytes(archive: Path) -> None:
    noise = random.Random(1).randbytes(3_000_000)
    archive.write_bytes(_zip({"a.bin": noise, "b.gz": gzip.compress(noise), "in.zip": _zip({"c.bin": noise})}))
    ticks: list[float] = []

    list(members(archive, tick=ticks.append))

    assert len(ticks) > 8
    assert max(ticks) < 2_000_000
    assert sum(ticks) == pytest.approx(archive.stat().st_size, rel=0.001)


@pytest.mark.parametrize(("spare", "fits"), [(0, True), (1, False)])
def test_what_does_not_fit_on_the_disk_is_said_before_it_is_unpacked(
    archive: Path, monkeypatch: pytest.MonkeyPatch, spare: int, *, fits: bool
) -> None:
    archive.write_bytes(_zip({"one.txt": RR}))
    free = archive_limits.SPARE_BYTES + len(RR) - spare
    monkeypatch.setattr(archive_limits.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=free))

    with opened(archive) as inside:
        try:
            with inside.extracted("one.txt") as member:
                found = member.read_bytes()
        except archive_limits.DiskFull as error:
            found = error

    assert (found == RR) is fits
    if not fits:
        assert "GB of disk to unpack and 0.3 GB are free" in str(found)
        assert "\n" not in str(found)


def test_a_member_packed_in_an_unknown_way_is_said_so(archive: Path) -> None:
    content = bytearray(_zip({"one.txt": RR}, method=zipfile.ZIP_STORED))
    for start, offset in ((content.index(b"PK\x03\x04"), 8), (content.index(b"PK\x01\x02"), 10)):
        content[start + offset] = 9
    archive.write_bytes(content)

    problem = _listed(archive)[1]["one.txt"]

    assert problem.kind == "corrupt"
    assert "packed in a way that is not known here" in problem.why


def test_a_name_in_utf8_that_does_not_say_so_is_read_as_that(archive: Path) -> None:
    content = _zip({"Aktivitaeten/Laeufe.txt": RR})
    archive.write_bytes(content.replace(b"Aktivitaeten/Laeufe", "Aktivitäten/Läufe".encode()))

    assert list(_listed(archive)[0]) == ["Aktivitäten/Läufe.txt"]


def test_a_member_beyond_four_gigabytes_is_told_by_its_listing(archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as written, written.open("one.txt", "w", force_zip64=True) as member:
        member.write(RR)
    content = archive.read_bytes()
    cut = archive.with_name("cut.zip")
    cut.write_bytes(content[: content.index(b"PK\x01\x02")])

    for path in (archive, cut):
        assert _listed(path)[0]["one.txt"].sha256 == hashlib.sha256(RR).hexdigest()
