"""Questions: answers to pick, own words, both."""

import pytest
from tests.tui.dialogs.stage import HOSTILE, Stage, matches_snapshot, press, staged, text_of

from aircher.domain.events import QuestionAsked
from aircher.domain.ids import CallId
from aircher.domain.operations import AnswerQuestion
from aircher.tui.dialogs.grace import GRACE_S
from aircher.tui.dialogs.question import QuestionDialog

CALL = CallId("c1")
CHOICES = ("SQLite", "Postgres, because it is there already and everybody in the team knows how to run it")


async def ready(stage: Stage, *choices: str, question: str = "Which database shall it be?") -> QuestionDialog:
    made = QuestionDialog(QuestionAsked(call_id=CALL, question=question, choices=choices), stage.host)
    await stage.clock.advance(GRACE_S)
    return made


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("1", CHOICES[0]),
        ("2", CHOICES[1]),
        ("down down enter", CHOICES[1]),
        ("3 n o enter", "no"),
        ("o n o enter", "no"),
    ],
)
async def test_keys_answer(keys: str, text: str) -> None:
    async with staged() as stage:
        asking = await ready(stage, *CHOICES)
        assert all(press(asking, *keys.split()))
        assert asking.answered.result() == AnswerQuestion(call_id=CALL, text=text)


async def test_without_choices_one_writes_at_once() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, *"both", "enter")
        assert asking.answered.result() == AnswerQuestion(call_id=CALL, text="both")


async def test_an_empty_answer_is_not_sent() -> None:
    async with staged() as stage:
        asking = await ready(stage)
        press(asking, "space", "enter")
        assert not asking.answered.done()
        assert "nothing is written yet" in text_of(asking)


@pytest.mark.parametrize("choices", [(), CHOICES])
async def test_escape_leaves_without_an_answer(choices: tuple[str, ...]) -> None:
    async with staged() as stage:
        asking = await ready(stage, *choices)
        press(asking, "escape")
        assert asking.answered.result() is None


async def test_escape_in_the_line_goes_back_to_the_choices() -> None:
    async with staged() as stage:
        asking = await ready(stage, *CHOICES)
        press(asking, "o", "escape", "1")
        assert asking.answered.result() == AnswerQuestion(call_id=CALL, text=CHOICES[0])


@pytest.mark.parametrize("choices", [(), CHOICES])
async def test_letters_typed_before_it_appeared_are_handed_back(choices: tuple[str, ...]) -> None:
    async with staged() as stage:
        asked = QuestionAsked(call_id=CALL, question="Which?", choices=choices)
        asking = QuestionDialog(asked, stage.host, last_typed_at_s=0)
        assert press(asking, "1", "x", "enter") == [False, False, False]
        assert not asking.answered.done()


async def test_choices_that_are_cut_where_there_is_little_room_can_be_read_in_full_above() -> None:
    async with staged() as stage:
        asking = await ready(stage, *CHOICES, "three", "four", "five", "six", "seven", "eight")
        seen = ""
        for _ in range(10):
            seen += text_of(asking, 40, 12)
            press(asking, "pagedown")
        assert "run it" in seen


async def test_a_hostile_question_stays_in_its_box() -> None:
    async with staged() as stage:
        asking = await ready(stage, HOSTILE, HOSTILE, question=HOSTILE * 5)
        for width, height in ((40, 12), (80, 24), (300, 100)):
            text_of(asking, width, height)
        press(asking, "1")
        assert asking.answered.result() == AnswerQuestion(call_id=CALL, text=HOSTILE)


async def test_a_question_looks_as_it_did() -> None:
    async with staged() as stage:
        matches_snapshot("question-choices", await ready(stage, *CHOICES))
        matches_snapshot("question-free", await ready(stage))
