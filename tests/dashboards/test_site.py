import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboards import site
from dashboards.publish import build, build_costs
from dashboards.site import Site, squad_pages
from pipelines.progress import SILENT

TODAY = date(2026, 3, 31)


def stamps(folder) -> dict[str, tuple[int, bytes]]:
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(folder.glob("*.html"))}


@pytest.fixture(scope="session")
def built_once(road_file, connect, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    with connect(road_file) as con:
        build(con, Site.at(folder), "Road", SILENT)
    return folder


@pytest.fixture
def built(built_once, tmp_path):
    """The pages of the squad as they were built, in a folder of the test's own."""
    return Path(shutil.copytree(built_once, tmp_path / "site"))


def test_a_squad_gets_its_page_one_page_each_and_the_front_page(built):
    names = {path.name for path in built.glob("*.html")}

    assert names == {"coach-road.html", "index.html", *(f"athlete-{number}.html" for number in range(1, 6))}
    assert (built / "static" / "plotly.min.js").stat().st_size > 1_000_000
    assert (built / "static" / "site.css").is_file()
    assert not list(built.rglob("*.new"))


def test_unchanged_inputs_leave_every_file_untouched(road, built):
    before = stamps(built)

    counts = build(road.con, Site.at(built), "Road", SILENT)

    assert counts == {"built": 0, "kept": 7, "removed": 0}
    assert stamps(built) == before


def test_changed_inputs_rebuild_only_the_pages_that_read_them(road, built):
    before = stamps(built)
    road.note(2, TODAY - timedelta(days=1), "note", "a word of his own")

    counts = build(road.con, Site.at(built), "Road", SILENT)

    after = stamps(built)
    assert counts["built"] == 1
    assert [name for name in after if after[name] != before[name]] == ["athlete-2.html"]


def test_a_new_value_rebuilds_athlete_and_squad(road, built):
    before = stamps(built)
    road.days(2, "ln_rmssd", {TODAY - timedelta(days=41): 4.1})

    build(road.con, Site.at(built), "Road", SILENT)

    after = stamps(built)
    assert {name for name in after if after[name] != before[name]} == {"athlete-2.html", "coach-road.html"}


def test_the_ledger_alone_does_not_touch_the_pages_of_a_squad(road, built, entry):
    before = stamps(built)
    road.insert("ledger_entries", [entry("read", "ingest")])

    build(road.con, Site.at(built), "Road", SILENT)

    assert stamps(built) == before


def test_another_version_of_the_templates_builds_every_page_anew(road, built, monkeypatch):
    monkeypatch.setattr(site, "version", lambda: "another")

    counts = build(road.con, Site.at(built), "Road", SILENT)

    assert counts["kept"] == 0


def test_a_forgotten_athlete_loses_the_page(road, built):
    road.con.execute("delete from athletes where athlete_id = 4")

    counts = build(road.con, Site.at(built), "Road", SILENT)

    assert counts["removed"] == 1
    assert not (built / "athlete-4.html").exists()
    assert "athlete-4.html" not in (built / "manifest.json").read_text()
    assert "Di Dahl" not in (built / "coach-road.html").read_text()


def test_a_squad_that_is_gone_loses_its_page(road, built):
    road.con.execute("update athletes set squad = 'Track'")

    build(road.con, Site.at(built), "Track", SILENT)

    assert not (built / "coach-road.html").exists()
    assert (built / "coach-track.html").is_file()


def test_a_page_that_was_deleted_comes_back(road, built):
    (built / "athlete-2.html").unlink()

    assert build(road.con, Site.at(built), "Road", SILENT)["built"] == 1


@pytest.mark.parametrize("content", ["", "{not json", "{}"])
def test_a_damaged_manifest_only_means_building_again(road, built, content):
    (built / "manifest.json").write_text(content)

    assert build(road.con, Site.at(built), "Road", SILENT)["built"] == 7
    assert json.loads((built / "manifest.json").read_text())["inputs"]


def test_the_cost_page_is_built_once_for_the_same_ledger(costed, tmp_path):
    assert build_costs(costed.con, Site.at(tmp_path)) is True
    assert build_costs(costed.con, Site.at(tmp_path)) is False


def test_the_front_page_leads_to_every_squad_and_to_the_costs(road, built):
    road.athlete(9, "Other", squad="Track <x>")

    build(road.con, Site.at(built), "Road", SILENT)

    page = (built / "index.html").read_text()
    assert 'href="coach-road.html"' in page
    assert 'href="coach-track-x.html" data-quoted>Track &lt;x&gt;</a>' in page
    assert 'href="cost.html"' in page
    assert "data for 4 of 5 on Tue 31 Mar" in page


def test_every_title_says_whose_page_it_is_and_the_product(built):
    titles = {path.name: path.read_text().split("<title")[1].split("</title>")[0] for path in built.glob("*.html")}

    assert all(title.endswith("· Wattworth") for title in titles.values())
    assert "Athlete Bo Berg" in titles["athlete-2.html"]
    assert "Squad Road · Tue 31 Mar" in titles["coach-road.html"]


def test_the_front_page_says_what_waits_on_the_page_of_each_squad(built):
    page = (built / "index.html").read_text()

    assert "Worth a look: <b>1</b>" in page
    assert '<a href="coach-road.html#questions">Questions: 1</a>' in page


def test_the_front_page_says_that_it_is_no_medical_device(built):
    assert "it is no medical device" in (built / "index.html").read_text()


def test_every_figure_has_a_text_in_its_place(built):
    pages = [path.read_text() for path in built.glob("*.html")]
    figures = [tag for page in pages for tag in re.findall(r'<svg [^>]*>|<div class="figure"[^>]*>', page)]

    assert figures
    told = re.compile(r'role="img" aria-label="[^"]+"|aria-hidden="true"')
    assert [tag for tag in figures if not told.search(tag)] == []
    assert [tag for tag in figures if "strip key" not in tag and "aria-hidden" in tag] == []


def test_squads_with_names_that_look_alike_keep_pages_of_their_own():
    pages = squad_pages(["Road A", "road-a", "ÅÄ"])

    assert len(set(pages.values())) == 3
    assert all(name.startswith("coach-") and name.isascii() for name in pages.values())
