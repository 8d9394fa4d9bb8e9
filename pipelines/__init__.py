"""The domain: eight stops from a dropped export to a published page, as plain functions.

The way of the data is the order of the folders: `readers`, `warehouse`, `quality`, `observations`,
`models`, `costs`; beside it `simulation` makes exports with known faults and `proofs` measures the checks.
What does not belong here: an orchestrator (see `assets`), drawing (see `dashboards`), printing (see `wattworth`).
"""
