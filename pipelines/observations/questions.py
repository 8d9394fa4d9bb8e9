"""Questions about days on which something is missing: one for each stretch of days, asked once, whatever comes after.

Gaps of one athlete that share a day are one question, whatever is missing; so are gaps of one signal with no value
between them. A question keeps its name while its gap grows, shrinks, parts or merges: what shares days with one that
was asked before belongs to it, and an answered one takes in what comes to lie on its days. Files that fill the gap and
notes that explain it close it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from pipelines.observations.gaps import SIGNALS, Seen, gaps_in
from pipelines.observations.questions_effects import Answered, answered_signals, excused_days
from pipelines.observations.questions_linked import Linked, linked, unbroken_days
from pipelines.observations.questions_words import question_words
from pipelines.observations.questions_worth import Gap, is_unresolved, is_worth_asking
from pipelines.readers.wattworth_answers import CHOICES
from pipelines.tables import conform, empty

VERSION = 1
MEMORY_DAYS = 28
"""Days after which nobody is asked for the first time: who knows why there was no run two months ago?
Engineering start value."""
OPEN_COUNT = 3
"""Open questions of an athlete that are put first; older ones are folded. Engineering start value."""
NAMED_DAYS = 42
"""Days around the date an answer states in which the question it names is looked for, when it is not stored."""

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question as it is stored, but for its answer."""

    question_id: str
    signal: str
    signals: tuple[str, ...]
    cause: str
    start: date
    end: date
    asked_on: date
    words: str
    state: str = "closed"


def asked(tables: Mapping[str, pl.DataFrame], known: Seen) -> dict[str, pl.DataFrame]:
    """Tables gaps, questions and excused_days of one athlete.

    `tables` has the questions asked before and, in `stg_answers`, what was said about this athlete; `known` is what
    gaps are told by.
    """
    before = _stored(tables["questions"])
    answers = {row["about_id"]: row for row in _in_force(tables["stg_answers"])}
    folder = tables["athletes"]["folder"][0]
    before += _named(folder, [row for key, row in answers.items() if key not in {q.question_id for q in before}])
    plain = gaps_in(known)
    found = _questions(folder, known, before=before, gaps=_rows(plain), answered=set(answers))
    answered = [
        _answered(question, answers[question.question_id]) for question in found if question.state == "answered"
    ]
    excusing = answered_signals(answered)
    return {
        "gaps": gaps_in(known, answered=excusing) if excusing else plain,
        "questions": _frame(known, found, answers),
        "excused_days": excused_days(known.athlete_id, tables, answered),
    }


def question_id(folder: str, signal: str, start: date) -> str:
    """Twelve hexadecimal digits that a question keeps, in this warehouse and in one built anew from the same files."""
    return hashlib.sha256(f"{folder}|{signal}|{start.isoformat()}".encode()).hexdigest()[:12]


def _questions(
    folder: str, known: Seen, *, before: Sequence[Question], gaps: Sequence[Gap], answered: set[str]
) -> list[Question]:
    last = known.there.last_date or date.min
    unresolved = [gap for gap in gaps if is_unresolved(gap)]
    days = unbroken_days(unresolved, known.there)
    worth = {gap for gap in unresolved if is_worth_asking(gap, days=days[gap], planned=known.told.planned, last=last)}
    found: list[Question] = []
    for group in linked(unresolved, before, known.there):
        found += _of_group(folder, group, worth, last=last, answered=answered)
    return sorted(found, key=lambda question: (question.start, question.question_id))


def _of_group(
    folder: str, group: Linked[Question], worth: set[Gap], *, last: date, answered: set[str]
) -> list[Question]:
    """What comes of questions and gaps that belong together: one of them speaks for all days, the others are closed."""
    with_answer = [question for question in group.questions if question.question_id in answered]
    others = [question for question in group.questions if question.question_id not in answered]
    asking = [gap for gap in group.gaps if gap in worth]
    if with_answer:
        main = max(with_answer, key=lambda question: (question.end, question.question_id))
        kept = [_grown(question, ()) for question in with_answer if question is not main]
        return [*kept, _grown(main, group.gaps), *(replace(question, state="closed") for question in others)]
    if others:
        main = min(others, key=lambda question: (question.asked_on, question.start, question.question_id))
        closed = [replace(question, state="closed") for question in others if question is not main or not asking]
        return [*closed, *([_open(main, group.gaps, asking)] if asking else [])]
    if not asking or max(gap.end for gap in asking) < last - timedelta(days=MEMORY_DAYS):
        return []
    first = min(asking, key=lambda gap: (SIGNALS.index(gap.signal), gap.start))
    fresh = Question(
        question_id=question_id(folder, first.signal, first.start),
        signal=first.signal,
        signals=(),
        cause=first.cause,
        start=first.start,
        end=first.end,
        asked_on=last,
        words="",
    )
    return [_open(fresh, group.gaps, asking)]


