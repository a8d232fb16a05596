"""Names of permission modes and thinking levels."""

import re
from pathlib import Path
from typing import get_args

import aircher
from aircher.domain.levels import MODES, THINKING, Mode, Thinking

SOURCE = Path(aircher.__file__).parent
LISTED = re.compile(r'"plan",\s*"ask",\s*"edit"|"off",\s*"low",\s*"medium"')


def test_each_list_holds_every_name_there_is() -> None:
    assert (get_args(Mode), get_args(Thinking)) == (MODES, THINKING)


def test_the_names_are_listed_in_one_place() -> None:
    found = [path for path in sorted(SOURCE.rglob("*.py")) if LISTED.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(SOURCE).as_posix() for path in found] == ["domain/levels.py"]
