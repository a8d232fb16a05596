"""What the interface needs of the program: the configuration, files, memory, editors, choices, lists of sessions."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher

from aircher.app.interface import choices
from aircher.app.interface.book import Book
from aircher.app.interface.editing import edit_externally
from aircher.app.interface.files import ProjectFiles
from aircher.app.interface.memory import remember, with_line
from aircher.app.interface.panel import MOST_TURNS, PanelLedger
from aircher.app.interface.shelf import Shelf
from aircher.app.interface.typed import Drafts, History, Shelved
from aircher.config import Config
from aircher.config.databases import database_paths
from aircher.domain.changes import FileChange
from aircher.domain.commands import JobFacts, JobState
from aircher.domain.errors import AircherError, StorageError, UsageError
from aircher.domain.events import (
    CallStatus,
    Event,
    Published,
    TextDelta,
    ToolFinished,
    ToolRequested,
    TurnsRewound,
    TurnStarted,
)
from aircher.domain.ids import CallId, ProjectId, SessionId, TurnId
from aircher.domain.messages import TextPart
from aircher.support.paths import project_id
from aircher.tui.composer.ports import FileChoice
from aircher.tui.context_panel import Share
from aircher.tui.status_bar import Status


@pytest.fixture
def config(project: Path, environ: dict[str, str]) -> Config:
    return Config.load(cwd=project, environ=environ)


async def test_settings_are_shown_with_their_origin_and_saved_into_the_users_file(
    project: Path, environ: dict[str, str], home: Path
) -> None:
    applied: list[tuple[str, object]] = []
    book = Book(
        project, environ, ["interface.panel_width=50"], lambda name, config: applied.append((name, config.get(name)))
    )
    facts = {each.name: each for each in await book.settings()}
    assert (facts["interface.vim_mode"].kind, facts["interface.vim_mode"].value) == ("bool", "false")
    assert facts["security.mode"].choices == ("plan", "ask", "edit", "auto")
    assert "is stronger" in facts["interface.panel_width"].fixed
    assert await book.save("interface.vim_mode", "true") is None
    assert "maybe" in (await book.save("interface.vim_mode", "maybe") or "")
    assert applied == [("interface.vim_mode", True)]
    assert "vim_mode = true" in (home / ".config/aircher/config.toml").read_text()
    again = {each.name: each for each in await book.settings()}
    assert again["interface.vim_mode"].origin.endswith("config.toml:2")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "## Memory\n\n- new\n"),
        ("# Zoo\n", "# Zoo\n\n## Memory\n\n- new\n"),
        ("## Memory\n\n- old\n", "## Memory\n\n- old\n- new\n"),
        ("## Memory\n\n- old\n\n## Tests\n\nmake\n", "## Memory\n\n- old\n- new\n\n## Tests\n\nmake\n"),
        ("# Zoo\r\n\r\n## Memory\r\n", "# Zoo\r\n\r\n## Memory\r\n\r\n- new\r\n"),
    ],
)
def test_a_line_to_remember_goes_below_its_heading(before: str, after: str) -> None:
    assert with_line(before, "new") == after


def test_memory_is_kept_in_the_project_and_nowhere_else(project: Path, tmp_path: Path) -> None:
    assert remember(project, " tests need\x1b[31m a database \n", file="AGENTS.md") == (
        "Kept in AGENTS.md: tests need[31m a database"
    )
    outside = tmp_path / "outside.md"
    outside.write_text("theirs")
    (project / "LINK.md").symlink_to(outside)
    with pytest.raises(UsageError, match="leads out of the project"):
        remember(project, "mine", file="LINK.md")
    with pytest.raises(UsageError, match="nothing to remember"):
        remember(project, "  ", file="AGENTS.md")
    assert outside.read_text() == "theirs"


async def test_the_prompt_is_written_in_the_users_editor(tmp_path: Path) -> None:
    editor = tmp_path / "my editor"
    editor.write_text('#!/bin/sh\ncat "$2"; printf " and more\\n" >> "$2"\n')
    editor.chmod(0o755)
    given: list[str] = []

    @contextmanager
    def suspended() -> Iterator[None]:
        given.append("away")
        yield
        given.append("back")

    environ = {"EDITOR": f"'{editor}' --wait", "PATH": "/usr/bin:/bin"}
    assert await edit_externally("a prompt", environ=environ, suspended=suspended) == "a prompt and more"
    assert given == ["away", "back"]


@pytest.mark.parametrize(
    ("environ", "words"),
    [({}, "no editor is named"), ({"EDITOR": "/no/such"}, "cannot be started"), ({"VISUAL": "false"}, "status 1")],
)
async def test_an_editor_that_fails_is_told(environ: dict[str, str], words: str) -> None:
    @contextmanager
    def suspended() -> Iterator[None]:
        yield

    with pytest.raises(UsageError, match=words):
        await edit_externally("text", environ={"PATH": "/usr/bin:/bin", **environ}, suspended=suspended)


@pytest.fixture
def repository(project: Path) -> Path:
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    (project / "README.md").write_text("# changed\n")
    return project


async def test_files_are_those_of_the_conversation_then_those_that_changed(repository: Path) -> None:
    files = ProjectFiles(repository, lambda: ["src/keeper.py", str(repository / "pyproject.toml")])
    assert list(await files.relevant(5)) == [
        FileChoice("src/keeper.py", "in this conversation"),
        FileChoice("pyproject.toml", "in this conversation"),
        FileChoice("README.md", "changed"),
    ]
    assert {"src/", "src/keeper.py", "README.md"} <= set(await files.paths())


async def test_history_and_drafts_last_and_a_broken_file_is_told_once(tmp_path: Path) -> None:
    told: list[AircherError] = []
    shelved = Shelved(tmp_path / "sessions.db", told.append)
    history, drafts = History(shelved, ProjectId("p")), Drafts(shelved, ProjectId("p"))
    await history.add("first")
    await history.add("second")
    await drafts.save("half a th")
    await shelved.aclose(ProjectId("p"))
    again = Shelved(tmp_path / "sessions.db", told.append)
    assert list(await History(again, ProjectId("p")).recent(5)) == ["second", "first"]
    assert list(await History(again, ProjectId("p")).search("fir", 5)) == ["first"]
    assert await Drafts(again, ProjectId("p")).load() == "half a th"
    await again.aclose(ProjectId("p"))
    assert told == []
    (tmp_path / "broken.db").write_bytes(b"no database at all, and longer than a header of one hundred bytes" * 4)
    broken = Shelved(tmp_path / "broken.db", told.append)
    assert list(await History(broken, ProjectId("p")).recent(5)) == []
    await History(broken, ProjectId("p")).add("x")
    assert [error.message[:29] for error in told] == ["what you type may not be kept"]


async def test_what_is_typed_after_the_file_was_locked_is_kept(tmp_path: Path) -> None:
    told: list[AircherError] = []
    path, project = tmp_path / "sessions.db", ProjectId("p")
    shelved = Shelved(path, told.append)
    history, drafts = History(shelved, project), Drafts(shelved, project)
    await history.add("before")
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match=r"what you type may not be kept: .* is locked"):
        await drafts.save("half")
    await history.add("meanwhile")
    await history.add("meanwhile, too")
    assert [error.message[:29] for error in told] == ["what you type may not be kept"]
    other.execute("ROLLBACK")
    await drafts.save("half a th")
    await history.add("after")
    assert (list(await history.recent(5)), await drafts.load()) == (["after", "before"], "half a th")
    await shelved.aclose(project)


async def test_an_ephemeral_run_keeps_nothing() -> None:
    shelved = Shelved(None, lambda _: None)
    await Drafts(shelved, ProjectId("p")).save("secret")
    assert await Drafts(shelved, ProjectId("p")).load() == ""


async def test_choices_are_what_could_answer_here(config: Config, environ: dict[str, str]) -> None:
    with_key = {**environ, "ANTHROPIC_API_KEY": "sk-ant-" + "0" * 20}
    names = {model.provider for model in await choices.models(config, with_key)}
    assert "anthropic" in names
    assert "openai" not in names
    facts = {each.name: each for each in await choices.providers(config, with_key, current="offline")}
    assert facts["anthropic"].key == "from ANTHROPIC_API_KEY"
    assert facts["openai"].key == "OPENAI_API_KEY is not set"
    assert facts["offline"].is_current
    assert [mode.name for mode in await choices.modes(config)] == ["plan", "ask", "edit", "auto"]
    assert {"help", "quit", "model"} <= {command.name for command in choices.commands()}
    assert choices.wrong_rule("write(docs/**)") is None
    assert "closing parenthesis" in (choices.wrong_rule("write(docs") or "")


async def test_the_shelf_lists_finds_renames_and_deletes(aircher: Aircher, config: Config) -> None:
    environ = {**aircher.environ, **KEY}
    with serving(stream(delta(content="Zebras are fed at noon."), finish())) as server:
        await asyncio.to_thread(aircher, "-p", "when are zebras fed?", *options(server), environ=KEY)
    shelf = Shelf(database_paths(config, environ), ProjectId(project_id(config.root)), lambda: "")
    (only,) = await shelf.sessions()
    assert (only.title, only.turns, only.folder) == ("when are zebras fed?", 1, "")
    (hit,) = await shelf.search("noon")
    assert hit.session == only
    passages = await shelf.preview(only.session_id)
    assert [passage.heading for passage in passages] == ["you", "answer"]
    await shelf.rename(only.session_id, "zebras")
    assert [each.title for each in await shelf.sessions()] == ["zebras"]
    await shelf.delete(only.session_id)
    assert list(await shelf.sessions()) == []


STATUS = Status(provider="p", model="m", mode="ask", context_tokens=1000, window_tokens=8000)


def ledger_of(*events: Event, is_whole: bool = True) -> PanelLedger:
    """Return one that took these events, counted from 1."""
    ledger = PanelLedger(is_whole=is_whole)
    for seq, event in enumerate(events, start=1):
        ledger.take(
            Published(
                seq=seq, at=datetime(2026, 5, 20, tzinfo=UTC), session_id=SessionId("s"), turn_id=None, event=event
            )
        )
    return ledger


def asked(text: str) -> TurnStarted:
    return TurnStarted(prompt=(TextPart(text=text),), provider="p", model="m")


def test_the_panel_shares_out_what_the_server_counted() -> None:
    read = ToolRequested(call_id=CallId("c"), name="read_file", arguments={"path": "a.py"})
    facts = ledger_of(asked("x" * 400), TextDelta(text="y" * 800), read, ended("c")).facts(STATUS, ())
    assert facts.shares == [
        Share(name="you", tokens=100),
        Share(name="answers", tokens=200),
        Share(name="instructions", tokens=700),
    ]
    assert facts.files == [("a.py", "read")]


def ended(call_id: str, status: CallStatus = CallStatus.OK, *changes: FileChange) -> ToolFinished:
    return ToolFinished(
        call_id=CallId(call_id),
        name="read_file",
        status=status,
        content="",
        summary="",
        duration_ms=0,
        changes=changes,
    )


def test_a_file_is_touched_by_calls_that_come_to_something_and_by_what_they_changed() -> None:
    def read(call_id: str) -> ToolRequested:
        return ToolRequested(call_id=CallId(call_id), name="read_file", arguments={"path": f"{call_id}.py"})

    half = ended("half", CallStatus.INTERRUPTED, FileChange(path="b.py", change="modified"))
    ledger = ledger_of(asked("x"), read("a"), read("nope"), read("half"), ended("nope", CallStatus.FAILED), half)
    assert ledger.files() == ["b.py"]
    ledger = ledger_of(asked("x"), read("a"), read("late"), ended("a"), asked("y"), ended("late"))
    assert ledger.facts(STATUS, ()).files == [("a.py", "read")]


def test_turns_that_were_dropped_count_no_more_and_the_others_go_on_counting() -> None:
    first = (asked("x" * 400), TextDelta(text="y" * 800))
    second = (asked("x" * 40), TextDelta(text="y" * 4000))
    back = TurnsRewound(first_turn_id=TurnId("t"), first_seq=3, turns=1)
    third = (asked("x" * 80), TextDelta(text="y" * 80))
    assert ledger_of(*first, *second, back, *third).facts(STATUS, ()).shares == [
        Share(name="you", tokens=120),
        Share(name="answers", tokens=220),
        Share(name="instructions", tokens=660),
    ]


def test_what_is_not_known_in_parts_is_not_called_instructions() -> None:
    shares = ledger_of(asked("x" * 400), is_whole=False).facts(STATUS, ()).shares
    assert shares == [Share(name="you", tokens=100), Share(name="earlier and instructions", tokens=900)]


def test_the_panel_counts_a_long_conversation_and_begins_anew_where_its_memory_ends() -> None:
    turns = [asked("x" * 4) for _ in range(MOST_TURNS + 10)]
    assert ledger_of(*turns).facts(STATUS, ()).shares == [
        Share(name="you", tokens=MOST_TURNS + 10),
        Share(name="instructions", tokens=1000 - MOST_TURNS - 10),
    ]
    back = TurnsRewound(first_turn_id=TurnId("t"), first_seq=5, turns=MOST_TURNS + 6)
    assert ledger_of(*turns, back).facts(STATUS, ()).shares == [Share(name="earlier and instructions", tokens=1000)]


def test_the_panel_shows_the_jobs_that_run_and_the_last_that_ended() -> None:
    def job(number: int, state: JobState, exit_status: int | None = None) -> JobFacts:
        return JobFacts(
            job_id=f"job{number}", command=f"make {number}", state=state, exit_status=exit_status, duration_s=3600.0
        )

    jobs = (job(1, "running"), job(2, "ended", 0), job(3, "ended", 1), job(4, "stopped"), job(5, "ended", 2))
    told = PanelLedger(is_whole=True).facts(Status(provider="p", model="m", mode="ask"), jobs).jobs
    assert [name for name, _ in told] == ["job1 make 1", "job3 make 3", "job4 make 4", "job5 make 5"]
    assert [state for _, state in told][1:] == ["exit 1", "stopped", "exit 2"]
    assert re.fullmatch(r"since \d\d:\d\d", told[0][1])
