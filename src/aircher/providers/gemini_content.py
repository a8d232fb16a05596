"""The generateContent wire of Gemini, from messages to stream events. Pure: no socket, no clock.

Invariant: whatever is in a message, only a `ProviderError` is raised; a call comes out as soon as it is there, because
this wire never cuts one into pieces. There is no end marker: an answer is whole once it names a finish reason or says
that the prompt was blocked.
Not its job: requests (`aircher.providers._gemini_request`), HTTP errors, cutting bytes into messages.
Source: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
"""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from aircher.domain.errors import ApiError
from aircher.domain.messages import JsonValue
from aircher.domain.stream import Finished, FinishReason, StreamEvent, UsageReceived
from aircher.domain.usage import Usage
from aircher.providers._api_errors import complaint_of
from aircher.providers._codec import JsonCodec
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._gemini_parts import AnswerParts
from aircher.providers._json import OTHER_SHAPE, as_count, as_object, as_text
from aircher.providers._surrogates import joined

PROMPT_BLOCKED = "PROMPT_BLOCKED"
_UNSPECIFIED = frozenset({"FINISH_REASON_UNSPECIFIED", "BLOCK_REASON_UNSPECIFIED", "BLOCKED_REASON_UNSPECIFIED"})
"""Words that say nothing; proxies that fill in every field send them in the middle of an answer."""
_ANSWER_KEYS = ("candidates", "promptFeedback", "usageMetadata")

_FINISH = {
    "STOP": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    "SAFETY": FinishReason.CONTENT_FILTER,
    "RECITATION": FinishReason.CONTENT_FILTER,
    "LANGUAGE": FinishReason.CONTENT_FILTER,
    "BLOCKLIST": FinishReason.CONTENT_FILTER,
    "PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "SPII": FinishReason.CONTENT_FILTER,
    "MODEL_ARMOR": FinishReason.CONTENT_FILTER,
    "ESCALATION": FinishReason.CONTENT_FILTER,
    "PUP_LIMITED_DISABLED": FinishReason.CONTENT_FILTER,
    "IMAGE_SAFETY": FinishReason.CONTENT_FILTER,
    "IMAGE_PROHIBITED_CONTENT": FinishReason.CONTENT_FILTER,
    "IMAGE_RECITATION": FinishReason.CONTENT_FILTER,
    "MALFORMED_FUNCTION_CALL": FinishReason.ERROR,
    "UNEXPECTED_TOOL_CALL": FinishReason.ERROR,
    "TOO_MANY_TOOL_CALLS": FinishReason.ERROR,
    "MISSING_THOUGHT_SIGNATURE": FinishReason.ERROR,
    "MALFORMED_RESPONSE": FinishReason.ERROR,
    # The rest is had for a token of the answer, which is not sent back: the answer is as long as it gets. Asking again
    # without the token would begin anew.
    "CONTINUATION": FinishReason.LENGTH,
}


class _Part(msgspec.Struct, gc=False, rename="camel"):
    text: str
    thought: bool = False
    thought_signature: object = None
    function_call: object = None


class _Content(msgspec.Struct, gc=False):
    parts: tuple[_Part]


class _Candidate(msgspec.Struct, gc=False, rename="camel"):
    content: _Content
    index: int | None = None
    finish_reason: object = None


class _Counts(msgspec.Struct, gc=False, rename="camel"):
    """All that is used of ``usageMetadata``: its details need not become objects for every piece of text."""

    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None
    cached_content_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None


class _Response(msgspec.Struct, gc=False, rename="camel"):
    """Fields of type ``object`` are only looked at for whether they are there."""

    candidates: tuple[_Candidate]
    usage_metadata: _Counts | None = None
    prompt_feedback: object = None
    error: object = None
    type: object = None
    object: object = None


_RESPONSES = msgspec.json.Decoder(_Response)


