"""What a file imports, and the names under which a file can be imported: enough for a graph of neighbours.

Invariant: both sides use the same spelling, so that a plain comparison joins them. A relative import becomes a
path without its extension; a package becomes dotted names. Wrong guesses cost ranking, never correctness.
"""

import posixpath
from collections.abc import Iterator

from aircher.domain.index import ImportRow
from aircher.project.languages import Language, import_patterns

_MOST_IMPORTS = 400
_LINE_CHARS = 300
_INDEX_STEMS = ("__init__", "index", "mod", "lib", "main")
_SOURCE_FOLDERS = ("src", "lib", "source", "app")


def imports_of(text: str, path: str, language: Language) -> tuple[ImportRow, ...]:
    """Return the imports of a file in order of line, at most a few hundred."""
    patterns = import_patterns(language.name)
    found: dict[str, ImportRow] = {}
    if not patterns:
        return ()
    for number, line in enumerate(text.split("\n"), start=1):
        shown = line[:_LINE_CHARS]
        for pattern in patterns:
            if (match := pattern.search(shown)) is not None:
                for target in _targets(match["target"], path, language.name):
                    found.setdefault(target, ImportRow(target=target, line=number))
                break
        if len(found) >= _MOST_IMPORTS:
            break
    return tuple(found.values())


def _targets(written: str, path: str, language: str) -> Iterator[str]:
    folder = posixpath.dirname(path)
    if language == "python":
        yield from _python_targets(written, folder)
    elif written.startswith("."):
        yield _stem(posixpath.normpath(posixpath.join(folder, written)))
    elif language in {"c", "c++", "ruby"}:
        yield _stem(posixpath.normpath(posixpath.join(folder, written)))
        yield _stem(written)
    elif language == "rust":
        yield written.removeprefix("crate::").removeprefix("self::").replace("::", "/")
    elif language == "java" or "." in written:
        yield written.replace(".", "/") if language == "java" else written
    else:
        yield written


def _python_targets(written: str, folder: str) -> Iterator[str]:
    module, _, names = written.partition(" import ")
    module = module.strip()
    if module.startswith("."):
        ups = len(module) - len(module.lstrip("."))
        parts = [part for part in folder.split("/") if part]
        module = ".".join([*parts[: len(parts) - ups + 1], *filter(None, [module.lstrip(".")])])
        module = _without_source_folder(module.replace(".", "/")).replace("/", ".")
    yield module
    for name in names.strip(" ()\\").split(","):
        first = name.split()[:1]
        if first and first[0].isidentifier():
            yield f"{module}.{first[0]}"


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    return f"{folder}/{stem}" if folder else stem


def _without_source_folder(path: str) -> str:
    first, _, rest = path.partition("/")
    return rest if first in _SOURCE_FOLDERS and rest else path


def import_names(path: str) -> tuple[str, ...]:
    """Return the targets that mean this file, as `imports_of` spells them."""
    stem = _stem(path)
    folder, _, name = stem.rpartition("/")
    names = [stem] if name not in _INDEX_STEMS else [stem, folder]
    names += [_without_source_folder(each) for each in names]
    names += [each.replace("/", ".") for each in names if path.endswith((".py", ".pyi"))]
    if path.endswith(".java") and "/java/" in stem:
        names.append(stem.rpartition("/java/")[2])
    if path.endswith(".rs"):
        names += [each.partition("/src/")[2] for each in names if "/src/" in each]
    return tuple(dict.fromkeys(each for each in names if each))
