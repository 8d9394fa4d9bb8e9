"""One athlete: the person's words first, then twelve weeks on one time axis, and every value with what it rests on."""

import math
from collections import Counter
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboards import amounts, words
from dashboards.concerns import missing
from dashboards.evidence import check_sets, facts, receipts_of, thresholds, told_once
from dashboards.figures.lanes import answer, lanes, legend, missing_lanes, scale_of
from dashboards.figures.plotted import plotted
from dashboards.marts import ATHLETE_DAYS, TABLE_DAYS, AthleteMarts
from dashboards.restated import SHOWN_LIMIT, Restated, by_value, restated
from dashboards.rules import NEEDS, limits_of, rules_behind
from dashboards.site import render
from dashboards.stretches import SUBJECT_LIMIT, stretches
from pipelines.observations.outside import METRICS
from pipelines.quality.expected_error import UNITS

TEMPLATE = "athlete.html.j2"
FLAG_LIMIT = 4
"""Flags listed under one value; the command beside them lists all."""
COACH = "coach"
"""Author of the notes that stand beside the background card, apart from the athlete's own words."""
FELT_DAYS = 2
"""Days with answers that stand open; all others are folded."""
QUESTION_ORDER = ("open", "answered", "closed")


def athlete_page(marts: AthleteMarts, squad_page: str, receipts: pl.DataFrame | None = None) -> str:
    """The page; `squad_page` is the name of the page of the athlete's squad.

    `receipts` has rows of queries/receipts_of_observations.sql: what one value of each kind has cost so far.
    """
    today, changed = marts.page_date, restated(marts.restatements)
    sets = check_sets(marts.outcomes)
    changed_by = by_value(changed)
    listed = _listed(marts, changed_by, sets)
    rows = [row for day in listed for row in day["rows"]]
    return render(
        TEMPLATE,
        athlete=marts.athlete.to_dicts()[0],
        quoted_title=True,
        squad_page=squad_page,
        today=today,
        **_told(marts),
        **_drawn(marts),
        changes=marts.device_changes.sort("change_date", "metric", descending=[True, False]).to_dicts(),
        restated=changed[:SHOWN_LIMIT],
        restated_count=len(changed),
        restated_by=changed_by,
        days=listed,
        value_count=len(rows),
        listed_ids={row["observation_id"] for row in rows},
        check_sets=told_once(sets),
        thresholds=thresholds(),
        receipts=receipts_of(marts.athlete_id, receipts),
        **_rules(marts, rows),
        gaps=_gaps(marts),
        patterns=marts.patterns.sort("end_date", "pattern", descending=[True, False]).to_dicts(),
        trust=marts.trust.to_dicts(),
        skipped=marts.skipped.filter(pl.col("kind") != "duplicate").to_dicts(),
    )


def _told(marts: AthleteMarts) -> dict[str, Any]:
    """What people said, asked and tried."""
    notes = _notes(marts)
    questions = marts.questions.to_dicts()
    questions.sort(key=lambda row: (QUESTION_ORDER.index(row["state"]), -row["end_date"].toordinal()))
    return {
        "notes": [note for note in notes if not _is_coach(note)],
        "coach_notes": [note for note in notes if _is_coach(note)],
        "note_count": sum(not _is_coach(note) for note in marts.notes.to_dicts()),
        "answers": _answers(marts),
        "felt": _felt(marts),
        "answer_count": marts.wellness.height,
        "questions": questions,
        "open_count": sum(row["state"] == "open" for row in questions),
        "experiments": [_experiment(row) for row in marts.experiments.to_dicts()],
    }


def _drawn(marts: AthleteMarts) -> dict[str, Any]:
    figure = lanes(marts, marts.page_date) if marts.page_date else None
    return {
        "figure": plotted(figure, f"lanes-{marts.athlete_id}") if figure else None,
        "empty_lanes": missing_lanes(marts),
        "figure_label": _label(marts),
        "legend": legend(marts),
    }


