"""Makes the blocks of a conversation: what turns events into blocks gets this, and needs to know none of them."""

from collections.abc import Callable

from aircher.domain.events import ErrorRaised, RetryScheduled, ToolRequested, TurnFinished
from aircher.domain.messages import PromptPart
from aircher.domain.usage import Usage
from aircher.tui.blocks.answer import AnswerBlock
from aircher.tui.blocks.notice import Level, NoticeBlock
from aircher.tui.blocks.thinking import ThinkingBlock
from aircher.tui.blocks.tool import ToolBlock
from aircher.tui.blocks.turn import ErrorBlock, RetryBlock, TurnEndBlock
from aircher.tui.blocks.user import UserBlock
from aircher.tui.parts import Changed


class Blocks:
    """Makes blocks that tell ``changed`` when they look different; ``now_s`` tells them the time."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed

    def user(self, prompt: tuple[PromptPart, ...]) -> UserBlock:
        """Return the block of what the user wrote."""
        return UserBlock(prompt, self._changed)

    def answer(self) -> AnswerBlock:
        """Return the block of an answer, empty."""
        return AnswerBlock(self._changed)

    def thinking(self, now_s: Callable[[], float]) -> ThinkingBlock:
        """Return the block of reasoning, empty."""
        return ThinkingBlock(self._changed, now_s)

    def tool(self, requested: ToolRequested, now_s: Callable[[], float]) -> ToolBlock:
        """Return the block of a tool's call."""
        return ToolBlock(requested, now_s, self._changed)

    def retry(self, event: RetryScheduled, now_s: Callable[[], float]) -> RetryBlock:
        """Return the block of a call that waits to be sent again."""
        return RetryBlock(event, now_s)

    def error(self, event: ErrorRaised) -> ErrorBlock:
        """Return the block of a failure."""
        return ErrorBlock(event)

    def turn_end(self, event: TurnFinished, usage: Usage, cost_usd: float | None) -> TurnEndBlock:
        """Return the block that ends a turn, with what it took."""
        return TurnEndBlock(event, usage, cost_usd)

    def notice(self, text: str, level: Level) -> NoticeBlock:
        """Return the block of something a person should know."""
        return NoticeBlock(text, level)
