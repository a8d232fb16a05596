"""What a server's complaint means: status, body and headers in, one of our errors out.

Invariant: the message names provider, model and the server's own words, and never holds the key.
Source: error tables of the OpenAI, Anthropic, Gemini and OpenRouter API references; docs and code of Ollama, vLLM,
llama.cpp server and LM Studio.
"""

import re
from collections.abc import Mapping

from aircher.domain.errors import (
    ApiError,
    AuthError,
    ContentFilteredError,
    QuotaError,
    RateLimitError,
    StreamInterruptedError,
    TokenLimitError,
)
from aircher.domain.messages import JsonValue
from aircher.domain.records import dataclass
from aircher.providers._endpoint import Endpoint
from aircher.providers._error_hints import hint_for
from aircher.providers._json import UnreadableJson, as_count, as_object, as_text, decode
from aircher.providers._rate_headers import duration_s
from aircher.providers._retry_hints import retry_after_s
from aircher.providers._surrogates import joined

_RETRYABLE = frozenset({"rate_limit", "overloaded", "server_error", "timeout"})
_CLASSES: Mapping[str, type[ApiError]] = {
    "auth": AuthError,
    "permission": AuthError,
    "billing": QuotaError,
    "rate_limit": RateLimitError,
    "context_length": TokenLimitError,
    "content_filter": ContentFilteredError,
}
_BY_STATUS = {
    401: "auth",
    402: "billing",
    403: "permission",
    404: "not_found",
    405: "not_found",
    408: "timeout",
    413: "too_large",
    429: "rate_limit",
    501: "not_found",
    503: "overloaded",
    504: "timeout",
    524: "timeout",
    529: "overloaded",
}
_BY_WORD = {
    "context_length_exceeded": "context_length",
    "exceed_context_size_error": "context_length",
    "insufficient_quota": "billing",
    "credit_balance_exhausted": "billing",
    "organization_spend_limit_exceeded": "billing",
    "project_spend_limit_exceeded": "billing",
    "organization_usage_limit_exceeded": "billing",
    "billing_hard_limit_reached": "billing",
    "billing_not_active": "billing",
    "billing_error": "billing",
    "enforced_spend_limit_reached": "billing",
    "payment_required": "billing",
    "insufficient_balance": "billing",
    "content_filter": "content_filter",
    "content_policy_violation": "content_filter",
    "invalid_api_key": "auth",
    "authentication_error": "auth",
    "authentication": "auth",
    "unauthenticated": "auth",
    "api_key_invalid": "auth",
    "permission_denied": "permission",
    "permission_error": "permission",
    "unsupported_country_region_territory": "permission",
    "model_not_found": "not_found",
    "not_found_error": "not_found",
    "notfounderror": "not_found",
    "not_found": "not_found",
    "request_too_large": "too_large",
    "payload_too_large": "too_large",
    "timeout_error": "timeout",
    "deadline_exceeded": "timeout",
    "server_is_overloaded": "overloaded",
    "service_unavailable_error": "overloaded",
    "overloaded_error": "overloaded",
    "unavailable_error": "overloaded",
    "unavailable": "overloaded",
    "provider_overloaded": "overloaded",
    "rate_limit_exceeded": "rate_limit",
    "rate_limit_error": "rate_limit",
    "slow_down": "rate_limit",
    "resource_exhausted": "rate_limit",
    "invalid_request_error": "invalid_request",
    "badrequesterror": "invalid_request",
    "invalid_argument": "invalid_request",
    "api_error": "server_error",
    "internal": "server_error",
    "server_error": "server_error",
    "internalservererror": "server_error",
}
"""Codes and types, in lower case, that say what happened whatever the status is."""
_OVER_STATUS = frozenset({"context_length", "billing", "content_filter", "overloaded"})
"""Kinds whose word says more than the status it came with."""
_FREE_AGAIN_SOON = "openrouter_in_flight_budget"
"""OpenRouter's word for money that calls under way have reserved: a 402 that passes by itself."""
_STATE_CODES = frozenset({"invalid_encrypted_content"})
_FLAGGED = frozenset({"flagged_input", "reasons"})
"""What OpenRouter adds to a 403 of its moderation. Source: https://openrouter.ai/docs/api-reference/errors"""

