"""Takes parsed sources apart into single values and judges each against its key.

Invariant: reading never fails; what is wrong comes back as `Mistake`s beside the values that are right.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

from aircher.config.earlier import OBSOLETE, current_name, current_path, current_value
from aircher.config.hiding import shown
from aircher.config.locate import line_of
from aircher.config.notices import Mistake, Notice
from aircher.config.sections import Settings
from aircher.config.shapes import (
    KeyPath,
    Shape,
    child,
    fields,
    is_leaf,
    is_table,
    map_values,
    resolve,
    write_key,
)
from aircher.config.values import accept, accept_text, choices

LayerName: TypeAlias = Literal["default", "system", "user", "project", "local", "environment", "flag", "program"]
WrittenPath: TypeAlias = tuple[str | int, ...]


class Source(Struct, frozen=True, kw_only=True):
    """Where values come from.

    Attributes:
        layer: The layer's name.
        place: The file's path, the variable's name, or the flag as given.
        text: The file's content, for finding lines; ``None`` if it is no file.
    """

    layer: LayerName
    place: str
    text: str | None = None

    def __repr__(self) -> str:
        return f"Source({self.layer}, {self.place})"

    def at(self, written: WrittenPath) -> str:
        """Return ``file:line`` of a key, or the place itself."""
        return self.place if self.text is None else f"{self.place}:{line_of(self.text, written)}"


class Setting(Struct, frozen=True, kw_only=True):
    """One value that a source sets.

    Attributes:
        path: Today's key.
        value: As the program uses it.
        raw: As TOML would write it.
        source: Who says so.
        written: The key in the source's own words.
    """

    path: KeyPath
    value: object
    raw: object
    source: Source
    written: WrittenPath

    @property
    def place(self) -> str:
        """``file:line``, the variable's name, or the flag."""
        return self.source.at(self.written)


class Reading(Struct):
    """What the sources said so far, in their order."""

    settings: list[Setting] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def take_tree(self, data: Mapping[str, object], source: Source) -> None:
        """Add the values of a parsed file, or of a program's call."""
        self._take(data, Settings, (), (), source)

    def take_text(self, written: KeyPath, text: str, source: Source) -> None:
        """Add a value that was given as text under a key."""
        path = current_path(written)
        if path in OBSOLETE:
            self._note_obsolete(path, written, source)
            return
        shape = resolve(path)
        if shape is None or not is_leaf(shape):
            self._reject_key(path, written, source)
            return
        try:
            raw, value = accept_text(text, shape, adopt=lambda reading: current_value(path, reading))
        except ValueError as error:
            self._reject_value(path, written, text, source, f"{error}")
            return
        self.settings.append(Setting(path=path, value=value, raw=raw, source=source, written=written))

    def _take(self, data: object, shape: Shape, path: KeyPath, written: WrittenPath, source: Source) -> None:
        if is_leaf(shape):
            self._take_value(data, shape, path, written, source)
            return
        if not data and isinstance(data, Mapping) and path:
            self.settings.append(Setting(path=path, value={}, raw={}, source=source, written=written))
        for name, below, written_below in self._entries(data, shape, path, written, source):
            path_below = current_name((*path, name))
            shape_below = child(shape, path_below[-1])
            if path_below in OBSOLETE:
                self._note_obsolete(path_below, written_below, source)
            elif shape_below is None:
                self._reject_key(path_below, written_below, source)
            else:
                self._take(below, shape_below, path_below, written_below, source)

    def _take_value(self, data: object, shape: Shape, path: KeyPath, written: WrittenPath, source: Source) -> None:
        raw = current_value(path, data)
        try:
            value = accept(raw, shape)
        except ValueError as error:
            self._reject_value(path, written, data, source, f"{error}")
        else:
            self.settings.append(Setting(path=path, value=value, raw=raw, source=source, written=written))

    def _entries(
        self, data: object, shape: Shape, path: KeyPath, written: WrittenPath, source: Source
    ) -> Iterator[tuple[str, object, WrittenPath]]:
        """Yield name, value and written path of everything below a table, or of an array that stands for one."""
        values = None if is_table(shape) else map_values(shape)
        if isinstance(data, Mapping):
            for name, below in data.items():
                yield str(name), below, (*written, str(name))
        elif isinstance(data, list | tuple) and values is not None and is_table(values):
            yield from self._named_elements(data, path, written, source)
        elif isinstance(data, list | tuple) and values is not None and all("=" in str(item) for item in data):
            for item in data:
                name, _, value = str(item).partition("=")
                yield name, value, written
        else:
            self._reject_value(path, written, data, source, f"a table, [{write_key(path)}]")

    def _named_elements(
        self, data: list[object] | tuple[object, ...], path: KeyPath, written: WrittenPath, source: Source
    ) -> Iterator[tuple[str, object, WrittenPath]]:
        for index, element in enumerate(data):
            here = (*written, index)
            if isinstance(element, str):
                yield element, {}, here
            elif isinstance(element, Mapping) and isinstance(element.get("name"), str) and element["name"]:
                yield element["name"], {key: below for key, below in element.items() if key != "name"}, here
            else:
                self._reject_value(path, here, element, source, 'a table with a `name`, such as name = "files"')

    def _reject_value(self, path: KeyPath, written: WrittenPath, value: object, source: Source, allowed: str) -> None:
        from aircher.support.suggest import nearest

        words = f"{write_key(written)} = {shown(path, value)} is not allowed; allowed: {allowed}"
        shape = resolve(path)
        for word in (value if isinstance(value, list) else [value]) if shape is not None else ():
            known = choices(shape)
            if isinstance(word, str) and word not in known and (guess := nearest(word.lower(), known)):
                words += f"; did you mean {guess}?"
                break
        self.mistakes.append(Mistake(place=source.at(written), text=words))

    def _reject_key(self, path: KeyPath, written: WrittenPath, source: Source) -> None:
        self.mistakes.append(Mistake(place=source.at(written), text=f"{write_key(written)} {about_unknown(path)}"))

    def _note_obsolete(self, path: KeyPath, written: WrittenPath, source: Source) -> None:
        text = f"{write_key(path)} has no effect any more: {OBSOLETE[path]}."
        if all(notice.text != text for notice in self.notices):
            self.notices.append(Notice(text=text, hint=f"remove it from {source.at(written)}"))


def about_unknown(path: KeyPath) -> str:
    """Return what is wrong with a path that is no key, and the nearest one that is."""
    from aircher.support.suggest import nearest

    parent: Shape = Settings
    for depth, name in enumerate(path):
        below = child(parent, name)
        if below is None:
            known = fields(parent) if is_table(parent) else {}
            prefix = path[:depth]
            if name in {"api_key", "apikey", "key", "token"} and prefix[:1] == ("providers",):
                return "is no key: API keys are kept in a variable; name it in api_key_env"
            guess = nearest(name, known)
            return "is no key" + (
                f"; did you mean {write_key((*prefix, guess, *path[depth + 1 :]))}?"
                if guess
                else _list_of(prefix, known)
            )
        parent = below
    return f"is a table, not a value; its keys are {', '.join(fields(parent)) if is_table(parent) else 'yours to name'}"


def _list_of(prefix: KeyPath, known: Mapping[str, Shape]) -> str:
    where = f"[{write_key(prefix)}] has" if prefix else "there are"
    return f"; {where} {', '.join(known)}" if known else ""
