"""Drives the fake server with the official google-genai package; prints what came back as JSON."""

import json
import sys

from google import genai
from google.genai import errors, types

TOOL = types.Tool(function_declarations=[{"name": "read_file", "description": "Read a file."}])
THINKING = types.GenerateContentConfig(thinking_config=types.ThinkingConfig(include_thoughts=True))
CALLING = types.GenerateContentConfig(
    tools=[TOOL], automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True)
)


def failure(exc, **more):
    details = (exc.details or {}).get("error", {}).get("details", [])
    delays = [item["retryDelay"] for item in details if "retryDelay" in item]
    return {"error": type(exc).__name__, "status": exc.code, "name": exc.status, "delays": delays, **more}


def usage(response):
    told = response.usage_metadata
    return [told.prompt_token_count, told.candidates_token_count + (told.thoughts_token_count or 0)]


def stream(client, text, config=None):
    got = {"text": "", "thinking": "", "finish": None, "usage": None}
    parts = []
    try:
        for chunk in client.models.generate_content_stream(model="fake-large", contents=text, config=config):
            for part in chunk.candidates[0].content.parts:
                parts.append(part)
                got["thinking" if part.thought else "text"] += part.text or ""
            reason = chunk.candidates[0].finish_reason
            got["finish"] = reason.value if reason else got["finish"]
            got["usage"] = usage(chunk)
    except errors.APIError as exc:
        return failure(exc, text=got["text"]), parts
    return got, parts


def call(client):
    _, parts = stream(client, "call", CALLING)
    asked = next(part for part in parts if part.function_call)
    result = types.Part.from_function_response(name=asked.function_call.name, response={"output": "the file"})
    after = client.models.generate_content(
        model="fake-large",
        contents=[
            types.UserContent("call"),
            types.Content(role="model", parts=parts),
            types.Content(role="user", parts=[result]),
        ],
    )
    return {
        "name": asked.function_call.name,
        "arguments": asked.function_call.args,
        "is_signed": bool(asked.thought_signature),
        "after": after.text,
    }


def refused(client, text):
    try:
        client.models.generate_content(model="fake-large", contents=text)
    except errors.APIError as exc:
        return failure(exc)
    return None


def main(url):
    client = genai.Client(api_key="AIza-fake", http_options=types.HttpOptions(base_url=url))
    whole = client.models.generate_content(model="fake-large", contents="plain")
    return {
        "stream": stream(client, "plain")[0],
        "thinking": stream(client, "think", THINKING)[0],
        "call": call(client),
        "whole": {"text": whole.text, "finish": whole.candidates[0].finish_reason.value, "usage": usage(whole)},
        "auth": refused(client, "refuse auth"),
        "rate_limit": refused(client, "refuse rate_limit"),
        "broken": stream(client, "break")[0],
        "models": [model.name for model in client.models.list()],
        "count": client.models.count_tokens(model="fake-large", contents="plain").total_tokens > 0,
        "embedding": len(client.models.embed_content(model="gemini-embedding-001", contents="a").embeddings[0].values),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
