"""``--input-format stream-json``: a program that prompts, answers questions and interrupts, line by line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from tests.conftest import Aircher

from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step, ToolCall

FLAGS = ("--input-format", "stream-json", "--output-format", "stream-json")
SCHEMA = json.loads(files("aircher.oneshot").joinpath("input.schema.json").read_text())


def calling(name: str, arguments: dict[str, Any]) -> Answer:
    return Answer(steps=(Step(tool_call=ToolCall(name=name, arguments=arguments)),))


def saying(text: str) -> Answer:
    return Answer(steps=(Step(text=text),))


class Dialogue:
    """The program in a dialogue."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.seen: list[dict[str, Any]] = []

    def say(self, **line: str) -> None:
        jsonschema.validate(line, SCHEMA)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def until(self, kind: str) -> dict[str, Any]:
        """Return the next line of this type."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.seen.append(json.loads(line))
            if self.seen[-1]["type"] == kind:
                return self.seen[-1]
        raise AssertionError(f"no {kind}: {self.seen}")

    def end(self) -> tuple[int, str]:
        """Close stdin; return the exit code and what stderr said, but for the sandbox that this machine has."""
        out, told = self.process.communicate(timeout=30)
        trouble = "".join(line for line in told.splitlines(keepends=True) if "commands are held by" not in line)
        self.seen += [json.loads(line) for line in out.splitlines()]
        return self.process.returncode, trouble


@contextmanager
def talking(aircher: Aircher, *answers: Answer, flags: tuple[str, ...] = ()) -> Iterator[Dialogue]:
    with HostedFakeLlm(Script(answers=answers), tokens_per_s=1e9) as server:
        settings = {"kind": "openai-compatible", "base_url": f"{server.url}/v1", "model": "fake-large"}
        options = [word for key, value in settings.items() for word in ("--config", f"providers.fake.{key}={value}")]
        process = subprocess.Popen(
            [sys.executable, "-m", "aircher", *FLAGS, "--provider", "fake", *options, *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=aircher.cwd,
            env=aircher.environ,
        )
        try:
            yield Dialogue(process)
        finally:
            process.kill()
            process.communicate(timeout=30)


def test_prompts_follow_each_other_and_the_end_of_stdin_ends_the_run(aircher: Aircher) -> None:
    with talking(aircher, saying("one"), saying("two")) as talk:
        talk.say(type="prompt", text="first")
        talk.until("turn.finished")
        talk.say(type="prompt", text="second")
        code, trouble = talk.end()
    assert (code, trouble) == (0, "")
    result = talk.seen[-1]
    assert (result["type"], result["text"], result["turns"]) == ("result", "onetwo", 1)


def test_nothing_at_all_is_no_mistake(aircher: Aircher) -> None:
    with talking(aircher) as talk:
        code, trouble = talk.end()
    assert (code, trouble) == (0, "")
    assert [item["type"] for item in talk.seen] == ["session.started", "result"]


@pytest.mark.parametrize("consent", ["once", "no"])
def test_a_question_waits_for_its_answer(aircher: Aircher, consent: str) -> None:
    wish = calling("write_file", {"path": "new.txt", "content": "hello\n"})
    with talking(aircher, wish, saying("done")) as talk:
        talk.say(type="prompt", text="write it")
        asked = talk.until("permission.asked")
        assert asked["effects"] == [f"writes {aircher.cwd.resolve() / 'new.txt'}"]
        talk.say(type="permission.answer", call_id=asked["call_id"], consent=consent, reason="not that one")
        finished = talk.until("tool.finished")
        code, _ = talk.end()
    assert code == 0
    assert (aircher.cwd / "new.txt").exists() == (consent == "once")
    if consent == "no":
        assert finished["content"] == "Not permitted: the user said no: not that one."


def test_an_answer_for_the_project_is_kept_and_not_asked_again(aircher: Aircher) -> None:
    wish = calling("shell", {"command": "python3 --help > /dev/null; python3 -c 'print(1)'"})
    with talking(aircher, calling("shell", {"command": "make -n all"}), saying("done"), wish, saying("x")) as talk:
        talk.say(type="prompt", text="go")
        asked = talk.until("permission.asked")
        assert asked["suggestion"] == "shell(make -n all)"
        talk.say(type="permission.answer", call_id=asked["call_id"], consent="always")
        talk.until("turn.finished")
        talk.end()
    listed = json.loads(aircher("policy", "list", "--json").stdout)
    assert "shell(make -n all)" in json.dumps(listed)


def test_the_end_of_stdin_answers_open_questions_with_no(aircher: Aircher) -> None:
    wish = calling("write_file", {"path": "new.txt", "content": "hello\n"})
    with talking(aircher, wish, saying("well")) as talk:
        talk.say(type="prompt", text="write it")
        talk.until("permission.asked")
        code, _ = talk.end()
    told = next(item for item in talk.seen if item["type"] == "tool.finished")
    assert (code, told["content"]) == (0, "Not permitted: the user said no: nobody is there any more.")
    assert not (aircher.cwd / "new.txt").exists()


def test_a_tool_asks_and_gets_the_words(aircher: Aircher) -> None:
    wish = calling("ask_user", {"question": "Which colour?", "choices": ["red", "blue"]})
    with talking(aircher, wish, saying("done")) as talk:
        talk.say(type="prompt", text="ask me")
        asked = talk.until("question.asked")
        assert (asked["question"], asked["choices"]) == ("Which colour?", ["red", "blue"])
        talk.say(type="question.answer", call_id=asked["call_id"], text="blue")
        finished = talk.until("tool.finished")
        talk.end()
    assert "blue" in finished["content"]


def test_a_line_interrupts_the_turn_and_the_next_prompt_goes_on(aircher: Aircher) -> None:
    wish = calling("shell", {"command": "cat"})  # waits for nothing: its stdin is empty
    slow = calling("shell", {"command": "tail -f README.md"})
    with talking(aircher, slow, wish, saying("done"), flags=("--allow", "shell")) as talk:
        talk.say(type="prompt", text="follow it")
        talk.until("tool.started")
        talk.say(type="interrupt")
        assert talk.until("turn.finished")["stop_reason"] == "interrupted"
        talk.say(type="prompt", text="and now?")
        talk.until("turn.finished")
        code, trouble = talk.end()
    assert (code, trouble) == (0, "")
    assert talk.seen[-1]["text"] == "done"


def test_lines_that_are_not_understood_change_nothing_and_are_told(aircher: Aircher) -> None:
    with talking(aircher, saying("hello")) as talk:
        assert talk.process.stdin is not None
        talk.process.stdin.write(
            '{"type": "dance"}\nnot json\n[]\n{"type": "prompt"}\n{"type": "prompt", "text": ""}\n'
        )
        talk.say(type="permission.answer", call_id="nobody", consent="once")
        talk.say(type="prompt", text="hi")
        code, trouble = talk.end()
    assert code == 0
    assert [line.removeprefix("note: ").split(":")[0] for line in trouble.splitlines()] == [
        *(f"line {number} of stdin is not understood" for number in range(1, 6)),
        "line 6 of stdin answers a question that is not open",
    ]
    assert talk.seen[-1]["text"] == "hello"


def test_a_dialogue_has_to_see_what_is_asked(aircher: Aircher) -> None:
    done = aircher("--input-format", "stream-json", "-p", "hi", "--provider", "offline")
    assert done.code == 2
    assert "hint: --input-format stream-json --output-format stream-json" in done.stderr
