"""Passages ranked for a question: bm25 first, then what the lines themselves say.

Invariant: the candidates' text is read and judged, so a passage names the line that fits best. Scores are relative:
about 1 is the best plain match. Not its job: which files a task touches (`aircher.project.task_files`).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from aircher.domain.answers import Passage
from aircher.domain.index import SymbolRow
from aircher.domain.records import dataclass
from aircher.project.lookup import full_name, innermost
from aircher.project.ports import IndexStore
from aircher.project.reading import read
from aircher.project.roles import Role, role_of, weights_for
from aircher.project.tokens import identifier_token, query_tokens, tokenize
from aircher.project.vocabulary import related

_CANDIDATES = 160
_JUDGED = 70  # read and tokenised: about 20 ms
_RELATED_WEIGHT = 0.35  # a synonym is a guess
_CONCEPT_SHARE = 0.6  # of a token that only a synonym stands for
_CALLABLE = frozenset({"function", "method"})
_SIGNATURE_LINES = 6  # a match in the signature is a match of the function
_UBIQUITOUS_SHARE = 0.5
_IMPORTING = ("import ", "from ", "use ", "#include", "require")
_TOP_LINES = 15  # the docstring of a module speaks for it ...
_LOOSE_LINE_SHARE = 0.3  # ... other lines outside any symbol are tables of words
_PER_FILE = 2
_LINE_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    path: str
    start_line: int
    end_line: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question made comparable: its tokens, their synonyms, its lower-case words, each token's spelling."""

    tokens: tuple[str, ...]
    related: tuple[str, ...]
    words: frozenset[str]
    spelled: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Question":
        """Return the question that ``text`` asks."""
        tokens = query_tokens(text)
        spelled: dict[str, str] = {}
        for word in text.split():
            for token in query_tokens(word):
                spelled.setdefault(token, word.strip(".,:;!?()`'\""))
        words = frozenset(word.strip(".,:;!?()`'\"").lower() for word in text.split())
        return cls(tokens=tuple(tokens), related=tuple(related(tokens)), words=words, spelled=spelled)

    def without(self, tokens: Collection[str]) -> "Question":
        """Return the question without these tokens, unless nothing would be left."""
        kept = tuple(token for token in self.tokens if token not in tokens)
        return replace(self, tokens=kept) if kept else self


def search(root: Path, store: IndexStore, text: str, *, limit: int) -> list[Passage]:
    """Return the passages that fit ``text`` best, at most two of a file, best first."""
    question = Question.of(text)
    if not question.tokens:
        return []
    judged = sorted(_judged(root, store, question), key=lambda passage: (-passage.score, passage.path, passage.line))
    kept: list[Passage] = []
    for passage in judged:
        same = [other for other in kept if other.path == passage.path]
        if len(same) < _PER_FILE and all(other.symbol_line != passage.symbol_line for other in same):
            kept.append(passage)
        if len(kept) == limit:
            break
    return kept


def _candidates(store: IndexStore, question: Question) -> list[_Candidate]:
    weights = weights_for(question.words)
    found: dict[tuple[str, int], _Candidate] = {}
    for tokens, factor in ((question.tokens, 1.0), (question.related, _RELATED_WEIGHT)):
        hits = store.search(tokens, limit=_CANDIDATES) if tokens else []
        best = max((hit.score for hit in hits), default=1.0) or 1.0
        for hit in hits:
            key = (hit.path, hit.start_line)
            earlier = found[key].score if key in found else 0.0
            score = earlier + factor * hit.score / best * weights[role_of(hit.path)]
            found[key] = _Candidate(path=hit.path, start_line=hit.start_line, end_line=hit.end_line, score=score)
    return sorted(found.values(), key=lambda each: (-each.score, each.path, each.start_line))[:_JUDGED]


def _judged(root: Path, store: IndexStore, question: Question) -> Iterator[Passage]:
    candidates = _candidates(store, question)
    question = question.without(_ubiquitous(candidates))
    texts: dict[str, list[str]] = {}
    symbols: dict[str, list[SymbolRow]] = {}
    for candidate in candidates:
        path = candidate.path
        if path not in texts:
            content = read(root, path)
            texts[path] = content.text.split("\n") if content else []
            symbols[path] = store.symbols_of(path)
        if lines := texts[path][candidate.start_line - 1 : candidate.end_line]:
            yield _passage(candidate, lines, symbols[path], question)


def _passage(candidate: _Candidate, lines: Sequence[str], symbols: Sequence[SymbolRow], question: Question) -> Passage:
    defined = {row.line: row for row in symbols if row.kind != "constant"}
    wanted, near = set(question.tokens), set(question.related)
    held: set[str] = set()
    nearly: set[str] = set()
    named: set[str] = set()
    best, best_offset, fit = 0.0, 0, 0.0
    for offset, line in enumerate(lines):
        words = set(tokenize(line, limit=60))
        exact = words & wanted
        held |= exact
        nearly |= words & near
        value = len(exact) + 0.4 * min(2, len(words & near))
        if (row := defined.get(candidate.start_line + offset)) is not None:
            parts = set(tokenize(row.name))
            named |= parts & wanted
            fit = max(fit, _name_fit(row.name, wanted))
            value += 0.8 * len(parts & wanted) + _name_fit(row.name, wanted)
        elif line.lstrip().startswith(_IMPORTING):
            value *= 0.3
        if value > best:
            best, best_offset = value, offset
    line_number = candidate.start_line + best_offset
    around = innermost(symbols, line_number)
    where = set(tokenize(candidate.path))
    total = max(1, len(wanted))
    if around is not None and around.kind in _CALLABLE and line_number - around.line <= _SIGNATURE_LINES:
        line_number = max(around.line, candidate.start_line)
    covered = held | (where & wanted)
    concepts = sum(1 for token in wanted - covered if nearly.intersection(related([token])))
    coverage = (len(covered) + _CONCEPT_SHARE * concepts) / total
    boost = 0.35 + 0.65 * coverage + 0.5 * len(named) / total + 0.3 * len(where & wanted) / total
    boost += 0.08 * min(best, 4) + 0.4 * fit
    return Passage(
        path=candidate.path,
        line=line_number,
        end_line=candidate.end_line,
        score=round(candidate.score * boost * _standing(candidate, around, line_number), 4),
        symbol=full_name(around) if around else "",
        symbol_line=around.line if around else line_number,
        text=lines[line_number - candidate.start_line].strip()[:_LINE_CHARS],
        matched=tuple(dict.fromkeys(question.spelled.get(token, token) for token in question.tokens if token in held)),
        role=role_of(candidate.path).value,
    )


def _name_fit(name: str, wanted: set[str]) -> float:
    """Return how far a name consists of the words asked for, and of several of them, 0 to 1."""
    whole = identifier_token(name)
    parts = {token for token in tokenize(name) if token != whole} or {whole}
    hits = len(parts & wanted)
    return hits / len(parts) * (1.0 if hits >= 2 or len(wanted) == 1 else 0.4)


def _ubiquitous(candidates: Sequence[_Candidate]) -> set[str]:
    """Return the tokens that stand in most paths, such as the project's own name."""
    paths = {candidate.path for candidate in candidates}
    counts = Counter(token for path in paths for token in set(tokenize(path)))
    return {token for token, count in counts.items() if count > len(paths) * _UBIQUITOUS_SHARE and len(paths) > 4}


def _standing(candidate: _Candidate, around: SymbolRow | None, line: int) -> float:
    is_loose = around is None and line > _TOP_LINES and role_of(candidate.path) is Role.SOURCE
    return _LOOSE_LINE_SHARE if is_loose else 1.0
