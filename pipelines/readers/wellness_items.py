"""What a column of a wellness table asks: the item, the instrument, its scale and which end is the good one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

BORG_CR10 = (0.0, 10.0)
"""Scale of session RPE. Source: Foster et al. 2001, doi:10.1519/00124278-200102000-00019."""

BORG_6_20 = (6.0, 20.0)
"""The older scale of perceived exertion. Source: Borg 1982, doi:10.1249/00005768-198205000-00012."""

HOOPER = (1.0, 7.0)
"""Hooper index: 7 is the bad end. Source: Hooper and Mackinnon 1995, doi:10.2165/00007256-199520050-00003."""

MCLEAN = (1.0, 5.0)
"""McLean wellness: 5 is the good end. Source: McLean et al. 2010, doi:10.1123/ijspp.5.3.367."""

HOOPER_ITEMS = frozenset({"sleep_quality", "stress", "fatigue", "muscle_soreness"})

MCLEAN_ITEMS = frozenset({"sleep_quality", "stress", "fatigue", "muscle_soreness", "mood"})

_WORDS = (
    ("rpe", r"s?rpe|session rpe|rate of perceived exertion|rating of perceived exertion|perceived exertion"),
    ("duration_min", r"duration|session duration|training duration|minutes|dauer"),
    ("sleep_quality", r"sleep|sleep ?quality|quality of sleep|schlaf|schlafqualität"),
    ("sleep_hours", r"sleep ?(hours|duration)|hours (of sleep|slept)"),
    ("muscle_soreness", r"soreness|muscle ?soreness|doms|muskelkater"),
    ("fatigue", r"fatigue|tiredness|müdigkeit|ermüdung"),
    ("stress", r"stress|stress ?level"),
    ("mood", r"mood|stimmung"),
    ("feel", r"feel|feeling|befinden"),
)
"""Item, and its titles as a whole."""

_QUESTIONS = (
    ("rpe", r"\bexertion\b|\bhow hard\b|\brpe\b"),
    ("duration_min", r"\bhow (long|many minutes)\b.*\b(train|session|workout)"),
    ("sleep_quality", r"\bhow\b.*\bsleep\b|\bsleep quality\b"),
    ("muscle_soreness", r"\bsore(ness)?\b"),
    ("fatigue", r"\btired\b|\bfatigued?\b"),
    ("stress", r"\bstress(ed)?\b"),
    ("mood", r"\bmood\b"),
    ("feel", r"\bhow do you feel\b|\bfeeling\b"),
)
"""Item, and words of a question that asks for it; the question decides the good end, so it stays unknown."""

_SCALE = re.compile(r"[(\[]\s*(\d+(?:\.\d+)?)\s*(?:-|\u2013|to|\.\.|/)\s*(\d+(?:\.\d+)?)[^)\]]*[)\]]")
_BRACKETS = re.compile(r"[(\[].*?[)\]]")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One column: what it asks, and on which scale."""

    item: str
    instrument: str = "other"
    scale_min: float | None = None
    scale_max: float | None = None
    is_higher_better: bool | None = None
    is_known: bool = True


def item_of(title: str, *, instrument_hint: str = "") -> Item:
    """What a column of that title asks. `instrument_hint` is the file's name, which may name the instrument.

    A scale without a name: 1-7 is Hooper and 1-5 McLean for the plain items of these; a question that is worded
    in its own way keeps its scale and stays `other`, for which end is good is not known.
    """
    plain = " ".join(_BRACKETS.sub(" ", title).replace("_", " ").lower().split()).strip(" ?:.")
    plain = re.sub(r" (min|minutes|hours|h|rating|score)$", "", plain) if plain not in ("minutes", "hours") else plain
    scale = _scale_of(title)
    name = next((item for item, words in _WORDS if re.fullmatch(words, plain)), None)
    if name is None:
        asked = _asked(title)
        return Item(item=asked or slug(title), scale_min=scale[0], scale_max=scale[1], is_known=asked is not None)
    if name in ("rpe", "duration_min"):
        return Item(item=name, instrument="session_rpe", scale_min=scale[0], scale_max=scale[1])
    hint = instrument_hint.lower()
    if name in HOOPER_ITEMS and (scale == HOOPER or (scale == (None, None) and "hooper" in hint)):
        return Item(item=name, instrument="hooper", scale_min=HOOPER[0], scale_max=HOOPER[1], is_higher_better=False)
    if name in MCLEAN_ITEMS and (scale == MCLEAN or (scale == (None, None) and "mclean" in hint)):
        return Item(item=name, instrument="mclean", scale_min=MCLEAN[0], scale_max=MCLEAN[1], is_higher_better=True)
    return Item(item=name, scale_min=scale[0], scale_max=scale[1])


def with_scale(item: Item, answers: Sequence[float]) -> Item:
    """The item with the scale its answers show: only session RPE, of which two scales are in use."""
    if item.item != "rpe" or item.scale_max is not None or not answers:
        return item
    scale = BORG_CR10 if max(answers) <= BORG_CR10[1] else BORG_6_20
    if min(answers) < scale[0] or max(answers) > scale[1]:
        return item
    return Item(item=item.item, instrument=item.instrument, scale_min=scale[0], scale_max=scale[1])


def slug(title: str) -> str:
    """A title as the name of an item."""
    return re.sub(r"\W+", "_", _BRACKETS.sub(" ", title).strip().lower()).strip("_")[:60] or "column"


def _asked(title: str) -> str | None:
    lower = title.lower()
    if "?" not in lower and not re.match(r"(how|rate|what)\b", lower):
        return None
    return next((item for item, words in _QUESTIONS if re.search(words, lower)), None)


def _scale_of(title: str) -> tuple[float, float] | tuple[None, None]:
    match = _SCALE.search(title)
    if match is None:
        return None, None
    low, high = float(match[1]), float(match[2])
    return (low, high) if low < high else (None, None)
