"""Drives the fake server with the official anthropic package; prints what came back as JSON."""

import json
import sys

import anthropic

TOOL = {"name": "read_file", "description": "Read a file.", "input_schema": {"type": "object"}}


def failure(exc, **more):
    hint = exc.response.headers.get("retry-after")
    return {
        "error": type(exc).__name__,
        "status": exc.status_code,
        "type": exc.body["error"]["type"],
        "retry-after": hint,
        **more,
    }


def say(text):
    return [{"role": "user", "content": text}]


def stream(client, text, **options):
    shown = ""
    try:
        with client.messages.stream(model="fake-large", max_tokens=100, messages=say(text), **options) as events:
            for piece in events.text_stream:
                shown += piece
            message = events.get_final_message()
    except anthropic.APIStatusError as exc:
        return failure(exc, text=shown), None
    thinking = [block for block in message.content if block.type == "thinking"]
    return {
        "text": shown,
        "thinking": "".join(block.thinking for block in thinking),
        "is_signed": all(block.signature for block in thinking),
        "finish": message.stop_reason,
        "usage": [message.usage.input_tokens, message.usage.output_tokens],
    }, message


def call(client):
    _, message = stream(client, "call", tools=[TOOL])
    block = next(block for block in message.content if block.type == "tool_use")
    result = {"type": "tool_result", "tool_use_id": block.id, "content": "the file"}
    assistant = {"role": "assistant", "content": [part.model_dump(exclude_none=True) for part in message.content]}
    after = client.messages.create(
        model="fake-large", max_tokens=100, messages=[*say("call"), assistant, {"role": "user", "content": [result]}]
    )
    return {"name": block.name, "arguments": block.input, "after": after.content[0].text}


def refused(client, text):
    try:
        client.messages.create(model="fake-large", max_tokens=100, messages=say(text))
    except anthropic.APIStatusError as exc:
        return failure(exc)
    return None


def main(url):
    client = anthropic.Anthropic(base_url=url, api_key="sk-ant-fake", max_retries=0)
    whole = client.messages.create(model="fake-large", max_tokens=100, messages=say("plain"))
    return {
        "stream": stream(client, "plain")[0],
        "thinking": stream(client, "think")[0],
        "call": call(client),
        "whole": {
            "text": whole.content[0].text,
            "finish": whole.stop_reason,
            "usage": [whole.usage.input_tokens, whole.usage.output_tokens],
        },
        "auth": refused(client, "refuse auth"),
        "rate_limit": refused(client, "refuse rate_limit"),
        "broken": stream(client, "break")[0],
        "models": [model.id for model in client.models.list()],
        "count": client.messages.count_tokens(model="fake-large", messages=say("plain")).input_tokens > 0,
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
