"""The pages of the bench of the list and of that of experiments: lines, figures beside rivals, stale ones said so."""

import json
import re

import pytest

from dashboards import words
from dashboards.pages.proof_experiments import beside, experiments_page, power_rows
from dashboards.pages.proof_list import list_page, night_rows, recall_rows
from dashboards.proofs import Proof, read_kept
from dashboards.publish import build_proofs
from dashboards.site import Site
from pipelines.paths import home
from pipelines.proofs.stored import ATTENTION, EXPERIMENTS, QUALITY, keep_proof, proof_file

BENCHES = {"list": ATTENTION, "experiments": EXPERIMENTS}
BUILT = {"list": list_page, "experiments": experiments_page}


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture(params=BENCHES)
def which(request) -> str:
    return request.param


@pytest.fixture
def kept(bench_figures):
    def make(which, **given) -> Proof:
        figures = bench_figures(BENCHES[which], **given)
        return Proof(bench=BENCHES[which], figures=figures, text=json.dumps(figures))

    return make


def test_every_line_stands_with_its_verdict_the_missed_one_first(which, kept):
    text = text_of(BUILT[which](kept(which)))

    assert "1 of 2 lines met, 1 missed, 0 not measured here." in text
    assert text.index("✕ missed") < text.index("● met", text.index("Verdict"))
    assert "Simulated." in text
    assert "stale" not in text


def test_figures_of_other_rules_are_stale(which, kept):
    text = text_of(BUILT[which](kept(which, rules_version="older")))

    assert "These figures are stale." in text
    assert f"wattworth bench {BENCHES[which].name} --into-site measures them anew" in text


def test_the_pages_use_none_of_the_words_that_pages_never_use_and_no_id_twice(which, kept):
    page = BUILT[which](kept(which))

    ids = re.findall(r'\bid="([^"]+)"', page)
    assert words.lint(page) == []
    assert sorted(ids) == sorted(set(ids))


def test_a_page_links_to_those_that_are_kept_and_to_no_other(kept, tmp_path):
    made = Site.at(tmp_path)
    both, gone = [kept("list"), kept("experiments"), Proof()], [kept("list"), Proof(bench=EXPERIMENTS), Proof()]

    assert build_proofs(made, both) == 2
    assert 'href="proof-experiments.html"' in (tmp_path / "proof-list.html").read_text()
    assert build_proofs(made, gone) == 1
    assert "proof-experiments.html" not in (tmp_path / "proof-list.html").read_text()
    assert [path.name for path in tmp_path.glob("*.html")] == ["proof-list.html"]


def test_ours_stands_first_and_rivals_with_the_whole_budget_before_those_cut_to_our_length(kept):
    rows = recall_rows(kept("list").figures["lists"])

    assert [row.name for row in rows] == ["ours", "by rule, whole budget", "by rule, as many rows as ours"]
    assert [one.value for one in rows[0].points] == [80.0, 80.0, 80.0]
    assert rows[0].points[0].told == "mild, 80.0 % (60.0\N{EN DASH}90.0), 8 of 10"
    assert [row.filled[0] for row in rows] == [True, False, False]


def test_what_was_expected_stands_beside_what_was_shown_and_real_days_below(kept):
    generated, real = night_rows(kept("list").figures)
    (alone,) = night_rows(kept("list", real=None).figures)

    assert [one.value for one in generated.points] == [0.5, 0.25]
    assert (generated.points[1].low, generated.points[1].high) == (0.2, 0.3)
    assert real.points[1].low is None
    assert alone.name == "generated"


@pytest.mark.parametrize(("stated", "said"), [(0.61, "overstated"), (0.60, "as stated"), (0.39, "understated")])
def test_power_is_overstated_when_it_lies_above_what_was_seen(stated, said):
    assert beside({"stated": stated, "lower": 0.4, "upper": 0.6}) == said


def test_a_group_that_nobody_is_in_is_not_drawn(kept):
    (row,) = power_rows(kept("experiments").figures["powers"])

    assert row.name == "all"
    assert [one.value for one in row.points] == pytest.approx([50.0, 55.0])


@pytest.mark.parametrize("change", [{"bench": "quality"}, {"format": 99}])
def test_figures_of_another_bench_make_no_page_and_say_why(kept, tmp_path, change):
    where = home(tmp_path)
    where.warehouse.mkdir(parents=True)
    keep_proof(proof_file(where, ATTENTION), json.dumps(dict(kept("list").figures) | change))

    found = read_kept(where, ATTENTION)

    assert found.figures is None
    assert "wattworth bench attention --into-site" in found.why_not
    assert read_kept(where, QUALITY).why_not == ""
