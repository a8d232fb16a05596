"""``aircher providers``: who can answer, and whether they do."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from aircher.cli import exit_codes, provider_test
from aircher.cli.context import CliContext
from aircher.cli.options import Actions
from aircher.domain.errors import UsageError

if TYPE_CHECKING:
    from aircher.config import Config
    from aircher.config.sections_providers import ProviderSettings
    from aircher.support.secret import Secret

EXAMPLE = "aircher providers test openai"


def register(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    actions = Actions(parser)
    actions.add("list", "the configured providers and whether a key is at hand", has_json=True)
    actions.add("login", "keep a key in the system's keyring; it is typed unseen, or piped in").add_argument(
        "name", metavar="NAME"
    )
    actions.add("logout", "remove a key from the system's keyring").add_argument("name", metavar="NAME")
    provider_test.register(actions)


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Do what ``args.action`` says."""
    return ACTIONS[args.action](args, context, context.load_config())


def _list(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    from aircher.app.choice import chosen_by_default
    from aircher.app.keys import key_source

    chosen = chosen_by_default(config, context.environ)
    rows = [
        {
            "name": name,
            "kind": section.kind,
            "model": section.model,
            "key_variable": section.api_key_env or None,
            "has_key": (source := key_source(name, section, context.environ)) is not None,
            "key_source": source,
            "is_default": name == chosen,
        }
        for name, section in config.providers.named.items()
    ]
    if args.json:
        context.print_json(rows)
        return exit_codes.DONE
    for row in rows:
        key = _key_words(row["key_source"], row["key_variable"])
        context.print(f"{'*' if row['is_default'] else ' '} {row['name']:<12} {row['model'] or '-':<24} {key}")
    context.note("* answers by default; another one: --provider NAME, or aircher config set providers.default NAME")
    return exit_codes.DONE


def _key_words(source: object, variable: object) -> str:
    match source:
        case "keyring":
            return "key in the keyring"
        case "command":
            return "key from a program of yours"
        case "variable":
            return f"{variable} is set"
        case _:
            return f"{variable} not set" if variable else "no key needed"


def _login(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    from aircher.app.choice import chosen_by_default
    from aircher.app.system_keyring import SERVICE, store_key
    from aircher.config.shapes import write_key

    name, section = _with_key(args.name, config)
    place = store_key(name, _read_key(name, context), variable=section.api_key_env)
    context.print(f"the key of {name} is in the keyring: {place.name}, service {SERVICE}, user {name}")
    if not place.is_recommended:
        context.note("this keyring is not one that encrypts for sure; the package keyring does not recommend it")
    is_set = bool(context.environ.get(section.api_key_env, "").strip())
    context.note(
        f"{section.api_key_env} {'is set and' if is_set else 'comes first if it is set; it'} wins over the keyring"
    )
    if section.api_key_command:
        context.note(f"{write_key(('providers', name, 'api_key_command'))} is set and wins over the keyring")
    if chosen_by_default(config, context.environ) != name:
        context.note(f"it answers by default after: aircher config set providers.default {name}")
    return exit_codes.DONE


def _logout(args: argparse.Namespace, context: CliContext, config: "Config") -> int:
    from aircher.app.system_keyring import remove_key

    name, section = _with_key(args.name, config)
    place = remove_key(name, variable=section.api_key_env)
    if place is None:
        context.note(f"the keyring holds no key of {name}")
    else:
        context.print(f"the key of {name} is removed from the keyring: {place.name}")
    if context.environ.get(section.api_key_env, "").strip():
        context.note(f"{section.api_key_env} is still set")
    return exit_codes.DONE


def _with_key(requested: str, config: "Config") -> "tuple[str, ProviderSettings]":
    """Return the provider that was named, if it is one that takes a key.

    Raises:
        AircherError: There is no such provider, or it is asked without a key.
    """
    from aircher.config.providers import provider_settings
    from aircher.config.shapes import write_key

    name, section = provider_settings(config.providers, requested)
    if not section.api_key_env:
        raise UsageError(
            f"{name} is asked without a key",
            hint=f"if it needs one: aircher config set {write_key(('providers', name, 'api_key_env'))} VARIABLE",
        )
    return name, section


def _read_key(name: str, context: CliContext) -> "Secret":
    """Return what is typed without an echo, or piped in.

    Raises:
        UsageError: That is no key.
    """
    from aircher.cli.stdin import read_piped
    from aircher.support.secret import Secret

    if not context.stdin.closed and context.stdin.isatty():
        from getpass import getpass

        try:
            text = getpass(f"key of {name} (it is not shown): ")
        except EOFError:
            text = ""
    else:
        text = read_piped(context.stdin, context.stderr)
    key = text.strip()
    if not key:
        raise UsageError(
            "no key was given", hint=f"type or paste it, or pipe it in: aircher providers login {name} <FILE"
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(
            f"what was given is no key: its {len(key)} characters hold spaces, line breaks or letters that no key has",
            hint="give the key alone",
        )
    return Secret(key)


ACTIONS: "dict[str, Callable[[argparse.Namespace, CliContext, Config], int]]" = {
    "list": _list,
    "login": _login,
    "logout": _logout,
    "test": provider_test.run,
}
"""What each action does."""