def _rules(marts: AthleteMarts, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What was flagged from when to when, and the rules behind it."""
    spoiled = stretches(marts.flags, {row["subject_id"]: words.plain(row["sport"]) for row in rows if row["sport"]})
    return {
        "stretches": spoiled[:SUBJECT_LIMIT],
        "stretch_subjects": {one.subject_id for one in spoiled[:SUBJECT_LIMIT]},
        "stretch_count": len(spoiled),
        "rules": rules_behind([*marts.flags["check_name"], *(name for row in rows for name in _named(row))]),
        "limits": limits_of(row["purpose"] for row in rows),
        "needs": NEEDS,
        "purpose_units": UNITS,
        "compared": METRICS,
    }


def _listed(marts: AthleteMarts, changed: dict[str, list[Restated]], sets: dict[str, Any]) -> list[dict[str, Any]]:
    """Days of the table, latest first, each with its values, their flags and checks, and what changed of them."""
    if marts.page_date is None:
        return []
    flags: dict[str, list[dict[str, Any]]] = {}
    for flag in marts.flags.sort("subject_id", "check_name", "segment_index").to_dicts():
        flags.setdefault(flag["subject_id"], []).append(flag)
    first = marts.page_date - timedelta(days=TABLE_DAYS - 1)
    order = {metric: place for place, metric in enumerate(words.METRICS)}
    days: dict[date, list[dict[str, Any]]] = {}
    recent = [row for row in marts.observed if row["observed_date"] >= first]
    for row in sorted(recent, key=lambda row: (order.get(row["metric"], len(order)), row["observation_id"])):
        found = flags.get(row["subject_id"], [])
        shown = {
            "facts": facts(row["evidence"]),
            "flags": _with_limits(found[:FLAG_LIMIT]),
            "flag_count": len(found),
            "checks": sets.get(row["subject_id"]),
            "restated": changed.get(row["observation_id"], []),
        }
        days.setdefault(row["observed_date"], []).append({**row, **shown})
    return [{"on": on, "rows": days[on]} for on in sorted(days, reverse=True)]


def _with_limits(flags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The flags with the thresholds of their check, each check's once."""
    seen: set[str] = set()
    told = []
    for flag in flags:
        name = flag["check_name"]
        told.append({**flag, "limits": "" if name in seen else thresholds().get(name, "")})
        seen.add(name)
    return told


def _named(row: dict[str, Any]) -> list[str]:
    return [reason["check_name"] for reason in row["reasons"]]


def _is_coach(note: dict[str, Any]) -> bool:
    return str(note["author"]).strip().lower() == COACH


def _notes(marts: AthleteMarts) -> list[dict[str, Any]]:
    """Notes, latest first; the same words on days in a row are told once, with the first of these days."""
    told: list[dict[str, Any]] = []
    for note in marts.notes.sort("note_date", "note_index", descending=True).to_dicts():
        last = told[-1] if told else None
        is_same = last is not None and all(last[name] == note[name] for name in ("author", "kind", "note"))
        if last is not None and is_same and (last["first_date"] - note["note_date"]).days <= 1:
            last["first_date"] = note["note_date"]
        else:
            told.append({**note, "first_date": note["note_date"]})
    return told


def _answers(marts: AthleteMarts) -> list[dict[str, Any]]:
    """One line a day, latest first."""
    rows = marts.wellness.sort("about_date", "answer_index", descending=[True, False]).to_dicts()
    days: dict[date, list[str]] = {}
    for row in rows:
        days.setdefault(row["about_date"], []).append(answer(row))
    return [{"on": on, "text": "; ".join(said)} for on, said in days.items()]


def _felt(marts: AthleteMarts) -> list[dict[str, Any]]:
    """The latest days with answers, each with one line an instrument and scale."""
    rows = marts.wellness.sort("about_date", "answer_index", descending=[True, False]).to_dicts()
    days: dict[date, dict[str, list[str]]] = {}
    for row in rows:
        said = f"{words.plain(row['item'])} {row['answer_value']:g}"
        named = f"{words.plain(row['instrument'])}, {scale_of(row)}"
        days.setdefault(row["about_date"], {}).setdefault(named, []).append(said)
    return [{"on": on, "lines": list(lines.items())} for on, lines in list(days.items())[:FELT_DAYS]]


def _experiment(row: dict[str, Any]) -> dict[str, Any]:
    """An experiment with its estimate as people read it; a difference of logarithms is one in percent."""
    ends = [row[name] for name in ("estimate", "lower", "upper")]
    if any(end is None for end in ends):
        return {**row, "estimate_text": amounts.NOT_KNOWN}
    middle, lower, upper = (_difference(end, row["unit"]) for end in ends)
    return {**row, "estimate_text": f"{middle} ({lower} to {upper})"}


def _difference(value: float, unit: str) -> str:
    if unit == "ln_ms":
        return f"{100 * math.expm1(value):+.0f} %"
    return f"{value / 60:+.0f} min" if unit == "s" else f"{value:+.1f} {unit}"


def _gaps(marts: AthleteMarts) -> list[dict[str, Any]]:
    """What was expected and is not there in twelve weeks, the latest first."""
    if marts.page_date is None:
        return []
    return [gap for one in missing(marts.gaps, marts.page_date, days=ATHLETE_DAYS) for gap in one.gaps]


def _label(marts: AthleteMarts) -> str:
    values = Counter(row["metric"] for row in marts.observed)
    graded_ok = Counter(row["metric"] for row in marts.observed if row["grade"] == "ok")
    told = [
        f"{words.metric(metric)}: {words.count(values[metric], 'value')}, {graded_ok[metric]} graded ok"
        for metric in sorted(values)
    ]
    return "Twelve weeks on one time axis. " + ("; ".join(told) or "No values") + ". The table below lists them."
