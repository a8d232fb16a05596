"""The prompt in an editor: real programs that stand for one."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aircher.app.interface.editing import edit_externally
from aircher.domain.errors import UsageError


class Desk:
    """An editor made of shell lines, with the text as ``$1``, and who has the terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given: list[str] = []
        self.environ = {"PATH": "/usr/bin:/bin", "SEEN": str(folder)}
        os.mkfifo(folder / "told")

    def editor(self, script: str) -> None:
        path = self.folder / "my editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        self.environ["EDITOR"] = f"'{path}'"

    async def edit(self, text: str = "a prompt") -> str:
        return await edit_externally(text, environ=self.environ, suspended=self._suspended)

    async def told(self) -> str:
        """Wait for what the editor writes into ``$SEEN/told``, and return it."""
        async with asyncio.timeout(20):
            return (await asyncio.to_thread((self.folder / "told").read_text)).strip()

    @contextmanager
    def _suspended(self) -> Iterator[None]:
        self.given.append("away")
        try:
            yield
        finally:
            self.given.append("back")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_what_was_written_is_returned_while_the_terminal_was_the_editors(desk: Desk) -> None:
    desk.editor('printf " and more\\n" >> "$1"')
    assert await desk.edit() == "a prompt and more"
    assert desk.given == ["away", "back"]


async def test_any_text_comes_back_as_it_was(desk: Desk) -> None:
    desk.environ["EDITOR"] = "true"
    for text in ("", "two\nlines\n\nand more", "naïve 名前 🦓\t\x1b[31m"):
        assert await desk.edit(text) == text
    assert await desk.edit("half \udc80 a letter") == "half ? a letter"


async def test_windows_line_ends_become_ours(desk: Desk) -> None:
    desk.editor('printf "a\\r\\nb\\r\\n" > "$1"')
    assert await desk.edit() == "a\nb"


async def test_the_text_is_markdown_for_this_user_alone_and_gone_afterwards(desk: Desk) -> None:
    desk.editor('ls -ld "$(dirname "$1")" > "$SEEN/folder"; printf %s "$1" > "$SEEN/name"')
    await desk.edit()
    path = Path(await asyncio.to_thread((desk.folder / "name").read_text))
    assert path.suffix == ".md"
    assert (await asyncio.to_thread((desk.folder / "folder").read_text)).startswith("drwx------")
    assert not await asyncio.to_thread(path.parent.exists)


async def test_visual_goes_before_editor_and_may_have_arguments(desk: Desk) -> None:
    desk.editor('printf "%s" "$1" > "$2"')
    desk.environ["VISUAL"] = f"{desk.environ['EDITOR']} --wait"
    desk.environ["EDITOR"] = "false"
    assert await desk.edit() == "--wait"
    desk.environ |= {"VISUAL": " ", "EDITOR": "true"}
    assert await desk.edit() == "a prompt"


async def test_the_editor_gets_no_keys(desk: Desk) -> None:
    desk.environ |= {"OPENAI_API_KEY": "not for editors", "COLORTERM": "truecolor"}
    desk.editor('env > "$1"')
    seen = await desk.edit()
    assert "COLORTERM=truecolor" in seen
    assert "OPENAI_API_KEY" not in seen


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "no editor is named"),
        ({"EDITOR": "  "}, "no editor is named"),
        ({"EDITOR": "vim '"}, "is no command"),
        ({"EDITOR": "/no/such"}, "/no/such cannot be started: No such file"),
        ({"EDITOR": "false"}, "false ended with status 1"),
        ({"EDITOR": "rm"}, "cannot be handed over to rm: No such file"),
    ],
)
async def test_an_editor_that_fails_is_told_with_a_remedy(desk: Desk, environ: dict[str, str], words: str) -> None:
    desk.environ |= environ
    with pytest.raises(UsageError, match=words) as caught:
        await desk.edit()
    assert caught.value.hint
    assert desk.given in ([], ["away", "back"])


async def test_the_loop_goes_on_while_the_editor_is_open(desk: Desk) -> None:
    desk.editor('cat "$SEEN/told" > "$1"')
    editing = asyncio.create_task(desk.edit())
    await asyncio.to_thread((desk.folder / "told").write_text, "said meanwhile")
    assert await editing == "said meanwhile"


async def test_an_editor_leaves_when_aircher_does(desk: Desk) -> None:
    desk.editor('echo $$ > "$SEEN/told"; exec sleep 600')
    editing = asyncio.create_task(desk.edit())
    pid = int(await desk.told())
    editing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await editing
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert desk.given == ["away", "back"]


async def test_an_editor_that_stays_is_killed(desk: Desk) -> None:
    desk.editor('trap "" TERM; echo $$ > "$SEEN/told"; while :; do sleep 0.01; done')
    editing = asyncio.create_task(desk.edit())
    pid = int(await desk.told())
    editing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await editing
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_what_is_pressed_is_for_the_editor_alone(desk: Desk) -> None:
    handled: list[int] = []
    loop, is_told = asyncio.get_running_loop(), asyncio.Event()

    def handle(number: int) -> None:
        handled.append(number)
        is_told.set()

    numbers = (signal.SIGINT, signal.SIGCONT)
    for number in numbers:
        loop.add_signal_handler(number, handle, number)
    try:
        desk.editor(
            'trap "printf interrupted > \\"$1\\"; exit 0" INT; echo $$ > "$SEEN/told"; while :; do sleep 0.01; done'
        )
        editing = asyncio.create_task(desk.edit())
        pid = int(await desk.told())
        for number in numbers:
            os.kill(os.getpid(), number)
        os.kill(pid, signal.SIGINT)
        assert (await editing, handled) == ("interrupted", [])
        os.kill(os.getpid(), signal.SIGCONT)
        async with asyncio.timeout(20):
            await is_told.wait()
        assert handled == [signal.SIGCONT], "afterwards they are handled as before"
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
