"""How one thing reaches another: the type that carries it, who makes that type and who takes it.

Invariant: a flow is shown only if a type's name fits the question and uses of it were found. It follows names, not
execution: what a reader would do with a search tool. Not its job: a call graph.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from aircher.domain.answers import Definition, Flow, NameUse
from aircher.domain.index import SymbolRow
from aircher.project.lookup import definition_in, usages
from aircher.project.ports import IndexStore
from aircher.project.ranking import search
from aircher.project.roles import Role, role_of
from aircher.project.tokens import query_tokens, tokenize
from aircher.project.vocabulary import related

_CARRIERS = frozenset({"class", "struct", "interface", "type", "enum"})
_LEAST_FIT = 0.45
_RELATED_FIT = 0.7
_MOST_FILES = 80
_MOST_CHUNKS = 300
_MOST_USES = 120
_SHOWN = 4
_IMPORTING = ("import ", "from ", "use ", "#include", "export ", "require", "*", "//", "#")


def flow(root: Path, store: IndexStore, start: str, goal: str) -> Flow | None:
    """Return how ``start`` reaches ``goal``, or ``None`` if no type is named after ``start`` or none uses it."""
    carrier = _carrier(store, query_tokens(start))
    if carrier is None:
        return None
    uses = _code_uses(root, store, carrier)
    made = [use for use in uses if _makes(use, carrier.name)]
    near = _nearness(root, store, goal)
    taken = [use for use in uses if use not in made and _handles(use, carrier.name)]
    taken.sort(key=lambda use: -near.get(use.path, 0.0))
    if not taken:
        return None
    return Flow(
        carrier=carrier,
        made=tuple(_one_a_symbol(made)[:_SHOWN]),
        taken=tuple(_one_a_symbol(taken)[:_SHOWN]),
        goal_files=tuple(path for path in near if any(use.path == path for use in taken))[:_SHOWN],
    )


def _carrier(store: IndexStore, tokens: Sequence[str]) -> Definition | None:
    """Return the type whose name fits the tokens best."""
    if not tokens:
        return None
    hits = store.search([*tokens, *related(tokens)], limit=_MOST_CHUNKS)
    paths = [path for path in dict.fromkeys(hit.path for hit in hits) if role_of(path) is Role.SOURCE]
    best, best_fit = None, _LEAST_FIT
    for path in paths[:_MOST_FILES]:
        for row in store.symbols_of(path):
            fit = _fit(row, tokens)
            if fit > best_fit:
                best, best_fit = definition_in(path, row), fit
    return best


def _fit(row: SymbolRow, tokens: Sequence[str]) -> float:
    """Return how well a type's name covers the tokens and nothing else, 0 to 1."""
    if row.kind not in _CARRIERS or row.container:
        return 0.0
    words = [token for token in tokenize(row.name) if token != row.name.lower()] or tokenize(row.name)
    kin = {token: set(related([token])) for token in tokens}
    covered = sum(1.0 if token in words else _RELATED_FIT * bool(kin[token].intersection(words)) for token in tokens)
    fitting = sum(1 for word in words if word in tokens or any(word in others for others in kin.values()))
    return covered / len(tokens) * fitting / max(1, len(words))


def _code_uses(root: Path, store: IndexStore, carrier: Definition) -> list[NameUse]:
    uses = usages(root, store, carrier.name, limit=_MOST_USES)
    return [use for use in uses if role_of(use.path) is Role.SOURCE and _is_code(use, carrier)]


def _is_code(use: NameUse, carrier: Definition) -> bool:
    inside = use.path == carrier.path
    is_listed = use.text.rstrip(",") == carrier.name or use.text.startswith(("|", '"', "'"))
    return not (inside or is_listed or use.text.startswith(_IMPORTING) or not use.within)


def _makes(use: NameUse, name: str) -> bool:
    before, _, _ = use.text.partition(f"{name}(")
    is_call = f"{name}(" in use.text or f"{name}{{" in use.text or f"new {name}" in use.text
    return is_call and "case " not in before and "isinstance" not in before and "def " not in before


def _handles(use: NameUse, name: str) -> bool:
    """Return whether the line tells this type from others: a message is told apart, an ordinary type is only named."""
    before, _, after = use.text.partition(name)
    is_arm = before.lstrip().startswith(("case ", "when ", "except ", "catch")) or "=>" in after[:80]
    return is_arm or "isinstance(" in before or "instanceof " in before or ".(type)" in use.text


def _nearness(root: Path, store: IndexStore, goal: str) -> dict[str, float]:
    near: dict[str, float] = {}
    for passage in search(root, store, goal, limit=40):
        near[passage.path] = max(near.get(passage.path, 0.0), passage.score)
    return near


def _one_a_symbol(uses: Iterable[NameUse]) -> list[NameUse]:
    found: dict[tuple[str, str], NameUse] = {}
    for use in uses:
        found.setdefault((use.path, use.within), use)
    return list(found.values())
