import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from aircher.config.sections_interface import Theme as OwnColors
from aircher.domain.errors import ConfigError
from aircher.tui.look import Role, Theme
from aircher.tui.terminal.styles import PLAIN, Color, Style
from aircher.tui.theme import BUILT_IN, load_theme, painted_ground, theme_for_background, theme_names
from aircher.tui.theme_colors import contrast, parse_color, parse_style
from aircher.tui.theme_file import _simple_table

FOUND_BY_LOOKING_CLOSELY = {Role.MUTED, Role.BORDER, Role.LINE_NUMBER}
OWN = 'extends = "light"\n[palette]\nsea = "#014"\n[roles]\nheading = "italic sea"\n'


def grounds(theme: Theme, style: Style) -> Iterator[tuple[Color | None, Color | None]]:
    """Yield text and ground wherever a text of this style is drawn."""
    text = theme.ground.fg if style.fg is None else style.fg
    if style.bg is not None:
        yield text, style.bg
        return
    for below in (theme.ground, theme.style(Role.DIALOG), theme.style(Role.STATUS)):
        yield text, below.bg


def needed(theme: Theme, role: Role) -> float:
    if theme.name == "high-contrast":
        return 7.0
    return 3.0 if role in FOUND_BY_LOOKING_CLOSELY else 4.5


