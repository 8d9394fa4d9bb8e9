"""What the pages of the project tell a newcomer to type exists."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
COMMAND = re.compile(r"\bwattworth ([a-z]+)\b")
RECIPE = re.compile(r"\bmake ([a-z]+)\b")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)\)|<img src=\"([^\"]+)\"")


def _code(text):
    return "\n".join(re.findall(r"```.*?```|`[^`]+`", text, re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_command_a_page_names_exists(page):
    code = _code(page.read_text(encoding="utf-8"))
    commands = {path.stem for path in (REPOSITORY / "wattworth" / "commands").glob("*.py")}
    recipes = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(COMMAND.findall(code)) <= commands
    assert set(RECIPE.findall(code)) <= recipes


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page):
    targets = [first or second for first, second in LINK.findall(page.read_text(encoding="utf-8"))]

    assert not [target for target in targets if not (page.parent / target).exists()]


def test_the_readme_says_what_this_is_not():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")

    assert "no medical device" in text
    assert "prescribes nothing" in text
    assert "simulated" in text
