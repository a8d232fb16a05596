"""What is applied, what is refused, and to which bytes: one table a kind."""

from collections.abc import Sequence

import pytest

from aircher.editing import Edited, Near, Refused, Replacement, SyntaxProblem, apply

PYTHON = '''\
import os


class Ferry:
    """Carries cars over the river."""

    def __init__(self, capacity: int = 12) -> None:
        self.capacity = capacity
        self.cars = []

    def board(self, car: str) -> bool:
        if len(self.cars) >= self.capacity:
            return False

        self.cars.append(car)
        return True
'''
GO = 'package river\n\nfunc Board(car string) error {\n\tif car == "" {\n\t\treturn errEmpty\n\t}\n\treturn nil\n}\n'


def edit(
    text: str | bytes, old: str, new: str, *, path: str = "ferry.py", replace_all: bool = False
) -> Edited | Refused:
    data = text.encode() if isinstance(text, str) else text
    return apply(data, [Replacement(old=old, new=new, replace_all=replace_all)], path=path)


def applied(text: str, old: str, new: str, *, path: str = "ferry.py") -> tuple[str, tuple[str, ...]]:
    result = edit(text, old, new, path=path)
    assert isinstance(result, Edited), result
    return result.data.decode(), result.rungs[0]


APPLIED: Sequence[tuple[str, str, str, str, str, tuple[str, ...]]] = (
    ("exact", PYTHON, "capacity: int = 12", "capacity: int = 20", "capacity: int = 20", ()),
    (
        "literal new",
        'print("a")\n',
        'print("a")',
        'print("a\\n", “b”)',
        'print("a\\n", “b”)\n',
        (),
    ),
    (
        "indentation",
        PYTHON,
        "self.cars.append(car)\nreturn True\n",
        "if car:\n    self.cars.append(car)\nreturn True\n",
        "        if car:\n            self.cars.append(car)\n        return True\n",
        ("indentation",),
    ),
    (
        "blanks at line ends",
        PYTHON,
        "        self.capacity = capacity  \n        self.cars = []\t\n",
        "        self.capacity = capacity  \n        self.cars = list()\n",
        "        self.capacity = capacity\n        self.cars = list()\n",
        ("blanks at line ends",),
    ),
    (
        "empty lines",
        PYTHON,
        "            return False\n        self.cars.append(car)\n",
        "            return False\n        self.cars.insert(0, car)\n",
        "            return False\n\n        self.cars.insert(0, car)\n",
        ("empty lines",),
    ),
    (
        "blanks inside lines",
        PYTHON,
        "        if len( self.cars )>=self.capacity:\n            return False\n",
        "        if len( self.cars )>=self.capacity:\n            return None\n",
        "        if len(self.cars) >= self.capacity:\n            return None\n",
        ("blanks inside lines",),
    ),
    (
        "typographic characters",
        PYTHON,
        "    “““Carries cars over the river.”””\n",
        "    “““Carries cars and bikes over the river.”””\n",
        '    """Carries cars and bikes over the river."""\n',
        ("typographic characters",),
    ),
    (
        "invisible characters",
        PYTHON,
        "        self.cars\u200b = []",
        "        self.cars\u200b = [None]",
        "        self.cars = [None]\n",
        ("invisible characters",),
    ),
    (
        "composed letters",
        'name = "café"\n',
        'name = "cafe\u0301"',
        'title = "cafe\u0301"',
        'title = "café"\n',
        ("composed letters",),
    ),
    (
        "line numbers",
        PYTHON,
        "  8\t        self.capacity = capacity\n  9\t        self.cars = []\n",
        "        self.capacity = capacity or 1\n        self.cars = []\n",
        "        self.capacity = capacity or 1\n        self.cars = []\n",
        ("line numbers",),
    ),
    (
        "line numbers with a blank",
        PYTHON,
        "L8:         self.capacity = capacity\nL9:         self.cars = []",
        "L8:         self.capacity = capacity or 1\nL9:         self.cars = []",
        "        self.capacity = capacity or 1\n        self.cars = []\n",
        ("line numbers",),
    ),
    (
        "code fence",
        PYTHON,
        "```python\n        self.cars = []\n```",
        "```python\n        self.cars = [None]\n```",
        "        self.cars = [None]\n",
        ("code fence",),
    ),
    (
        "escapes",
        PYTHON,
        "        self.capacity = capacity\\n        self.cars = []",
        '        self.capacity = capacity\\n        self.cars = [\\"x\\"]',
        '        self.capacity = capacity\n        self.cars = ["x"]\n',
        ("escapes",),
    ),
    (
        "entities",
        PYTHON,
        "if len(self.cars) &gt;= self.capacity:",
        "if len(self.cars) &gt; self.capacity:",
        "        if len(self.cars) > self.capacity:\n",
        ("entities",),
    ),
    (
        "elision",
        PYTHON,
        "    def board(self, car: str) -> bool:\n        # ...\n        return True\n",
        "    def board(self, car: str, deck: int) -> bool:\n        # ...\n        return True\n",
        "    def board(self, car: str, deck: int) -> bool:\n        if len(self.cars)",
        ("elision",),
    ),
    (
        "spelling",
        PYTHON,
        "        self.capaciyt = capacity\n        self.cars = []\n",
        "        self.capaciyt = capacity\n        self.cars = [None]\n",
        "        self.capacity = capacity\n        self.cars = [None]\n",
        ("spelling",),
    ),
    (
        "a line without its indentation",
        PYTHON,
        "self.cars.append(car)\n",
        "if car:\n    self.cars.append(car)\n",
        "        if car:\n            self.cars.append(car)\n",
        ("indentation",),
    ),
    (
        "a line with half of its indentation",
        PYTHON,
        "    self.cars.append(car)\n",
        "    if car:\n        self.cars.append(car)\n",
        "        if car:\n            self.cars.append(car)\n",
        ("indentation",),
    ),
    (
        "odd blanks as indentation",
        PYTHON,
        "    self.capacity = capacity\n    self.cars = []\n".replace(" ", "\u00a0"),
        "    self.capacity = capacity\n    self.deck = 1\n    self.cars = []\n".replace(" ", "\u00a0"),
        "        self.capacity = capacity\n        self.deck = 1\n        self.cars = []\n",
        ("indentation",),
    ),
    (
        "one kind of typographic quotes in old, another in new",
        "go('a')\nstop()\n",
        "go(‘a’)\nstop()\n",
        "go(‘a’)\nsay(“b”)\nstop()\n",
        "go('a')\nsay(\"b\")\nstop()\n",
        ("typographic characters",),
    ),
    (
        "a changed line with the file's typography",
        "if x:\n    # it’s a “ferry” of old\n    go()\n",
        '    # it\'s a "ferry" of old\n    go()\n',
        '    # it\'s a "ferry" of new\n    go()\n',
        "    # it’s a “ferry” of new\n    go()\n",
        ("typographic characters",),
    ),
    (
        "pasted numbers in front of numbers",
        "codes = {\n    20: 2,\n    21: 3,\n}\n",
        "2:     20: 2,\n3:     21: 3,\n",
        "    20: 2,\n    22: 4,\n    23: 5,\n",
        "    20: 2,\n    22: 4,\n    23: 5,\n",
        ("line numbers",),
    ),
    (
        "blanks of the file stay where no line that has them changes",
        "a = 1  \nb = 2\nc = 3 \n",
        "a = 1\nb = 2\nc = 3\n",
        "a = 1\nb = 4\nc = 3\n",
        "a = 1  \nb = 4\nc = 3 \n",
        ("blanks at line ends",),
    ),
    (
        "blanks of the file go where a line that has them changes",
        "a = 1  \nb = 2\nc = 3 \n",
        "a = 1\nb = 2\nc = 3\n",
        "a = 1\nb = 2\nc = 4\n",
        "a = 1\nb = 2\nc = 4\n",
        ("blanks at line ends",),
    ),
    (
        "a swap between the parts of a name",
        "total = statusCode(reply, request)\n",
        "total = statusoCde(reply, request)\n",
        "total = statusCode(request, reply)\n",
        "total = statusCode(request, reply)\n",
        ("spelling",),
    ),
    (
        "elision whose last part is signs",
        "start({\n    one: 1,\n    two: 2,\n    three: [\n        3,\n    ],\n})\n",
        "start({\n    one: 1,\n    # ...\n    ],\n})\n",
        "start({\n    one: 11,\n    # ...\n    ],\n})\n",
        "start({\n    one: 11,\n    two: 2,",
        ("elision",),
    ),
    ("final line end", "a = 1\nlast = 2", "last = 2\n", "last = 3\n", "a = 1\nlast = 3", ("final line end",)),
)


