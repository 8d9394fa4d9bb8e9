"""What the list of a night is worth: every line and the figures of the last bench of it that was kept in this home."""

from collections.abc import Sequence

from dashboards.figures.plotted import plotted
from dashboards.figures.proof import Spread
from dashboards.figures.proof_shares import ShareRow, shares
from dashboards.proofs import VERDICT_SHAPES, Figures, Proof, counts, links, ordered, told
from dashboards.site import render

TEMPLATE = "proof_list.html.j2"
OURS = "ours"
SEVERITIES = ("mild", "moderate", "severe")
WHOLE = ", whole budget"
"""Ending of the name of a list that has as many rows a night as a coach could take in."""


def list_page(proof: Proof, others: Sequence[Proof] = ()) -> str:
    """The page, from what the bench stored; it links to the pages of the other benches that are kept."""
    figures = proof.figures
    assert figures is not None
    lines = ordered([line | {"verdict": _verdict(line["is_met"])} for line in figures["promises"]])
    lists = figures["lists"]
    nights = night_rows(figures)
    return render(
        TEMPLATE,
        proof=proof,
        figures=figures,
        others=links(others, besides=proof),
        lines=lines,
        counts=counts(lines),
        shapes=VERDICT_SHAPES,
        night_figure=plotted(shares(nights, title="rows a night", highest=None), "rows-a-night"),
        nights=nights,
        recall_figure=plotted(shares(recall_rows(lists), title="episodes named (%)", highest=100.0), "recall"),
        severities=SEVERITIES,
        lists=lists,
        all_kinds=[cell for cell in _named(lists, OURS)["cells"] if cell["kind"] != "all"],
        together=together,
        told=told,
    )


def night_rows(figures: Figures) -> list[ShareRow]:
    """Rows a night on which nothing happened: what was expected by chance, and what was shown."""
    stable, real = figures["stable"], figures["real"]
    found = [_nights("generated", stable, stable["per_night_interval"])]
    return found + ([_nights("real days drawn anew", real, None)] if real else [])


def _nights(name: str, one: Figures, interval: Sequence[float] | None) -> ShareRow:
    expected, shown = (one[which] / one["night_count"] for which in ("expected_count", "shown_count"))
    low, high = interval or (None, None)
    where = f"{one['night_count']} nights of {one['athlete_count']} athletes"
    return ShareRow(
        name=name,
        points=(
            Spread(value=expected, low=None, high=None, told=f"{expected:.2f} expected, {where}"),
            Spread(value=shown, low=low, high=high, told=f"{told(shown, interval)} shown, {where}"),
        ),
        filled=(False, True),
    )


def recall_rows(lists: Sequence[Figures]) -> list[ShareRow]:
    """Episodes named at each severity by our list and by its rivals, ours first, then those of the whole budget."""
    rivals = sorted((one for one in lists if one["name"] != OURS), key=lambda one: not one["name"].endswith(WHOLE))
    return [
        ShareRow(
            name=one["name"],
            points=tuple(_recall(together(one, severity), severity) for severity in SEVERITIES),
            filled=(one["name"] == OURS,) * len(SEVERITIES),
        )
        for one in (_named(lists, OURS), *rivals)
    ]


def together(one: Figures, severity: str) -> Figures:
    """Episodes of all kinds of one severity."""
    return next(cell for cell in one["cells"] if (cell["kind"], cell["severity"]) == ("all", severity))


def _recall(cell: Figures, severity: str) -> Spread | None:
    if cell["recall"] is None:
        return None
    low, high = cell["recall_interval"]
    said = f"{severity}, {told(cell['recall'], cell['recall_interval'], percent=True)}"
    said += f", {cell['found_count']} of {cell['episode_count']}"
    return Spread(value=100 * cell["recall"], low=100 * low, high=100 * high, told=said)


def _named(lists: Sequence[Figures], name: str) -> Figures:
    return next(one for one in lists if one["name"] == name)


def _verdict(is_met: bool | None) -> str:  # noqa: FBT001 - the verdict itself
    return {True: "met", False: "missed", None: "not measured here"}[is_met]
