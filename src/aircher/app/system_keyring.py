"""Keys in the operating system's keyring, through the optional package ``keyring``: read, stored, removed.

Invariant: a key leaves this module only as a `Secret`, never in a message. A keyring that is missing, locked or broken
reads like an empty one; only who stores or removes a key is told. Not its job: which source of a key comes first.
"""

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec

from aircher.domain.errors import AuthError
from aircher.domain.records import dataclass
from aircher.support.secret import Secret

SERVICE = "aircher"
_RECOMMENDED = 1  # from this priority on the package itself recommends a backend; below are plain files and the like


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringPlace:
    """Which keyring it is, by the name its backend gives itself, and whether the package recommends it for keys."""

    name: str
    is_recommended: bool


def stored_key(provider: str) -> Secret | None:
    """Return the key that the keyring has for a provider; ``None`` if there is none or no keyring."""
    if find_spec("keyring") is None:
        return None
    import keyring

    with suppress(*_troubles()):
        value = keyring.get_password(SERVICE, provider)
        return Secret(value) if value else None
    return None


def store_key(provider: str, key: Secret, *, variable: str) -> KeyringPlace:
    """Put the key of a provider into the keyring, in place of an earlier one.

    Raises:
        AuthError: There is no keyring, or it did not take the key; the hint names ``variable`` as the way without.
    """
    with _telling(provider, variable):
        import keyring

        keyring.set_password(SERVICE, provider, key.reveal())
        place = _place()
    if stored_key(provider) != key:
        raise _refusal(provider, f"the keyring {place.name} did not keep it", variable)
    return place


def remove_key(provider: str, *, variable: str) -> KeyringPlace | None:
    """Remove a provider's key from the keyring and return which one that is; ``None`` if it held none.

    Raises:
        AuthError: There is no keyring, or it did not let go of the key.
    """
    with _telling(provider, variable):
        import keyring

        if not keyring.get_password(SERVICE, provider):
            return None
        keyring.delete_password(SERVICE, provider)
        return _place()


def _place() -> KeyringPlace:
    import keyring

    backend = keyring.get_keyring()
    return KeyringPlace(name=backend.name, is_recommended=backend.priority >= _RECOMMENDED)


def _troubles() -> tuple[type[Exception], ...]:
    """Return what comes out of the package: its own errors, a backend that cannot be loaded, a missing bus."""
    from configparser import Error

    from keyring.errors import KeyringError

    return (KeyringError, OSError, RuntimeError, ImportError, AttributeError, ValueError, Error)


@contextmanager
def _telling(provider: str, variable: str) -> Iterator[None]:
    if find_spec("keyring") is None:
        install = f"{shlex.quote(sys.executable)} -m pip install keyring"
        raise AuthError(
            f"the key of {provider} cannot be kept: the package keyring is not installed",
            provider=provider,
            kind="auth",
            hint=f"{install}, or keep the key in a variable: export {variable}=…",
        )
    try:
        yield
    except _troubles() as exc:
        # only the kind of the error: what a backend says might quote the key
        raise _refusal(provider, f"no keyring can be used here ({type(exc).__name__})", variable) from exc


def _refusal(provider: str, why: str, variable: str) -> AuthError:
    return AuthError(
        f"the key of {provider} was not changed: {why}",
        provider=provider,
        kind="auth",
        hint=f"keep the key in a variable: export {variable}=…, or unlock or install a keyring: keyring diagnose",
    )
