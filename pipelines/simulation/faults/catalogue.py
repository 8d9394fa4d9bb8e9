"""All faults, found by declaration."""

from pipelines.discovery import declared
from pipelines.simulation import faults as package
from pipelines.simulation.faults.contract import Fault


def faults() -> tuple[Fault, ...]:
    """Every fault of the package, in order of family and declaration."""
    return declared(package, Fault)
