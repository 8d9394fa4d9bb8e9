"""One activity or night from start to end on one line, with what is not trusted in it, as inline SVG."""

from collections.abc import Iterable

from markupsafe import Markup

WIDTH, HEIGHT = 200, 14
"""Steps from start to end, and the height of the line: however many stretches there are, a line stays small."""


def band(stretches: Iterable[tuple[float, float, str]], span_s: float) -> Markup:
    """Stretches as (start, end, severity), times in s since the start: solid is unusable, hollow is doubtful."""
    worst: dict[int, str] = {}
    for start_s, end_s, severity in stretches:
        first, last = min(_step(start_s, span_s), WIDTH - 1), _step(end_s, span_s)
        for step in range(first, max(last, first + 1)):
            worst[step] = "unusable" if "unusable" in (severity, worst.get(step)) else severity
    parts = "".join(_piece(*run) for run in _runs(worst))
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="part" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="band" width="{WIDTH}" height="{HEIGHT}"/>{parts}</svg>'
    )


def _step(seconds: float, span_s: float) -> int:
    share = seconds / span_s if span_s > 0 else 0.0
    return max(0, min(WIDTH, round(share * WIDTH)))


def _runs(worst: dict[int, str]) -> list[tuple[int, int, str]]:
    """Neighbouring steps of one severity as one piece: first step, number of steps, severity."""
    runs: list[tuple[int, int, str]] = []
    for step in sorted(worst):
        if runs and runs[-1][0] + runs[-1][1] == step and runs[-1][2] == worst[step]:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1, runs[-1][2])
        else:
            runs.append((step, 1, worst[step]))
    return runs


def _piece(first: int, count: int, severity: str) -> str:
    kind, top, height = ("full", 0, HEIGHT) if severity == "unusable" else ("open", 3, HEIGHT - 6)
    return f'<rect class="{kind}" x="{first}" y="{top}" width="{count}" height="{height}"/>'
