"""Places in which the whole interface is flown."""

from pathlib import Path

import pytest
from tests.tui.pilot import Place
from tests.tui.zoo import place_in


@pytest.fixture
def place(project: Path, home: Path, environ: dict[str, str]) -> Place:
    return place_in(project, home, environ)


@pytest.fixture
def free(project: Path, home: Path, environ: dict[str, str]) -> Place:
    """A place where the commands of the tests run unasked."""
    return place_in(project, home, environ, 'security.allow = ["shell"]')
