"""The text of a Responses answer: visible, refusal, thoughts, and the phase that a message is in.

Invariant: every piece can be encoded; a phase comes out once, right before the first text of its message.
"""

from aircher.domain.stream import RefusalReceived, StreamEvent, TextReceived, ThinkingReceived
from aircher.providers._surrogates import SurrogateJoiner

_GAP = "\n\n"  # between the parts of a summary: each begins with a heading


class ResponseText:
    """Turns deltas into events. Items are told apart by their place in the output.

    Attributes:
        received_chars: Characters of visible text so far.
        has_refused: Whether any of it was a refusal.
        told: Places of the items of which something came out.
    """

    def __init__(self) -> None:
        self.received_chars = 0
        self.has_refused = False
        self.told: set[int | str] = set()
        self._content, self._thought, self._refusal = SurrogateJoiner(), SurrogateJoiner(), SurrogateJoiner()
        self._phases: dict[int | str, str] = {}
        self._has_phase = False
        self._thought_part: tuple[object, ...] = ()

    def enter(self, place: int | str, phase: str) -> None:
        """Remember the phase of a message that begins."""
        self._phases[place] = phase

    def more(self, delta: str) -> list[StreamEvent]:
        """Return visible text of a message of which something came out before."""
        text = self._content.feed(delta)
        if not text:
            return []
        self.received_chars += len(text)
        return [TextReceived(text=text)]

    def spoken(self, place: int | str, delta: str) -> list[StreamEvent]:
        """Return visible text, after the phase of its message."""
        return [*self._begin(place), *self.more(delta)] if delta else []

    def refused(self, place: int | str, delta: str) -> list[StreamEvent]:
        """Return text that the model marks as a refusal, after the phase of its message."""
        if not delta:
            return []
        events = self._begin(place)
        if text := self._refusal.feed(delta):
            self.has_refused = True
            self.received_chars += len(text)
            events.append(RefusalReceived(text=text))
        return events

    def thought(self, delta: str, part: tuple[int | str, object, object]) -> list[StreamEvent]:
        """Return thoughts; ``part`` is the place of the item and what tells its parts apart."""
        if not delta:
            return []
        gap = _GAP if self._thought_part[:1] == part[:1] and self._thought_part != part else ""
        self.told.add(part[0])
        self._thought_part = part
        text = self._thought.feed(gap + delta)
        return [ThinkingReceived(text=text)] if text else []

    def held_thought(self) -> str:
        """Return what was held back of thoughts that are over."""
        return self._thought.close()

    def held(self) -> list[StreamEvent]:
        """Return what was held back; the answer is over."""
        events: list[StreamEvent] = []
        if thought := self._thought.close():
            events.append(ThinkingReceived(text=thought))
        if text := self._content.close():
            self.received_chars += len(text)
            events.append(TextReceived(text=text))
        if refusal := self._refusal.close():
            self.received_chars += len(refusal)
            events.append(RefusalReceived(text=refusal))
        return events

    def _begin(self, place: int | str) -> list[StreamEvent]:
        """Return the phase of a message; also that it has none, after one that had: texts would become one."""
        if place in self.told:
            return []
        self.told.add(place)
        phase = self._phases.pop(place, None)
        if phase is None and not self._has_phase:
            return []
        self._has_phase = True
        return [ThinkingReceived(text="", state={"phase": phase})]
