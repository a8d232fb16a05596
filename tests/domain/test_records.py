"""Our dataclasses are the standard library's, made later."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
import pytest

from aircher.domain import records
from aircher.domain.messages import TextPart, ToolCallPart

T = TypeVar("T")
Decorator = Callable[..., Any]


def shapes(dataclass: Decorator) -> dict[str, Any]:
    """Return classes of every shape that the project has, made by one decorator."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Plain:
        """A record."""

        type: ClassVar[str] = "plain"
        name: str
        size: int = 3
        tags: list[str] = field(default_factory=list)

        @property
        def shout(self) -> str:
            return self.name.upper()

    @dataclass(frozen=True, slots=True)
    class Positional:
        first: int
        second: int = 2

    @dataclass(slots=True, kw_only=True)
    class Mutable:
        count: int = 0
        later: list[int] = field(init=False, default_factory=lambda: [1])

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Checked(Generic[T]):
        value: T
        doubled: int = 0

        def __post_init__(self) -> None:
            object.__setattr__(self, "doubled", 2 * self.value)  # type: ignore[operator]

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Own:
        value: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and other.value % 10 == self.value % 10

        def __repr__(self) -> str:
            return "mine"

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Hidden:
        value: int
        secret: str = field(default="x", repr=False)

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Heir(Hidden):
        more: int = 1

    @dataclass(frozen=True, slots=True)
    class Empty:
        """Nothing."""

    kinds = (Plain, Positional, Mutable, Checked, Own, Hidden, Heir, Empty)
    return {kind.__name__: kind for kind in kinds}


OURS, THEIRS = shapes(records.dataclass), shapes(dataclasses.dataclass)
CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Plain", (), {"name": "a"}),
    ("Plain", (), {"name": "a", "size": 4, "tags": ["x"]}),
    ("Positional", (1,), {}),
    ("Positional", (1, 5), {}),
    ("Positional", (), {"second": 1, "first": 0}),
    ("Mutable", (), {}),
    ("Mutable", (), {"count": 7}),
    ("Checked", (), {"value": 4}),
    ("Own", (), {"value": 14}),
    ("Hidden", (), {"value": 1}),
    ("Heir", (), {"value": 1, "more": 2}),
    ("Empty", (), {}),
]
WRONG: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Plain", ("a",), {}),
    ("Plain", (), {}),
    ("Plain", (), {"name": "a", "other": 1}),
    ("Positional", (), {}),
    ("Positional", (1, 2, 3), {}),
    ("Mutable", (), {"later": [2]}),
]


def told(instance: Any) -> dict[str, Any]:
    """Return everything that can be seen of an instance without setting anything."""
    values = {name: getattr(instance, name) for name in type(instance).__slots__}
    try:
        number: object = hash(instance) is not None
    except TypeError as exc:
        number = str(exc)
    return {
        "values": values,
        "repr": repr(instance).replace("shapes.<locals>.", ""),
        "hash": number,
        "match": type(instance).__match_args__,
        "fields": [(item.name, item.init, item.repr) for item in dataclasses.fields(instance)],
        "slots": not hasattr(instance, "__dict__"),
    }


@pytest.mark.parametrize(("name", "given", "named"), CALLS)
def test_an_instance_is_what_the_standard_library_would_make(
    name: str, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    ours, theirs = OURS[name](*given, **named), THEIRS[name](*given, **named)
    assert told(ours) == told(theirs)
    again = OURS[name](*given, **named)
    assert (ours == again) == (theirs == THEIRS[name](*given, **named))
    assert ours != theirs
    assert ours.__eq__(3) is NotImplemented or name == "Own"


@pytest.mark.parametrize(("name", "given", "named"), WRONG)
def test_a_wrong_call_is_a_type_error_of_the_same_words(
    name: str, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    words = []
    for kinds in (OURS, THEIRS):
        with pytest.raises(TypeError) as caught:
            kinds[name](*given, **named)
        words.append(str(caught.value))
    assert words[0] == words[1]


@pytest.mark.parametrize("name", ["Plain", "Positional", "Checked", "Empty"])
def test_a_frozen_one_cannot_be_changed(name: str) -> None:
    arguments: dict[str, dict[str, Any]] = {"Plain": {"name": "a"}, "Positional": {"first": 1}, "Checked": {"value": 1}}
    instance = OURS[name](**arguments.get(name, {}))
    for attribute in ("name", "first", "value", "new"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(instance, attribute, 2)
        with pytest.raises(dataclasses.FrozenInstanceError):
            delattr(instance, attribute)


def test_defaults_are_made_anew_for_each_instance() -> None:
    one, two = OURS["Plain"](name="a"), OURS["Plain"](name="a")
    one.tags.append("x")
    assert two.tags == []


def test_hashes_are_equal_where_instances_are() -> None:
    positional = OURS["Positional"]
    assert {positional(1, 2), positional(1), positional(2)} == {positional(1, 2), positional(2, 2)}


def test_the_standard_library_and_msgspec_know_it_before_there_is_an_instance() -> None:
    @records.dataclass(frozen=True, slots=True, kw_only=True)
    class Fresh:
        name: str
        sizes: tuple[int, ...] = ()

    assert dataclasses.is_dataclass(Fresh)
    assert [item.name for item in dataclasses.fields(Fresh)] == ["name", "sizes"]
    made = msgspec.json.decode(b'{"name": "a", "sizes": [1]}', type=Fresh)
    assert made == Fresh(name="a", sizes=(1,))
    assert msgspec.json.encode(made) == b'{"name":"a","sizes":[1]}'


def test_it_is_replaced_copied_and_pickled() -> None:
    part = ToolCallPart(call_id="1", name="x", arguments={"a": [1]})  # type: ignore[arg-type]
    assert dataclasses.replace(part, name="y") == ToolCallPart(call_id="1", name="y", arguments={"a": [1]})  # type: ignore[arg-type]
    assert copy.deepcopy(part) == copy.copy(part) == pickle.loads(pickle.dumps(part)) == part
    assert dataclasses.asdict(TextPart(text="a")) == {"text": "a"}


def test_one_without_slots_is_made_by_the_standard_library_at_once() -> None:
    @records.dataclass(frozen=True)
    class Cached:
        name: str

    assert Cached(name="a").__dict__ == {"name": "a"}
    assert isinstance(Cached.__dict__["__dataclass_fields__"], dict)
