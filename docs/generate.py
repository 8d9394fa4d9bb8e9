"""Writes the generated pages of the documentation; `--check` only says which are stale (exit code 1).

The pages come from what the code declares: readers, checks, models, and the comments in the SQL.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import duckdb

import sql
from pipelines.models.documentation import models_markdown
from pipelines.quality.documentation import checks_markdown
from pipelines.readers.documentation import formats_markdown
from pipelines.warehouse.views import packaged_views

DOCS = Path(__file__).resolve().parent


def tables_markdown() -> str:
    """Every table and view with its grain, and every column with its unit, as the SQL comments say."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for name in sql.names("migrations"):
            con.execute(sql.statement(name))
        for view in packaged_views().values():
            con.execute(view)
        relations = con.execute(sql.statement("queries/described_relations.sql")).fetchall()
        columns = con.execute(sql.statement("queries/described_columns.sql")).fetchall()
    lines = ["# Tables", "", "Generated from the comments in `sql/`; `make docs` writes it anew.", ""]
    for schema, relation, comment in relations:
        name = relation if schema == "main" else f"{schema}.{relation}"
        lines += [f"## `{name}`", "", comment or "", "", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{c}` | {t.lower()} | {m or ''} |" for s, r, c, t, m in columns if (s, r) == (schema, relation)]
        lines.append("")
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {
    "formats.md": formats_markdown,
    "checks.md": checks_markdown,
    "models.md": models_markdown,
    "tables.md": tables_markdown,
}


def stale() -> list[str]:
    """The generated pages that no longer say what the code says."""
    return [name for name, make in PAGES.items() if not _says(DOCS / name, make().rstrip("\n") + "\n")]


def write() -> None:
    """Write every generated page."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make().rstrip("\n") + "\n", encoding="utf-8")


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    if "--check" in sys.argv:
        old = stale()
        sys.stdout.write("".join(f"docs/{name} is stale: run `make docs`\n" for name in old))
        sys.exit(1 if old else 0)
    write()
