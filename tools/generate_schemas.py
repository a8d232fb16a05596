"""Writes the JSON Schemas of ``--output-format json`` and ``stream-json``; ``--check`` says which are stale."""

import json
import sys
from pathlib import Path

from aircher.oneshot.schema import output_schema

TARGET = Path(__file__).resolve().parent.parent / "src" / "aircher" / "oneshot" / "output.schema.json"


def main() -> int:
    check = "--check" in sys.argv[1:]
    text = json.dumps(output_schema(), indent=2, sort_keys=True) + "\n"
    is_stale = not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text
    if is_stale and not check:
        TARGET.write_text(text, encoding="utf-8")
    if is_stale and check:
        print(f"{TARGET.name} is stale; run make fix")
    return int(is_stale and check)


if __name__ == "__main__":
    sys.exit(main())
