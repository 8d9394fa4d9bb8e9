"""The words of training plans in several languages: titles, rest days, lengths of time and distances."""

import re

from pipelines.readers.csv_file import key_of
from pipelines.readers.text_file import number_of

SPORT_KEYS = frozenset(
    {
        "sport", "sports", "activity", "discipline", "workout type", "workouttype", "activity type", "sportart",
        "disziplin", "discipline sportive", "activité", "deporte", "actividad", "disciplina", "attività", "activiteit",
        "idrott", "laji", "dyscyplina",
    }
)  # fmt: skip
WORDS_KEYS = frozenset(
    {
        "description", "session", "workout", "training", "plan", "planned", "title", "details", "detail", "note",
        "notes", "comment", "comments", "planned workout", "planned session", "workout description", "instructions",
        "workoutdescription", "beschreibung", "einheit", "trainingseinheit", "bemerkung", "séance", "seance",
        "entraînement", "entrainement", "descripción", "descripcion", "entrenamiento", "sesión", "sesion",
        "descrição", "treino", "descrizione", "allenamento", "seduta", "omschrijving", "beskrivning", "pass",
        "träningspass", "kuvaus", "harjoitus", "opis",
    }
)  # fmt: skip
DURATION_KEYS = frozenset(
    {
        "duration", "time", "minutes", "mins", "hours", "length", "planned duration", "plannedduration", "planned time",
        "dauer", "zeit", "minuten", "stunden", "durée", "duree", "temps", "duración", "duracion", "tiempo", "duração",
        "duracao", "tempo", "durata", "duur", "tijd", "längd", "tid", "kesto", "czas",
    }
)  # fmt: skip
DISTANCE_KEYS = frozenset(
    {
        "distance", "km", "kilometers", "kilometres", "miles", "mileage", "planned distance", "meters", "metres",
        "planneddistanceinmeters", "distanz", "strecke", "kilometer", "distancia", "distância", "distanza",
        "chilometri", "afstand", "sträcka", "matka", "dystans",
    }
)  # fmt: skip
REST_KEYS = frozenset({"rest", "rest day", "restday", "ruhetag", "repos", "descanso", "riposo", "rustdag", "vilodag"})

REST_WORDS = (
    "rest", "rest day", "restday", "day off", "off", "off day", "full rest", "complete rest", "no training", "no run",
    "ruhetag", "ruhe", "pause", "frei", "pausentag", "kein training", "repos", "jour de repos", "repos complet",
    "descanso", "día de descanso", "dia de descanso", "día libre", "descanso total", "folga", "riposo",
    "giorno di riposo", "rust", "rustdag", "vila", "vilodag", "vilodag/off", "hvile", "hviledag", "lepo", "lepopäivä",
    "odpoczynek", "wolne", "dzień wolny", "休息", "休息日", "休養", "オフ", "휴식",
)  # fmt: skip
"""What a plan calls a day on which nothing is planned."""

_REST = re.compile(
    rf"(?:{'|'.join(re.escape(word) for word in sorted(REST_WORDS, key=len, reverse=True))})(?:\s*[-:.,;(!/\u2013].*)?",
    re.IGNORECASE | re.DOTALL,
)
_YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "sí", "si", "sim"})
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?\s*(?:h|hrs?|hours?|std\.?)?", re.IGNORECASE)
_HOURS = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|ore))?"
    r"\s*(?:(\d+(?:[.,]\d+)?)\s*(?:m|mins?|min\.|minutes?|minuten|minutos|minuti|['\u2032\u2019])?)?",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"(\d[\d., ]*)\s*(km|k|kilometers?|kilometres?|kilometer|mi|miles?|m|meters?|metres?)?", re.IGNORECASE
)
_UNIT_S = {"h": 3600.0, "s": 1.0, "min": 60.0}
_UNIT_M = {"km": 1000.0, "mi": 1609.344, "m": 1.0}
MOST_HOURS = 24
"""A clock of two parts that starts with so much or more is minutes and seconds, not hours and minutes."""

