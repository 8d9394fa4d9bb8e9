"""How good the checks are: every target and the figures of the last bench that was kept in this home."""

from collections.abc import Iterable, Sequence

from dashboards import words
from dashboards.figures.plotted import plotted
from dashboards.figures.proof import (
    SEVERITIES,
    CoverageRow,
    ErrorRow,
    RecallRow,
    Spread,
    ToolRow,
    coverage_by_stratum,
    errors_before_and_after,
    errors_by_tool,
    recall_map,
)
from dashboards.proofs import VERDICT_SHAPES, Figures, Proof, counts, links, ordered, told
from dashboards.site import render

TEMPLATE = "proof.html.j2"

MIDDLE = 2
"""Severity of which errors are drawn; the table has all."""
VALUES = {
    "hrv_day": "ln RMSSD",
    "resting_hr": "resting heart rate",
    "load": "heart rate",
    "distance": "distance",
    "mean_pace": "pace",
}
"""Purposes drawn, by the value they rest on; baseline and zones share the figures of day and load."""
OURS = "ours"
KINDS_DRAWN = frozenset({OURS, "package", "rule"})


def proof_page(proof: Proof, others: Sequence[Proof] = ()) -> str:
    """The page, from what the bench stored; it links to the pages of the other benches that are kept."""
    figures = proof.figures
    assert figures is not None
    recalls = recall_rows(figures)
    drawn = [row for row in recalls if any(one and one.value < 1 for one in (*row.generated, *row.real))]
    tracks = [one for one in figures["tracks"] if one["severity"]]
    errors = {
        "rmssd": _rmssd_rows(figures["rmssd"]),
        "distance": _track_rows(tracks, "distance"),
        "pace": _track_rows(tracks, "mean_pace"),
    }
    wanted = figures["expected_error"]["targets"]
    strata = coverage_rows(figures["expected_error"]["strata"], fewest=wanted["fewest_subjects"])
    band = tuple(100 * end for end in wanted["coverage"])
    tools = {name: tool_rows(figures["peers"][key]) for name, key in (("generated", "errors"), ("real", "real_errors"))}
    figure_of_errors = {
        name: plotted(errors_before_and_after(rows, title="error (%), median"), f"errors-{name}")
        for name, rows in errors.items()
        if rows
    }
    return render(
        TEMPLATE,
        figures=figures,
        proof=proof,
        others=links(others, besides=proof),
        targets=ordered(figures["targets"]),
        counts=counts(figures["targets"]),
        shapes=VERDICT_SHAPES,
        peers=figures["peers"],
        recalls=recalls,
        perfect_count=len(recalls) - len(drawn),
        recall_figure=plotted(recall_map(drawn), "recall") if drawn else None,
        errors=figure_of_errors,
        rmssd=figures["rmssd"],
        tracks=tracks,
        strata=figures["expected_error"]["strata"],
        band=band,
        fewest=wanted["fewest_subjects"],
        coverage_figure=plotted(coverage_by_stratum(strata, band=(band[0], band[1])), "coverage-by-stratum"),
        tools={
            name: plotted(errors_by_tool(rows, title="error (%), median"), f"tools-{name}")
            for name, rows in tools.items()
            if rows
        },
        conditions=list(dict.fromkeys(one["condition"] for one in figures["peers"]["errors"])),
        judging=figures["judging"],
        alarms=figures["false_alarms"],
        real=figures["real_files"],
        told=told,
        name_of=name_of,
    )


def recall_rows(figures: Figures) -> list[RecallRow]:
    """Recall of every fault that some check looks for, generated and in real files."""
    generated = {(one["fault"], one["severity"]): one for one in figures["faults"]}
    real = {(one["fault"], one["severity"]): one for one in (figures["real_files"] or {"faults": []})["faults"]}
    names = dict.fromkeys(one["fault"] for one in figures["faults"])
    return [
        RecallRow(
            name=words.plain(name),
            generated=tuple(_recall(generated.get((name, severity))) for severity in SEVERITIES),
            real=tuple(_recall(real.get((name, severity))) for severity in SEVERITIES),
        )
        for name in names
    ]


def _recall(one: Figures | None) -> Spread | None:
    if one is None or one["recall"] is None:
        return None
    low, high = one["recall_interval"]
    said = f"severity {one['severity']}, {told(one['recall'], one['recall_interval'])}"
    said += f", {one['found_count']} of {one['event_count']}"
    return Spread(value=one["recall"], low=low, high=high, told=said)


def _rmssd_rows(scores: Iterable[Figures]) -> list[ErrorRow]:
    middle = [one for one in scores if one["severity"] == MIDDLE and one["before_median"]]
    return [
        _error_row(words.plain(one["fault"]), one, one["intervals"], withheld=one["subject_count"]) for one in middle
    ]


def _track_rows(scores: Iterable[Figures], purpose: str) -> list[ErrorRow]:
    return [
        _error_row(
            f"{one['fault']}, {'placed' if one['recorder'] == 'positions alone' else one['recorder']}",
            one[purpose],
            {name.removesuffix("_interval"): own for name, own in one[purpose].items() if name.endswith("_interval")},
            withheld=one["run_count"],
        )
        for one in scores
        if one["severity"] == MIDDLE
    ]


def _error_row(name: str, one: Figures, intervals: Figures, *, withheld: int) -> ErrorRow:
    after = one["after_median"]
    left = f", {one['withheld_count']} of {withheld} withheld"
    return ErrorRow(
        name=name,
        before=_percents(one["before_median"], intervals.get("before_median"), ""),
        after=None if after is None else _percents(after, intervals.get("after_median"), left),
    )


def _percents(share: float, interval: Sequence[float] | None, more: str) -> Spread:
    low, high = interval or (None, None)
    return Spread(
        value=100 * share,
        low=None if low is None else 100 * low,
        high=None if high is None else 100 * high,
        told=f"{told(share, interval, percent=True)}{more}",
    )


def coverage_rows(strata: Iterable[Figures], *, fewest: float) -> list[CoverageRow]:
    """The strata that are drawn: of purposes that share their figures, one."""
    return [
        CoverageRow(
            name=f"{VALUES[one['purpose']]}, {one['source']} {one['flagged']}",
            share=Spread(
                value=100 * one["coverage"],
                low=100 * one["coverage_interval"][0],
                high=100 * one["coverage_interval"][1],
                told=f"{told(one['coverage'], one['coverage_interval'], percent=True)} of {one['subject_count']}",
            ),
            is_large=one["subject_count"] >= fewest,
        )
        for one in strata
        if one["purpose"] in VALUES
    ]


def tool_rows(scores: Iterable[Figures]) -> list[ToolRow]:
    """Median error of every tool that gives an RMSSD as it comes, condition by condition."""
    kept = [one for one in scores if one["kind"] in KINDS_DRAWN]
    conditions = list(dict.fromkeys(one["condition"] for one in kept))
    by = {(one["tool"], one["condition"]): one for one in kept}
    return [
        ToolRow(
            name=name,
            is_ours=name == OURS,
            errors=tuple(_tool_error(by.get((name, condition))) for condition in conditions),
        )
        for name in dict.fromkeys(one["tool"] for one in kept)
    ]


def _tool_error(one: Figures | None) -> Spread | None:
    if one is None or one["median"]["value"] is None:
        return None
    own = one["median"]
    spread = _percents(own["value"], (own["low"], own["high"]), "")
    return Spread(value=spread.value, low=spread.low, high=spread.high, told=f"{one['condition']}, {spread.told}")


def name_of(name: str) -> str:
    """A name without its underscores."""
    return words.plain(name)
