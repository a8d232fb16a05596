"""A model that says what it is told to, when it is told to: for tests of everything above providers.

Invariant: one script is used up by each call, in order; a call too many is a `Defect`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TypeAlias

from aircher.domain.errors import Defect, ProviderError
from aircher.domain.models import ModelInfo
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest
from aircher.domain.records import dataclass
from aircher.domain.stream import StreamEvent
from aircher.support.clock import SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing comes for this long."""

    seconds: float


Line: TypeAlias = StreamEvent | Pause | ProviderError
"""What a script is made of; an error is raised where it stands."""


class ScriptedProvider:
    """Plays one script for each call.

    Attributes:
        requests: What was asked, in order.
        open_streams: Streams that were entered and not left.
    """

    def __init__(
        self,
        scripts: Sequence[Sequence[Line]],
        *,
        name: str = "scripted",
        models: Sequence[ModelInfo] = (),
        clock: Clock | None = None,
    ) -> None:
        self.requests: list[ModelRequest] = []
        self.open_streams = 0
        self._scripts = [tuple(script) for script in scripts]
        self._name = name
        self._models = tuple(models)
        self._clock = clock or SystemClock()

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Play the next script.

        Raises:
            Defect: There is no script left.
            ProviderError: The script says so.
        """
        self.requests.append(request)
        if not self._scripts:
            raise Defect(f"{self.name} was asked {len(self.requests)} times and has no script left")
        script = self._scripts.pop(0)
        if script and isinstance(script[0], ProviderError):
            raise script[0]  # as a server refuses: instead of an answer
        self.open_streams += 1
        try:
            async with aclosing(self._play(script)) as events:
                yield events
        finally:
            self.open_streams -= 1

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the models it was given."""
        return self._models

    async def count_tokens(self, request: ModelRequest) -> int | None:  # noqa: ARG002 - the role passes it
        """Return ``None``: scripts are not counted."""
        return None

    async def check(self) -> tuple[str, ...]:
        """Return that nothing was asked."""
        return ("scripted",)

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""

    async def _play(self, script: Sequence[Line]) -> AsyncGenerator[StreamEvent, None]:
        for line in script:
            match line:
                case Pause(seconds=seconds):
                    await self._clock.sleep(seconds)
                case ProviderError():
                    raise line
                case _:
                    yield line
