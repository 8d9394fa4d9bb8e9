"""The words our pages use and the ones they never use, and a lint that reads a finished page.

Words observe: usual range, higher or lower than, for n of m days, not known, worth a look. They never tell anyone
what to do and never say why something happened. What a person wrote is quoted as it is: an element with the class
`note` or the attribute `data-quoted` is not ours and is passed over.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from pipelines.readers.catalogue import labels

NEVER = (
    "should",
    "must",
    "ought",
    "needs? to",
    "had better",
    "recommend\\w*",
    "advise\\w*",
    "advisable",
    "consider(?:ing)?",
    "avoid\\w*",
    "rest",
    "reduce[ds]?",
    "push",
    "ease off",
    "back off",
    "take it easy",
    "ready",
    "readiness",
    "recover(?:y|ed|s|ing)?",
    "overtrain\\w*",
    "overreach\\w*",
    "risk\\w*",
    "injur\\w*",
    "fatigue\\w*",
    "score\\w*",
    "optimal\\w*",
    "bad",
    "red",
    "complian(?:ce|t)",
    "alarm(?:ing)?",
    "danger\\w*",
    "ai",
)
"""Patterns of words that advise or judge a person."""

CAUSAL = (
    "because",
    "causes",
    "caused",
    "causing",
    "due to",
    "owing to",
    "thanks to",
    "led to",
    "driven by",
    "explained by",
    "as a result",
    "resulted in",
    "therefore",
)
"""Patterns of words that claim a cause: only the words of a randomised experiment may hold them."""

METRICS = {
    "notes": "notes and answers",
    "ln_rmssd": "RMSSD",
    "resting_heart_rate": "resting heart rate",
    "sleep_duration": "time asleep",
    "moving_time": "moving time",
    "distance": "distance",
    "mean_pace": "mean pace",
    "mean_heart_rate": "mean heart rate",
    "decoupling": "decoupling",
    "best_1_km": "fastest clean 1 km",
    "best_5_km": "fastest clean 5 km",
    "best_10_km": "fastest clean 10 km",
    "exertion": "stated exertion",
}
"""Metrics as a coach reads them."""

GRADE_SHAPES = {"ok": "●", "doubtful": "○", "unusable": "✕"}
"""Shape of each grade, the same on every page."""

VERDICTS = {"usable": "usable", "not_usable": "not usable", "not_assessable": "not assessable"}

PURPOSES = {
    "hrv_day": "HRV of the day",
    "hrv_baseline": "HRV usual range",
    "resting_hr": "resting heart rate",
    "hr_zones": "heart rate zones",
    "sleep_duration": "time asleep",
    "mean_pace": "mean pace",
}
"""Purposes whose name does not read as words by itself."""

REASONS = {
    "source": "limits of the sensor",
    "sampling": "short recording",
    "resolution": "beats stored too coarsely",
    "missing": "missing data",
    "flagged": "flagged data",
}
"""Parts of the expected error that are no check."""

WITHHELD = {
    "no_steady_block": "no steady block of 40 min",
    "nothing_to_measure": "nothing to compute it from",
    "error_not_known": "its expected error is not known",
}
"""Reasons of a value that is not shown; none of them is a fault that a remedy could mend."""

METHODS = {
    "rr_night_epochs": "from RR intervals",
    "rr_pair_masked": "from RR intervals",
    "rr_mean": "from RR intervals",
    "stated_by_device": "stated by the device",
    "records_without_flagged": "from records that carry no flag",
}
"""Our own methods as people tell them apart; those of vendors are declared beside their readers."""

PATTERNS = {
    "fatigue_pattern": "several signs at once",
    "pacing_drift": "heart rate drifts further from pace on steady runs",
    "sleep_shortfall": "shorter sleep than usual over five nights",
    "easier_pace": "easier at the same pace",
    "best_effort": "fastest clean effort in 90 days",
    "durability": "less pace per heartbeat late in long runs",
    "load_change": "time moving other than usual over the week",
    "trend_ln_rmssd": "RMSSD lower and lower over four weeks",
    "trend_resting_heart_rate": "resting heart rate higher and higher over four weeks",
    "trend_sleep_duration": "sleep shorter and shorter over four weeks",
    "trend_heart_rate_at_pace": "heart rate at the same pace higher and higher over four weeks",
    "shift_ln_rmssd": "RMSSD at another level than before",
    "shift_resting_heart_rate": "resting heart rate at another level than before",
    "shift_sleep_duration": "time asleep at another level than before",
    "shift_heart_rate_at_pace": "heart rate at the same pace at another level than before",
    "felt_effort": "felt effort and heart rate part",
}
"""Patterns as a coach reads them: what is seen, not what it may mean."""

RULES = {"nights_together": "several nightly signs lean the same way"}
"""Rules of the coach's list that are neither a pattern nor one metric outside its usual range."""

