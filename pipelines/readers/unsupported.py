"""Exports that are known and not read: told by their content, so that a person hears what to export instead.

No reader is asked here: these are looked through only when none said yes.
"""

import re
from dataclasses import dataclass

from pipelines.readers.contract import Head
from pipelines.readers.csv_file import header_of, key_of
from pipelines.readers.tracks.text import root_name

ANOTHER = "Export the session as FIT, TCX or GPX"


@dataclass(frozen=True, kw_only=True)
class KnownFormat:
    """One kind of file: any of its marks is enough."""

    label: str
    """What it is, as its users call it."""
    instead: str
    """What to export in its place."""
    roots: tuple[str, ...] = ()
    """Local names of the outermost element."""
    keys: tuple[tuple[str, ...], ...] = ()
    """Keys of a JSON text, in quotation marks at its start; all of one group."""
    titles: tuple[frozenset[str], ...] = ()
    """Titles of a table, in lower case; all of one group."""
    starts: tuple[bytes, ...] = ()
    """First bytes."""
    line: str = ""
    """Pattern of one of the first lines that are not empty."""
    suffixes: tuple[str, ...] = ()
    """Endings of the name; with `starts` or alone, for contents that have no mark of their own."""

    def is_kind_of(self, head: Head) -> bool:
        """Whether the file is one of these."""
        if self.starts:
            return head.start.startswith(self.starts) and (not self.suffixes or head.suffix in self.suffixes)
        if self.suffixes:
            return head.suffix in self.suffixes and b"\0" in head.start
        return (
            (bool(self.roots) and root_name(head.start) in self.roots)
            or (bool(self.keys) and _has_keys(head, self.keys))
            or (bool(self.titles) and _has_titles(head, self.titles))
            or (bool(self.line) and _has_line(head, self.line))
        )


LINES_LOOKED_AT = 5


def _has_keys(head: Head, groups: tuple[tuple[str, ...], ...]) -> bool:
    start = head.start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"{", b"[") and any(all(f'"{key}"'.encode() in start for key in group) for group in groups)


def _has_titles(head: Head, groups: tuple[frozenset[str], ...]) -> bool:
    titles = {key_of(title) for title in header_of(head.lines() or [])}
    return any(group <= titles for group in groups)


def _has_line(head: Head, pattern: str) -> bool:
    lines = [line for line in head.start.decode("latin-1").splitlines() if line.strip()][:LINES_LOOKED_AT]
    return any(re.match(pattern, line) for line in lines)


