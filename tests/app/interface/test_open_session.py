"""A session of the engine as the interface sees it, with a model's server on loopback."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path

from tests.vendors import CHAT

from aircher.app.interface.opening import Opening
from aircher.app.options import SessionOptions
from aircher.config import Config
from aircher.domain.events import Event, Published, TurnFinished, TurnsRewound
from aircher.domain.lanes import Lane
from aircher.domain.messages import TextPart
from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step
from aircher.tui.dialogs.ports import Rewind


async def until(events: AsyncIterator[Published], kind: type[Event]) -> None:
    async for published in events:
        if isinstance(published.event, kind):
            return
    raise AssertionError(f"no {kind}")


async def test_a_session_that_records_nothing_goes_back_to_the_turns_that_are_left(
    project: Path, environ: dict[str, str]
) -> None:
    environ |= CHAT.key
    with HostedFakeLlm(Script(answers=(Answer(steps=(Step(text="done"),)),))) as server:
        flags = [word for word in CHAT.section(server.url) if word != "--config"]
        opening = Opening(
            config=Config.load(cwd=project, environ=environ, flags=flags),
            options=SessionOptions(cwd=project, provider=CHAT.name, ephemeral=True),
            environ=environ,
            subcommand_text=lambda _: "",
            tell=lambda _: None,
        )
        async with opening.open("") as session, aclosing(_all(session.events())) as events:
            for prompt in ("alpha", "beta", "gamma"):
                await session.send([TextPart(text=prompt)], lane=Lane.STEER)
                await until(events, TurnFinished)
            turns = await session.turns()
            assert [(turn.prompt, turn.changed_files) for turn in turns] == [
                ((TextPart(text="alpha"),), None),
                ((TextPart(text="beta"),), None),
                ((TextPart(text="gamma"),), None),
            ]
            await session.rewind(Rewind(turn_id=turns[1].turn_id, restores_files=False))
            await until(events, TurnsRewound)
            assert list(await session.turns()) == list(turns[:1])
            told = await session.rewind(Rewind(turn_id=turns[0].turn_id, restores_files=False))
            assert told == "Went back by 1 turn. Files are as they were."


async def _all(events: AsyncIterator[Published]) -> AsyncGenerator[Published, None]:
    async for published in events:
        yield published
