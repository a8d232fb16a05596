"""Questions to a person."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.tools.calls import call, vendors_can_take

from aircher.domain.effects import Action
from aircher.domain.tools import ToolFailure, ToolOutcome
from aircher.tools.ask_user import TOOL, AskUser
from aircher.tools.workbench import Workbench
from aircher.workspace.local import LocalWorkspace


@pytest.fixture
def ask_user() -> AskUser:
    return TOOL(Workbench(root=Path("/"), files=LocalWorkspace(Path("/"))))


async def test_the_model_gets_the_users_words(ask_user: AskUser) -> None:
    asked: list[tuple[str, Sequence[str]]] = []

    async def ask(question: str, choices: Sequence[str]) -> str:
        asked.append((question, choices))
        return "the second,\nplease"

    answer = await call(ask_user, {"question": "Which one?", "choices": ["first", "second"]}, ask=ask)
    assert answer == ToolOutcome(
        content="The user answers: the second,\nplease", summary="answered: the second, please"
    )
    assert asked == [("Which one?", ("first", "second"))]


async def test_where_nobody_is_the_model_decides_itself(ask_user: AskUser) -> None:
    assert await call(ask_user, {"question": "Which one?"}) == ToolFailure(
        message="Nobody is there to answer. Decide yourself, and say what you assumed."
    )


async def test_no_words_are_no_answer(ask_user: AskUser) -> None:
    async def ask(question: str, choices: Sequence[str]) -> str:
        return " \n"

    assert await call(ask_user, {"question": "Which one?"}, ask=ask) == ToolOutcome(
        content="The user gave no answer. Decide yourself.", summary="no answer"
    )


def test_a_question_touches_nothing_and_can_be_ruled(ask_user: AskUser) -> None:
    args = ask_user.parse({"question": "Which\n one?"})
    assert not isinstance(args, ToolFailure)
    assert ask_user.actions(args) == (Action(tool="ask", text="Which one?"),)
    assert not ask_user.is_writer
    assert vendors_can_take(ask_user.spec.parameters)


async def test_an_empty_question_is_refused(ask_user: AskUser) -> None:
    assert await call(ask_user, {"question": ""}) == ToolFailure(
        message="Wrong arguments: Expected `str` of length >= 1 - at `$.question`. Expected: question, choices."
    )
