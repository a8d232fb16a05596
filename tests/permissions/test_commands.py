"""The analysis of commands, judged by corpora and by properties that hold for any text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.permissions.judge import HOME, ROOT, SETTING, Mode, decide

from aircher.domain.effects import Action, Connects, Deletes, Reads, Runs, SetsVariable, Unknown, Writes
from aircher.permissions.commands import Setting, analyse
from aircher.permissions.corpus import effects_json

BARRED: dict[str, tuple[Mode, ...]] = {"deny-auto": ("ask", "edit"), "edit-ok": ("ask",)}
WANTED: dict[str, tuple[Mode, ...]] = {"read-ok": ("ask", "edit"), "edit-ok": ("edit",)}
CORPUS = Path(__file__).parent / "corpus"
CORPORA = ("commands_public.jsonl", "own.jsonl", "everyday.jsonl")


def lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (CORPUS / name).read_text("utf-8").splitlines():
        yield json.loads(line)


def of(command: str) -> tuple[Action, ...]:
    return analyse(command, cwd=ROOT, setting=SETTING)


@pytest.mark.parametrize("name", CORPORA)
def test_nothing_passes_that_must_not(name: str) -> None:
    wrong = []
    for line in lines(name):
        barred = BARRED.get(line["class"], ())
        wrong += [(mode, line["command"]) for mode in barred if decide(line["command"], mode, cwd=line["cwd"])]
    assert wrong == []


@pytest.mark.parametrize("name", CORPORA)
def test_ordinary_commands_pass_without_a_question(name: str) -> None:
    wrong = []
    for line in lines(name):
        wanted = WANTED.get(line["class"], ())
        if not line.get("optional"):
            wrong += [(mode, line["command"]) for mode in wanted if not decide(line["command"], mode, cwd=line["cwd"])]
    assert wrong == []


def test_a_program_gets_an_action_with_its_words_normalised_and_its_redirections_as_effects() -> None:
    assert of("LC_ALL=C sor't'  -o $PWD/b.txt 'a b' 2>err.txt") == (
        Action(
            tool="shell",
            text="sort -o /srv/proj/b.txt 'a b'",
            effects=(
                Writes(path=ROOT / "err.txt"),
                Runs(program="sort"),
                Writes(path=ROOT / "b.txt"),
                Reads(path=ROOT / "a b"),
            ),
        ),
    )


def test_a_wrapper_and_what_it_runs_are_two_actions() -> None:
    assert of("timeout 5 rm -rf ~/x") == (
        Action(tool="shell", text="rm -rf /home/dev/x", effects=(Runs(program="rm"), Deletes(path=HOME / "x"))),
        Action(tool="shell", text="timeout 5 rm -rf /home/dev/x", effects=(Runs(program="timeout"),)),
    )


@pytest.mark.parametrize(
    ("command", "effect"),
    [
        ("echo hi > /dev/tcp/Example.com/80", Connects(host="example.com", port=80)),
        ("curl -s https://docs.python.org/3/", Connects(host="docs.python.org")),
        ("git clean -fdx", Unknown(reason="throws away uncommitted work")),
        ("git reset --hard", Unknown(reason="throws away uncommitted work")),
        ("make", Unknown(reason="runs what the Makefile says")),
        ("PATH=. ls", SetsVariable(name="PATH")),
        ("frobnicate x", Unknown(reason="runs a program that the table does not have: frobnicate")),
        ("ls --frob", Unknown(reason="gives ls the flag --frob, which is not known")),
        ("cat $X", Unknown(reason="gives cat words that are only known when it runs")),
        ("cd src && cat ../a", Reads(path=ROOT / "a")),
        ("rm src/*.pyc", Deletes(path=ROOT / "src/*.pyc", is_pattern=True)),
        ("grep -r x src", Reads(path=ROOT / "src", is_recursive=True)),
        ("ls src", Reads(path=ROOT / "src", is_listing=True)),
        ("cat 'a*'", Reads(path=ROOT / "a*")),
    ],
)
def test_an_effect_is_named(command: str, effect: object) -> None:
    assert effect in [found for action in of(command) for found in action.effects]


@pytest.mark.parametrize("command", ["", "   ", "# only words", "true", "x=1"])
def test_what_does_nothing_has_no_effects(command: str) -> None:
    assert [effect for action in of(command) for effect in action.effects] == []


def test_effects_have_the_shape_of_the_corpus() -> None:
    assert effects_json(of("cat a.txt | tee b.txt; PATH=. ls")) == {
        "reads": ["/srv/proj", "/srv/proj/a.txt"],
        "writes": ["/srv/proj/b.txt"],
        "network": [],
        "exec": ["cat", "ls", "tee"],
        "unknown": True,
        "reasons": ["sets PATH"],
    }


@pytest.mark.parametrize("char", ["\0", "\r", "\x1b", "\u00a0", "\u200b", "\u202e", "\u2028", "\ufeff"])
def test_characters_that_nobody_sees_are_unknown(char: str) -> None:
    assert not decide(f"ls {char}src", "edit")


@pytest.mark.parametrize(
    "command",
    ["( " * 2_000 + "ls" + " )" * 2_000, "$(" * 500 + "ls" + ")" * 500, "{ " * 400 + "ls" + "; }" * 400, "ls;" * 20_000,
     "f() { f; }; f", "echo {1..9}{1..9}{1..9}", "ls " + "a" * 100_000, "a" * 300 + "='" * 3, "cat " + "../" * 3_000],
)  # fmt: skip
def test_what_is_out_of_bounds_is_unknown(command: str) -> None:
    assert not decide(command, "edit")


PIECES = st.sampled_from(
    (
        *"'\"`$(){}[]<>|&;#!\\*?~=-+,.:/ \t\n",
        *(
            "ls",
            "cat a",
            "rm -rf ~",
            "$(",
            "))",
            "((",
            "[[",
            "]]",
            "${x",
            "EOF",
            "<<EOF",
            "if",
            "then",
            "fi",
            "for x in",
        ),
        *("do", "done", "case", "esac", "x=", "\\\n", "$'", "git log", "find . -exec", "xargs"),
    )
)


@settings(max_examples=400, deadline=2_000)
@given(
    st.one_of(
        st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join), st.lists(PIECES, max_size=25).map(" ".join)
    )
)
def test_any_text_is_analysed(command: str) -> None:
    for action in of(command):
        assert action.tool == "shell"


ASKING = [line["command"] for name in CORPORA for line in lines(name)
          if line["class"] == "deny-auto" and line["category"] != "parser-trap" and "\n" not in line["command"]
          and "#" not in line["command"]]  # fmt: skip
WRAPPINGS = [
    "ls; {}",
    "ls && {}",
    "cat README.md | {{ {}\n}}",
    "( {} )",
    "{{ {}\n}}",
    "if true; then {}\nfi",
    "while true; do {}\ndone",
    "for i in 1 2; do {}\ndone",
    "case a in a) {}\n;; esac",
    "f() {{ {}\n}}; f",
    "! {{ {}\n}}",
    'echo "$( {} )"',
    "cat < README.md && {{ {}\n}} || ls",
]


@settings(max_examples=300, deadline=2_000)
@given(st.sampled_from(ASKING), st.sampled_from(WRAPPINGS), st.sampled_from(WRAPPINGS))
def test_a_harmless_frame_never_makes_a_command_pass(command: str, inner: str, outer: str) -> None:
    assert not decide(inner.format(command), "edit")
    assert not decide(outer.format(inner.format(command)), "edit")


def test_further_roots_and_variables_count() -> None:
    setting = Setting(roots=(ROOT, Path("/extra")), home=HOME, variables={"OUT": "/extra/out"})
    assert analyse('cat "$OUT/a"', cwd=ROOT, setting=setting)[0].effects[1] == Reads(path=Path("/extra/out/a"))
