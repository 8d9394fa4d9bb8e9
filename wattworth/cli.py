"""The command line: finds the command, and turns what the user can mend into one line.

Exit codes: 0 done, 2 something the user can mend (one line on stderr says what), 1 a bug of ours (a traceback).
What does not belong here: what a command does.
"""

import atexit
import gc
import sys
from importlib import import_module

import typer
from typer.core import TyperCommand, TyperGroup

from pipelines.errors import WattworthError
from wattworth.printing import complain

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

COLLECTED_AFTER = 50_000
"""New objects after which the interpreter looks for those that only hold each other. It starts with 700, and spends an
eighth of the imports on looking. Engineering start value."""

COMMANDS = (
    "run",
    "inspect",
    "skipped",
    "merges",
    "explain",
    "ledger",
    "meter",
    "sql",
    "checks",
    "formats",
    "models",
    "bench",
    "calibrate",
    "answer",
    "note",
    "experiment",
    "feedback",
    "forget",
    "simulate",
    "doctor",
)
"""Every command, most used first; each is the module of that name in `wattworth.commands`."""


Found = TyperCommand | TyperGroup
"""A command, or a group of them such as `bench`."""


class Commands(TyperGroup):
    """Imports a command only when it is asked for: `inspect` need not wait for the orchestrator."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override] # the same class at run time
        """Run the command; an interrupt ends it with one line and exit code 130."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain("interrupted; nothing is half done, run again to go on")
            raise typer.Exit(INTERRUPTED) from None

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # the same class at run time
        """The commands in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Found | None:  # type: ignore[override]
        """The command of that name; null when there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"wattworth.commands.{cmd_name}").app)
        assert isinstance(command, Found)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    name="wattworth",
    help="Wearable data you can trust, and what each insight cost.",
    epilog="Exit codes: 0 done · 2 something you can mend, said in one line · 1 a bug of ours, with its traceback.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options() -> None:
    """Wearable data you can trust, and what each insight cost."""


def main() -> None:
    """Run the command line: an error the user can mend ends it with one line on stderr and exit code 2."""
    gc.set_threshold(COLLECTED_AFTER)
    atexit.register(gc.freeze)  # else the interpreter looks through all it holds before it ends: a CPU-second of a run
    try:
        app()
    except WattworthError as error:
        complain(str(error))
        sys.exit(2)
