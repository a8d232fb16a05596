"""What the index answers. The words themselves are the domain's: see `aircher.domain.answers`."""

from aircher.domain.answers import (
    Definition,
    EntryPoint,
    Flow,
    Folder,
    Layout,
    Manifest,
    NameUse,
    Outline,
    Passage,
    Progress,
    RefreshReport,
    TaskFile,
)

__all__ = [
    "Definition",
    "EntryPoint",
    "Flow",
    "Folder",
    "Layout",
    "Manifest",
    "NameUse",
    "Outline",
    "Passage",
    "Progress",
    "RefreshReport",
    "TaskFile",
]