# Patterns are compiled at their first use: most runs meet no error, and compiling these costs 3 ms of start-up.
_TOO_LONG = (
    r"maximum context length|context (?:length|size|window)[^.]{0,60}exceed"
    r"|exceeds?[^.]{0,60}context (?:length|size|window|limit)"
    r"|(?:greater|longer|larger) than the (?:model's )?context|(?:prompt|input) is too long"
    r"|token count[^.]{0,40}exceeds the maximum"
    r"|reduce the length of the (?:messages|prompt|input)"
)
_NO_MONEY = (
    r"exceeded your current quota|insufficient (?:credits?|balance|funds|quota)|credit balance"
    r"|(?:spend(?:ing)?|billing hard) limit"
)
_NO_SUCH_PATH = r"unexpected endpoint|unknown (?:endpoint|path|url)"
_LIMIT = (
    r"(?:maximum context length is|available context size \(|context (?:window|length) (?:of|is))\s*(\d+)"
    r"|tokens? > (\d+) maximum|tokens allowed \((\d+)\)|context limit: \d+ \+ \d+ > (\d+)"
)
_USED = (
    r"resulted in (\d+) tokens|for a total of (\d+) tokens|request \((\d+) tokens\)|prompt contains (\d+) input tokens"
    r"|too long: (\d+) tokens|context limit: (\d+) \+|token count \((\d+)\)|requested about (\d+) tokens"
)
_BAD_STATE = (
    r"thought.?signature|signature in thinking|invalid `?signature|thinking` blocks[^.]{0,80}(?:modified|unchanged)"
    r"|final block in an assistant message cannot be `?thinking"
    r"|reasoning_content[^.]{0,60}(?:not (?:permitted|allowed|supported)|unexpected|unknown|unrecognized)"
    r"|(?:extra|unexpected|unknown|unrecognized).{0,60}reasoning_content"
)
_TITLE = r"(?is)<title[^>]*>(.*?)</title>"
_TAG = r"<[^>]*>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """The server's words, whatever shape they came in.

    Attributes:
        code: The server's code, a word or a number.
        type: Its type, or what Google calls status.
        reason: A further word where a vendor keeps the exact one apart; empty = none.
        is_moderation: Whether the prompt was flagged before any model saw it (OpenRouter).
        retry_after_s: Seconds that the body, not a header, asks to wait.
    """

    message: str
    code: str | int | None = None
    type: str = ""
    reason: str = ""
    is_moderation: bool = False
    retry_after_s: float | None = None
    used_tokens: int | None = None
    limit_tokens: int | None = None


def complaint_of(payload: JsonValue) -> Complaint | None:
    """Return the complaint in a decoded body or stream message, or ``None`` if there is none.

    Source: ``{"error": {…}}``, ``{"error": "text"}``, ``{"object": "error", …}``, ``{"detail": …}``, ``[{…}]``.
    """
    while isinstance(payload, list) and payload:  # not by recursion: a server may nest them as deep as it likes
        payload = payload[0]
    if not isinstance(payload, dict):
        return None
    error = payload.get("error")
    if isinstance(error, dict):
        return _complaint(error)
    if isinstance(error, str) and error:
        return Complaint(message=error)
    if payload.get("object") == "error" or payload.get("type") == "error":
        return _complaint(payload)
    if error:
        return Complaint(message=str(error))
    return None


def _complaint(error: Mapping[str, JsonValue]) -> Complaint:
    code = error.get("code")
    reason, delay_s = _details(error)
    return Complaint(
        message=as_text(error.get("message")) or as_text(error.get("code")) or "no reason given",
        code=code if isinstance(code, str | int) and not isinstance(code, bool) else None,
        type=as_text(error.get("type")) or as_text(error.get("status")),
        reason=reason,
        is_moderation=bool(_FLAGGED & as_object(error.get("metadata")).keys()),
        retry_after_s=delay_s,
        used_tokens=as_count(error.get("n_prompt_tokens")),
        limit_tokens=as_count(error.get("n_ctx")),
    )


def _details(error: Mapping[str, JsonValue]) -> tuple[str, float | None]:
    """Return the exact reason and the delay that vendors put below the error.

    Source: Anthropic ``details.error_code``, Google ``details[]`` (ErrorInfo, RetryInfo), OpenRouter ``metadata``.
    """
    details, metadata = error.get("details"), as_object(error.get("metadata"))
    reason = as_text(metadata.get("limit_source")) or as_text(metadata.get("error_type"))
    delay_s: float | None = None
    if isinstance(details, dict):
        reason = as_text(details.get("error_code")) or reason
    for detail in details if isinstance(details, list) else []:
        reason = as_text(as_object(detail).get("reason")) or reason
        delay = as_text(as_object(detail).get("retryDelay"))
        delay_s = duration_s(delay) if delay else delay_s
    return reason, delay_s


def complaint_in_body(body: bytes, *, media_type: str) -> Complaint:
    """Return what an error body says; an HTML page is reduced to its title."""
    try:
        payload = decode(body)
    except UnreadableJson:
        text = body.decode("utf-8", "replace")
        if media_type == "text/html" or text.lstrip()[:1] == "<":
            text = f"{page_title(text)} (a web page, not an answer of the API)"
        return Complaint(message=text.strip() or "an empty answer")
    found = complaint_of(payload)
    if found is not None:
        return found
    fields = as_object(payload)
    if "message" in fields:
        return _complaint(fields)
    return Complaint(message=as_text(fields.get("detail")) or body.decode("utf-8", "replace"))


def page_title(page: str) -> str:
    """Return the title of an HTML page, else its first words."""
    title = re.search(_TITLE, page)
    return " ".join((title.group(1) if title else re.sub(_TAG, " ", page)).split())[:200]


def api_error(
    complaint: Complaint,
    *,
    endpoint: Endpoint,
    status: int | None,
    headers: Mapping[str, str] | None = None,
    is_in_stream: bool = False,
) -> ApiError:
    """Return the error to raise.

    Args:
        complaint: What the server said.
        endpoint: Whom we asked.
        status: HTTP status; ``None`` = the complaint came inside an answer of status 200 and names none itself.
        headers: Response headers, names in lower case.
        is_in_stream: Whether it came inside an answer of status 200.
    """
    headers = headers or {}
    kind = kind_of(complaint, status)
    policy = "content_filter" if complaint.is_moderation and kind == "permission" else kind
    answered = "reported an error" if status is None or is_in_stream else f"answered {status}"
    about = f" for model {endpoint.model}" if endpoint.model else ""
    error = _CLASSES.get(policy, ApiError)(
        f"{endpoint.provider} {answered}{about}: {endpoint.quoted(complaint.message)}",
        provider=endpoint.provider,
        kind=kind,
        status=status,
        server_code=_server_code(complaint, status, is_in_stream=is_in_stream),
        hint=hint_for(policy, endpoint),
        is_retryable=_is_retryable(kind, status, headers),
        retry_after_s=retry_after_s(
            headers, complaint.message if kind in _RETRYABLE else "", in_body_s=complaint.retry_after_s
        ),
    )
    error.rejects_state = kind == "invalid_request" and _rejects_state(complaint)
    if isinstance(error, TokenLimitError):
        text = complaint.message.lower()
        error.used_tokens = complaint.used_tokens or _number(_USED, text)
        error.limit_tokens = complaint.limit_tokens or _number(_LIMIT, text)
        error.model = endpoint.model or None
    return error


def kind_of(complaint: Complaint, status: int | None) -> str:
    """Return the wire-neutral class of a complaint: by its words where they are telling, else by status."""
    if complaint.reason == _FREE_AGAIN_SOON:
        return "rate_limit"
    words = [str(word).lower() for word in (complaint.reason, complaint.code, complaint.type) if word]
    named = [_BY_WORD[word] for word in words if word in _BY_WORD]
    for kind in named:
        if kind in _OVER_STATUS:
            return kind
    text = complaint.message.lower()
    effective = status if status is not None else _status_in(complaint.code)
    if effective not in {401, 403, 429} and "rate_limit" not in named and re.search(_TOO_LONG, text):
        return "context_length"
    if effective in {None, 400, 403, 429} and "rate_limit" not in named and re.search(_NO_MONEY, text):
        return "billing"
    if status is None and named:
        return named[0]
    if effective in _BY_STATUS:
        return _BY_STATUS[effective]
    if effective is None:
        return "invalid_request" if re.search(_NO_SUCH_PATH, text) else "server_error"
    by_word = next((kind for kind in named if kind not in {"invalid_request", "server_error"}), None)
    return by_word or ("server_error" if effective >= 500 else "invalid_request")


def _status_in(code: str | int | None) -> int | None:
    number = int(code) if isinstance(code, str) and code.isascii() and code.isdecimal() and len(code) == 3 else code
    return number if isinstance(number, int) and 400 <= number <= 599 else None


def _rejects_state(complaint: Complaint) -> bool:
    words = complaint.message.lower()
    return complaint.code in _STATE_CODES or re.search(_BAD_STATE, words) is not None


def _server_code(complaint: Complaint, status: int | None, *, is_in_stream: bool) -> str | int | None:
    """Return the code that says most: a number that only repeats the status gives way to a word."""
    if complaint.reason.lower() in _BY_WORD and not is_in_stream:
        return joined(complaint.reason)
    if isinstance(complaint.code, int) and complaint.code == status:
        return complaint.type or complaint.code
    code = complaint.code if complaint.code is not None else complaint.type or None
    return joined(code) if isinstance(code, str) else code


def _is_retryable(kind: str, status: int | None, headers: Mapping[str, str]) -> bool:
    """Source: ``x-should-retry`` and the retried statuses of the official OpenAI clients."""
    match headers.get("x-should-retry"):
        case "false":
            return False
        case "true" if kind not in {"billing", "context_length", "auth", "permission"}:
            return True
        case _:
            return kind in _RETRYABLE or status == 409


def _number(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text)
    return int(next(group for group in found.groups() if group)[:18]) if found else None


def malformed_answer(observed: str, *, endpoint: Endpoint) -> StreamInterruptedError:
    """Return the error for an answer of status 200 that is no answer of this API."""
    return StreamInterruptedError(
        f"{endpoint.provider} sent something unreadable from {endpoint.url}: {endpoint.quoted(observed)}",
        provider=endpoint.provider,
        kind="malformed",
        received_chars=0,
        hint=f"check providers.{endpoint.provider}.base_url; `aircher providers test {endpoint.provider}` tries it",
    )
