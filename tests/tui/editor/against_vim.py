"""Random keys typed into vim itself and into the editor: ``python -m tests.tui.editor.against_vim [CASES] [SEED]``.

Run by hand where vim is installed; it is no part of the suite. It prints the cases that end differently.
"""

import json
import os
import pty
import random
import select
import subprocess
import sys
import tempfile
from pathlib import Path

from aircher.tui.editor.editor import Editor
from tests.tui.editor.notation import keys

MOVES = (
    "h l j k w b e W B E ge gE 0 ^ $ g_ fa Fa to Te ; , gg G { } % 2w 3l 2j 2e 2b 3fa + - _ n /ba<enter> ?fo<enter> "
    "3| 2G <space> <backspace> <enter>"
).split()
OBJECTS = "iw aw iW aW i( a( i[ a{ i{ i\" a\" i' i< ip ap".split()
EDITS = (
    "x X 3x dd D yy Y p P J u . ~ 3~ ra 2rb cc<text> C<text> s<text> S<text> i<text> a<text> I<text> A<text> o<text> "
    "O<text> R<text> 2i<text> >> << 2>> 2dd 3yy gUU guu g~~ 2p \"ayy \"ap \"Ayw \"add 3J gJ <ctrl+r> 2u 2. 2o<text> 2iab<backspace>c<escape> Rxyz<backspace><backspace><escape>"
).split()
OPERATORS = "d c y > < gu gU g~".split()
VISUAL = 'd y c<text> x > < ~ u U J rz p P o<escape> D Y <escape> <escape>gv<escape>'.split()
TEXTS = ("X", "new ", "a\nb", "", "yy")
WORDS = ("foo", "bar", "ba", "a", "x_1", "(foo)", "[a b]", "{q}", '"a b"', "'s'", "<t>", "--", "...", "  ", "é", "日本", "a.b", "fo,", ";")


def text_of(chance: random.Random) -> str:
    lines = []
    for _ in range(chance.randint(1, 6)):
        words = [chance.choice(WORDS) for _ in range(chance.choice((0, 1, 2, 4, 5)))]
        lines.append(chance.choice(("", "", "  ", "    ")) + chance.choice((" ", " ", "")).join(words))
    return "\n".join(lines)


def keys_of(chance: random.Random) -> str:
    parts = []
    for _ in range(chance.randint(1, 6)):
        kind = chance.random()
        if kind < 0.3:
            parts.append(chance.choice(MOVES))
        elif kind < 0.6:
            parts.append(chance.choice(EDITS))
        elif kind < 0.85:
            operator = chance.choice(OPERATORS)
            goal = chance.choice((*MOVES, *OBJECTS))
            parts.append(operator + goal + ("<text>" if operator == "c" else ""))
        else:
            moves = [chance.choice((*MOVES, *OBJECTS)) for _ in range(chance.randint(0, 2))]
            parts.append("".join([chance.choice("vV"), *moves, chance.choice(VISUAL)]))
    return "".join(part.replace("<text>", chance.choice(TEXTS).replace("\n", "<enter>") + "<escape>") for part in parts)


NAMES = {
    "escape": "\x1b",
    "enter": "\r",
    "space": " ",
    "backspace": "\x08",
    "ctrl+r": "\x12",
}


def raw(text: str) -> str:
    for name, code in NAMES.items():
        text = text.replace(f"<{name}>", code)
    return text


def ours(text: str, typed: str) -> tuple[str, int]:
    editor = Editor(is_vim=True)
    for key in keys("<escape>ix<escape>\"aylylfx/zz<enter>"):
        editor.handle(key)
    editor.set_text(text)
    editor.move_to(0)
    editor.forget()
    for key in keys(typed + "<escape><escape>"):
        editor.handle(key)
    return editor.text, editor.cursor


def type_into_vim(folder: Path, script: str) -> None:
    """Vim has read the script as if a person had typed it."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        ["vim", "-N", "-u", "rc.vim", "-i", "NONE", "-n", "-T", "dumb"],
        cwd=folder, env={**os.environ, "LC_ALL": "C.UTF-8"}, stdin=slave, stdout=slave, stderr=slave,
    ) as vim:
        os.close(slave)
        left = script.encode()
        while vim.poll() is None:
            is_ready = (folder / "ready").exists()
            readable, writable, _ = select.select([master], [master] if left and is_ready else [], [], 0.2)
            try:
                if readable:
                    os.read(master, 65536)
                if writable:
                    left = left[os.write(master, left[:512]) :]
            except OSError:
                break
    os.close(master)


def theirs(cases: list[tuple[str, str]], folder: Path) -> list[tuple[str, int]]:
    script = ""
    for number, (text, typed) in enumerate(cases):
        (folder / f"{number}.txt").write_text(text + "\n")
        script += f':call Begin({number})\rix\x1b\"aylylfx/zz\r:e! {number}.txt\r:call cursor(1, 1)\r{raw(typed)}\x1b\x1b:call End({number})\r'
    (folder / "rc.vim").write_text(
        "set nocp enc=utf-8 sw=4 ts=4 et noai nosi nofoldenable hidden noswapfile viminfo= nojs nottimeout timeoutlen=0 "
        "ttimeoutlen=0 shortmess=atTWAIcsSF cmdheight=5 nofixeol cpo-=; matchpairs=(:),{:},[:] nostartofline startofline bs=indent,eol,start\n"
        "set t_kb= noek lazyredraw\nau VimEnter * call writefile([], 'ready')\n"
        "fun! Begin(n)\nenew!\nendfun\n"
        "fun! End(n)\ncall writefile([json_encode([getline(1, '$'), line('.'), col('.')])], 'out', 'a')\nset nomodified\nendfun\n"
    )
    type_into_vim(folder, script + ":qa!\r")
    results = []
    for line in (folder / "out").read_text().splitlines():
        lines, row, col = json.loads(line)
        at = sum(len(one) + 1 for one in lines[: row - 1]) + len(lines[row - 1].encode()[: col - 1].decode())
        results.append(("\n".join(lines), at))
    return results


def main() -> None:
    count, seed = int(sys.argv[1]) if sys.argv[1:] else 500, int(sys.argv[2]) if sys.argv[2:] else 1
    chance = random.Random(seed)
    cases = [(text_of(chance), keys_of(chance)) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        results = theirs(cases, Path(folder))
    differ = 0
    for (text, typed), expected in zip(cases, results, strict=False):
        try:
            got = ours(text, typed)
        except Exception as error:
            got = (repr(error), -1)
        if got != expected:
            differ += 1
            print(f"{text!r}\n  {typed}\n  vim  {expected}\n  ours {got}")
    print(f"{len(results)} of {count} cases ran, {differ} differ")


if __name__ == "__main__":
    main()
