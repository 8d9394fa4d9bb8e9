"""Sports as people and vendors write them, in several languages, under the names our tables use."""

import re

_NAMES = (
    ("running", None, r"run(s|ning)?|road run|jog(ging)?|lauf(en)?|dauerlauf|langer lauf|joggen"),
    ("running", None, r"course( (a|à) pied)?|correr|carrera|corrida|corsa|hardlopen|l(ö|o)pning"),
    ("running", None, r"l(ø|o)ping|l(ø|o)b|juoksu|bieganie|bieg|ランニング|ラン|跑步|달리기"),
    ("running", "trail", r"trail ?run(ning)?|trailrun(ning)?|traillauf|trail"),
    ("running", "treadmill", r"treadmill( running)?|laufband"),
    ("running", "track", r"track( running)?|track ?& ?field|bahn"),
    ("running", "virtual_activity", r"virtual ?run|virtueller lauf"),
    ("cycling", None, r"(road )?(bike|biking|cycling|ride|riding)|bicycle ride|rad(fahren|fahrt)?"),
    ("cycling", None, r"rennrad|v(é|e)lo|sortie (à )?v(é|e)lo|cyclisme|ciclismo|bicicletta|bici"),
    ("cycling", None, r"pedalada|fietsen|fietsrit|cykling|cykel|sykling|py(ö|o)r(ä|a)ily|rower"),
    ("cycling", None, r"サイクリング|骑行"),
    ("cycling", "mountain", r"mountain ?bik(e|ing)( ride)?|mtb|mountainbik(en|efahrt)"),
    ("cycling", "gravel_cycling", r"gravel( ?ride| ?bike)?"),
    ("cycling", "virtual_activity", r"virtual ?ride|virtuelle radfahrt|zwift"),
    ("cycling", "indoor_cycling", r"spin(ning)?|indoor (ride|cycling|bike)|rolle|home ?trainer"),
    ("e_biking", None, r"e-?bik(e|ing)( ?ride)?|e-bike-fahrt"),
    ("swimming", None, r"swim(s|ming)?|schwimm(en|einheit)|natation|nage|nataci(ó|o)n|nata(ç|c)(ã|a)o"),
    ("swimming", None, r"nuoto|zwemmen|simning|sv(ø|o)mming|uinti|p(ł|l)ywanie|スイム|水泳|游泳"),
    ("swimming", "lap_swimming", r"pool ?swim(ming)?|lap ?swim(ming)?"),
    ("swimming", "open_water", r"open ?water( ?swim(ming)?)?|freiwasser"),
    ("walking", None, r"walk(s|ing)?|gehen|spaziergang|spazieren|marche|caminata|caminar|caminhada"),
    ("walking", None, r"camminata|wandelen|promenad|k(ä|a)vely|spacer|ウォーキング|散歩|步行"),
    ("hiking", None, r"hik(e|es|ing)|wander(n|ung)|randonn(é|e)e|senderismo|escursione|vandring|ハイキング|徒步"),
    ("training", "strength_training", r"weight ?training|weight ?lifting|weightlifting"),
    ("training", "strength_training", r"strength( ?training| trainer)?|gym|kraft(training)?|musculation|fuerza|forza"),
    ("training", "strength_training", r"krachttraining|styrka|powerlifting|functional fitness"),
    ("training", None, r"workout|training|cross-?training|activity|crossfit|other|sonstiges"),
    ("training", "yoga", r"yoga"),
    ("training", "pilates", r"pilates"),
    ("hiit", None, r"hiit|high ?intensity ?interval ?training"),
    ("rowing", None, r"row(ing)?|rudern|aviron|remo|canottaggio|roeien"),
    ("rowing", "indoor_rowing", r"virtual ?row|indoor row(ing)?|ergometer"),
    ("fitness_equipment", "elliptical", r"elliptical|crosstrainer"),
    ("fitness_equipment", "stair_climbing", r"stair ?-?(stepper|climbing|master)|stairs"),
    ("cross_country_skiing", None, r"(nordic|cross.?country) ?ski(ing)?|langlauf|ski de fond"),
    ("alpine_skiing", None, r"(alpine ?|backcountry ?)?ski(ing)?|ski alpin|skifahren"),
    ("snowboarding", None, r"snowboard(ing)?"),
    ("snowshoeing", None, r"snowshoe(ing)?"),
    ("inline_skating", None, r"inline ?skat(e|ing)"),
    ("ice_skating", None, r"ice ?skat(e|ing)"),
    ("rock_climbing", None, r"rock ?climb(ing)?|climbing|klettern"),
    ("soccer", None, r"soccer|football \(soccer\)|fu(ß|ss)ball"),
    ("tennis", None, r"tennis"),
    ("golf", None, r"golf"),
    ("multisport", None, r"triathlon|duathlon|multi-?sport|brick"),
    ("kayaking", None, r"kayak(ing)?"),
    ("stand_up_paddleboarding", None, r"stand ?up ?paddl(e|ing|eboarding)|sup"),
    ("surfing", None, r"surf(ing)?"),
)  # fmt: skip
_PATTERNS = tuple((sport, finer, re.compile(pattern, re.IGNORECASE)) for sport, finer, pattern in _NAMES)
_TELLING_ALONE = frozenset({"run", "jog", "swim", "walk", "hike", "lauf"})
"""Words that name the sport whatever stands before them, as in long run."""

_UNSTATED = frozenset({"", "-", "none", "null", "n/a"})


def sport_of(words: str) -> tuple[str | None, str | None]:
    """Sport and sub-sport in the words of `activities`; a sport we have no name for keeps its own as a slug.

    Both are null when nothing is stated.
    """
    stated = " ".join(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words).replace("_", " ").split())
    if stated.lower() in _UNSTATED:
        return None, None
    last = stated.rsplit(" ", 1)[-1]
    for candidate in (stated, last if last.lower() in _TELLING_ALONE else stated):
        for sport, finer, pattern in _PATTERNS:
            if pattern.fullmatch(candidate):
                return sport, finer
    return re.sub(r"[\W_]+", "_", stated.lower()).strip("_") or None, None
