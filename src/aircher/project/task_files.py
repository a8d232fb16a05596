"""The files that matter for a task, each with the evidence that says so.

Invariant: every reason rests on something found: a passage, a definition, an import, a folder's name, a test's path.
For "add a <noun>" the existing ones are looked for: the folder that holds them, the role they fill, who puts them
together, what tests and documents them.
"""

import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from aircher.domain.answers import TaskFile
from aircher.domain.index import SymbolHit
from aircher.domain.records import dataclass
from aircher.project.imports import import_names
from aircher.project.lookup import imported_files, importers
from aircher.project.ports import IndexStore
from aircher.project.ranking import search
from aircher.project.reading import read
from aircher.project.roles import Role, role_of, weights_for
from aircher.project.tokens import query_tokens, stem, tokenize

_PASSAGES = 40
_NEIGHBOURS_OF = 5
_NEIGHBOUR_SHARE = 0.07
_PLAIN_SHARE = 0.3  # a match of words is the least telling reason
_MOST_REASONS = 3
_ADDING = frozenset({"add", "adding", "new", "create", "another", "support", "implement", "introduce", "write"})
_ADDING_STEMS = frozenset(stem(word) for word in _ADDING)
_TYPES = frozenset({"class", "interface", "trait", "struct", "type"})
_GLUE = ("__init__.py", "index.js", "index.ts", "mod.rs")


@dataclass(slots=True)
class _Evidence:
    """What speaks for one file; grows while it is gathered."""

    score: float = 0.0
    line: int = 1
    reasons: list[tuple[float, str]] = field(default_factory=list)


class _Gathering:
    """The evidence for all files of one task."""

    def __init__(self, text: str) -> None:
        self.files: dict[str, _Evidence] = {}
        self._weights = weights_for({word.lower().strip(".,?!") for word in text.split()})

    def add(
        self,
        path: str,
        score: float,
        reason: str,
        *,
        line: int | None = None,
        is_weighed: bool = True,
        is_plain: bool = False,
    ) -> None:
        """Count ``reason`` for ``path``; the strongest reason with a line decides where to start reading."""
        entry = self.files.setdefault(path, _Evidence())
        value = score * self._weights[role_of(path)] if is_weighed else score
        strongest = max((weight for weight, _ in entry.reasons), default=0.0)
        if line is not None and (value > strongest or entry.line == 1):
            entry.line = line
        entry.score += value
        entry.reasons.append((value * _PLAIN_SHARE if is_plain else value, reason))

    def best(self, limit: int) -> list[TaskFile]:
        """Return the files with the most evidence."""
        ranked = sorted(self.files.items(), key=lambda item: (-item[1].score, item[0]))
        return [
            TaskFile(
                path=path,
                line=entry.line,
                score=round(entry.score, 4),
                reasons=_strongest(entry.reasons),
                role=role_of(path).value,
            )
            for path, entry in ranked[:limit]
        ]


