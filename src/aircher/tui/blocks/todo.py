"""The list of things to do."""

from aircher.domain.display import TodoBlock, TodoItem
from aircher.tui.blocks.layout import hung
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row


def todo_rows(block: TodoBlock, width: int, look: Look) -> list[Row]:
    """Return each thing behind its box; what is being done stands out, what is done steps back."""
    return [row for item in block.items for row in _item(item, width, look)]


def _item(item: TodoItem, width: int, look: Look) -> list[Row]:
    glyphs = look.glyphs
    sign, sign_role, role, is_bold = {
        "completed": (glyphs.box_done, Role.SUCCESS, Role.MUTED, False),
        "in_progress": (glyphs.folded, Role.ACCENT, Role.TEXT, True),
        "pending": (glyphs.box_open, Role.MUTED, Role.TEXT, False),
    }[item.state]
    style = look.style(role)
    lead = Row.of((f"{sign} ", look.style(sign_role)))
    return hung(lead, [(" ".join(item.text.split()), style._replace(bold=True) if is_bold else style)], width)
