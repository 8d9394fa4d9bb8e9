"""Writes a wellness questionnaire as a form exports it: one row a day, the questions as headings.

Items: McLean et al. 2010, wellness 1-5 where high is good; session-RPE after Foster, 0-10.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

HEADINGS = (
    "Timestamp",
    "Fatigue (1-5)",
    "Sleep quality (1-5)",
    "Muscle soreness (1-5)",
    "Stress (1-5)",
    "Mood (1-5)",
    "Session RPE (0-10)",
    "Duration (min)",
)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers of one morning; effort and minutes are of the run of the day before, if any."""

    answered_local: datetime
    fatigue: int
    sleep_quality: int
    muscle_soreness: int
    stress: int
    mood: int
    rpe: int | None
    minutes: int | None


def wellness_file(answers: list[Answers]) -> bytes:
    """The bytes of the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    for row in answers:
        writer.writerow(
            (
                f"{row.answered_local:%Y/%m/%d} {row.answered_local.hour % 12 or 12}:{row.answered_local:%M:%S %p}",
                row.fatigue,
                row.sleep_quality,
                row.muscle_soreness,
                row.stress,
                row.mood,
                "" if row.rpe is None else row.rpe,
                "" if row.minutes is None else row.minutes,
            )
        )
    return text.getvalue().encode()
