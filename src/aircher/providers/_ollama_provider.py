"""An Ollama server as a provider: it learns what a model can do before it asks it, and sizes the window itself.

Invariant: no prompt is cut without a word: one that does not fit is refused here or, by our wish, by the server.
Not its job: the wire (`aircher.providers.ollama_chat`, `aircher.providers._ollama_request`).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import replace

from aircher.domain.errors import ApiError, ProviderError, TokenLimitError
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import StreamEvent
from aircher.providers import _ollama_calls as calls
from aircher.providers import _ollama_pull as downloads
from aircher.providers._error_hints import hint_for
from aircher.providers._http_provider import HttpProvider
from aircher.providers._ndjson import NdjsonParser
from aircher.providers._ollama_calls import Loaded, Shown
from aircher.providers._ollama_host import BASE_URL, server_url
from aircher.providers._ollama_pull import PullProgress
from aircher.providers._ollama_request import has_pictures, ollama_body, think_value, without_old_pictures
from aircher.providers._ollama_window import Windows, estimated_tokens
from aircher.providers._wire import Ask, Call, Vendor
from aircher.providers.ollama_chat import OllamaCodec
from aircher.providers.spec import ProviderSettings

SHOW_DEADLINE_S = 5.0
"""How long a chat waits to learn what its model can do: a running server answers in milliseconds."""
_CHAT = "/api/chat"
_LEVELS = "gptoss"  # the family, and with a dash the name, of the models that think more or less instead of not at all


class OllamaProvider(HttpProvider):
    """One section of kind ``ollama``; see `aircher.domain.provider.Provider`."""

    def __init__(self, settings: ProviderSettings) -> None:
        """Open nothing yet.

        Raises:
            ConfigError: ``base_url`` or ``OLLAMA_HOST`` is not an address.
        """
        super().__init__(
            replace(settings, base_url=server_url(settings.base_url, settings.environ)),
            Vendor(
                base_url=BASE_URL,
                version_path="",
                endpoints=(_CHAT, "/api/generate", "/api/tags", "/api", "/v1/chat/completions", "/v1"),
                headers=lambda _, key: [("authorization", f"Bearer {key}")] if key else [],
                ask=self._ask,
                models=calls.models,
                embed=calls.embed,
                needs_key=False,
            ),
        )
        self._own_windows = {model.name: model.context_tokens for model in settings.custom_models}
        self._shown: dict[str, Shown] = {}
        self._windows = Windows(fixed_tokens=settings.window_tokens)

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Ask the model; see `aircher.domain.provider.Provider.stream`.

        Raises:
            TokenLimitError: The prompt does not fit the window; nothing was sent.
            ApiError: The model cannot do what the request needs; nothing was sent.
        """
        await self._learn(request)
        async with AsyncExitStack() as stack:
            yield await self._entered(request, stack)

    async def show(self, model: str) -> Shown:
        """Return what the server tells of a model, asking it once.

        Raises:
            ProviderError: As for `stream`.
        """
        if model not in self._shown:
            self._shown[model] = await self.exchange(calls.show(model), model=model)
        return self._shown[model]

    async def check(self) -> tuple[str, ...]:
        """Return the server's version and how many models it has."""
        version = await self.exchange(calls.version())
        count = len(await self.list_models())
        return (f"ollama {version}", f"{count} models" if count else "no models: `aircher models pull NAME` gets one")

    async def loaded(self) -> Sequence[Loaded]:
        """Return the models in memory.

        Raises:
            ProviderError: As for `stream`.
        """
        return await self.exchange(calls.loaded())

    async def unload(self, model: str) -> None:
        """Take a model out of memory; one that is not there is no error.

        Raises:
            ProviderError: As for `stream`; there is no such model.
        """
        await self.exchange(calls.unload(model), model=model)

    @asynccontextmanager
    async def pull(self, model: str) -> AsyncIterator[AsyncIterator[PullProgress]]:
        """Download a model, telling how far it is. Leaving the context stops it; the next pull goes on from there.

        Raises:
            ProviderError: On entering or while iterating, also if it ends before the model is there.
        """
        async with (
            self.raw(downloads.pull(model), model=model) as response,
            aclosing(downloads.reports(response, self._endpoint(downloads.PATH, model))) as told,
        ):
            yield told

    async def _learn(self, request: ModelRequest) -> None:
        """Ask what the model can do, if the answer matters. No answer is no failure: the chat will tell what is wrong.

        A window that the user set needs no question; whether the model thinks or sees matters only if that is asked.
        """
        is_plain = request.thinking is None and not has_pictures(request.messages)
        if self._limit_tokens(request.model) is not None and is_plain:
            return
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(SHOW_DEADLINE_S):
                await self.show(request.model)

    async def _entered(self, request: ModelRequest, stack: AsyncExitStack) -> AsyncIterator[StreamEvent]:
        """Return the answer's events, asking with a larger window while the server finds the prompt too long for it."""
        while True:
            try:
                return await stack.enter_async_context(super().stream(request))
            except TokenLimitError as error:
                limit_tokens = self._limit_tokens(request.model)
                if error.status is None or not self._windows.grow(request.model, limit_tokens=limit_tokens):
                    error.limit_tokens = error.limit_tokens or limit_tokens
                    error.hint = self._length_hint(request.model)
                    raise
            except ApiError as error:
                if "does not support" in error.message:
                    error.hint = self._ability_hint()
                raise

    def _ask(self, request: ModelRequest, settings: ProviderSettings) -> Ask:
        shown = self._shown.get(request.model, Shown())
        if shown.capabilities and "vision" not in shown.capabilities and has_pictures(request.messages):
            request = replace(request, messages=without_old_pictures(request.messages, request.model))
        self._check_abilities(request, shown)
        answer_tokens = request.max_output_tokens or settings.answer_tokens
        prompt_tokens, limit_tokens = estimated_tokens(request), self._limit_tokens(request.model)
        if limit_tokens is not None and prompt_tokens >= limit_tokens:
            raise self._too_long(request.model, prompt_tokens, limit_tokens)
        window_tokens = self._windows.window(
            request.model, prompt_tokens=prompt_tokens, answer_tokens=answer_tokens, limit_tokens=limit_tokens
        )
        has_levels = shown.family == _LEVELS or "gpt-oss" in request.model
        body = ollama_body(
            request,
            window_tokens=window_tokens,
            answer_tokens=answer_tokens,
            keep_alive_s=settings.keep_alive_s,
            think=think_value(request, shown.capabilities, has_levels=has_levels),
        )
        return Ask(call=Call("POST", _CHAT, body), codec=OllamaCodec, framing=NdjsonParser)

    def _limit_tokens(self, model: str) -> int | None:
        """Return the largest window that the model may have: the user's word, else the server's; ``None`` = unknown."""
        own = self._settings.window_tokens or self._own_windows.get(model)
        return own or self._shown.get(model, Shown()).context_tokens

    def _check_abilities(self, request: ModelRequest, shown: Shown) -> None:
        """Refuse what the model cannot do: it would invent the file it cannot read, the picture it cannot see.

        Raises:
            ApiError: The model is known to lack what the request needs.
        """
        if not shown.capabilities:
            return
        if request.tools and "tools" not in shown.capabilities:
            lacks = "call tools, so it could not read a single file"
        elif has_pictures(request.messages) and "vision" not in shown.capabilities:
            lacks = "see pictures"
        else:
            return
        raise ApiError(
            f"{self.name} was not asked: model {request.model} cannot {lacks}",
            provider=self.name,
            kind="invalid_request",
            hint=self._ability_hint(),
        )

    def _ability_hint(self) -> str:
        return (
            f"choose another model with --model: `aircher models list --provider {self.name}` shows what is there, "
            f"`aircher models pull NAME --provider {self.name}` gets more"
        )

    def _length_hint(self, model: str) -> str:
        hint = hint_for("context_length", self._endpoint(_CHAT, model)) or ""
        return hint if self._settings.window_tokens is None else f"raise providers.{self.name}.num_ctx, or {hint}"

    def _too_long(self, model: str, used_tokens: int, limit_tokens: int) -> TokenLimitError:
        error = TokenLimitError(
            f"{self.name} was not asked: the prompt has about {used_tokens:,} tokens, "
            f"the window of model {model} has {limit_tokens:,}",
            provider=self.name,
            kind="context_length",
            hint=self._length_hint(model),
        )
        error.used_tokens, error.limit_tokens, error.model = used_tokens, limit_tokens, model
        return error
