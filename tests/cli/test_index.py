"""``aircher index``: a cache that can always be built again."""

import json
import os
from pathlib import Path

from tests.conftest import Aircher


def test_an_index_that_opens_but_is_damaged_inside_is_rebuilt(aircher: Aircher) -> None:
    database = Path(json.loads(aircher("index", "status", "--json").stdout)["path"])
    aircher("index", "rebuild")
    content = bytearray(database.read_bytes())
    content[4096 * 2 :] = os.urandom(len(content) - 4096 * 2)
    database.write_bytes(content)

    done = aircher("index", "rebuild")

    [aside] = database.parent.glob("file_index.db.damaged-*")
    assert done.code == 0
    assert f"the old file is {aside}" in done.stderr
    assert json.loads(aircher("index", "status", "--json").stdout)["files"] == 4
