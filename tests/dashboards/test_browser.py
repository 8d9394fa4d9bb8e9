"""The pages as a reader meets them: headless Chromium on files, phone and desk, without network."""

import csv
import re
import shutil
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from dashboards.publish import build, build_analyst_pages, build_costs, build_proofs
from dashboards.site import Site
from pipelines.progress import SILENT

AXE = Path(str(distribution("selenium-axe-python").locate_file("selenium_axe_python/axe-core/axe.min.js")))
ASK_AXE = """
const done = arguments[arguments.length - 1];
const lists = [...document.querySelectorAll("tbody, ul, ol, dl")];
lists.forEach(list => [...list.children].slice(4).forEach(one => one.remove()));
document.querySelectorAll("details").forEach(one => { one.open = true; });
axe.run({exclude: [[".plotly-graph-div"]]}, {resultTypes: ["violations"], iframes: false}).then(found => done(
  found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(" | "))));
"""
"""Of each list the first rows, which stand for all; everything folded is opened first, to be held to the same."""
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
    "proof-list.html",
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
FOCUSED = """
const at = document.activeElement;
return [at.textContent.trim().slice(0, 8), getComputedStyle(at).outlineStyle];
"""
"""What the keyboard stands on, and whether that can be seen."""


@pytest.fixture(scope="module")
def pages(road_file, tmp_path_factory, connect, cost_rows, proofs) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with connect(shutil.copyfile(road_file, folder / "w.duckdb")) as con:
        cost_rows(con)
        build(con, Site.at(folder), "Road", SILENT)
        build_costs(con, Site.at(folder))
        build_analyst_pages(con, Site.at(folder))
    build_proofs(Site.at(folder), proofs)
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
    if page != "athlete-2.html":  # of the same kind as the one after it
        assert serious(browser) == []


def serious(browser) -> list[str]:
    """What axe finds serious or critical on the page that is open, with the first elements."""
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    return browser.execute_async_script(ASK_AXE)


def test_the_coach_page_in_the_dark_is_as_legible(browser, pages):
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    try:
        browser.get((pages / "coach-road.html").as_uri())
        paper = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        found = serious(browser)
        browser.execute_script("document.querySelector('.fine').style.color = '#333'")
        planted = serious(browser)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    assert sum(map(int, re.findall(r"\d+", paper)[:3])) < 3 * 60
    assert found == []
    assert [one.partition(":")[0] for one in planted] == ["color-contrast"]


def test_what_a_coach_clicks_is_saved_as_one_file_for_the_inbox(browser, pages, tmp_path):
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    browser.get((pages / "coach-road.html").as_uri())
    browser.execute_script("localStorage.clear()")
    browser.refresh()

    press(browser, ".choices button[value=useful]")
    press(browser, "#questions ~ ul button[value=other]")
    browser.find_element(By.CSS_SELECTOR, "#questions ~ ul input").send_keys('=A wedding, "far" away')
    told = WebDriverWait(browser, WAIT_S).until(lambda b: b.find_element(By.CSS_SELECTOR, "#basket p").text)
    press(browser, "#save")

    path = tmp_path / "wattworth-answers.csv"
    WebDriverWait(browser, WAIT_S).until(lambda _: path.is_file() and path.stat().st_size)
    header, verdict, answer = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert told == "2 not saved yet"
    assert header == ["kind", "id", "athlete", "about_date", "answer", "text", "author", "said_on"]
    assert verdict[0:1] + verdict[2:7] == ["feedback", "folder-1", "2026-03-31", "useful", "", "coach"]
    assert answer[0:1] + answer[2:7] == [
        "question",
        "folder-4",
        "2026-03-30",
        "other",
        '\'=A wedding, "far" away',  # a spreadsheet would run what begins with =
        "coach",
    ]
    assert all(re.fullmatch(r"[0-9a-f]{12}", row[1]) for row in (verdict, answer))


def press(browser, selector: str) -> None:
    button = browser.find_element(By.CSS_SELECTOR, selector)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def test_what_was_clicked_stays_until_it_is_saved_and_a_second_click_takes_it_back(browser, pages):
    browser.get((pages / "coach-road.html").as_uri())
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    press(browser, ".choices button[value=wrong]")
    browser.refresh()
    pressed = browser.find_elements(By.CSS_SELECTOR, "[aria-pressed=true]")

    assert [button.text.strip("✓ ") for button in pressed] == ["wrong"]

    namesake = pages / "coach-namesake.html"  # a squad of the same name, of other people
    text = (pages / "coach-road.html").read_text(encoding="utf-8")
    namesake.write_text(text.replace("folder-", "other-"), encoding="utf-8")
    browser.get(namesake.as_uri())
    assert browser.find_elements(By.CSS_SELECTOR, "[aria-pressed=true]") == []
    press(browser, ".choices button[value=useful]")
    browser.get((pages / "coach-road.html").as_uri())
    pressed = browser.find_elements(By.CSS_SELECTOR, "[aria-pressed=true]")
    assert [button.text.strip("✓ ") for button in pressed] == ["wrong"]

    press(browser, ".choices button[value=wrong]")
    assert browser.find_elements(By.CSS_SELECTOR, "[aria-pressed=true]") == []
    assert not browser.find_element(By.ID, "basket").is_displayed()


def test_where_nothing_can_be_kept_the_page_says_so(browser, pages):
    forbidden = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('not here'); }})"
    known = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": forbidden})
    try:
        browser.get((pages / "coach-road.html").as_uri())
        press(browser, ".choices button[value=useful]")
        told = browser.find_element(By.ID, "forgets").text
        press(browser, ".choices button[value=useful]")
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", known)

    assert told.startswith("This browser keeps nothing for this page")


def test_the_keyboard_goes_through_a_row_in_the_order_it_is_read(browser, pages):
    browser.get((pages / "coach-road.html").as_uri())
    browser.execute_script("document.querySelector('.rows h3 a').focus()")
    reached = []
    for _ in range(4):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        reached.append(browser.execute_script(FOCUSED))

    assert [text for text, _ in reached] == ["Evidence", "Note", "useful", "knew alr"]
    assert all(outline != "none" for _, outline in reached)


def test_the_first_screen_of_a_coach_is_there_without_scripts(browser, pages):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((pages / "coach-road.html").as_uri())
        look = browser.find_element(By.ID, "look").rect
        row = browser.find_element(By.CSS_SELECTOR, "ol.rows .item").rect
        drawing = browser.find_element(By.CSS_SELECTOR, "svg.spark").rect
        commands = browser.find_element(By.CSS_SELECTOR, "details.say").get_attribute("textContent")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    assert look["y"] < 844
    assert row["y"] + row["height"] < 844
    assert drawing["y"] + drawing["height"] < 844
    assert drawing["width"] > 100
    assert "wattworth feedback" in commands


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
