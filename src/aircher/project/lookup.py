"""Names looked up: where one is defined, where it is used, what a file holds.

Invariant: a place is named only after its line was found in the index or read from the file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from aircher.domain.answers import Definition, NameUse, Outline
from aircher.domain.index import SymbolHit, SymbolRow
from aircher.project.imports import import_names
from aircher.project.languages import language_of
from aircher.project.ports import IndexStore
from aircher.project.reading import read
from aircher.project.roles import WEIGHTS, role_of
from aircher.project.summary import summary_of, symbol_summary
from aircher.project.tokens import identifier_token, stem

_MOST_HITS = 400
_MOST_CHUNKS = 3_000
_MOST_SIMILAR = 3_000  # names compared with a misspelled one
_LEAST_SIMILAR_RATIO = 0.65
_LINE_CHARS = 200
_KIND_RANK = {"class": 0, "struct": 0, "interface": 0, "trait": 0, "function": 0, "method": 1, "heading": 4}
_SPLIT = re.compile(r"::|[.#]|->")


def definition(hit: SymbolHit) -> Definition:
    """Return the hit as an answer."""
    return definition_in(hit.path, hit.symbol)


def definition_in(path: str, row: SymbolRow) -> Definition:
    """Return a symbol of a file as an answer."""
    return Definition(
        path=path,
        line=row.line,
        end_line=row.end_line,
        name=row.name,
        kind=row.kind,
        container=row.container,
        signature=row.signature,
    )


def definitions(store: IndexStore, name: str) -> list[Definition]:
    """Return where ``name`` (also ``Class.method``) is defined, the likeliest first; exact names before others."""
    *around, last = [part for part in _SPLIT.split(name.strip().removesuffix("()")) if part] or [""]
    if not last:
        return []
    for match in ("exact", "lower", "prefix"):
        if match == "prefix" and len(last) < 4:
            break
        hits = store.find_symbols([last], match=match, limit=_MOST_HITS)
        if inside := [hit for hit in hits if around and _is_inside(hit, around)]:
            hits = inside
        if hits:
            return [definition(hit) for hit in sorted(hits, key=_likelihood)]
    return []


def similar(store: IndexStore, name: str, *, limit: int) -> list[Definition]:
    """Return definitions with names spelled like ``name``, each name once, the likest first."""
    last = (_SPLIT.split(name) or [""])[-1]
    beginnings = {last[:2], last[:1] + last[2:3], last[1:2] + last[:1]} if len(last) > 2 else set()
    hits = store.find_symbols(sorted(beginnings), match="prefix", limit=_MOST_SIMILAR) if beginnings else []
    by_name = {hit.symbol.name: definition(hit) for hit in sorted(hits, key=_likelihood, reverse=True)}
    return [by_name[each] for each in get_close_matches(last, by_name, n=limit, cutoff=_LEAST_SIMILAR_RATIO)]


def _is_inside(hit: SymbolHit, around: Sequence[str]) -> bool:
    names = {part.lower() for part in _SPLIT.split(hit.symbol.container)} | set(hit.path.lower().split("/"))
    names.add(hit.path.rpartition("/")[2].partition(".")[0].lower())
    return around[-1].lower() in names


def _likelihood(hit: SymbolHit) -> tuple[float, int, int, str, int]:
    row = hit.symbol
    weight = WEIGHTS[role_of(hit.path)]
    return -weight, _KIND_RANK.get(row.kind, 2), hit.path.count("/") + bool(row.container), hit.path, row.line


def usages(root: Path, store: IndexStore, name: str, *, limit: int) -> list[NameUse]:
    """Return lines that use the identifier ``name`` outside its definitions, the source first."""
    last = [part for part in _SPLIT.split(name.strip().removesuffix("()")) if part][-1:]
    if not last:
        return []
    whole = identifier_token(last[0])
    hits = store.search(sorted({whole, stem(whole)}), limit=_MOST_CHUNKS)
    paths = sorted({hit.path for hit in hits}, key=lambda path: (-WEIGHTS[role_of(path)], path))
    defined = {(hit.path, hit.symbol.line) for hit in store.find_symbols(last, match="exact", limit=_MOST_HITS)}
    found: list[NameUse] = []
    for path in paths:
        found += [use for use in _uses_in(root, store, path, last[0]) if (use.path, use.line) not in defined]
        if len(found) >= limit:
            break
    return found[:limit]


def _uses_in(root: Path, store: IndexStore, path: str, name: str) -> Iterator[NameUse]:
    content = read(root, path)
    if content is None or name not in content.text:
        return
    pattern = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    symbols = store.symbols_of(path)
    for number, line in enumerate(content.text.split("\n"), start=1):
        if name in line and pattern.search(line):
            around = innermost(symbols, number)
            within = full_name(around) if around else ""
            yield NameUse(path=path, line=number, text=line.strip()[:_LINE_CHARS], within=within)


def innermost(symbols: Iterable[SymbolRow], line: int) -> SymbolRow | None:
    """Return the smallest symbol around ``line``, constants aside, or ``None``."""
    around = [row for row in symbols if row.line <= line <= row.end_line and row.kind != "constant"]
    return min(around, key=lambda row: row.end_line - row.line, default=None)


def full_name(row: SymbolRow) -> str:
    """Return the name with its containers."""
    return f"{row.container}.{row.name}" if row.container and row.kind != "heading" else row.name


def outline(root: Path, store: IndexStore, path: str, paths: Sequence[str]) -> Outline | None:
    """Return what the file at ``path`` is, or ``None`` if the project has no such file."""
    if path not in paths:
        return None
    language = language_of(path)
    content = read(root, path)
    name = language.name if language else ""
    lines = content.text.split("\n") if content else []
    return Outline(
        path=path,
        language=name,
        summary=summary_of(content.text, name) if content else "",
        definitions=tuple(
            replace(definition_in(path, row), summary=symbol_summary(lines, row.line, row.end_line))
            for row in store.symbols_of(path)
        ),
        imports=tuple(imported_files(store, [path], paths).get(path, ())),
        importers=tuple(importers(store, path)),
    )


def importers(store: IndexStore, path: str) -> list[str]:
    """Return the files that import ``path``, each once."""
    hits = store.importers_of(import_names(path))
    return [each for each in dict.fromkeys(hit.path for hit in hits) if each != path]


def imported_files(store: IndexStore, sources: Sequence[str], paths: Sequence[str]) -> dict[str, list[str]]:
    """Return for each of ``sources`` the files of the project that it imports, each once."""
    hits = store.imports_of(sources)
    wanted = {hit.row.target for hit in hits}
    by_name: dict[str, str] = {}
    for path in paths:
        for name in import_names(path):
            if name in wanted:
                by_name.setdefault(name, path)
    found: dict[str, dict[str, None]] = {}
    for hit in hits:
        target = by_name.get(hit.row.target)
        if target is not None and target != hit.path:
            found.setdefault(hit.path, {}).setdefault(target)
    return {path: list(targets) for path, targets in found.items()}
