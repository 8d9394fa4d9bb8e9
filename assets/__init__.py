"""The only orchestration: Dagster assets, checks, schedule, sensor, resources."""
