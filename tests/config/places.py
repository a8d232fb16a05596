"""A project, a machine and a user to configure."""

from dataclasses import dataclass
from pathlib import Path

from aircher.config import Config
from aircher.config.trust import trust
from aircher.support.paths import UserPaths, user_paths


@dataclass(frozen=True)
class Place:
    """Folders with no configuration in them yet."""

    root: Path
    etc: Path
    environ: dict[str, str]

    @property
    def paths(self) -> UserPaths:
        return user_paths(self.environ)

    def write(self, layer: str, text: str | bytes) -> Path:
        path = {
            "system": self.etc / "config.toml",
            "user": self.paths.config / "config.toml",
            "project": self.root / ".aircher/config.toml",
            "local": self.root / ".aircher/config.local.toml",
        }[layer]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def trust(self) -> None:
        trust(self.root, self.paths)

    def load(self, *flags: str, **variables: str) -> Config:
        return self.load_with({}, *flags, **variables)

    def load_with(self, overrides: dict[str, object], /, *flags: str, **variables: str) -> Config:
        environ = {**self.environ, **variables}
        return Config.load(cwd=self.root, environ=environ, flags=flags, overrides=overrides, etc=self.etc)
