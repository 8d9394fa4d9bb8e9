"""The orchestrator's own interface: a materialisation launched through GraphQL, and what it shows afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from assets.instance import instance
from assets.squads import add_squads
from pipelines.paths import Home
from pipelines.readers.inbox import squads

pytestmark = [pytest.mark.orchestrator, pytest.mark.enable_socket, pytest.mark.timeout(280)]

LONGEST_START_S = 120.0
LONGEST_RUN_S = 120.0

LAUNCH = """
mutation ($tags: [ExecutionTag!]) {
  launchRun(executionParams: {
    selector: {repositoryLocationName: "assets.definitions", repositoryName: "__repository__", jobName: "all_stops"},
    runConfigData: {}, executionMetadata: {tags: $tags}
  }) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}"""
STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
SHOWN = """
{
  assetNodes(assetKeys: [{path: ["verdicts"]}, {path: ["site"]}]) {
    assetKey { path }
    assetMaterializations(limit: 1) { partition metadataEntries { label } }
    assetChecksOrError { ... on AssetChecks { checks {
      name executionForLatestMaterialization { status evaluation { severity metadataEntries { label } } }
    } } }
  }
  schedulesOrError(
    repositorySelector: {repositoryLocationName: "assets.definitions", repositoryName: "__repository__"}
  ) {
    ... on Schedules { results { name cronSchedule } }
  }
}"""


@pytest.fixture
def ui(tmp_path, small_inbox):
    """The address of the interface of a home whose inbox holds one athlete's three days; ended with its group."""
    home = Home(root=tmp_path, inbox=tmp_path / "inbox")
    home.inbox.symlink_to(small_inbox)
    with instance(home) as history:
        add_squads(history, squads(home.inbox))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dagster = Path(sys.executable).with_name("dagster")
    with (tmp_path / "ui.log").open("w") as log:
        process = subprocess.Popen(
            [dagster, "dev", "-h", "127.0.0.1", "-p", str(port), "-m", "assets.definitions"],
            env=os.environ | {"WATTWORTH_HOME": str(home.root), "DAGSTER_HOME": str(home.orchestrator)},
            cwd=Path(__file__).resolve().parents[2],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{port}/graphql", squads(home.inbox)[0]
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _asked(address, query, **variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(address, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found = json.load(answer)
    assert "errors" not in found, found
    return found["data"]


def _until(longest_s, look):
    end = time.monotonic() + longest_s
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except OSError:
            pass
        time.sleep(1)
    raise AssertionError("it took too long")


def test_a_materialisation_launched_in_the_ui_runs_and_shows_metadata_checks_and_schedule(ui):
    address, squad = ui
    _until(LONGEST_START_S, lambda: _asked(address, "{ version }"))

    launched = _asked(address, LAUNCH, tags=[{"key": "dagster/partition", "value": squad}])["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]
    ended = _until(
        LONGEST_RUN_S,
        lambda: (s := _asked(address, STATUS, id=run_id)["runOrError"]["status"]) in {"SUCCESS", "FAILURE"} and s,
    )
    shown = _asked(address, SHOWN)

    assert ended == "SUCCESS"
    nodes = {node["assetKey"]["path"][0]: node for node in shown["assetNodes"]}
    last = nodes["site"]["assetMaterializations"][0]
    assert last["partition"] == squad
    assert "dagster/row_count" in {entry["label"] for entry in last["metadataEntries"]}
    outcomes = [
        check["executionForLatestMaterialization"] for check in nodes["verdicts"]["assetChecksOrError"]["checks"]
    ]
    assert outcomes
    assert all("subjects/fail" in {entry["label"] for entry in o["evaluation"]["metadataEntries"]} for o in outcomes)
    assert shown["schedulesOrError"]["results"] == [{"name": "nightly", "cronSchedule": "15 4 * * *"}]
