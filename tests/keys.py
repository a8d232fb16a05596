"""The keys that tests hand out. Every one is hunted for in what the tests leave behind (`tests.key_hunt`).

Most look like no vendor's keys, so that nothing hides them by their shape: only who knows the value can.
"""

from collections.abc import Mapping
from types import MappingProxyType

ZOO = "zoo-secret-0123456789"

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "OPENAI_API_KEY": "gate-of-openai-5b1c77e0d9",
        "ANTHROPIC_API_KEY": "gate-of-anthropic-80c2f1a64e",
        "GEMINI_API_KEY": "gate-of-gemini-1f9ad3076b",
        "OPENROUTER_API_KEY": "gate-of-openrouter-c46e90b2f8",
        "OLLAMA_API_KEY": "gate-of-ollama-37d8a5be10",
        "ZOO_KEY": ZOO,
        "KEYRING": "zoo-secret-of-the-keyring-9c31",
        "CONTRACT": "sk-contract-5b9d2e71f04c",
        "OF_A_SHAPE": "sk-proj-abcdefghijklmnopqrstuvwxyz",
        "UNTRUSTED": "sk-untrusted-1b7e40c95d",
    }
)
"""Values by the variable that a program finds them in."""
