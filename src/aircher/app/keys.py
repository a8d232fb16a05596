"""Where a provider's key comes from: its variable, a helper program, the system's keyring, in this order.

Invariant: a key leaves this module only as a `Secret`, never in a message.
"""

import shlex
import subprocess
from collections.abc import Mapping
from typing import Literal, TypeAlias

from aircher.app.system_keyring import stored_key
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import AuthError
from aircher.support.secret import Secret

KeySource: TypeAlias = Literal["variable", "command", "keyring"]

COMMAND_DEADLINE_S = 10.0  # a password manager that asks its user takes a few seconds; a hung one must not hang us


def find_key(name: str, section: ProviderSettings, environ: Mapping[str, str]) -> Secret | None:
    """Return the key of the provider ``name``, or ``None`` if there is none anywhere.

    The helper program gets the whole environment, unlike other programs that Aircher starts: the user set it up to
    handle keys, and it may need one to hand out another (``OP_SERVICE_ACCOUNT_TOKEN``).

    Raises:
        AuthError: The helper program failed.
    """
    value = environ.get(section.api_key_env, "").strip() if section.api_key_env else ""
    if value:
        return Secret(value)
    if section.api_key_command:
        return Secret(_from_command(name, section.api_key_command, environ))
    return stored_key(name) if section.api_key_env else None


def key_source(name: str, section: ProviderSettings, environ: Mapping[str, str]) -> KeySource | None:
    """Return where `find_key` takes the key from, ``None`` = there is none; no helper program is run for it."""
    if section.api_key_env and environ.get(section.api_key_env, "").strip():
        return "variable"
    if section.api_key_command:
        return "command"
    return "keyring" if section.api_key_env and stored_key(name) is not None else None


def _from_command(name: str, command: str, environ: Mapping[str, str]) -> str:
    hint = f"run it by hand, or change providers.{name}.api_key_command"
    try:
        done = subprocess.run(
            shlex.split(command),
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_DEADLINE_S,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as exc:
        raise AuthError(
            f"the program that prints {name}'s key cannot be used: {type(exc).__name__}",
            provider=name,
            kind="auth",
            hint=hint,
        ) from exc
    key = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode or not key:
        what = f"ended with code {done.returncode}" if done.returncode else "printed nothing"
        raise AuthError(f"the program that prints {name}'s key {what}", provider=name, kind="auth", hint=hint)
    return key
