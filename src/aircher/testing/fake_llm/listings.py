"""What servers answer besides answers: lists of models, counts of tokens, embeddings, states. Pure.

Invariant: every shape is that of a recorded answer of the real server.
"""

import hashlib
import struct
from base64 import b64encode
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from aircher.testing.fake_llm.asks import Document, HttpAnswer, count_tokens

_WINDOW_TOKENS = 200_000
_OUTPUT_TOKENS = 32_000
_CREATED_S = 1_767_225_600  # 2026-01-01: models do not get younger
_CREATED_AT = "2026-01-01T00:00:00Z"
_DIMENSIONS = 8


def openai_models(models: Sequence[str]) -> Document:
    """Return OpenAI's list."""
    return {"object": "list", "data": [openai_model(model) for model in models]}


def openai_model(model: str) -> Document:
    """Return an entry of OpenAI's list; the window is said as vLLM says it."""
    return {
        "id": model,
        "object": "model",
        "created": _CREATED_S,
        "owned_by": "aircher",
        "max_model_len": _WINDOW_TOKENS,
    }


def anthropic_models(models: Sequence[str]) -> Document:
    """Return Anthropic's list."""
    data = [anthropic_model(model) for model in models]
    return {"data": data, "has_more": False, "first_id": models[0], "last_id": models[-1]}


def anthropic_model(model: str) -> Document:
    """Return an entry of Anthropic's list."""
    return {
        "type": "model",
        "id": model,
        "display_name": model,
        "created_at": _CREATED_AT,
        "max_input_tokens": _WINDOW_TOKENS,
        "max_tokens": _OUTPUT_TOKENS,
        "lifecycle": "active",
        "line": None,
        "deprecated_at": None,
        "retires_at": None,
        "capabilities": None,
    }


def gemini_models(models: Sequence[str]) -> Document:
    """Return Gemini's list."""
    return {"models": [gemini_model(model) for model in models]}


def gemini_model(model: str) -> Document:
    """Return an entry of Gemini's list."""
    return {
        "name": f"models/{model}",
        "version": "001",
        "displayName": model,
        "description": "Answers from a script.",
        "inputTokenLimit": _WINDOW_TOKENS,
        "outputTokenLimit": _OUTPUT_TOKENS,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
        "temperature": 1,
        "topP": 0.95,
        "topK": 64,
        "maxTemperature": 2,
        "thinking": True,
    }


def openrouter_models(models: Sequence[str]) -> Document:
    """Return OpenRouter's list, with prices."""
    return {"data": [_openrouter_model(model) for model in models]}


def _openrouter_model(model: str) -> Document:
    return {
        "id": model,
        "canonical_slug": model,
        "hugging_face_id": "",
        "name": model,
        "created": _CREATED_S,
        "description": "Answers from a script.",
        "context_length": _WINDOW_TOKENS,
        "architecture": {
            "modality": "text+image->text",
            "input_modalities": ["text", "image"],
            "output_modalities": ["text"],
            "tokenizer": "Other",
            "instruct_type": None,
        },
        "pricing": {"prompt": "0.000001", "completion": "0.000001"},
        "top_provider": {
            "context_length": _WINDOW_TOKENS,
            "max_completion_tokens": _OUTPUT_TOKENS,
            "is_moderated": False,
        },
        "per_request_limits": None,
        "supported_parameters": ["max_tokens", "reasoning", "tools", "tool_choice"],
        "default_parameters": {},
        "supported_voices": None,
    }


def openrouter_key() -> Document:
    """Return what OpenRouter tells about a key."""
    return {
        "data": {
            "label": "sk-or-v1-fake",
            "limit": 20,
            "limit_remaining": 12.5,
            "limit_reset": None,
            "usage": 7.5,
            "byok_usage": 0,
            "is_free_tier": False,
            "is_management_key": False,
            "expires_at": None,
        }
    }


def ollama_tags(models: Sequence[str]) -> Document:
    """Return Ollama's installed models."""
    return {"models": [_ollama_model(model) for model in models]}


def ollama_running(models: Sequence[str]) -> Document:
    """Return Ollama's loaded models: the first one."""
    loaded = {**_ollama_model(models[0]), "size_vram": 5_200_000_000, "context_length": _WINDOW_TOKENS}
    return {"models": [{**loaded, "expires_at": "2099-01-01T00:00:00Z"}]}


def _ollama_model(model: str) -> Document:
    return {
        "name": model,
        "model": model,
        "modified_at": _CREATED_AT,
        "size": 5_200_000_000,
        "digest": hashlib.sha256(model.encode()).hexdigest(),
        "details": _OLLAMA_DETAILS,
    }


