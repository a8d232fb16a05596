"""What is said of a session's events: words, whole lines, and nothing that is drawn."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aircher.domain.display import (
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
    TodoItem,
)
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    LanesChanged,
    PermissionAsked,
    PromptSteered,
    Published,
    QuestionAsked,
    RetryScheduled,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    TurnsRewound,
    TurnStarted,
)
from aircher.domain.ids import CallId, PromptId, SessionId, TurnId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import ImagePart, TextPart
from aircher.tui.linear.announcer import LONG_CHARS, Announcer
from aircher.tui.linear.words import block_words, consents, shortened

CALL = CallId("call-1")


def said(*events: Event) -> list[str]:
    """Return what is said of these events."""
    texts: list[str] = []
    announcer = Announcer(texts.append)
    announcer.begin()
    for number, event in enumerate(events, start=1):
        at = datetime(2026, 11, 28, tzinfo=UTC)
        announcer.apply(Published(seq=number, at=at, session_id=SessionId("s"), turn_id=TurnId("t"), event=event))
    return texts


def test_a_turn_is_said_from_prompt_to_end() -> None:
    assert said(
        TurnStarted(prompt=(TextPart(text="mend it"),), provider="p", model="m"),
        ThinkingDelta(text="hm"),
        ThinkingDelta(text="hm"),
        TextDelta(text="I look"),
        TextDelta(text=" first.\nThen I"),
        ToolRequested(call_id=CALL, name="read_file", arguments={"path": "a.py"}),
        ToolStarted(call_id=CALL, name="read_file"),
        ToolFinished(
            call_id=CALL, name="read_file", status=CallStatus.OK, content="", summary="read 3 lines", duration_ms=1500
        ),
        TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=10),
    ) == [
        "You: mend it",
        "Thinking.",
        "I look first.",
        "Then I",
        "Tool read_file: a.py",
        "Tool read_file done, 1.5 seconds: read 3 lines",
        "Ready.",
    ]


def test_a_long_paragraph_is_said_by_its_sentences() -> None:
    sentence = "word " * (LONG_CHARS // 5) + "end. "
    assert said(TextDelta(text=sentence), TextDelta(text="More")) == [sentence.rstrip(" ")]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (PromptSteered(item_id=PromptId("i"), prompt=(TextPart(text="use tabs"),)), "You, in between: use tabs"),
        (TurnsRewound(first_turn_id=TurnId("t"), first_seq=3, turns=2), "2 turns taken back."),
        (ErrorRaised(code="x", message="it broke", hint="mend it"), "Error: it broke. Remedy: mend it."),
        (ErrorRaised(code="x", message="it broke", hint="--model NAME"), "Error: it broke. Remedy: /model NAME."),
        (
            RetryScheduled(attempt=1, delay_s=4.6, code="x", message="too many requests"),
            "Waiting 5 seconds, then asking again: too many requests",
        ),
        (
            TurnFinished(stop_reason=StopReason.INTERRUPTED, rounds=1, duration_ms=1),
            "Ready. The turn ended early: interrupted.",
        ),
        (
            LanesChanged(
                waiting=(WaitingPrompt(id=PromptId("i"), lane=Lane.QUEUE, prompt=(TextPart(text="x"),)),),
                is_paused=True,
            ),
            "1 message waiting. An empty line sends them.",
        ),
        (
            TurnStarted(
                prompt=(TextPart(text="see"), ImagePart(media_type="image/png", data_base64="")), provider="", model=""
            ),
            "You: see with 1 picture",
        ),
    ],
)
def test_what_happens_is_said_in_words(event: Event, words: str) -> None:
    assert said(event) == [words]


def test_a_turn_in_which_the_model_said_nothing_says_so() -> None:
    begun = TurnStarted(prompt=(TextPart(text="a"),), provider="p", model="m")
    done = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1)
    assert said(begun, done)[-1] == "The model said nothing. Ready."
    assert said(begun, TextDelta(text="b"), done)[-1] == "Ready."
    assert said(begun, replace(done, rounds=0))[-1] == "Ready."


def test_a_message_that_waits_is_told_of_without_cutting_the_line_that_streams() -> None:
    item = WaitingPrompt(id=PromptId("i"), lane=Lane.QUEUE, prompt=(TextPart(text="x"),))
    lanes = LanesChanged(waiting=(item,))
    told = said(TextDelta(text="Hello wor"), lanes, TextDelta(text="ld\n"), TextDelta(text="more"), lanes)
    assert told == ["1 message waiting.", "Hello world", "1 message waiting."]


def test_a_question_of_consent_says_effects_and_numbered_answers() -> None:
    asked = PermissionAsked(
        call_id=CALL, name="shell", effects=("runs code",), rule="it runs code", suggestion="shell(ls)"
    )
    assert "".join(said(asked)) == (
        "Question: may the tool shell run? it runs code.\nEffect: runs code.\n1: yes, this once\n"
        "2: yes, for this session\n3: yes, for this project\n4: yes, always: shell(ls)\n5: no\n"
        "Type a number from 1 to 5; after 5 you may add a reason."
    )


def test_without_a_rule_to_keep_there_are_two_answers() -> None:
    asked = PermissionAsked(call_id=CALL, name="shell", effects=(), rule="it runs code")
    assert consents(asked) == ("yes, this once", "no")


def test_a_tools_question_offers_its_choices_by_number() -> None:
    asked = QuestionAsked(call_id=CALL, question="Which one?", choices=("a", "b"))
    assert said(asked) == ["Question: Which one?\n1: a\n2: b\nType a number or your own words."]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        (TextBlock(text="plain"), "plain"),
        (NoticeBlock(text="careful", level="warning"), "Warning: careful"),
        (
            DiffBlock(path="a.py", diff="@@ -1 +1 @@\n-old\n+new\n same", added=1, removed=1),
            "File a.py: 1 line added, 1 removed.\nremoved: old\nadded: new",
        ),
        (ShellBlock(command="ls", output="a\nb", exit_status=2), "Command: ls\na\nb\nExit status 2."),
        (ShellBlock(command="ls\n5: no", output=""), "Command: ls\nits line 2: 5: no"),
        (TableBlock(header=("name", "size"), rows=(("a", "1"), ("b", "2"))), "name: a; size: 1\nname: b; size: 2"),
        (TodoBlock(items=(TodoItem(text="test", state="in_progress"),)), "in progress: test"),
    ],
)
def test_blocks_have_words(block: DisplayBlock, words: str) -> None:
    assert block_words(block) == words


def test_of_a_long_output_the_end_is_said_and_what_is_left_out_counted() -> None:
    text = "\n".join(map(str, range(30)))
    assert shortened(text).splitlines()[:2] == ["10 lines left out.", "10"]
