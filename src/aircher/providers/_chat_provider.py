"""A provider that speaks Chat Completions: request, socket, codec, one after the other.

Invariant: a stream ends with one `Finished` or raises one `ProviderError`; leaving it early closes the socket.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager

from aircher.domain.errors import ApiError, AuthError, ProviderError, StreamInterruptedError
from aircher.domain.messages import JsonValue
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import StreamEvent
from aircher.providers._address import api_address
from aircher.providers._api_errors import Complaint, api_error, complaint_in_body, malformed_answer, page_title
from aircher.providers._chat_request import ChatDialect, chat_body
from aircher.providers._endpoint import Endpoint
from aircher.providers._error_hints import key_hint
from aircher.providers._http import HttpClient, HttpRequest, HttpResponse
from aircher.providers._json import UnreadableJson, as_count, as_object, as_text, decode, encode
from aircher.providers._sse import SseParser
from aircher.providers._surrogates import joined
from aircher.providers.openai_chat import ChatCodec
from aircher.providers.spec import ProviderSettings

_HAS_NO_LIST = frozenset({404, 405, 501})


class ChatProvider:
    """One section of the configuration, ready to talk."""

    def __init__(self, settings: ProviderSettings, dialect: ChatDialect, *, default_base_url: str) -> None:
        """Open nothing yet.

        Raises:
            ConfigError: ``base_url`` is not an address.
        """
        self._settings = settings
        self._dialect = dialect
        self._base = api_address(settings.base_url or default_base_url, key=f"providers.{settings.name}.base_url")
        self._client = HttpClient(
            provider=settings.name,
            connect_timeout_s=settings.connect_timeout_s,
            idle_timeout_s=settings.idle_timeout_s,
            environ=settings.environ,
        )

    @property
    def name(self) -> str:
        """The section's name."""
        return self._settings.name

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Ask the model; see `aircher.domain.provider.Provider.stream`."""
        endpoint = self._endpoint("/chat/completions", request.model)
        http_request = self._request("POST", "/chat/completions", endpoint, chat_body(request, self._dialect))
        codec = ChatCodec(endpoint, has_think_tags=self._dialect.has_think_tags)
        async with self._client.open_stream(http_request) as response:
            await _raise_for_status(response, endpoint)
            async with aclosing(_events(response, codec, endpoint)) as events:
                yield events

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the server offers, the user's own models first; only those if the server has no list."""
        endpoint = self._endpoint("/models", "")
        own = {model.name: model for model in self._settings.custom_models}
        try:
            answer = await self._call("GET", "/models", endpoint, None)
        except ApiError as error:
            if error.status in _HAS_NO_LIST:
                return tuple(own.values())
            raise
        listed = answer.get("data")
        for entry in listed if isinstance(listed, list) else []:
            model = as_object(entry)
            if name := joined(as_text(model.get("id"))):
                own.setdefault(name, ModelInfo(provider=self.name, name=name, context_tokens=_window(model)))
        return tuple(own.values())

    async def embed(self, texts: Sequence[str], *, model: str) -> Sequence[Sequence[float]]:
        """Return one vector for each text, in their order.

        Raises:
            ProviderError: As for `stream`.
        """
        endpoint = self._endpoint("/embeddings", model)
        body: dict[str, JsonValue] = {"model": model, "input": list(texts), "encoding_format": "float"}
        data = (await self._call("POST", "/embeddings", endpoint, body)).get("data")
        entries = [as_object(entry) for entry in data] if isinstance(data, list) else []
        entries.sort(key=lambda entry: as_count(entry.get("index")) or 0)
        vectors = [_vector(entry.get("embedding")) for entry in entries]
        if len(vectors) != len(texts) or not all(vectors):
            raise malformed_answer(f"{len(vectors)} vectors for {len(texts)} texts", endpoint=endpoint)
        return vectors

    async def aclose(self) -> None:
        """Close idle connections. Safe to call twice."""
        await self._client.aclose()

    async def _call(
        self, method: str, suffix: str, endpoint: Endpoint, body: Mapping[str, JsonValue] | None
    ) -> dict[str, JsonValue]:
        async with self._client.open_stream(self._request(method, suffix, endpoint, body)) as response:
            await _raise_for_status(response, endpoint)
            content = await response.read()
        try:
            answer = decode(content)
        except UnreadableJson as exc:
            raise malformed_answer(page_title(content.decode("utf-8", "replace")), endpoint=endpoint) from exc
        if isinstance(answer, dict) and answer.get("error"):
            complaint = complaint_in_body(content, media_type=response.media_type)
            raise api_error(complaint, endpoint=endpoint, status=None)
        return as_object(answer)

    def _endpoint(self, suffix: str, model: str) -> Endpoint:
        return Endpoint(
            provider=self.name,
            kind=self._settings.kind,
            url=self._base.joined(suffix).url,
            model=model,
            key=self._settings.api_key,
            key_variable=self._settings.key_variable,
        )

    def _request(
        self, method: str, suffix: str, endpoint: Endpoint, body: Mapping[str, JsonValue] | None
    ) -> HttpRequest:
        headers: list[tuple[str, str]] = []
        if body is not None:
            headers.append(("content-type", "application/json"))
        if key := self._key(endpoint):
            headers.append(("authorization", f"Bearer {key}"))
        if self._settings.organization:
            headers.append(("openai-organization", self._settings.organization))
        if self._settings.project:
            headers.append(("openai-project", self._settings.project))
        content = b"" if body is None else encode(body)
        return HttpRequest(method=method, address=self._base.joined(suffix), headers=headers, body=content)

    def _key(self, endpoint: Endpoint) -> str:
        """Return the key to send, empty for none.

        Raises:
            AuthError: There is none and the server needs one, or it cannot stand in a header.
        """
        key = self._settings.api_key.reveal().strip() if self._settings.api_key else ""
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            reason = "its API key holds characters that no key has"
        elif not key and self._dialect.needs_key and not self._base.is_loopback:
            reason = "no API key was found for it"
        else:
            return key
        raise AuthError(
            f"{self.name} cannot be asked: {reason}", provider=self.name, kind="auth", hint=key_hint(endpoint)
        )


