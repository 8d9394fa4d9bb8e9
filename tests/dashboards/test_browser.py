"""The pages as a reader meets them: headless Chromium on files, phone and desk, without network."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from dashboards.pages.proof import Proof
from dashboards.publish import build, build_analyst_pages, build_costs, build_proof
from dashboards.site import Site
from pipelines.progress import SILENT

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"]),
    pytest.mark.skipif(not CHROMIUM.is_file(), reason=f"{CHROMIUM} is not installed"),
    pytest.mark.skipif(not DRIVER.is_file(), reason=f"{DRIVER} is not installed"),
]

PAGES = (
    "index.html",
    "coach-road.html",
    "analyst-road.html",
    "athlete-2.html",
    "athlete-3.html",
    "cost.html",
    "proof.html",
)
QUIET_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
WAIT_S = 30


@pytest.fixture(scope="module")
def pages(road_file, tmp_path_factory, connect, cost_rows, proof_figures) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with connect(shutil.copyfile(road_file, folder / "w.duckdb")) as con:
        cost_rows(con)
        build(con, Site.at(folder), "Road", SILENT)
        build_costs(con, Site.at(folder))
        build_analyst_pages(con, Site.at(folder))
    build_proof(Site.at(folder), Proof(figures=proof_figures()))
    return folder


@pytest.fixture(scope="module", params=[390, 1280], ids=["phone", "desk"])
def browser(request, tmp_path_factory) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in (*QUIET_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if request.param < 500:
        metrics = {"width": request.param, "height": 844, "pixelRatio": 1.0, "touch": True}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    else:
        options.add_argument(f"--window-size={request.param},900")
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_its_width_says_nothing_wrong_and_asks_nobody(browser, pages, page):
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get((pages / page).as_uri())
    WebDriverWait(browser, WAIT_S).until(lambda b: b.execute_script("return document.readyState") == "complete")

    width, shown = browser.execute_script("return [window.innerWidth, document.documentElement.scrollWidth]")
    asked = [entry["message"] for entry in browser.get_log("performance") if "requestWillBeSent" in entry["message"]]

    assert shown <= width
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    assert asked
    assert [message for message in asked if '"url":"http' in message or '"url":"ws' in message] == []


def test_the_first_screen_of_a_coach_is_there_without_scripts(browser, pages):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((pages / "coach-road.html").as_uri())
        look = browser.find_element(By.ID, "look").rect
        row = browser.find_element(By.CSS_SELECTOR, "#look ~ ol .item").rect
        drawing = browser.find_element(By.CSS_SELECTOR, "svg.spark").rect
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    assert look["y"] < 844
    assert row["y"] + row["height"] < 844
    assert drawing["y"] + drawing["height"] < 844
    assert drawing["width"] > 100


def test_a_tap_on_an_unusable_point_tells_its_reason(browser, pages):
    browser.get((pages / "athlete-3.html").as_uri())
    wait = WebDriverWait(browser, WAIT_S)
    points = wait.until(lambda b: b.find_elements(By.CSS_SELECTOR, "#lanes-3 .scatterlayer .point"))
    last = max(points, key=lambda point: point.rect["x"])
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", last)

    point_at(browser, last)

    told = wait.until(lambda b: b.find_element(By.CSS_SELECTOR, "#lanes-3 .hoverlayer .hovertext").text)
    assert "withheld" in told
    assert "beats missed" in told


def point_at(browser, element) -> None:
    """A finger on a phone, a mouse on a desk."""
    if browser.execute_script("return navigator.maxTouchPoints") == 0:
        ActionChains(browser).move_to_element(element).perform()
        return
    centre = "const r = arguments[0].getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]"
    x, y = browser.execute_script(centre, element)
    browser.execute_cdp_cmd("Input.synthesizeTapGesture", {"x": x, "y": y, "gestureSourceType": "touch"})


def test_a_row_opens_to_its_evidence_by_keyboard(browser, pages):
    browser.get((pages / "athlete-2.html").as_uri())
    summary = browser.find_element(By.CSS_SELECTOR, "td details summary")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].focus()", summary)
    outline = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")

    ActionChains(browser).send_keys(" ").perform()

    assert outline != "none"
    assert "wattworth explain" in browser.find_element(By.CSS_SELECTOR, "td details[open]").text


def test_a_point_leads_in_two_clicks_to_its_seconds_and_sql_and_its_rule(browser, pages):
    browser.get((pages / "athlete-3.html").as_uri())
    wait = WebDriverWait(browser, WAIT_S)
    points = wait.until(lambda b: b.find_elements(By.CSS_SELECTOR, "#lanes-3 .scatterlayer .point"))
    last = max(points, key=lambda point: point.rect["x"])
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", last)

    touch(browser, last)
    said = wait.until(lambda b: b.find_element(By.ID, "picked").text)
    browser.find_element(By.CSS_SELECTOR, "#picked .way").click()

    assert "Tue 31 Mar, RMSSD" in said
    assert "beats missed" in said
    assert wait.until(lambda b: "from mart_flags" in b.find_element(By.CSS_SELECTOR, ":target details[open]").text)


def touch(browser, element) -> None:
    """A tap on a phone, a click on a desk."""
    if browser.execute_script("return navigator.maxTouchPoints") == 0:
        ActionChains(browser).move_to_element(element).click().perform()
    else:
        point_at(browser, element)


def test_what_is_tapped_is_large_enough_for_a_finger_or_a_mouse(browser, pages):
    browser.get((pages / "coach-road.html").as_uri())
    least = 44 if browser.execute_script("return navigator.maxTouchPoints") else 24

    heights = [one.rect["height"] for one in browser.find_elements(By.CSS_SELECTOR, "main summary, h3 a, nav a")]

    assert min(height for height in heights if height > 0) >= least
