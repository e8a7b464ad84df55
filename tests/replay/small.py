"""A small real repository, with a virtual environment that costs no download, for the tests of the replay itself."""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from . import told
from .places import Place
from .repositories import Repository
from .tree import Tree

FILES = {
    "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['tests']\n",
    ".gitignore": "__pycache__/\n",
    "app/__init__.py": "from app.sums import add\n",
    "app/sums.py": "def add(a, b):\n    return a + b\n",
    "app/words.py": "GREETING = 'hello'\n\n\ndef greet(name):\n    return f'{GREETING} {name}'\n",
    "tests/conftest.py": "import sys\nfrom pathlib import Path\n\nsys.path.insert(0, str(Path(__file__).parents[1]))\n",
    "tests/test_sums.py": "from app.sums import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n\n\ndef test_nothing():\n    assert add(0, 0) == 0\n",
    "tests/test_words.py": "from app.words import greet\n\n\ndef test_greet():\n    assert greet('you') == 'hello you'\n",
}


class Small:
    """`commits` are made by `commit`; `tree` stands where the last one left it."""

    def __init__(self, folder: Path) -> None:
        self.place = Place(root=folder, name="small")
        self.repository = Repository(name="small", source="", tests=("tests",))
        self.place.tree.mkdir(parents=True)
        _environment(self.place)
        self.git("init", "-q", "-b", "main")
        (self.place.tree / ".git/info/exclude").write_text("/.firsttry.yml\n.pytest_cache/\n")
        self.tree = Tree(self.place.tree)
        self.first = self.commit(FILES)

    def commit(self, files: Mapping[str, str | None]) -> str:
        """None takes a file away."""
        for path, text in files.items():
            there = self.place.tree / path
            if text is None:
                there.unlink()
            else:
                there.parent.mkdir(parents=True, exist_ok=True)
                there.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "one more")
        return self.git("rev-parse", "HEAD")

    def git(self, *words: str) -> str:
        command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.invalid", *words]
        return subprocess.run(command, cwd=self.place.tree, check=True, capture_output=True, text=True).stdout.strip()


def _environment(place: Place) -> None:
    """Without pip. Its pytest is the one that runs this, alone: other plug-ins would only take time."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place.venv)], check=True)
    (site,) = place.venv.glob("lib/python3*/site-packages")
    for package in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py.py"):
        (site / package).symlink_to(Path(sysconfig.get_paths()["purelib"]) / package)
    told.install(place)
    (place.told / "about.json").write_text(json.dumps({"keep": [], "digest": "small"}))
