"""The options of benches that measure nothing: figures of a file, and what does not go together."""

import json

import pytest


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps({"format": 1, "seed": 7}), encoding="utf-8")
    return path


def test_figures_of_a_file_are_printed_and_written_without_measuring(wattworth, stored, tmp_path):
    copy = tmp_path / "copy.json"

    ended = wattworth("bench", "quality", "--from", stored, "--json", "--into", copy)

    assert ended.code == 0
    assert json.loads(ended.out) == json.loads(copy.read_text()) == {"format": 1, "seed": 7}


@pytest.mark.parametrize("is_json", [True, False])
def test_kept_figures_of_experiments_are_a_page_and_what_a_program_reads_is_json_alone(wattworth, tmp_path, is_json):
    figures = {"format": 1, "bench": "experiments", "made_at_utc": "2026-11-01T10:00:00+00:00", "rules_version": "1"}
    figures |= {"is_quick": True, "seed": 1, "lines": [], "powers": [], "played": {}}
    (tmp_path / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    asked = ("--from", tmp_path / "figures.json", "--into-site", "--home", tmp_path, *(["--json"] if is_json else []))

    ended = wattworth("bench", "experiments", *asked)

    page = tmp_path / "site" / "proof-experiments.html"
    assert "No experiment with an effect was begun." in page.read_text(encoding="utf-8")
    assert (json.loads(ended.out) == figures) if is_json else (page.name in ended.out)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--peers", "--into-site"), "--peers with --into, --into-site or --from"),
        (("--from", "nowhere.json"), "there is no such file"),
        (("--from", __file__), "it cannot be read"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(wattworth, arguments, found):
    ended = wattworth("bench", "quality", *arguments)

    assert ended.code == 2
    assert found in ended.err
    assert len(ended.err.strip().splitlines()) == 1
