"""The second reader: tree-sitter's tree of the same text has to see the same commands in the same places.

Two readers that were written apart rarely err alike. Invariant: what they do not agree on is `Unreadable`. Not its job:
understanding a command.
"""

from collections.abc import Iterable, Iterator

from aircher.permissions.shell.lines import Mark
from aircher.permissions.shell.nodes import Unreadable
from aircher.support.syntax import Node, parse

_NAMED = frozenset({"command", "declaration_command", "unset_command", "test_command"})
_PREFIXES = (b"time", b"coproc")
"""Reserved words that the tree takes for programs."""


def confirm(data: bytes, marks: Iterable[Mark]) -> None:
    """Return if the tree of ``data`` has the words of ``marks``, and no others, in simple commands.

    Raises:
        Unreadable: It has not, or it holds errors.
    """
    root = parse(data, module="tree_sitter_bash").root_node
    if root.has_error:
        raise Unreadable("cannot be read as bash with certainty")
    spans, firsts, words = set[tuple[int, int]](), set[int](), set[tuple[int, int]]()
    for node in _nodes(root):
        spans.add((node.start_byte, node.end_byte))
        if node.type in _NAMED:
            firsts.add(_first(node))
            words.update(_words(node, data))
    seen = set()
    for start, end, is_first in marks:
        seen.add((start, end))
        is_known = (start, end) in spans and (not is_first or start in firsts or _follows_prefix(data, start))
        if not is_known:
            raise Unreadable("can be read as bash in two ways")
    if not words <= seen:
        raise Unreadable("can be read as bash in two ways")


def _nodes(root: Node) -> Iterator[Node]:
    """Yield every node, without recursion of Python's own."""
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None:
            yield node
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _first(node: Node) -> int:
    name = node.child_by_field_name("name")
    return node.start_byte if name is None else name.start_byte


def _words(node: Node, data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the places of a command's name and arguments, where the tree is exact about them."""
    if node.type != "command":
        return
    before = b""
    for index, child in enumerate(node.children):
        if node.field_name_for_child(index) in {"name", "argument"}:
            span = (child.start_byte, child.end_byte)
            word = data[span[0] : span[1]]
            if word not in _PREFIXES and (before, word) != (b"time", b"-p"):
                yield span
            before = word


def _follows_prefix(data: bytes, start: int) -> bool:
    return data[:start].rstrip(b" \t").removesuffix(b"-p").rstrip(b" \t").endswith(_PREFIXES)
