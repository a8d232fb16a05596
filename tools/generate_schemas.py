"""Writes the JSON Schemas of what one-shot runs print and read; ``--check`` says which are stale."""

import json
import sys
from pathlib import Path

from aircher.oneshot.schema import output_schema
from aircher.oneshot.stream_input import input_schema

FOLDER = Path(__file__).resolve().parent.parent / "src" / "aircher" / "oneshot"
SCHEMAS = {"output.schema.json": output_schema, "input.schema.json": input_schema}


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = 0
    for name, schema in SCHEMAS.items():
        target = FOLDER / name
        text = json.dumps(schema(), indent=2, sort_keys=True) + "\n"
        if target.exists() and target.read_text(encoding="utf-8") == text:
            continue
        if check:
            print(f"{name} is stale; run make fix")
            stale = 1
        else:
            target.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
