"""Random keys typed into vim itself and into the editor: ``python -m tests.tui.editor.against_vim [CASES] [SEED]``.

Run by hand where vim is installed; it is no part of the suite. It prints the cases that end differently. That some do
is meant: no sentences, no undo steps for changes that change nothing, ``{`` in the only line goes to its start, ``%``
does not care for quotes, and objects grow a selection forwards only.
"""

import json
import os
import pty
import random
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.tui.editor.notation import type_keys

from aircher.tui.editor.editor import Editor

MOVES = (
    "h l j k w b e W B E ge gE 0 ^ $ g_ fa Fa to Te ; , gg G { } % 2w 3l 2j 2e 2b 3fa + - _ n "
    "/ba<enter> ?fo<enter> 3| 2G <space> <backspace> <enter>"
)
OBJECTS = 'iw aw iW aW i( a( i[ a{ i{ i" a" i\' i< ip ap'
EDITS = (
    "x X 3x dd D yy Y p P J u . ~ 3~ ra 2rb cc<text> C<text> s<text> S<text> i<text> a<text> I<text> A<text> o<text> "
    'O<text> R<text> 2i<text> >> << 2>> 2dd 3yy gUU guu g~~ 2p "ayy "ap "Ayw "add 3J gJ <ctrl+r> 2u 2. 2o<text> '
    "2iab<backspace>c<escape> Rxyz<backspace><backspace><escape>"
)
OPERATORS = "d c y > < gu gU g~"
VISUAL = "d y c<text> x > < ~ u U J rz p P o<escape> D Y <escape> <escape>gv<escape>"
TEXTS = ("X", "new ", "a\nb", "", "yy")
WORDS = ("foo", "bar", "ba", "a", "x_1", "(foo)", "[a b]", "{q}", '"a b"', "'s'", "<t>", "--", "...", "  ", "a.b", ";")
WIDE_WORDS = ("\u00e9", "\u65e5\u672c", "fo,")
CODES = {"escape": "\x1b", "enter": "\r", "space": " ", "backspace": "\x08", "ctrl+r": "\x12"}
PRELUDE = 'ix<escape>"aylylfx/zz<enter>'
"""Gives registers, the last change, the last sign and the last search something that both know."""
SETTINGS = (
    "set nocp enc=utf-8 sw=4 ts=4 et noai nosi nofoldenable hidden noswapfile viminfo= nojs startofline",
    "set nottimeout timeoutlen=0 ttimeoutlen=0 shortmess=atTWAIcsSF cmdheight=5 nofixeol bs=indent,eol,start",
    "set cpo-=; matchpairs=(:),{:},[:] t_kb= noek lazyredraw",
    "au VimEnter * call writefile([], 'ready')",
    "fun! End()",
    "call writefile([json_encode([getline(1, '$'), line('.'), col('.')])], 'out', 'a')",
    "set nomodified",
    "endfun",
)


def text_of(chance: random.Random) -> str:
    """Return a text of some lines."""
    lines = []
    for _ in range(chance.randint(1, 6)):
        words = [chance.choice(WORDS + WIDE_WORDS) for _ in range(chance.choice((0, 1, 2, 4, 5)))]
        lines.append(chance.choice(("", "", "  ", "    ")) + chance.choice((" ", " ", "")).join(words))
    return "\n".join(lines)


def keys_of(chance: random.Random) -> str:
    """Return some commands; where one fails, what it wanted to insert becomes commands, too."""
    parts = []
    for _ in range(chance.randint(1, 6)):
        kind = chance.random()
        if kind < 0.3:
            parts.append(_one(chance, MOVES))
        elif kind < 0.6:
            parts.append(_one(chance, EDITS))
        elif kind < 0.85:
            operator = _one(chance, OPERATORS)
            parts.append(operator + _one(chance, MOVES, OBJECTS) + ("<text>" if operator == "c" else ""))
        else:
            moves = [_one(chance, MOVES, OBJECTS) for _ in range(chance.randint(0, 2))]
            parts.append("".join([chance.choice("vV"), *moves, _one(chance, VISUAL)]))
    return "".join(part.replace("<text>", chance.choice(TEXTS).replace("\n", "<enter>") + "<escape>") for part in parts)


def _one(chance: random.Random, *tables: str) -> str:
    return chance.choice(" ".join(tables).split())


def ours(text: str, typed: str) -> tuple[str, int]:
    """Return text and cursor as the editor has them at last."""
    editor = Editor(is_vim=True)
    type_keys(editor, "<escape>" + PRELUDE)
    editor.set_text(text)
    editor.move_to(0)
    editor.forget()
    type_keys(editor, typed + "<escape><escape>")
    return editor.text, editor.cursor


def theirs(cases: Sequence[tuple[str, str]], folder: Path) -> list[tuple[str, int]]:
    """Return text and cursor of each case as vim has them at last."""
    script = ""
    for number, (text, typed) in enumerate(cases):
        (folder / f"{number}.txt").write_text(text + "\n")
        script += f":enew!\r{coded(PRELUDE)}:e! {number}.txt\r:call cursor(1, 1)\r"
        script += f"{coded(typed)}\x1b\x1b:call End()\r"
    (folder / "rc.vim").write_text("\n".join(SETTINGS) + "\n")
    type_into_vim(folder, script + ":qa!\r")
    results = []
    for line in (folder / "out").read_text().splitlines():
        lines, row, column = json.loads(line)
        before = sum(len(one) + 1 for one in lines[: row - 1])
        results.append(("\n".join(lines), before + len(lines[row - 1].encode()[: column - 1].decode())))
    return results


def coded(typed: str) -> str:
    """Return the characters that a terminal sends for keys."""
    for name, code in CODES.items():
        typed = typed.replace(f"<{name}>", code)
    return typed


def type_into_vim(folder: Path, script: str) -> None:
    """Type into a terminal: only what is typed makes vim keep undo steps as people know them."""
    master, slave = pty.openpty()
    command = ["vim", "-N", "-u", "rc.vim", "-i", "NONE", "-n", "-T", "dumb"]
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(command, cwd=folder, env=environ, stdin=slave, stdout=slave, stderr=slave) as vim:
        os.close(slave)
        left = script.encode()
        while vim.poll() is None:
            wants = [master] if left and (folder / "ready").exists() else []
            readable, writable, _ = select.select([master], wants, [], 0.2)
            try:
                if readable:
                    os.read(master, 65536)
                if writable:
                    left = left[os.write(master, left[:512]) :]
            except OSError:
                break
    os.close(master)


def main() -> None:
    """Compare as many cases as the command line says."""
    given = [int(argument) for argument in sys.argv[1:3]]
    count, seed = [*given, *(500, 1)[len(given) :]]
    chance = random.Random(seed)
    cases = [(text_of(chance), keys_of(chance)) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        results = theirs(cases, Path(folder))
    differing = 0
    for (text, typed), expected in zip(cases, results, strict=False):
        got = ours(text, typed)
        if got != expected:
            differing += 1
            sys.stdout.write(f"{text!r}\n  {typed}\n  vim  {expected}\n  ours {got}\n")
    sys.stdout.write(f"{len(results)} of {count} cases ran, {differing} differ\n")


if __name__ == "__main__":
    main()