COMPONENTS = {
    "hrv_lower": "RMSSD lower",
    "resting_heart_rate_higher": "resting heart rate higher",
    "sleep_shorter": "sleep shorter",
    "answers_worse": "answers lower than usual",
    "heart_rate_higher_at_pace": "heart rate higher at the same pace",
    "heart_rate_lower_at_pace": "heart rate lower at the same pace",
    "decoupling_higher": "decoupling",
    "sleep_below_usual": "time asleep",
    "late_fall_higher": "fall of pace per heartbeat late in the run",
    "load_higher": "time moving higher",
    "load_lower": "time moving lower",
    "hrv_falling": "RMSSD",
    "resting_heart_rate_rising": "resting heart rate",
    "sleep_shortening": "time asleep",
    "heart_rate_at_pace_rising": "heart rate at the same pace",
    "hrv_level": "RMSSD",
    "resting_heart_rate_level": "resting heart rate",
    "sleep_level": "time asleep",
    "heart_rate_at_pace_level": "heart rate at the same pace",
    "felt_harder_than_heart_rate": "felt harder at the same heart rate",
    "felt_easier_than_heart_rate": "felt easier at the same heart rate",
}
"""Parts of a pattern."""

GAP_CAUSES = {
    "not_worn": "device not worn",
    "not_synced": "not synced",
    "file_failed": "file could not be read",
    "worn_no_training": "device worn, no activity",
    "rest_planned": "nothing planned",
    "excused": "a note or answer says why",
    "not_known": "cause not known",
}
"""Causes of a missing value or day."""

GAP_SIGNALS = {
    "training": "activity",
    "night": "sleep",
    "hrv": "HRV",
    "resting_heart_rate": "resting heart rate",
    "wear": "heart rate through the day",
    "everything": "data of any kind",
}
"""What a gap is a gap of, after "no"."""

ANSWERS = {
    "ill": "ill",
    "travel": "travel",
    "life": "life",
    "device": "device",
    "chose_not_to": "chose not to",
    "other": "other",
}
"""Answers to a question about days without data."""

FEEDBACK = {"useful": "useful", "knew_already": "knew already", "not_useful": "not useful", "wrong": "wrong"}
"""What a coach may say of a row."""

NOT_SHOWN = {
    "budget": "beyond the number of rows a day has",
    "cooldown": "shown in the last 7 days already",
    "false discovery": "as much is expected by chance among so many athletes",
    "persistence": "held on too few of the last days",
    "noted": "a note already tells of it",
    "held out": "left out by lot, so that what is shown can be measured",
}
"""Why a row that differs is folded away."""

RUN_STATUSES = {
    "ok": "ended well",
    "partial": "ended, with files set aside or read in part",
    "failed": "failed",
    "unfinished": "not ended: killed, or still under way",
}
"""How a run ended."""

SUBJECTS = {
    "activity": "activity",
    "beat_series": "recording of RR intervals",
    "night": "night",
    "daily_value": "daily value",
}
"""What a flag or verdict is about."""

SIGNALS = {"rr": "RR intervals", "hr": "heart rate", "value": "daily value"}
"""Signals whose short name stands first in the name of a check."""

_NEVER = re.compile(rf"\b(?:{'|'.join(NEVER)})\b", re.IGNORECASE)
_CAUSAL = re.compile(rf"\b(?:{'|'.join(CAUSAL)})\b", re.IGNORECASE)
_SPOKEN = ("title", "aria-label", "alt", "placeholder")
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_SILENT = frozenset({"script", "style", "code"})
"""Elements that hold no words: names that a program reads advise nobody."""


def metric(name: str) -> str:
    """The metric in a coach's words."""
    return METRICS.get(name, plain(name))


