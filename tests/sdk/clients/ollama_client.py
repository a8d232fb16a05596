"""Drives the fake server with the official ollama package; prints what came back as JSON."""

import json
import sys

import ollama

TOOL = {"type": "function", "function": {"name": "read_file", "description": "Read a file.", "parameters": {}}}


def failure(exc, **more):
    return {"error": type(exc).__name__, "status": exc.status_code, "message": exc.error, **more}


def say(text):
    return [{"role": "user", "content": text}]


def stream(client, text, **options):
    got = {"text": "", "thinking": "", "finish": None, "usage": None}
    calls = []
    try:
        for line in client.chat(model="fake-large", messages=say(text), stream=True, **options):
            got["text"] += line.message.content or ""
            got["thinking"] += line.message.thinking or ""
            calls += line.message.tool_calls or []
            if line.done:
                got |= {"finish": line.done_reason, "usage": [line.prompt_eval_count, line.eval_count]}
    except ollama.ResponseError as exc:
        return failure(exc, text=got["text"]), calls
    return got, calls


def call(client):
    _, calls = stream(client, "call", tools=[TOOL])
    function = calls[0].function
    messages = [
        *say("call"),
        {"role": "assistant", "content": "", "tool_calls": [calls[0].model_dump()]},
        {"role": "tool", "tool_name": function.name, "content": "the file"},
    ]
    after = client.chat(model="fake-large", messages=messages)
    return {"name": function.name, "arguments": dict(function.arguments), "after": after.message.content}


def refused(client, text):
    try:
        client.chat(model="fake-large", messages=say(text))
    except ollama.ResponseError as exc:
        return failure(exc)
    return None


def main(url):
    client = ollama.Client(host=url)
    whole = client.chat(model="fake-large", messages=say("plain"))
    return {
        "stream": stream(client, "plain")[0],
        "thinking": stream(client, "think", think=True)[0],
        "call": call(client),
        "whole": {
            "text": whole.message.content,
            "finish": whole.done_reason,
            "usage": [whole.prompt_eval_count, whole.eval_count],
        },
        "auth": refused(client, "refuse auth"),
        "rate_limit": refused(client, "refuse rate_limit"),
        "broken": stream(client, "break")[0],
        "models": [model.model for model in client.list().models],
        "running": [model.model for model in client.ps().models],
        "capabilities": client.show("fake-large").capabilities,
        "pull": [line.status for line in client.pull("fake-large", stream=True)][-1],
        "pull_whole": client.pull("fake-large").status,
        "delete": client.delete("fake-large").status,
        "embedding": len(client.embed(model="fake-large", input="a").embeddings[0]),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
