"""What the vendors of the Responses wire share: when it is spoken, how a model is asked and a prompt counted.

Source: https://platform.openai.com/docs/api-reference/responses
"""

from aircher.domain.messages import JsonValue
from aircher.domain.provider import ModelRequest
from aircher.providers._chat_request import ChatDialect
from aircher.providers._chat_vendor import ask_chat
from aircher.providers._json import as_count, as_object
from aircher.providers._openai_models import prefers_responses
from aircher.providers._sse import SseParser
from aircher.providers._wire import Ask, Call, Exchange
from aircher.providers.spec import ProviderSettings


def ask(request: ModelRequest, settings: ProviderSettings, dialect: ChatDialect) -> Ask:
    """Return the call that asks a model over the wire that it is spoken to."""
    if not is_spoken(request.model, settings, dialect):
        return ask_chat(request, dialect)
    # imported only where it is spoken: servers that are compatible to OpenAI's mostly do not
    from aircher.providers._responses_request import responses_body
    from aircher.providers.openai_responses import ResponsesCodec

    return Ask(call=Call("POST", "/responses", responses_body(request)), codec=ResponsesCodec, framing=SseParser)


def is_spoken(model: str, settings: ProviderSettings, dialect: ChatDialect) -> bool:
    """Whether a model is asked over Responses: as the section says, else as the model likes if its name is OpenAI's."""
    if settings.wire == "auto":
        return dialect.knows_openai_models and prefers_responses(model)
    return settings.wire == "responses"


def count(request: ModelRequest, settings: ProviderSettings, dialect: ChatDialect) -> Exchange[int] | None:
    """Return the call that counts a prompt; ``None`` = there is none on the wire that the model is asked over."""
    if not is_spoken(request.model, settings, dialect):
        return None
    from aircher.providers._responses_request import prompt_body

    def read(answer: JsonValue) -> int | None:
        return as_count(as_object(answer).get("input_tokens"))

    return Exchange(call=Call("POST", "/responses/input_tokens", prompt_body(request)), read=read)
