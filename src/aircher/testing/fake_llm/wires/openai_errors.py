"""Errors in OpenAI's words, for both of its APIs.

Source: recorded answers of the API; https://platform.openai.com/docs/guides/error-codes
"""

from collections.abc import Mapping
from math import ceil
from types import MappingProxyType

import msgspec

from aircher.testing.fake_llm.asks import Document, HttpAnswer, Stamp, text_after
from aircher.testing.fake_llm.script import Failure, FailureKind

_KINDS: Mapping[FailureKind, tuple[int, str, str | None, str]] = MappingProxyType(
    {
        "invalid_request": (400, "invalid_request_error", None, "Invalid request."),
        "auth": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-fake-****0000."),
        "permission": (
            403,
            "request_forbidden",
            "unsupported_country_region_territory",
            "Country, region, or territory not supported",
        ),
        "billing": (
            429,
            "insufficient_quota",
            "credit_balance_exhausted",
            "You exceeded your current quota, please check your plan and billing details.",
        ),
        "not_found": (404, "invalid_request_error", "model_not_found", "The model does not exist."),
        "context_length": (
            400,
            "invalid_request_error",
            "context_length_exceeded",
            "Your input exceeds the context window of this model. Please adjust your input and try again.",
        ),
        "too_large": (413, "invalid_request_error", None, "Request body too large."),
        "rate_limit": (429, "rate_limit_error", "rate_limit_exceeded", "Rate limit reached on requests per min (RPM)."),
        "overloaded": (
            503,
            "service_unavailable_error",
            "server_is_overloaded",
            "Our servers are currently overloaded. Please try again later.",
        ),
        "server_error": (500, "server_error", None, "The server had an error while processing your request."),
        "timeout": (504, "server_error", None, "The request timed out."),
    }
)
"""Status, type, code and message of each kind."""


def complaint(failure: Failure) -> Document:
    """Return the inner error object."""
    _, type_, code, message = _KINDS[failure.kind]
    text = failure.message or message
    if failure.retry_after_s is not None:
        text += f" Please try again in {text_after(failure.retry_after_s)}."
    return {"message": text, "type": type_, "param": None, "code": code}


def refusal(failure: Failure, stamp: Stamp) -> HttpAnswer:
    """Return the error as an HTTP answer."""
    headers = {"content-type": "application/json", "x-request-id": stamp.name("req_")}
    headers |= retry_headers(failure)
    return HttpAnswer(
        status=failure.status or _KINDS[failure.kind][0],
        headers=headers,
        body=msgspec.json.encode({"error": complaint(failure)}),
    )


def retry_headers(failure: Failure) -> dict[str, str]:
    """Return the hint when to come again; the finer header only where the coarse one would round."""
    if failure.retry_after_s is None:
        return {}
    headers = {"retry-after": str(ceil(failure.retry_after_s))}
    if failure.retry_after_s != ceil(failure.retry_after_s):
        headers["retry-after-ms"] = str(round(failure.retry_after_s * 1000))
    return headers
