"""What is known and not read: named for what it is, with what to export instead, and never before a reader."""

from collections.abc import Callable

import pytest

from pipelines.errors import UnknownFormat, UnsupportedExport
from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Source
from pipelines.readers.unsupported import KNOWN, known_format

SAMPLES = {
    "move.sml": (b'<?xml version="1.0"?>\n<sml Version="2"><DeviceLog/></sml>', "Suunto log (SML)"),
    "move.json": (b'{"DeviceLog": {"Header": {}, "Samples": []}}', "Suunto log (JSON)"),
    "log.fitlog": (b"<FitnessWorkbook><AthleteLog/></FitnessWorkbook>", "SportTracks"),
    "doc.kml": (b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>', "KML"),
    "export_cda.xml": (b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>', "export_cda"),
    "ecg_2026-03-01.csv": (
        b'Name,A\nGeburtsdatum,"1. Jan 1990"\nAufzeichnungsdatum,2026-03-01 09:41:00 +0100\nEinheit,\n\n-48,673\n',
        "electrocardiogram of an Apple Watch",
    ),
    "activity.tcx": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
    "page.gpx": (b"<html><body>Not found</body></html>", "web page"),
    "moto.csv": (b'"DISTANCE","STEPS_PER_MINUTE","timestamp_epoch","CALORIEBURN"\n"0","0","1","2"\n', "MotoActv"),
    "swim.csv": (b"XDATA: SWIM\nSECS,KM\n1,0\n", "XDATA"),
    "ride.json": (b'{"RIDE":{"STARTTIME":"2026/03/01"}}', "GoldenCheetah"),
    "gas.vo2": (b"secs, rf, rmv, vo2\n1, 2, 3, 4\n", "breath"),
    "247ohr_1_03.json": (b'{"deviceDays":[{"userId":1,"samples":[]}]}', "Polar Flow (JSON)"),
    "session.csv": (
        b"Name,Sport,Date,Start time,Duration\na,RUNNING,01-03-2026,07:00:00,00:30:00\n",
        "Polar Flow (CSV)",
    ),
    "hr.csv": (b"com.samsung.shealth.tracker.heart_rate,7006011,3\nstart_time,\n", "Samsung"),
    "health.db": (b"SQLite format 3\0" + bytes(100), "database"),
    "sleepdata.csv": (
        b"Went to bed;Woke up;Sleep Quality\n2026-03-01 23:05:00;2026-03-02 06:45:00;82%\n",
        "Sleep Cycle",
    ),
    "SLEEP_1.csv": (b"\xef\xbb\xbfdate,deepSleepTime,shallowSleepTime,wakeTime\n2026-03-02,95,260,12\n", "Zepp"),
    "motion.json": (b'[{"recordDay":20260301,"sportType":4,"attribute":"x"}]', "Huawei"),
    "points.json": (b'[{"header":{"schema_id":{"namespace":"omh"}},"body":{}}]', "Open mHealth"),
    "metrics.csv": (b'"Timestamp","Type","Value"\n"2026-03-01 07:10:00","Pulse","48"\n', "TrainingPeaks"),
    "a_hrv.csv": (b"RESULTS FOR SINGLE SAMPLES,SAMPLE 1\n  Mean RR  (ms):              ,1050.2\n", "Kubios"),
    "fit.csv": (b"Type,Local Number,Message,Field 1,Value 1,Units 1\nDefinition,0,file_id,type,1,\n", "FIT tool"),
    "records.csv": (
        b"timestamp,heart_rate,cadence,distance,position_lat,altitude\nSun Jun 11,61,0,0.5,1,2\n",
        "FIT tool",
    ),
    "columns.csv": (b"Timestamp, Heart Rate [bpm],Speed [m/s],Distance [m]\n2026,61,0,0.5\n", "FIT tool"),
    "100.hea": (b"100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n", "WFDB header"),
    "100.atr": (b"\x12\x70\x03\x00\x4e\x04", "WFDB annotations"),
    "100.txt": (b"      Time   Sample #  Type  Sub Chan  Num\n    0:00.231       83     ~    2    0    0\n", "table"),
    "beats.RData": (b"\xfd7zXZ\0" + bytes(30), "R"),
    "data.xz": (b"\xfd7zXZ\0" + bytes(30), "archive other than zip"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30), "Excel"),
    "report.pdf": (b"%PDF-1.7\n", "PDF"),
    "shot.png": (b"\x89PNG\r\n\x1a\n" + bytes(30), "picture"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_known_file_is_named_and_says_what_to_do_instead(name: str, source_of: Callable[..., Source]) -> None:
    content, label = SAMPLES[name]
    source = source_of(name, content)

    with pytest.raises(UnsupportedExport) as raised:
        recognise(head_of(source.path, name))

    assert raised.value.kind == "unsupported"
    assert label in raised.value.found
    assert raised.value.remedy
    assert "\n" not in str(raised.value)


def test_every_known_format_has_a_sample(source_of: Callable[..., Source]) -> None:
    heads = [head_of(source_of(name, content).path, name) for name, (content, _) in SAMPLES.items()]

    met = {id(known_format(head)) for head in heads}

    assert met == {id(known) for known in KNOWN}


def test_no_known_format_stands_before_a_reader(
    examples: dict[str, tuple[str, bytes]], source_of: Callable[..., Source]
) -> None:
    for reader_name, (name, content) in examples.items():
        source = source_of(name, content)

        assert recognise(head_of(source.path, name)).name == reader_name


def test_what_is_not_known_stays_unknown(source_of: Callable[..., Source]) -> None:
    source = source_of("poem.txt", "Roses are red,\nviolets are blue.\n")

    with pytest.raises(UnknownFormat):
        recognise(head_of(source.path))
