"""A session as an interface gets it, with servers of every wire on loopback: steering, questions, another model."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.vendors import ANTHROPIC, CHAT, VENDORS, Vendor

from aircher.app.compose import opened
from aircher.app.options import SessionOptions
from aircher.app.undo import undo_turns
from aircher.config import Config
from aircher.domain.display import DiffBlock
from aircher.domain.errors import ConfigError
from aircher.domain.events import PermissionAsked, Published, TurnFinished, TurnStarted
from aircher.domain.lanes import Lane
from aircher.domain.messages import TextPart
from aircher.domain.operations import AnswerPermission, Consent, SendPrompt
from aircher.engine.bus import Delivery, Inbox
from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step, ToolCall

HELLO = (TextPart(text="hello"),)
WRITES = Answer(steps=(Step(tool_call=ToolCall(name="write_file", arguments={"path": "b", "content": "new\n"})),))
SAYS = Answer(steps=(Step(text="done"),))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def configured(project: Path, environ: Mapping[str, str], url: str, *vendors: Vendor) -> Config:
    flags = [word for vendor in vendors for word in vendor.section(url) if word != "--config"]
    return Config.load(cwd=project, environ=environ, flags=flags)


async def until(inbox: Inbox, kind: type[object]) -> Published:
    async for published in inbox:
        if isinstance(published.event, kind):
            return published
    raise AssertionError(f"no {kind}")


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.wire)
async def test_on_every_wire_steering_follows_the_results(
    vendor: Vendor, project: Path, environ: dict[str, str]
) -> None:
    environ |= vendor.key
    with HostedFakeLlm(Script(answers=(WRITES, SAYS))) as server:
        config = configured(project, environ, server.url, vendor)
        options = SessionOptions(cwd=project, provider=vendor.name, is_attended=True)
        async with opened(config, options, environ=environ, note=lambda _: None) as it:
            inbox = it.session.subscribe(Delivery.EVERY)
            async with it.session as session:
                await session.submit(SendPrompt(parts=HELLO))
                asked = (await until(inbox, PermissionAsked)).event
                assert isinstance(asked, PermissionAsked)
                assert asked.display == (DiffBlock(path="b", diff="@@ -0,0 +1 @@\n+new", added=1, removed=0),)
                assert session.facts.status().questions == 1
                await session.steer((TextPart(text="make it short"),))
                session.desk.answer(AnswerPermission(call_id=asked.call_id, consent=Consent.ONCE))
                ended = (await until(inbox, TurnFinished)).event
        bodies = [request.body for request in server.requests if request.answer is not None]
    assert isinstance(ended, TurnFinished)
    assert ended.stop_reason.value == "done"
    listed = bodies[-1].get("messages") or bodies[-1].get("contents") or bodies[-1].get("input")
    last = json.dumps(listed[-1])
    assert "make it short" in last
    assert (project / "b").read_text() == "new\n"


async def test_a_session_goes_on_with_another_provider_and_back_to_before_it_changed_a_file(
    project: Path, environ: dict[str, str]
) -> None:
    environ |= {**CHAT.key, **ANTHROPIC.key}
    with HostedFakeLlm(Script(answers=(SAYS, WRITES, SAYS))) as server:
        config = configured(project, environ, server.url, CHAT, ANTHROPIC)
        options = SessionOptions(cwd=project, provider="zoo", is_attended=True, thinking="low", mode="edit")
        async with opened(config, options, environ=environ, note=lambda _: None) as it:
            inbox = it.session.subscribe(Delivery.EVERY)
            async with it.session as session:
                await session.submit(SendPrompt(parts=HELLO))
                await until(inbox, TurnFinished)
                with pytest.raises(ConfigError):
                    await it.voice_for("zebra", None)
                voice = await it.voice_for("anthropic", None)
                assert voice.thinking == "low"
                session.use(voice)
                turn_id = await session.submit(SendPrompt(parts=HELLO))
                started = (await until(inbox, TurnStarted)).event
                await until(inbox, TurnFinished)
                assert isinstance(started, TurnStarted)
                assert (started.provider, started.model) == ("anthropic", ANTHROPIC.model)
                assert (project / "b").exists()
                dropped = await session.rewind(turn_id)
                outcome = undo_turns(config, environ, session_id=session.session_id, turn_ids=dropped)
                assert outcome is not None
                assert [change.path for change in outcome.changes] == ["b"]
                assert not (project / "b").exists()
                assert undo_turns(config, environ, session_id=session.session_id, turn_ids=dropped) is None
                assert it.history is not None
                assert len([e for e in await it.history.last(9) if isinstance(e.event, TurnStarted)]) == 1
        assert {request.wire for request in server.requests} == {"openai-chat", "anthropic"}


async def test_what_was_typed_and_what_waits_is_there_again(project: Path, environ: dict[str, str]) -> None:
    environ |= CHAT.key
    with HostedFakeLlm() as server:
        config = configured(project, environ, server.url, CHAT)
        options = SessionOptions(cwd=project, provider="zoo", is_attended=True)
        async with opened(config, options, environ=environ, note=lambda _: None) as it:
            inbox = it.session.subscribe(Delivery.EVERY)
            assert it.typed is not None
            async with it.session as session:
                await it.typed.add("hello")
                await session.submit(SendPrompt(parts=HELLO))
                await until(inbox, TurnFinished)
                session.lanes.is_paused = True
                await session.lanes.add(Lane.QUEUE, HELLO)
        again = SessionOptions(cwd=project, provider="zoo", is_attended=True, continue_last=True)
        async with opened(config, again, environ=environ, note=lambda _: None) as it, it.session as session:
            assert [item.prompt for item in session.lanes.waiting] == [HELLO]
            assert session.lanes.is_paused
            assert it.typed is not None
            assert await it.typed.recent(9) == ["hello"]


async def test_trouble_with_what_is_kept_of_typing_is_told_once_and_stops_nothing(
    project: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    from aircher.app.typed import Typed
    from aircher.domain.ids import ProjectId, SessionId

    (tmp_path / "sessions.db").write_bytes(b"no database at all" * 100)
    notes: list[str] = []
    typed = Typed(tmp_path / "sessions.db", session_id=SessionId("s"), project_id=ProjectId("p"), note=notes.append)
    assert await typed.load() == ()
    await typed.add("x")
    assert await typed.recent(3) == []
    await typed.aclose()
    assert len(notes) == 1
