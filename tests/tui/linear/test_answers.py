"""What counts as an answer, when answers are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.events import PermissionAsked, QuestionAsked
from aircher.domain.ids import CallId
from aircher.domain.operations import Answer, AnswerPermission, AnswerQuestion, Consent
from aircher.tui.linear.answers import answer_to

CALL = CallId("call-1")
ASKED = PermissionAsked(call_id=CALL, name="shell", effects=(), rule="it runs code", suggestion="shell(ls)")
CHOICE = QuestionAsked(call_id=CALL, question="Which?", choices=("red", "blue"))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1", AnswerPermission(call_id=CALL, consent=Consent.ONCE)),
        ("2", AnswerPermission(call_id=CALL, consent=Consent.SESSION)),
        ("3", AnswerPermission(call_id=CALL, consent=Consent.PROJECT)),
        ("4", AnswerPermission(call_id=CALL, consent=Consent.ALWAYS)),
        ("5", AnswerPermission(call_id=CALL, consent=Consent.NO)),
        ("5 use tabs", AnswerPermission(call_id=CALL, consent=Consent.NO, reason="use tabs")),
        ("1 more thing", None),
        ("yes", None),
        ("", None),
        ("0", None),
        ("6", None),
        ("²", None),
        ("0000000012", None),
        ("1000000003", None),
        ("1" * 5000, None),
        ("0" * 5000 + "5", AnswerPermission(call_id=CALL, consent=Consent.NO)),
    ],
)
def test_only_a_number_answers_a_question_of_consent(text: str, answer: Answer | None) -> None:
    assert answer_to(ASKED, text) == answer


def test_without_a_rule_to_keep_two_is_no() -> None:
    asked = PermissionAsked(call_id=CALL, name="shell", effects=(), rule="it runs code")
    assert answer_to(asked, "2 why") == AnswerPermission(call_id=CALL, consent=Consent.NO, reason="why")


@pytest.mark.parametrize(
    ("text", "words"), [("1", "red"), ("2", "blue"), ("3", "3"), ("green, please", "green, please")]
)
def test_a_question_takes_a_number_or_words(text: str, words: str) -> None:
    assert answer_to(CHOICE, text) == AnswerQuestion(call_id=CALL, text=words)


def test_an_empty_line_answers_nothing() -> None:
    assert answer_to(CHOICE, "") is None


@given(st.text())
def test_nothing_but_a_number_alone_is_a_yes(text: str) -> None:
    answer = answer_to(ASKED, text.strip())
    is_yes = isinstance(answer, AnswerPermission) and answer.consent is not Consent.NO
    assert is_yes == (text.strip() in {"1", "2", "3", "4"} or (text.strip().lstrip("0") in {"1", "2", "3", "4"}))
