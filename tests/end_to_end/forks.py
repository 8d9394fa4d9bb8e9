"""Runs the command line as often as it is asked to, each time in a fork of a process that imported it beforehand.

Reads one JSON object a line: arguments, environment, and the files that take what is said. Answers each with two
lines: the number of the process at once, then how it ended (exit code, or minus the signal).
"""

import gc
import json
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

DAGSTER = tuple(
    f"dagster._core.{name}"
    for name in (
        *("instance.factory", "secrets.env_file", "execution.execute_in_process", "executor.in_process"),
        *(f"storage.{name}" for name in ("legacy_storage", "local_compute_log_manager", "root")),
        *(f"storage.{name}" for name in ("event_log", "runs", "schedules")),
    )
)
WHAT_WAITS = (
    *("assets.history", "assets.run", "wattworth.summary", "wattworth.commands.run"),
    *(*DAGSTER, "dagster._daemon", "alembic.config", "sqlalchemy.dialects.sqlite", "upath.implementations.local"),
    *("pandas", "pyarrow.dataset", "plotly.graph_objs.layout", "plotly.graph_objs.scatter", "plotly.io.json"),
)
"""Modules that a run imports only as it comes to them."""
CATALOGUES = {
    "pipelines.readers.catalogue": ("readers",),
    "pipelines.quality.catalogue": ("checks",),
    "pipelines.models.catalogue": ("models", "tasks"),
    "pipelines.observations.patterns.catalogue": ("every_pattern",),
}


def become(order: Mapping[str, Any]) -> NoReturn:
    """Turns this process into a command and ends with it.

    It ends without the goodbyes of an interpreter: threads that libraries began at their import did not come along,
    and one that is waited for would never end.
    """
    for stream, file in ((1, order["out"]), (2, order["err"])):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["wattworth", *order["arguments"]]
    code = 0
    try:
        import_module("wattworth.cli").main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - a fork must not go on with its parent's work
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def answer(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(json.loads(line))
        answer(str(child))
        _, status = os.waitpid(child, 0)
        answer(str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    import_module("wattworth.cli")
    for name in WHAT_WAITS:
        with suppress(ModuleNotFoundError):
            import_module(name)
    for name, finders in CATALOGUES.items():
        for find in finders:
            getattr(import_module(name), find)()
    pages = import_module("dashboards.site")._environment()
    for template in pages.list_templates(extensions=["j2"]):
        pages.get_template(template)
    gc.freeze()
    serve()
