"""Keeps the rules that a person's answers make, in the configuration of the user or of the project."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from aircher.config.rules import split_rule
from aircher.domain.errors import ConfigError
from aircher.support.paths import user_paths


class KeptRules:
    """`aircher.engine.ports.RuleStore` on the configuration's files; each rule becomes an item of `security.allow`.

    A project's rules go into its ``config.local.toml``, which is not shared. A folder that was trusted stays so:
    the person has just seen what is added. One that was not keeps none, since its rules would have no effect.
    """

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self._root = root
        self._paths = user_paths(environ)

    async def keep(self, rule: str, *, scope: Literal["project", "user"]) -> None:
        """Write the rule into the configuration of this scope; it holds from the next session on.

        Raises:
            ConfigError: It is no rule, the file cannot be written, or the project is not trusted.
        """
        await asyncio.to_thread(self._keep, rule, scope)

    def _keep(self, rule: str, scope: Literal["project", "user"]) -> None:
        from aircher.config.edit import add_item
        from aircher.config.layers import PROJECT_FILES
        from aircher.config.trust import is_trusted, trust

        try:
            split_rule(rule)
        except ValueError as exc:
            raise ConfigError(f"the rule {rule!r} {exc}", hint="aircher policy lint", code="config.rule") from exc
        if scope == "user":
            add_item(self._paths.config / "config.toml", "security.allow", rule)
            return
        folder = self._root / ".aircher"
        is_new = not any((folder / name).exists() for _, name in PROJECT_FILES)
        if not is_new and not is_trusted(self._root, self._paths):
            raise ConfigError(
                f"{self._root} is not trusted, so a rule of the project would have no effect",
                hint="aircher config trust",
                code="config.untrusted",
            )
        add_item(folder / "config.local.toml", "security.allow", rule, layer="local")
        trust(self._root, self._paths)