@pytest.mark.parametrize(
    ("text", "old", "new", "expected", "rungs"), [row[1:] for row in APPLIED], ids=[row[0] for row in APPLIED]
)
def test_a_misquote_is_undone_and_named(text: str, old: str, new: str, expected: str, rungs: tuple[str, ...]) -> None:
    result, undone = applied(text, old, new)
    assert undone == rungs
    assert expected in result
    before, _, behind = result.partition(expected)
    assert text.startswith(before)
    assert text.endswith(behind)


def test_tabs_that_came_back_as_blanks_are_tabs_again() -> None:
    old = '    if car == "" {\n        return errEmpty\n    }\n'
    new = '    if car == "" {\n        log.Print("empty")\n        return errEmpty\n    }\n'
    expected = GO.replace("\t\treturn errEmpty\n", '\t\tlog.Print("empty")\n\t\treturn errEmpty\n')
    assert applied(GO, old, new, path="river.go") == (expected, ("tabs and blanks",))


def test_single_lines_may_be_indented_otherwise_where_indentation_means_nothing() -> None:
    old = 'if car == "" {\nreturn errEmpty\n}\n\treturn nil\n'
    new = 'if car == "" {\nreturn errNone\n}\n\treturn nil\n'
    expected = GO.replace("errEmpty", "errNone")
    assert applied(GO, old, new, path="river.go") == (expected, ("indentation", "indentation of single lines"))


