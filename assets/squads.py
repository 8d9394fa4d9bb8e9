"""The partitions: one per squad, added as squads are first seen in the inbox."""

import dagster as dg
from dagster import DagsterInstance

SQUADS = dg.DynamicPartitionsDefinition(name="squad")


def add_squads(history: DagsterInstance, squads: tuple[str, ...]) -> None:
    """Make a partition of each squad that has none yet."""
    known = set(history.get_dynamic_partitions(str(SQUADS.name)))
    missing = [squad for squad in squads if squad not in known]
    if missing:
        history.add_dynamic_partitions(str(SQUADS.name), missing)
