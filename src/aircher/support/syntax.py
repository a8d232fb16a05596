"""The one door to tree-sitter: a grammar by the name of its wheel, a tree of some bytes.

Invariant: any bytes give a tree, in bounded time. The library is loaded at the first call, never at import.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import tree_sitter

Node: TypeAlias = "tree_sitter.Node"
"""A node of a tree, as tree-sitter gives it."""

Matches: TypeAlias = "list[tuple[int, dict[str, list[tree_sitter.Node]]]]"
"""What a query found: for each match its pattern's number and the captured nodes by name."""

_MATCH_LIMIT = 10_000  # of matches under way at once; beyond it a query would take more than its time


@cache
def _language(module: str, function: str) -> tree_sitter.Language:
    import tree_sitter

    return tree_sitter.Language(getattr(import_module(module), function)())


@cache
def _query(module: str, function: str, source: str) -> tree_sitter.Query:
    import tree_sitter

    return tree_sitter.Query(_language(module, function), source)


def parse(data: bytes, *, module: str, function: str = "language") -> tree_sitter.Tree:
    """Return the tree of ``data``.

    Args:
        data: Source code; what is not valid becomes nodes of errors.
        module: The grammar's wheel, such as ``tree_sitter_python``.
        function: What it calls the grammar.
    """
    import tree_sitter

    return tree_sitter.Parser(_language(module, function)).parse(data)


def matches(node: tree_sitter.Node, source: str, *, module: str, function: str = "language") -> Matches:
    """Return what the query ``source`` finds below ``node``, in the order of the text."""
    import tree_sitter

    return tree_sitter.QueryCursor(_query(module, function, source), match_limit=_MATCH_LIMIT).matches(node)
