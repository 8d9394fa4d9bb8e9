"""The ledger as a person uses it: metering a command, entering readings, reading both."""

import json
import sys

READINGS = "start,end,wh,accuracy_percent,idle_w,meter\n2026-03-01T03:00:00Z,2026-03-01T03:20:00Z,6.4,2,11.5,plug\n"


def test_a_command_is_metered_apart_from_runs_and_a_reading_stands_beside_it(wattworth, home, with_database, tmp_path):
    with_database(home)
    readings = tmp_path / "readings.csv"
    readings.write_text(READINGS)
    command = ["--label", "lint", "--", sys.executable, "-c", "import sys; sys.exit(3)"]

    metered = wattworth("meter", "--home", home.root, *command)
    told = json.loads(wattworth("ledger", "--wall-reading", readings, "--json", "--home", home.root).out)
    words = wattworth("ledger", "--home", home.root).out

    (entry,) = told["entries"]
    assert metered.code == 3
    assert (entry["step_key"], entry["purpose"], entry["status"]) == ("lint", "ci", "failed")
    assert entry["cpu_s_children"] > 0
    assert "country_missing" in entry["doubts"]
    assert [row["purpose"] for row in told["purposes"]] == ["ci"]
    assert [row["energy_wh"] for row in told["wall_readings"]] == [6.4]
    assert "6.4 Wh, of no run (no run in that time)" in words
    assert "country_missing: Nobody stated where the electricity comes from." in words


def test_a_command_that_is_none_is_one_line(wattworth, home):
    ended = wattworth("meter", "--home", home.root, "--", "/no/such/command")

    assert ended.code == 2
    assert "No such file" in ended.err
    assert len(ended.err.strip().splitlines()) == 1
