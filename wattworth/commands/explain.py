"""`wattworth explain`: where one value, pattern or row comes from, how wrong it may be, and why."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import duckdb
import typer

from pipelines.errors import ConfigurationError
from pipelines.quality.catalogue import checks
from pipelines.warehouse.query import fetched
from pipelines.warehouse.snapshot import open_snapshot
from wattworth.options import HomeOption, JsonOption, located
from wattworth.pattern_in_words import explained_pattern, print_pattern
from wattworth.printing import print_json, print_line, shown
from wattworth.rate_in_words import controls_of, print_rate, rates_of
from wattworth.restated_in_words import print_restatements, restatements_of
from wattworth.row_in_words import explained_row, print_row
from wattworth.share_in_words import print_receipt, receipt_of

app = typer.Typer()

Row = dict[str, Any]


@app.command()
def explain(
    observation: Annotated[
        str, typer.Argument(help="Identifier of an observation, a pattern or a row, as the pages show it.")
    ],
    *,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Explain one value, pattern or row: error, reasons, rules and their sources, files, what changed, SQL, cost."""
    with open_snapshot(located(home)) as con:
        found = explained_pattern(con, observation) or explained_row(con, observation) or _explained(con, observation)
    if as_json:
        print_json(found)
    elif "pattern" in found:
        print_pattern(found)
    elif "row" in found:
        print_row(found)
    else:
        _print_words(found)


def _explained(con: duckdb.DuckDBPyConnection, observation: str) -> Row:
    rows = fetched(con.execute("from mart_observations where observation_id = ?", [observation])).to_dicts()
    if not rows:
        raise ConfigurationError(
            doing="explaining",
            where=repr(observation),
            found="no published value, pattern or row has this identifier",
            remedy="`wattworth sql 'select observation_id, observed_date, metric from mart_observations'` lists them.",
        )
    seen = rows[0]
    subject = [seen["subject_kind"], seen["subject_id"]]
    flags = fetched(con.execute("from mart_flags where subject_kind = ? and subject_id = ? order by all", subject))
    verdicts = fetched(
        con.execute("from mart_verdicts where subject_kind = ? and subject_id = ? order by purpose", subject)
    )
    clock = fetched(con.execute("from mart_clock_doubts where subject_kind = ? and subject_id = ?", subject))
    recordings = fetched(
        con.execute("from mart_merges where merge_id = ? order by is_main desc, activity_id", [seen["merge_id"]])
    )
    source = fetched(con.execute("from mart_source_files where source_file_id = ?", [seen["source_file_id"]]))
    outcomes = fetched(con.execute("from mart_outcomes where subject_kind = ? and subject_id = ?", subject))
    return {
        "observation": seen | {"evidence": json.loads(seen["evidence"]) if seen["evidence"] else {}},
        "flags": flags.to_dicts(),
        "rules": _rules(
            {*flags["check_name"], *(reason["check_name"] for reason in seen["reasons"])},
            rates_of(con, seen["athlete_id"]),
        ),
        "outcomes": next(iter(outcomes.to_dicts()), None),
        "verdicts": verdicts.to_dicts(),
        "clock": next(iter(clock.to_dicts()), None),
        "recordings": recordings.to_dicts(),
        "source_file": next(iter(source.to_dicts()), None),
        "restatements": restatements_of(con, observation),
        "sql": f"from mart_observations where observation_id = '{observation}'",
        "cost": receipt_of(con, seen["athlete_id"], seen["subject_kind"]),
    }


def _rules(names: set[str], rates: Mapping[str, Row]) -> list[Row]:
    """The checks among the names of flags and reasons, with every threshold, its source, and how often they fire."""
    return [
        {
            "name": check.name,
            "version": check.version,
            "documentation": " ".join(check.documentation.split()),
            "thresholds": [vars(threshold) for threshold in check.thresholds],
            "consequence": check.consequence,
            "rate": rates.get(check.name),
            "clean_controls": None if check.name in rates else controls_of(check.name),
        }
        for check in checks()
        if check.name in names
    ]


