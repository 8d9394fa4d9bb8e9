"""A whole Garmin account, as one archive with an archive of FIT files inside it, through a whole run."""

from datetime import date

import numpy as np
import pytest

from pipelines.paths import Home
from pipelines.simulation.devices import GARMIN, Device
from pipelines.simulation.frames import activity_row, record_rows
from pipelines.simulation.garmin_fitbit_exports import garmin_members
from pipelines.simulation.lives import lives
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.simulation.watch_exports import watch_exports
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.simulation.writers.garmin_account import account_archive, activities_member
from pipelines.warehouse.open import open_warehouse

pytestmark = [pytest.mark.end_to_end, pytest.mark.orchestrator]

RUNS = 2
SERIAL = 3_400_000_001


@pytest.fixture(scope="session")
def account(tmp_path_factory, wattworth):
    """The home after the run, the way it ended, and how many nights the account states."""
    member = next(member for member in ROSTER if member.morning is None and member.watch.manufacturer == GARMIN)
    life = lives(seed=4, squad=(member,), day_count=6, last_date=date(2026, 11, 15))[0]
    uploads = {export.path.replace("/", "_"): export.content for export in watch_exports(life, {})}
    rows = []
    for number in range(RUNS):
        plan = RunPlan(kind="easy", moving_s=1500, start_s=1_794_500_000 + number * 86_400)
        runner = Runner(resting_bpm=50.0, max_bpm=190.0, threshold_m_per_s=4.0)
        done = run(np.random.default_rng(number), runner, plan)
        records = record_rows(done.records, athlete_id=1, source_file_id="0" * 16)
        uploads[f"someone_{number}.fit"] = activity_file(
            FitActivity(
                records=records,
                start_s=done.start_s,
                end_s=done.end_s,
                pauses=done.pauses,
                utc_offset_s=3600,
                device=Device(manufacturer=1, product=4257, serial=SERIAL, firmware_hundredths=1521),
                has_strap=True,
            )
        )
        rows.append(activity_row(records, done, heart_rate_source="strap", sub_sport=None))
    members = garmin_members(life)
    path, content = activities_member(rows[0].vstack(rows[1]))
    folder = tmp_path_factory.mktemp("account")
    inbox = folder / "inbox" / "anyone"
    inbox.mkdir(parents=True)
    (inbox / "8a1c_1.zip").write_bytes(account_archive({**members, path: content}, uploads=uploads))
    night_count = sum(life.is_measured(day) for day in range(6))
    ended = wattworth("run", "--home", folder / "home", "--inbox", folder / "inbox", "--country", "FIN")
    return folder / "home", ended, night_count


@pytest.fixture(scope="module")
def rows(account):
    """Rows of one statement on the warehouse of that home."""
    home, _, _ = account

    def of(statement):
        with open_warehouse(Home(root=home, inbox=home.with_name("inbox")), owner="test") as warehouse:
            return warehouse.con.execute(statement).fetchall()

    return of


def test_nothing_of_the_account_is_a_surprise(account):
    _, ended, _ = account

    assert ended.code == 0, ended.out + ended.err
    assert "set aside" not in ended.out


def test_the_fit_files_of_the_inner_archive_and_the_summaries_are_activities(rows):
    counted = "select count(*), count(*) filter (where record_count > 0), count(vendor_id) from activities"

    assert rows(counted) == [(2 * RUNS, RUNS, RUNS)]


def test_nights_and_days_stated_by_watch_and_account_are_observed_once(account, rows):
    _, _, night_count = account
    counted = "select metric, count(*), count(distinct device_id) from observations"

    assert rows(f"{counted} where subject_kind <> 'activity' group by 1 order by 1") == [
        ("ln_rmssd", night_count, 1),
        ("resting_heart_rate", night_count, 1),
        ("sleep_duration", night_count, 1),
    ]