class GeminiCodec(JsonCodec):
    """Reads one answer; see `aircher.providers._wire.Codec`."""

    has_true_codes: ClassVar[bool] = True

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._parts = AnswerParts()
        self._counts: dict[str, JsonValue] = {}
        self._native_reason: str | None = None
        self._detail: str | None = None
        self._late_error: ApiError | None = None

    @property
    def received_chars(self) -> int:
        """Characters of visible text so far."""
        return self._parts.received_chars

    @property
    def is_complete(self) -> bool:
        """Whether the answer is whole: a finish reason was seen, or that the prompt was blocked."""
        return self.is_done or self._native_reason is not None

    def feed(self, frame: Frame) -> list[StreamEvent]:
        """Return what this frame brings; see `JsonCodec.feed`. Text takes a short way."""
        response = None if frame.event else _plain(frame.data)
        if response is not None:
            if response.usage_metadata is not None:
                self._count(response.usage_metadata)
            part = response.candidates[0].content.parts[0]
            return self._parts.more(part.text, is_thought=part.thought)
        if frame.data.startswith(b"[DONE]"):  # from proxies; it does not make half an answer whole
            return []
        return super().feed(frame)

    def take(self, message: JsonValue) -> list[StreamEvent]:
        """Return what a response brings, or several in a list, as this API streams where SSE is not asked for."""
        if isinstance(message, dict):
            return self._take(message)
        responses = message if isinstance(message, list) else []
        return [event for response in responses if isinstance(response, dict) for event in self._take(response)]

    def take_whole(self, answer: JsonValue) -> list[StreamEvent] | None:
        """Return what one response or a list of them brings; ``None`` if there is no response in it.

        A complaint behind the first response is raised at the end: what came before it is not lost.
        """
        responses = [item for item in (answer if isinstance(answer, list) else [answer]) if isinstance(item, dict)]
        if not any(key in response for response in responses for key in _ANSWER_KEYS):
            return None
        events: list[StreamEvent] = []
        for response in responses:
            complaint = complaint_of(response)
            if complaint is not None:
                self._late_error = self.error(complaint)
                break
            events += self._take(response)
        return events

    def ending(self) -> list[StreamEvent]:
        """Return held back text, usage, `Finished`.

        Raises:
            ApiError: The answer, all in one piece, ended in a complaint.
        """
        if self._late_error is not None:
            raise self._late_error
        events = self.salvage()
        reason = FinishReason.UNKNOWN
        if self._native_reason is not None:
            is_block = self._native_reason.startswith(PROMPT_BLOCKED)
            reason = FinishReason.CONTENT_FILTER if is_block else _FINISH.get(self._native_reason.upper(), reason)
        if self._parts.has_calls and reason in {FinishReason.STOP, FinishReason.UNKNOWN}:
            reason = FinishReason.TOOL_CALLS
        events.append(Finished(reason=reason, native_reason=self._native_reason, detail=self._detail))
        return events

    def salvage(self) -> list[StreamEvent]:
        """Return held back text and usage; calls are never held back."""
        events: list[StreamEvent] = []
        self._parts.release(events)
        usage = _usage(self._counts)
        if usage is not None:
            events.append(usage)
        return events

    def _take(self, response: Mapping[str, JsonValue]) -> list[StreamEvent]:
        usage = response.get("usageMetadata")
        if isinstance(usage, dict):
            if None in usage.values():
                usage = {name: count for name, count in usage.items() if count is not None}
            self._counts.update(usage)
        feedback = response.get("promptFeedback")
        if feedback:
            self._take_feedback(as_object(feedback))
        events: list[StreamEvent] = []
        candidates = response.get("candidates")
        for candidate in candidates if isinstance(candidates, list) else ():
            if isinstance(candidate, dict) and (candidate.get("index") or 0) == 0:
                self._take_candidate(candidate, events)
                break
        return events

    def _count(self, counts: _Counts) -> None:
        """Do what `_take` does for usage: what it leaves out stays as it was."""
        known = self._counts
        if counts.prompt_token_count is not None:
            known["promptTokenCount"] = counts.prompt_token_count
        if counts.candidates_token_count is not None:
            known["candidatesTokenCount"] = counts.candidates_token_count
        if counts.thoughts_token_count is not None:
            known["thoughtsTokenCount"] = counts.thoughts_token_count
        if counts.cached_content_token_count is not None:
            known["cachedContentTokenCount"] = counts.cached_content_token_count
        if counts.tool_use_prompt_token_count is not None:
            known["toolUsePromptTokenCount"] = counts.tool_use_prompt_token_count

    def _take_feedback(self, feedback: Mapping[str, JsonValue]) -> None:
        reason = joined(as_text(feedback.get("blockReason")))
        if reason and reason not in _UNSPECIFIED and self._native_reason is None:
            self._native_reason = f"{PROMPT_BLOCKED}:{reason}"
            self._detail = self.endpoint.quoted(as_text(feedback.get("blockReasonMessage"))) or None

    def _take_candidate(self, candidate: Mapping[str, JsonValue], events: list[StreamEvent]) -> None:
        content = candidate.get("content")
        parts = content.get("parts") if isinstance(content, dict) else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                self._parts.take(part, events)
        reason = candidate.get("finishReason")
        if isinstance(reason, str) and reason and reason not in _UNSPECIFIED:
            self._native_reason = joined(reason)
            self._detail = self.endpoint.quoted(as_text(candidate.get("finishMessage"))) or None


def _plain(data: bytes) -> _Response | None:
    """Return a response that is one part of text and nothing else: most are."""
    try:
        response = _RESPONSES.decode(data)
    except OTHER_SHAPE:
        return None
    candidate = response.candidates[0]
    part = candidate.content.parts[0]
    if candidate.index or candidate.finish_reason or part.thought_signature or part.function_call is not None:
        return None
    if response.prompt_feedback or response.error is not None:
        return None
    return response if response.object is None and response.type is None else None


def _usage(counted: Mapping[str, JsonValue]) -> UsageReceived | None:
    """Return the server's count, thoughts counted as output; ``None`` if it holds none."""
    counts = {name: as_count(count) for name, count in counted.items()}
    prompt, answer = counts.get("promptTokenCount"), counts.get("candidatesTokenCount")
    thoughts = counts.get("thoughtsTokenCount")
    if prompt is None and answer is None and thoughts is None:
        return None
    usage = Usage(
        input_tokens=(prompt or 0) + (counts.get("toolUsePromptTokenCount") or 0),
        output_tokens=(answer or 0) + (thoughts or 0),
        cached_tokens=counts.get("cachedContentTokenCount"),
        reasoning_tokens=thoughts,
    )
    return UsageReceived(usage=usage, has_input=prompt is not None)