def broken(tmp_path: Path, text: str, name: str = "mine") -> ConfigError:
    (tmp_path / f"{name}.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_theme(name, folder=tmp_path)
    return caught.value


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_role_can_be_read_on_every_ground_it_is_drawn_on(name: str) -> None:
    theme = load_theme(name)
    assert set(theme.styles) == set(Role)
    for role, style in theme.styles.items():
        for text, ground in grounds(theme, style):
            assert text is not None
            assert ground is not None
            assert contrast(text, ground) >= needed(theme, role), (role, hex(text), hex(ground))


@pytest.mark.parametrize(
    ("name", "ground"),
    [("dark", 0x000000), ("dark", 0x282C34), ("dark", 0x002B36), ("light", 0xFDF6E3), ("light", 0xF5F5F5)],
)
def test_what_is_drawn_on_the_terminals_own_ground_can_be_read_on_usual_ones(name: str, ground: Color) -> None:
    theme = load_theme(name)
    for role, style in theme.styles.items():
        if style.bg is None and style.fg is not None:
            assert contrast(style.fg, ground) >= needed(theme, role) * 0.87, role


@pytest.mark.parametrize("name", ["dark", "light"])
def test_sixteen_colours_are_enough_to_read_every_role(name: str) -> None:
    theme = load_theme(name)
    sixteen = [parse_color(str(number), {}) for number in range(16)]

    def nearest(color: Color | None) -> Color:
        assert color is not None
        parts = [color >> shift & 0xFF for shift in (16, 8, 0)]
        return min(
            sixteen,
            key=lambda other: sum(
                (part - (other >> shift & 0xFF)) ** 2 for part, shift in zip(parts, (16, 8, 0), strict=True)
            ),
        )

    for role, style in theme.styles.items():
        for text, ground in grounds(theme, style):
            assert contrast(nearest(text), nearest(ground)) >= 2.0, (role, hex(nearest(text)), hex(nearest(ground)))


@pytest.mark.parametrize("name", BUILT_IN)
def test_without_colours_what_is_selected_found_or_changed_is_still_marked(name: str) -> None:
    theme = load_theme(name)
    colourless = {role: style._replace(fg=None, bg=None) for role, style in theme.styles.items()}
    for role in (Role.SELECTION, Role.HIT, Role.CURRENT_HIT, Role.CHOSEN):
        assert colourless[role].reverse, role
    for role in (Role.ADDED_WORD, Role.REMOVED_WORD, Role.HEADING, Role.DIALOG_TITLE):
        assert colourless[role] != PLAIN, role


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_short_way_reads_a_theme_as_toml_has_it(name: str) -> None:
    text = (Path(load_theme.__code__.co_filename).parent / "themes" / f"{name}.toml").read_text()
    assert _simple_table(text) == tomllib.loads(text)


@pytest.mark.parametrize("text", ['a = "\\u0041"', "a = 1", 'a = "b" # c', '[roles]\n[roles]\na = "b"', "a = 'b'"])
def test_the_short_way_leaves_to_toml_what_it_does_not_know(text: str) -> None:
    assert _simple_table(text) is None


@pytest.mark.parametrize(
    ("background", "name"),
    [
        (None, "dark"),
        (0x000000, "dark"),
        (0x002B36, "dark"),
        (0x5A5A5A, "dark"),
        (0xFFFFFF, "light"),
        (0xFDF6E3, "light"),
    ],
)
def test_the_background_chooses_the_theme(background: Color | None, name: str) -> None:
    assert theme_for_background(background) == name


def test_a_ground_is_painted_only_where_the_terminals_own_would_not_do() -> None:
    dark, strict = load_theme("dark"), load_theme("high-contrast")
    assert painted_ground(dark, None) == painted_ground(dark, 0x101010) == PLAIN
    assert painted_ground(dark, 0xFFFFFF) == dark.ground == Style(0xDFE2E7, 0x16181D)
    assert painted_ground(strict, 0x000000) == strict.ground == Style(0xFFFFFF, 0x000000)


def test_the_users_colours_replace_those_of_the_theme() -> None:
    plain = load_theme("dark")
    colors = OwnColors(primary_color="#f00", error_color="bright_red", muted_color="244", background_color="black")
    theme = load_theme("dark", colors)
    changed = {role: style for role, style in theme.styles.items() if style != plain.style(role)}
    assert changed == {
        Role.PRIMARY: Style(0xFF0000),
        Role.HEADING: Style(0xFF0000, bold=True),
        Role.ERROR: Style(0xFF0000),
        Role.MUTED: Style(0x808080),
        Role.LINE_NUMBER: Style(0x808080),
    }
    assert (theme.ground, theme.fills) == (Style(0xDFE2E7, 0x000000), True)
    assert load_theme("dark", OwnColors()) == plain


def test_a_colour_that_is_none_is_refused_with_its_key_and_the_nearest_name() -> None:
    with pytest.raises(ConfigError) as caught:
        load_theme("dark", OwnColors(border_color="viollet"))
    assert caught.value.message == "interface.theme.border_color = 'viollet': 'viollet' is no colour"
    assert caught.value.hint == "did you mean violet?; aircher config unset interface.theme.border_color takes it back"


def test_a_theme_of_the_users_own_is_found_and_extends_another_one(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(OWN)
    assert theme_names(tmp_path) == (*BUILT_IN, "mine")
    mine, light = load_theme("mine", folder=tmp_path), load_theme("light")
    assert mine.style(Role.HEADING) == Style(0x001144, italic=True)
    assert {role: style for role, style in mine.styles.items() if role is not Role.HEADING} == {
        role: style for role, style in light.styles.items() if role is not Role.HEADING
    }
    assert (mine.name, mine.is_dark, mine.ground) == ("mine", False, light.ground)


def test_a_theme_of_the_users_own_may_stand_in_for_one_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "light.toml").write_text(OWN)
    assert theme_names(tmp_path) == BUILT_IN
    assert load_theme("light", folder=tmp_path).style(Role.HEADING) == Style(0x001144, italic=True)


def test_a_theme_that_does_not_exist_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        load_theme("drak")
    assert caught.value.message == "there is no theme 'drak'; there are auto, dark, light, high-contrast, catppuccin"
    assert caught.value.hint == "did you mean dark?"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('extends = "dark"\n[roles]\nheding = "red"', "roles.heding is no role", "did you mean heading?"),
        (
            'extends = "dark"\n[roles]\nmuted = "gren"',
            "roles.muted = \"gren\": 'gren' is no colour",
            "did you mean green?",
        ),
        (
            'extends = "dark"\n[roles]\nmuted = "red blue"',
            "roles.muted = \"red blue\": 'blue' is one colour too many",
            "COLOUR on COLOUR",
        ),
        ('extends = "dark"\n[roles]\nmuted = "red on"', 'roles.muted = "red on": no colour', "COLOUR on COLOUR"),
        ('extends = "dark"\n[roles]\nmuted = 3', "roles.muted = 3 is no text", 'muted = "#rrggbb"'),
        ('extends = "dark"\n[palette]\na = "#12"', "palette.a = \"#12\": '#12' is no colour", "#rrggbb"),
        ('extends = "dark"\nis_dark = "yes"', "is_dark = 'yes' is neither true nor false", "is_dark = true"),
        ('extends = "dark"\ncolor = "red"', "color is no key of a theme", "is_dark, ground"),
        ('extends = "dark"\nroles = "red"', "roles is no table", "[roles]"),
        ('extends = "mine"', "extends = 'mine' leads nowhere", 'extends = "dark"'),
        ("extends = 3", "extends = 3 leads nowhere", 'extends = "dark"'),
        ('extends = "drak"', "there is no theme 'drak'", "did you mean dark?"),
        ('[roles]\ntext = "red"', "no style for the roles muted, primary", 'extends = "dark"'),
        ("[roles", "is not valid TOML", "mend "),
    ],
)
def test_a_theme_that_is_wrong_is_told_with_file_key_and_remedy(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    error = broken(tmp_path, text)
    assert message in error.message
    assert hint in (error.hint or "")
    assert "mine" in error.message


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"mine\.toml cannot be read"):
        load_theme("mine", folder=tmp_path)


@pytest.mark.parametrize(
    ("word", "color"),
    [
        ("#abc", 0xAABBCC),
        ("#1A2b3c", 0x1A2B3C),
        ("12", 0x5C5CFF),
        ("196", 0xFF0000),
        ("21", 0x0000FF),
        ("255", 0xEEEEEE),
    ],
)
def test_colours_are_written_in_digits_and_by_number(word: str, color: Color) -> None:
    assert parse_color(word, {}) == color


def test_a_style_is_words_in_any_order_and_reverse_tells_what_is_seen() -> None:
    palette = {"sea": 0x000044}
    assert parse_style("sea bold on default italic", palette) == Style(0x000044, None, bold=True, italic=True)
    assert parse_style("default", palette) == parse_style("", palette) == PLAIN
    assert parse_style("reverse sea on #fff", palette) == Style(0xFFFFFF, 0x000044, reverse=True)
