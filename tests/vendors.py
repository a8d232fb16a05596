"""Every vendor as the installed program is pointed at a server that speaks its wire."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.keys import KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A section of the configuration, and where its wire's paths begin.

    Attributes:
        name: The section's name.
        wire: What the fake server calls the wire.
        path: Below the server's address.
        model: One of the catalogue's, so that its price is known; Ollama's are free of charge.
        key_variable: Empty = none is sent.
    """

    name: str
    wire: str
    path: str
    model: str
    key_variable: str = ""
    kind: str = ""

    def options(self, url: str) -> list[str]:
        """Return the arguments that ask this server through this vendor's section."""
        return ["--provider", self.name, "--model", self.model, *self.section(url)]

    def section(self, url: str) -> list[str]:
        """Return the arguments that put the server into the section."""
        settings = {"base_url": f"{url}{self.path}", "model": self.model}
        if self.kind:
            settings |= {"kind": self.kind, "api_key_env": self.key_variable}
        return [
            word for key, value in settings.items() for word in ("--config", f"providers.{self.name}.{key}={value}")
        ]

    @property
    def key(self) -> Mapping[str, str]:
        """Return the variables of a user who has the key."""
        return {self.key_variable: KEYS[self.key_variable]} if self.key_variable else {}


CHAT = Vendor(name="zoo", wire="openai-chat", path="/v1", model="m", key_variable="ZOO_KEY", kind="openai-compatible")
RESPONSES = Vendor(
    name="openai", wire="openai-responses", path="/v1", model="gpt-6.1-terra", key_variable="OPENAI_API_KEY"
)
ANTHROPIC = Vendor(
    name="anthropic", wire="anthropic", path="", model="claude-haiku-5-5", key_variable="ANTHROPIC_API_KEY"
)
GEMINI = Vendor(name="gemini", wire="gemini", path="/v1beta", model="gemini-3.8-flash", key_variable="GEMINI_API_KEY")
OLLAMA = Vendor(name="ollama", wire="ollama", path="", model="llama3.2")
OPENROUTER = Vendor(
    name="openrouter",
    wire="openrouter",
    path="/api/v1",
    model="anthropic/claude-haiku-5.5",
    key_variable="OPENROUTER_API_KEY",
)
VENDORS = (CHAT, RESPONSES, ANTHROPIC, GEMINI, OLLAMA, OPENROUTER)