REFUSED: Sequence[tuple[str, str, str, str, str]] = (
    ("empty", PYTHON, "", "x", "old is empty: quote the lines to change"),
    ("blank", PYTHON, "\n\n", "x", "old has no word in it: quote whole lines"),
    ("punctuation", PYTHON, "[]", "()", "old has no word in it: quote whole lines"),
    ("same", PYTHON, "import os", "import os", "old and new are the same"),
    ("marker", PYTHON, "# ... existing code ...", "x", "old is nothing but an elision: quote the lines to change"),
    (
        "twice",
        "a = 1\nb = 2\na = 1\n",
        "a = 1",
        "a = 2",
        "old fits exactly at several places (lines 1, 3): quote more lines around the one you mean",
    ),
    (
        "twice but for white space",
        "if x:\n    go(1)\n    go(2)\nif y:\n    go(1)\n    go(2)\n",
        "go(1)\ngo(2)\n",
        "go(3)\n",
        "old fits but for white space at several places (lines 2, 5): quote more lines around the one you mean",
    ),
    ("another number", PYTHON, "        self, capacity: int = 13\n", "x\n", "old is not in the file"),
    ("another operator", PYTHON, "        if len(self.cars) > self.capacity:\n", "x\n", "old is not in the file"),
    ("another word", PYTHON, "        self.bikes.append(car)\n        return True\n", "x\n", "old is not in the file"),
    (
        "another structure",
        PYTHON,
        "        if len(self.cars) >= self.capacity:\n            return False\n\n            self.cars.append(car)\n",
        "x\n",
        "old is not in the file",
    ),
    (
        "a line less",
        PYTHON,
        "        if len(self.cars) >= self.capacity:\n        self.cars.append(car)\n",
        "x\n",
        "old is not in the file",
    ),
    (
        "a string with other blanks",
        'x = 1\nsay("a  b", x)\n',
        'x = 1\nsay("a b",  x)\n',
        "x = 2\n",
        "old is not in the file",
    ),
    (
        "the beginning of a line",
        "alpha = beta + gamma",
        "alpha = beta\n",
        "alpha = delta\n",
        "old is not in the file",
    ),
    (
        "only a comment",
        "# run(one)\n# run(two)\n",
        "  run(one)\n  run(two)\n",
        "x\n",
        "old is not in the file",
    ),
    (
        "only in a docstring",
        'def go():\n    """Goes.\n\n        start(engine)\n        drive(car)\n    """\n',
        "start(engine)\ndrive(car)\n",
        "x\n",
        "old is not in the file",
    ),
    (
        "elision that new drops",
        PYTHON,
        "    def board(self, car: str) -> bool:\n        ...\n        return True\n",
        "    def board(self, car: str) -> bool:\n        return True\n",
        "old leaves out lines and new does not leave them out: nothing says that they may go",
    ),
    (
        "lazy new",
        PYTHON,
        "        self.cars.append(car)\n        return True\n",
        "        self.cars.append(car)\n        # ... rest unchanged ...\n",
        "new leaves out lines that old shows: write them all, what is left out would be deleted",
    ),
    (
        "numbers in new",
        PYTHON,
        "        self.cars = []\n",
        "9|         self.cars = [1]\n",
        "new has line numbers in front of its lines: leave them out",
    ),
    (
        "twice, at two depths, in other blanks",
        "if x:\n    go(1)\n    go(2)\nif y:\n    if z:\n        go(1)\n        go(2)\n",
        "\tgo(1)\n\tgo(2)\n",
        "\tgo(3)\n",
        "old fits but for white space at several places (lines 2, 6): quote more lines around the one you mean",
    ),
    (
        "the beginning of a word",
        "def go():\n    stop()\n    return valued\n",
        "    stop()\n    return value",
        "    stop()\n    return other",
        "old is not in the file",
    ),
    (
        "a part of a line, and lines that are indented less",
        "def go():\n    return [one, two]\n",
        "return [one,",
        "run()\nreturn [one,",
        "old starts behind the indentation of its line, new has lines without it: quote it too",
    ),
    (
        "twice, but for an invisible character at the end of a line",
        "go(1)\ngo(2)\u200b\nstop()\ngo\u200b(1)\ngo(2)\n",
        "go(1)\ngo(2)",
        "go(3)",
        (
            "old fits but for invisible or typographic characters at several places (lines 1, 4): "
            "quote more lines around the one you mean"
        ),
    ),
    (
        "a misspelled string in a comment",
        '# parsed with parser: "babel" by default\nrun(engine)\n',
        '# parsed with parser: "baebl" by default\nrun(engine)\n',
        "x\n",
        "old is not in the file",
    ),
    (
        "a fence around new, in a file with fences",
        "Text.\n\n```sh\nrun one\n```\n",
        "```sh\nrun one\n",
        "```text\n```sh\nrun two\n```\n",
        "new is wrapped in a code fence: leave it out",
    ),
    (
        "doubled indentation behind a misquote",
        "start(\n    months='août'.split(\n        '_'\n    ),\n)\n",
        "months=‘août’.split(\n    ‘_’\n),\n",
        "    months=‘août’.split(\n        ‘-’\n    ),\n",
        "new is indented as the file is, and old is not: quote the indentation too",
    ),
    (
        "two near words",
        "htons(port)\nhtonl(port)\n",
        "htonz(port)\n",
        "x\n",
        "old is not in the file",
    ),
    (
        "an opposite",
        "return escape(text, quotes)\n",
        "return unescape(text, quotes)\n",
        "x\n",
        "old is not in the file",
    ),
    (
        "a slip that reaches the file",
        "result = calculate(first, second)\n",
        "result = calcualte(first, second)\n",
        "result = calcualte(second, first)\n",
        "old and new misspell what stands in the file (calcualte for calculate): quote it anew",
    ),
)


