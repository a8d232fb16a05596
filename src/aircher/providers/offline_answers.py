"""Answers worded from what the index found: Markdown with sources, nothing that was not found.

Invariant: every `path:line` comes from the index as it is now. Calls block, so they belong on a worker thread.
Not its job: taking a prompt apart (`offline_questions`), streaming (`offline`).
"""

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from aircher.domain.answers import Definition, NameUse, Outline, Passage, TaskFile
from aircher.providers.offline_markdown import at, code, counted, dash, joined, quote, shown, source
from aircher.providers.offline_questions import (
    AboutFile,
    AboutProject,
    DefinitionOf,
    FilesFor,
    Question,
    Topic,
    UsageOf,
    WayOf,
    names_in,
)
from aircher.providers.ports import ProjectAnswers
from aircher.support.secret_files import is_secret

_QUOTED_LINES = 14
_MOST_DEFINITIONS = 6
_MOST_USES = 40
_SHOWN_USES = 12
_SHOWN_PASSAGES = 6
_SHOWN_FILES = 8
_SHOWN_BESIDES = 4
_WEAK_SHARE = 0.35  # of the best score; below it a passage distracts


def answer(index: ProjectAnswers, question: Question) -> str:
    """Return the answer to one question as Markdown, ending without a line break."""
    match question:
        case DefinitionOf():
            return _definition(index, question)
        case UsageOf():
            return _usage(index, question)
        case AboutFile():
            return _file(index, question)
        case AboutProject():
            return _project(index)
        case FilesFor():
            return _files(index, question.task)
        case WayOf():
            return _way(index, question)
        case Topic():
            return _topic(index, question.text)
        case _:
            assert_never(question)


def _full(item: Definition) -> str:
    return f"{item.container}.{item.name}" if item.container and item.kind != "heading" else item.name


def _definition(index: ProjectAnswers, question: DefinitionOf) -> str:
    found = [item for item in index.definitions(question.name) if item.kind != "heading"]
    if not found:
        return _no_definition(index, question)
    best = found[0]
    if best.name.lower() != question.name.rpartition(".")[2].rpartition(":")[2].lower():
        intro = f"Nothing is named exactly {code(question.name)}; the nearest is the {best.kind} {code(_full(best))}"
    else:
        intro = f"The {best.kind} {code(_full(best))}"
    blocks = [
        f"{intro} is defined at {source(best)} (to line {best.end_line})."
        if best.end_line > best.line
        else f"{intro} is defined at {source(best)}.",
        quote(index, best.path, best.line, min(best.end_line, best.line + _QUOTED_LINES - 1)),
        _members(index, best),
    ]
    others = found[1:_MOST_DEFINITIONS]
    if others:
        lines = "\n".join(f"- {code(_full(item))}, {item.kind}, at {source(item)}" for item in others)
        more = len(found) - 1 - len(others)
        blocks.append(f"Also defined:\n\n{lines}" + (f"\n- … and {more} more" if more > 0 else ""))
    blocks.append(_used_in_short(index, best))
    return joined(blocks)


def _members(index: ProjectAnswers, item: Definition) -> str:
    if item.kind not in {"class", "struct", "interface", "trait", "enum", "module"}:
        return ""
    outline = index.file_outline(item.path)
    inside = [each for each in outline.definitions if each.container == _full(item)] if outline else []
    names = [f"{code(each.name)} {each.line}" for each in inside if each.kind == "method"]
    public = [name for name in names if not name.startswith("`_")] or names
    return (
        f"Its methods, with their lines: {', '.join(public[:16])}{' …' if len(public) > 16 else ''}." if public else ""
    )


def _used_in_short(index: ProjectAnswers, item: Definition) -> str:
    uses = [use for use in _spread(index.usages(item.name, limit=_MOST_USES)) if not _is_mention(use, item.name)]
    first = {use.path: use for use in reversed(uses)}
    places = [source(use) for use in uses if first[use.path] is use and use.path != item.path][:4]
    return f"Used, for instance, at {', '.join(places)}." if places else ""


