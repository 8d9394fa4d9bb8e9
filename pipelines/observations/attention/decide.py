"""Which few rows a coach is shown of a night: a pure choice out of what the rules say of everybody, without advice.

A row is an athlete. The night's family is every athlete of whom a rule could be tried. Each has one probability
(`rarest`): how often an ordinary night brings as rare a find that has lasted and is not told yet. Whoever may not be
shown, being shown within a week or told of by a note of these days, counts as one with nothing to tell: were the family
smaller for it, the others' line would rise and let in what has waited above it. So does who has nothing rarer than
`MOST_SHARE` of ordinary nights. Those that pass Benjamini-Hochberg over the family may be shown, so that of a night's
rows no larger share than `FALSE_DISCOVERY_RATE` is false in the mean over nights, and a night on which nothing happens
to anybody has a row no more often than that. What there is room for goes by evidence times novelty times persistence. A
known share of the rows is exchanged for one from below the line, so that what coaches find useful can be told apart
from what they are shown; those come on top of the rate.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from math import ceil, comb
from typing import TypeVar

from pipelines.observations.attention import rarest
from pipelines.observations.attention.chance import strength
from pipelines.observations.attention.contract import (
    LOOK,
    NEWS,
    PERSISTENCE_DAYS,
    Candidate,
    Night,
    Row,
    Shown,
)
from pipelines.observations.attention.expected import expected_by_chance

FALSE_DISCOVERY_RATE = 0.25
"""Share of false rows that is borne (fraction): one row of four. Engineering start value, chosen on tuning seeds; at
0.10 more mild episodes are missed than a fixed threshold misses (`docs/decisions/0006`)."""
MOST_SHARE = 0.03
"""Ordinary nights (share) that may bring an athlete as much for it to be worth a row, however much a night has beside
it: where several are shown the line rises, and nights without end would fill up. Engineering start value."""
ROWS_PER_ATHLETES = (4, 20)
"""Rows a coach can take in at the start of a day, for how many athletes. Engineering start value."""
COOLDOWN_DAYS = 7
"""Nights, the one it was shown on included, before an athlete may be shown again. Engineering start value."""
FRESH_DAYS = 2
"""Nights an athlete's last date may lie back for rules tried on it to count. Engineering start value."""
NOVELTY_DAYS = 28
"""Nights before in which having been shown makes a row less new. Engineering start value."""
HELD_OUT_CHANCE = 0.05
"""Probability with which a row is exchanged for one from below the line. Engineering start value."""

Known = TypeVar("Known", Candidate, Shown)

DISCOVERY, PERSISTENCE, NOTED = "false discovery", "persistence", "noted"
COOLDOWN, BUDGET, HELD_OUT = "cooldown", "budget", "held out"
_REASONS = ("", COOLDOWN, NOTED, PERSISTENCE, DISCOVERY)
"""From what comes closest to being shown: the order in which rules of one athlete lead."""
BELOW = (DISCOVERY, PERSISTENCE, BUDGET)
"""Why a row lies below the line and could be shown in the place of another."""


