"""Whoever is forgotten leaves nothing behind: not in a table, a stream, the published copy, a page or the history."""

import json
import shutil
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from pipelines.paths import Home

pytestmark = [pytest.mark.end_to_end, pytest.mark.orchestrator]


@dataclass(frozen=True)
class Forgotten:
    """A home before and after its second athlete was forgotten."""

    home: Home
    athlete_id: int
    words: tuple[str, ...]
    """What tells of the athlete: name, folder, device serials, and what files of theirs are called by."""
    before: dict[str, list[str]]
    """Files that held one of the words."""
    others_before: int
    ended: Any


@pytest.fixture(scope="session")
def forgotten(undisturbed, tmp_path_factory, wattworth):
    original, _ = undisturbed
    home = Home(root=tmp_path_factory.mktemp("forgotten") / "home", inbox=original.inbox)
    shutil.copytree(original.root, home.root)
    with duckdb.connect(home.database, read_only=True) as con:
        athlete_id, *named = con.execute(
            "select athlete_id, display_name, folder from athletes order by athlete_id desc"
        ).fetchone()
        words = (*named, *told_of(con, athlete_id))
        (others,) = con.execute(OTHERS, [athlete_id]).fetchone()
    before = held_in(home, words)
    ended = wattworth("forget", athlete_id, "--home", home.root, "--inbox", home.inbox, "--json")
    return Forgotten(home, athlete_id, words, before, others, ended)


OTHERS = "select count(*) from observations where athlete_id <> ?"


def told_of(con, athlete_id):
    """Names of the athlete's files, and of devices nobody else has."""
    files = con.execute("select source_file_id from source_files where athlete_id = ?", [athlete_id]).fetchall()
    devices = "select distinct device_id from activities where athlete_id"
    own, others = (con.execute(f"{devices} {sign} ?", [athlete_id]).fetchall() for sign in ("=", "<>"))
    return [name for (name,) in [*files[:50], *sorted(set(own) - set(others))]]


def held_in(home, words):
    """Every file of the home that holds one of the words, as bytes or in its name."""
    found = {}
    for path in (path for path in home.root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        hits = [word for word in words if word.encode() in content or word in path.as_posix()]
        if hits:
            found[path.relative_to(home.root).as_posix()] = hits[:3]
    return found


def test_nothing_of_a_forgotten_athlete_is_left_in_any_file(forgotten):
    assert {path.partition("/")[0] for path in forgotten.before} >= {"warehouse", "site"}
    assert forgotten.ended.code == 0, forgotten.ended.err
    assert json.loads(forgotten.ended.out)["row_counts"]["observations"] > 0
    assert held_in(forgotten.home, forgotten.words) == {}
    assert not (forgotten.home.site / f"athlete-{forgotten.athlete_id}.html").exists()


def test_the_others_keep_their_pages_and_their_rows(forgotten):
    with duckdb.connect(forgotten.home.database, read_only=True) as con:
        assert con.execute(OTHERS, [forgotten.athlete_id]).fetchone() == (forgotten.others_before,)
        named = "select count(*) from athletes where athlete_id = ?"
        assert con.execute(named, [forgotten.athlete_id]).fetchone() == (0,)
    assert (forgotten.home.site / "athlete-1.html").is_file()
