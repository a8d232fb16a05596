"""Which answer is next.

Invariant: the choice depends on the script, on what was asked and on how many answers were given, on nothing else.
"""

import re

from aircher.testing.fake_llm.asks import Ask
from aircher.testing.fake_llm.script import Answer, Script, Step, When

_MOST_ECHO_CHARS = 2_000


class Playlist:
    """A script and how far it has come."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._in_order = [answer for answer in script.answers if answer.when is None]
        self._given = 0

    def next(self, ask: Ask, wire: str) -> Answer:
        """Return the answer to this: the first whose condition fits, else the next in order, else an echo."""
        for answer in self._script.answers:
            if answer.when is not None and _fits(answer.when, ask, wire):
                return answer
        at = self._given
        self._given += 1
        if at < len(self._in_order):
            return self._in_order[at]
        if not self._in_order or self._script.when_used_up == "echo":
            return echo(ask)
        return self._in_order[at % len(self._in_order) if self._script.when_used_up == "loop" else -1]


def _fits(when: When, ask: Ask, wire: str) -> bool:
    return (
        (when.text is None or re.search(when.text, ask.text) is not None)
        and (when.after_tool is None or when.after_tool == (ask.tool_result is not None))
        and (when.wire is None or when.wire == wire)
        and (when.model is None or when.model == ask.model)
    )


def echo(ask: Ask) -> Answer:
    """Return an answer that shows what arrived."""
    if ask.tool_result is not None:
        shown = ask.tool_result[:_MOST_ECHO_CHARS]
        text = f"The tool answered {len(ask.tool_result)} characters:\n\n```\n{shown}\n```\n"
    else:
        said = "\n".join(f"> {line}" for line in ask.text[:_MOST_ECHO_CHARS].splitlines())
        text = (
            f"You said:\n\n{said}\n\nThis is a fake model, **{ask.model}**: it repeats what it is told. "
            "A script makes it say something else: `aircher dev fake-llm --script FILE`.\n"
        )
    return Answer(name="echo", steps=(Step(text=text),))
