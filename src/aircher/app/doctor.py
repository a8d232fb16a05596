"""`aircher doctor`: every part of this installation, looked at once.

Invariant: looking changes nothing, and no key's value is ever part of a check.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from aircher.app import plain_http
from aircher.app.checks import (
    Check,
    Status,
    check_disk,
    check_git,
    check_python,
    check_sandbox,
    check_terminal,
    check_writable,
)
from aircher.app.choice import chosen_by_default
from aircher.app.keys import KeySource, key_source
from aircher.app.network_check import check_servers
from aircher.config import Config
from aircher.config.databases import database_paths
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.providers.route import route_to
from aircher.storage.maintenance import DatabaseFile, status, verify
from aircher.storage.migrate import FILE_INDEX, SCHEMAS
from aircher.support.paths import user_paths


def diagnose(cwd: Path, environ: Mapping[str, str], stdout: TextIO, *, overrides: tuple[str, ...]) -> list[Check]:
    """Return all checks, in the order in which a person would ask."""
    checks = [check_python(), check_terminal(stdout, environ), check_git(environ)]
    try:
        config = Config.load(cwd=cwd, environ=environ, flags=overrides)
    except ConfigError as exc:
        mistakes = exc.message.replace("\n", "; ")
        remedy = exc.hint or "aircher config edit"
        broken = Check(name="config", detail=mistakes, status=Status.FAILED, remedy=remedy, code=exc.code)
        return [*checks, broken]
    paths = database_paths(config, environ)
    keys = {name: key_source(name, section, environ) for name, section in config.providers.named.items()}
    return [
        *checks,
        _check_config(config),
        check_sandbox(config.security.sandbox_mode),
        *_check_keys(config, environ, keys),
        check_writable("data", paths.conversations.parent),
        check_writable("log", user_paths(environ).state / "logs"),
        check_disk(paths.conversations.parent),
        *(_check_database(DatabaseFile(schema=schema, path=getattr(paths, schema.name)), config) for schema in SCHEMAS),
        *check_servers(_servers(config, environ, keys), environ),
    ]


def _check_config(config: Config) -> Check:
    if not config.notices:
        return Check(name="config", detail=f"of {config.root}")
    notices = "; ".join(notice.text for notice in config.notices)
    remedy = next((notice.hint for notice in config.notices if notice.hint), "aircher config edit")
    return Check(name="config", detail=notices, status=Status.WARNING, remedy=remedy)


def _check_keys(config: Config, environ: Mapping[str, str], keys: Mapping[str, KeySource | None]) -> Iterator[Check]:
    chosen = chosen_by_default(config, environ)
    for name, section in config.providers.named.items():
        if not section.api_key_env:
            continue
        if risk := plain_http.warning(name, section, has_key=keys[name] is not None):
            yield Check(
                name="key", detail=risk, status=Status.WARNING, remedy=f"use https:// in providers.{name}.base_url"
            )
        elif (source := keys[name]) is not None:
            yield Check(name="key", detail=f"{name}: {_whereabouts(source, section)}")
        elif name == chosen and _is_local(section):
            yield Check(name="key", detail=f"{name}: no key, and a server on this machine needs none")
        elif name == chosen:
            yield Check(
                name="key",
                detail=f"{name}: {section.api_key_env} is not set",
                status=Status.FAILED,
                remedy=f"aircher providers login {name}, or export {section.api_key_env}=…",
                code="provider.auth",
            )
        else:
            yield Check(name="key", detail=f"{name}: no key, not in use")


def _whereabouts(source: KeySource, section: ProviderSettings) -> str:
    match source:
        case "variable":
            return f"{section.api_key_env} is set"
        case "command":
            return "a program of yours prints the key"
        case "keyring":
            return "the key is in the keyring"


def _check_database(file: DatabaseFile, config: Config) -> Check:
    found = status(file)
    name = f"{file.schema.name}.db"
    if not found.exists:
        return Check(name=name, detail="not there yet, made when first needed")
    is_cache = file.schema is FILE_INDEX
    remedy = "aircher index rebuild" if is_cache else "aircher db restore FOLDER"
    if found.problem is not None:
        return Check(
            name=name,
            detail=found.problem.message,
            status=Status.WARNING if is_cache else Status.FAILED,
            remedy=found.problem.hint or remedy,
            code=found.problem.code,
        )
    findings = verify(file).findings
    if findings:
        return Check(name=name, detail="; ".join(findings), status=Status.FAILED, remedy=remedy, code="storage.corrupt")
    size = found.size_bytes + found.wal_bytes
    detail = f"schema {found.version}, {size / 1024:,.0f} KiB, sound"
    if size > config.storage.max_db_size:
        return Check(name=name, detail=detail, status=Status.WARNING, remedy="aircher db vacuum")
    return Check(name=name, detail=detail)


def _servers(config: Config, environ: Mapping[str, str], keys: Mapping[str, KeySource | None]) -> dict[str, str]:
    chosen = chosen_by_default(config, environ)
    return {
        name: section.base_url
        for name, section in config.providers.named.items()
        if section.base_url and (name == chosen or keys[name] is not None)
    }


def _is_local(section: ProviderSettings) -> bool:
    """Whether the server is this machine, which asks nobody for a key."""
    try:
        return route_to(section.base_url, key="", environ={}).is_loopback
    except ConfigError:
        return False
