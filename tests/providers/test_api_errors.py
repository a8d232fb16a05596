import pytest

from aircher.domain.errors import ApiError
from aircher.domain.messages import JsonValue
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
        ("messages: roles must alternate", False),
    ],
)
def test_words_tell_that_the_state_of_an_earlier_answer_is_refused(words: str, *, is_state: bool) -> None:
    error = error_of({"error": {"type": "invalid_request_error", "message": words}}, 400)

    assert (error.kind, error.rejects_state) == ("invalid_request", is_state)
