"""The outline of a track file: its activities with laps and stretches, as the tags between the points tell it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from pipelines.readers.local_times import YEARS, Moment, moment_of, parsed_time
from pipelines.readers.tracks.cut import Mark
from pipelines.readers.tracks.makers import TrackDevice

NOWHERE = -1
"""Number of the stretch that points of a planned route lie in: none."""


@dataclass(kw_only=True)
class Lap:
    """One lap as the file sums it up; numbers it does not state are null."""

    start_text: str | None = None
    timer_s: float | None = None
    distance_m: float | None = None
    energy_kcal: float | None = None
    average_heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    stretches: list[int] = field(default_factory=list)


def stated_moment(text: str | None, zone: ZoneInfo) -> Moment | None:
    """A time as an element or attribute states it; null when it is none."""
    stated = parsed_time(text or "")
    if not isinstance(stated, datetime) or stated.year not in YEARS:
        return None
    return moment_of(stated, zone)


@dataclass(kw_only=True)
class Activity:
    """One activity as the file outlines it. A stretch is a run of points without a pause in it."""

    words: str | None = None
    """What the file calls the sport."""
    start_text: str | None = None
    device: TrackDevice | None = None
    laps: list[Lap] = field(default_factory=list)
    summary: Lap | None = None
    """Sums of the whole activity, where the file states them; else its laps add up to them."""
    stretches: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class Outline:
    """What the tags have told so far. `enter` and `leave` are the format's own."""

    enter: Callable[["Outline", Mark], None]
    leave: Callable[["Outline", str], None]
    activities: list[Activity] = field(default_factory=list)
    open_names: list[str] = field(default_factory=list)
    """Names of the elements that are open, the outermost first."""
    current: Activity | None = None
    lap: Lap | None = None
    stretch: int | None = None
    """Number of the open stretch in the file."""
    stretch_count: int = 0
    is_planned: bool = False
    """Whether points belong to a planned route just now."""
    device: TrackDevice | None = None
    """Device or app of the file as a whole."""
    counts: dict[str, int] = field(default_factory=dict)
    """How often what is passed over was seen."""
    is_closed: bool = False
    """Whether the outermost element has ended."""
    broken_after: list[int] = field(default_factory=list)
    """Numbers of points after which a tag stood that closes nothing open."""
    point_count: int = 0
    values: dict[str, str] = field(default_factory=dict)
    """Texts collected for what is open, such as a device."""

    def runs(self, marks: Iterable[Mark], *, point: str) -> Iterator[tuple[int, int]]:
        """Stretch and number of points of each run, in file order."""
        for mark in marks:
            if mark.kind == "points":
                self.point_count += mark.count
                yield (NOWHERE if self.is_planned else self._open_stretch()), mark.count
            elif mark.name == point:
                continue
            elif mark.kind == "end":
                self._end(mark.name)
            else:
                self.open_names.append(mark.name)
                self.enter(self, mark)
                if mark.kind == "empty":
                    self._end(mark.name)

    def begin(self, activity: Activity) -> None:
        """Opens an activity."""
        self.activities.append(activity)
        self.current, self.lap, self.stretch = activity, None, None

    def parent(self, steps: int = 1) -> str:
        """Name of the element `steps` above the innermost open one; empty when there is none."""
        return self.open_names[-1 - steps] if len(self.open_names) > steps else ""

    def count(self, what: str) -> None:
        """Counts something that is passed over."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def _open_stretch(self) -> int:
        """The open stretch; points outside any, as a damaged file has them, open one."""
        if self.current is None:
            self.begin(Activity())
        assert self.current is not None
        if self.stretch is None:
            self.stretch = self.stretch_count
            self.stretch_count += 1
            self.current.stretches.append(self.stretch)
            if self.lap is not None:
                self.lap.stretches.append(self.stretch)
        return self.stretch

    def _end(self, name: str) -> None:
        if name not in self.open_names:
            self.broken_after.append(self.point_count)
            return
        if self.open_names[-1] != name:
            self.broken_after.append(self.point_count)
        while self.open_names:
            last = self.open_names.pop()
            self.leave(self, last)
            if last == name:
                break
        self.is_closed = not self.open_names
