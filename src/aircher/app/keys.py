"""Where a provider's key comes from: its variable, the system's keyring, a helper program.

Invariant: a key leaves this module only as a `Secret`, never in a message.
"""

import shlex
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec

from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import AuthError
from aircher.support.secret import Secret

KEYRING_SERVICE = "aircher"
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
    return _from_keyring(name) if section.api_key_env else None


def _from_keyring(name: str) -> Secret | None:
    if find_spec("keyring") is None:
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        return None  # no keyring runs here: that is the same as an empty one
    return Secret(value) if value else None


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
