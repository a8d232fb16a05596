"""How a project is laid out: folders, languages, manifests, ways in, each with the words the project has for it.

Invariant: everything is read from the listed files; nothing is guessed beyond well-known file names.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from aircher.domain.answers import EntryPoint, Folder, Layout, Manifest
from aircher.project.languages import language_of
from aircher.project.manifests import is_manifest, manifest_of
from aircher.project.reading import read
from aircher.project.roles import Role, role_of
from aircher.project.summary import summary_of

_MOST_FOLDERS = 24
_MOST_MANIFESTS = 12
_INTRODUCTIONS = ("__init__.py", "README.md", "README.rst", "mod.rs", "lib.rs", "doc.go", "index.ts", "index.js")
_MAINS = frozenset(
    [
        "__main__.py",
        "main.py",
        "manage.py",
        "main.go",
        "main.rs",
        "lib.rs",
        "main.c",
        "main.cpp",
        "index.js",
        "index.ts",
    ]
)


def layout_of(root: Path, paths: Sequence[str]) -> Layout:
    """Return the layout of these files."""
    languages = Counter(found.name for path in paths if (found := language_of(path)) and not found.is_data)
    manifests = tuple(_manifests(root, paths))
    ordered = sorted(manifests, key=lambda manifest: manifest.kind == "Makefile")  # programs before chores
    points = [point for manifest in ordered for point in manifest.entry_points]
    points += [
        EntryPoint(name=path.rpartition("/")[2], target="", path=path, line=1)
        for path in paths
        if path.rpartition("/")[2] in _MAINS and role_of(path) is Role.SOURCE
    ][:8]
    return Layout(
        files=len(paths),
        summary=_about(root, paths, manifests),
        languages=tuple(languages.most_common(6)),
        folders=tuple(_folders(root, paths)),
        manifests=manifests,
        entry_points=tuple(points),
    )


def _manifests(root: Path, paths: Sequence[str]) -> Iterator[Manifest]:
    ordered = sorted(filter(is_manifest, paths), key=lambda path: (path.count("/"), path))
    for path in [path for path in ordered if role_of(path) not in {Role.TEST, Role.EXAMPLE}][:_MOST_MANIFESTS]:
        content = read(root, path)
        manifest = manifest_of(path, content.text) if content else None
        if manifest is not None:
            yield manifest


def _about(root: Path, paths: Sequence[str], manifests: Sequence[Manifest]) -> str:
    said = next((manifest.summary for manifest in manifests if manifest.summary), "")
    return said or next(
        (_introduction(root, path) for path in paths if "/" not in path and path.lower().startswith("readme")), ""
    )


def _introduction(root: Path, path: str) -> str:
    content, language = read(root, path), language_of(path)
    return summary_of(content.text, language.name) if content and language else ""


def _folders(root: Path, paths: Sequence[str]) -> Iterator[Folder]:
    """Yield the folders worth naming: as deep as it takes to tell parts apart, the largest ones."""
    counts: Counter[str] = Counter()
    children: dict[str, set[str]] = {}
    present = set(paths)
    for path in paths:
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            counts[folder] += 1
            children.setdefault("/".join(parts[: depth - 1]), set()).add(folder)
    shown = list(_worth_naming("", children, counts))
    for folder in sorted(sorted(shown, key=lambda each: -counts[each])[:_MOST_FOLDERS]):
        intro = next((f"{folder}/{name}" for name in _INTRODUCTIONS if f"{folder}/{name}" in present), None)
        yield Folder(path=folder, files=counts[folder], summary=_introduction(root, intro) if intro else "")


def _worth_naming(folder: str, children: dict[str, set[str]], counts: Counter[str]) -> Iterator[str]:
    for child in sorted(children.get(folder, ())):
        deep = child.count("/")
        yield child
        if role_of(f"{child}/x.py") is Role.SOURCE and deep < 3:
            yield from _worth_naming(child, children, counts)
