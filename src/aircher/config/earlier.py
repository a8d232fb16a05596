"""What configuration files of the earlier Go program say, in today's words.

Invariant: every key that program knew loads. Source: the table of the Go program's keys.
"""

from collections.abc import Callable
from types import MappingProxyType

from aircher.config.shapes import KeyPath

_COMPACTION = ("context_management", "auto_compaction")
_RELEVANCE = ("context_management", "file_relevance")

RENAMED: MappingProxyType[KeyPath, str] = MappingProxyType(
    {
        (*_COMPACTION, "preserve_recent_messages"): "preserve_messages",
        (*_RELEVANCE, "relevance_threshold"): "threshold",
        (*_RELEVANCE, "recency_decay_rate"): "decay_rate",
        ("providers", "claude"): "anthropic",
        ("costs", "limits", "openai_daily"): "openai",
        ("costs", "limits", "claude_daily"): "anthropic",
        ("costs", "limits", "gemini_daily"): "gemini",
    }
)
"""Keys that have another name now: the earlier path, then its last part of today."""

OBSOLETE: MappingProxyType[KeyPath, str] = MappingProxyType(
    {
        ("interface", "mode"): "the interface starts whenever there is a terminal, and `aircher -p` answers once",
        ("mcp", "auto_install"): "nothing is installed unasked; `aircher mcp add` adds a server",
    }
)
"""Keys without a meaning today, and what takes their place."""


def _provider_name(value: object) -> object:
    return "anthropic" if value == "claude" else value


def _provider_names(value: object) -> object:
    return [_provider_name(item) for item in value] if isinstance(value, list) else value


def _sandbox(value: object) -> object:
    return {True: "auto", False: "off"}[value] if isinstance(value, bool) else value


_VALUES: MappingProxyType[KeyPath, Callable[[object], object]] = MappingProxyType(
    {
        ("providers", "default"): _provider_name,
        ("providers", "fallback_order"): _provider_names,
        ("security", "sandbox_mode"): _sandbox,
    }
)


def current_name(path: KeyPath) -> KeyPath:
    """Return the path under which this key goes today."""
    return (*path[:-1], RENAMED[path]) if path in RENAMED else path


def current_value(path: KeyPath, value: object) -> object:
    """Return the value as it is written today; ``path`` is today's."""
    return _VALUES[path](value) if path in _VALUES else value


def provider_name(name: str) -> str:
    """Return today's name of a provider: the earlier program called Anthropic ``claude``."""
    return str(_provider_name(name))


def current_path(written: KeyPath) -> KeyPath:
    """Return today's key for one as a user writes it."""
    path: KeyPath = ()
    for name in written:
        path = current_name((*path, name))
    return path
