"""A small repository with a bug in it, to try an agent on.

The script ``repair`` of the fake server mends it. Not its job: running anything.
"""

import os
import subprocess
from pathlib import Path
from types import MappingProxyType

from aircher.domain.errors import UsageError

FILES = MappingProxyType(
    {
        "basket.py": '''"""What is in a basket, and what it costs."""


def total(basket):
    """Return what all items cost together, in cents."""
    cents = 0
    for item in basket[:-1]:
        cents += item["price"] * item["count"]
    return cents
''',
        "test_basket.py": """import unittest

from basket import total


class Total(unittest.TestCase):
    def test_every_item_counts(self):
        self.assertEqual(total([{"price": 250, "count": 2}, {"price": 99, "count": 1}]), 599)


if __name__ == "__main__":
    unittest.main()
""",
        "README.md": "# A basket\n\nRun the tests with `python3 -m unittest`.\n",
        ".gitignore": "__pycache__/\n",
    }
)

_COMMANDS = (
    ("git", "init", "-q", "--template="),
    ("git", "add", "."),
    ("git", "-c", "user.name=scratch", "-c", "user.email=scratch@localhost", "-c", "commit.gpgSign=false",
     "-c", "core.hooksPath=/dev/null", "commit", "-qm", "A basket"),
)  # fmt: skip


def make_scratch(folder: Path) -> None:
    """Fill the folder, which must be empty or missing, and make it a git repository with one commit.

    Raises:
        UsageError: It holds something already, cannot be written, or git does not run.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty", hint="aircher dev scratch NEW_FOLDER", code="usage.file")
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"{folder} cannot be written: {exc.strerror}", hint="choose another folder") from exc
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # of a hook, perhaps
    for command in _COMMANDS:
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=environ)
        except subprocess.CalledProcessError as exc:
            said = " ".join(str(exc.stderr).split())
            raise UsageError(f"git failed in {folder}: {said}", hint="git --version", code="usage.file") from exc
        except OSError as exc:
            raise UsageError(f"git cannot be run: {exc.strerror}", hint="install git", code="usage.file") from exc
