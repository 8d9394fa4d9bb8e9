import json
import os
import zipfile

import pytest

RR = "".join(f"{800 + (i * 37) % 41}\n" for i in range(400))

KEYS = {
    "file",
    "sha256",
    "format",
    "reader_version",
    "status",
    "lost",
    "remedy",
    "passed_over",
    "devices",
    "counts",
    "sums",
    "activities",
    "beats",
    "nights",
}


@pytest.fixture
def beats(tmp_path):
    path = tmp_path / "2026-11-01 06-00-00.txt"
    path.write_text(RR)
    return path


def test_a_readable_file_is_one_object_and_exit_code_0(wattworth, beats):
    ended = wattworth("inspect", "--json", beats)
    found = json.loads(ended.out)

    assert ended.code == 0
    assert found.keys() == KEYS
    assert found["status"] == "read"
    assert found["counts"]["beats"] == 400
    assert [series["n"] for series in found["beats"]] == [400]
    assert found["sums"] == {"heart_rate_bpm": None, "latitude_deg": None, "last_distance_m": None}


def test_a_file_nobody_knows_is_an_object_with_a_line_and_exit_code_2(wattworth, tmp_path):
    path = tmp_path / "scan.dat"
    path.write_bytes(b"\x00\x01\x02kettle")

    ended = wattworth("inspect", "--json", path)
    found = json.loads(ended.out)

    assert ended.code == 2
    assert found.keys() == KEYS
    assert found["status"] == "unknown"
    assert found["remedy"]
    assert found["lost"][0]["why"]
    assert ended.err.startswith(f"wattworth: {path}: unknown: ")
    assert len(ended.err.strip().splitlines()) == 1


def test_many_files_are_one_object_a_line_and_one_bad_one_does_not_stop_the_rest(wattworth, beats, tmp_path):
    bad = tmp_path / "a.dat"
    bad.write_bytes(b"\x00kettle")

    ended = wattworth("inspect", "--json", bad, beats)
    found = [json.loads(line) for line in ended.out.splitlines()]

    assert ended.code == 2
    assert [inspected["status"] for inspected in found] == ["unknown", "read"]


def test_an_archive_is_one_object_per_member(wattworth, tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2026-11-01 06-00-00.txt", RR)
        archive.writestr("2026-11-02 06-00-00.txt", RR + "801\n")

    ended = wattworth("inspect", "--json", path)
    found = [json.loads(line) for line in ended.out.splitlines()]

    assert ended.code == 0
    assert [inspected["file"] for inspected in found] == [f"{path}!{inspected['member']}" for inspected in found]
    assert [inspected["member"] for inspected in found] == ["2026-11-01 06-00-00.txt", "2026-11-02 06-00-00.txt"]
    assert [inspected["counts"]["beats"] for inspected in found] == [400, 401]


def test_of_an_archive_cut_short_the_whole_members_are_inspected_and_the_loss_is_told(wattworth, tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2026-11-01 06-00-00.txt", RR)
        archive.writestr("2026-11-02 06-00-00.txt", RR + "801\n")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])

    ended = wattworth("inspect", "--json", path)
    found = [json.loads(line) for line in ended.out.splitlines()]

    assert [(inspected["file"], inspected["status"]) for inspected in found] == [
        (f"{path}!2026-11-01 06-00-00.txt", "read"),
        (str(path), "partial"),
    ]


def test_a_file_that_is_not_there_is_not_readable(wattworth, tmp_path):
    ended = wattworth("inspect", "--json", tmp_path / "gone.fit")

    assert ended.code == 2
    assert json.loads(ended.out)["status"] == "corrupt"


def test_words_say_what_the_recording_may_be_used_for(wattworth, beats):
    ended = wattworth("inspect", beats)

    assert ended.code == 0
    assert "400 intervals" in ended.out
    assert "±" in ended.out


def test_a_pipe_is_told_and_never_opened(wattworth, tmp_path):
    os.mkfifo(tmp_path / "x.fit")

    ended = wattworth("inspect", "--json", tmp_path / "x.fit")

    assert ended.code == 2
    assert "pipe" in json.loads(ended.out)["lost"][0]["why"]


def test_a_folder_is_inspected_without_what_a_run_passes_over(wattworth, beats):
    (beats.parent / "athlete.toml").write_text('squad = "road"')
    (beats.parent / ".cache").mkdir()
    (beats.parent / ".cache" / "x.dat").write_bytes(b"\x00kettle")

    ended = wattworth("inspect", "--json", beats.parent)

    assert ended.code == 0
    assert [json.loads(line)["file"] for line in ended.out.splitlines()] == [str(beats)]


def test_a_folder_without_files_is_said_to_be_one(wattworth, tmp_path):
    ended = wattworth("inspect", tmp_path)

    assert ended.code == 2
    assert "no file" in ended.err


@pytest.mark.parametrize(
    "name", [b"two\nlines.dat", b"red\x1b[31m.dat", b"not\xff\xfeutf8.dat"], ids=["line", "escape", "bytes"]
)
def test_a_hostile_name_stays_in_its_line_and_in_valid_json(wattworth, tmp_path, name):
    path = os.fsencode(tmp_path) + b"/" + name
    with open(path, "wb") as file:  # noqa: PTH123 - a Path cannot hold every name
        file.write(b"\x00kettle")

    ended = wattworth("inspect", "--json", os.fsdecode(path))

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert ended.err.strip().isprintable()
    assert json.loads(ended.out.encode("utf-8"))["status"] == "unknown"