def _no_definition(index: ProjectAnswers, question: DefinitionOf) -> str:
    if paths := index.find_paths(question.name, limit=3):
        return _file(index, AboutFile(path=paths[0], text=question.text))
    near = index.similar_names(question.name, limit=4)
    looks_like_code = question.name != question.name.lower() or "_" in question.name or "." in question.name
    if looks_like_code:
        said = f"No definition of {code(question.name)} was found in this project."
        names = "\n".join(f"- {code(_full(item))}, {item.kind}, at {source(item)}" for item in near)
        return joined([said, f"Names like it:\n\n{names}" if names else "", _mentions(index, question.name)])
    return _topic(index, question.text)


def _mentions(index: ProjectAnswers, name: str) -> str:
    uses = index.usages(name, limit=5)
    lines = "\n".join(f"- {source(use)}: {code(use.text)}" for use in uses)
    return f"It is mentioned, though:\n\n{lines}" if lines else ""


def _usage(index: ProjectAnswers, question: UsageOf) -> str:
    defined = [item for item in index.definitions(question.name) if item.kind != "heading"]
    found = index.usages(question.name, limit=_MOST_USES)
    if not found and not defined:
        return _topic(index, question.text)
    uses = [use for use in found if not _is_mention(use, question.name)]
    mentions = [use for use in found if use not in uses]
    where = f" (defined at {source(defined[0])})" if defined else ""
    if not uses:
        return f"Nothing in this project uses {code(question.name)}{where} by name."
    files = len({use.path for use in uses})
    amount = f"at least {len(uses)}" if len(uses) == _MOST_USES else str(len(uses))
    places = "place" if amount == "1" else "places"
    head = f"{code(question.name)}{where} is used in {amount} {places} in {files} {'file' if files == 1 else 'files'}:"
    shown_uses = _spread(uses)
    rest = len(uses) - len(shown_uses)
    lines = map(_use_line, shown_uses)
    said = ", ".join(source(use) for use in mentions[:4])
    also = f"Imports, comments and docs name it, as in {said}." if mentions else ""
    return joined([head, "\n".join(lines) + (f"\n- … and {rest} more" if rest else ""), also])


def _is_mention(use: NameUse, name: str) -> bool:
    """Return whether the line only names it: an import, a comment, a docstring, a document."""
    last = name.rpartition(".")[2]
    if use.text.startswith(("import ", "from ", "use ")) or use.text.rstrip(",") == last:
        return True
    if use.path.endswith((".md", ".rst", ".txt")) or use.text.startswith(("#", "//", "*", "/*", '"""', "--")):
        return True
    around = re.search(rf"(.?){re.escape(last)}(.?)", use.text)
    if around is None or "`" in around.groups():
        return True
    return around.group(1) in {" ", ""} and around.group(2) in {" ", ""} and not re.search(r"[=(){}\[\];:@]", use.text)


def _inside(use: NameUse) -> str:
    return f" in {code(use.within)}" if use.within else ""


def _spread(uses: Sequence[NameUse]) -> list[NameUse]:
    """Return uses from as many files as fit, calls before imports."""
    ordered = sorted(uses, key=lambda use: use.text.startswith(("import ", "from ", "use ", "#include")))
    taken: list[NameUse] = []
    for most in (3, _MOST_USES):
        for use in ordered:
            same = sum(1 for other in taken if other.path == use.path)
            if use not in taken and same < most and len(taken) < _SHOWN_USES:
                taken.append(use)
    order = {id(use): position for position, use in enumerate(uses)}
    return sorted(taken, key=lambda use: order[id(use)])