def decide(
    squad: str,
    night_date: date,
    candidates: Iterable[Candidate],
    *,
    athlete_count: int,
    shown_before: Sequence[Shown] = (),
    noted: Collection[int] = (),
) -> Night:
    """Decides a night; `noted` are athletes of whom a note of illness, injury or travel was written lately.

    The same things known give the same rows.
    """
    late = [one for one in candidates if 0 <= (night_date - one.candidate_date).days <= FRESH_DAYS]
    fresh = sorted(late, key=lambda one: (one.athlete_id, one.rule))
    looks = [one for one in fresh if one.kind == LOOK]
    resting = _resting(shown_before, night_date)
    told = _by_key(shown_before)
    tried = _by_key(looks)
    able = {key: found for key, found in tried.items() if key not in resting and key[0] not in noted}
    told_of = [_probability(found, told.get(key, ()), night_date) for key, found in able.items()]
    passed = discoveries([*told_of, *[1.0] * (len(tried) - len(able))])
    # The first alone passes there anyway: where none does, what has not lasted yet is told from what is not rare.
    alone = min(FALSE_DISCOVERY_RATE / max(1, len(tried)), MOST_SHARE)
    line = max(passed, alone)
    rows = []
    for key, found in _by_key(fresh).items():
        held = sorted((one for one in found if one.is_held), key=lambda one: (one.p_value, one.rule))
        if not held:
            continue
        before = told.get(key, ())
        rules = [one.rule for one in found]
        why = {
            one.rule: _why_not(
                one,
                before,
                night_date,
                is_discovery=rarest.probability(rarest.score(one), rules) <= line,
                is_noted=key[0] in noted,
            )
            for one in held
        }
        ordered = sorted(held, key=lambda one: (_REASONS.index(why[one.rule]), one.p_value, one.rule))
        rows.append(_row(key, ordered, why[ordered[0].rule], before, night_date))
    budget = ceil(athlete_count * ROWS_PER_ATHLETES[0] / ROWS_PER_ATHLETES[1])
    placed = _placed([row for row in rows if row.kind == LOOK], budget)
    listed = _exchanged(placed, squad, night_date, able={athlete_id for athlete_id, _ in able})
    news = _placed([row for row in rows if row.kind == NEWS], len(rows))
    return Night(
        night_date=night_date,
        athlete_count=athlete_count,
        compared_count=len({one.athlete_id for one in fresh}),
        tested_count=len(looks),
        budget_count=budget,
        expected_by_chance=expected_by_chance(list(able.values()), line=alone, athlete_count=len(tried), budget=budget),
        rows=tuple(sorted([*listed, *news], key=lambda row: (row.kind, row.place or len(rows) + 1, row.athlete_id))),
    )


def discoveries(p_values: Iterable[float]) -> float:
    """The highest probability that passes the false discovery rate over all that were tried; 0 when none does."""
    ordered = sorted(p_values)
    passing = (p for n, p in enumerate(ordered, 1) if p <= FALSE_DISCOVERY_RATE * n / len(ordered))
    return max(passing, default=0.0)


def _by_key(every: Iterable[Known]) -> dict[tuple[int, str], list[Known]]:
    """What is known of each athlete and kind of row."""
    found: dict[tuple[int, str], list[Known]] = {}
    for one in every:
        found.setdefault((one.athlete_id, one.kind), []).append(one)
    return found


def _probability(tried: Sequence[Candidate], before: Sequence[Shown], night_date: date) -> float:
    """How often an ordinary night brings as rare a find, of what has lasted and leaves something new to say.

    1 where nothing is rare enough for a row on any night.
    """
    scores = [
        rarest.score(one)
        for one in tried
        if one.is_held and rarest.has_lasted(one) and not any(covers(shown, one, night_date) for shown in before)
    ]
    found = rarest.probability(min(scores), [one.rule for one in tried]) if scores else 1.0
    return found if found <= MOST_SHARE else 1.0


def _resting(shown_before: Iterable[Shown], night_date: date) -> set[tuple[int, str]]:
    return {
        (one.athlete_id, one.kind) for one in shown_before if 0 < (night_date - one.night_date).days < COOLDOWN_DAYS
    }


def _why_not(one: Candidate, before: Sequence[Shown], night_date: date, *, is_discovery: bool, is_noted: bool) -> str:
    """Why a rule that holds is no ground to show its athlete; empty when it is one.

    Good news is what its own rule says beyond its error: it is of a day, and takes nobody's place.
    """
    if one.kind == LOOK:
        if not is_discovery:
            return DISCOVERY
        if not rarest.has_lasted(one):
            return PERSISTENCE
        if is_noted:
            return NOTED
    return COOLDOWN if any(covers(shown, one, night_date) for shown in before) else ""


