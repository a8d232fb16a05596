"""``except Exception`` is allowed in named places only, each with its reason.

A handler that ends in a bare ``raise`` only tidies up and lets everything through: it is none of these.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src/aircher"
AT_MOST = 5
BROAD = frozenset({"Exception", "BaseException"})

ALLOWED = {
    "engine/turn.py:run": "a broken turn is closed and kept for the owner to raise; the session goes on",
    "cli/main.py:run": "the last line of defence: a bug of ours ends in words and exit code 1, not in a traceback",
    "support/aio.py:run": "the edge of a thread: whoever waits for it gets the failure",
    "storage/writer.py:_commit": "the edge of the writer thread: whoever waits for the future gets the failure",
}
"""``path:function`` and why a failure of any kind must end there. An entry that is no longer needed fails too."""


def names_in(handled: ast.expr | None) -> set[str]:
    """Return the names of the caught types; a bare ``except`` catches `BaseException`."""
    if handled is None:
        return {"BaseException"}
    parts = handled.elts if isinstance(handled, ast.Tuple) else [handled]
    return {part.id if isinstance(part, ast.Name) else getattr(part, "attr", "") for part in parts}


def is_broad(node: ast.AST) -> bool:
    match node:
        case ast.ExceptHandler(body=[*_, ast.Raise(exc=None)]):
            return False
        case ast.ExceptHandler(type=handled):
            return bool(names_in(handled) & BROAD)
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
            return any(names_in(argument) & BROAD for argument in args)
        case _:
            return False


def broad_places(tree: ast.AST, path: str, function: str = "<module>") -> Iterator[str]:
    """Yield ``path:function`` for each place that catches everything."""
    for node in ast.iter_child_nodes(tree):
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        if is_broad(node):
            yield f"{path}:{function}"
        yield from broad_places(node, path, inner)


def test_everything_is_caught_in_the_listed_places_only() -> None:
    found = {
        place
        for file in sorted(SOURCE.rglob("*.py"))
        for place in broad_places(ast.parse(file.read_text()), file.relative_to(SOURCE).as_posix())
    }
    assert found == set(ALLOWED)


def test_the_list_stays_short_and_every_entry_has_a_reason() -> None:
    assert len(ALLOWED) <= AT_MOST
    assert [place for place, reason in ALLOWED.items() if not reason] == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("def f():\n    try: g()\n    except Exception: ...", ["m.py:f"]),
        ("async def f():\n    try: g()\n    except (OSError, BaseException): ...", ["m.py:f"]),
        ("try: g()\nexcept: ...", ["m.py:<module>"]),
        ("def f():\n    with contextlib.suppress(Exception): ...", ["m.py:f"]),
        ("def f():\n    try: g()\n    except (OSError, ValueError): ...", []),
        ("def f():\n    try: g()\n    except BaseException:\n        h()\n        raise", []),
    ],
)
def test_a_broad_except_is_recognised(text: str, places: list[str]) -> None:
    assert list(broad_places(ast.parse(text), "m.py")) == places
