"""The figures of clean controls are those that the methods page tells."""

import re

import pytest

from pipelines.observations.rule_rates.controls import Control, clean_controls
from pipelines.paths import REPOSITORY

ROW = re.compile(r"^\| ([^|]+) \| ([\d,]+) \| ([\d.]+) \(([\d.]+)-([\d.]+)\) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def told() -> dict[str, tuple[int, float, float, float]]:
    text = (REPOSITORY / "docs" / "methods.md").read_text(encoding="utf-8")
    return {
        name: (int(count.replace(",", "")), *(float(number) for number in numbers))
        for name, count, *numbers in ROW.findall(text)
    }


@pytest.mark.parametrize("control", sorted(set(clean_controls().values()), key=lambda control: control.controls))
def test_a_control_has_the_figures_of_the_methods_page(told, control: Control):
    figures = (control.doubtful_per_100, control.lower_per_100, control.upper_per_100)

    assert told[control.controls] == (control.athlete_day_count, *figures)