def covers(shown: Shown, one: Candidate, night_date: date) -> bool:
    """Whether an earlier row leaves nothing new to say: within a week, or the same rule unbroken since, for a month."""
    nights = (night_date - shown.night_date).days
    is_told = shown.leading_rule == one.rule and (one.since_date or one.candidate_date) <= shown.night_date
    return 0 < nights < COOLDOWN_DAYS or (is_told and 0 < nights <= NOVELTY_DAYS)


def _row(key: tuple[int, str], held: Sequence[Candidate], why: str, shown: Sequence[Shown], night_date: date) -> Row:
    leading = held[0]
    since = night_date - timedelta(days=NOVELTY_DAYS)
    before = sum(one.leading_rule == leading.rule and since <= one.night_date < night_date for one in shown)
    return Row(
        athlete_id=key[0],
        kind=key[1],
        place=None,
        is_held_out=False,
        rules=tuple(one.rule for one in held),
        evidence=max(0.0, strength(leading.p_value)),
        novelty=1.0 / (1.0 + before),
        persistence=min(1.0, leading.held_day_count / PERSISTENCE_DAYS),
        p_value=leading.p_value,
        show_chance=0.0,
        why_not_shown=why,
        since_date=leading.since_date or leading.candidate_date,
        pattern_ids=tuple(dict.fromkeys(one_id for one in held for one_id in one.pattern_ids)),
        observation_ids=tuple(dict.fromkeys(one_id for one in held for one_id in one.observation_ids)),
    )


def rank(row: Row) -> float:
    """Evidence times novelty times persistence: the order of rows, highest first."""
    return row.evidence * row.novelty * row.persistence


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-rank(row), row.athlete_id))


def _placed(rows: Sequence[Row], budget: int) -> list[Row]:
    able = _in_order(row for row in rows if not row.why_not_shown)
    shown = [replace(row, place=place, show_chance=1.0) for place, row in enumerate(able[:budget], 1)]
    over = [replace(row, why_not_shown=BUDGET) for row in able[budget:]]
    return [*shown, *over, *(row for row in rows if row.why_not_shown)]


def _exchanged(rows: Sequence[Row], squad: str, night_date: date, *, able: Collection[int]) -> list[Row]:
    """The rows with those that chance exchanges for others from below the line, each at its known probability.

    Only athletes that are `able` to be shown come in: nobody in cooldown, nobody of whom a note tells already.
    """
    shown = [row for row in rows if row.place is not None]
    below = _in_order(row for row in rows if row.why_not_shown in BELOW and row.athlete_id in able)
    if not shown or not below:
        return list(rows)
    out = [row for row in shown[: len(below)] if draw(squad, night_date, row.athlete_id) < HELD_OUT_CHANCE]
    pairs = min(len(shown), len(below))
    kept = [replace(row, show_chance=1.0 - HELD_OUT_CHANCE) if n < pairs else row for n, row in enumerate(shown)]
    changed = {(row.athlete_id, row.kind): row for row in kept}
    for row, other in zip(out, below, strict=False):
        withheld = changed[row.athlete_id, row.kind]
        changed[row.athlete_id, row.kind] = replace(withheld, place=None, is_held_out=True, why_not_shown=HELD_OUT)
        changed[other.athlete_id, other.kind] = replace(other, place=row.place, is_held_out=True, why_not_shown="")
    for number, other in enumerate(below[:pairs], 1):
        key = (other.athlete_id, other.kind)
        changed[key] = replace(changed.get(key, other), show_chance=at_least(number, pairs))
    return [changed.get((row.athlete_id, row.kind), row) for row in rows]


def at_least(number: int, of: int) -> float:
    """Probability that chance exchanges at least so many of the rows shown."""
    h = HELD_OUT_CHANCE
    return sum(comb(of, n) * h**n * (1.0 - h) ** (of - n) for n in range(number, of + 1))


def draw(squad: str, night_date: date, athlete_id: int) -> float:
    """A number from 0 to 1 that squad, night and athlete decide: the same ones give the same."""
    digest = hashlib.sha256(f"{squad}|{night_date.isoformat()}|{athlete_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2.0**64
