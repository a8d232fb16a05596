"""Dataclasses that cost a module's import next to nothing.

The standard decorator compiles six methods while a module is imported: about half a millisecond a class, and a run of
Aircher imports two hundred of them. Here a class with slots gets methods that need no compiling, its ``__init__`` is
compiled for its first instance, and what the standard library knows of it is made when somebody asks.

Invariant: apart from when it is made, a class is what `dataclasses.dataclass` makes of it; where that is not certain,
it makes it. Not its job: fields, ``replace`` and the rest; they are the standard library's.
"""

import dataclasses
from _thread import RLock
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

__all__ = ["dataclass"]

Options: TypeAlias = dict[str, bool]

_KNOWN_OPTIONS = frozenset({"frozen", "kw_only"})
_SPECIAL_TYPES = ("InitVar", "KW_ONLY")
_OWN_TO_A_CLASS = frozenset({"__dict__", "__weakref__"})
_ABSENT: Any = object()
_MAKING = RLock()


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:  # noqa: ARG001 - as `object.__setattr__`
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:  # noqa: ARG001 - as `object.__delattr__`
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _nothing(self: object) -> tuple[()]:  # noqa: ARG001 - the values of a record without fields
    return ()


class _Fields:
    """Stands in a class for ``__dataclass_fields__``, by which the standard library and msgspec know dataclasses."""

    def __init__(self, plain: type, options: Options) -> None:
        self._plain = plain
        self._options = options

    def __get__(self, instance: object, owner: type) -> object:
        """Have the standard library look at the class, and keep what it finds."""
        with _MAKING:
            if isinstance(owner.__dict__["__dataclass_fields__"], _Fields):
                whole: Any = dataclasses.dataclass(**self._options)(self._plain)
                for name in ("__dataclass_params__", "__dataclass_fields__"):
                    setattr(owner, name, getattr(whole, name))
        return owner.__dict__["__dataclass_fields__"]


def _fields_of(plain: type) -> dict[str, Any] | None:
    """Return the defaults of the fields by name (`_ABSENT` = none); ``None`` = the standard library has to do it."""
    if any("__dataclass_fields__" in base.__dict__ for base in plain.__mro__[1:]):
        return None
    found: dict[str, Any] = {}
    for name, kind in plain.__dict__.get("__annotations__", {}).items():  # noqa: RUF063 - its own, not evaluated
        words = str(kind)
        if any(special in words for special in _SPECIAL_TYPES):
            return None
        if "ClassVar" in words:
            continue
        default = plain.__dict__.get(name, _ABSENT)
        if isinstance(default, dataclasses.Field) and not (default.repr and default.compare and default.hash is None):
            return None
        found[name] = default
    return found


def _initializer(plain: type, fields: dict[str, Any], options: Options) -> Callable[..., None]:
    """Compile ``__init__``."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_absent": _ABSENT}
    parameters, lines = [], []
    for name, default in fields.items():
        value = name
        is_field = isinstance(default, dataclasses.Field)
        factory = default.default_factory if is_field else dataclasses.MISSING
        plain_default = (default.default if is_field else default) if default is not _ABSENT else dataclasses.MISSING
        if is_field and not default.init:
            value = f"_d_{name}" + "()" * (factory is not dataclasses.MISSING)
            known[f"_d_{name}"] = plain_default if factory is dataclasses.MISSING else factory
            if factory is dataclasses.MISSING and plain_default is dataclasses.MISSING:
                continue
        elif factory is not dataclasses.MISSING:
            known[f"_d_{name}"] = factory
            parameters.append(f"{name}=_absent")
            value = f"_d_{name}() if {name} is _absent else {name}"
        elif plain_default is not dataclasses.MISSING:
            known[f"_d_{name}"] = plain_default
            parameters.append(f"{name}=_d_{name}")
        else:
            parameters.append(name)
        lines.append(f"_set(self, {name!r}, {value})" if options.get("frozen") else f"self.{name} = {value}")
    if hasattr(plain, "__post_init__"):
        lines.append("self.__post_init__()")
    star = ["*"] if options.get("kw_only") and parameters else []
    body = "".join(f"\n {line}" for line in lines or ["pass"])
    exec(f"def __init__({', '.join(['self', *star, *parameters])}):{body}", known)  # noqa: S102 - as dataclasses does
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{plain.__qualname__}.__init__"
    return made


def _methods(plain: type, fields: dict[str, Any], options: Options) -> dict[str, Any]:
    """Return the methods that need no compiling."""
    values: Callable[[object], object] = attrgetter(*fields) if fields else _nothing
    is_frozen = options.get("frozen", False)

    def equal(self: object, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return cast(bool, NotImplemented)
        return self is other or bool(values(self) == values(other))

    def shown(self: object) -> str:
        items = ", ".join(f"{name}={getattr(self, name)!r}" for name in fields)
        return f"{self.__class__.__qualname__}({items})"

    def hashed(self: object) -> int:
        return hash(values(self))

    def state(self: object) -> list[object]:
        return [getattr(self, name) for name in fields]

    def set_state(self: object, state: list[object]) -> None:
        for name, value in zip(fields, state, strict=True):
            object.__setattr__(self, name, value)

    made: dict[str, Any] = {"__eq__": equal, "__repr__": shown, "__hash__": hashed if is_frozen else None}
    made["__match_args__"] = () if options.get("kw_only") else tuple(fields)
    if is_frozen:
        made |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        made |= {"__getstate__": state, "__setstate__": set_state}
    own = plain.__dict__
    if "__hash__" in own and not (own["__hash__"] is None and "__eq__" in own):  # Python sets it beside an ``__eq__``
        del made["__hash__"]
    return {name: value for name, value in made.items() if name not in own or name == "__hash__"}


def _light(plain: type, options: Options) -> type:
    """Return ``plain`` with slots and methods."""
    fields = _fields_of(plain)
    if fields is None or not _KNOWN_OPTIONS.issuperset(options):
        return cast(type, dataclasses.dataclass(slots=True, **options)(plain))
    own = {name: value for name, value in plain.__dict__.items() if name not in fields and name not in _OWN_TO_A_CLASS}
    body = {**own, **_methods(plain, fields, options), "__slots__": tuple(fields)}
    made = type(plain)(plain.__name__, plain.__bases__, body)

    def first(self: object, *given: object, **named: object) -> None:
        setattr(made, "__init__", _initializer(plain, fields, options))  # noqa: B010 - mypy takes it for an override
        cast(Any, made).__init__(self, *given, **named)

    if "__init__" not in own:
        setattr(made, "__init__", first)  # noqa: B010 - as above
    setattr(made, "__dataclass_fields__", _Fields(plain, options))  # noqa: B010 - as above
    return made


def _dataclass(*, slots: bool = False, **options: bool) -> Callable[[type], type]:
    """Do what `dataclasses.dataclass` does, for a class with slots at less cost."""
    return (lambda plain: _light(plain, options)) if slots else dataclasses.dataclass(**options)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
