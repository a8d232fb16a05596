"""Scripts in TOML: what they may say, and how a mistake is named."""

from pathlib import Path

import pytest

from aircher.domain.errors import UsageError
from aircher.testing.fake_llm.chaos import Chaos
from aircher.testing.fake_llm.script import Answer, Failure, Script, Step, ToolCall, Usage, When
from aircher.testing.fake_llm.script_files import load_script, parse_script, shipped_scripts

EVERYTHING = """
tokens_per_s = 20
when_used_up = "loop"
models = ["m"]
chaos = { seed = 3, cut = 0.25 }

[[answers]]
name = "all of it"
when = { text = "go", after_tool = false, wire = "gemini", model = "m" }
tokens_per_s = 5.5
finish = "length"
steps = [
    { thinking = "hm" },
    { text = "words" },
    { tool_call = { name = "t", arguments = { a = [1, { b = true }] } } },
    { tool_call = { name = "t", raw_arguments = "{" } },
    { pause_s = 1 },
    { usage = { input_tokens = 1, output_tokens = 2, cached_tokens = 3, reasoning_tokens = 5 } },
    { error = { kind = "overloaded", status = 529, message = "m", retry_after_s = 0.5, in_stream = true } },
]

[[answers]]
steps = [{ stall = true }]

[[answers]]
steps = [{ cut = "clean" }]
"""


def test_everything_that_a_script_may_say_is_understood() -> None:
    assert parse_script(EVERYTHING) == Script(
        tokens_per_s=20,
        when_used_up="loop",
        models=("m",),
        chaos=Chaos(seed=3, cut=0.25),
        answers=(
            Answer(
                name="all of it",
                when=When(text="go", after_tool=False, wire="gemini", model="m"),
                tokens_per_s=5.5,
                finish="length",
                steps=(
                    Step(thinking="hm"),
                    Step(text="words"),
                    Step(tool_call=ToolCall(name="t", arguments={"a": [1, {"b": True}]})),
                    Step(tool_call=ToolCall(name="t", raw_arguments="{")),
                    Step(pause_s=1),
                    Step(usage=Usage(input_tokens=1, output_tokens=2, cached_tokens=3, reasoning_tokens=5)),
                    Step(error=Failure(kind="overloaded", status=529, message="m", retry_after_s=0.5, in_stream=True)),
                ),
            ),
            Answer(steps=(Step(stall=True),)),
            Answer(steps=(Step(cut="clean"),)),
        ),
    )


def test_an_empty_script_is_an_echo() -> None:
    assert parse_script("") == Script()


STEP_KEYS = "text, thinking, tool_call, pause_s, error, cut, stall, usage"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("answers = 1", "s.toml, line 1: answers: expected `array`, got `int`", None),
        ("answers = [", "s.toml is no TOML: Invalid value (at end of document)", "https://toml.io/en/v1.0.0"),
        (
            "\nanswer = []",
            "s.toml, line 2: object contains unknown field `answer`",
            "did you mean answers? allowed: answers, tokens_per_s, when_used_up, models, chaos",
        ),
        (
            "[[answers]]\nsteps = []\n\n[[answers]]\nsteps = [\n  { txt = 'a' },\n]\n",
            "s.toml, line 6: answers[1].steps[0]: object contains unknown field `txt`",
            f"did you mean text? allowed: {STEP_KEYS}",
        ),
        (
            "[[answers]]\nsteps = [{ text = 'a', thinking = 'b' }]",
            f"s.toml, line 1: answers[0].steps[0]: a step has exactly one of {STEP_KEYS}; this one has text, thinking",
            None,
        ),
        (
            "[[answers]]\nsteps = [{}]",
            f"s.toml, line 1: answers[0].steps[0]: a step has exactly one of {STEP_KEYS}; this one has none",
            None,
        ),
        (
            "[[answers]]\nsteps = [\n  { error = { kind = 'nope' } },\n]",
            "s.toml, line 3: answers[0].steps[0].error.kind: invalid enum value 'nope'",
            None,
        ),
        (
            "[[answers]]\nsteps = []\nwhen = { text = '[' }",
            "s.toml, line 3: answers[0].when: text is no regular expression: unterminated character set at position 0",
            None,
        ),
        (
            "tokens_per_s = 0",
            "s.toml, line 1: tokens_per_s: expected `float` > 0.0",
            None,
        ),
        (
            "[chaos]\ncut = 0.6\nstall = 0.6",
            "s.toml, line 1: chaos: the mishaps add up to 1.2; allowed is 1 at most",
            None,
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_with_what_is_allowed(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        parse_script(text, source="s.toml")
    assert (caught.value.message, caught.value.hint, caught.value.code) == (message, hint, "usage.script")


def test_answers_in_one_array_are_found_as_well_as_can_be() -> None:
    with pytest.raises(UsageError, match="line 2: answers"):
        parse_script("answers = [\n  { steps = [], nam = 'x' },\n]")


def test_shipped_scripts_are_found_by_name_and_make_sense(tmp_path: Path) -> None:
    assert shipped_scripts() == ["repair", "rough-day", "tool-round"]
    for name in shipped_scripts():
        assert load_script(name, folder=tmp_path).answers


def test_a_file_is_found_from_the_folder_it_is_named_in(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("tokens_per_s = 7")
    assert load_script("mine.toml", folder=tmp_path) == Script(tokens_per_s=7)


def test_a_script_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"\xff")
    for name, why in (("gone", "No such file or directory"), ("latin.toml", "it is not UTF-8")):
        with pytest.raises(UsageError) as caught:
            load_script(name, folder=tmp_path)
        assert caught.value.message == f"the script {name} cannot be read: {why}"
        assert caught.value.hint == "--script FILE, or one that is shipped: repair, rough-day, tool-round"
