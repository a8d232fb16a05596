import pytest

from aircher.domain.ids import CallId
from aircher.domain.messages import ImagePart, Message, Part, Role, TextPart, ToolCallPart, ToolResultPart
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.providers._ollama_window import Windows, estimated_tokens


def request(*parts: Part, system: str = "", tools: tuple[ToolSpec, ...] = ()) -> ModelRequest:
    return ModelRequest(model="m", system=system, messages=(Message(role=Role.USER, parts=parts),), tools=tools)


@pytest.mark.parametrize(
    "part",
    [
        TextPart(text="x" * 3500),
        TextPart(text="中" * 1167),
        ToolResultPart(call_id=CallId("a"), name="f", content="x" * 3500),
        ToolCallPart(call_id=CallId("a"), name="f", arguments={"x": "y" * 3490}),
        ImagePart(media_type="image/png", data_base64="A" * 1_000_000),
    ],
)
def test_every_part_counts_about_a_thousand_tokens(part: Part) -> None:
    assert 1000 <= estimated_tokens(request(part)) <= 1050


def test_instructions_and_tools_count_too() -> None:
    tool = ToolSpec(name="f", description="d" * 1750, parameters={"type": "object", "x": "y" * 1720})

    assert 2000 <= estimated_tokens(request(system="s" * 3500, tools=(tool,))) <= 2050


def window(
    windows: Windows, prompt: int, *, answer: int | None = None, limit: int | None = None, model: str = "m"
) -> int:
    return windows.window(model, prompt_tokens=prompt, answer_tokens=answer, limit_tokens=limit)


@pytest.mark.parametrize(
    ("prompt", "answer", "limit", "expected"),
    [
        (10, None, None, 8192),
        (4096, None, None, 8192),
        (4097, None, None, 16384),
        (10, 8182, None, 8192),
        (10, 8183, None, 16384),
        (30_000, None, 40_960, 40_960),
        (10, None, 2048, 2048),
        (40_000, None, 40_960, 40_960),
    ],
)
def test_the_window_is_the_smallest_step_that_holds_prompt_and_answer(
    prompt: int, answer: int | None, limit: int | None, expected: int
) -> None:
    assert window(Windows(fixed_tokens=None), prompt, answer=answer, limit=limit) == expected


def test_a_window_never_shrinks_and_each_model_has_its_own() -> None:
    windows = Windows(fixed_tokens=None)

    assert [window(windows, prompt) for prompt in (10, 20_000, 10)] == [8192, 32_768, 32_768]
    assert window(windows, 10, model="other") == 8192


def test_a_window_grows_up_to_the_models_own() -> None:
    windows = Windows(fixed_tokens=None)

    assert not windows.grow("m", limit_tokens=40_000)
    window(windows, 10, limit=40_000)
    assert [windows.grow("m", limit_tokens=40_000) for _ in range(4)] == [True, True, True, False]
    assert window(windows, 10, limit=40_000) == 40_000
    assert not windows.grow("m", limit_tokens=None)


def test_a_window_that_the_user_set_is_neither_sized_nor_grown() -> None:
    windows = Windows(fixed_tokens=5000)

    assert window(windows, 100_000) == 5000
    assert not windows.grow("m", limit_tokens=100_000)
