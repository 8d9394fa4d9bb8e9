import json
import subprocess
import sys
from pathlib import Path

import pytest

from wattworth import benches, cli, commands
from wattworth.commands import formats


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help_with_a_sentence_and_its_options(wattworth, command):
    shown = wattworth(command, "--help")

    assert shown.code == 0
    assert f"wattworth {command}" in shown.out
    assert "." in shown.out
    assert "--help" in shown.out


def test_the_list_of_commands_names_each_with_what_it_does(wattworth):
    shown = wattworth("--help")

    assert shown.code == 0
    assert all(f" {command} " in shown.out for command in cli.COMMANDS)
    assert "Exit codes" in shown.out


def test_every_file_of_commands_is_a_command_and_the_other_way_round():
    files = {path.stem for path in Path(commands.__file__).parent.glob("*.py")} - {"__init__"}

    assert files == set(cli.COMMANDS)


def test_every_file_of_benches_is_a_bench_with_options_of_its_own(wattworth):
    files = {path.stem for path in Path(benches.__file__).parent.glob("*.py")} - {"__init__"}

    shown = wattworth("bench", "--help")

    assert "quality" in files
    assert all(f" {name} " in shown.out for name in files)
    assert all(f"wattworth bench {name}" in wattworth("bench", name, "--help").out for name in files)
    assert wattworth("bench", "fly").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("sql", "from mart_observations"),
        ("ledger",),
        ("skipped",),
        ("explain", "0123456789ab"),
        ("run",),
        ("run", "--models", "crystal_ball"),
        ("run", "--squad", "nobody"),
        ("note", "robin", "ill"),
        ("inspect", "--time-zone", "Mars/Olympus", "x.fit"),
    ],
    ids=" ".join,
)
def test_what_the_user_can_mend_is_one_line_on_stderr_and_exit_code_2(wattworth, home, arguments):
    home.inbox.mkdir()
    located = () if arguments[0] == "inspect" else ("--home", home.root)

    ended = wattworth(*arguments, *located)

    assert ended.code == 2
    assert ended.err.startswith("wattworth: ")
    assert len(ended.err.strip().splitlines()) == 1
    assert "Traceback" not in ended.err


def test_a_home_that_cannot_be_written_to_is_one_line(wattworth, home):
    (home.inbox / "robin").mkdir(parents=True)
    home.warehouse.write_text("a file in its place")

    ended = wattworth("run", "--home", home.root)

    assert ended.code == 2
    assert "cannot be written to" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_bug_of_ours_keeps_its_traceback(monkeypatch):
    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(formats, "readers", broken)
    monkeypatch.setattr(sys, "argv", ["wattworth", "formats"])

    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_an_interrupt_is_one_line_and_exit_code_130(monkeypatch, wattworth):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(formats, "readers", interrupted)

    ended = wattworth("formats")

    assert ended.code == 130
    assert ended.err == "wattworth: interrupted; nothing is half done, run again to go on\n"


def test_an_unknown_command_or_option_is_refused_with_exit_code_2(wattworth):
    assert wattworth("fly").code == 2
    assert wattworth("sql", "--colour", "red").code == 2


IMPORTED_ALONE = """
import importlib, os, sys
import duckdb, numpy, polars, wattworth.cli
assert "dagster" not in sys.modules
for command in sys.argv[1:]:
    if os.fork() == 0:
        importlib.import_module(f"wattworth.commands.{command}")
        os.write(1, f"{command} {'dagster' in sys.modules}\\n".encode())
        os._exit(0)
    os.wait()
"""


def test_only_the_command_that_runs_it_imports_the_orchestrator():
    commands = sorted({*cli.COMMANDS} - {"run"})

    answer = subprocess.run(
        [sys.executable, "-c", IMPORTED_ALONE, *commands], capture_output=True, text=True, check=True
    )

    assert answer.stdout.split("\n") == [*(f"{command} False" for command in commands), ""]


def test_formats_lists_each_reader_with_how_sure_we_are(wattworth):
    found = json.loads(wattworth("formats", "--json").out)

    assert "fit" in {reader["name"] for reader in found}
    assert all(reader["certainty"] for reader in found)


def test_checks_lists_each_rule_with_thresholds_and_their_sources(wattworth):
    found = json.loads(wattworth("checks", "--json").out)

    assert found
    assert all(check["documentation"] and check["consequence"] and check["remedy"] for check in found)
    assert all(threshold["source"] for check in found for threshold in check["thresholds"])


def test_models_lists_the_ladder_before_anything_was_run(wattworth, home):
    found = json.loads(wattworth("models", "--json", "--home", home.root).out)

    assert "ridge" in {rung["name"] for rung in found["rungs"]}
    assert found["results"] == []
