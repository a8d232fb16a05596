"""A vendor that talks: request, socket, frames, codec, one after the other.

Invariant: a stream ends with one `Finished` or raises one `ProviderError`; leaving it early closes the socket.
Not its job: what a wire's messages mean (`aircher.providers._wire` and the vendors' files).
"""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TypeVar

from aircher.domain.errors import ApiError, AuthError, ProviderError, StreamInterruptedError, UsageError
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import LimitsReceived, StreamEvent, TextReceived, ThinkingReceived
from aircher.providers._address import api_address
from aircher.providers._api_errors import Complaint, api_error, complaint_in_body, malformed_answer, page_title
from aircher.providers._endpoint import Endpoint
from aircher.providers._error_hints import key_hint
from aircher.providers._frame import Frame, FrameParser
from aircher.providers._http import HttpClient, HttpRequest, HttpResponse
from aircher.providers._json import UnreadableJson, as_object, decode, encode
from aircher.providers._rate_headers import rate_limits
from aircher.providers._sse import SseParser
from aircher.providers._wire import Call, Codec, Exchange, Vectors, Vendor
from aircher.providers.spec import ProviderSettings

_HAS_NO_LIST = frozenset({404, 405, 501})
_BLANK = b"\xef\xbb\xbf \t\r\n"  # a byte order mark among it; what may stand before an answer
_MOST_PAGES = 50  # of a list of models: a server that goes on for longer repeats itself

T = TypeVar("T")


class HttpProvider:
    """One section of the configuration, ready to talk; see `aircher.domain.provider.Provider`."""

    def __init__(self, settings: ProviderSettings, vendor: Vendor) -> None:
        """Open nothing yet.

        Raises:
            ConfigError: ``base_url`` is not an address.
        """
        self._settings = settings
        self._vendor = vendor
        self._base = api_address(
            settings.base_url or vendor.base_url,
            key=f"providers.{settings.name}.base_url",
            version_path=vendor.version_path,
            endpoints=vendor.endpoints,
        )
        self._client = HttpClient(
            provider=settings.name,
            connect_timeout_s=settings.connect_timeout_s,
            idle_timeout_s=settings.idle_timeout_s,
            environ=settings.environ,
            pacer=settings.pacer,
        )

    @property
    def name(self) -> str:
        """The section's name."""
        return self._settings.name

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Ask the model; see `aircher.domain.provider.Provider.stream`."""
        ask = self._vendor.ask(request, self._settings)
        endpoint = self._endpoint(ask.call.path, request.model)
        async with self._client.open_stream(self._request(ask.call, endpoint)) as response:
            await _raise_for_status(response, endpoint)
            answer = _Answer(response, ask.codec(endpoint), ask.framing(), endpoint)
            async with aclosing(answer.events()) as events:
                yield events

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return what the server offers, the user's own models first; only those if the server has no list."""
        own = {model.name: model for model in self._settings.custom_models}
        following: Call | None = None
        for _ in range(_MOST_PAGES):
            try:
                page = await self.exchange(self._vendor.models(self.name, following))
            except ApiError as error:
                if error.status in _HAS_NO_LIST:
                    break
                raise
            for model in page.models:
                own.setdefault(model.name, model)
            if (following := page.following) is None:
                break
        return tuple(own.values())

    async def count_tokens(self, request: ModelRequest) -> int | None:
        """Return the prompt's size as the vendor counts it; ``None`` if it has no free call for that."""
        count = None if self._vendor.count is None else self._vendor.count(request, self._settings)
        if count is None:
            return None
        return await self.exchange(count, model=request.model)

    async def check(self) -> tuple[str, ...]:
        """Make the cheapest real call and return what it told, a phrase each."""
        if self._vendor.check is not None:
            return await self.exchange(self._vendor.check)
        count = len(await self.list_models())
        return (f"{count} models",) if count else ("the server lists no models",)

    async def embed(self, texts: Sequence[str], *, model: str) -> Vectors:
        """Return one vector for each text, in their order.

        Raises:
            UsageError: The vendor makes none.
            ProviderError: As for `stream`.
        """
        if self._vendor.embed is None:
            raise UsageError(
                f"{self.name} makes no vectors of texts", hint="choose another provider", code="usage.embed"
            )
        return await self.exchange(self._vendor.embed(texts, model), model=model)

    async def aclose(self) -> None:
        """Close idle connections. Safe to call twice."""
        await self._client.aclose()

    async def exchange(self, exchange: Exchange[T], *, model: str = "") -> T:
        """Make a small call and return what its answer says.

        Raises:
            ProviderError: As for `stream`.
        """
        endpoint = self._endpoint(exchange.call.path, model)
        async with self._client.open_stream(self._request(exchange.call, endpoint)) as response:
            await _raise_for_status(response, endpoint)
            content = await response.read()
        try:
            answer = decode(content)
        except UnreadableJson as exc:
            raise malformed_answer(_shown(content), endpoint=endpoint) from exc
        if as_object(answer).get("error"):
            complaint = complaint_in_body(content, media_type=response.media_type)
            raise api_error(complaint, endpoint=endpoint, status=None)
        value = exchange.read(answer)
        if value is None:
            raise malformed_answer(content[:200].decode("utf-8", "replace"), endpoint=endpoint)
        return value

    @asynccontextmanager
    async def raw(self, call: Call, *, model: str) -> AsyncIterator[HttpResponse]:
        """Make a call whose answer is neither small nor a model's; inside the context its body can be read.

        Raises:
            ProviderError: As for `stream`.
        """
        endpoint = self._endpoint(call.path, model)
        async with self._client.open_stream(self._request(call, endpoint)) as response:
            await _raise_for_status(response, endpoint)
            yield response

    def _endpoint(self, path: str, model: str) -> Endpoint:
        return Endpoint(
            provider=self.name,
            kind=self._settings.kind,
            url=self._base.joined(path.partition("?")[0]).url,
            model=model,
            key=self._settings.api_key,
            key_variable=self._settings.key_variable,
        )

    def _request(self, call: Call, endpoint: Endpoint) -> HttpRequest:
        headers = [*self._vendor.headers(self._settings, self._key(endpoint))]
        if call.body is not None:
            headers.append(("content-type", "application/json"))
        content = b"" if call.body is None else encode(call.body)
        return HttpRequest(method=call.method, address=self._base.joined(call.path), headers=headers, body=content)

    def _key(self, endpoint: Endpoint) -> str:
        """Return the key to send, empty for none.

        Raises:
            AuthError: There is none and the server needs one, or it cannot stand in a header.
        """
        key = self._settings.api_key.reveal().strip() if self._settings.api_key else ""
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            reason = "its API key holds characters that no key has"
        elif not key and self._vendor.needs_key and not self._base.is_loopback:
            reason = "no API key was found for it"
        else:
            return key
        raise AuthError(
            f"{self.name} cannot be asked: {reason}", provider=self.name, kind="auth", hint=key_hint(endpoint)
        )