def _open(question: Question, gaps: Sequence[Gap], asking: Sequence[Gap]) -> Question:
    """The question about what is missing now."""
    start, end = min(gap.start for gap in gaps), max(gap.end for gap in gaps)
    signals = _ordered(gap.signal for gap in gaps)
    cause = min(asking, key=lambda gap: (SIGNALS.index(gap.signal), gap.start)).cause
    words = question_words(start, end, signals, cause)
    return replace(question, state="open", start=start, end=end, signals=signals, cause=cause, words=words)


def _grown(question: Question, gaps: Sequence[Gap]) -> Question:
    """An answered question: its days stay those it was answered for, and what belongs to them joins.

    One known by its answer alone is worded by what is missing.
    """
    start = min([question.start, *(gap.start for gap in gaps)])
    end = max([question.end, *(gap.end for gap in gaps)])
    signals = _ordered([*question.signals, *(gap.signal for gap in gaps)])
    cause, words = question.cause, question.words
    if not words:
        cause = next((gap.cause for gap in gaps if gap.signal == question.signal), cause)
        words = question_words(start, end, signals, cause)
    return replace(question, state="answered", start=start, end=end, signals=signals, cause=cause, words=words)


def _ordered(signals: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(signals), key=SIGNALS.index))


def _named(folder: str, rows: Iterable[Row]) -> list[Question]:
    """Questions that answers name and that are not stored, as in a warehouse built anew.

    Their name says which signal and date they were of. One that no question of the athlete around that date can have
    gives none.
    """
    found = []
    for row in rows:
        about = row["about_date"]
        steps = sorted(range(-NAMED_DAYS, NAMED_DAYS + 1), key=abs) if about else []
        dates = (about + timedelta(days=step) for step in steps)
        meant = ((on, signal) for on in dates for signal in SIGNALS)
        match = next((one for one in meant if question_id(folder, one[1], one[0]) == row["about_id"]), None)
        if match is not None:
            on, signal = match
            found.append(
                Question(
                    question_id=row["about_id"],
                    signal=signal,
                    signals=(signal,),
                    cause="not_known",
                    start=on,
                    end=on,
                    asked_on=row["said_on"],
                    words="",
                )
            )
    return found


def _stored(rows: pl.DataFrame) -> list[Question]:
    return [
        Question(
            question_id=row["question_id"],
            signal=row["signal"],
            signals=tuple(row["signals"]),
            cause=row["cause"],
            start=row["start_date"],
            end=row["end_date"],
            asked_on=row["asked_on"],
            words=row["words"],
            state="closed",
        )
        for row in rows.iter_rows(named=True)
    ]


def _in_force(answers: pl.DataFrame) -> list[dict[str, Any]]:
    return answers.filter((pl.col("kind") == "question") & pl.col("is_in_force")).sort("about_id").to_dicts()


def _rows(gaps: pl.DataFrame) -> list[Gap]:
    columns = ("signal", "start_date", "end_date", "day_count", "cause", "is_open")
    return [
        Gap(signal=signal, start=start, end=end, day_count=count, cause=cause, is_open=is_open)
        for signal, start, end, count, cause, is_open in gaps.select(columns).iter_rows()
    ]


def _answered(question: Question, row: Row) -> Answered:
    return Answered(
        start=question.start, end=question.end, answer=row["answer"], author=row["author"], said_on=row["said_on"]
    )


def _frame(known: Seen, questions: Sequence[Question], answers: Mapping[str, Row]) -> pl.DataFrame:
    """Table `questions`."""
    first = _put_first(questions, known.there.last_date)
    rows = [
        {
            "question_id": one.question_id,
            "athlete_id": known.athlete_id,
            "signal": one.signal,
            "signals": list(one.signals),
            "cause": one.cause,
            "start_date": one.start,
            "end_date": one.end,
            "asked_on": one.asked_on,
            "words": one.words,
            "choices": list(CHOICES),
            "state": one.state,
            "is_folded": one.state == "open" and one.question_id not in first,
            "definition_version": VERSION,
            **(_answer(one, answers[one.question_id]) if one.state == "answered" else {}),
        }
        for one in questions
    ]
    return conform(pl.DataFrame(rows, infer_schema_length=None), "questions") if rows else empty("questions")


def _put_first(questions: Sequence[Question], last: date | None) -> set[str]:
    """Names of the few open questions that are put first: the latest, and none that is long ago."""
    since = (last or date.max) - timedelta(days=MEMORY_DAYS)
    recent = [one for one in questions if one.state == "open" and one.end >= since]
    latest = sorted(recent, key=lambda one: (one.end, one.question_id), reverse=True)
    return {one.question_id for one in latest[:OPEN_COUNT]}


def _answer(question: Question, row: Row) -> dict[str, object]:
    return {
        "answer": row["answer"],
        "answer_text": row["said_text"],
        "answered_by": row["author"],
        "answered_on": row["said_on"],
        "holds_until_date": _answered(question, row).holds_until,
    }
