"""What words expand to, held against bash itself."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.permissions.commands import Setting, analyse

HOME = Path("/home/dev")
ASSIGNED = "x=ab; unset y; "
PIECES = (
    *("a", "b", "'", '"', "\\", "$x", "${x}", "${y:-d}", "${x%b}", "${x#a}", '"$x"', r"$'\x41'", r"$'a\n'"),
    *("{", "}"),
    *(",", "~", "~/", "*", "{a,b}", "{1..3}", "$(echo q)", '"$(echo q r)"', "`echo z`", " ", "\t", "#", "=", "x=~"),
    *(
        "$y",
        '""',
        "''",
        "[",
        "]",
        "?",
        "!",
        "^",
        "%",
        "@",
        "${x/a/b}",
        "${x^^}",
        "\n",
        "é",
        "$",
        "-",
        "..",
        r"\$",
        r"\"",
    ),
    *("${x:+k}", '"${x}y"', '"a\'b"', "'a\"b'", '"${x%b}"', '"${y:-d e}"', '${y:-"q r"}', "$x{a,b}", "\\\n"),
)


def by_bash(words: str, folder: Path) -> list[str]:
    done = subprocess.run(
        ["bash", "-c", f"{ASSIGNED}printf '%s\\0' : {words}"],
        cwd=folder,
        env={"HOME": str(HOME), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.stdout.decode().split("\0")[1:-1]


def ours(words: str, folder: Path) -> list[str] | None:
    """Return the words as the analysis sees them, of which bash itself undoes the quotes; ``None`` = not certain."""
    setting = Setting(roots=(folder,), home=HOME)
    actions = analyse(f"{ASSIGNED}printf '%s\\0' : {words}", cwd=folder, setting=setting)
    texts = [action.text for action in actions if action.text.startswith("printf")]
    if len(texts) != 1 or any(action.effects for action in actions) or "…" in texts[0] or "\n" in words:
        return None
    return by_bash(texts[0].removeprefix("printf '%s\\0' : ").removeprefix("printf '%s\\0' :"), folder)


@pytest.mark.parametrize(
    "words",
    [
        *("$(echo q)/x", '${y:-"q r"}', "$x{a,b}", "$y{a,b}", "~/a ~", r"$'\x2fetc'", "{a,b}{1..2}", "a\\ b", '"a b"c'),
        *("'$x'", "${x%b}/..", "\"$(echo 'a  b')\"", "$(echo 'a  b')", "x=~/a", "--y=~/a", "a#b", "''", "$y", '"$y"'),
        "\\$x",
    ],
)
def test_a_word_expands_as_in_bash(words: str, tmp_path: Path) -> None:
    found = ours(words, tmp_path)
    assert found is None or found == by_bash(words, tmp_path)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_any_word_expands_as_in_bash_or_is_not_certain(words: str) -> None:
    folder = Path("/")
    found = ours(words, folder)
    assert found is None or found == by_bash(words, folder)