@pytest.mark.parametrize(
    ("text", "old", "new", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_is_not_unambiguous_is_refused(text: str, old: str, new: str, reason: str) -> None:
    result = edit(text, old, new)
    assert isinstance(result, Refused)
    assert result.reason == reason


def test_a_refusal_shows_the_nearest_lines_and_what_differs() -> None:
    result = edit(PYTHON, "        if len(self.cars) > self.limit:\n            return False\n", "x\n")
    assert result == Refused(
        reason="old is not in the file",
        near=Near(
            first_line=12,
            lines=("        if len(self.cars) >= self.capacity:", "            return False"),
            differs="quoted line 1 is 'if len(self.cars) > self.limit:', "
            "the file has 'if len(self.cars) >= self.capacity:'",
        ),
    )


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("b = 2\n", "a = 1\nlonger = 1\n", "b = 2\n"),
        ("start()\nmiddle()\nend()\n", "start()\n", "start()\nmiddle()\n"),
        ("    if ready:\n        start()\n", "start()\n", "if ready:\n    start()\n"),
        ("value = total_count\n", "value = total", "value = total_count"),
    ],
)
def test_what_was_already_replaced_is_not_replaced_again(text: str, old: str, new: str) -> None:
    result = edit(text, old, new)
    assert isinstance(result, Refused)
    assert result.is_done or result.reason == "old is not in the file"


