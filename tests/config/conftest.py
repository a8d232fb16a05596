"""A project, a machine and a user to configure."""

from pathlib import Path

import pytest
from tests.config.places import Place


@pytest.fixture
def place(tmp_path: Path, environ: dict[str, str]) -> Place:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    return Place(root=root.resolve(), etc=tmp_path / "etc", environ=environ)
