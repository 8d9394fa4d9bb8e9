"""Sleep as Fitbit states it: logs with stages as JSON, and the later table with its offsets as CSV."""

from datetime import datetime, timedelta

from pipelines.readers.csv_file import CsvRow
from pipelines.readers.fitbit.stamps import day_of, stamp_in
from pipelines.readers.json_values import Node
from pipelines.readers.local_times import moment_of, parsed_time
from pipelines.readers.stated import Sleep, Stage, Stated
from pipelines.readers.text_file import number_of

STAGES = {"wake": "awake", "light": "light", "deep": "deep", "rem": "rem", "unknown": "unmeasured"}
"""Our stages by the levels of a staged log; a classic log knows only awake, restless and asleep."""

MINUTE_S = 60.0

LONGEST_S = 2 * 86_400.0
"""No sleep log is longer (s)."""

Spans = list[tuple[str, float, float]]


def take_log(log: Node, found: Stated) -> bool:
    """One sleep log; its times are local and state no offset. False when it has no times."""
    start, end = stamp_in(log.get("starttime")), stamp_in(log.get("endtime"))
    length_ms = log.number("duration")
    if start is None or (end is None and length_ms is None):
        return False
    start_at = moment_of(start, found.source.time_zone).at_utc
    length_s = length_ms / 1000 if length_ms is not None else (end - start).total_seconds() if end else 0.0
    if not 0 < length_s <= LONGEST_S:
        return False
    end_at = start_at + timedelta(seconds=length_s)
    levels = log.node("levels")
    is_staged = log.text("type") != "classic" and bool(levels.node("summary").node("light"))
    is_main = log.flag("mainsleep")
    found.sleep(
        Sleep(
            night_date=day_of(log.get("dateofsleep")) or end_at.astimezone(found.source.time_zone).date(),
            start_at_utc=start_at,
            end_at_utc=end_at,
            utc_offset_s=None,
            time_basis="local_naive",
            sleep_duration_s=_minutes(log, "minutesasleep"),
            awake_s=_minutes(log, "minutesawake"),
            **(
                {name: _minutes(levels.node("summary").node(key), "minutes") for name, key in _SUMS}
                if is_staged
                else {}
            ),
            is_nap=None if is_main is None else not is_main,
        ),
        _stages(levels, start, start_at) if is_staged else (),
    )
    if not is_staged:
        found.note("levels of classic sleep logs, which are no stages")
    return True


def take_sleep_row(row: CsvRow, found: Stated) -> bool:
    """One sleep of the later table: UTC with an offset beside it."""
    start, end = (parsed_time(row.cells.get(f"sleep_{edge}", "")) for edge in ("start", "end"))
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    starts, ends = moment_of(start, found.source.time_zone), moment_of(end, found.source.time_zone)
    offset_s = offset_in(row.cells.get("end_utc_offset", ""))
    local_end = ends.at_utc + timedelta(seconds=offset_s) if offset_s is not None else None
    asleep_min = number_of(row.cells.get("minutes_asleep", ""))
    awake_min = number_of(row.cells.get("minutes_awake", ""))
    found.sleep(
        Sleep(
            night_date=(local_end or ends.at_utc.astimezone(found.source.time_zone)).date(),
            start_at_utc=starts.at_utc,
            end_at_utc=ends.at_utc,
            utc_offset_s=offset_s,
            time_basis="local_naive" if start.tzinfo is None else "utc",
            sleep_duration_s=None if asleep_min is None else asleep_min * MINUTE_S,
            awake_s=None if awake_min is None else awake_min * MINUTE_S,
        )
    )
    return True


def offset_in(text: str) -> int | None:
    """Local time minus UTC (s) from `+02:00`, or from a number of seconds; null when neither."""
    stated = parsed_time(f"2000-01-01 00:00:00{text.strip()}") if text.strip()[:1] in ("+", "-", "Z") else None
    offset = stated.utcoffset() if isinstance(stated, datetime) else None
    return None if offset is None else int(offset.total_seconds())


def _minutes(node: Node, name: str) -> float | None:
    value = node.number(name)
    return value * MINUTE_S if value is not None and value >= 0 else None


_SUMS = (("light_s", "light"), ("deep_s", "deep"), ("rem_s", "rem"))


def _stages(levels: Node, start: datetime, start_at: datetime) -> list[Stage]:
    """The stages with the short wakes laid over them, which a log lists apart."""
    spans = _spans(levels.nodes("data"), start)
    for _, opens, closes in _spans(levels.nodes("shortdata"), start):
        spans = _with_wake(spans, opens, closes)
    return [
        Stage(
            stage=stage,
            start_at_utc=start_at + timedelta(seconds=opens),
            end_at_utc=start_at + timedelta(seconds=closes),
        )
        for stage, opens, closes in spans
    ]


def _spans(told: list[Node], start: datetime) -> Spans:
    """Stage, start and end (s after the start of the log, by the same clock)."""
    spans = []
    for level in told:
        opens_at, length_s = stamp_in(level.get("datetime")), level.number("seconds")
        if opens_at is not None and length_s is not None and 0 < length_s <= LONGEST_S:
            opens = (opens_at - start).total_seconds()
            if abs(opens) <= LONGEST_S:
                spans.append((STAGES.get(level.text("level") or "", "unmeasured"), opens, opens + length_s))
    return sorted(spans, key=lambda span: span[1])


def _with_wake(spans: Spans, opens: float, closes: float) -> Spans:
    """The spans with one short wake cut out of them and put in its place."""
    cut: Spans = []
    for stage, first, last in spans:
        if last <= opens or first >= closes:
            cut.append((stage, first, last))
            continue
        cut += [(stage, a, b) for a, b in ((first, opens), (closes, last)) if b > a]
    return sorted([*cut, ("awake", opens, closes)], key=lambda span: span[1])