def _strongest(reasons: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    ordered = list(dict.fromkeys(text for _, text in sorted(reasons, key=lambda reason: -reason[0])))
    telling = [text for text in ordered if " matches " not in text]
    plain = [text for text in ordered if " matches " in text]
    kept = telling[:_MOST_REASONS] + plain[: max(1 if len(telling) < _MOST_REASONS else 0, 2 - len(telling))]
    return tuple(text for text in ordered if text in kept)


def files_for_task(root: Path, store: IndexStore, text: str, paths: Sequence[str], *, limit: int) -> list[TaskFile]:
    """Return the files of ``paths`` that matter most for the task, best first."""
    gathering = _Gathering(text)
    _from_passages(root, store, text, gathering)
    words = {word.lower().strip(".,?!`'\"") for word in text.split()}
    if not words.isdisjoint(_ADDING):
        for noun in _nouns(text):
            _from_family(root, store, noun, paths, gathering)
    _from_neighbours(store, paths, gathering)
    return gathering.best(limit)


def _nouns(text: str) -> list[str]:
    return [token for token in query_tokens(text) if token not in _ADDING_STEMS and len(token) > 2]


def _from_passages(root: Path, store: IndexStore, text: str, gathering: _Gathering) -> None:
    seen: Counter[str] = Counter()
    plain = " ".join(word for word in text.split() if word.lower().strip(".,?!") not in _ADDING) or text
    for passage in search(root, store, plain, limit=_PASSAGES):
        share = 0.4 ** seen[passage.path]
        seen[passage.path] += 1
        where = f"`{passage.symbol}`" if passage.symbol else f"line {passage.line}"
        words = ", ".join(passage.matched[:4]) or "related words"
        reason = f"{where} matches {words}"
        gathering.add(passage.path, passage.score * share, reason, line=passage.line, is_weighed=False, is_plain=True)


def _from_family(root: Path, store: IndexStore, noun: str, paths: Sequence[str], gathering: _Gathering) -> None:
    folder, members = _family(noun, paths)
    _from_documents(root, store, noun, gathering)
    for hit in _roles(store, noun):
        gathering.add(
            hit.path, 1.1, f"defines `{hit.symbol.name}`, the {hit.symbol.kind} to fill or extend", line=hit.symbol.line
        )
    if not folder:
        return
    for position, (path, line) in enumerate(_examples(store, noun, members)):
        if position == 0:
            gathering.add(
                path, 1.2, f"a new one would stand beside it in `{folder}/`; it is a short example", line=line
            )
        else:
            gathering.add(path, 0.6, f"another one in `{folder}/`", line=line)
    for path, line, count in _registrars(store, members):
        reason = f"imports {count} of `{folder}/`: where they are put together"
        gathering.add(path, 0.5 + 0.2 * min(count, 4), reason, line=line)
    name = folder.rpartition("/")[2]
    stems = {posixpath.basename(path).partition(".")[0].strip("_") for path in members}
    tests = [path for path in paths if role_of(path) is Role.TEST and _speaks_of(path, name)]
    for path in sorted(tests, key=lambda path: (_tested(path) not in stems, path))[:3]:
        gathering.add(path, 0.6, f"tests of `{folder}/`", is_weighed=False)


def _from_documents(root: Path, store: IndexStore, noun: str, gathering: _Gathering) -> None:
    """Count documents that say how to add one more: sections on new things with a line about this one."""
    for passage in search(root, store, f"docs new {noun} add contribute", limit=12):
        if passage.role != Role.DOCS.value:
            continue
        content = read(root, passage.path)
        lines = content.text.split("\n")[passage.symbol_line - 1 : passage.end_line] if content else []
        heard = [
            (line.startswith("#"), number, line.strip()[:140])  # a heading only announces
            for number, line in enumerate(lines, start=passage.symbol_line)
            if noun in tokenize(line) and not _ADDING_STEMS.isdisjoint(tokenize(f"{passage.symbol} {line}"))
        ]
        for _, number, said in sorted(heard)[:1]:
            gathering.add(passage.path, 0.9, f"says: {said}", line=number, is_weighed=False)


def _tested(path: str) -> str:
    return posixpath.basename(path).partition(".")[0].removeprefix("test_").removesuffix("_test")


def _speaks_of(path: str, name: str) -> bool:
    return name in path.split("/")[:-1] or name in posixpath.basename(path)


def _family(noun: str, paths: Sequence[str]) -> tuple[str, list[str]]:
    """Return the folder named after ``noun`` that holds most source files, and these files."""
    found: dict[str, list[str]] = {}
    for path in paths:
        folder = posixpath.dirname(path)
        if folder and role_of(path) is Role.SOURCE and stem(posixpath.basename(folder).lower()) == noun:
            found.setdefault(folder, []).append(path)
    folder, members = max(found.items(), key=lambda item: len(item[1]), default=("", []))
    return (folder, members) if len(members) >= 2 else ("", [])


def _roles(store: IndexStore, noun: str) -> list[SymbolHit]:
    spellings = [noun, f"{noun}e", f"base{noun}", f"abstract{noun}", f"{noun}base", f"{noun}protocol", f"{noun}spec"]
    hits = store.find_symbols(spellings, match="lower", limit=40)
    return [hit for hit in hits if hit.symbol.kind in _TYPES and role_of(hit.path) is Role.SOURCE][:3]


def _examples(store: IndexStore, noun: str, members: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the members most like one more ``noun``: they import its role or are named after it; the shortest first."""
    holders = {hit.path for hit in _roles(store, noun)}
    roles = {name for path in holders for name in import_names(path)}
    users = {hit.path for hit in store.importers_of(sorted(roles))} if roles else set()
    found = []
    for path in members:
        if posixpath.basename(path) in _GLUE or path in holders:
            continue
        symbols = store.symbols_of(path)
        named = next((row for row in symbols if noun in tokenize(row.name) and row.kind in _TYPES), None)
        length = max((row.end_line for row in symbols), default=0)
        if length:
            line = named.line if named else next((row.line for row in symbols if row.kind in _TYPES), 1)
            found.append(
                (path not in users, named is None, posixpath.basename(path).startswith("_"), length, path, line)
            )
    for *_, path, line in sorted(found)[:5]:
        yield path, line


def _registrars(store: IndexStore, members: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return the source files that import members: path, line of the first import, number of members."""
    parts = [path for path in members if posixpath.basename(path) not in _GLUE]
    owners = {name: path for path in parts for name in import_names(path)}
    found: dict[str, dict[str, int]] = {}
    for hit in store.importers_of(list(owners)):
        target = owners[hit.row.target]
        if hit.path not in members and role_of(hit.path) is Role.SOURCE:
            found.setdefault(hit.path, {}).setdefault(target, hit.row.line)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(path, min(lines.values()), len(lines)) for path, lines in ranked if len(lines) >= 2][:4]


def _from_neighbours(store: IndexStore, paths: Sequence[str], gathering: _Gathering) -> None:
    """Let imports among the files found raise them a little, and bring in what the best ones import together."""
    top = gathering.best(_NEIGHBOURS_OF)
    imported = imported_files(store, [entry.path for entry in top], paths)
    for entry in top:
        name = posixpath.basename(entry.path)
        for path in imported.get(entry.path, ())[:8]:
            if path in gathering.files:
                gathering.add(path, _NEIGHBOUR_SHARE * min(entry.score, 1.5), f"imported by `{name}`")
        for path in importers(store, entry.path)[:8]:
            if path in gathering.files:
                gathering.add(path, _NEIGHBOUR_SHARE * min(entry.score, 1.5), f"imports `{name}`")
