"""Every state of the screen, at three sizes and in two themes, as it was last agreed on.

The files are in ``tests/tui/screens``; ``RENEW_SNAPSHOTS=1`` keeps what there is now. A file shows the text of each
size, and for 80 x 24 in each theme which cells look alike: a letter for each style, with what it stands for below.
Figures that depend on the machine are ``#``.
"""

import os
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from string import ascii_letters
from typing import Any, NamedTuple

import pytest
from tests.tui.pilot import Pilot, answer, calls, flying, says
from tests.tui.zoo import ANSWERS, BEGUN, ZOO, asked, place_in

from aircher.testing.fake_llm.script import Failure, Step
from aircher.tui import looks
from aircher.tui.screen import Region

SCREENS = Path(__file__).parent / "screens"
SIZES = ((120, 40), (80, 24), (40, 12))
THEMES = ("dark", "light")
MARKDOWN = """# The zoo

It has *many* animals, and **one** `keeper`:

- a zebra, which eats much hay and drinks much water, in the morning and in the evening
- a lion

| animal | eats |
|--------|-----:|
| zebra  | hay  |
| lion   | 日本 |

```python
def feed(animal: str) -> None:
    print(animal)  # done
```
"""
OWN = (
    answer(says(MARKDOWN), to="describe"),
    answer(Step(error=Failure(kind="auth", message="this key is no good")), to="fail"),
    answer(calls("shell", command="curl https://zoo.example/"), to="fetch"),
)
FIGURES = re.compile(
    r"(memory|frames|a frame|the slowest|written|you|answers|tools|instructions) +[\d.,]+k?(?: MB| ms| kB)?"
)
MEASURED = re.compile(r"\d+\.\d+|\d+%")
BARS = re.compile("[█░]{20,}")


async def empty(ui: Pilot) -> None:
    await ui.until("Ask, or type /")


async def answered(ui: Pilot) -> None:
    await ui.ask("describe", "print(animal)")


async def streaming(ui: Pilot) -> None:
    await ui.begin("begin", BEGUN)


async def thought(ui: Pilot) -> None:
    await ui.ask("think", "Thought over.")


async def tools(ui: Pilot) -> None:
    await ui.ask("edit", "Edited.")
    await ui.ask("print", "Printed.")


async def permission(ui: Pilot) -> None:
    await asked(ui, "fetch", "Allow shell?")


async def question(ui: Pilot) -> None:
    await asked(ui, "which", "─ The model asks ")


async def waiting(ui: Pilot) -> None:
    await ui.begin("begin", BEGUN)
    for text, key, lane in (("look at the lion first", "enter", "steer"), ("and then sleep", "tab", "queue")):
        ui.type(text)
        ui.press(key)
        await ui.until(f"{lane} │ {text}")
    ui.press("escape")
    await ui.until("paused")


async def failed(ui: Pilot) -> None:
    ui.type("fail")
    ui.press("enter")
    await ui.until(lambda: ui.turns_shown)


async def scrolled_up(ui: Pilot) -> None:
    await ui.ask("animals", "number 60")
    ui.press("ctrl+home")
    await ui.until("number 1 ")


async def finding(ui: Pilot) -> None:
    await ui.ask("animals", "number 60")
    ui.press("ctrl+f")
    await ui.until("find:")
    ui.type("number 1")
    await ui.until("11/11")


async def panel(ui: Pilot) -> None:
    await ui.ask("plan", "Planned.")
    ui.press("ctrl+t")
    await ui.until("To do")


async def written(ui: Pilot) -> None:
    ui.type("first line\\")
    ui.press("enter")
    ui.paste("".join(f"pasted {number}\n" for number in range(50)))
    ui.type(" the end")
    await ui.until(" the end")


async def completing(ui: Pilot) -> None:
    ui.type("/th")
    await ui.until("/thinking")


async def naming_a_file(ui: Pilot) -> None:
    ui.type("look at @keep")
    await ui.until("src/keeper.py")


async def searching_history(ui: Pilot) -> None:
    await ui.ask("what zoo?", ZOO)
    ui.press("ctrl+r")
    ui.type("zo")
    await ui.until("history ──")


def dialog(command: str, seen: str) -> "Show":
    """Return what opens a dialog after a turn."""

    async def show(ui: Pilot) -> None:
        await ui.ask("what zoo?", ZOO)
        ui.type(command)
        ui.press("enter")
        await ui.until(seen, without="loading")

    return show


