"""The sizes of the house, measured with `ast` over everything under ``src/``.

A length is counted in lines of the file as it stands: decorators, docstrings, comments and blank lines included.
"""

import ast
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

SOURCE = Path(__file__).parents[2] / "src"
ROOMY_SHARE = 0.95
"""The share that must keep to the smaller bound; the rest may use the larger one."""

FILE_LINES, FILE_LINES_AT_MOST = 300, 500
FUNCTION_LINES, FUNCTION_LINES_AT_MOST = 35, 60
METHODS_AT_MOST = 15
PARAMETERS_AT_MOST = 8
SEES_EVERYTHING_LINES = 250
SEES_EVERYTHING = ("app/compose.py", "engine/turn.py", "tui/app.py")
"""Files that grow without bound wherever nobody watches them."""

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
MUTABLE_DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
CHANGING_METHODS = frozenset({*dir(list), *dir(dict), *dir(set), *dir(deque)}) - frozenset(
    {*dir(tuple), *dir(MappingProxyType), *dir(frozenset)}
)
"""What a mutable collection can do and its frozen twin cannot."""


@dataclass(frozen=True, slots=True)
class Module:
    """One source file, parsed."""

    path: Path
    tree: ast.Module
    lines: int

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Return where the node is, as ``path:line``."""
        return f"{self.path}:{node.lineno}"


@dataclass(frozen=True, slots=True)
class Measured:
    """How long something is."""

    where: str
    lines: int


def parse(path: Path, text: str) -> Module:
    return Module(path, ast.parse(text), len(text.splitlines()))


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    return [parse(path.relative_to(SOURCE.parent), path.read_text()) for path in sorted(SOURCE.rglob("*.py"))]


def over(measured: Sequence[Measured], usual: int, at_most: int) -> list[str]:
    """Return what breaks the rule "95 % have at most ``usual`` lines, none has more than ``at_most``"."""
    listing = [f"{item.where} has {item.lines} lines, at most {at_most}" for item in measured if item.lines > at_most]
    long = [item for item in measured if item.lines > usual]
    if len(long) > len(measured) * (1 - ROOMY_SHARE):
        listing += [
            f"{item.where} has {item.lines} lines; {len(long)} of {len(measured)} have more than {usual}, 5 % may"
            for item in long
        ]
    return listing


def functions(module: Module) -> Iterator[tuple[str, FunctionNode]]:
    for node in ast.walk(module.tree):
        if isinstance(node, FunctionNode):
            yield f"{module.at(node)} {node.name}", node


def length(node: FunctionNode) -> int:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or first) - first + 1


def too_many_methods(module: Module) -> list[str]:
    counts = {
        node: sum(isinstance(item, FunctionNode) for item in node.body)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    return [
        f"{module.at(node)} {node.name} has {count} methods, at most {METHODS_AT_MOST}"
        for node, count in counts.items()
        if count > METHODS_AT_MOST
    ]


def too_many_parameters(module: Module) -> list[str]:
    return [
        f"{where} takes {count} parameters, at most {PARAMETERS_AT_MOST}"
        for where, node in functions(module)
        if node.name == "__init__"
        and (count := len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs) - 1) > PARAMETERS_AT_MOST
    ]


def module_state(module: Module) -> list[str]:
    """Return every place where this module keeps something that changes while the program runs.

    State is a lower-case name bound to a list, dict or set, or to what a call returned; a name that a function
    rebinds with ``global``; and a constant (in capitals) that any line of the module changes in place. Dunder
    names, types and type variables are none.
    """
    names = {name: statement for statement in module_statements(module.tree.body) for name in bound_names(statement)}
    listing = [
        f"{module.at(statement)} {name} is mutable and not a constant"
        for name, statement in names.items()
        if name.strip("_") == name.strip("_").lower()
        and not name.startswith("__")
        and isinstance(value_of(statement), (*MUTABLE_DISPLAYS, ast.Call))
    ]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global):
            listing.append(f"{module.at(node)} rebinds {', '.join(node.names)} with global")
        listing += [f"{module.path} changes the constant {name}" for name in changed_names(node) & set(names)]
    return listing


def module_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With):
            yield from module_statements(statement.body)


def bound_names(statement: ast.stmt) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def value_of(statement: ast.stmt) -> ast.expr | None:
    return statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None


def changed_names(node: ast.AST) -> set[str]:
    """Return the names in capitals that this node changes in place: by method, by item, by deletion."""
    changed: list[ast.expr] = []
    match node:
        case ast.Call(func=ast.Attribute(value=target, attr=method)) if method in CHANGING_METHODS:
            changed = [target]
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            changed = [target.value for target in targets if isinstance(target, ast.Subscript)]
        case ast.AugAssign(target=ast.Subscript(value=target)) | ast.AugAssign(target=ast.Name() as target):
            changed = [target]
    return {target.id for target in changed if isinstance(target, ast.Name) and target.id.isupper()}


def test_files_stay_small(modules: list[Module]) -> None:
    measured = [Measured(str(module.path), module.lines) for module in modules]
    assert over(measured, FILE_LINES, FILE_LINES_AT_MOST) == []


def test_functions_stay_small(modules: list[Module]) -> None:
    measured = [Measured(where, length(node)) for module in modules for where, node in functions(module)]
    assert over(measured, FUNCTION_LINES, FUNCTION_LINES_AT_MOST) == []


def test_the_files_that_see_everything_stay_small(modules: list[Module]) -> None:
    listing = [
        f"{module.path} has {module.lines} lines, at most {SEES_EVERYTHING_LINES}"
        for module in modules
        if str(module.path).endswith(SEES_EVERYTHING) and module.lines > SEES_EVERYTHING_LINES
    ]
    assert listing == []


@pytest.mark.parametrize("rule", [too_many_methods, too_many_parameters, module_state])
def test_the_rules_for_classes_and_modules_hold(modules: list[Module], rule: Callable[[Module], list[str]]) -> None:
    assert [breach for module in modules for breach in rule(module)] == []


def test_one_long_file_of_twenty_is_allowed_and_a_second_one_is_not() -> None:
    small = [Measured(f"small_{number}.py", 300) for number in range(18)]
    one, two = Measured("one.py", 301), Measured("two.py", 500)
    assert over([*small, Measured("nineteenth.py", 1), one], 300, 500) == []
    assert over([*small, one, two], 300, 500) == [
        "one.py has 301 lines; 2 of 20 have more than 300, 5 % may",
        "two.py has 500 lines; 2 of 20 have more than 300, 5 % may",
    ]
    assert over([*small, Measured("huge.py", 501)], 300, 500)[0] == "huge.py has 501 lines, at most 500"


def test_a_decorator_and_a_docstring_count_as_lines_of_the_function() -> None:
    module = parse(Path("m.py"), '@property\ndef name():\n    """Says\n    so."""\n    return 1\n')
    assert [(where, length(node)) for where, node in functions(module)] == [("m.py:2 name", 5)]


def test_a_class_with_sixteen_methods_is_listed() -> None:
    methods = "".join(f"    def _m{number}(self): ...\n" for number in range(16))
    assert too_many_methods(parse(Path("m.py"), f"class Big:\n{methods}")) == ["m.py:1 Big has 16 methods, at most 15"]


def test_a_constructor_with_nine_parameters_is_listed() -> None:
    text = "class Wide:\n    def __init__(self, a, b, c, d, *, e, f, g, h, i): ...\n"
    assert too_many_parameters(parse(Path("m.py"), text)) == ["m.py:2 __init__ takes 9 parameters, at most 8"]


@pytest.mark.parametrize(
    ("text", "listing"),
    [
        ("cache = {}", ["m.py:1 cache is mutable and not a constant"]),
        ("if True:\n    _seen: set[str] = set()", ["m.py:2 _seen is mutable and not a constant"]),
        ("app = App()", ["m.py:1 app is mutable and not a constant"]),
        ("count = 0\ndef f():\n    global count\n    count += 1", ["m.py:3 rebinds count with global"]),
        ("CACHE = {}\ndef f():\n    CACHE['a'] = 1", ["m.py changes the constant CACHE"]),
        ("SEEN = []\ndef f():\n    SEEN.append(1)", ["m.py changes the constant SEEN"]),
        ("TABLE = {}\nTABLE |= {'a': 1}", ["m.py changes the constant TABLE"]),
        ("KINDS = {'a': 1}\nIds = NewType('Ids', str)\n__all__ = ['KINDS']\ndef f():\n    local = []", []),
    ],
)
def test_state_of_a_module_is_recognised(text: str, listing: list[str]) -> None:
    assert module_state(parse(Path("m.py"), text)) == listing
