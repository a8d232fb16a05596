"""A provider that is made, its key looked up and its wire imported, only when somebody asks it something."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest, Provider
from aircher.domain.stream import StreamEvent


class LazyProvider:
    """A `Provider` that is made when it is first asked something."""

    def __init__(self, name: str, build: Callable[[], Provider]) -> None:
        self._name = name
        self._build = build
        self._made: Provider | None = None
        self._making = asyncio.Lock()

    @property
    def name(self) -> str:
        """The section's name."""
        return self._name

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Ask the model; see `aircher.domain.provider.Provider.stream`."""
        async with (await self._provider()).stream(request) as events:
            yield events

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the models that the server offers."""
        return await (await self._provider()).list_models()

    async def count_tokens(self, request: ModelRequest) -> int | None:
        """Return the prompt's size as the vendor counts it."""
        return await (await self._provider()).count_tokens(request)

    async def check(self) -> tuple[str, ...]:
        """Make the cheapest real call."""
        return await (await self._provider()).check()

    async def aclose(self) -> None:
        """Close it if it was made."""
        if self._made is not None:
            await self._made.aclose()

    async def _provider(self) -> Provider:
        """Return it, made off the loop: a program that prints its key may take seconds."""
        async with self._making:
            if self._made is None:
                self._made = await asyncio.to_thread(self._build)
            return self._made
