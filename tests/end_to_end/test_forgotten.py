"""Whoever is forgotten leaves nothing behind: not in a table, a stream, the published copy, a page or the history."""

import json
import shutil

import duckdb
import pytest

from pipelines.paths import Home

pytestmark = [pytest.mark.end_to_end, pytest.mark.orchestrator, pytest.mark.xdist_group("end_to_end")]


@pytest.fixture
def copied(undisturbed, tmp_path):
    """A home like the undisturbed one, to be changed; its inbox is the same."""
    home, _ = undisturbed
    shutil.copytree(home.root, tmp_path / "home")
    return Home(root=tmp_path / "home", inbox=home.inbox)


@pytest.fixture
def traces(copied):
    """What tells of the second athlete: name, folder, device serials, and what every file of theirs is called by."""
    with duckdb.connect(copied.database, read_only=True) as con:
        row = con.execute("select athlete_id, display_name, folder from athletes order by athlete_id desc").fetchone()
        files = con.execute("select source_file_id from source_files where athlete_id = ?", [row[0]]).fetchall()
        others = con.execute("select device_id from activities where athlete_id <> ?", [row[0]]).fetchall()
        devices = con.execute("select distinct device_id from activities where athlete_id = ?", [row[0]]).fetchall()
    only_theirs = {device for (device,) in devices} - {device for (device,) in others}
    return row[0], [row[1], row[2], *(name for (name,) in files[:50]), *only_theirs]


def held_in(home, words):
    """Every file of the home that holds one of the words, as bytes; the run's own settings are looked through, too."""
    found = {}
    for path in (path for path in home.root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        hits = [word for word in words if word.encode() in content or word in path.as_posix()]
        if hits:
            found[path.relative_to(home.root).as_posix()] = hits[:3]
    return found


def test_nothing_of_a_forgotten_athlete_is_left_in_any_file(copied, traces, wattworth):
    athlete_id, words = traces
    before = held_in(copied, words)

    ended = wattworth("forget", athlete_id, "--home", copied.root, "--inbox", copied.inbox, "--json")

    assert {path.partition("/")[0] for path in before} >= {"warehouse", "site"}
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["row_counts"]["observations"] > 0
    assert held_in(copied, words) == {}
    assert not (copied.site / f"athlete-{athlete_id}.html").exists()


def test_the_others_keep_their_pages_and_their_rows(copied, traces, wattworth):
    athlete_id, _ = traces
    count = "select count(*) from observations where athlete_id <> ?"
    with duckdb.connect(copied.database, read_only=True) as con:
        before = con.execute(count, [athlete_id]).fetchone()

    wattworth("forget", athlete_id, "--home", copied.root, "--inbox", copied.inbox)

    with duckdb.connect(copied.database, read_only=True) as con:
        assert con.execute(count, [athlete_id]).fetchone() == before
        assert con.execute("select count(*) from athletes where athlete_id = ?", [athlete_id]).fetchone() == (0,)
    assert (copied.site / "athlete-1.html").is_file()
