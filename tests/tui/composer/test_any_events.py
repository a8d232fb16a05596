"""Whatever is typed, pasted, clicked and answered, in whatever order: nothing is lost, doubled or broken."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.tui.composer.desk import Desk, World, desk, settled
from tests.tui.looks import LOOK

from aircher.tui.composer.chips import is_chip
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseUsed, Pasted

NAMES = """
    enter shift+enter tab escape up down left right home end backspace delete ctrl+c ctrl+d ctrl+r ctrl+g ctrl+v ctrl+o
    ctrl+_ ctrl+w ctrl+k ctrl+y alt+y ctrl+p pageup shift+left f9
"""
KEYS = NAMES.split()
LETTERS = '/mo@ai"\\!# .漢\u0301\u200d\ue400\ue401\ud800\x1b'
PASTES = ("one\ntwo", "x" * 1_500, "\n" * 20, "nothing.png", "a.png", "@mai", "\ue400\ue402", "/help", "\x1b[31m")

events = st.one_of(
    st.sampled_from(KEYS).map(lambda key: KeyPressed(key=key)),
    st.sampled_from(LETTERS).map(lambda char: KeyPressed(key="space" if char == " " else char, text=char)),
    st.sampled_from(PASTES).map(lambda text: Pasted(text=text)),
    st.builds(MouseUsed, kind=st.sampled_from(["press", "scroll_up", "drag", "release"]), x=st.integers(0, 9),
              y=st.integers(-9, 2), button=st.just("left")),
    st.sampled_from(["close", "open", "wait", "vim", "plain"]),
)  # fmt: skip
STEPS = st.lists(events, max_size=40)
ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def do(d: Desk, step: InputEvent | str) -> None:
    match step:
        case "close":
            d.world.gate.close()
        case "open":
            d.world.gate.open()
        case "wait":
            await settled()
        case "vim" | "plain":
            d.composer.use_vim(is_vim=step == "vim")
        case str():
            raise AssertionError(step)
        case _:
            d.composer.handle(step)


def check(d: Desk) -> None:
    """Look whether everything fits and the text is one that can be sent."""
    for width, height in ((30, 6), (7, 2)):
        rows = d.composer.rows(width, height, LOOK)
        cursor = d.composer.cursor
        assert len(rows) <= height
        assert all(row.width <= width for row in rows)
        assert cursor is not None
        assert 0 <= cursor.x < width
        assert 0 <= cursor.y < len(rows)
        popup = d.composer.popup(width, height, LOOK)
        assert all(row.width == width for row in popup)
    assert not any(map(is_chip, d.text))
    d.text.encode()


@ANY
@given(STEPS)
def test_nothing_that_happens_breaks_it_and_enter_sends_once(steps: list[InputEvent | str]) -> None:
    async def run(folder: Path) -> None:
        world = World(folder)
        world.picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"
        world.sent_before = ["old", "older\nthan that", "y" * 9_000]
        (folder / "a.png").write_bytes(world.picture)
        enters = 0
        async with desk(world) as d:
            for step in steps:
                enters += isinstance(step, KeyPressed) and step.key in {"enter", "tab"}
                await do(d, step)
                check(d)
                assert len(d.sent) <= enters
            world.gate.open()
            await settled()
            check(d)
            for sent in d.sent:
                assert sent.parts
                assert not any(map(is_chip, sent.text))

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


typed = st.lists(st.sampled_from([*"/@mairo .", "tab", "enter", "backspace", "down"]), min_size=1, max_size=25)


@ANY
@given(typed, st.sets(st.integers(0, 25)))
def test_late_answers_leave_the_text_as_early_ones_do(keys: list[str], delayed: set[int]) -> None:
    """The same keys, once with answers at once and once with answers late, end in the same text and submissions."""

    async def run(folder: Path, *, is_late: bool) -> tuple[str, list[str]]:
        world = World(folder)
        async with desk(world) as d:
            for at, key in enumerate(keys):
                if is_late and at in delayed:
                    world.gate.close()
                d.type(key) if len(key) == 1 else d.press(key)
                if key in {"tab", "enter", "down"} or not is_late:
                    world.gate.open()
                    await settled()
            world.gate.open()
            await settled()
            return d.text, [sent.text for sent in d.sent]

    with TemporaryDirectory() as folder:
        late = asyncio.run(run(Path(folder), is_late=True))
        assert late == asyncio.run(run(Path(folder), is_late=False))
