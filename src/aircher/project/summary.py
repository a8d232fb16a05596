"""The sentence with which a file introduces itself: its docstring, leading comment or first paragraph.

Invariant: pure text work on the first lines; licence headers and markup are not introductions.
"""

import re
from collections.abc import Sequence

_MOST_LINES = 60
_MOST_CHARS = 240
_SIGNATURE_LINES = 12
_LEAST_WORDS = 2  # a lone word is the name again
_DOCSTRING = re.compile(r'^\s*[rRuU]?("""|\'\'\')(?P<text>.*?)(?:\1|\Z)', re.DOTALL)
_BLOCK = re.compile(r"^\s*/\*+!?(?P<text>.*?)\*/", re.DOTALL)
_COMMENT = re.compile(r"^\s*(?://[/!]?|#+|--|;+|\*)\s?")
_NOISE = re.compile(r"(?i)copyright|licen[cs]e|spdx|@file|eslint|^!|coding[:=]|jshint|use strict|all rights|^-\*-")
_MARKUP = re.compile(r"^\s*([#=\-~^*<|!\[>.:]|```|$)")
_SENTENCE = re.compile(r"^.*?[.!?](?=\s|$)", re.DOTALL)
_PROSE = frozenset({"markdown", "restructuredtext", "text"})
_HASHES = frozenset({"python", "ruby", "shell", "make", "toml", "yaml", "dockerfile", "elixir", "perl", "r"})


def summary_of(text: str, language: str) -> str:
    """Return the first sentence about the file, on one line; empty if it says nothing about itself."""
    top = "\n".join(text.split("\n", _MOST_LINES)[:_MOST_LINES])
    if language in _PROSE:
        return _sentence(_paragraph(top))
    if language == "python":
        code = "\n".join(line for line in top.split("\n") if not line.startswith("#"))
        return _sentence(match["text"]) if (match := _DOCSTRING.match(code)) else ""
    found = [match["text"] for match in _BLOCK.finditer(top)][:1]
    found.append(_leading_comment(top, hashes=language in _HASHES))
    return next((said for block in found if (said := _sentence(_clean(block)))), "")


def symbol_summary(lines: Sequence[str], line: int, end_line: int) -> str:
    """Return the first sentence about the symbol on these lines (1-based): its docstring, else the comment above it."""
    for offset in range(line, min(line + _SIGNATURE_LINES, max(end_line, line + 1), len(lines))):
        text = lines[offset].strip()
        if text.startswith(('"""', "'''", 'r"""')):
            return _sentence(_unquoted("\n".join(lines[offset : offset + 6])))
        if lines[offset - 1].rstrip().endswith((":", "{")):
            break
    above: list[str] = []
    for offset in range(line - 2, max(-1, line - 2 - _SIGNATURE_LINES), -1):
        text = lines[offset].strip()
        if text.startswith("@"):
            continue
        if not _COMMENT.match(text) and not text.startswith(("/*", "*/")):
            break
        above.insert(0, text.strip("/* "))
    return _sentence(_clean("\n".join(above)))


def _unquoted(text: str) -> str:
    return match["text"] if (match := _DOCSTRING.match(text)) else ""


def _leading_comment(top: str, *, hashes: bool) -> str:
    kept: list[str] = []
    for line in top.split("\n"):
        is_comment = _COMMENT.match(line) is not None and (hashes or not line.lstrip().startswith("#"))
        if is_comment:
            kept.append(line)
        elif kept and not all(_NOISE.search(_COMMENT.sub("", each)) for each in kept):
            break
        else:
            kept.clear()
        if not is_comment and line.strip():
            break
    return "\n".join(kept)


def _clean(block: str) -> str:
    lines = [_COMMENT.sub("", line).strip() for line in block.split("\n")]
    return "\n".join(line for line in lines if line and not _NOISE.search(line))


def _paragraph(text: str) -> str:
    kept: list[str] = []
    for line in text.split("\n"):
        if not _MARKUP.match(line):
            kept.append(line)
        elif kept and not line.strip():
            break
        else:
            kept.clear()
    return "\n".join(kept)


def _sentence(text: str) -> str:
    flat = " ".join(text.split())
    first = match[0] if (match := _SENTENCE.match(flat)) and len(match[0].split()) >= _LEAST_WORDS else flat
    if _NOISE.search(first) or len(first.split()) < _LEAST_WORDS:
        return ""
    return first.rstrip(":") if len(first) <= _MOST_CHARS else first[: _MOST_CHARS - 1].rstrip() + "…"
