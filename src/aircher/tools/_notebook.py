"""A Jupyter notebook as text: its cells, each with its outputs shortened.

Invariant: pure; anything that is JSON gives a text, and what is no notebook gives ``None``.
Source: nbformat 4, the notebook file format.
"""

import json
import re
from typing import Any

MOST_OUTPUT_LINES = 20
MOST_OUTPUT_CHARS = 2000

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def notebook_lines(data: bytes) -> list[str] | None:
    """Return the notebook's cells as lines, or ``None`` if it is not one."""
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        return None
    lines: list[str] = []
    for number, cell in enumerate((cell for cell in cells if isinstance(cell, dict)), start=1):
        lines += [f"## cell {number} ({cell.get('cell_type', 'unknown')})", *_text(cell.get("source")).split("\n")]
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            if isinstance(output, dict):
                lines += ["-- output", *_shortened(_output(output))]
    return lines


def _text(value: object) -> str:
    """Return a text that may be written as a list of its lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _output(output: dict[str, Any]) -> str:  # Any: foreign JSON, every value is looked at before it is used
    if output.get("output_type") == "error":
        return "\n".join([f"{output.get('ename')}: {output.get('evalue')}", _text(output.get("traceback"))])
    if "text" in output:
        return _text(output["text"])
    data = output.get("data")
    kinds = data if isinstance(data, dict) else {}
    shown = next((kind for kind in ("text/plain", "text/markdown", "text/html") if kind in kinds), None)
    others = [kind for kind in kinds if kind != shown]
    parts = [_text(kinds[shown])] if shown else []
    return "\n".join([*parts, *([f"(also: {', '.join(map(str, others))})"] if others else [])])


def _shortened(text: str) -> list[str]:
    lines = _STYLE.sub("", text[:MOST_OUTPUT_CHARS]).rstrip("\n").split("\n")
    if len(text) <= MOST_OUTPUT_CHARS and len(lines) <= MOST_OUTPUT_LINES:
        return lines
    return [*lines[:MOST_OUTPUT_LINES], "(output shortened)"]