def test_replace_all_replaces_every_literal_occurrence_and_never_guesses() -> None:
    everywhere = edit("a = x\nb = x\n", "x", "y", replace_all=True)
    assert everywhere == Edited(data=b"a = y\nb = y\n", rungs=((),))
    assert isinstance(edit("    go(1)\n    go(2)\n", "go(1)\ngo(2)\n", "x\n", replace_all=True), Refused)


def test_several_replacements_are_held_against_the_file_as_it_was_sent() -> None:
    edits = [Replacement(old="b = 2\n", new="b = 3\n"), Replacement(old="a = 1\n", new="a = 2\nz = 0\n")]
    assert apply(b"a = 1\nb = 2\n", edits, path="x.py") == Edited(data=b"a = 2\nz = 0\nb = 3\n", rungs=((), ()))


@pytest.mark.parametrize(
    ("edits", "refused"),
    [
        (
            [("a = 1\nb = 2\n", "x\n"), ("b = 2\nc = 3\n", "y\n")],
            Refused(reason="replacements 1 and 2 overlap: make them one", edit=1),
        ),
        ([("a = 1\n", "a = 9\n"), ("a = 9\n", "a = 8\n")], Refused(reason="old is not in the file", edit=1)),
    ],
)
def test_one_replacement_that_cannot_be_made_stops_all(edits: list[tuple[str, str]], refused: Refused) -> None:
    result = apply(b"a = 1\nb = 2\nc = 3\n", [Replacement(old=old, new=new) for old, new in edits], path="x.py")
    assert isinstance(result, Refused)
    assert (result.reason, result.edit) == (refused.reason, refused.edit)


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        (b"a = 1\r\nb = 2\r\n", "a = 1\nb = 2\n", "a = 1\nc = 3\nb = 2\n", b"a = 1\r\nc = 3\r\nb = 2\r\n"),
        (b"a = 1\nb = 2\n", "a = 1\r\n", "a = 1\r\nc = 3\r\n", b"a = 1\nc = 3\nb = 2\n"),
        (b"x\r\ny\na = 1\nb\r\n", "a = 1\n", "a = 1\nc = 3\n", b"x\r\ny\na = 1\nc = 3\nb\r\n"),
        (b"x\r\na = 1\r\ny\nz\n", "a = 1", "a = 1\nc = 3", b"x\r\na = 1\r\nc = 3\r\ny\nz\n"),
        (b"one\rtwo\r", "one\ntwo", "one\nhalf\ntwo", b"one\rhalf\rtwo\r"),
        (b"\xef\xbb\xbfa = 1\n", "a = 1", "a = 2", b"\xef\xbb\xbfa = 2\n"),
        (b"\xef\xbb\xbfa = 1\n", "\ufeffa = 1", "\ufeffa = 2", b"\xef\xbb\xbfa = 2\n"),
        ("a = 'é'\r\n".encode("utf-16"), "a = 'é'\n", "a = 'ü'\n", "a = 'ü'\r\n".encode("utf-16")),
        (b"a = 1 # \xe9\nb\n", "a = 1 ", "a = 2 ", b"a = 2 # \xe9\nb\n"),
        (
            "# coding: shift_jis\na = '表'\n".encode("shift_jis"),
            "a = '表'",
            "a = '表示'",
            "# coding: shift_jis\na = '表示'\n".encode("shift_jis"),
        ),
        (b"a\x0cb\nname = 1\n", "name = 1", "name = 2", b"a\x0cb\nname = 2\n"),
    ],
)
def test_new_text_takes_the_files_line_ends_and_encoding(before: bytes, old: str, new: str, after: bytes) -> None:
    result = edit(before, old, new, path="x.txt")
    assert isinstance(result, Edited), result
    assert result.data == after


