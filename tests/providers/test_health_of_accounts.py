import pytest

from aircher.domain.errors import ApiError, AuthError, ContentFilteredError, ProviderError, QuotaError
from aircher.providers.health import FAILURES_TO_OPEN, Health, State
from aircher.providers.scripted import ScriptedProvider
from aircher.testing.manual_clock import ManualClock


def health() -> Health:
    return Health(ScriptedProvider([]), clock=ManualClock(), retry_after_s=300.0)


@pytest.mark.parametrize(
    "error",
    [
        AuthError("bad key", provider="p", kind="auth"),
        QuotaError("no credit", provider="p", kind="billing"),
    ],
)
def test_trouble_of_the_account_leaves_a_provider_alone_at_once(error: ProviderError) -> None:
    circuit = health()
    circuit.fail(error)
    assert circuit.state is State.OPEN


@pytest.mark.parametrize(
    "error",
    [
        AuthError("not this model", provider="p", kind="permission"),
        ContentFilteredError("flagged", provider="p", kind="permission"),
        ContentFilteredError("refused", provider="p", kind="content_filter"),
        ApiError("unknown field", provider="p", kind="invalid_request"),
    ],
)
def test_what_one_prompt_or_model_is_refused_says_nothing_of_the_provider(error: ProviderError) -> None:
    circuit = health()
    for _ in range(FAILURES_TO_OPEN):
        circuit.fail(error)
    assert circuit.state is State.CLOSED
