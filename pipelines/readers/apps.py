"""Phone apps as devices: what a file is known by when it names no hardware."""

import polars as pl

from pipelines.readers.contract import Batch
from pipelines.tables import conform


def app_device_id(app: str) -> str:
    """Key of an app in `devices`, such as `hrvlogger:app:`."""
    return f"{app}:app:".lower().replace(" ", "")


def app_device(app: str) -> Batch:
    """The row of `devices` for an app."""
    device = {"device_id": app_device_id(app), "manufacturer": app, "product": "app", "serial": None}
    return Batch(table="devices", frame=conform(pl.DataFrame([device]), "devices"))
