"""The page of the bench: every target with its verdict, stale figures said to be so, and no page without figures."""

import json
import re

import pytest

from dashboards import words
from dashboards.pages.analyst import analyst_page, read_analyst
from dashboards.pages.proof import coverage_rows, proof_page, recall_rows
from dashboards.proofs import NOTHING_KEPT, Proof, read_kept, told
from dashboards.publish import build_proofs, publish_proof
from dashboards.site import Site
from pipelines.paths import home
from pipelines.proofs.stored import keep_proof, proof_file
from pipelines.quality.stop import VERSION


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def shown(proof_figures) -> str:
    return proof_page(kept(proof_figures()))


def kept(figures) -> Proof:
    return Proof(figures=figures, text=json.dumps(figures))


def test_every_target_stands_with_its_verdict_and_only_a_missed_one_with_its_reason(shown):
    text = text_of(shown)

    assert "1 of 3 targets met, 1 missed, 1 not measured here." in text
    assert "✕ missed" in text
    assert "lost beats there Tried: a wider limit" in text
    assert text.count("Why it is missed") == 1
    assert text.index("marked real beats") < text.index("speed") < text.index("false flags")


def test_the_page_names_its_date_its_rules_and_the_versions_of_other_tools_and_says_simulated(shown):
    text = text_of(shown)

    assert "Measured on Sunday 1 November 2026 with rules" in text
    assert VERSION in text
    assert "NeuroKit2 0.2.13" in text
    assert "systole: not installed" in text
    assert "Simulated, unless a figure says real." in text
    assert "stale" not in text


def test_figures_of_other_rules_are_stale(proof_figures):
    text = text_of(proof_page(kept(proof_figures(rules_version="older"))))

    assert "These figures are stale." in text
    assert f"to {VERSION}" in text


def test_every_figure_has_a_text_alternative_and_a_table(shown):
    figures = re.findall(r'<div class="figure"[^>]*>', shown)

    assert len(figures) == 7
    assert all('role="img" aria-label="' in figure for figure in figures)
    assert shown.count("<summary>All figures") == 5


def test_generated_and_real_recall_stand_side_by_side(proof_figures):
    (row,) = recall_rows(proof_figures())

    assert [one and one.value for one in row.generated] == [0.5, 1.0, None]
    assert [one and one.value for one in row.real] == [None, 0.75, None]
    assert "1.00" in row.generated[1].told


def test_a_stratum_of_few_is_told_from_one_of_enough_and_twins_are_drawn_once(proof_figures):
    figures = proof_figures()

    rows = coverage_rows(figures["expected_error"]["strata"], fewest=100)

    assert [row.name for row in rows] == ["distance, open 0-0.5 %", "distance, open 2-5 %"]
    assert [row.is_large for row in rows] == [True, False]


def test_without_real_files_the_page_says_so_and_stands(proof_figures):
    figures = proof_figures()
    figures["real_files"], figures["peers"]["real_errors"] = None, []

    text = text_of(proof_page(kept(figures)))

    assert "at hand: here it was not" in text
    assert "No real beats were at hand." in text


def test_the_page_uses_none_of_the_words_that_pages_never_use(shown):
    assert words.lint(shown) == []


def test_what_is_not_known_is_empty_and_never_nought():
    assert told(None) == ""
    assert told(0.5, (0.25, 0.75)) == "0.50 (0.25\N{EN DASH}0.75)"
    assert told(0.5, percent=True) == "50.0 %"


def test_the_page_is_built_once_and_goes_with_its_figures(proof_figures, tmp_path):
    made = Site.at(tmp_path)

    assert build_proofs(made, [kept(proof_figures())]) == 1
    assert build_proofs(made, [kept(proof_figures())]) == 0
    assert build_proofs(made, [kept(proof_figures(seed=2))]) == 1
    assert build_proofs(made, [NOTHING_KEPT]) == 0
    assert not (tmp_path / NOTHING_KEPT.page).exists()


def test_a_home_without_a_warehouse_gets_the_page_alone(proof_figures, tmp_path):
    where = home(tmp_path)
    where.warehouse.mkdir(parents=True)
    keep_proof(proof_file(where), json.dumps(proof_figures()))

    publish_proof(where)

    assert [path.name for path in where.site.glob("*.html")] == [NOTHING_KEPT.page]


@pytest.mark.parametrize(
    ("text", "why"), [("{", "it cannot be read"), ('{"format": 99}', "a report of format 99"), ("[]", "no report")]
)
def test_a_file_that_holds_something_else_makes_no_page_and_says_why(tmp_path, text, why):
    where = home(tmp_path)
    where.warehouse.mkdir(parents=True)
    keep_proof(proof_file(where), text)

    found = read_kept(where)

    assert found.figures is None
    assert why in found.why_not


def test_the_analyst_s_page_links_to_the_figures_or_says_how_they_are_made(road, proof_figures):
    marts = read_analyst(road.con, "Road")

    without, fresh, stale, damaged = (
        analyst_page(marts, "coach-road.html", [proof])
        for proof in (
            NOTHING_KEPT,
            kept(proof_figures()),
            kept(proof_figures(rules_version="older")),
            Proof(why_not="It cannot be read."),
        )
    )

    assert "wattworth bench quality --into-site" in without
    assert "proof.html" not in without
    assert '<a href="proof.html">' in fresh
    assert "stale" not in fresh
    assert "those figures are stale" in stale
    assert "It cannot be read." in damaged
