"""What is done about a call that failed, and what another model may see of the conversation."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.errors import (
    ApiError,
    AuthError,
    ContentFilteredError,
    NetworkError,
    ProviderError,
    QuotaError,
    RateLimitError,
    StreamInterruptedError,
    TokenLimitError,
)
from aircher.domain.ids import CallId
from aircher.domain.messages import ImagePart, Message, Part, Role, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from aircher.domain.provider import ModelRequest
from aircher.engine.recovery import GO_ON, for_model, going_on, has_state, may_fall_back, without_state

HI = Message(role=Role.USER, parts=(TextPart(text="hi"),))
CALL = ToolCallPart(call_id=CallId("1"), name="t", arguments={})
RESULT = Message(role=Role.TOOL, parts=(ToolResultPart(call_id=CallId("1"), name="t", content="ok"),))


def thought(provider: str, model: str, text: str = "hm") -> ThinkingPart:
    return ThinkingPart(text=text, state={"signature": text}, provider=provider, model=model)


def said(*parts: Part) -> Message:
    return Message(role=Role.ASSISTANT, parts=parts)


def api(kind: str, *, is_retryable: bool = False) -> ApiError:
    return ApiError(kind, provider="p", kind=kind, is_retryable=is_retryable)


@pytest.mark.parametrize(
    ("error", "may"),
    [
        (NetworkError("gone", provider="p"), True),
        (RateLimitError("slow", provider="p", kind="rate_limit"), True),
        (QuotaError("no money", provider="p", kind="billing"), True),
        (AuthError("no key", provider="p", kind="auth"), True),
        (api("overloaded"), True),
        (api("server_error"), True),
        (api("timeout"), True),
        (StreamInterruptedError("cut", provider="p", received_chars=3), True),
        (api("invalid_request"), False),
        (api("not_found", is_retryable=True), False),
        (api("loop"), False),
        (TokenLimitError("too long", provider="p", kind="context_length"), False),
        (ContentFilteredError("no", provider="p", kind="content_filter"), False),
        (ProviderError("who knows", provider="p"), False),
        (ProviderError("who knows", provider="p", is_retryable=True), True),
    ],
)
def test_another_provider_is_asked_only_where_it_may_succeed(error: ProviderError, *, may: bool) -> None:
    assert may_fall_back(error) is may


def test_an_answer_that_broke_off_is_gone_on_with() -> None:
    request = ModelRequest(model="m", system="s", messages=(HI,), temperature=0.5)
    assert going_on(request, "one two ") == ModelRequest(
        model="m",
        system="s",
        messages=(
            HI,
            said(TextPart(text="one two ")),
            Message(role=Role.USER, parts=(TextPart(text=GO_ON),)),
        ),
        temperature=0.5,
    )


@pytest.mark.parametrize("shown", ["", " ", "\n\t"])
def test_an_answer_of_which_nothing_was_seen_is_asked_for_again_unchanged(shown: str) -> None:
    request = ModelRequest(model="m", system="s", messages=(HI,))
    assert going_on(request, shown) is request


def test_each_model_gets_back_its_own_reasoning_and_nobody_elses() -> None:
    mixed = (
        HI,
        said(thought("a", "big"), TextPart(text="one"), CALL),
        RESULT,
        said(thought("a", "small"), thought("b", "big"), TextPart(text="two")),
        said(thought("b", "big", "only thoughts")),
        said(thought("", "", "of nobody"), TextPart(text="three")),
    )
    assert for_model(mixed, provider="a", model="big") == (
        HI,
        said(thought("a", "big"), TextPart(text="one"), CALL),
        RESULT,
        said(TextPart(text="two")),
        said(TextPart(text="three")),
    )
    assert for_model(mixed, provider="b", model="big") == (
        HI,
        said(TextPart(text="one"), CALL),
        RESULT,
        said(thought("b", "big"), TextPart(text="two")),
        said(thought("b", "big", "only thoughts")),
        said(TextPart(text="three")),
    )
    plain = (
        HI,
        said(TextPart(text="one"), CALL),
        RESULT,
        said(TextPart(text="two")),
        said(TextPart(text="three")),
    )
    assert for_model(mixed, provider="b", model="small") == plain
    assert without_state(mixed) == plain
    assert (has_state(mixed), has_state(plain)) == (True, False)


def test_messages_that_need_no_change_are_the_same_ones() -> None:
    kept = said(thought("a", "big"), TextPart(text="one"))
    assert for_model([HI, kept], provider="a", model="big")[1] is kept
    changed = for_model([HI, kept, said(thought("b", "big"))], provider="a", model="big")
    assert len(changed) == 2
    assert changed[1] is kept


NAMES = ("a", "b")
PARTS: st.SearchStrategy[Part] = st.sampled_from(
    [
        TextPart(text="t"),
        CALL,
        *(thought(provider, model) for provider, model in product(NAMES, NAMES)),
        ThinkingPart(text="x"),
    ]
)
MESSAGES = st.lists(st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: said(*parts)), max_size=5)


@given(MESSAGES, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_only_foreign_reasoning_goes_and_no_message_becomes_empty(
    messages: list[Message], provider: str, model: str
) -> None:
    def is_foreign(part: Part) -> bool:
        return isinstance(part, ThinkingPart) and (part.provider, part.model) != (provider, model)

    seen = for_model(messages, provider=provider, model=model)
    assert all(message.parts for message in seen)
    assert [part for message in seen for part in message.parts] == [
        part for message in messages for part in message.parts if not is_foreign(part)
    ]
    assert for_model(seen, provider=provider, model=model) == seen
    assert not has_state(without_state(messages))


@pytest.mark.parametrize(("images", "is_sent"), [(False, False), (None, True), (True, True)])
def test_pictures_of_tools_go_only_to_models_that_may_take_them(images: bool | None, is_sent: bool) -> None:
    picture = ImagePart(media_type="image/png", data_base64="aGk=")
    found = ToolResultPart(call_id=CallId("c"), name="read_file", content="a.png", is_error=False)
    shown = Message(role=Role.TOOL, parts=(found, picture))
    told = replace(found, content="a.png\n[picture left out: small takes none]")
    [seen] = for_model([shown], provider="a", model="small", images=images)
    assert seen == (shown if is_sent else Message(role=Role.TOOL, parts=(told,)))