def _file(index: ProjectAnswers, question: AboutFile) -> str:
    paths = index.find_paths(question.path, limit=5)
    if not paths:
        folder = [item for item in index.layout().folders if item.path.endswith(question.path.strip("/"))]
        if folder:
            return _folder(index, folder[0].path)
        return joined([f"There is no file {code(question.path)} in this project.", _topic(index, question.text)])
    outline = index.file_outline(paths[0])
    if outline is None:
        return f"The file {code(shown(paths[0]))} is gone."
    others = f"Other files of that name: {', '.join(at(path, 1) for path in paths[1:])}." if paths[1:] else ""
    return joined([*_outline_blocks(outline), others])


def _outline_blocks(outline: Outline) -> Iterator[str]:
    if is_secret(outline.path):
        yield f"{at(outline.path, 1)} may hold keys, so Aircher does not read it."
        return
    said = f" It says of itself: {outline.summary}" if outline.summary else ""
    yield f"{at(outline.path, 1)} is a {_spelled(outline.language)} file.{said}"
    top = [item for item in outline.definitions if not item.container or item.kind == "heading"]
    strong = [item for item in top if item.kind not in {"constant", "declaration"}] or top
    lines = []
    for item in strong[:20]:
        inside = [each.name for each in outline.definitions if each.container == _full(item)]
        public = [name for name in inside if not name.startswith("_")]
        methods = (
            f" with {', '.join(code(name) for name in public[:6])}{' …' if len(public) > 6 else ''}" if public else ""
        )
        lines.append(f"- {code(item.name)}, {item.kind}, line {item.line}{methods}{dash(item.summary)}")
    if lines:
        more = f"\n- … and {len(strong) - 20} more" if len(strong) > 20 else ""
        yield "It holds:\n\n" + "\n".join(lines) + more
    if outline.imports:
        yield f"It builds on {_listed(outline.imports)}."
    if outline.importers:
        yield f"It is imported by {_listed(outline.importers)}."


def _spelled(language: str) -> str:
    return _SPELLINGS.get(language, language.capitalize() or "plain")


_SPELLINGS = {
    "javascript": "JavaScript", "typescript": "TypeScript", "restructuredtext": "reStructuredText", "tsx": "TSX",
    "php": "PHP", "sql": "SQL", "html": "HTML", "css": "CSS", "json": "JSON", "toml": "TOML", "yaml": "YAML",
}  # fmt: skip


def _listed(paths: Sequence[str]) -> str:
    names = ", ".join(code(shown(path)) for path in paths[:8])
    return f"{names} and {len(paths) - 8} more" if len(paths) > 8 else names


def _folder(index: ProjectAnswers, path: str) -> str:
    items = [item for item in index.layout().folders if item.path == path or item.path.startswith(f"{path}/")]
    lines = [f"- `{shown(item.path)}/`, {counted(item.files, 'file')}{dash(item.summary)}" for item in items]
    return joined([f"The folder {code(shown(path))}:", "\n".join(lines)])


def _project(index: ProjectAnswers) -> str:
    layout = index.layout()
    languages = ", ".join(f"{name} ({files})" for name, files in layout.languages)
    blocks = [
        f"{layout.summary}" if layout.summary else "",
        f"{layout.files} files; languages by number of files: {languages}." if languages else f"{layout.files} files.",
    ]
    if layout.folders:
        lines = [
            f"- `{shown(item.path)}/`, {counted(item.files, 'file')}{dash(item.summary)}" for item in layout.folders
        ]
        blocks.append("Folders:\n\n" + "\n".join(lines))
    if layout.entry_points:
        points = [
            f"- {code(item.name)}{' → ' + code(item.target[:80]) if item.target else ''} at {source(item)}"
            for item in layout.entry_points[:14]
        ]
        blocks.append("Ways in:\n\n" + "\n".join(points))
    if layout.manifests:
        names = ", ".join(f"{at(item.path, 1)} ({item.kind})" for item in layout.manifests[:6])
        blocks.append(f"Described by {names}.")
    return joined(blocks)


