import ast
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

import sql
from assets import stops
from assets.definitions import JOB, STOPS
from pipelines.quality.catalogue import checks

pytestmark = pytest.mark.orchestrator


def test_the_definitions_load_and_the_job_runs_every_stop_and_check(definitions):
    dg.Definitions.validate_loadable(definitions)

    job = definitions.resolve_job_def(JOB)
    graph = definitions.resolve_asset_graph()

    assert job.asset_layer.executable_asset_keys == {stop.key for stop in STOPS}
    assert set(job.asset_layer.asset_graph.asset_check_keys) == set(graph.asset_check_keys)


def test_the_stops_follow_each_other_in_one_line(definitions):
    graph = definitions.resolve_asset_graph()

    parents = [{key.to_user_string() for key in graph.get(stop.key).parent_keys} for stop in STOPS]

    names = [stop.key.to_user_string() for stop in STOPS]
    assert parents == [set(), *[{name} for name in names[:-1]]]


def test_every_stop_is_partitioned_by_squad():
    assert {stop.partitions_def for stop in STOPS} == {dg.DynamicPartitionsDefinition(name="squad")}


def test_runs_are_in_process_by_default(definitions):
    assert definitions.executor is dg.in_process_executor
    assert definitions.resolve_job_def(JOB).executor_def is dg.in_process_executor


def test_the_body_of_an_asset_has_at_most_ten_lines_and_asks_nothing_about_data():
    tree = ast.parse(Path(stops.__file__).read_text(encoding="utf-8"))
    bodies = {node.name: node.body[1:] for node in tree.body if isinstance(node, ast.FunctionDef)}

    lengths = {name: sum(s.end_lineno - s.lineno + 1 for s in body) for name, body in bodies.items()}
    asking = [n for n, body in bodies.items() for s in body for part in ast.walk(s) if isinstance(part, ast.If)]

    assert set(lengths) == {stop.op.name for stop in STOPS}
    assert max(lengths.values()) <= 10
    assert not asking


def test_every_check_of_the_catalogue_is_an_asset_check_with_its_documentation(definitions):
    graph = definitions.resolve_asset_graph()
    found = {key.name: graph.get_check_spec(key) for key in graph.asset_check_keys}

    for check in checks():
        assert found[check.name].description == check.documentation
        assert not found[check.name].blocking, "quality tells, it never blocks"


def test_every_invariant_is_a_blocking_check(definitions):
    graph = definitions.resolve_asset_graph()
    blocking = {key.name for key in graph.asset_check_keys if graph.get_check_spec(key).blocking}

    assert blocking == {Path(name).stem for name in sql.names("invariants")}


def test_looking_into_the_inbox_has_a_freshness_policy_of_a_night_and_a_half(definitions):
    policy = definitions.resolve_asset_graph().get(dg.AssetKey("dropped_files")).freshness_policy

    assert policy.fail_window.to_timedelta() == timedelta(hours=36)


def test_the_stops_that_read_the_inbox_try_again():
    tried_again = {stop.key.to_user_string() for stop in STOPS if stop.op.retry_policy is not None}

    assert tried_again == {"dropped_files", "read_batches"}
