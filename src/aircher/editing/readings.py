r"""What may have happened to a whole quote on its way, as a table of readings: pasted wrapping, escaped once too often.

Invariant: a reading undoes one thing everywhere in the quote or nothing; where the new text carries the same, it is
undone there too, and where it carries it by halves there is no reading. That the quote then fits is not judged here.
"""

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from aircher.domain.records import dataclass
from aircher.editing.quote import Quote, is_blank

Undo = Callable[[str], str | None]
"""Returns the text without the thing, or ``None`` if the text does not carry it, or by halves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One thing that may have to be undone.

    Attributes:
        rung: Its name.
        undo: Undoes it.
        has_traces: Whether some of it is in a text.
        is_whole_lines: What is left may fit whole lines only.
        is_pasted_in_front: It stood in front of lines: where the new text does not carry it too, nor shares a line,
            what is left may fit only lines that are indented as it says.
        is_credible: Whether the quote is one in which this happened.
    """

    rung: str
    undo: Undo
    has_traces: Callable[[str], bool]
    is_whole_lines: bool = False
    is_pasted_in_front: bool = False
    is_credible: Callable[[str], bool] = bool

    def of(self, quote: Quote) -> Quote | None:
        """Return the quote in this reading, or ``None`` if there is none."""
        old = self.undo(quote.old)
        if old is None or old == quote.old or not self.is_credible(quote.old):
            return None
        is_clean = self.is_pasted_in_front and _share_a_line(old, quote.new)
        new = quote.new if is_clean else self.undo(quote.new)
        if new is None and self.has_traces(quote.new):
            return None
        read = quote.reread(self.rung, old, quote.new if new is None else new)
        in_place = self.is_pasted_in_front and new is None
        return replace(read, is_whole_lines=read.is_whole_lines or self.is_whole_lines, is_in_place=in_place)


def _share_a_line(one: str, other: str) -> bool:
    """Return whether a line stands in both texts, so that both are indented alike."""
    return not set(filter(str.strip, one.split("\n"))).isdisjoint(other.split("\n"))


_NUMBER = r"^[ \t]*(L?)(\d{1,7})([ ]*[:|\u2502\u2192]|\t)(.*)$"


def unnumbered(text: str) -> str | None:
    """Return the text without the line numbers in front of its lines, if each line has one."""
    lines = text.split("\n")
    is_ended = lines[-1] == ""
    lines = lines[:-1] if is_ended else lines
    found = [re.match(_NUMBER, line, re.DOTALL) for line in lines]
    kept = [match for match, line in zip(found, lines, strict=True) if match is not None or not is_blank(line)]
    matches = [match for match in kept if match is not None]
    if not matches or len(matches) != len(kept):
        return None
    if len({(match[1], match[3].strip(" ")) for match in matches}) > 1 or not _is_counting(matches):
        return None
    bodies = [match[4] if match is not None else "" for match in found]
    return "\n".join(bodies) + ("\n" if is_ended else "")


def _unnumbered_with_blank(text: str) -> str | None:
    """Return the same without the blank that stands between each number and its line."""
    plain = unnumbered(text)
    if plain is None or not all(line.startswith(" ") for line in plain.split("\n") if not is_blank(line)):
        return None
    return "\n".join(line[1:] for line in plain.split("\n"))


def _is_counting(matches: list[re.Match[str]]) -> bool:
    """Return whether the numbers only grow; new lines between old ones may have none of their own."""
    numbers = [int(match[2]) for match in matches]
    return all(before <= after <= before + 50 for before, after in pairwise(numbers))


def _is_counting_by_one(text: str) -> bool:
    """Return whether the numbers in front of the lines leave none out, as pasted ones do."""
    numbers = [int(match[2]) for line in text.split("\n") if (match := re.match(_NUMBER, line, re.DOTALL))]
    return all(before + 1 == after for before, after in pairwise(numbers))


def has_numbers(text: str) -> bool:
    """Return whether a line of the text starts like one with a pasted number."""
    return any(re.match(_NUMBER, line, re.DOTALL) for line in text.split("\n"))


