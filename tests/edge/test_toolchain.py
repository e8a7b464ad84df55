"""What a program is, found without starting it."""

from pathlib import Path

from ftaction.edge.digests import Digests
from ftaction.edge.toolchain import Toolchain

Identities = tuple[tuple[str, str], ...]


def _program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def _toolchain(root: Path, *path: Path) -> Toolchain:
    return Toolchain(str(root), ":".join(map(str, path)), Digests(None))


def test_what_a_need_makes_is_not_looked_into(tmp_path: Path) -> None:
    """Its fingerprint stands for it; else a check would differ before and after its need ran."""
    _program(tmp_path / "out/tool")
    for word in ("out/tool", "./out/tool", "folder/../out/tool"):
        assert _toolchain(tmp_path).of(word, ".", ("out",)) == (), word
        assert _toolchain(tmp_path).of(word, ".") != (), word
