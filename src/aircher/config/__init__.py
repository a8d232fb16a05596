"""What the user has set: typed sections, layers with the origin of every value, and whom a folder may command.

Invariant: a `Config` that exists is valid as a whole; every mistake of every source was reported in one `ConfigError`.
"""

from aircher.config.loaded import Config
from aircher.config.notices import Notice

__all__ = ["Config", "Notice"]