def _print_words(found: Row) -> None:
    seen = found["observation"]
    value = "withheld" if seen["observed_value"] is None else shown(seen["observed_value"])
    error = "not known" if seen["expected_error"] is None else shown(seen["expected_error"])
    print_line(
        f"{seen['metric']} on {seen['observed_date']} (athlete {seen['athlete_id']}): {value} ± {error} {seen['unit']}"
    )
    print_line(
        f"grade {seen['grade']}, {seen['verdict'].replace('_', ' ')} for {seen['purpose']}; method {seen['method']}"
    )
    _print_limit(found)
    for reason in seen["reasons"]:
        share = "" if reason["share_fraction"] is None else f" ({reason['share_fraction']:.0%} of the error)"
        print_line(f"  reason: {reason['check_name']}{share}")
    if seen["remedy"]:
        print_line(f"  remedy: {seen['remedy']}")
    if seen["baseline_median"] is not None:
        low, high = shown(seen["baseline_lower_limit"]), shown(seen["baseline_upper_limit"])
        print_line(f"usual range {low} to {high} {seen['unit']} from {seen['baseline_day_count']} days")
    print_line(f"rests on: {', '.join(f'{name} {shown(figure)}' for name, figure in seen['evidence'].items())}")
    _print_flags(found["flags"])
    _print_outcomes(found["outcomes"])
    _print_rules(found["rules"])
    _print_overlays(found)
    print_restatements(found["restatements"])
    _print_lineage(found)


def _print_flags(flags: list[Row]) -> None:
    print_line("flags: none" if not flags else "flags:")
    for flag in flags:
        span = (
            "" if flag["start_s"] is None else f", {shown(flag['start_s'])} to {shown(flag['end_s'])} s after the start"
        )
        print_line(f"  {flag['check_name']} ({flag['severity']}): {flag['row_count']} rows{span}: {flag['evidence']}")


def _print_outcomes(outcomes: Row | None) -> None:
    """Which checks found nothing, and which could not be assessed: that is never a pass."""
    if outcomes is None:
        return
    print_line(f"passed: {', '.join(outcomes['passed']) or 'no check'}")
    for one in outcomes["not_assessable"]:
        print_line(f"  not assessable: {one['check_name']}: {one['why']}")


def _print_limit(found: Row) -> None:
    """The verdict as it was decided: the expected error of the subject against the limit of the purpose."""
    for verdict in found["verdicts"]:
        if verdict["purpose"] == found["observation"]["purpose"] and verdict["expected_error"] is not None:
            limit = "no limit" if verdict["error_limit"] is None else f"the limit is {shown(verdict['error_limit'])}"
            print_line(f"  expected error {shown(verdict['expected_error'])} {verdict['unit'] or ''}; {limit}")


def _print_rules(rules: list[Row]) -> None:
    for rule in rules:
        print_line(f"rule {rule['name']}, version {rule['version']}: {rule['documentation']} {rule['consequence']}")
        for one in rule["thresholds"]:
            print_line(f"  {one['name']} {shown(one['number'])} {one['unit']} (source: {one['source']})")
        print_rate(rule["rate"], rule["clean_controls"])


def _print_overlays(found: Row) -> None:
    """Which recordings count as this one activity, and how sure the clock is."""
    for recording in found["recordings"]:
        print_line(f"  recording {recording['source_path']}: {recording['reason']}")
    clock = found["clock"]
    if clock is not None:
        print_line(f"clock: {clock['label']}: {clock['evidence']}")


def _print_lineage(found: Row) -> None:
    source, seen, cost = found["source_file"], found["observation"], found["cost"]
    if source is not None:
        place = f"{source['path']}!{source['member_path']}" if source["member_path"] else source["path"]
        reader = f"reader {source['format']} {source['reader_version']}"
        print_line(
            f"from: {place} ({source['source_file_id']}) → {reader} → {seen['subject_kind']} {seen['subject_id']}"
        )
    print_line(f'SQL: wattworth sql "{found["sql"]}"')
    print_receipt(cost)
