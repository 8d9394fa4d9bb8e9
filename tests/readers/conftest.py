"""Examples of every format, small enough to read, and a source to read them from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipelines.observations.experiments.schedule import Design, schedule
from pipelines.readers.answers_rows import AnswerRow, answers_file
from pipelines.readers.catalogue import head_of, recognise
from pipelines.readers.contract import Batch, ReadReport, Source
from pipelines.readers.experiment_files import PlanFile, plan_name, plan_text
from pipelines.readers.read_file import read_source
from pipelines.readers.wattworth_answers import FILE_NAME
from pipelines.simulation.apple_days import AppleDays, apple_lines
from pipelines.simulation.writers.gpx import GpxTrack, gpx_file
from pipelines.simulation.writers.polar_hrm import polar_hrm_file
from pipelines.simulation.writers.tcx import TcxActivity, tcx_file
from pipelines.tables import conform

FIT = bytes.fromhex(
    "0e209308a80000002e46495406e9400000000004000100010284020284040486"
    "00040100010000ab9041410000140006fd048603010200048501048506028402"
    "02840100ab904178a44ffa24e9933e09b80bb80b0101ab904179a44ffa24e993"
    "3e09b80bb80b0102ab90417aa44ffa24e9933e09b80bb80b4200004e00010006"
    "84022c031e03ffff430000120006fd0486020486070486080486090486050100"
    "0302ab904100ab9041b80b0000b80b0000840300000133db"
)

APPLE_DAY = AppleDays(
    seed=5, first_date=date(2026, 3, 1), day_count=1, rates_a_day=6, stretches_a_day=2, has_route=True
)

EXPERIMENT = PlanFile(
    experiment_id="0123456789ab",
    question='Does an evening "walk" lower the next morning\'s heart rate?',
    condition_a="20 min walk",
    condition_b="no walk",
    metric="resting_heart_rate",
    method="garmin_daily",
    reading="day",
    device_id="",
    unit="bpm",
    lag_days=1,
    smallest_effect=2.0,
    week_count=4,
    pair_count=7,
    period_days=1,
    washout_days=1,
    seed=5,
    start_date=date(2026, 3, 2),
    planned_on=date(2026, 3, 1),
    expected_adherence=0.95,
    power=0.71,
    days=tuple(
        (day.on, day.pair, day.condition)
        for day in schedule(Design(pair_count=7, period_days=1, washout_days=1), seed=5, start=date(2026, 3, 2))
    ),
)

RR = [812, 798, 805, 820, 831, 826, 810, 795, 801, 814] * 6


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """What came out of one file."""

    reader: str
    frames: dict[str, pl.DataFrame]
    report: ReadReport


def _stamped(delimiter: str, stamp: str, *, with_elapsed: bool) -> str:
    lines, elapsed_ms = [], 0
    for rr in RR:
        elapsed_ms += rr
        moment = datetime.fromtimestamp(1_767_250_800 + elapsed_ms / 1000, UTC)
        cells = [moment.strftime(stamp)[:-3], str(rr)]
        lines.append(delimiter.join([*cells, str(elapsed_ms - RR[0])] if with_elapsed else cells))
    return "\n".join(lines) + "\n"


def run_records(count: int = 60) -> pl.DataFrame:
    """Records of a run on open water, one a second, with everything a track file can hold."""
    index = pl.int_range(count, eager=True)
    frame = pl.DataFrame(
        {
            "recorded_at_utc": [datetime.fromtimestamp(1_772_344_800 + second, UTC) for second in range(count)],
            "latitude_deg": 44.5 + index * 2.7e-5,
            "longitude_deg": -30.0 + index * 1e-6,
            "altitude_m": 20.0 + (index % 7) * 0.5,
            "distance_m": index * 3.0,
            "speed_m_per_s": 3.0 + (index % 5) * 0.1,
            "heart_rate_bpm": 120 + index % 40,
            "cadence_rpm": 84.0 + index % 3,
            "power_w": 250.0 + index % 20,
            "temperature_c": 17.0 + index % 2,
            "gps_accuracy_m": 4.0 + index % 2,
        }
    )
    keys = {"athlete_id": 7, "source_file_id": "0123456789abcdef", "activity_id": "0123456789abcdef:0"}
    named = frame.with_columns(record_index=index, **{name: pl.lit(value) for name, value in keys.items()})
    return conform(named, "records")


EXAMPLES: dict[str, tuple[str, bytes]] = {
    "fit": ("morning run.fit", FIT),
    "tcx": ("activity_1.tcx", tcx_file([TcxActivity(records=run_records(), pauses=((1_772_344_820, 1_772_344_821),))])),
    "gpx": ("activity_1.gpx", gpx_file([GpxTrack(records=run_records())])),
    "pwx": (
        "ride.pwx",
        (
            '<?xml version="1.0"?>\n<pwx xmlns="http://www.peaksware.com/PWX/1/0" version="1.0"><workout>'
            "<sportType>Run</sportType><device><make>Acme</make><model>One</model></device>"
            "<time>2026-03-01T07:00:00</time><summarydata><duration>60</duration><durationstopped>2</durationstopped>"
            '<hr max="150" min="110" avg="130"/><dist>180</dist></summarydata>\n'
            + "".join(
                f"<sample><timeoffset>{second}</timeoffset><hr>{120 + second % 30}</hr><spd>3.0</spd>"
                f"<dist>{3 * second}</dist></sample>\n"
                for second in range(60)
            )
            + "</workout></pwx>\n"
        ).encode(),
    ),
    "polar_hrm": ("26030101.hrm", polar_hrm_file(run_records(), local_start=datetime(2026, 3, 1, 7))),  # noqa: DTZ001
    "rr_text": ("2026-03-01 06-55-00.txt", ("\n".join(map(str, RR)) + "\n").encode()),
    "hrv_logger": (
        "2026-01-01_RR_1.csv",
        ("date,rr,since start\n" + _stamped(",", "%Y-%m-%d %H:%M:%S.%f", with_elapsed=True)).encode(),
    ),
    "polar_sensor_logger": (
        "Polar_H10_RR.txt",
        ("Phone timestamp;RR-interval [ms]\n" + _stamped(";", "%Y-%m-%dT%H:%M:%S.%f", with_elapsed=False)).encode(),
    ),
    "elite_hrv_summary": (
        "EliteHRV_Export.csv",
        (
            b"\xef\xbb\xbfMember,Date,Datetime,Type,HRV,lnRmssd,Rmssd,Nn50,Pnn50,Sdnn,Score,HR\r\n"
            b"a,2026-03-01,2026-03-01 06:20:00,readiness,57,3.71,40.87,32,21.3,61.9,,50.4\r\n"
            b"a,2026-03-02,2026-03-02 06:25:00,readiness,51,3.33,28.03,8,5.37,48.2,6,53.8\r\n"
        ),
    ),
    "hrv4training": (
        "MyMeasurements.csv",
        (
            b"date, time, HR,AVNN,SDNN,rMSSD,pNN50,LF,HF,HRV4T_Recovery_Points,trainingRPE, fatigue,note\r\n"
            b"2026-28-02,06:01,51.3,1170.1,53.1,45.2,20.0,0.03,0.06,7.7,5,2.0,slept badly\r\n"
            b"2026-01-03,01:00,0.0,0.0,0.0,0.0,0.0,0.0,0.0,,3,,\r\n"
        ),
    ),
    "wellness_csv": (
        "wellness.csv",
        (
            b"date,fatigue (1-7),sleep (1-7),soreness (1-7),stress (1-7),rpe,duration_min,remarks\n"
            b"2026-03-01,3,2,4,1,6,45,tired legs\n2026-03-02,2,2,3,1,7.5,60,\n"
        ),
    ),
    "whoop_csv": (
        "physiological_cycles.csv",
        (
            b"Cycle start time,Cycle end time,Cycle timezone,Recovery score %,Resting heart rate (bpm),"
            b"Heart rate variability (ms),Skin temp (celsius),Blood oxygen %,Day Strain,Sleep onset,Wake onset,"
            b"Sleep performance %,Respiratory rate (rpm),Asleep duration (min),Light sleep duration (min),"
            b"Deep (SWS) duration (min),REM duration (min),Awake duration (min)\n"
            b"2026-03-02 00:42:55,,UTC+01:00,76,54,63,34.19,97.25,,2026-03-02 00:42:55,2026-03-02 08:05:57,"
            b"90,14.8,417,232,90,95,26\n"
            b"2026-02-28 23:50:00,2026-03-02 00:42:55,UTC+01:00,58,56,55,34.02,96.10,11.3,2026-02-28 23:50:00,"
            b"2026-03-01 07:40:00,84,15.0,430,215,100,115,40\n"
        ),
    ),
    "oura_export": (
        "sleepmodel.csv",
        (
            b"id;day;bedtime_start;bedtime_end;type;total_sleep_duration;deep_sleep_duration;rem_sleep_duration;"
            b"light_sleep_duration;awake_time;lowest_heart_rate;average_heart_rate;average_hrv;heart_rate;hrv;"
            b"sleep_phase_5_min\n"
            b"a1;2026-03-02;2026-03-01T22:40:00.000+01:00;2026-03-02T06:40:00.000+01:00;long_sleep;25200;4800;5400;15000;"
            b'3000;52;58.5;61;{"interval":300,"items":[60,58,null]};{"interval":300,"items":[55,62,null]};4422113344\n'
            b"a2;2026-03-02;2026-03-02T14:00:00.000+01:00;2026-03-02T14:40:00.000+01:00;late_nap;1800;0;0;1800;600;60;64;"
            b"48;;;22\n"
        ),
    ),
    "oura_trends": (
        "oura_2026-03-01_2026-03-02_trends.csv",
        (
            b"date,Sleep Score,Total Sleep Duration,Awake Time,REM Sleep Duration,Light Sleep Duration,"
            b"Deep Sleep Duration,Sleep Timing,Sleep Timing,Bedtime Start,Bedtime End,Average Resting Heart Rate,"
            b"Lowest Resting Heart Rate,Average HRV,Readiness Score,Steps\n"
            b"2026-03-01,82,27000,1800,6000,16200,4800,97,None,2026-02-28T22:40:00.000+01:00,"
            b"2026-03-01T06:40:00.000+01:00,58.2,52,61,85,9420\n"
        ),
    ),
    "strava_activities": (
        "activities.csv",
        (
            b"Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,"
            b"Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,"
            b"Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,Average Speed,Elevation Gain\n"
            b'1,"Jan 1, 2026, 6:00:00 AM",Morning Run,Run,"Easy,\nflat",1830,5.02,172,45,false,,,'
            b"activities/9.fit.gz,70.0,,1830.0,1800.0,5020.0,4.1,2.79,32.0\n"
            b'2,"Jan 2, 2026, 5:00:00 PM",Swim,Swim,,1500,1200,,,false,,,,,,,,,,,\n'
        ),
    ),
    "strava_streams": (
        "2026-03-01 06-55-00 run.json",
        (
            b'{"time": [0, 1, 3], "distance": [0.0, 2.9, 9.1], "latlng": [[38.5, -28.7], [38.5, -28.7001], null],'
            b' "altitude": [10.0, 10.2, 10.4], "heartrate": [92, 0, 98], "cadence": [84, 85, 85],'
            b' "grade_smooth": [0.0, 0.1, 0.1]}'
        ),
    ),
    "withings_csv": (
        "sleep.csv",
        (
            b'from,to,"light (s)","deep (s)","rem (s)","awake (s)","wake up","Duration to sleep (s)",'
            b'"Duration to wake up (s)","Snoring (s)","Snoring episodes","Average heart rate","Heart rate (min)",'
            b'"Heart rate (max)"\n'
            b"2026-02-28T23:00:00+01:00,2026-03-01T06:30:00+01:00,14400,6000,4800,1800,2,600,300,0,0,54,46,71\n"
        ),
    ),
    "intervals_icu": (
        "wellness.csv",
        (
            b"date,weight,restingHR,hrv,hrvSDNN,sleepSecs,sleepScore,sleepQuality,soreness,fatigue,ctl,atl,comments\n"
            b"2026-03-01,70.2,48,61.5,,27000,82,2,1,2,45.1,51.3,heavy legs\n2026-03-02,,0,,,,,,,,45,50,\n"
        ),
    ),
    "plan_csv": (
        "plan.csv",
        (
            b"date,sport,duration,distance (km),description\n2026-03-02,run,0:45,8,Easy\n"
            b"2026-03-03,,,,Rest day\n2026-03-04,bike,1:30,,Hills\n"
        ),
    ),
    "garmin_account": (
        "2026-02-28_2026-06-08_000000001_sleepData.json",
        (
            b'[{"sleepStartTimestampGMT":"2026-03-01T22:10:00.0","sleepEndTimestampGMT":"2026-03-02T06:10:00.0",'
            b'"calendarDate":"2026-03-02","sleepWindowConfirmationType":"ENHANCED_CONFIRMED_FINAL",'
            b'"deepSleepSeconds":5400,"lightSleepSeconds":16200,"remSleepSeconds":5400,"awakeSleepSeconds":1800,'
            b'"unmeasurableSeconds":0,"averageRespiration":14.0,"retro":false,"sleepScores":{"overallScore":82},'
            b'"napList":[{"napStartTimestampGMT":"2026-03-02T13:00:00.0","napEndTimestampGMT":"2026-03-02T13:30:00.0",'
            b'"napTimeSec":1800}]},{"calendarDate":"2026-03-03","sleepStartTimestampGMT":"2026-03-02T22:30:00.0",'
            b'"sleepEndTimestampGMT":"2026-03-03T05:50:00.0","deepSleepSeconds":4200,"lightSleepSeconds":15600,'
            b'"awakeSleepSeconds":600,"sleepScores":{"overallScore":71},"napList":[]}]'
        ),
    ),
    "garmin_connect_json": (
        "hrv_2026-03-02.json",
        (
            b'{"userProfilePk":1,"hrvSummary":{"calendarDate":"2026-03-02","weeklyAvg":51,"lastNightAvg":54,'
            b'"lastNight5MinHigh":77,"baseline":{"lowUpper":40},"status":"BALANCED"},"hrvReadings":['
            b'{"hrvValue":49,"readingTimeGMT":"2026-03-01T22:15:00.0","readingTimeLocal":"2026-03-01T23:15:00.0"},'
            b'{"hrvValue":58,"readingTimeGMT":"2026-03-01T22:20:00.0","readingTimeLocal":"2026-03-01T23:20:00.0"}],'
            b'"startTimestampGMT":"2026-03-01T22:10:00.0","endTimestampGMT":"2026-03-02T06:10:00.0"}'
        ),
    ),
    "apple_health": ("export.xml", ("\n".join(apple_lines(APPLE_DAY)) + "\n").encode()),
    "fitbit_takeout": (
        "sleep-2026-03-01.json",
        (
            b'[{\n  "logId" : 41,\n  "dateOfSleep" : "2026-03-02",\n  "startTime" : "2026-03-01T23:05:00.000",\n'
            b'  "endTime" : "2026-03-02T06:35:00.000",\n  "duration" : 27000000,\n  "minutesAsleep" : 400,\n'
            b'  "minutesAwake" : 50,\n  "timeInBed" : 450,\n  "type" : "stages",\n  "levels" : {"summary" : {'
            b'"deep" : {"minutes" : 70}, "wake" : {"minutes" : 50}, "light" : {"minutes" : 230}, '
            b'"rem" : {"minutes" : 100}},\n "data" : ['
            b'{"dateTime" : "2026-03-01T23:05:00.000", "level" : "light", "seconds" : 13500}, '
            b'{"dateTime" : "2026-03-02T02:50:00.000", "level" : "deep", "seconds" : 13500}],\n'
            b' "shortData" : [{"dateTime" : "2026-03-02T01:00:00.000", "level" : "wake", "seconds" : 60}]},\n'
            b'  "mainSleep" : true\n},{\n  "logId" : 42, "dateOfSleep" : "2026-03-02", "startTime" : '
            b'"2026-03-02T13:00:00.000", "endTime" : "2026-03-02T13:40:00.000", "duration" : 2400000, '
            b'"minutesAsleep" : 35, "minutesAwake" : 5, "type" : "classic", '
            b'"levels" : {"summary" : {"asleep" : {"minutes" : 35}}, "data" : '
            b'[{"dateTime" : "2026-03-02T13:00:00.000", "level" : "asleep", "seconds" : 2400}]}, '
            b'"mainSleep" : false\n}]\n'
        ),
    ),
    "wattworth_answers": (
        FILE_NAME,
        answers_file(
            [
                AnswerRow(kind=kind, id=about, athlete="anna", author="coach", said_on=date(2026, 3, 3), **cells)
                for kind, about, cells in (
                    ("question", "0123456789ab", {"about_date": date(2026, 3, 1), "answer": "ill"}),
                    ("feedback", "ba9876543210", {"answer": "knew_already", "text": "She said so on Monday."}),
                    ("note", "", {"about_date": date(2026, 3, 1), "answer": "ill", "text": 'A cold, "bad" one'}),
                    ("rpe", "", {"about_date": date(2026, 3, 2), "answer": "7"}),
                    ("feel", "", {"about_date": date(2026, 3, 2), "answer": "2"}),
                )
            ]
        ),
    ),
    "experiment_files": (plan_name(EXPERIMENT.experiment_id), plan_text(EXPERIMENT).encode()),
    "notes_csv": (
        "notes.csv",
        b'date,author,kind,note\n2026-03-01,coach,ill,"A cold, ""bad"" one\nand a cough"\n2026-03-02,,,Left for camp\n',
    ),
}


@pytest.fixture(scope="session")
def examples() -> dict[str, tuple[str, bytes]]:
    return EXAMPLES


@pytest.fixture
def source_of(tmp_path: Path) -> Callable[..., Source]:
    """Puts bytes or text into a file of that name and hands over its source."""

    def make(
        name: str, content: bytes | str, *, zone: str = "Europe/Berlin", modified: datetime | None = None
    ) -> Source:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Source(
            path=path,
            name=name,
            source_file_id="0123456789abcdef",
            athlete_id=7,
            time_zone=ZoneInfo(zone),
            modified_at_utc=modified,
        )

    return make


@pytest.fixture
def read_whole(source_of: Callable[..., Source]) -> Callable[..., ReadFile]:
    """Recognises and reads bytes or text as a run would."""

    def read(name: str, content: bytes | str, **options: object) -> ReadFile:
        source = source_of(name, content, **options)
        reader = recognise(head_of(source.path, name))
        *batches, report = read_source(source, reader)
        assert isinstance(report, ReadReport)
        return ReadFile(reader=reader.name, frames=dict(_together(batches)), report=report)

    return read


def _together(batches: list[Batch | ReadReport]) -> Iterator[tuple[str, pl.DataFrame]]:
    frames: dict[str, list[pl.DataFrame]] = {}
    for batch in batches:
        assert isinstance(batch, Batch)
        frames.setdefault(batch.table, []).append(batch.frame)
    for table, parts in frames.items():
        yield table, pl.concat(parts)
