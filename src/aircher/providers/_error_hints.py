"""The remedy for each kind of complaint, with the user's own names in it."""

from aircher.providers._endpoint import Endpoint

_HINTS = {
    "permission": "the key lacks the right for this: try another key or model; "
    "`aircher providers test {provider}` checks",
    "billing": "add credit or raise the limit with the provider, or choose another one with --provider",
    "not_found": "address tried: {url}; `aircher models list --provider {provider}` shows what the server has, "
    "providers.{provider}.base_url is the address",
    "context_length": "shorten the prompt, name fewer files, or choose a model with a larger window with --model",
    "too_large": "send less at once: smaller images, fewer or smaller files",
    "rate_limit": "wait, or choose another provider with --provider",
    "overloaded": "try again in a while, or choose another provider with --provider",
    "content_filter": "rephrase the prompt; the provider's policy refused it",
}
_OLLAMA_HINTS = {
    "auth": "`ollama signin` on the server's machine allows models of its cloud; for a server that wants a key, set "
    "providers.{provider}.api_key_env to the name of a variable that holds it",
    "not_found": "`aircher models pull {model} --provider {provider}` downloads it; "
    "`aircher models list --provider {provider}` shows what is there; address tried: {url}, from "
    "providers.{provider}.base_url",
}
_OPENAI = "https://api.openai.com/"
_NO_RESPONSES = 'if the server does not speak Responses, set providers.{provider}.wire = "chat"; '


def hint_for(kind: str, endpoint: Endpoint) -> str | None:
    """Return what to do about a complaint of this kind, or ``None`` where the server's words are the best hint."""
    if endpoint.kind == "ollama" and endpoint.model and kind in _OLLAMA_HINTS:
        return _OLLAMA_HINTS[kind].format(provider=endpoint.provider, model=endpoint.model, url=endpoint.url)
    if kind == "auth":
        return key_hint(endpoint)
    hint = _HINTS.get(kind)
    if kind == "not_found" and endpoint.url.endswith("/responses") and not endpoint.url.startswith(_OPENAI):
        hint = f"{_NO_RESPONSES}{hint}"  # a gateway: OpenAI itself speaks it, there it is the model that is missing
    return None if hint is None else hint.format(provider=endpoint.provider, url=endpoint.url)


def key_hint(endpoint: Endpoint) -> str:
    """Return how a right key is given."""
    test = f"`aircher providers test {endpoint.provider}` checks it"
    if endpoint.key_variable is None:
        return f"set providers.{endpoint.provider}.api_key_env to the name of a variable that holds the key; {test}"
    return f"`export {endpoint.key_variable}=…` with a valid key; {test}"
