"""How the end of an unfinished text is shown: as it will most likely look when it is finished.

Invariant: only the last block is touched, and never what is finished. Bold that is open is bold already, half of a
marker is not shown at all, a table's titles are a table before the line below them has come.
"""

import re
from functools import lru_cache

from aircher.support.markdown_parser import Mark
from aircher.tui.markdown.source import Source, is_undecided

_TEXTS = frozenset({"+Paragraph", "+Heading", "+TableCell", "+Item"})
_OTHERS = frozenset({"+CodeBlock", "+HtmlBlock", "Rule"})
_MARKUP = frozenset("*_`~[<\\")


def completed(source: Source, marks: list[Mark]) -> str:
    """Return the text as it is to be shown while it is unfinished."""
    text = source.text
    leaf = next((mark for mark in reversed(marks) if mark.name in _TEXTS or mark.name in _OTHERS), None)
    last = text[text.rfind("\n") + 1 :]
    if leaf is None or leaf.name in _OTHERS:
        return text[: len(text) - len(last)] if _is_marker(last) else text
    start = len(source.before(leaf.start))
    if leaf.name != "+TableCell":
        table = _table(text, start)
        if table is not None:
            return table
    if _is_marker(last):
        text = text[: len(text) - len(last)]
    region = text[start:]
    return text[:start] + closed(region) if start < len(text) and not _MARKUP.isdisjoint(region) else text


def _is_marker(line: str) -> bool:
    return bool(line) and (is_undecided(line.encode()) or _openings().fullmatch(line) is not None)


@lru_cache(maxsize=1)
def _openings() -> re.Pattern[str]:
    return re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*(?:`{3,}[^`\n]*|~{3,}[^\n]*)")


def _table(text: str, start: int) -> str | None:
    """Return the text where its end becomes a table; ``None`` = it does not look like one."""
    before, newline, last = text.rpartition("\n")
    if not newline or len(before) < start:
        return text[: len(text) - len(last)] if _bare(last).startswith("|") else None
    line_start = before.rfind("\n") + 1
    titles = before[line_start:]
    bare = _bare(titles)
    if not bare.startswith("|") or (last and _bare(last).strip("|:- ")):
        return f"{before}\n" if _bare(last).startswith("|") and not bare.startswith("|") else None
    indent = re.sub(r"[^>]", " ", titles[: len(titles) - len(bare)])
    columns = bare.rstrip().removesuffix("|").count("|") - bare.count("\\|")
    return f"{before}\n{indent}|{'-|' * max(1, columns)}"


def _bare(line: str) -> str:
    """Return a line without the signs of the containers it is in."""
    return re.sub(r"[ >]*(?:(?:[-+*]|\d{1,9}[.)]) +)*", "", line, count=1)


def closed(text: str) -> str:
    """Return a paragraph with the end of what is open in it: code, emphasis, the address of a link."""
    scan = _Scan(text)
    for match in _signs().finditer(text):
        if match.start() < scan.at:
            continue
        finished = scan.take(match)
        if finished is not None:
            return finished
    return scan.finish()


@lru_cache(maxsize=1)
def _signs() -> re.Pattern[str]:
    return re.compile(r"\\.|`+|\*+|_+|~+|\]\(|\[|<(?=https?:)|\\\Z", re.DOTALL)


class _Scan:
    """Goes through a paragraph once.

    Attributes:
        at: Up to where nothing more is to be looked at.
    """

    def __init__(self, text: str) -> None:
        self.at = 0
        self._text = text
        self._open: list[str] = []
        self._brackets = 0

    def take(self, match: re.Match[str]) -> str | None:
        """Go past a sign; what is returned is the end of it all."""
        sign = match[0]
        if sign[0] == "\\":
            return None if len(sign) == 2 else self._ended(match.start())
        if sign[0] == "`":
            return self._code(match)
        if sign == "[":
            self._brackets += 1
        elif sign == "](":
            return self._target(match)
        elif sign == "<":
            rest = self._text[match.end() :]
            return None if ">" in rest or " " in rest or "\n" in rest else f"{self._text}>{self._closers()}"
        else:
            return self._emphasis(match)
        return None

    def finish(self) -> str:
        """Return the text with all ends that it needs."""
        return self._ended(len(self._text))

    def _ended(self, at: int) -> str:
        closers = self._closers()
        if not closers:
            return self._text[:at]
        return self._text[:at].rstrip() + closers

    def _closers(self) -> str:
        return "".join(reversed(self._open))

    def _code(self, match: re.Match[str]) -> str | None:
        run = match[0]
        at = match.end()
        while (end := self._text.find(run, at)) >= 0:
            after = end + len(run)
            if self._text[after : after + 1] != "`" and self._text[end - 1] != "`":
                self.at = after
                return None
            at = after
            while self._text[at : at + 1] == "`":
                at += 1
        said = self._text[match.end() :].rstrip("`")
        if not said.strip():
            return self._ended(match.start())
        return self._text[: match.end()] + said + run + self._closers()

    def _target(self, match: re.Match[str]) -> str | None:
        if not self._brackets:
            return None
        self._brackets -= 1
        depth = 1
        for at in range(match.end(), len(self._text)):
            depth += {"(": 1, ")": -1}.get(self._text[at], 0)
            if not depth:
                self.at = at + 1
                return None
        return f"{self._text[: match.start()]}](#){self._closers()}"

    def _emphasis(self, match: re.Match[str]) -> str | None:
        sign, start, end = match[0], match.start(), match.end()
        before, after = self._text[start - 1 : start], self._text[end : end + 1]
        is_word = sign[0] == "_"
        can_close = bool(before.strip()) and not (is_word and after.isalnum())
        can_open = bool(after.strip()) and not (is_word and before.isalnum())
        left = len(sign)
        while can_close and self._open and self._open[-1][0] == sign[0] and len(self._open[-1]) <= left:
            left -= len(self._open.pop())
        if left and not after:
            return self._ended(end - left)
        if left and can_open and (sign[0] != "~" or left == 2):
            self._open += [sign[0] * 2] * (left // 2) + [sign[0]] * (left % 2)
        return None