async def palette(ui: Pilot) -> None:
    ui.press("ctrl+p")
    await ui.until("Palette")
    ui.type("side")
    await ui.until(" of ")


Show = Callable[[Pilot], Awaitable[None]]
STATES: Mapping[str, Show] = {
    "empty": empty,
    "answered": answered,
    "streaming": streaming,
    "thought": thought,
    "tools": tools,
    "permission": permission,
    "question": question,
    "waiting": waiting,
    "failed": failed,
    "scrolled": scrolled_up,
    "finding": finding,
    "panel": panel,
    "written": written,
    "completing": completing,
    "naming": naming_a_file,
    "history": searching_history,
    "palette": palette,
    "help": dialog("/help", "What a line begins with"),
    "thinking": dialog("/thinking", "slow and costly"),
    "themes": dialog("/theme", "catppuccin"),
    "sessions": dialog("/session", "now"),
    "rewind": dialog("/rewind", "now"),
    "settings": dialog("/config", "built-in"),
    "command": dialog("/mode plan", "Permission mode: plan."),
}


class Looks(NamedTuple):
    """What can be seen of a cell but its sign."""

    fg: str
    bg: str
    bold: bool
    italics: bool
    underscore: bool
    reverse: bool


def steady(lines: list[str]) -> list[str]:
    """Return the screen without what depends on the machine."""
    text = FIGURES.sub(lambda found: found[1].ljust(len(found[0])), "\n".join(lines))
    text = BARS.sub(lambda bar: "=" * len(bar[0]), text)
    return MEASURED.sub(lambda found: re.sub(r"\d", "#", found[0]), text).split("\n")


def looks_of(cells: list[list[Any]], panel: Region) -> list[str]:
    """Return a letter for each cell, and what the letters mean; the panel's figures come in any length."""
    known: dict[Looks, str] = {}
    lines = []
    for y, row in enumerate(cells):
        styles = [Looks(cell.fg, cell.bg, cell.bold, cell.italics, cell.underscore, cell.reverse) for cell in row]
        seen = styles[: panel.x] if panel.holds(panel.x, y) else styles
        lines.append("".join(known.setdefault(style, ascii_letters[len(known)]) for style in seen))
    meant = []
    for style, letter in known.items():
        flags = " ".join(name for name in ("bold", "italics", "underscore", "reverse") if getattr(style, name))
        meant.append(f"{letter} {style.fg} on {style.bg} {flags}".rstrip())
    return [*lines, *meant]


async def drawn(ui: Pilot) -> None:
    """Wait until what is on the screen is what a frame drawn now has in it."""

    def is_so() -> bool:
        interface = ui.interface
        if interface.terminal.size != (len(ui.cells[0]), len(ui.cells)):
            return False
        if "def feed" in ui.text:  # colours of code come when they are found
            x, y = ui.place_of("def feed")
            if ui.cells[y][x].fg == ui.cells[y][x + 4].fg:
                return False
        frame = interface.drawing.frame(*interface.terminal.size)
        return steady([row.text.rstrip() for row in frame.rows]) == steady(ui.lines)

    await ui.until(is_so)


async def repainted(ui: Pilot) -> None:
    """Have everything drawn anew, and wait for it: a theme changes no text."""
    statistics = ui.interface.terminal.statistics
    before = statistics.frames
    ui.interface.terminal.repaint()
    await ui.until(lambda: statistics.frames > before)
    await drawn(ui)


@pytest.mark.parametrize("state", STATES)
async def test_the_screen_looks_as_it_did(state: str, project: Path, home: Path, environ: dict[str, str]) -> None:
    place = place_in(project, home, environ, 'security.allow = ["shell(seq *)", "write(./src/*)"]')
    shown: list[str] = []
    async with flying(place, *OWN, *ANSWERS, width=120, height=40) as ui:
        await STATES[state](ui)
        for width, height in SIZES:
            if (width, height) != SIZES[0]:
                ui.resize(width, height)
            await drawn(ui)
            shown += [f"== {width}x{height}", *steady(ui.lines)]
            if width == 80:
                for theme in THEMES:
                    looks.show_theme(ui.interface, theme)
                    await repainted(ui)
                    shown += [f"== {theme}", *looks_of(ui.cells, ui.interface.drawing.layout.panel)]
    kept = SCREENS / f"{state}.txt"
    text = "\n".join(shown) + "\n"
    if os.environ.get("RENEW_SNAPSHOTS"):
        SCREENS.mkdir(exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    assert text == kept.read_text(encoding="utf-8")
