"""Reads awk programs, to tell which of them only print.

Invariant: a program that may run, read or write anything else is `Unreadable`, but for output into files it names.
"""

import re
from collections.abc import Iterator

from aircher.permissions.shell.nodes import Unreadable

_BARRED = re.compile(r"system|getline|ENVIRON|PROCINFO|ARGV|ARGC|SYMTAB|FUNCTAB|extension|@|\\\n|fflush|\bclose\b")
_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*)|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<name>\$?[A-Za-z_]\w*|\$?\d[\w.]*|\$)"""
    r"""|(?P<or>\|\|)|(?P<shift>>>)|(?P<compare>>=)|(?P<other>.)|(?P<line>\n)""",
    re.ASCII | re.DOTALL,
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]|\\.|\[\^?\]?(?:[^\]\\\n]|\\.)*\])+/")
_BEFORE_REGEX = frozenset({"", "\n", "(", ",", "{", "}", ";", "!", "~", "&", "||", "?", ":", "="})


def check_awk(program: str) -> list[str]:
    """Return the files that a program writes, where it names them.

    Raises:
        Unreadable: It may do more than print.
    """
    if _BARRED.search(program):
        raise Unreadable("runs an awk program that may do more than print")
    if ">" not in program and "|" not in program:
        return []
    found: list[str] = []
    tokens = list(_tokens(program))
    is_printing, depth = False, 0
    for index, token in enumerate(tokens):
        match token:
            case "print" | "printf":
                is_printing, depth = True, 0
            case "\n" if depth > 0 or tokens[index - 1 : index] in ([","], ["||"], ["&"]):
                pass
            case ";" | "\n" | "}" | "{":
                is_printing = False
            case "(" | "[":
                depth += 1
            case ")" | "]":
                depth -= 1
            case "|":
                raise Unreadable("runs an awk program that may start another program")
            case ">" | ">>" | ">=" if is_printing and depth <= 0:
                found.append(_target(tokens[index + 1 : index + 3]))
    return found


def _target(tokens: list[str]) -> str:
    following = tokens[1] if len(tokens) > 1 else ""
    if not tokens or not re.fullmatch(r'"[^"\\]*"', tokens[0]) or following not in {"", ";", "}", "\n"}:
        raise Unreadable("runs an awk program that writes a file whose name is only known when it runs")
    return tokens[0].strip('"')


def _tokens(program: str) -> Iterator[str]:
    at, before = 0, ""
    while at < len(program):
        if program[at] == "/" and before in _BEFORE_REGEX:
            match = _REGEX.match(program, at)
            if match is None:
                raise Unreadable("runs an awk program that cannot be read")
            before, at = "/", match.end()
            yield "/regex/"
            continue
        match = _TOKEN.match(program, at)
        if match is None or match[0] in {'"', "'", "\\"} or (match[0] == "/" and not _is_operand(before)):
            raise Unreadable("runs an awk program that cannot be read")
        at = match.end()
        if match.lastgroup != "blank":
            before = match[0]
            yield before


def _is_operand(token: str) -> bool:
    """Tell whether a slash behind ``token`` divides for certain."""
    return re.fullmatch(r"\$?\w+|\]", token) is not None and token not in {
        "print",
        "printf",
        "return",
        "in",
        "case",
        "do",
        "else",
    }
