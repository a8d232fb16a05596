"""The configuration as the settings dialog reads and writes it: real files, all layers."""

from pathlib import Path

import pytest

from aircher.app.interface.book import Book
from aircher.tui.dialogs.ports import SettingFacts


class Desk:
    """A book, and what it said was saved."""

    def __init__(self, project: Path, environ: dict[str, str], *flags: str) -> None:
        self.applied: list[tuple[str, object]] = []
        self.book = Book(project, environ, flags, lambda name, config: self.applied.append((name, config.get(name))))

    async def facts(self, name: str) -> SettingFacts:
        return next(each for each in await self.book.settings() if each.name == name)


class Own:
    """The user's own file."""

    def __init__(self, home: Path) -> None:
        self.path = home / ".config/aircher/config.toml"
        self.path.parent.mkdir(parents=True)

    def write(self, text: str) -> None:
        self.path.write_text(text)

    @property
    def text(self) -> str | None:
        return self.path.read_text() if self.path.exists() else None


@pytest.fixture
def file(home: Path) -> Own:
    return Own(home)


async def test_every_key_of_the_interface_that_works_is_in_it_with_a_sentence(
    project: Path, environ: dict[str, str]
) -> None:
    facts = await Desk(project, environ).book.settings()
    names = [each.name for each in facts]
    assert {"interface.vim_mode", "interface.shortcuts.send", "interface.theme.error_color"} <= set(names)
    assert {"interface.animations.progress_indicators", "logging.level", "costs.daily_limit"} <= set(names)
    assert "interface.animations.typing_speed" not in names, "which nothing reads"
    assert len(names) == len(set(names))
    assert [each.name for each in facts if not each.doc] == []


async def test_a_setting_is_told_whole(project: Path, environ: dict[str, str]) -> None:
    desk = Desk(project, environ)
    assert await desk.facts("costs.daily_limit") == SettingFacts(
        name="costs.daily_limit",
        doc="Most to spend in a day; 0 = no limit.",
        kind="number",
        value="10.0",
        origin="built-in",
        unit="USD",
    )
    assert (await desk.facts("interface.theme.error_color")).kind == "color"
    assert (await desk.facts("security.mode")).choices == ("plan", "ask", "edit", "auto")


async def test_the_model_of_the_provider_in_use_can_be_set(project: Path, environ: dict[str, str], file: Own) -> None:
    desk = Desk(project, {**environ, "ANTHROPIC_API_KEY": "set"})
    assert (await desk.facts("providers.anthropic.model")).value
    assert await desk.book.save("providers.anthropic.model", "claude-next") is None
    assert (await desk.facts("providers.anthropic.model")).value == "claude-next"
    assert "claude-next" in (file.text or "")
    assert "anthropic" in (await desk.facts("providers.default")).choices


async def test_a_text_comes_back_as_it_was_written_however_odd_or_long(
    project: Path, environ: dict[str, str], file: Own
) -> None:
    desk = Desk(project, environ)
    for text in ('ctrl+" alt+\\', "1", " ".join(f"alt+f{number}" for number in [*range(1, 13)] * 4)):
        assert await desk.book.save("interface.shortcuts.copy", text) is None
        assert (await desk.facts("interface.shortcuts.copy")).value == text
        assert desk.applied[-1] == ("interface.shortcuts.copy", text)


@pytest.mark.parametrize("layer", ["project", "environment", "flag"])
async def test_what_a_stronger_layer_says_is_fixed_and_not_written(
    project: Path, environ: dict[str, str], file: Own, layer: str
) -> None:
    flags = ["interface.panel_width=50"] if layer == "flag" else []
    if layer == "environment":
        environ = {**environ, "AIRCHER_INTERFACE__PANEL_WIDTH": "50"}
    if layer == "project":
        (project / ".aircher").mkdir()
        (project / ".aircher/config.toml").write_text("[interface]\npanel_width = 50\n")
    desk = Desk(project, environ, *flags)
    facts = await desk.facts("interface.panel_width")
    assert (facts.value, facts.fixed) == ("50", f"{facts.origin} says otherwise, and is stronger than your own file")
    assert "stronger than your own file" in (await desk.book.save("interface.panel_width", "20") or "")
    assert file.text is None
    assert desk.applied == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("interface.vim_mode", "maybe", "true or false"),
        ("interface.panel_width", "5", "from 10"),
        ("interface.color_theme", "mauve", "mauve"),
        ("interface.theme.error_color", "bluish", "bluish"),
        ("interface.nonsense", "1", "nonsense"),
        ("providers.anthropic.model", "sk-ant-" + "0" * 40, "looks like an API key"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(
    project: Path, environ: dict[str, str], file: Own, name: str, value: str, words: str
) -> None:
    desk = Desk(project, environ)
    assert words in (await desk.book.save(name, value) or "")
    assert file.text is None
    assert desk.applied == []


async def test_themes_of_the_users_folder_can_be_chosen(project: Path, environ: dict[str, str], file: Own) -> None:
    (file.path.parent / "themes").mkdir()
    (file.path.parent / "themes/mine.toml").write_text('extends = "dark"\n')
    desk = Desk(project, environ)
    assert {"auto", "dark", "mine"} <= set((await desk.facts("interface.color_theme")).choices)
    assert await desk.book.save("interface.color_theme", "mine") is None
    assert desk.applied == [("interface.color_theme", "mine")]


async def test_the_rest_of_the_file_stays(project: Path, environ: dict[str, str], file: Own) -> None:
    file.write("# mine\n[interface] # looks\nvim_mode = false # for now\n")
    assert await Desk(project, environ).book.save("interface.vim_mode", "true") is None
    assert file.text == "# mine\n[interface] # looks\nvim_mode = true # for now\n"
