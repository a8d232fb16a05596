"""The provider that needs no key, no network and no model: it answers from the project's own index.

Invariant: it says that no model was used; what it says of the project was read from it. Tools are never called.
Not its job: the index (`aircher.project`), the wording (`offline_answers`).
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial
from threading import Event
from typing import TypeVar

from aircher.domain.answers import Progress
from aircher.domain.errors import AircherError, ProviderError
from aircher.domain.messages import Message, Role, TextPart
from aircher.domain.models import ModelInfo, Prices
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.providers.offline_answers import answer
from aircher.providers.offline_markdown import at, code
from aircher.providers.offline_questions import AboutProject, Question, places_in, questions_in
from aircher.providers.ports import ProjectAnswers

NAME = "offline"
MODEL = "index"
"""The only model: the index itself."""

_NOTE = "_Answered from the project's index; no model was used._"
_PIECE = re.compile(r"\S+\s*|\s+")
_LEAST_CHARS = 12  # a few words a piece, as models send them
_MOST_PLACES = 5
_ResultT = TypeVar("_ResultT")

_NO_PROJECT = (
    'There is no project to answer from. Go into its folder, or name it: `aircher --cwd DIR -p "…"`. '
    "For questions about anything else, set up a provider: `aircher providers list`."
)
_CAPABILITIES = (
    "I can say where something is defined or used, what a file does, how the project is laid out and which files "
    "matter for a task. Ask, for instance: `where is main defined?`, `who calls parse?`, `what does README.md do?`, "
    "`how is this project laid out?`"
)


class OfflineProvider:
    """Answers the last user message from ``index``; ``None`` means that there is no project."""

    def __init__(self, index: ProjectAnswers | None) -> None:
        self._index = index
        self._working = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def name(self) -> str:
        """The provider's section in the configuration."""
        return NAME

    @asynccontextmanager
    async def stream(self, request: ModelRequest) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        """Answer the last user message. Leaving the context stops the reading of files at the next batch.

        Raises:
            ProviderError: The index cannot be read or written.
        """
        stop = Event()
        try:
            async with aclosing(self._events(request, stop)) as events:
                yield events
        finally:
            stop.set()

    async def list_models(self) -> Sequence[ModelInfo]:
        """Return the one model there is, at no cost."""
        return (ModelInfo(provider=NAME, name=MODEL, prices=Prices(input_usd=0.0, output_usd=0.0)),)

    async def count_tokens(self, request: ModelRequest) -> int | None:  # noqa: ARG002 - the role passes it
        """Return ``None``: nothing is counted where nothing is charged."""
        return None

    async def check(self) -> tuple[str, ...]:
        """Return that there is no server to ask."""
        return ("no server is needed",)

    async def aclose(self) -> None:
        """Wait until no thread uses the index any more, so that its store can be closed."""
        await self._idle.wait()

    async def _events(self, request: ModelRequest, stop: Event) -> AsyncGenerator[StreamEvent, None]:
        prompt, context = _asked(request.messages)
        if self._index is None:
            blocks = _one(_NO_PROJECT)
        else:
            async for event in self._refreshed(self._index, stop):
                yield event
            blocks = self._blocks(self._index, prompt, context)
        is_first = True
        async for block in blocks:
            for piece in _pieces(block if is_first else f"\n\n{block}"):
                yield TextReceived(text=piece)
                await asyncio.sleep(0)
            is_first = False
        yield UsageReceived(usage=Usage())
        yield Finished(reason=FinishReason.STOP, native_reason="answered")

    async def _refreshed(self, index: ProjectAnswers, stop: Event) -> AsyncIterator[StreamEvent]:
        """Bring the index up to date and yield how far it has come."""
        loop = asyncio.get_running_loop()
        reports: asyncio.Queue[Progress | None] = asyncio.Queue()

        def tell(progress: Progress | None) -> None:
            loop.call_soon_threadsafe(reports.put_nowait, progress)

        def refresh() -> None:
            try:
                index.refresh(on_progress=tell, is_cancelled=stop.is_set)
            finally:
                tell(None)

        work = self._start(refresh)
        while (progress := await reports.get()) is not None:
            if progress.total_files > 1:
                yield ThinkingReceived(
                    text=f"Reading the project: {progress.done_files} of {progress.total_files} files\n"
                )
        await _result(work)

    async def _blocks(self, index: ProjectAnswers, prompt: str, context: str) -> AsyncIterator[str]:
        layout = await _result(self._start(index.layout))
        if layout.files == 0:
            yield f"There is nothing to read in {code(str(index.root))}: it holds no files, or all are ignored."
            yield _NO_PROJECT
            return
        if found := await _result(self._start(partial(_named_places, index, places_in(context)))):
            yield found
        questions = questions_in(prompt)
        if not questions or _is_greeting(prompt):
            yield _CAPABILITIES
            questions = (AboutProject(text=prompt),)
        for question in questions:
            text = await _result(self._start(partial(answer, index, question)))
            yield f"### {_title(question)}\n\n{text}" if len(questions) > 1 else text
        yield _NOTE

    def _start(self, work: Callable[[], _ResultT]) -> "asyncio.Future[_ResultT]":
        """Run blocking work on a thread; the future outlives a cancelled waiter, and `aclose` waits for it."""
        future = asyncio.get_running_loop().run_in_executor(None, work)
        self._working += 1
        self._idle.clear()
        future.add_done_callback(self._finished)
        return future

    def _finished(self, future: "asyncio.Future[_ResultT]") -> None:
        self._working -= 1
        if not future.cancelled():
            future.exception()  # looked at, so that asyncio does not complain about a waiter that left
        if not self._working:
            self._idle.set()


