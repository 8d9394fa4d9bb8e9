import csv
import json

import pytest

from pipelines.readers.wattworth_answers import FILE_NAME
from pipelines.warehouse.open import open_warehouse


@pytest.fixture
def robin(home):
    folder = home.inbox / "robin"
    folder.mkdir(parents=True)
    (folder / "athlete.toml").write_text('time_zone = "Europe/Helsinki"\n')
    return folder


def test_notes_are_appended_in_the_order_they_were_written(wattworth, home, robin):
    wattworth(
        "note", "robin", "sore throat, slept badly", "--kind", "illness", "--date", "2026-11-02", "--home", home.root
    )
    wattworth("note", "robin", 'said "fine"', "--date", "2026-11-03", "--home", home.root)

    with (robin / FILE_NAME).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [(row["about_date"], row["answer"], row["text"]) for row in rows] == [
        ("2026-11-02", "illness", "sore throat, slept badly"),
        ("2026-11-03", "other", 'said "fine"'),
    ]


def test_a_note_is_an_export_that_can_be_read(wattworth, home, robin):
    wattworth("note", "robin", "sore throat", "--date", "2026-11-02", "--home", home.root)

    found = json.loads(wattworth("inspect", "--json", robin / FILE_NAME).out)

    assert found["status"] == "read"
    assert found["counts"] == {"answers": 1}


def test_an_empty_note_is_refused_and_makes_no_file(wattworth, home, robin):
    ended = wattworth("note", "robin", "  ", "--home", home.root)

    assert ended.code == 2
    assert not (robin / FILE_NAME).exists()


def test_doctor_of_a_new_home_finds_things_missing_and_nothing_broken(wattworth, home):
    ended = wattworth("doctor", "--json", "--home", home.root)
    states = {finding["what"]: finding["state"] for finding in json.loads(ended.out)}

    assert ended.code == 0
    assert states["warehouse"] == "missing"
    assert states["factors"] == "fine"
    assert "broken" not in states.values()


def test_doctor_names_who_holds_the_lock(wattworth, home):
    with open_warehouse(home, owner="the night run"):
        ended = wattworth("doctor", "--json", "--home", home.root)
    found = {finding["what"]: finding["found"] for finding in json.loads(ended.out)}

    assert "the night run" in found["lock"]
    assert "under way" in found["invariants"]


def test_doctor_finds_a_broken_invariant(wattworth, published):
    with open_warehouse(published, owner="test") as warehouse:
        warehouse.con.execute("update flags set end_s = start_s - 1")

    ended = wattworth("doctor", "--home", published.root)

    assert ended.code == 2
    assert "flag_ends_before_it_starts" in ended.out


def test_a_damaged_snapshot_is_told_with_the_way_to_a_new_one(wattworth, published):
    published.snapshot.write_bytes(b"kettle" * 1000)

    doctor = wattworth("doctor", "--home", published.root)
    asked = wattworth("sql", "select 1", "--home", published.root)

    assert (doctor.code, asked.code) == (2, 2)
    assert "published anew" in asked.err
    assert len(asked.err.splitlines()) == 1


def test_doctor_knows_no_grid_of_atlantis(wattworth, home):
    ended = wattworth("doctor", "--country", "ATL", "--home", home.root)

    assert ended.code == 2
    assert "ATL" in ended.out


def test_forget_says_what_it_erased(wattworth, published):
    ended = wattworth("forget", "robin", "--json", "--home", published.root)
    receipt = json.loads(ended.out)
    left = json.loads(wattworth("sql", "from mart_observations", "--json", "--home", published.root).out)

    assert receipt["folder"] == "robin"
    assert receipt["row_counts"]["observations"] == 1
    assert left["rows"] == []


def test_forget_makes_no_warehouse_where_there_is_none(wattworth, home):
    ended = wattworth("forget", "robin", "--home", home.root)

    assert ended.code == 2
    assert not home.warehouse.exists()


def test_simulate_refuses_a_folder_that_holds_something(wattworth, robin):
    ended = wattworth("simulate", "--into", robin.parent)

    assert ended.code == 2
    assert "not empty" in ended.err


def test_the_same_seed_writes_the_same_exports(wattworth, tmp_path):
    def written(name):
        into = tmp_path / name
        options = ("--seed", 5, "--athletes", 1, "--days", 2, "--until", "2026-11-01")
        assert wattworth("simulate", "--into", into, *options).code == 0
        return {path.relative_to(into): path.read_bytes() for path in into.rglob("*") if path.is_file()}

    first = written("first")

    assert first
    assert first == written("second")
