"""`wattworth bench`: measurements of the product itself, one file each in `wattworth.benches`."""

import pkgutil
from importlib import import_module

import typer
from typer.core import TyperGroup

from wattworth import benches


class Benches(TyperGroup):
    """Finds a bench by its file and imports it only when it is asked for."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # the same class at run time
        """Every bench, by name."""
        del ctx
        return sorted(info.name for info in pkgutil.iter_modules(benches.__path__))

    def get_command(self, ctx: typer.Context, cmd_name: str) -> typer.core.TyperCommand | None:  # type: ignore[override]
        """The bench of that name; null when there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = typer.main.get_command(import_module(f"{benches.__name__}.{cmd_name}").app)
        assert isinstance(command, typer.core.TyperCommand)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Benches, no_args_is_help=True, add_completion=False)


@app.callback()
def bench() -> None:
    """Measure how good and how fast the product is; each bench says what it measures."""
