"""The walk through the house names files that are there."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`((?:pipelines|assets|dashboards|sql|wattworth|docs|data|tests)/[\w./]+)`")


@pytest.mark.parametrize("page", sorted((REPOSITORY / "docs").glob("*.md")), ids=lambda path: path.name)
def test_every_file_a_page_names_is_there(page):
    names = set(NAMED.findall(page.read_text(encoding="utf-8")))

    made_by_a_run = ("data/inbox", "data/warehouse", "data/site")
    missing = [n for n in sorted(names) if not n.startswith(made_by_a_run) and not (REPOSITORY / n).exists()]

    assert not missing


def test_the_walk_names_all_eight_stops():
    text = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert re.findall(r"^## (\d) · (\w+)", text, re.MULTILINE) == [
        ("1", "Drop"),
        ("2", "Recognise"),
        ("3", "Read"),
        ("4", "Load"),
        ("5", "Judge"),
        ("6", "Observe"),
        ("7", "Estimate"),
        ("8", "Publish"),
    ]