async def _raise_for_status(response: HttpResponse, endpoint: Endpoint) -> None:
    if response.status == 200:
        return
    if 300 <= response.status < 400:
        target = response.headers.get("location", "nowhere")
        error = api_error(Complaint(message=f"redirected to {target}"), endpoint=endpoint, status=response.status)
        error.hint = f"redirects are not followed: set providers.{endpoint.provider}.base_url to the new address"
        raise error
    try:
        body = await response.read()
    except StreamInterruptedError:
        body = b""  # the status alone says enough
    complaint = complaint_in_body(body, media_type=response.media_type)
    raise api_error(complaint, endpoint=endpoint, status=response.status, headers=response.headers)


async def _events(response: HttpResponse, codec: ChatCodec, endpoint: Endpoint) -> AsyncGenerator[StreamEvent, None]:
    """Yield what the codec makes of the body, to its proper or improper end."""
    try:
        async with aclosing(_received(response, codec, endpoint)) as received:
            async for event in received:
                yield event
    except ProviderError as error:
        if isinstance(error, StreamInterruptedError):
            error.received_chars = codec.received_chars
        if not (isinstance(error, StreamInterruptedError) and error.kind == "truncated" and codec.is_complete):
            for event in codec.salvage():
                yield event
            raise
    try:
        events = codec.finish()
    except StreamInterruptedError:
        for event in codec.salvage():
            yield event
        raise
    for event in events:
        yield event
    await response.linger()


async def _received(response: HttpResponse, codec: ChatCodec, endpoint: Endpoint) -> AsyncGenerator[StreamEvent, None]:
    parser = SseParser()
    has_begun = False
    async with aclosing(response.chunks()) as chunks:
        async for chunk in chunks:
            start = chunk.lstrip()[:1] if not has_begun else b""
            if start in {b"{", b"["} or (response.media_type == "application/json" and start):
                for event in codec.feed_body(chunk + await response.read()):
                    yield event
                return
            if start == b"<":
                page = (chunk + await response.read()).decode("utf-8", "replace")
                raise malformed_answer(f"{page_title(page)} (a web page, not an answer of the API)", endpoint=endpoint)
            has_begun = has_begun or bool(start)
            for message in parser.feed(chunk):
                for event in codec.feed(message):
                    yield event
                if codec.is_done:
                    return
            response.check_size(parser.held_bytes)
    last = parser.close()
    if last is not None:
        for event in codec.feed_last(last):
            yield event


def _window(model: Mapping[str, JsonValue]) -> int | None:
    """Return the context window as vLLM, LM Studio, gateways or llama.cpp tell it; ``None`` if nobody does."""
    found = (as_count(model.get(key)) for key in ("max_model_len", "max_context_length", "context_length"))
    return next((count for count in found if count), None) or as_count(as_object(model.get("meta")).get("n_ctx_train"))


def _vector(value: JsonValue) -> list[float]:
    """Return the vector; empty if it is none."""
    if not isinstance(value, list):
        return []
    return [float(number) for number in value if isinstance(number, int | float) and not isinstance(number, bool)]
