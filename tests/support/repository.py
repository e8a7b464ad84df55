"""A real git repository in a temporary folder, away from the machine's own configuration of git."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

Files = Mapping[str, str | bytes]


def environment(home: Path) -> dict[str, str]:
    """What git and checks see in tests: the machine's PATH, and a home of their own."""
    home.mkdir(parents=True, exist_ok=True)
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": f"{home}/.config"}


class TestRepository:
    """`git` runs git in it; every other method says what it does by its name."""

    __test__ = False

    def __init__(self, root: Path, object_format: str = "sha1", there: bool = False) -> None:
        self.root = root
        self.environment = environment(root.parent / f"{root.name}.home")
        if there:
            return
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", f"--object-format={object_format}")
        self.git("config", "user.name", "Test")
        self.git("config", "user.email", "test@localhost")
        self.git("config", "commit.gpgsign", "false")
        self.git("config", "protocol.file.allow", "always")

    def git(self, *arguments: str | bytes) -> bytes:
        done = subprocess.run(["git", "-C", str(self.root), *arguments], env=self.environment, capture_output=True, check=False)
        assert done.returncode == 0, f"git {arguments}: {done.stderr.decode(errors='replace')}"
        return done.stdout

    def write(self, path: str | bytes, content: str | bytes = "", mode: int | None = None) -> Path:
        full = Path(os.fsdecode(os.path.join(os.fsencode(self.root), os.fsencode(path))))
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
        if mode is not None:
            full.chmod(mode)
        return full

    def write_all(self, files: Files) -> "TestRepository":
        for path, content in files.items():
            self.write(path, content)
        return self

    def commit(self, message: str = "change") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD").decode().strip()

    def status(self) -> str:
        return self.git("status", "--porcelain=v1", "--untracked-files=all").decode()


def committed(root: Path, files: Files) -> TestRepository:
    """A repository with these files in one commit."""
    repository = TestRepository(root).write_all(files)
    repository.commit("begin")
    return repository
