"""The program around the interface, without a session: what it is before anybody sends anything."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from aircher.app.interface.hosting import ProgramHost
from aircher.app.interface.opening import Opening
from aircher.app.options import SessionOptions
from aircher.config import Config
from aircher.domain.errors import AircherError, ConfigError
from aircher.tui.ports import Host


@pytest.fixture
def host(project: Path, environ: dict[str, str]) -> Host:
    opening = Opening(
        config=Config.load(cwd=project, environ=environ, flags=["interface.theme.error_color=#ff0000"]),
        options=SessionOptions(cwd=project, ephemeral=True),
        environ=environ,
        subcommand_text=lambda _: "",
        tell=lambda _: None,
    )
    told: list[AircherError] = []
    return ProgramHost(opening, flags=(), tell=told.append)


async def test_an_ephemeral_run_has_its_history_in_memory_alone(host: Host, home: Path) -> None:
    history = host.composer.history
    for text in ("feed the zebras", "count the lions", "feed the lions"):
        await history.add(text)
    assert list(await history.recent(1)) == ["feed the lions"]
    assert list(await history.recent(9)) == ["feed the lions", "count the lions", "feed the zebras"]
    assert list(await history.search("Lions FEED", 9)) == ["feed the lions"]
    await host.composer.drafts.save("half a th")
    assert await host.composer.drafts.load() == ""
    assert await asyncio.to_thread(lambda: list(home.rglob("*.db"))) == []


async def test_whatever_is_remembered_at_once_is_all_remembered(host: Host, project: Path) -> None:
    await asyncio.gather(*(host.remember(f"line {number}") for number in range(12)))
    text = await asyncio.to_thread((project / "AGENTS.md").read_text)
    assert text.split("\n") == ["## Memory", "", *(f"- line {number}" for number in range(12)), ""]


def test_themes_have_the_users_colours(host: Host) -> None:
    assert {"auto", "dark", "light"} <= set(host.themes())
    assert host.theme("auto") == host.theme("dark")
    with pytest.raises(ConfigError, match="mauve"):
        host.theme("mauve")


def test_commands_are_gathered_once(host: Host) -> None:
    assert host.commands() is host.commands()
    assert host.composer.commands.entries() is host.composer.commands.entries()


@pytest.mark.parametrize(
    ("module", "barred"),
    [
        ("aircher.app.interface.hosting", {"aircher.tui.theme"}),
        ("aircher.app.interface.run", {"aircher.tui.picking", "aircher.tui.dialogs.help"}),
    ],
)
def test_what_is_there_before_the_first_key_needs_neither_engine_nor_database(module: str, barred: set[str]) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"apsw", "tempfile", "tomlkit", "aircher.engine", "aircher.providers", "aircher.storage"}
    heavy |= {"aircher.app.compose", "aircher.app.models", "aircher.app.outside", "aircher.commands.registry"}
    assert (heavy | barred).intersection(loaded) == set()