async def _result(work: "asyncio.Future[_ResultT]") -> _ResultT:
    try:
        return await asyncio.shield(work)
    except ProviderError:
        raise
    except AircherError as exc:
        raise ProviderError(exc.message, provider=NAME, hint=exc.hint, code=exc.code) from exc


async def _one(text: str) -> AsyncIterator[str]:
    yield text


def _asked(messages: Sequence[Message]) -> tuple[str, str]:
    """Return what the last user message asks, and the piped text or other context that came with it."""
    last = next((message for message in reversed(messages) if message.role is Role.USER), None)
    texts = [part.text for part in last.parts if isinstance(part, TextPart)] if last else []
    asked = [text for text in texts if not text.lstrip().startswith("<")]
    context = [text for text in texts if text.lstrip().startswith("<")]
    return "\n".join(asked), "\n".join(context)


def _is_greeting(prompt: str) -> bool:
    return re.fullmatch(r"\W*(?:hi|hello|hey|help|thanks|thank you|test|ping|\?)\W*", prompt, re.IGNORECASE) is not None


def _title(question: Question) -> str:
    text = " ".join(question.text.split()).rstrip("?")
    return f"{text[:1].upper()}{text[1:120]}?"


def _named_places(index: ProjectAnswers, places: Sequence[tuple[str, int]]) -> str:
    """Return the lines of this project that the context names, as a traceback or a linter does."""
    lines = []
    for written, line in places:
        parts = written.replace("\\", "/").split("/")
        tails = ("/".join(parts[start:]) for start in range(len(parts)))
        path = next((found[0] for tail in tails if tail and (found := index.find_paths(tail, limit=1))), None)
        text = index.lines(path, line, line) if path is not None else ()
        if path is not None and text:
            lines.append(f"- {at(path, line)}: {code(text[0].strip()[:110])}")
    unique = list(dict.fromkeys(lines))[-_MOST_PLACES:]
    return "The text that came with the question names these lines:\n\n" + "\n".join(unique) if unique else ""


def _pieces(text: str) -> list[str]:
    """Cut ``text`` into pieces of a few words; together they are the text."""
    pieces: list[str] = []
    for word in _PIECE.findall(text):
        if pieces and len(pieces[-1]) < _LEAST_CHARS:
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces
