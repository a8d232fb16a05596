"""The world around a composer."""

from pathlib import Path

import pytest
from tests.tui.composer.desk import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
