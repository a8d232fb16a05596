"""``[interface]``: how Aircher looks, and which key does what."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from aircher.config.quantities import Duration
from aircher.config.words import Color, KeyNames, ThemeName, doc


class Shortcuts(Struct, frozen=True, kw_only=True):
    """Keys of the terminal interface; several for one action are separated by spaces.

    A key is a character (after ``ctrl+`` a small one), or one of ``enter``, ``tab``, ``space``, ``backspace``,
    ``delete``, ``escape``, ``up``, ``down``, ``left``, ``right``, ``home``, ``end``, ``pageup``, ``pagedown``,
    ``insert`` and ``f1`` to ``f12``, behind ``ctrl+``, ``alt+`` and ``shift+`` in this order.
    """

    send: Annotated[KeyNames, doc("Sends the prompt.")] = "enter"
    new_line: Annotated[KeyNames, doc("Starts a new line.")] = "shift+enter alt+enter ctrl+j"
    interrupt: Annotated[KeyNames, doc("Interrupts the running turn; twice: rewind.")] = "escape"
    quit: Annotated[KeyNames, doc("Leaves the program.")] = "ctrl+d"
    toggle_help: Annotated[KeyNames, doc("Shows and hides the help.")] = "f1 ?"
    toggle_context: Annotated[KeyNames, doc("Shows and hides the context panel.")] = "ctrl+t"
    clear_conversation: Annotated[KeyNames, doc("Clears the conversation.")] = "ctrl+l"
    search_mode: Annotated[KeyNames, doc("Searches the prompts of the past.")] = "ctrl+r"
    thinking_mode: Annotated[KeyNames, doc("Switches thinking.")] = "ctrl+shift+t alt+t"
    palette: Annotated[KeyNames, doc("Opens the palette of commands.")] = "ctrl+p"
    transcript: Annotated[KeyNames, doc("Shows tool output and reasoning in full.")] = "ctrl+o"
    external_editor: Annotated[KeyNames, doc("Opens the prompt in `$EDITOR`.")] = "ctrl+g"
    cycle_mode: Annotated[KeyNames, doc("Goes to the next permission mode.")] = "shift+tab"
    queue: Annotated[KeyNames, doc("Queues the message for after the running turn.")] = "tab"
    clear_input: Annotated[KeyNames, doc("Clears the prompt; again: leaves.")] = "ctrl+c"
    find: Annotated[KeyNames, doc("Finds in the conversation.")] = "ctrl+f"
    previous_turn: Annotated[KeyNames, doc("Goes to the turn before.")] = "alt+up ctrl+up"
    next_turn: Annotated[KeyNames, doc("Goes to the turn after.")] = "alt+down ctrl+down"
    page_up: Annotated[KeyNames, doc("Scrolls up.")] = "pageup"
    page_down: Annotated[KeyNames, doc("Scrolls down.")] = "pagedown"
    top: Annotated[KeyNames, doc("Goes to the beginning.")] = "ctrl+home"
    bottom: Annotated[KeyNames, doc("Goes to the end and stays there.")] = "ctrl+end"
    copy: Annotated[KeyNames, doc("Copies the selection, or the last answer.")] = "alt+c"
    select: Annotated[KeyNames, doc("Selects with the keyboard.")] = "alt+s"
    edit_waiting: Annotated[KeyNames, doc("Edits, reorders or drops what waits.")] = "alt+q"
    side_by_side: Annotated[KeyNames, doc("Shows diffs in one column or two.")] = "alt+d"
    paste_image: Annotated[KeyNames, doc("Pastes a picture from the clipboard.")] = "ctrl+v alt+v"
    suspend: Annotated[KeyNames, doc("Suspends to the shell.")] = "ctrl+z"
    redraw: Annotated[KeyNames, doc("Draws the screen anew.")] = "alt+l"


class Theme(Struct, frozen=True, kw_only=True):
    """Colours that replace those of `color_theme`; ``#rgb``, ``#rrggbb`` or a name; empty = the theme's own."""

    primary_color: Annotated[Color, doc("Headings and the prompt.")] = ""
    secondary_color: Annotated[Color, doc("Links and names.")] = ""
    accent_color: Annotated[Color, doc("What has the focus.")] = ""
    error_color: Annotated[Color, doc("Errors.")] = ""
    muted_color: Annotated[Color, doc("What matters less.")] = ""
    background_color: Annotated[Color, doc("Background.")] = ""
    border_color: Annotated[Color, doc("Borders.")] = ""


class Animations(Struct, frozen=True, kw_only=True):
    """What moves on the screen."""

    typing_speed: Annotated[
        Literal["slow", "medium", "fast", "instant"], doc("Pace of streamed text.", planned=True)
    ] = "instant"
    fade_in_duration: Annotated[Duration, doc("How long a panel takes to appear.", planned=True)] = Duration(0.2)
    scroll_animation: Annotated[bool, doc("Whether scrolling is smooth.", planned=True)] = False
    progress_indicators: Annotated[bool, doc("Whether waiting is shown by a moving sign.")] = True
    pulse_thinking: Annotated[bool, doc("Whether the sign pulses while the model thinks.")] = True


class Interface(Struct, frozen=True, kw_only=True):
    """Looks and keys."""

    output_format: Annotated[
        Literal["text", "json", "stream-json", "markdown"],
        doc("Form of a one-shot answer without `--output-format`.", planned=True),
    ] = "text"
    vim_mode: Annotated[bool, doc("Whether the prompt is edited with vi keys.")] = False
    color_theme: Annotated[
        ThemeName,
        doc("Colours: dark, light, high-contrast, catppuccin or a theme of your own; `auto` asks the terminal."),
    ] = "auto"
    show_thinking: Annotated[
        bool, doc("Whether the model's reasoning stays unfolded; else its last lines are seen while it comes.")
    ] = False
    show_token_count: Annotated[bool, doc("Whether tokens are counted in the status bar.")] = True
    show_cost: Annotated[bool, doc("Whether the status bar shows the cost.")] = True
    show_context_panel: Annotated[bool, doc("Whether the context panel is open at the start.")] = False
    markdown_rendering: Annotated[bool, doc("Whether answers are laid out as Markdown.")] = True
    syntax_highlighting: Annotated[bool, doc("Whether code is coloured.")] = True
    streaming_animation: Annotated[bool, doc("Whether text appears as it arrives; else twice a second.")] = True
    notifications: Annotated[
        bool, doc("Whether you are called (bell, desktop note) when a turn ends or asks while you look elsewhere.")
    ] = True
    screen_reader: Annotated[bool, doc("Whether everything is said in plain lines, for screen readers.")] = False
    panel_width: Annotated[Annotated[int, Meta(ge=10, le=200)], doc("Width of the context panel.", unit="columns")] = 34
    shortcuts: Annotated[Shortcuts, doc("Which key does what.")] = Shortcuts()
    theme: Annotated[Theme, doc("Colours of your own.")] = Theme()
    animations: Annotated[Animations, doc("What moves.")] = Animations()
