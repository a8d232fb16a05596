"""Prompts taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.providers.offline_questions import (
    AboutFile,
    AboutProject,
    DefinitionOf,
    FilesFor,
    Question,
    Topic,
    UsageOf,
    WayOf,
    names_in,
    places_in,
    questions_in,
)

TEXT = "as asked"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("where is Flask defined?", DefinitionOf(name="Flask", text="")),
        ("Where is the URL class", DefinitionOf(name="URL", text="")),
        ("what is `open_stream`", DefinitionOf(name="open_stream", text="")),
        ("show me the implementation of Client.send", DefinitionOf(name="Client.send", text="")),
        ("what defines Router", DefinitionOf(name="Router", text="")),
        ("Client.send()", DefinitionOf(name="Client.send", text="")),
        ("what does dispatch_request do?", DefinitionOf(name="dispatch_request", text="")),
        ("who calls dispatch_request?", UsageOf(name="dispatch_request", text="")),
        ("callers of the function parse", UsageOf(name="parse", text="")),
        ("where is `open_stream` used", UsageOf(name="open_stream", text="")),
        ("which modules import Flask", UsageOf(name="Flask", text="")),
        ("what does src/flask/app.py do?", AboutFile(path="src/flask/app.py", text="")),
        ("explain app.py", AboutFile(path="app.py", text="")),
        ("how is this project laid out?", AboutProject(text="")),
        ("what does this repository do", AboutProject(text="")),
        ("where should I start?", AboutProject(text="")),
        ("give me an overview", AboutProject(text="")),
        ("which files would I change to add a provider?", FilesFor(task="add a provider", text="")),
        ("how do I add a new transport?", FilesFor(task="add a new transport", text="")),
        ("fix the redirect bug", FilesFor(task="fix the redirect bug", text="")),
        ("which files matter for markdown tables?", FilesFor(task="markdown tables", text="")),
        ("what would I need to change for a new theme", FilesFor(task="a new theme", text="")),
        ("where does a streamed token reach the screen", WayOf(start="streamed token", goal="screen", text="")),
        ("how do events get to disk", WayOf(start="events", goal="disk", text="")),
        ("how does httpx handle timeouts?", Topic(text="")),
        ("what happens when a cookie expires?", Topic(text="")),
    ],
)
def test_a_question_is_understood(prompt: str, expected: Question) -> None:
    [found] = questions_in(prompt)
    assert found == type(expected)(**{**_fields(expected), "text": found.text})


def _fields(question: Question) -> dict[str, str]:
    return {name: getattr(question, name) for name in question.__slots__}


def test_questions_joined_by_and_commas_marks_or_lines_are_told_apart() -> None:
    prompt = (
        "where is A, and who uses B? what does c.py do\n- how is this project laid out\n2. which files matter for d"
    )
    assert [type(found) for found in questions_in(prompt)] == [
        DefinitionOf,
        UsageOf,
        AboutFile,
        AboutProject,
        FilesFor,
    ]


def test_an_and_inside_a_question_does_not_split_it() -> None:
    assert len(questions_in("how are requests and responses encoded and sent?")) == 1


def test_it_means_what_the_question_before_was_about() -> None:
    found = questions_in("where is `open_stream` defined, and who calls it?")
    assert found == (
        DefinitionOf(name="open_stream", text="where is `open_stream` defined"),
        UsageOf(name="open_stream", text="who calls `open_stream`?"),
    )


def test_a_comparison_asks_for_both() -> None:
    assert questions_in("what is the difference between g and session?") == (
        DefinitionOf(name="g", text="what is `g`"),
        DefinitionOf(name="session", text="what is `session`"),
    )


def test_no_more_than_five_questions_are_answered() -> None:
    assert len(questions_in("where is A?\n" * 20)) == 5


@pytest.mark.parametrize("prompt", ["", "  \n", "?!", "---"])
def test_a_prompt_without_a_letter_asks_nothing(prompt: str) -> None:
    assert questions_in(prompt) == ()


def test_names_of_code_are_found_in_prose() -> None:
    text = "why does `Loft` call open_stream() and parseAll, but not the word or HTTP2.Server?"
    assert names_in(text) == ("Loft", "open_stream", "parseAll", "HTTP2.Server")


def test_places_are_found_in_tracebacks_and_compiler_output() -> None:
    text = 'File "/a/b.py", line 12, in f\nsrc/c.rs:9:4 error\nsrc/c.rs:9 again\nat 10:30\n'
    assert places_in(text) == (("/a/b.py", 12), ("src/c.rs", 9))


@given(st.text(max_size=300))
def test_any_prompt_is_taken_apart_and_one_with_letters_asks_something(prompt: str) -> None:
    found = questions_in(prompt)
    assert len(found) <= 5
    if any(char.isalnum() for char in prompt):
        assert found