MOST_KM = 300.0
"""A distance without a unit from this on is metres, as swimmers write it."""

_UNIT = re.compile(r"[(\[]\s*([a-z]+)\.?\s*[)\]]|[_ ](km|mi|miles|min|mins|minutes|h|hours|hrs|s|m)$")


def stem(title: str) -> str:
    """The title in lower case without its unit, so that duration_min and Duration (min) are one."""
    return " ".join(_UNIT.sub("", key_of(title)).replace("_", " ").split())


def is_rest(cell: str) -> bool:
    """Whether the words say that nothing is planned, as Rest or Ruhetag: a rest between repeats is none."""
    return _REST.fullmatch(" ".join(cell.split())) is not None


def is_yes(cell: str) -> bool:
    """Whether a cell of a column of rest days is ticked."""
    return cell.strip().lower() in _YES or is_rest(cell)


def duration_unit(title: str) -> str | None:
    """h, min or s where the title says it."""
    key = key_of(title)
    if key == "plannedduration":
        return "h"
    unit = _unit_in(key)
    if unit in {"h", "hr", "hrs", "hour", "hours", "std", "stunden"} or key in {"hours", "stunden"}:
        return "h"
    if unit in {"s", "sec", "secs", "seconds"}:
        return "s"
    is_minutes = unit in {"min", "mins", "minutes", "minuten", "m"} or key in {"minutes", "mins", "minuten"}
    return "min" if is_minutes else None


def distance_unit(title: str) -> str | None:
    """km, mi or m where the title says it."""
    key = key_of(title)
    unit = _unit_in(key)
    if unit in {"km", "kilometers", "kilometres"} or key in {
        "km",
        "kilometers",
        "kilometres",
        "kilometer",
        "chilometri",
    }:
        return "km"
    if unit in {"mi", "mile", "miles"} or key in {"miles", "mileage"}:
        return "mi"
    is_metres = unit in {"m", "meters", "metres"} or key in {"meters", "metres", "planneddistanceinmeters"}
    return "m" if is_metres else None


def duration_s(cell: str, unit: str | None) -> float | None:
    """A planned length of time (s): 1:30 is h:mm, 1h30, 90 min, 90'; a number alone is in `unit`, else minutes.

    Null when the cell holds none.
    """
    text = cell.strip()
    if clock := _CLOCK.fullmatch(text):
        first, middle, last = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        if clock[3] is None and first >= MOST_HOURS:
            return 60.0 * first + middle
        return 3600.0 * first + 60.0 * middle + last
    if (number := number_of(text)) is not None:
        return number * _UNIT_S[unit or "min"] if number >= 0 else None
    worded = _HOURS.fullmatch(text)
    if not text or worded is None or (worded[1] is None and worded[2] is None):
        return None
    hours, minutes = (number_of(part) if part else 0.0 for part in worded.groups())
    return 3600.0 * (hours or 0.0) + 60.0 * (minutes or 0.0)


def distance_m(cell: str, unit: str | None) -> float | None:
    """A planned distance (m): 10 km, 6 mi, 2000 m; a number alone is in `unit`, else km below `MOST_KM`, else m.

    Null when the cell holds none.
    """
    found = _LENGTH.fullmatch(cell.strip())
    number = number_of(found[1].replace(" ", "")) if found else None
    if found is None or number is None:
        return None
    own = (found[2] or "").lower()
    if own.startswith("mi"):
        unit = "mi"
    elif own.startswith("k"):
        unit = "km"
    elif own.startswith("m"):
        unit = "m"
    return number * _UNIT_M[unit or ("km" if number < MOST_KM else "m")]


def _unit_in(key: str) -> str | None:
    found = _UNIT.search(key)
    return None if found is None else found[1] or found[2]