_OLLAMA_DETAILS: Document = {
    "parent_model": "",
    "format": "gguf",
    "family": "fake",
    "families": ("fake",),
    "parameter_size": "8.2B",
    "quantization_level": "Q4_K_M",
}


def ollama_show(body: bytes) -> Document:
    """Return Ollama's description of a model."""
    _model_in(body)
    return {
        "license": "MIT",
        "modelfile": "# Modelfile",
        "parameters": "temperature 0.6",
        "template": "{{ .Prompt }}",
        "details": _OLLAMA_DETAILS,
        "model_info": {
            "general.architecture": "fake",
            "fake.context_length": _WINDOW_TOKENS,
            "fake.embedding_length": _DIMENSIONS,
        },
        "capabilities": ["completion", "tools", "thinking", "embedding"],
        "modified_at": _CREATED_AT,
    }


class _ModelRequest(Struct):
    model: str
    stream: bool | None = True


def _model_in(body: bytes) -> str:
    return msgspec.json.decode(body, type=_ModelRequest).model


def ollama_pull(body: bytes) -> HttpAnswer:
    """Return the lines in which a download tells how far it is; without a stream only the last one."""
    request = msgspec.json.decode(body, type=_ModelRequest)
    total = 4_000
    digest = hashlib.sha256(request.model.encode("utf-8", errors="replace")).hexdigest()
    layer = {"status": f"pulling {digest[:12]}", "digest": f"sha256:{digest}", "total": total}
    lines: list[Document] = [
        {"status": "pulling manifest"},
        layer,
        *({**layer, "completed": total * part // 4} for part in range(1, 5)),
        {"status": "verifying sha256 digest"},
        {"status": "writing manifest"},
        {"status": "success"},
    ]
    told = lines[-1:] if request.stream is False else lines
    return HttpAnswer(
        headers={"content-type": "application/x-ndjson"},
        body=b"".join(msgspec.json.encode(line) + b"\n" for line in told),
    )


def ollama_unload(body: bytes) -> Document:
    """Return what an Ollama server says to a prompt of nothing that asks it to let go of a model."""
    model = _model_in(body)
    return {"model": model, "created_at": _CREATED_AT, "response": "", "done": True, "done_reason": "unload"}


def ollama_delete(body: bytes) -> HttpAnswer:
    """Return that the model is gone, which Ollama says without a word."""
    _model_in(body)
    return HttpAnswer(headers={}, body=b"")


class _EmbeddingRequest(Struct):
    model: str
    input: str | list[str]
    encoding_format: str = "float"


def _vector(text: str) -> list[float]:
    """Return numbers that are the same for the same text, and others for another."""
    digest = hashlib.sha256(text.encode("utf-8", errors="replace")).digest()
    return [byte / 128 - 1 for byte in digest[:_DIMENSIONS]]


def openai_embeddings(body: bytes) -> Document:
    """Return OpenAI's embeddings, as text of base64 if that was asked for."""
    request = msgspec.json.decode(body, type=_EmbeddingRequest)
    texts = [request.input] if isinstance(request.input, str) else request.input
    tokens = sum(map(count_tokens, texts))
    data: list[Document] = []
    for index, text in enumerate(texts):
        vector = _vector(text)
        packed = b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        embedding: str | list[float] = packed if request.encoding_format == "base64" else vector
        data.append({"object": "embedding", "index": index, "embedding": embedding})
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": request.model, "usage": usage}


def ollama_embeddings(body: bytes) -> Document:
    """Return Ollama's embeddings."""
    request = msgspec.json.decode(body, type=_EmbeddingRequest)
    texts = [request.input] if isinstance(request.input, str) else request.input
    return {
        "model": request.model,
        "embeddings": [_vector(text) for text in texts],
        "total_duration": 14_143_917,
        "load_duration": 1_019_500,
        "prompt_eval_count": sum(map(count_tokens, texts)),
    }


class _GeminiPart(Struct):
    text: str = ""


class _GeminiContent(Struct):
    parts: list[_GeminiPart]


class _GeminiEmbedding(Struct):
    content: _GeminiContent


class _GeminiBatch(Struct):
    requests: list[_GeminiEmbedding]


def gemini_embeddings(body: bytes) -> Document:
    """Return Gemini's embeddings of a batch."""
    batch = msgspec.json.decode(body, type=_GeminiBatch)
    texts = ["\n".join(part.text for part in request.content.parts) for request in batch.requests]
    return {"embeddings": [{"values": _vector(text)} for text in texts]}
