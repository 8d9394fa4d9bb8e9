"""How large the coach's page of fifty athletes is, and how soon it can be used on a slow phone, in headless Chromium.

The athletes of a home (the demo's squad, unless told) are repeated under other names until there are fifty. A page can
be used when its first content is painted and its script has run. Wall time on a shared machine means little: the
median of several loads is told, with and without the processor slowed down four times. Nothing is asserted.

    .venv/bin/python benchmarks/coach_page.py [HOME]
"""

import statistics
import subprocess
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

import polars as pl
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

from dashboards.marts import SquadMarts, read_squad
from dashboards.pages.coach import coach_page
from pipelines.paths import home
from pipelines.warehouse.snapshot import open_snapshot

ATHLETES, LOADS, SLOWER = 50, 9, 4
WIDTH, HEIGHT = 390, 844
CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
USABLE_MS = """
const [page] = performance.getEntriesByType("navigation");
const paint = performance.getEntriesByName("first-contentful-paint")[0];
return paint && page.loadEventEnd ? Math.max(paint.startTime, page.domContentLoadedEventEnd) : null;
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="wattworth-bench-") as folder:
        given = Path(sys.argv[1]) if len(sys.argv) > 1 else demo(Path(folder))
        with open_snapshot(home(given)) as con:
            squad = con.execute("select squad from mart_athletes limit 1").fetchone()[0]
            marts = repeated(read_squad(con, squad), ATHLETES)
        page = Path(folder) / "coach.html"
        page.write_text(coach_page(marts, ""), encoding="utf-8")
        print(f"{ATHLETES} athletes: {page.stat().st_size / 1000:.0f} kB, one file")
        loads(page)


def demo(folder: Path) -> Path:
    """The demo's squad, generated and run."""
    wattworth = Path(sys.executable).with_name("wattworth")
    for arguments in (("simulate", "--into", str(folder / "inbox"), "--seed", "1"), ("run", "--home", str(folder))):
        subprocess.run([wattworth, *arguments], check=False, capture_output=True)
    return folder


def repeated(marts: SquadMarts, count: int) -> SquadMarts:
    """The squad with its athletes told again under other keys, until there are so many; a fifth of them has a row."""
    ids = marts.athletes["athlete_id"].to_list()
    rounds = [(shift, ids[: max(0, count - shift)]) for shift in range(0, count, len(ids))]

    def of(frame: pl.DataFrame) -> pl.DataFrame:
        if "athlete_id" not in frame.columns:
            return frame
        key = pl.col("athlete_id")
        step = max(ids)
        parts = [
            frame.filter(key.is_in(some)).with_columns((key + shift // len(ids) * step).cast(key_type(frame)))
            for shift, some in rounds
        ]
        return pl.concat(parts)

    frames = {field.name: of(getattr(marts, field.name)) for field in fields(marts) if field.type is pl.DataFrame}
    place = pl.int_range(pl.len())
    is_shown = place < count // 5
    frames["attention"] = frames["attention"].with_columns(
        row_id=pl.concat_str(pl.lit("r"), place.cast(pl.String)),
        is_shown=is_shown,
        why_not_shown=pl.when(is_shown).then(pl.lit("")).otherwise(pl.lit("budget")),
    )
    return replace(marts, **frames)


def key_type(frame: pl.DataFrame) -> pl.DataType:
    return frame.schema["athlete_id"]


def loads(page: Path) -> None:
    options = Options()
    options.binary_location = CHROMIUM
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        screen = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 2, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        at = {rate: usable_ms(driver, page, rate) for rate in (1, SLOWER)}
    finally:
        driver.quit()
    for rate, times in at.items():
        told = f"{min(times):.0f} to {max(times):.0f} ms"
        print(f"processor {rate} times slower: usable after {statistics.median(times):.0f} ms ({told}, {LOADS} loads)")
    print(f"ratio of the two: {statistics.median(at[SLOWER]) / statistics.median(at[1]):.1f}")


def usable_ms(driver: webdriver.Chrome, page: Path, rate: int) -> list[float]:
    """Time (ms) until the page can be used, of several loads, after one that is not counted."""
    driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": rate})
    times = []
    for _ in range(LOADS + 1):
        driver.get("about:blank")
        driver.get(page.as_uri())
        times.append(WebDriverWait(driver, 60).until(lambda b: b.execute_script(USABLE_MS)))
    return times[1:]


if __name__ == "__main__":
    main()
