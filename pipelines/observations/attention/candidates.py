"""What every rule says of one athlete on the last date: table `attention_candidates`, and the same for any date."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, timedelta

import polars as pl

from pipelines.observations import outside
from pipelines.observations.attention import chance, rarest, together
from pipelines.observations.attention.contract import LOOK, NEWS, PERSISTENCE_DAYS, VERSION, Candidate
from pipelines.observations.attention.nightly import (
    OWN_DAYS,
    Nights,
    found_on,
    held_dates,
    held_share_before,
    nights,
    noted_dates,
)
from pipelines.observations.attention.stock import stock_rules
from pipelines.observations.attention.together import answered, lasted, together_on
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.contract import Pattern, Tried
from pipelines.observations.patterns.history import History
from pipelines.tables import conform, empty

LOOKED_BACK_DAYS = OWN_DAYS + 42
"""Days before the last date that say what is usual, with room for how long a rule has held."""

Judge = Callable[[Pattern, date], Tried | None]


def definition_version() -> str:
    """Version of the decision and of the tables of ordinary days and nights."""
    return f"{VERSION}-{chance.table_version()}-{rarest.table_version()}"


def attention_of(
    athlete_id: int, known: History, patterns: pl.DataFrame, plans: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Tables `attention_candidates` and `stock_rules` of one athlete, from what patterns are found in, and found."""
    return {
        "attention_candidates": attention_candidates(athlete_id, known, patterns),
        "stock_rules": stock_rules(athlete_id, known, plans),
    }


def attention_candidates(athlete_id: int, known: History, patterns: pl.DataFrame) -> pl.DataFrame:
    """Table `attention_candidates` of one athlete; `patterns` are the rows of that table that were found."""
    if known.last_date is None:
        return empty("attention_candidates")
    stored = {row["pattern"]: row for row in patterns.iter_rows(named=True) if row["end_date"] == known.last_date}
    found = candidates_on(
        athlete_id,
        known.last_date,
        series=signs_of(known, known.last_date - timedelta(days=LOOKED_BACK_DAYS)),
        judge=lambda pattern, on: pattern.judge(known, on),
        stored=stored,
    )
    same = {"definition_version": definition_version(), "is_noted": known.last_date in noted_dates(known)}
    rows = [asdict(one) | same for one in found]
    return (
        conform(pl.DataFrame(rows, infer_schema_length=None), "attention_candidates")
        if rows
        else empty("attention_candidates")
    )


def candidates_on(
    athlete_id: int,
    on: date,
    *,
    series: list[Nights],
    judge: Judge,
    stored: Mapping[str, Mapping[str, object]],
) -> Iterator[Candidate]:
    """Every rule that could be tried on a date; `judge` tries a pattern, `stored` has the rows of those that hold."""
    for one in series:
        if one.metric in outside.METRICS:
            yield from _usual_range(athlete_id, on, one)
    yield from _together(athlete_id, on, series)
    for pattern in every_pattern():
        tried = judge(pattern, on)
        if tried is not None:
            yield _pattern(athlete_id, on, pattern, tried, judge=judge, stored=stored.get(pattern.name))


def _usual_range(athlete_id: int, on: date, series: Nights) -> Iterator[Candidate]:
    found = found_on(series, on)
    if not found.is_tried:
        return
    rule = outside.rule(series.metric)
    known = chance.of_rule(rule, outside.VERSION)
    share = chance.UNKNOWN_SHARE if known is None else known.held_share
    plain = Candidate(
        athlete_id=athlete_id,
        rule=rule,
        candidate_date=on,
        kind=LOOK,
        is_held=False,
        held_day_count=0,
        evidence=None,
        p_value=1.0,
        chance_share=share,
    )
    if not found.side:
        yield plain
        return
    count, since = held_dates(series, on, found.side)
    own_held, own_days = held_share_before(series, since)
    yield Candidate(
        **{
            **asdict(plain),
            "is_held": True,
            "held_day_count": count,
            "evidence": found.evidence,
            "p_value": chance.probability(known, found.evidence, own_held=own_held, own_days=own_days),
            "since_date": since,
            "observation_ids": tuple(_ids(series, since, on)),
        }
    )


def signs_of(known: History, since: date = date.min) -> list[Nights]:
    """The nightly metrics of an athlete, and the answers, from a date on."""
    return [*(nights(known, metric, since) for metric in outside.METRICS), answered(known, since)]


def _together(athlete_id: int, on: date, series: list[Nights]) -> Iterator[Candidate]:
    found = together_on(series, on)
    if found is None:
        return
    known = chance.of_rule(together.RULE, together.VERSION)
    by_metric = {one.metric: one for one in series}
    count, since = lasted(series, on) if found.is_held else (0, None)
    yield Candidate(
        athlete_id=athlete_id,
        rule=together.RULE,
        candidate_date=on,
        kind=LOOK,
        is_held=found.is_held,
        held_day_count=count,
        evidence=found.evidence if found.is_held else None,
        p_value=chance.probability(known, found.evidence) if found.is_held else 1.0,
        chance_share=chance.UNKNOWN_SHARE if known is None else known.held_share,
        since_date=since,
        observation_ids=tuple(
            key for name in found.leaning if since for key in _ids(by_metric[name], since, on) if key
        ),
    )


def _ids(series: Nights, since: date, on: date) -> Iterator[str]:
    first = since.toordinal() - outside.WINDOW_DAYS
    for day, key in zip(series.days.tolist(), series.observation_ids, strict=True):
        if first < day <= on.toordinal():
            yield key


def _pattern(
    athlete_id: int,
    on: date,
    pattern: Pattern,
    tried: Tried,
    *,
    judge: Judge,
    stored: Mapping[str, object] | None,
) -> Candidate:
    known = chance.of_rule(pattern.name, pattern.version)
    held = tried.held
    days = [judge(pattern, on - timedelta(days=back)) for back in range(1, PERSISTENCE_DAYS)] if held else []
    row = stored or {}
    return Candidate(
        athlete_id=athlete_id,
        rule=pattern.name,
        candidate_date=on,
        kind=NEWS if pattern.is_good_news else LOOK,
        is_held=held is not None,
        held_day_count=0 if held is None else 1 + sum(one is not None and one.held is not None for one in days),
        evidence=None if held is None else held.evidence_sd,
        p_value=1.0
        if held is None
        else chance.probability(
            known,
            held.evidence_sd,
            own_held=int(str(row.get("earlier_held_count", 0))),
            own_days=int(str(row.get("earlier_day_count", 0))),
        ),
        chance_share=chance.UNKNOWN_SHARE if known is None else known.held_share,
        since_date=None if held is None else row.get("start_date", on),  # type: ignore[arg-type]
        pattern_ids=(str(row["pattern_id"]),) if held is not None and row else (),
        observation_ids=() if held is None else held.observation_ids,
    )