@pytest.mark.parametrize(
    ("data", "new", "reason"),
    [
        (
            b"# coding: latin-1\nname = '\xe9'\n",
            "→",
            "new has '→', which the file's encoding (iso8859-1) cannot hold",
        ),
        (b"name = 1 # \xe9\n", "é2 ü", "new has 'é', and nothing says in which encoding the file is"),
        (
            "# coding: shift_jis\nname = '表'\n".encode("shift_jis"),
            "¥",
            "new has '¥', which the file's encoding (cp932) cannot hold",
        ),
        (b"name\0\x01\x02", "x", "the file is binary"),
    ],
)
def test_what_the_encoding_cannot_hold_is_refused(data: bytes, new: str, reason: str) -> None:
    result = edit(data, "name", new)
    assert isinstance(result, Refused)
    assert result.reason.replace("shift_jis", "cp932") == reason


def test_an_error_of_syntax_that_the_edit_brought_is_reported() -> None:
    result = edit("a = 1\nb = (2)\n", "b = (2)", "b = (2")
    assert result == Edited(
        data=b"a = 1\nb = (2\n", rungs=((),), problems=(SyntaxProblem(line=2, what="cannot be read: b = (2"),)
    )
    assert edit('{"a": 1}', '"a": 1', '"a" 1', path="a.json") == Edited(
        data=b'{"a" 1}', rungs=((),), problems=(SyntaxProblem(line=1, what="Expecting ':' delimiter"),)
    )


def test_an_error_that_was_there_before_is_not_reported() -> None:
    result = edit("a = (1\nb = 2\n", "b = 2", "b = 3")
    assert result == Edited(data=b"a = (1\nb = 3\n", rungs=((),))


def test_doubled_indentation_of_the_first_line_is_repaired() -> None:
    result = edit(PYTHON, "self.cars.append(car)\n        return True\n", "        self.cars.append(car)\n")
    assert isinstance(result, Edited)
    assert result.data.decode().endswith("            return False\n\n        self.cars.append(car)\n")
    assert result.rungs == (("indentation of the first line",),)
