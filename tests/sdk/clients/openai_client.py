"""Drives the fake server with the official openai package; prints what came back as JSON."""

import json
import sys

import openai

TOOL = {"name": "read_file", "description": "Read a file.", "parameters": {"type": "object", "properties": {}}}


def failure(exc, **more):
    status = getattr(exc, "status_code", None)
    headers = exc.response.headers if hasattr(exc, "response") else {}
    hints = {name: headers[name] for name in ("retry-after", "retry-after-ms") if name in headers}
    return {"error": type(exc).__name__, "status": status, "code": exc.code, "hints": hints, **more}


class Chat:
    def __init__(self, client):
        self.client = client

    def ask(self, text, **options):
        messages = [{"role": "user", "content": text}]
        return self.client.chat.completions.create(model="fake-large", messages=messages, **options)

    def stream(self, text, **options):
        got = {"text": "", "thinking": "", "finish": None, "usage": None}
        try:
            for chunk in self.ask(text, stream=True, stream_options={"include_usage": True}, **options):
                for choice in chunk.choices:
                    thought = getattr(choice.delta, "reasoning_content", None) or getattr(choice.delta, "reasoning", "")
                    got["text"] += choice.delta.content or ""
                    got["thinking"] += thought or ""
                    got["finish"] = choice.finish_reason or got["finish"]
                if chunk.usage:
                    got["usage"] = usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        except openai.APIError as exc:
            return failure(exc, text=got["text"])
        return got

    def call(self):
        tools = [{"type": "function", "function": TOOL}]
        with self.client.chat.completions.stream(
            model="fake-large", messages=[{"role": "user", "content": "call"}], tools=tools
        ) as stream:
            message = stream.get_final_completion().choices[0].message
        call = message.tool_calls[0]
        after = self.client.chat.completions.create(
            model="fake-large",
            messages=[
                {"role": "user", "content": "call"},
                message.model_dump(exclude_none=True, exclude={"parsed"}),
                {"role": "tool", "tool_call_id": call.id, "content": "the file"},
            ],
        )
        arguments = json.loads(call.function.arguments)
        return {"name": call.function.name, "arguments": arguments, "after": after.choices[0].message.content}

    def whole(self):
        done = self.ask("plain")
        return {
            "text": done.choices[0].message.content,
            "finish": done.choices[0].finish_reason,
            "usage": usage(done.usage.prompt_tokens, done.usage.completion_tokens),
        }

    def refused(self, text):
        try:
            self.ask(text)
        except openai.APIStatusError as exc:
            return failure(exc)
        return None


class Responses:
    def __init__(self, client):
        self.client = client

    def ask(self, text, **options):
        return self.client.responses.create(model="fake-large", input=text, **options)

    def stream(self, text, **options):
        got = {"text": "", "thinking": "", "finish": None, "usage": None}
        try:
            for event in self.ask(text, stream=True, **options):
                if event.type == "response.output_text.delta":
                    got["text"] += event.delta
                elif event.type == "response.reasoning_summary_text.delta":
                    got["thinking"] += event.delta
                elif event.type == "response.completed":
                    got["finish"] = event.response.status
                    got["usage"] = usage(event.response.usage.input_tokens, event.response.usage.output_tokens)
                elif event.type == "response.failed":
                    got["finish"] = event.response.status
                    got["code"] = event.response.error.code
        except openai.APIError as exc:
            return failure(exc, text=got["text"])
        return got

    def call(self):
        tools = [{"type": "function", **TOOL, "strict": False}]
        with self.client.responses.stream(model="fake-large", input="call", tools=tools) as stream:
            response = stream.get_final_response()
        call = next(item for item in response.output if item.type == "function_call")
        after = self.client.responses.create(
            model="fake-large",
            input=[
                {"role": "user", "content": "call"},
                *(item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in response.output),
                {"type": "function_call_output", "call_id": call.call_id, "output": "the file"},
            ],
        )
        return {"name": call.name, "arguments": json.loads(call.arguments), "after": after.output_text}

    def whole(self):
        done = self.ask("plain")
        return {
            "text": done.output_text,
            "finish": done.status,
            "usage": usage(done.usage.input_tokens, done.usage.output_tokens),
        }

    def refused(self, text):
        try:
            self.ask(text)
        except openai.APIStatusError as exc:
            return failure(exc)
        return None


def usage(input_tokens, output_tokens):
    return [input_tokens, output_tokens]


def outcomes(api):
    return {
        "stream": api.stream("plain"),
        "thinking": api.stream("think"),
        "call": api.call(),
        "whole": api.whole(),
        "auth": api.refused("refuse auth"),
        "rate_limit": api.refused("refuse rate_limit"),
        "broken": api.stream("break"),
    }


def main(url):
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="sk-fake", max_retries=0)
    router = openai.OpenAI(base_url=f"{url}/api/v1", api_key="sk-fake", max_retries=0)
    vector = client.embeddings.create(model="fake-large", input=["a", "b"]).data[0].embedding
    return {
        "chat": outcomes(Chat(client)),
        "responses": outcomes(Responses(client)),
        "openrouter": outcomes(Chat(router)),
        "models": [model.id for model in client.models.list()],
        "router_models": [model.id for model in router.models.list()],
        "count": client.responses.input_tokens.count(model="fake-large", input="plain").input_tokens > 0,
        "embedding": len(vector),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
