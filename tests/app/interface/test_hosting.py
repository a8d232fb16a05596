"""The program around the interface, without a session: what it is before anybody sends anything."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from aircher.app.interface.hosting import ProgramHost
from aircher.app.interface.late import MOST_SENT
from aircher.app.interface.opening import Opening
from aircher.app.options import SessionOptions
from aircher.config import Config
from aircher.domain.errors import AircherError, ConfigError
from aircher.storage.composer import MOST_CHARS
from aircher.tui.ports import Host


def _opening(config: Config, options: SessionOptions, environ: dict[str, str]) -> Opening:
    return Opening(config=config, options=options, environ=environ, subcommand_text=lambda _: "", tell=lambda _: None)


@pytest.fixture
def host(project: Path, environ: dict[str, str]) -> Host:
    config = Config.load(cwd=project, environ=environ, flags=["interface.theme.error_color=#ff0000"])
    opening = _opening(config, SessionOptions(cwd=project, ephemeral=True), environ)
    told: list[AircherError] = []
    return ProgramHost(opening, flags=(), tell=told.append)


async def test_an_ephemeral_run_has_its_history_in_memory_alone(host: Host, home: Path) -> None:
    history = host.composer.history
    for text in ("feed the zebras", "count the lions", "feed the lions"):
        await history.add(text)
    assert list(await history.recent(1)) == ["feed the lions"]
    assert list(await history.recent(9)) == ["feed the lions", "count the lions", "feed the zebras"]
    assert list(await history.search("Lions FEED", 9)) == ["feed the lions"]
    await history.add("x" * (MOST_CHARS + 1))
    for number in range(MOST_SENT):
        await history.add(f"feed {number}")
    assert list(await history.search("feed", 2 * MOST_SENT)) == [f"feed {n}" for n in reversed(range(MOST_SENT))]
    await host.composer.drafts.save("half a th")
    assert await host.composer.drafts.load() == ""
    assert await asyncio.to_thread(lambda: list(home.rglob("*.db"))) == []


async def test_what_is_typed_in_one_window_does_not_show_in_another(project: Path, environ: dict[str, str]) -> None:
    config = Config.load(cwd=project, environ=environ)

    def window() -> ProgramHost:
        opening = _opening(config, SessionOptions(cwd=project), environ)
        return ProgramHost(opening, flags=(), tell=lambda _: None)

    first, second = window(), window()
    await first.composer.drafts.save("of the first")
    assert await second.composer.drafts.load() == ""
    await second.composer.drafts.save("of the second")
    assert await first.composer.drafts.load() == "of the first"
    await first.aclose()
    third = window()
    assert await third.composer.drafts.load() == "of the first"
    for host in (second, third):
        await host.aclose()


async def test_whatever_is_remembered_at_once_is_all_remembered(host: Host, project: Path) -> None:
    await asyncio.gather(*(host.remember(f"line {number}") for number in range(12)))
    text = await asyncio.to_thread((project / "AGENTS.md").read_text)
    assert text.split("\n") == ["## Memory", "", *(f"- line {number}" for number in range(12)), ""]


async def test_whatever_is_saved_at_once_is_all_saved_and_holds(project: Path, environ: dict[str, str]) -> None:
    opening = _opening(Config.load(cwd=project, environ=environ), SessionOptions(cwd=project), environ)
    host = ProgramHost(opening, flags=(), tell=lambda _: None)
    keys = [f"interface.{key}" for key in ("vim_mode", "screen_reader")]
    keys += [f"interface.animations.{key}" for key in ("progress_indicators", "pulse_thinking")]
    for value in ("true", "false", "true"):
        assert await asyncio.gather(*(host.book.save(key, value) for key in keys)) == [None] * len(keys)
        kept = {facts.name: facts.value for facts in await host.book.settings()}
        assert [kept[key] for key in keys] == [value] * len(keys)
        assert [opening.config.get(key) for key in keys] == [value == "true"] * len(keys)


async def test_what_is_being_saved_when_nobody_waits_any_more_is_saved_and_holds(
    project: Path, environ: dict[str, str]
) -> None:
    opening = _opening(Config.load(cwd=project, environ=environ), SessionOptions(cwd=project), environ)
    applied = asyncio.Event()
    host = ProgramHost(opening, flags=(), tell=lambda _: None, applied=lambda _name, _value: applied.set())
    saving = asyncio.ensure_future(host.book.save("interface.vim_mode", "true"))
    await asyncio.sleep(0)
    saving.cancel()
    await asyncio.wait([saving])
    async with asyncio.timeout(20):
        await applied.wait()
    assert opening.config.interface.vim_mode


def test_themes_have_the_users_colours(host: Host) -> None:
    assert {"auto", "dark", "light"} <= set(host.themes())
    assert host.theme("auto") == host.theme("dark")
    with pytest.raises(ConfigError, match="mauve"):
        host.theme("mauve")


async def test_what_an_option_of_the_command_line_says_is_fixed(project: Path, environ: dict[str, str]) -> None:
    opening = _opening(Config.load(cwd=project, environ=environ), SessionOptions(cwd=project, mode="plan"), environ)
    book = ProgramHost(opening, flags=(), tell=lambda _: None).book
    facts = next(each for each in await book.settings() if each.name == "security.mode")
    assert (facts.value, facts.origin) == ("plan", "command line")
    assert "command line says otherwise" in (await book.save("security.mode", "auto") or "")
    assert opening.config.security.mode == "ask"


async def test_where_the_program_writes_stays_until_the_next_start(project: Path, environ: dict[str, str]) -> None:
    before = Config.load(cwd=project, environ=environ)
    opening = _opening(before, SessionOptions(cwd=project), environ)
    book = ProgramHost(opening, flags=(), tell=lambda _: None).book
    assert await book.save("storage.data_dir", str(project / "elsewhere")) is None
    assert await book.save("logging.level", "debug") is None
    assert opening.config is not before
    assert (opening.config.storage, opening.config.logging) == (before.storage, before.logging)
    assert {facts.name: facts.value for facts in await book.settings()}["logging.level"] == "debug"


def test_commands_are_gathered_once(host: Host) -> None:
    assert host.commands() is host.commands()
    assert host.composer.commands.entries() is host.composer.commands.entries()


def test_making_one_loads_neither_engine_nor_database() -> None:
    script = "import sys, aircher.app.interface.hosting; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    heavy = ("apsw", "aircher.storage", "aircher.app.compose", "aircher.engine.session", "tomlkit", "aircher.tui.theme")
    assert [name for name in loaded if name in heavy or name.startswith("aircher.commands.m")] == []
