"""The shortest outdoor run of a watch as other programs hand it over: TCX, GPX, and the HRM of Polar's software."""

from collections.abc import Iterator

from pipelines.simulation.exports import Export, run_of
from pipelines.simulation.frames import record_rows
from pipelines.simulation.lives import Life
from pipelines.simulation.writers.gpx import GpxTrack, gpx_file
from pipelines.simulation.writers.polar_hrm import polar_hrm_file
from pipelines.simulation.writers.tcx import TcxActivity, tcx_file

KEPT_ONE_IN = 20
"""Track files keep one record in so many: they stay small enough to look at."""

HRM_INTERVAL_S = 15
"""Time between samples of the HRM file (s)."""


def track_exports(life: Life) -> Iterator[Export]:
    """Three files of one run that was recorded without a fault."""
    days = [day for day in range(len(life.days.dates)) if life.is_run_seen(day) and not life.is_on_treadmill(day)]
    if not days:
        return
    day = min(days, key=lambda day: float(life.days.run_s[day]))
    start, simulated = run_of(life, day)
    records = record_rows(simulated.records, athlete_id=life.index, source_file_id="0" * 16)
    thin = records.gather_every(KEPT_ONE_IN)
    watch = life.watch(day)
    contents = {
        "tcx": tcx_file(
            [
                TcxActivity(
                    records=thin,
                    pauses=simulated.pauses,
                    device_name="Watch",
                    serial=watch.serial,
                    product=watch.product,
                )
            ]
        ),
        "gpx": gpx_file([GpxTrack(records=thin, pauses=simulated.pauses)]),
        "hrm": polar_hrm_file(records, local_start=start.replace(tzinfo=None), interval_s=HRM_INTERVAL_S),
    }
    for ending, content in contents.items():
        yield Export(path=f"tracks/{start:%Y-%m-%d-%H%M}.{ending}", content=content, exported_s=simulated.end_s + 900)
