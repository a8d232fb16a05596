import pytest

from aircher.domain.errors import ApiError, AuthError, ContentFilteredError
from aircher.domain.messages import JsonValue
from aircher.engine.recovery import may_fall_back
from aircher.providers._api_errors import Complaint, api_error, complaint_of
from aircher.providers._endpoint import Endpoint

ENDPOINT = Endpoint(provider="p", kind="openrouter", url="http://127.0.0.1/v1/chat/completions", model="m")


def error_of(payload: JsonValue, status: int | None) -> ApiError:
    return api_error(complaint_of(payload) or Complaint(message=""), endpoint=ENDPOINT, status=status)


@pytest.mark.parametrize(
    ("words", "is_state"),
    [
        ("messages.1: The final block in an assistant message cannot be `thinking`.", True),
        ("messages.1.content.0: Invalid `signature` in `thinking` block", True),
        ("Unrecognized request argument: messages[2].reasoning_content", True),
        ("The `reasoning_content` in the thinking mode must be passed back to the API.", False),
        ("messages: roles must alternate", False),
    ],
)
def test_words_tell_that_the_state_of_an_earlier_answer_is_refused(words: str, *, is_state: bool) -> None:
    error = error_of({"error": {"type": "invalid_request_error", "message": words}}, 400)

    assert (error.kind, error.rejects_state) == ("invalid_request", is_state)


@pytest.mark.parametrize("metadata", [{"flagged_input": "how…"}, {"reasons": ["violence"], "provider_name": "OpenAI"}])
def test_a_prompt_that_was_flagged_is_no_fault_of_the_key(metadata: JsonValue) -> None:
    error = error_of({"error": {"code": 403, "message": "your input was flagged", "metadata": metadata}}, 403)

    assert (type(error), error.kind, error.code) == (ContentFilteredError, "permission", "provider.filtered")
    assert error.hint == "rephrase the prompt; the provider's policy refused it"
    assert not may_fall_back(error)


def test_a_key_without_the_right_is_one() -> None:
    error = error_of({"error": {"code": 403, "message": "this key may not use m", "metadata": {}}}, 403)

    assert (type(error), error.kind, may_fall_back(error)) == (AuthError, "permission", True)
