"""The house stays small: short modules, shorter functions."""

import ast
import statistics
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("wattworth", "pipelines", "assets", "dashboards", "sql")
MODULES = sorted(path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py"))


def _functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_a_module_has_at_most_400_lines_and_its_functions_at_most_80(path):
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= 400, f"{path.relative_to(REPOSITORY)} has {lines} lines: split it by meaning"
    long = [(name, length) for name, length in _functions(path) if length > 80]
    assert not long, f"too long: {long}; give each step of it a name"


def test_the_median_module_has_at_most_130_lines():
    lengths = [path.read_text(encoding="utf-8").count("\n") for path in MODULES]

    assert statistics.median(lengths) <= 130


def test_nineteen_of_twenty_functions_have_at_most_45_lines():
    lengths = sorted(length for path in MODULES for _, length in _functions(path))

    assert lengths[int(0.95 * len(lengths))] <= 45


def test_no_module_is_named_for_nothing():
    nothing = {"utils.py", "helpers.py", "common.py", "base.py", "misc.py"}

    assert not [path for path in MODULES if path.name in nothing], "name a module for what it knows"
