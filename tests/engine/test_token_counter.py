"""Requests are counted message by message, once each, and the server's usage corrects what is counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.ids import CallId
from aircher.domain.messages import ImagePart, Message, Part, Role, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.engine.token_counter import CALL_TOKENS, IMAGE_TOKENS, MESSAGE_TOKENS, TOOL_TOKENS, TokenCounter
from aircher.support.exact_tokens import exact_counter
from aircher.support.token_estimate import estimate

SEARCH = ToolSpec(name="search", description="Search files.", parameters={"type": "object", "required": ["päth"]})


class CountsCalls:
    """Takes every character for a token, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> int:
        self.asked.append(text)
        return len(text)


def said(text: str) -> Message:
    return Message(role=Role.USER, parts=(TextPart(text=text),))


def request(*messages: Message, system: str = "", tools: tuple[ToolSpec, ...] = ()) -> ModelRequest:
    return ModelRequest(model="m", system=system, messages=messages, tools=tools)


@pytest.mark.parametrize(
    ("part", "tokens"),
    [
        (TextPart(text="four"), 4),
        (ThinkingPart(text="because", state={"signature": "opaque"}, provider="anthropic"), 7),
        (ToolCallPart(call_id=CallId("c"), name="go", arguments={"a": "ü"}), CALL_TOKENS + len('go {"a": "ü"}')),
        (ToolResultPart(call_id=CallId("c"), name="go", content="done"), CALL_TOKENS + 4),
        (ImagePart(media_type="image/png", data_base64="iVBORw0KGgo=" * 1_000), IMAGE_TOKENS),
    ],
)
def test_every_kind_of_part_counts(part: Part, tokens: int) -> None:
    counter = TokenCounter("o200k", count_exactly=len)
    message = Message(role=Role.USER, parts=(part, part))
    assert counter.count_request(request(message)) == MESSAGE_TOKENS + 2 * tokens


def test_the_system_prompt_and_the_tools_count() -> None:
    counter = TokenCounter("o200k", count_exactly=len)
    tool = TOOL_TOKENS + len('search Search files. {"type": "object", "required": ["päth"]}')
    assert counter.count_request(request(system="be brief", tools=(SEARCH,))) == MESSAGE_TOKENS + 8 + tool
    assert counter.count_request(request()) == 0


def test_without_a_vocabulary_the_familys_estimate_is_used() -> None:
    counter = TokenCounter("claude")
    text = "Why does the test of the parser fail?"
    assert counter.count_request(request(said(text))) == MESSAGE_TOKENS + estimate(text, "claude")
    assert (counter.is_exact, counter.count_text(text)) == (False, estimate(text, "claude"))


def test_with_the_vocabulary_of_openai_a_text_is_exact() -> None:
    counter = TokenCounter("o200k", count_exactly=exact_counter("o200k"))
    assert (counter.is_exact, counter.count_text("hello world")) == (True, 2)


def test_a_session_counts_only_its_new_messages() -> None:
    count = CountsCalls()
    counter = TokenCounter("o200k", count_exactly=count)
    messages = [said(f"message {number}") for number in range(200)]
    growing = [request(*messages[:end], system="system", tools=(SEARCH,)) for end in range(1, 201)]
    totals = [counter.count_request(each) for each in growing]
    assert len(count.asked) == 202
    assert totals == [TokenCounter("o200k", count_exactly=len).count_request(each) for each in growing]


def test_a_message_that_left_the_conversation_is_forgotten() -> None:
    count = CountsCalls()
    counter = TokenCounter("o200k", count_exactly=count)
    first, second = said("first"), said("second")
    counter.count_request(request(first, second))
    counter.count_request(request(second))
    counter.count_request(request(first, second))
    assert count.asked == ["first", "second", "first"]


def test_before_the_first_answer_nothing_is_corrected() -> None:
    assert TokenCounter("claude").corrected(1_234) == 1_234


def test_the_servers_usage_is_the_last_word() -> None:
    counter = TokenCounter("o200k")
    counter.learn(3_000, 3_400)
    assert counter.corrected(3_000) == 3_400
    counter.learn(4_000, 4_650)
    assert counter.corrected(4_000) == 4_650


def test_a_hidden_prompt_is_added_once_and_does_not_become_a_rate() -> None:
    counter = TokenCounter("o200k")
    counter.learn(1_000, 1_500)
    assert counter.corrected(51_000) == pytest.approx(51_500, rel=0.03)


@pytest.mark.parametrize("rate", [0.6, 1.3, 1.6])
def test_a_family_that_is_off_is_learnt_within_a_few_answers(rate: float) -> None:
    counter = TokenCounter("claude")
    for estimated in range(5_000, 25_001, 5_000):
        counter.learn(estimated, round(estimated * rate) + 300)
    assert counter.corrected(40_000) == pytest.approx(40_000 * rate + 300, rel=0.06)


@pytest.mark.parametrize("outlier", [1, 300, 90_000, 10**9])
def test_one_usage_that_cannot_be_true_changes_nothing(outlier: int) -> None:
    counter = TokenCounter("o200k")
    counter.learn(10_000, 11_000)
    before = [counter.corrected(tokens) for tokens in (5_000, 10_000, 12_000, 100_000)]
    counter.learn(12_000, outlier)
    assert [counter.corrected(tokens) for tokens in (5_000, 10_000, 12_000, 100_000)] == before


def test_a_second_usage_that_agrees_with_the_doubted_one_is_believed() -> None:
    counter = TokenCounter("o200k")
    counter.learn(10_000, 11_000)
    counter.learn(12_000, 60_000)
    counter.learn(13_000, 64_500)
    assert counter.corrected(13_000) == 64_500


@pytest.mark.parametrize(("estimated", "actual"), [(0, 10), (10, 0), (-1, 5), (5, -1)])
def test_a_server_that_reports_nothing_teaches_nothing(estimated: int, actual: int) -> None:
    counter = TokenCounter("o200k")
    counter.learn(estimated, actual)
    assert counter.corrected(1_000) == 1_000


def test_a_prompt_that_became_smaller_is_scaled_down() -> None:
    counter = TokenCounter("o200k")
    counter.learn(10_000, 12_000)
    assert counter.corrected(5_000) == 6_000
    counter.learn(4_000, 4_900)
    assert counter.corrected(4_000) == 4_900


@given(
    usages=st.lists(st.tuples(st.integers(-10, 2_000_000), st.integers(-10, 4_000_000)), max_size=20),
    tokens=st.lists(st.integers(0, 4_000_000), min_size=2, max_size=2).map(sorted),
)
def test_whatever_was_learnt_more_tokens_are_never_corrected_to_fewer(
    usages: list[tuple[int, int]], tokens: list[int]
) -> None:
    counter = TokenCounter("claude")
    for estimated, actual in usages:
        counter.learn(estimated, actual)
    fewer, more = (counter.corrected(count) for count in tokens)
    assert 0 <= fewer <= more
