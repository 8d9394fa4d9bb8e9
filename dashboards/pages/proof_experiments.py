"""Whether experiments keep their promise: every line and the figures of the last bench of them kept in this home."""

from collections.abc import Sequence

from dashboards.figures.plotted import plotted
from dashboards.figures.proof import Spread
from dashboards.figures.proof_shares import ShareRow, shares
from dashboards.proofs import VERDICT_SHAPES, Figures, Proof, counts, links, ordered, told
from dashboards.site import render

TEMPLATE = "proof_experiments.html.j2"


def experiments_page(proof: Proof, others: Sequence[Proof] = ()) -> str:
    """The page, from what the bench stored; it links to the pages of the other benches that are kept."""
    figures = proof.figures
    assert figures is not None
    rows = power_rows(figures["powers"])
    return render(
        TEMPLATE,
        proof=proof,
        figures=figures,
        others=links(others, besides=proof),
        lines=ordered(figures["lines"]),
        counts=counts(figures["lines"]),
        shapes=VERDICT_SHAPES,
        power_figure=plotted(shares(rows, title="power (%)", highest=100.0), "power-by-group") if rows else None,
        powers=figures["powers"],
        beside=beside,
        played=figures["played"],
        told=told,
    )


def power_rows(powers: Sequence[Figures]) -> list[ShareRow]:
    """Power as it was stated, and the share of experiments that showed the effect; groups nobody is in are left out."""
    return [
        ShareRow(
            name=one["group"],
            points=(
                Spread(value=100 * one["stated"], low=None, high=None, told=f"{told(one['stated'])} stated"),
                Spread(
                    value=100 * one["shown"],
                    low=100 * one["lower"],
                    high=100 * one["upper"],
                    told=f"{told(one['shown'], (one['lower'], one['upper']))} shown, {one['count']} experiments",
                ),
            ),
            filled=(False, True),
        )
        for one in powers
        if one["shown"] is not None
    ]


def beside(one: Figures) -> str:
    """Whether what was stated lies in the interval of what was seen, above it or below."""
    if one["stated"] > one["upper"]:
        return "overstated"
    return "understated" if one["stated"] < one["lower"] else "as stated"