def add_events(events: list[StreamEvent], more: list[StreamEvent]) -> None:
    """Append events, one piece of text to the piece before it: what came together is taken together."""
    for event in more:
        last = events[-1] if events else None
        if type(event) is TextReceived and type(last) is TextReceived:
            events[-1] = TextReceived(text=last.text + event.text)
        elif type(event) is ThinkingReceived and type(last) is ThinkingReceived and last.state is None:
            events[-1] = ThinkingReceived(text=last.text + event.text, state=event.state)
        else:
            events.append(event)


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


def _shown(content: bytes) -> str:
    """Return what to say of an answer that is no JSON: a page's title, else its first words."""
    text = page_title(content.decode("utf-8", "replace"))
    return f"{text} (a web page, not an answer of the API)" if content.lstrip(_BLANK)[:1] == b"<" else text


class _Answer:
    """The body of an answer, on its way through frames and codec to events."""

    def __init__(self, response: HttpResponse, codec: Codec, parser: FrameParser, endpoint: Endpoint) -> None:
        self._response = response
        self._codec = codec
        self._parser = parser
        self._endpoint = endpoint

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """Yield what the codec makes of the body, to its proper or improper end."""
        codec = self._codec
        if limits := rate_limits(self._response.headers):
            yield LimitsReceived(limits=limits)
        try:
            async with aclosing(self._received()) as received:
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
        await self._response.linger()

    async def _received(self) -> AsyncGenerator[StreamEvent, None]:
        response, codec, parser = self._response, self._codec, self._parser
        has_begun = False
        async with aclosing(response.chunks()) as chunks:
            async for chunk in chunks:
                if not has_begun and (start := chunk.lstrip(_BLANK)[:1]):
                    has_begun = True
                    if self._is_one_piece(start):
                        for event in codec.feed_body(chunk.lstrip(_BLANK) + await response.read()):
                            yield event
                        return
                    if start == b"<":
                        raise await self._page(chunk)
                events: list[StreamEvent] = []
                try:
                    for frame in parser.feed(chunk):
                        add_events(events, codec.feed(frame))
                        if codec.is_done:
                            break
                except ProviderError:
                    for event in events:
                        yield event
                    raise
                for event in events:
                    yield event
                if codec.is_done:
                    return
                response.check_size(parser.held_bytes)
        for frame in self._left_over():
            for event in codec.feed_last(frame):
                yield event

    def _is_one_piece(self, start: bytes) -> bool:
        """Say whether the body is one JSON value although a stream was asked for; NDJSON begins like one."""
        is_json = start in {b"{", b"["} or self._response.media_type == "application/json"
        return is_json and isinstance(self._parser, SseParser)

    async def _page(self, chunk: bytes) -> StreamInterruptedError:
        return malformed_answer(_shown(chunk + await self._response.read()), endpoint=self._endpoint)

    def _left_over(self) -> list[Frame]:
        """Return what the end of the body left: an unfinished message, JSON outside of all messages."""
        last = self._parser.close()
        frames = [] if last is None else [last]
        if self._parser.stray and not self._codec.is_complete:
            stray = b"\n".join(self._parser.stray)
            try:
                decode(stray)
            except UnreadableJson:
                return frames
            frames.append(Frame(b"error", stray))
        return frames
