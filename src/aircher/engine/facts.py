"""What a status line shows of a session, ready at any moment: nothing is counted when somebody looks.

Invariant: figures come from the events of the session; only what no server has counted yet is estimated.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from aircher.domain.events import (
    Event,
    PromptSteered,
    Published,
    RetryScheduled,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    TurnsRewound,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.ids import CallId
from aircher.domain.levels import Mode
from aircher.domain.messages import PromptPart, TextPart
from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.domain.spending import Spent, SpentElsewhere
from aircher.domain.usage import Usage
from aircher.engine.lanes import Lanes
from aircher.engine.pace import Pace
from aircher.engine.spending import Spending
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.turn import Voice

PICTURE_CHARS = 4_000  # what a picture takes of a window, in letters: some 1,000 tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The facts of one moment.

    Attributes:
        provider: Who answers, and ``model``; between turns: who would.
        turn_usage: What the running or last turn used, subagents included, and ``turn_spent`` what it cost.
        session_usage: The same of the conversation in all its runs; of this run only where it was not recorded.
        budget_left_usd: What may still be spent, by the closest limit; ``None`` = no limit.
        context_tokens: How much of the window is used; estimated from the last count on.
        window_tokens: Its size; ``None`` = unknown.
        tokens_per_s: How fast the answer streams; 0 = none does.
        waiting: How many prompts wait.
        questions: How many questions wait for the user.
    """

    provider: str
    model: str
    mode: Mode
    is_running: bool
    turn_usage: Usage
    turn_spent: Spent
    session_usage: Usage
    session_spent: Spent
    budget_left_usd: float | None
    context_tokens: int
    window_tokens: int | None
    tokens_per_s: float
    waiting: int
    questions: int


class Facts:
    """The facts of one session; a listener of its bus."""

    def __init__(
        self,
        runner: ToolRunner,
        spending: Spending,
        lanes: Lanes,
        clock: Clock,
        *,
        voice: Callable[[], Voice],
        history: Sequence[Published] = (),
    ) -> None:
        self._runner = runner
        self._spending = spending
        self._lanes = lanes
        self._clock = clock
        self._voice = voice
        self._pace = Pace()
        self._answering: tuple[str, str] | None = None
        self._turn = self._session = _Sum()
        self._context = _Context()
        self._started: set[CallId] = set()
        self._streamed_chars = 0
        for published in history:
            self._follow(published.event)
        self._answering = None

    def look_around(self, elsewhere: SpentElsewhere) -> None:
        """Count what others have spent; each call of a model does the same."""
        self._spending.renew(elsewhere)

    def take(self, published: Published) -> None:
        """Take an event into account."""
        event = published.event
        if isinstance(event, TextDelta | ThinkingDelta):
            chars = len(event.text)
            self._pace.feed(chars, now_s=self._clock.monotonic_s())
            self._streamed_chars += chars
        else:
            self._follow(event)

    def status(self) -> Status:
        """Return the facts as they are now."""
        primary = self._voice().router.primary
        provider, model = self._answering or (primary.provider.name, primary.model.name)
        new_tokens = self._pace.tokens(self._context.new_chars + self._streamed_chars)
        base = self._context.counted_tokens
        limits = self._spending.states()
        left = [limit.allowed_usd - limit.spent.cost_usd - limit.held_elsewhere_usd for limit in limits]
        return Status(
            provider=provider,
            model=model,
            mode=self._runner.approvals.policy.mode,
            is_running=self._answering is not None,
            turn_usage=self._turn.usage,
            turn_spent=self._turn.spent,
            session_usage=self._session.usage,
            session_spent=self._session.spent,
            budget_left_usd=max(min(left), 0.0) if left else None,
            context_tokens=(self._first_tokens if base is None else base) + new_tokens,
            window_tokens=primary.model.context_tokens,
            tokens_per_s=self._pace.per_s(now_s=self._clock.monotonic_s()),
            waiting=len(self._lanes.waiting),
            questions=self._runner.approvals.desk.open_count,
        )

    @cached_property
    def _first_tokens(self) -> int:
        """What every request has before anything is said, estimated."""
        specs = self._runner.specs
        tools = sum(len(spec.name) + len(spec.description) + len(str(spec.parameters)) for spec in specs)
        return self._pace.tokens(len(self._voice().system) + tools)

    def _follow(self, event: Event) -> None:
        match event:
            case TurnStarted():
                self._turn = _Sum()
                self._answering = (event.provider, event.model)
                self._context.begin_turn()
                self._context.add(_chars(event.prompt))
            case TextDelta(text=text) | ThinkingDelta(text=text):
                self._streamed_chars += len(text)
            case PromptSteered():
                self._context.add(_chars(event.prompt))
            case ToolRequested():
                self._streamed_chars += len(str(event.arguments))
            case ToolStarted(call_id=call_id):
                self._started.add(call_id)
            case ToolFinished():
                self._started.discard(event.call_id)
                self._context.add(len(event.content) + PICTURE_CHARS * len(event.images))
            case RetryScheduled(provider=provider, model=model) if provider and self._answering is not None:
                self._answering = (provider, model)
            case UsageUpdated():
                self._count(event)
            case TurnFinished():
                self._answering = None
                self._started.clear()
                self._pace.stop()
            case TurnsRewound(turns=turns):
                self._context.go_back(turns)
            case _:
                return

    def _count(self, event: UsageUpdated) -> None:
        self._turn, self._session = self._turn.with_call(event), self._session.with_call(event)
        if self._started:  # a subagent's: it has a window of its own
            return
        usage = event.usage
        if not event.is_estimated and not usage.reasoning_tokens:  # reasoning may be counted without being shown
            self._pace.learn(self._streamed_chars, usage.output_tokens)
        self._pace.stop()
        self._streamed_chars = 0
        self._context.count(usage.total_tokens)


@dataclass(frozen=True, slots=True)
class _Sum:
    """What calls used and cost."""

    usage: Usage = Usage()
    spent: Spent = Spent()

    def with_call(self, event: UsageUpdated) -> "_Sum":
        """Return the sum with one more call."""
        is_priced = event.cost_usd is not None
        spent = Spent(cost_usd=event.cost_usd or 0.0, unpriced_calls=0 if is_priced else 1)
        return _Sum(self.usage + event.usage, self.spent + spent)


class _Context:
    """What the window holds: as the server counted it last, and what has come since.

    Attributes:
        counted_tokens: ``None`` = nothing was counted yet.
        new_chars: Letters that have come since.
    """

    def __init__(self) -> None:
        self.counted_tokens: int | None = None
        self.new_chars = 0
        self._before_turns: list[tuple[int | None, int]] = []

    def begin_turn(self) -> None:
        self._before_turns.append((self.counted_tokens, self.new_chars))

    def add(self, chars: int) -> None:
        self.new_chars += chars

    def count(self, tokens: int) -> None:
        self.counted_tokens, self.new_chars = tokens, 0

    def go_back(self, turns: int) -> None:
        if 0 < turns <= len(self._before_turns):
            self.counted_tokens, self.new_chars = self._before_turns[-turns]
            del self._before_turns[-turns:]


def _chars(prompt: Sequence[PromptPart]) -> int:
    return sum(len(part.text) if isinstance(part, TextPart) else PICTURE_CHARS for part in prompt)
