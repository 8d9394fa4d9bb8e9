"""The inbox: what counts as an export, what is set aside, and what is not looked at twice."""

import os
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.errors import ConfigurationError
from pipelines.readers.inbox import KnownFile, Scan, athlete_folders, hashed, look, scan, squads, strays

LONG_AGO = 1_700_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    athlete = tmp_path / "inbox" / "ada"
    athlete.mkdir(parents=True)
    return athlete


def _put(folder: Path, path: str, content: bytes = b"812\n") -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (LONG_AGO, LONG_AGO))
    return file


def _known(look: Scan) -> dict[str, KnownFile]:
    return {
        file.path: KnownFile(
            size_bytes=file.size_bytes, modified_ns=file.modified_ns, source_file_id=file.source_file_id
        )
        for file in look.found
    }


def test_files_anywhere_below_the_folder_are_found_by_content(folder: Path) -> None:
    _put(folder, "b.txt")
    _put(folder, "2026/march/a.txt")

    look = scan(folder, {})

    assert [file.path for file in look.found] == ["2026/march/a.txt", "b.txt"]
    assert look.found[0].sha256 == look.found[1].sha256
    assert look.found[0].source_file_id == look.found[0].sha256[:16]
    assert look.problems == ()


@pytest.mark.parametrize(
    "path",
    [".hidden", ".git/config", "__MACOSX/._a.fit", "._a.fit", ".DS_Store", "Thumbs.db", "thumbs.db", "athlete.toml"],
)
def test_what_computers_leave_behind_is_no_export(folder: Path, path: str) -> None:
    _put(folder, path)

    assert scan(folder, {}) == Scan()


def test_a_known_file_is_not_opened_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(folder, "a.txt")
    known = _known(scan(folder, {}))
    monkeypatch.setattr("builtins.open", None)

    look = scan(folder, known)

    assert look == Scan(unchanged=("a.txt",))


@pytest.mark.parametrize("change", ["size", "time", "never hashed"])
def test_a_file_that_differs_from_what_is_known_is_hashed_again(folder: Path, change: str) -> None:
    file = _put(folder, "a.txt")
    known = _known(scan(folder, {}))
    if change == "size":
        _put(folder, "a.txt", b"812\n813\n")
    elif change == "time":
        os.utime(file, (LONG_AGO + 1, LONG_AGO + 1))
    else:
        known["a.txt"] = KnownFile(size_bytes=4, modified_ns=LONG_AGO * 10**9, source_file_id=None)

    assert [found.path for found in scan(folder, known).found] == ["a.txt"]


def test_a_content_changed_under_the_same_size_and_time_is_found_by_verifying_only(folder: Path) -> None:
    _put(folder, "a.txt", b"812\n")
    _put(folder, "b.txt", b"812\n")
    known = _known(scan(folder, {}))
    _put(folder, "a.txt", b"813\n")

    trusting, verifying = scan(folder, known), scan(folder, known, is_verified=True)

    assert trusting == Scan(unchanged=("a.txt", "b.txt"))
    assert [file.path for file in verifying.found] == ["a.txt"]
    assert verifying.unchanged == ("b.txt",)


def test_hashing_tells_every_byte_it_goes_through(folder: Path) -> None:
    _put(folder, "a.txt", b"812\n")
    _put(folder, "b.txt", b"0" * 3_000_000)
    ticks: list[float] = []

    hashed(look(folder, {}), tick=ticks.append)

    assert len(ticks) > 2
    assert sum(ticks) == 3_000_004


@pytest.mark.parametrize("name", ["a.fit.part", "a.fit.partial", "a.zip.crdownload", "a.TMP", "a.download"])
def test_a_name_that_says_unfinished_is_left_for_later(folder: Path, name: str) -> None:
    _put(folder, name)

    look = scan(folder, {})

    assert look.found == ()
    assert [(problem.kind, problem.path) for problem in look.problems] == [("unfinished", name)]


def test_a_fresh_file_that_changes_in_the_shared_pause_is_unfinished(folder: Path) -> None:
    growing, steady = _put(folder, "growing.txt"), _put(folder, "steady.txt")
    now = datetime.now(UTC)
    for file in (growing, steady):
        os.utime(file, (now.timestamp(), now.timestamp()))
    pauses: list[float] = []

    def grow(pause_s: float) -> None:
        pauses.append(pause_s)
        growing.write_bytes(b"812\n813\n")

    look = scan(folder, {}, now=now, wait=grow)

    assert len(pauses) == 1
    assert [file.path for file in look.found] == ["steady.txt"]
    assert [(problem.kind, problem.path) for problem in look.problems] == [("unfinished", "growing.txt")]


