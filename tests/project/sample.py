"""A small project with everything the index looks at, written below a folder."""

from pathlib import Path

FILES = {
    "pyproject.toml": (
        '[project]\nname = "sample"\ndescription = "Sends pigeons."\n\n'
        '[project.scripts]\nsample = "sample.__main__:main"\n'
    ),
    "Makefile": "test: ## Run the tests.\n\tpytest\n",
    "README.md": (
        "# Sample\n\nSends pigeons over rooftops. It is small.\n\n"
        "## Add a courier\n\nA new courier is one file in `couriers/`.\n"
    ),
    "CHANGELOG.md": "# Changelog\n\n- Courier, courier, courier: the loft changed.\n",
    "src/sample/__init__.py": '"""Sends pigeons, one at a time."""\n',
    "src/sample/__main__.py": (
        "from sample.loft import Loft\n\n\ndef main() -> None:\n    Loft().release_pigeon()\n\n\nmain()\n"
    ),
    "src/sample/loft.py": (
        '"""The loft: where pigeons wait."""\n\nfrom sample.couriers import fast, slow\n'
        "from sample.events import NoteSent\n"
        "\nCAPACITY = 3\n\n\nclass Loft:\n"
        '    """Keeps pigeons until they fly."""\n\n    def release_pigeon(self) -> NoteSent:\n'
        '        """Let the next pigeon fly."""\n        fast.FastCourier().carry()\n'
        "        slow.SlowCourier().carry()\n"
        "        return NoteSent()\n"
    ),
    "src/sample/events.py": '"""What happens."""\n\n\nclass NoteSent:\n    """A note is on its way."""\n',
    "src/sample/screen.py": (
        '"""Shows what happens on the terminal."""\n\nfrom sample.events import NoteSent\n\n\n'
        "def show(event: object) -> None:\n"
        '    """Print an event on the screen."""\n    match event:\n        case NoteSent():\n'
        '            print("sent")\n'
    ),
    "src/sample/couriers/__init__.py": '"""All couriers."""\n',
    "src/sample/couriers/role.py": (
        'class Courier:\n    """Carries a note."""\n\n    def carry(self) -> None:\n        pass\n'
    ),
    "src/sample/couriers/fast.py": (
        "from sample.couriers.role import Courier\n\n\nclass FastCourier(Courier):\n    speed = 9\n"
    ),
    "src/sample/couriers/slow.py": (
        "from sample.couriers.role import Courier\n\n\n# Takes its time.\nclass SlowCourier(Courier):\n"
        "    speed = 1\n\n    def rest(self) -> None:\n        pass\n"
    ),
    "tests/test_fast.py": (
        "from sample.couriers.fast import FastCourier\n\n\ndef test_courier_is_fast() -> None:\n"
        "    assert FastCourier().speed == 9\n"
    ),
    "tests/couriers/test_slow.py": "def test_courier_rests() -> None:\n    pass\n",
    "web/app.js": "export function openLoft() {\n  return 1\n}\n",
    "data.csv": "a,b\n",
}


def write_sample(root: Path) -> Path:
    """Write the project below ``root`` and return ``root``."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
