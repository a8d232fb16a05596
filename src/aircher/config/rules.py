"""How a permission rule is written: ``Tool(pattern)``, or the tool alone.

Invariant: pure. Not its job: what a rule means; that is `aircher.permissions.rules`.
"""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

PATH_TOOLS = frozenset({"read", "write", "delete"})
"""Tools whose patterns are paths."""
ALIASES = {
    **dict.fromkeys(("read_file", "list", "glob", "grep", "search", "search_code", "outline"), "read"),
    **dict.fromkeys(("write_file", "edit_file", "edit", "multi_edit"), "write"),
    **dict.fromkeys(("bash", "run", "run_shell", "execute", "terminal"), "shell"),
    **dict.fromkeys(("web_fetch", "fetch", "webfetch", "network", "host"), "net"),
    "remove": "delete",
}
"""Names that people know from a tool or from elsewhere, and the word that rules have for them."""


class RuleTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A rule with more to say than its text.

    Attributes:
        rule: Its text.
        expires: Last day on which it has effect; ``None`` = always.
        reason: Why it is there, for people.
        allows: Examples that it lets pass: an ``allow`` rule means them, another does not.
        refuses: Examples that it does not let pass.
    """

    rule: Annotated[str, Meta(description="The rule, `Tool(pattern)`.")]
    expires: Annotated[dt.date | None, Meta(description="Last day on which it has effect.")] = None
    reason: Annotated[str, Meta(description="Why it is there.")] = ""
    allows: Annotated[list[str], Meta(description="Examples that it lets pass; tested on load.")] = []
    refuses: Annotated[list[str], Meta(description="Examples that it does not let pass; tested on load.")] = []


def rule_text(rule: str | RuleTable) -> str:
    """Return the text of a rule, however it is written."""
    return rule if isinstance(rule, str) else rule.rule


def split_rule(text: str) -> tuple[str, str | None]:
    """Return the tool, by the word that rules have for it, and the pattern; ``None`` = whatever it does.

    Raises:
        ValueError: It is not written like a rule; the text says what is wrong.
    """
    name, parenthesis, rest = text.strip().partition("(")
    tool = name.strip().lower()
    if not tool.replace("_", "").replace("-", "").isalnum() or not tool.isascii():
        raise ValueError("is no rule; write Tool(pattern), for instance shell(git status*)")
    tool = ALIASES.get(tool, tool)
    if not parenthesis:
        return tool, None
    pattern = rest[:-1].strip()
    if not rest.endswith(")"):
        raise ValueError("has no closing parenthesis at its end")
    if not pattern:
        raise ValueError(f"has an empty pattern; write {tool} alone for whatever that tool does")
    if tool in PATH_TOOLS and ".." in pattern.split("/"):
        raise ValueError("has `..` in its path; write the path itself")
    return tool, pattern
