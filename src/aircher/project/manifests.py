"""Manifests: what pyproject.toml, package.json, go.mod, Cargo.toml and their like say about a project.

Invariant: a broken manifest yields what can be read of it, at least its path. Not its job: the code itself.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from aircher.domain.answers import EntryPoint, Manifest

_Table: TypeAlias = Mapping[str, object]
_MOST_SCRIPTS = 30


def manifest_of(path: str, text: str) -> Manifest | None:
    """Return what the manifest at ``path`` says, or ``None`` if the file is no manifest."""
    reader = _READERS.get(path.rpartition("/")[2])
    return reader(path, text) if reader is not None else None


def is_manifest(path: str) -> bool:
    """Return whether the file's name is that of a manifest."""
    return path.rpartition("/")[2] in _READERS


def _line_of(text: str, *needles: str) -> int:
    """Return the first line with the last needle, after a line with each earlier one; 1 if there is none."""
    lines = text.split("\n")
    at = 0
    for needle in needles:
        at = next((number for number in range(at, len(lines)) if needle in lines[number]), at)
    return at + 1


def _table(value: object) -> _Table:
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _toml(text: str) -> _Table:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _pyproject(path: str, text: str) -> Manifest:
    data = _toml(text)
    project = _table(data.get("project")) or _table(_table(data.get("tool")).get("poetry"))
    points = [
        EntryPoint(name=name, target=_text(target), path=path, line=_line_of(text, "scripts]", f"{name} ="))
        for key in ("scripts", "gui-scripts")
        for name, target in _table(project.get(key)).items()
    ]
    return Manifest(
        path=path,
        kind="Python package",
        name=_text(project.get("name")),
        summary=_text(project.get("description")),
        entry_points=tuple(points),
    )


def _package_json(path: str, text: str) -> Manifest:
    try:
        data = _table(json.loads(text))
    except (ValueError, RecursionError):
        data = {}
    return Manifest(
        path=path,
        kind="npm package",
        name=_text(data.get("name")),
        summary=_text(data.get("description")),
        entry_points=tuple(_npm_points(path, text, data)),
    )


def _npm_points(path: str, text: str, data: _Table) -> Iterator[EntryPoint]:
    if target := _text(data.get("main")):
        yield EntryPoint(name="main", target=target, path=path, line=_line_of(text, '"main"'))
    programs = data.get("bin")
    named = {_text(data.get("name")): programs} if isinstance(programs, str) else _table(programs)
    for name, program in named.items():
        yield EntryPoint(name=name, target=_text(program), path=path, line=_line_of(text, '"bin"', _text(program)))
    for name, command in list(_table(data.get("scripts")).items())[:_MOST_SCRIPTS]:
        line = _line_of(text, '"scripts"', f'"{name}"')
        yield EntryPoint(name=f"npm run {name}", target=_text(command), path=path, line=line)


def _go_mod(path: str, text: str) -> Manifest:
    match = re.search(r"^module\s+(\S+)", text, re.MULTILINE)
    return Manifest(path=path, kind="Go module", name=match[1] if match else "")


def _cargo(path: str, text: str) -> Manifest:
    data = _toml(text)
    package = _table(data.get("package"))
    programs = data.get("bin")
    points = [
        EntryPoint(
            name=_text(each.get("name")),
            target=_text(each.get("path")),
            path=path,
            line=_line_of(text, "[[bin]]", _text(each.get("name"))),
        )
        for each in map(_table, programs if isinstance(programs, list) else [])
    ]
    return Manifest(
        path=path,
        kind="Rust crate" if package else "Rust workspace",
        name=_text(package.get("name")),
        summary=_text(package.get("description")),
        entry_points=tuple(points),
    )


def _makefile(path: str, text: str) -> Manifest:
    points: list[EntryPoint] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = re.match(r"^([A-Za-z][\w.-]*)\s*:(?!=)[^#]*(?:##?\s*(.*))?$", line)
        if match and len(points) < _MOST_SCRIPTS:
            points.append(EntryPoint(name=f"make {match[1]}", target=(match[2] or "").strip(), path=path, line=number))
    return Manifest(path=path, kind="Makefile", entry_points=tuple(points))


def _plain(kind: str) -> Callable[[str, str], Manifest]:
    return lambda path, _text: Manifest(path=path, kind=kind)


_READERS: Mapping[str, Callable[[str, str], Manifest]] = {
    "pyproject.toml": _pyproject,
    "setup.py": _plain("Python package"),
    "setup.cfg": _plain("Python package"),
    "package.json": _package_json,
    "go.mod": _go_mod,
    "Cargo.toml": _cargo,
    "Makefile": _makefile,
    "pom.xml": _plain("Maven project"),
    "build.gradle": _plain("Gradle project"),
    "build.gradle.kts": _plain("Gradle project"),
    "CMakeLists.txt": _plain("CMake project"),
    "Gemfile": _plain("Ruby bundle"),
    "composer.json": _plain("PHP package"),
    "Dockerfile": _plain("container image"),
    "docker-compose.yml": _plain("containers"),
}
