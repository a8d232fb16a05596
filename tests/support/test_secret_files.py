"""Which names hold keys."""

from pathlib import Path

import pytest

from aircher.support.secret_files import is_secret


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "deploy/.env.production",
        "Server.PEM",
        "tls/site.key",
        "id_rsa",
        "id_ed25519_work",
        "a/.netrc",
        ".aws/credentials",
        ".git/config",
        "a/.git/modules/b/config",
        ".envrc",
        "deploy/prod.env",
        "secrets.yaml",
        "infra/prod.tfvars",
        ".htpasswd",
        "release.JKS",
        "team.kdbx",
        "service-account-ci.json",
        ".docker/config.json",
        "a/.Kube/config",
    ],
)
def test_names_that_usually_hold_keys_are_secret(path: str) -> None:
    assert is_secret(path)
    assert is_secret(Path("/somewhere") / path)


@pytest.mark.parametrize(
    "path",
    [
        "env.py",
        ".env.example",
        "id_rsa.pub",
        "config",
        "keys.md",
        ".env/readme.md",
        "config.json",
        "docker/config.json",
        "environment.md",
    ],
)
def test_other_names_are_not(path: str) -> None:
    assert not is_secret(path)
    assert not is_secret(Path("/somewhere") / path)
