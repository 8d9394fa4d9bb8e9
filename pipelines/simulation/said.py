"""What the generated athletes and their coach answered and noted, as the pages would have saved it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from pipelines.observations.questions import question_id
from pipelines.readers.answers_rows import AnswerRow, answers_file
from pipelines.readers.wattworth_answers import FILE_NAME
from pipelines.simulation.athlete import weekly_plan
from pipelines.simulation.calendar import Block
from pipelines.simulation.exports import Export
from pipelines.simulation.lives import ZONE, Life, seconds_of

ANSWERED_AFTER_DAYS = 2
"""Days after the last one of a gap on which its question is answered."""
EVENING_HOUR = 21
"""Local hour at which files of a day are saved."""
WORDS = {"life": "Exams at the university.", "device": "The watch would not pair with the new phone."}
"""Words beside an answer."""


def said_exports(life: Life) -> Iterator[Export]:
    """The athlete's file of answers, where there is one."""
    rows = said(life)
    if rows:
        evening = datetime.combine(max(row.said_on for row in rows), time(EVENING_HOUR), ZONE)
        yield Export(path=FILE_NAME, content=answers_file(rows), exported_s=seconds_of(evening))


def said(life: Life) -> tuple[AnswerRow, ...]:
    """Rows of the athlete's file of answers; none of those whom nobody asked."""
    answers = [_answer(life, block) for block in life.member.blocks if block.answer]
    return (*answers, *(_felt(life) if answers else ()))


def _answer(life: Life, block: Block) -> AnswerRow:
    """The answer to the question about a block of days, under the name the question has in every warehouse."""
    days = block.days(life.days.dates[-1])
    planned = [on for on in days if on.weekday() in weekly_plan(life.member.profile)]
    is_training = block.cause == "run_left_out"
    first = planned[0] if is_training and planned else days[0]
    return AnswerRow(
        kind="question",
        id=question_id(life.member.folder, "training" if is_training else "night", first),
        athlete=life.member.folder,
        about_date=first,
        answer=block.answer,
        text=WORDS.get(block.answer, ""),
        author="athlete",
        said_on=min(days[-1] + timedelta(days=ANSWERED_AFTER_DAYS), life.days.dates[-1]),
    )


def _felt(life: Life) -> Iterator[AnswerRow]:
    """How the last session felt, by hand."""
    ran = [day for day in range(len(life.days.dates)) if life.is_run_seen(day)]
    if not ran:
        return
    on = life.days.dates[ran[-1]]
    for kind, mark in (("rpe", "5"), ("feel", "4")):
        who = life.member.folder
        yield AnswerRow(kind=kind, athlete=who, about_date=on, answer=mark, author="athlete", said_on=on)
