"""One athlete: twelve weeks on one time axis, and every value of six weeks with what it rests on."""

import json
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboards import amounts, words
from dashboards.concerns import missing
from dashboards.figures.lanes import LANES, answer, held, lanes, legend
from dashboards.figures.plotted import plotted
from dashboards.marts import ATHLETE_DAYS, TABLE_DAYS, AthleteMarts
from dashboards.rules import NEEDS, limits_of, rules_behind
from dashboards.site import render
from dashboards.stretches import SUBJECT_LIMIT, stretches
from pipelines.observations.outside import METRICS
from pipelines.quality.expected_error import UNITS

TEMPLATE = "athlete.html.j2"
UNIT_ENDINGS = {"m_per_s": "m/s", "s_per_km": "s/km", "ln_ms": "ln ms", "ms": "ms", "s": "s", "bpm": "bpm", "m": "m"}
"""Endings of names in stored evidence, longest first, with the unit they stand for."""
FLAG_LIMIT = 4
"""Flags listed under one value; the command beside them lists all."""


def athlete_page(marts: AthleteMarts, squad_page: str, receipts: pl.DataFrame | None = None) -> str:
    """The page; `squad_page` is the name of the page of the athlete's squad.

    `receipts` has rows of queries/receipts_of_observations.sql: what one value of each kind has cost so far.
    """
    today = marts.page_date
    listed = _listed(marts)
    rows = [row for day in listed for row in day["rows"]]
    spoiled = stretches(marts.flags, {row["subject_id"]: words.plain(row["sport"]) for row in rows if row["sport"]})
    return render(
        TEMPLATE,
        athlete=marts.athlete.to_dicts()[0],
        quoted_title=True,
        squad_page=squad_page,
        today=today,
        figure=plotted(lanes(marts, today), f"lanes-{marts.athlete_id}")
        if today and held(marts).intersection(lane[0] for lane in LANES)
        else None,
        empty_lanes=[words.metric(name) for name, *_ in LANES if name not in {*held(marts), "spans"}],
        figure_label=_label(marts),
        notes=_notes(marts),
        note_count=marts.notes.height,
        answers=_answers(marts),
        answer_count=marts.wellness.height,
        legend=legend(marts),
        changes=marts.device_changes.sort("change_date", "metric", descending=[True, False]).to_dicts(),
        restatements=marts.restatements.sort("observed_date", descending=True).to_dicts(),
        days=listed,
        value_count=len(rows),
        stretches=spoiled[:SUBJECT_LIMIT],
        stretch_subjects={one.subject_id for one in spoiled[:SUBJECT_LIMIT]},
        stretch_count=len(spoiled),
        rules=rules_behind([*marts.flags["check_name"], *(name for row in rows for name in _named(row))]),
        limits=limits_of(row["purpose"] for row in rows),
        needs=NEEDS,
        purpose_units=UNITS,
        compared=METRICS,
        gaps=_gaps(marts),
        patterns=marts.patterns.sort("end_date", "pattern", descending=[True, False]).to_dicts(),
        trust=marts.trust.to_dicts(),
        skipped=marts.skipped.filter(pl.col("kind") != "duplicate").to_dicts(),
    )


def _listed(marts: AthleteMarts) -> list[dict[str, Any]]:
    """Days of the table, latest first, each with its values and their flags."""
    if marts.page_date is None:
        return []
    flags: dict[str, list[dict[str, Any]]] = {}
    for flag in marts.flags.sort("subject_id", "check_name", "segment_index").to_dicts():
        flags.setdefault(flag["subject_id"], []).append(flag)
    recent = marts.observations.filter(pl.col("observed_date") > marts.page_date - timedelta(days=TABLE_DAYS))
    order = list(words.METRICS)
    days: dict[date, list[dict[str, Any]]] = {}
    rows = recent.to_dicts()
    rows.sort(
        key=lambda row: (order.index(row["metric"]) if row["metric"] in order else len(order), row["observation_id"])
    )
    for row in rows:
        found = flags.get(row["subject_id"], [])
        shown = {"facts": facts(row["evidence"]), "flags": found[:FLAG_LIMIT], "flag_count": len(found)}
        days.setdefault(row["observed_date"], []).append({**row, **shown})
    return [{"on": on, "rows": days[on]} for on in sorted(days, reverse=True)]


def _named(row: dict[str, Any]) -> list[str]:
    return [reason["check_name"] for reason in row["reasons"]]


def facts(evidence: str) -> list[tuple[str, str]]:
    """The figures a value rests on, as words and plain numbers; text that is not JSON stands as it is."""
    try:
        stated = json.loads(evidence)
    except json.JSONDecodeError:
        return [("evidence", evidence)] if evidence else []
    if not isinstance(stated, dict):
        return [("evidence", evidence)]
    return [_fact(name, value) for name, value in stated.items()]


def _fact(name: str, value: object) -> tuple[str, str]:
    """Name and figure; a unit at the end of a name of ours goes behind the figure."""
    ending = next((ending for ending in UNIT_ENDINGS if name.endswith(f"_{ending}")), "")
    named = words.plain(name.removesuffix(f"_{ending}") if ending else name)
    if value is None:
        return named, amounts.NOT_KNOWN
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if name.endswith("_fraction"):
            return named, amounts.percent(value)
        return named, f"{value:.6g} {UNIT_ENDINGS.get(ending, '')}".strip()
    return named, str(value)


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


def _gaps(marts: AthleteMarts) -> list[dict[str, Any]]:
    """What was expected and is not there in twelve weeks, the latest first."""
    if marts.page_date is None:
        return []
    return [gap for one in missing(marts.gaps, marts.page_date, days=ATHLETE_DAYS) for gap in one.gaps]


def _label(marts: AthleteMarts) -> str:
    counts = marts.observations.group_by("metric").agg(
        pl.len().alias("value_count"), (pl.col("grade") == "ok").sum().alias("ok_count")
    )
    told = [
        f"{words.metric(row['metric'])}: {words.count(row['value_count'], 'value')}, {row['ok_count']} graded ok"
        for row in counts.sort("metric").to_dicts()
    ]
    return "Twelve weeks on one time axis. " + ("; ".join(told) or "No values") + ". The table below lists them."