def pattern(name: str) -> str:
    """The pattern in a coach's words."""
    return PATTERNS.get(name, plain(name))


def rule(name: str) -> str:
    """The rule behind a row in a coach's words: a pattern, or one metric outside its usual range."""
    metric_name = name.removeprefix("outside_")
    if name in RULES:
        return RULES[name]
    return pattern(name) if metric_name == name else f"{metric(metric_name)} outside the usual range"


def component(name: str) -> str:
    """A part of a pattern in a coach's words."""
    return COMPONENTS.get(name) or metric(name)


def purpose(name: str) -> str:
    """The purpose in words."""
    return PURPOSES.get(name, plain(name))


def plain(name: str) -> str:
    """A name of ours as words."""
    return name.replace("_", " ").strip()


def reason(name: str) -> str:
    """The reason behind a grade or verdict, such as "RR intervals missed" for the check rr_missed."""
    for known in (WITHHELD, REASONS):
        if name in known:
            return known[name]
    signal, _, fault = name.partition("_")
    return plain(f"{SIGNALS.get(signal, signal)} {fault}")


def how(method: str, reading: str) -> str:
    """Method and reading in words, such as "from RR intervals, morning"."""
    told = METHODS.get(method) or labels().get(method, plain(method))
    return told if told.endswith(f" {reading}") else f"{told}, {reading}"


def device(name: str | None) -> str:
    """The device, after "from": a file need not name one."""
    return plain(name) if name else "a file that names no device"


def withheld(row: Mapping[str, Any]) -> str:
    """Why a value is not shown: what its evidence says, else its first reason; `row` is one of mart_observations."""
    try:
        evidence = json.loads(row["evidence"] or "{}")
    except json.JSONDecodeError:
        evidence = {}
    why = evidence.get("why") if isinstance(evidence, dict) else None
    if not why:
        why = reason(row["reasons"][0]["check_name"]) if row["reasons"] else "reason not known"
    return "withheld: " + re.sub(r": the longest has (.+)$", r" (longest \1)", str(why))


def sentence(text: str) -> str:
    """The text with a capital first letter; the others stay as they are."""
    return text[:1].upper() + text[1:]


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun, such as "1 day" or "3 days"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def lint(html: str) -> list[str]:
    """Every forbidden word in our own words of a page, each with the words around it; empty when there is none.

    An element with `data-experiment` tells of a randomised experiment and may name a cause; advice it may not.
    """
    reader = _OwnWords()
    reader.feed(html)
    reader.close()
    return [found for text, is_experiment in reader.texts for found in lint_text(text, is_experiment=is_experiment)]


def lint_text(text: str, *, is_experiment: bool = False) -> list[str]:
    """Every forbidden word of one text of ours, each with the words around it."""
    # Lines of a template break between words; a word of two parts is one all the same.
    whole = " ".join(text.split())
    hits = [*_NEVER.finditer(whole), *([] if is_experiment else _CAUSAL.finditer(whole))]
    return [whole[max(0, hit.start() - 30) : hit.end() + 30].strip() for hit in hits]


class _OwnWords(HTMLParser):
    """Collects what a reader sees or hears of a page, without quotations, and whether an experiment says it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[tuple[str, bool]] = []
        self._open: list[tuple[str, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes whether the element is quoted or of an experiment, and takes the words of its attributes."""
        named = dict(attrs)
        quoted = self._is_quoted() or "data-quoted" in named or "note" in (named.get("class") or "").split()
        experiment = self._is_experiment() or "data-experiment" in named
        if tag not in _VOID:
            self._open.append((tag, quoted or tag in _SILENT, experiment))
        if not quoted:
            self.texts.extend((spoken, experiment) for spoken in _spoken(named))

    def handle_endtag(self, tag: str) -> None:
        """Leaves the innermost element of that name."""
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Takes the words unless they are quoted."""
        if not self._is_quoted() and data.strip():
            self.texts.append((data, self._is_experiment()))

    def _is_quoted(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _is_experiment(self) -> bool:
        return bool(self._open) and self._open[-1][2]


def _spoken(attributes: dict[str, str | None]) -> Iterator[str]:
    for name in _SPOKEN:
        value = attributes.get(name)
        if value:
            yield value
