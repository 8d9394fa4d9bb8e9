"""Reads a track file piece by piece: records as they come, then its activities, then what was lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.errors import CorruptExport, UnsupportedExport
from pipelines.readers.contract import Batch, Loss, ReadReport, Source
from pipelines.readers.text_file import counted
from pipelines.readers.tracks.activities import activity_batches, told_activities
from pipelines.readers.tracks.cut import Cut, cut
from pipelines.readers.tracks.gather import Gathered
from pipelines.readers.tracks.outline import Outline
from pipelines.readers.tracks.templates import Vocabulary
from pipelines.readers.tracks.text import Piece, pieces
from pipelines.readers.tracks.values import Values, values_of


@dataclass(kw_only=True)
class _Lost:
    """Things lost for one reason."""

    thing: str
    why: str
    count: int = 0
    first_where: str = ""

    def note(self, piece: Piece, offsets: list[int]) -> None:
        if offsets and not self.count:
            self.first_where = piece.where(offsets[0])
        self.count += len(offsets)

    def loss(self) -> Loss:
        more = f" and {counted(self.count - 1, 'later place')}" if self.count > 1 else ""
        return Loss(what=counted(self.count, self.thing), where=self.first_where + more, why=self.why)


@dataclass(kw_only=True)
class _Losses:
    """What a track file can lose."""

    open_points: _Lost = field(
        default_factory=lambda: _Lost(thing="trackpoint", why="it never ends: its closing tag is missing or damaged")
    )
    broken: _Lost = field(
        default_factory=lambda: _Lost(
            thing="trackpoint in part", why="its tags do not close one another; what stands whole in it is kept"
        )
    )
    unreadable: _Lost = field(
        default_factory=lambda: _Lost(thing="trackpoint in part", why="it holds a value that is no number or no time")
    )
    cut_off: str = ""

    def note(self, piece: Piece, points: Cut, values: Values) -> None:
        self.open_points.note(piece, points.open_offsets)
        self.broken.note(piece, [points.offsets[row] for row in values.broken])
        is_broken = set(values.broken)
        self.unreadable.note(piece, [points.offsets[row] for row in values.unreadable if row not in is_broken])

    def told(self, outline: Outline, gathered: Gathered, timeless_count: int) -> tuple[Loss, ...]:
        losses = [each.loss() for each in (self.open_points, self.broken, self.unreadable) if each.count]
        if self.cut_off:
            losses.append(
                Loss(what="the end of the file", where=self.cut_off, why="it stops before its outermost element ends")
            )
        elif outline.broken_after and not self.open_points.count:
            where = f"after trackpoint {outline.broken_after[0]}"
            losses.append(Loss(what="the outline of laps and pauses", where=where, why="a tag there is damaged"))
        if gathered.untimed_count and gathered.record_count:
            untimed = counted(gathered.untimed_count, "trackpoint")
            losses.append(Loss(what=untimed, where="before the first with a time", why="without a time"))
        if gathered.far_count:
            why = "it lies further from the start of its activity than any could last"
            losses.append(Loss(what=f"the time of {counted(gathered.far_count, 'trackpoint')}", where="", why=why))
        if timeless_count:
            what = f"{timeless_count} activities" if timeless_count > 1 else "1 activity"
            losses.append(Loss(what=what, where="", why="neither a lap nor a trackpoint of it states a time"))
        return tuple(losses)


def read_tracks(
    source: Source, *, vocabulary: Vocabulary, outline: Outline, routes: str
) -> Iterator[Batch | ReadReport]:
    """Batches of one track file, then its report.

    Raises `CorruptExport` when damage left nothing, and `UnsupportedExport` for a file without an activity:
    planned routes, whose points have no time (`routes` is what the format calls them), or no track at all.
    """
    losses, gathered = _Losses(), Gathered(source=source)
    other_names: set[str] = set()
    for piece in pieces(source.path, vocabulary.point):
        points = cut(piece, vocabulary.point)
        values = values_of(points, vocabulary, source.time_zone)
        runs = list(outline.runs(points.marks(), point=vocabulary.point))
        losses.note(piece, points, values)
        other_names |= values.other_names
        records = gathered.records(values.frame, runs, outline) if runs else None
        if records is not None:
            yield Batch(table="records", frame=records)
        if piece.is_last and not outline.is_closed:
            losses.cut_off = piece.where(len(piece.text))
    told, timeless_count = told_activities(outline.activities, gathered)
    lost = losses.told(outline, gathered, timeless_count)
    if not told:
        raise _nothing(source, gathered, outline, lost, routes)
    yield from activity_batches(told, gathered)
    yield ReadReport(losses=lost, passed_over=_passed_over(outline, gathered, other_names))


def _nothing(
    source: Source, gathered: Gathered, outline: Outline, lost: tuple[Loss, ...], routes: str
) -> CorruptExport | UnsupportedExport:
    """Why there is no activity in the file."""
    doing = "read the track file"
    if lost:
        found = f"no whole trackpoint with a time in it ({lost[0].what} lost at {lost[0].where or 'an unknown place'})"
        return CorruptExport(doing=doing, where=source.name, found=found, remedy="Export it once more")
    planned_count = gathered.planned_count + gathered.untimed_count + outline.counts.get(routes, 0)
    if planned_count:
        found = f"none of its {planned_count} points was recorded: a planned route has no times of its own"
        remedy = "Drop the recorded activity; a planned route holds nothing an athlete did"
    else:
        found = "there is no trackpoint in it, only metadata: a session without positions, or an empty export"
        remedy = "Export the session as FIT or TCX, which hold heart rate without positions"
    return UnsupportedExport(doing=doing, where=source.name, found=found, remedy=remedy)


def _passed_over(outline: Outline, gathered: Gathered, other_names: set[str]) -> tuple[str, ...]:
    notes = [f"{name} of the trackpoints" for name in sorted(other_names)]
    if gathered.planned_count:
        notes.append(f"{counted(gathered.planned_count, 'point')} of planned routes")
    if gathered.untimed_count and not gathered.record_count:
        notes.append(f"{counted(gathered.untimed_count, 'point')} without a time")
    return (*notes, *(counted(count, what) for what, count in sorted(outline.counts.items())))