KNOWN = (
    KnownFormat(
        label="a Suunto log (SML)", instead="Export the move as FIT or GPX from the Suunto app", roots=("sml",)
    ),
    KnownFormat(
        label="a Suunto log (JSON)",
        instead="Export the move as FIT or GPX from the Suunto app",
        keys=(("DeviceLog",), ("DeviceHistory",)),
    ),
    KnownFormat(label="a SportTracks logbook", instead=ANOTHER, roots=("FitnessWorkbook",)),
    KnownFormat(label="a map file (KML) without sensor values", instead=ANOTHER, roots=("kml",)),
    KnownFormat(
        label="Apple Health's clinical copy (export_cda.xml), which repeats what export.xml holds",
        instead="Drop export.xml, or the whole export.zip",
        roots=("ClinicalDocument",),
    ),
    KnownFormat(
        label="an electrocardiogram of an Apple Watch (CSV)",
        instead="Nothing: voltages are not read; spot readings are in export.xml",
        line=r"[^,;\"]{1,40},\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\s*$",
    ),
    KnownFormat(
        label="a web page, not an export: the download ended on a page that asks to sign in, or says why it failed",
        instead="Download the export once more, signed in",
        roots=("html", "HTML"),
        line=r"(?i)\s*<!doctype html",
    ),
    KnownFormat(
        label="a MotoActv workout table",
        instead=ANOTHER,
        titles=(frozenset({"timestamp_epoch", "steps_per_minute", "calorieburn"}),),
    ),
    KnownFormat(
        label="additional data of a GoldenCheetah activity (XDATA)",
        instead="Drop the activity it belongs to, as FIT, TCX or GPX",
        line=r"XDATA\b",
    ),
    KnownFormat(
        label="a GoldenCheetah activity (JSON)",
        instead="Drop the file it was imported from",
        keys=(("RIDE", "STARTTIME"),),
    ),
    KnownFormat(
        label="a table of breath gases (VO2 Master and others)",
        instead="There is nothing to export instead: gases are not read",
        titles=(frozenset({"secs", "rf", "vo2"}),),
    ),
    KnownFormat(
        label="an account export of Polar Flow (JSON)",
        instead="Export the sessions as TCX from Polar Flow, RR intervals as CSV",
        keys=(
            ("exercises", "startTime", "stopTime"),
            ("deviceDays",),
            ("devicePpiSamplesList",),
            ("meanNightlyRecoveryRmssd",),
            ("sleepResult", "hypnogram"),
        ),
    ),
    KnownFormat(
        label="a session of Polar Flow (CSV)",
        instead="Export the session as TCX from Polar Flow",
        titles=(frozenset({"sample rate", "time", "hr (bpm)"}), frozenset({"name", "sport", "start time", "duration"})),
    ),
    KnownFormat(
        label="a table of Samsung Health",
        instead="Export the workouts as GPX or TCX; Samsung Health's own tables are not read",
        line=r"com\.samsung\.",
    ),
    KnownFormat(
        label="a Health Connect backup or another app's database",
        instead="Export the sessions from the app that recorded them, as FIT, TCX or GPX",
        starts=(b"SQLite format 3\0",),
    ),
    KnownFormat(
        label="nights of Sleep Cycle",
        instead="There is nothing to export instead: nights by microphone or movement of a phone are not read",
        line=r"(?:Went to bed;Woke up|Start;End;Sleep quality)",
    ),
    KnownFormat(
        label="a table of Zepp or Amazfit",
        instead="Export the workouts as FIT, TCX or GPX from the Zepp app",
        titles=(
            frozenset({"date", "deepsleeptime", "shallowsleeptime"}),
            frozenset({"type", "starttime", "sporttime(s)"}),
            frozenset({"date", "time", "heartrate"}),
        ),
    ),
    KnownFormat(
        label="motion data of Huawei Health (JSON)", instead=ANOTHER, keys=(("recordDay", "sportType", "attribute"),)
    ),
    KnownFormat(
        label="Open mHealth or IEEE 1752 data points",
        instead="Export from the device's own app, as FIT, TCX or GPX",
        keys=(("schema_id", "namespace", "body"),),
    ),
    KnownFormat(
        label="a TrainingPeaks table",
        instead="Export the workout files from TrainingPeaks: they are FIT or TCX",
        titles=(frozenset({"timestamp", "type", "value"}), frozenset({"title", "workouttype", "workoutday"})),
    ),
    KnownFormat(
        label="a Kubios report",
        instead="Drop the RR intervals it was made from, as text",
        line=r"(?i)\W*(?:kubios hrv|results for (?:single )?samples)",
    ),
    KnownFormat(
        label="the table a FIT tool makes of a FIT file",
        instead="Drop the FIT file itself",
        titles=(
            frozenset({"type", "local number", "message", "field 1"}),
            frozenset({"timestamp", "position_lat"}),
            frozenset({"timestamp", "heart_rate", "distance"}),
            frozenset({"timestamp", "heart rate [bpm]"}),
        ),
    ),
    KnownFormat(
        label="an ECG record of PhysioNet (WFDB header)",
        instead="Export RR intervals as text, one a line in ms",
        line=r"[\w./-]+ \d{1,2} \d+(?:\.\d+)?(?:/\S+)? \d+(?:\s|$)",
    ),
    KnownFormat(
        label="beat labels of PhysioNet (WFDB annotations)",
        instead="Export RR intervals as text, one a line in ms",
        suffixes=(".atr", ".qrs", ".ecg", ".ari"),
    ),
    KnownFormat(
        label="beat labels of PhysioNet as a table",
        instead="Export RR intervals as text, one a line in ms",
        line=r"\s*Time\s+Sample #\s+Type\s+Sub\s+Chan\s+Num",
    ),
    KnownFormat(
        label="data saved by R",
        instead="Write the table as CSV, or RR intervals as text",
        starts=(b"\xfd7zXZ\0", b"BZh", b"\x1f\x8b", b"RDX2", b"RDX3"),
        suffixes=(".rdata", ".rda", ".rds"),
    ),
    KnownFormat(
        label="an archive other than zip or gz",
        instead="Unpack it, or pack it as zip",
        starts=(b"\xfd7zXZ\0", b"BZh", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd"),
    ),
    KnownFormat(
        label="an old Excel workbook", instead="Save the sheet as CSV (UTF-8)", starts=(b"\xd0\xcf\x11\xe0\xa1\xb1",)
    ),
    KnownFormat(label="a PDF", instead="Export the data, not the report", starts=(b"%PDF-",)),
    KnownFormat(
        label="a picture",
        instead="Nothing: pictures hold no data that is read",
        starts=(b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8"),
    ),
)
"""Every kind there is; the first that fits counts."""


def known_format(head: Head) -> KnownFormat | None:
    """What the file is, where that is known; null where it is not."""
    return next((known for known in KNOWN if known.is_kind_of(head)), None)