@pytest.mark.parametrize(("age_s", "pause_count"), [(0.5, 1), (1.5, 0)])
def test_only_fresh_files_cost_a_pause(folder: Path, age_s: float, pause_count: int) -> None:
    now = datetime.fromtimestamp(LONG_AGO + age_s, UTC)
    _put(folder, "a.txt")
    pauses: list[float] = []

    scan(folder, {}, now=now, wait=pauses.append)

    assert len(pauses) == pause_count


def test_an_empty_file_is_set_aside(folder: Path) -> None:
    _put(folder, "a.txt", b"")

    assert [problem.kind for problem in scan(folder, {}).problems] == ["empty"]


def test_a_link_out_of_the_folder_is_unsafe_and_one_inside_is_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_bytes(b"812\n")
    _put(folder, "a.txt")
    (folder / "out.txt").symlink_to(outside)
    (folder / "in.txt").symlink_to(folder / "a.txt")
    (folder / "loop").symlink_to(folder, target_is_directory=True)

    look = scan(folder, {})

    assert [file.path for file in look.found] == ["a.txt", "in.txt"]
    assert [(problem.kind, problem.path) for problem in look.problems] == [("unsafe", "loop"), ("unsafe", "out.txt")]


def test_a_broken_link_is_unreadable(folder: Path) -> None:
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")

    (problem,) = scan(folder, {}).problems

    assert problem.kind == "unreadable"
    assert "leads nowhere" in problem.why


def test_a_pipe_and_a_socket_are_never_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind("plug.txt")

    look = scan(folder, {})

    assert [(problem.kind, problem.path) for problem in look.problems] == [
        ("unsafe", "pipe.txt"),
        ("unsafe", "plug.txt"),
    ]


def test_a_file_that_cannot_be_opened_sets_aside_only_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(folder, "a.txt")
    _put(folder, "b.txt")
    real_open = open

    def guarded(path: str, mode: str = "r") -> object:
        if str(path).endswith("a.txt"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, mode)

    monkeypatch.setattr("builtins.open", guarded)

    look = scan(folder, {})

    assert [file.path for file in look.found] == ["b.txt"]
    assert [(problem.kind, problem.why) for problem in look.problems] == [("unreadable", "permission denied")]


def test_a_name_that_is_not_utf8_is_set_aside_in_words_that_can_be_stored(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_bytes(b"812\n")

    problem = scan(folder, {}).problems[0]

    assert problem.kind == "unreadable"
    assert problem.path.encode() == b"\\xff.txt"


def test_squads_are_those_the_cards_name(folder: Path) -> None:
    (folder / "athlete.toml").write_text('squad = "track"\n')
    (folder.parent / "bo").mkdir()

    assert squads(folder.parent) == ("track", "unassigned")
    assert [athlete.name for athlete in athlete_folders(folder.parent)] == ["ada", "bo"]


def test_an_inbox_that_is_not_there_has_no_squads_but_cannot_be_listed(tmp_path: Path) -> None:
    assert squads(tmp_path / "nowhere") == ()
    with pytest.raises(ConfigurationError, match="one folder per athlete"):
        athlete_folders(tmp_path / "nowhere")


def test_a_file_beside_the_athletes_folders_belongs_to_nobody(folder: Path) -> None:
    (folder.parent / "lost.fit").write_bytes(b"x")
    (folder.parent / "linked").symlink_to(folder, target_is_directory=True)

    assert [(problem.kind, problem.path) for problem in strays(folder.parent)] == [
        ("unsafe", "linked"),
        ("unknown", "lost.fit"),
    ]


def test_every_problem_is_one_line_with_a_remedy(folder: Path) -> None:
    _put(folder, "a.txt", b"")
    _put(folder, "b.part")
    (folder / "c.txt").symlink_to("/etc/hostname")

    problems = scan(folder, {}).problems

    assert len(problems) == 3
    told = [(problem.path, problem.what, problem.why, problem.remedy) for problem in problems]
    assert all(words and "\n" not in words for one in told for words in one)


def test_known_files_cost_little_more_than_looking(folder: Path) -> None:
    for index in range(2000):
        (folder / f"{index}.txt").write_bytes(b"812\n")
    known = _known(scan(folder, {}))

    def plain() -> float:
        begin = time.perf_counter()
        with os.scandir(folder) as entries:
            for entry in entries:
                entry.stat()
        return time.perf_counter() - begin

    def ours() -> float:
        begin = time.perf_counter()
        assert len(scan(folder, known).unchanged) == 2000
        return time.perf_counter() - begin

    ratio = min(ours() for _ in range(7)) / min(plain() for _ in range(7))

    assert ratio < 3.0
