import json
import re

import pytest

from assets.instance import instance
from dashboards.costs import amount

pytestmark = [pytest.mark.end_to_end, pytest.mark.orchestrator]


@pytest.fixture(scope="session")
def rerun(undisturbed, inbox, wattworth, hashes, pages):
    """What a second run of the same home finds and leaves."""
    home, _ = undisturbed
    before = hashes(home), pages(home)
    ended = wattworth("run", "--home", home.root, "--inbox", inbox, "--country", "FIN")
    return before, ended, (hashes(home), pages(home))


def test_the_first_run_loads_judges_observes_and_publishes(undisturbed, wattworth):
    home, _ = undisturbed

    counts = wattworth(
        "sql",
        "select (select count(*) from mart_observations), (select count(*) from mart_verdicts),"
        " (select count(*) from mart_flags)",
        "--json",
        "--home",
        home.root,
    )

    assert all(count > 0 for count in json.loads(counts.out)["rows"][0])
    names = {path.name for path in home.site.glob("*.html")}
    assert {"index.html", "cost.html", "athlete-1.html", "athlete-2.html"} < names


def test_what_was_set_aside_is_said_in_one_line_each_and_by_the_exit_code(undisturbed, inbox):
    _, ended = undisturbed
    truth = json.loads(inbox.with_name("truth.json").read_text())
    unknown = [
        f"{damaged['athlete']}/{damaged['path']}"
        for damaged in truth["damaged_files"]
        if damaged["kind"] in {"unknown", "empty"}
    ]

    said = {line.split(": ")[0].strip(): line for line in ended.out.splitlines() if re.match(r"  \S+: \w+: ", line)}

    assert unknown
    assert set(unknown) <= set(said)
    assert ended.code == 2
    assert "Traceback" not in ended.err


def test_a_second_run_changes_no_row_and_touches_no_page(rerun):
    (tables, pages), _, (tables_again, pages_again) = rerun

    assert tables_again == tables
    assert pages_again == pages


def test_a_second_run_sets_nothing_aside_anew(rerun):
    _, ended, _ = rerun

    assert ended.code == 0, ended.err
    assert "set aside):" not in ended.out


def test_retry_looks_again_at_what_was_set_aside(rerun, undisturbed, inbox, wattworth, hashes):
    home, _ = undisturbed

    ended = wattworth("run", "--home", home.root, "--inbox", inbox, "--retry")

    assert ended.code == 2
    assert "scan-0001.dat" in ended.out
    assert hashes(home) == rerun[2][0]


@pytest.mark.usefixtures("rerun")
def test_the_entries_of_a_run_add_up_to_what_the_run_used(undisturbed, wattworth):
    home, _ = undisturbed

    found = wattworth(
        "sql",
        "select cpu_s, entries_cpu_s, overhead_cpu_s from mart_runs order by started_at_utc",
        "--json",
        "--home",
        home.root,
    )

    first_cpu_s, first_entries_cpu_s, overhead_cpu_s = json.loads(found.out)["rows"][0]
    assert first_entries_cpu_s == pytest.approx(first_cpu_s, rel=0.02)
    assert 0 < overhead_cpu_s < first_cpu_s


@pytest.mark.usefixtures("rerun")
def test_the_cost_page_says_what_the_ledger_says(undisturbed, wattworth):
    home, _ = undisturbed
    ledger = json.loads(wattworth("ledger", "--json", "--home", home.root).out)
    page = (home.site / "cost.html").read_text()

    totals, entries = ledger["totals"], ledger["entries"]

    assert totals["entry_count"] == len(entries)
    assert totals["cpu_s"] == pytest.approx(sum(entry["cpu_s_own"] for entry in entries))
    assert totals["e_it_q50"] == pytest.approx(sum(entry["e_it_q50"] for entry in entries))
    assert "close" in {entry["step_key"] for entry in entries}
    for quantity in ("e_it", "g_operational", "g_embodied", "water_ml"):
        assert str(amount(totals, quantity)) in page


def test_explain_follows_a_published_value_to_its_file(undisturbed, wattworth):
    home, _ = undisturbed
    found = wattworth(
        "sql",
        "select min(observation_id) from mart_observations where metric = 'ln_rmssd'",
        "--json",
        "--home",
        home.root,
    )

    ended = wattworth("explain", json.loads(found.out)["rows"][0][0], "--home", home.root)

    assert ended.code == 0
    assert "→ reader" in ended.out
    assert "cost: " in ended.out


def test_the_run_is_in_the_history_the_ui_shows(undisturbed):
    home, _ = undisturbed

    with instance(home) as history:
        run = history.get_runs()[-1]

    assert run.is_success
    assert run.tags["wattworth/trigger"] == "command_line"


def test_inspect_reads_the_same_files_as_the_run(undisturbed, inbox, wattworth):
    home, _ = undisturbed
    query = "select path, status, is_partial from mart_source_files where member_path is null and athlete_id = 1"
    stored = json.loads(wattworth("sql", query, "--json", "--home", home.root).out)["rows"]
    folder = min(path for path in inbox.iterdir() if path.is_dir())

    ended = wattworth("inspect", "--json", *[folder / path for path, _, _ in stored])

    found = {item["file"]: item["status"] for item in map(json.loads, ended.out.splitlines()) if "member" not in item}
    expected = {
        str(folder / path): "unknown" if status == "set_aside" else "partial" if is_partial else "read"
        for path, status, is_partial in stored
    }
    assert found == {path: status for path, status in expected.items() if path in found}
    assert len(found) > 10