def unfenced(text: str) -> str | None:
    """Return what stands inside a Markdown code fence around the whole text."""
    found = re.fullmatch(r"\s*(```+|~~~+)[\w+.#-]*[ \t]*\n(.*?\n?)[ \t]*\1[ \t]*\n?", text, re.DOTALL)
    return found[2] if found is not None else None


def fences(text: str) -> int:
    """Return how many lines of the text are code fences."""
    return sum(line.lstrip().startswith(("```", "~~~")) for line in text.split("\n"))


def _from_json(text: str) -> str | None:
    r"""Return the text that this is as the inside of a JSON string, with its line ends written ``\n``."""
    body = text.rstrip("\n")
    if "\n" in body or "\\" not in body:
        return None
    try:
        read = json.loads(f'"{body}"', strict=False)
    except ValueError:
        return None
    return read if isinstance(read, str) else None


def _unescaped_ends(text: str) -> str | None:
    r"""Return the text with real line ends where it has ``\n`` and not one real one."""
    if "\n" in text.rstrip("\n") or "\\" not in text:
        return None
    return re.sub(r"(?<!\\)((?:\\\\)*)\\([nt])", lambda found: found[1] + {"n": "\n", "t": "\t"}[found[2]], text)


def _unescaped_quotes(text: str) -> str | None:
    r"""Return the text with ``"`` where every one is written ``\"``, and the same of ``'``."""
    undone = text
    for sign in ('"', "'"):
        bare = len(re.findall(rf"(?<!\\)(?:\\\\)*{sign}", undone))
        if bare == 0:
            undone = undone.replace(f"\\{sign}", sign)
    return undone if undone != text else None


def _unescaped_pairs(text: str) -> str | None:
    r"""Return the text with single backslashes where each one is written twice, and plain quotes for escaped ones."""
    rest = text.replace("\\\\", "").replace('\\"', "").replace("\\'", "")
    if "\\" in rest or "\\\\" not in text:
        return None
    return re.sub(r"\\([\\\"'])", r"\1", text)


def _has_escaped_end(text: str) -> bool:
    return "\\n" in text


def _has_backslash(text: str) -> bool:
    return "\\" in text


def _unescaped_entities(text: str) -> str | None:
    """Return the text with the five characters of markup instead of their entities."""
    undone = re.sub(r"&(?:lt|gt|amp|quot|apos|#0?39|#x27|#34|#x22);", lambda found: html.unescape(found[0]), text)
    return undone if undone != text else None


def _is_never_left(text: str) -> bool:  # noqa: ARG001 - the role passes it
    """Return ``False``: what cannot be undone in a text is not in it."""
    return False


def _two_hyphens(text: str) -> str | None:
    return text.replace("\u2014", "--") if "\u2014" in text else None


READINGS: tuple[Reading, ...] = (
    Reading(rung="code fence", undo=unfenced, has_traces=lambda text: fences(text) > 0, is_whole_lines=True),
    Reading(
        rung="line numbers",
        undo=_unnumbered_with_blank,
        has_traces=has_numbers,
        is_whole_lines=True,
        is_pasted_in_front=True,
        is_credible=_is_counting_by_one,
    ),
    Reading(
        rung="line numbers",
        undo=unnumbered,
        has_traces=has_numbers,
        is_whole_lines=True,
        is_pasted_in_front=True,
        is_credible=_is_counting_by_one,
    ),
    Reading(rung="escapes", undo=_from_json, has_traces=_has_backslash, is_credible=_has_escaped_end),
    Reading(rung="escaped line ends", undo=_unescaped_ends, has_traces=_has_backslash, is_credible=_has_escaped_end),
    Reading(rung="escaped quotes", undo=_unescaped_quotes, has_traces=lambda text: '\\"' in text or "\\'" in text),
    Reading(rung="doubled backslashes", undo=_unescaped_pairs, has_traces=_has_backslash),
    Reading(rung="entities", undo=_unescaped_entities, has_traces=_is_never_left),
    Reading(rung="dashes for two hyphens", undo=_two_hyphens, has_traces=_is_never_left),
)