def _files(index: ProjectAnswers, task: str) -> str:
    found = index.files_for_task(task, limit=6 * _SHOWN_FILES)
    if not found:
        return _nothing(task)
    best = found[0].score
    main = [item for item in found if item.role == "source" and item.score >= best * _WEAK_SHARE / 2][:_SHOWN_FILES]
    rest = [item for item in found if item.role != "source" and item.score >= best * _WEAK_SHARE / 4][:_SHOWN_BESIDES]
    blocks = [f"Files that matter to {code(task)}, the likeliest first:" if main else ""]
    blocks.append("\n".join(_task_line(number, item) for number, item in enumerate(main, start=1)))
    if rest:
        blocks.append("Worth a look besides (tests, docs, settings):")
        blocks.append("\n".join(f"- {source(item)} — {'; '.join(item.reasons[:2])}" for item in rest))
    return joined(blocks)


def _task_line(number: int, item: TaskFile) -> str:
    return f"{number}. {source(item)} — {'; '.join(item.reasons)}"


def _topic(index: ProjectAnswers, text: str) -> str:
    named = [hits[0] for name in names_in(text) if (hits := index.definitions(name))][:3]
    passages = index.search(text, limit=_SHOWN_PASSAGES + 4)
    if not passages and not named:
        return _nothing(text)
    best = max((passage.score for passage in passages), default=0.0)
    strong = [passage for passage in passages if passage.score >= best * _WEAK_SHARE][:_SHOWN_PASSAGES]
    blocks = []
    if named:
        lines = "\n".join(f"- {code(_full(item))}, {item.kind}, at {source(item)}" for item in named)
        blocks.append(f"Named in the question:\n\n{lines}")
    if strong:
        blocks += _passage_blocks(index, strong)
    return joined(blocks)


def _way(index: ProjectAnswers, question: WayOf) -> str:
    found = index.flow(question.start, question.goal)
    if found is None:
        return _topic(index, question.text)
    carrier = found.carrier
    blocks = [f"By its name, {code(carrier.name)} ({source(carrier)}) carries {code(question.start)}."]
    if found.made:
        blocks.append("It is made at:\n\n" + "\n".join(map(_use_line, found.made)))
    blocks.append(
        f"It is taken, nearest to {code(question.goal)} first, at:\n\n" + "\n".join(map(_use_line, found.taken))
    )
    first = found.taken[0]
    blocks.append(quote(index, first.path, max(1, first.line - 4), first.line + 5))
    seen = {carrier.path, *(use.path for use in (*found.made, *found.taken))}
    others = [
        each
        for each in index.search(question.text, limit=_SHOWN_PASSAGES)
        if each.path not in seen and (each.symbol or each.role != "source")
    ]
    if others:
        blocks.append("Words of the question are also at:\n\n" + "\n".join(map(_passage_line, others[:4])))
    return joined(blocks)


def _use_line(use: NameUse) -> str:
    return f"- {source(use)}{_inside(use)}: {code(use.text[:110])}"


def _passage_line(passage: Passage) -> str:
    return f"- {source(passage)}{_named(passage)}: {code(passage.text[:110])}"


def _passage_blocks(index: ProjectAnswers, passages: Sequence[Passage]) -> Iterator[str]:
    top, *others = passages
    name = f" in {code(top.symbol)}" if top.symbol else ""
    yield f"The best place to look is {source(top)}{name}:"
    first = top.symbol_line if top.symbol and top.line - top.symbol_line < _QUOTED_LINES - 3 else max(1, top.line - 3)
    yield quote(index, top.path, first, min(first + _QUOTED_LINES - 1, max(top.end_line, top.line)))
    if others:
        yield "Then:\n\n" + "\n".join(map(_passage_line, others))


def _named(passage: Passage) -> str:
    return f" in {code(passage.symbol)}" if passage.symbol else ""


def _nothing(text: str) -> str:
    return (
        f"Nothing in this project matches “{' '.join(text.split())[:120]}”. "
        "Try a name from the code, a word that its comments would use, or ask how the project is laid out."
    )
