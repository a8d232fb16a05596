"""What the model says in the tests of the whole interface: one script, told apart by the prompt's words."""

from pathlib import Path

from tests.tui.pilot import STALLS, Pilot, Place, answer, calls, says

from aircher.testing.fake_llm.script import Answer, Step

ZOO = "It is a zoo."
BEGUN = "I begin and do not end."
LONG = "".join(f"- animal number {number}\n" for number in range(1, 61))
WAITS = "while [ ! -e go ]; do sleep 0.01; done"
PRINTS = "seq 1 60 | sed s/^/line-/"
EDIT = {"path": "src/main.py", "old": "    print(Keeper().feed_animal('zebra'))", "new": "    print('nobody is fed')"}
TODO = [{"text": "feed the zebra", "state": "in_progress"}, {"text": "sleep", "state": "pending"}]


def _round(word: str, *, before: str = "", after: str, **call: Step) -> tuple[Answer, Answer]:
    """Return the two answers around a tool's call."""
    steps = [says(before)] if before else []
    return (
        answer(*steps, *call.values(), to=word, after_tool=False),
        answer(says(after), to=word, after_tool=True),
    )


ANSWERS = (
    answer(says(ZOO), to="zoo"),
    answer(says("Nothing but a "), says("word."), to="word"),
    answer(says(BEGUN), STALLS, to="begin"),
    answer(says(LONG), to="animals"),
    answer(Step(thinking="The keeper feeds them."), says("Thought over."), to="think"),
    *_round("print", before="I print.", call=calls("shell", command=PRINTS), after="Printed."),
    *_round("make", call=calls("shell", command="touch made"), after="So it was decided."),
    *_round("wait", call=calls("shell", command=WAITS), after=f"{LONG}\nWaited."),
    *_round("edit", call=calls("edit_file", edits=[EDIT]), after="Edited."),
    *_round(
        "which", call=calls("ask_user", question="Which animal?", choices=["the zebra", "the lion"]), after="So be it."
    ),
    *_round("plan", call=calls("todo", items=TODO), after="Planned."),
)


def place_in(project: Path, home: Path, environ: dict[str, str], *configuration: str) -> Place:
    """Return a place whose terminal shows every colour."""
    variables = {**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return Place(project=project, home=home, environ=variables, configuration=configuration)


async def asked(ui: Pilot, prompt: str, title: str) -> None:
    """Have the model ask, and have the question seen."""
    await ui.begin(prompt, title)
    await ui.know()
    await ui.until_gone("keys still go to the prompt")
