"""What must never be in a tracked file, and what must stay fresh."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HOSTS = re.compile(r"https?://(?:[\w.-]*\.)?(?:pypi|pythonhosted|npmjs|debian)\.\w+", re.IGNORECASE)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+)/")
SDK = re.compile(r"^\s*(?:import|from)\s+garmin_fit_sdk|garmin-fit-sdk\s*[=<>~]", re.MULTILINE)


@pytest.fixture(scope="module")
def tracked():
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout: there is no list of tracked files")
    return [REPOSITORY / line for line in listing.stdout.splitlines() if (REPOSITORY / line).is_file()]


def _text(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_tracked_file_names_a_package_registry(tracked):
    named = [path.name for path in tracked if HOSTS.search(_text(path))]

    assert not named, "pin with hashes instead of addresses"


def test_no_tracked_file_names_a_place_on_one_machine(tracked):
    named = [str(path.relative_to(REPOSITORY)) for path in tracked if MACHINE_PATHS.search(_text(path))]

    assert not named


def test_nothing_uses_the_proprietary_fit_kit(tracked):
    assert not [path.name for path in tracked if SDK.search(_text(path))], "its licence forbids what we do"


def test_every_pin_has_a_hash_and_no_address():
    for name in ("requirements.lock", "requirements-uv.lock"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        pins = re.split(r"\n(?=\S)", text.strip())

        assert "://" not in text
        assert all("--hash=sha256:" in pin for pin in pins if "==" in pin)


def test_the_generated_pages_say_what_the_code_says():
    result = subprocess.run(
        [sys.executable, str(REPOSITORY / "docs" / "generate.py"), "--check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_imports_run_one_way():
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout
