"""What the templates call is there."""

import re
from pathlib import Path

import pytest

from dashboards import amounts, words

TEMPLATES = sorted((Path(words.__file__).parent / "templates").glob("*.j2"))
MODULES = {"amounts": amounts, "words": words}
CALLED = re.compile(r"\b(amounts|words)\.(\w+)")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_name_a_template_uses_exists(template):
    called = set(CALLED.findall(template.read_text(encoding="utf-8")))

    assert not [f"{module}.{name}" for module, name in called if not hasattr(MODULES[module], name)]
