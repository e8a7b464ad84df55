"""What a pull request may put where a text is expected."""

import os
from pathlib import Path

import pytest

from ftaction.edge.digests import Digests
from ftaction.edge.files import text
from ftaction.edge.toolchain import Toolchain
from tests.support.rig import Rig, check, config


def test_any_byte_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\n")
    (tmp_path / "link").symlink_to("file")
    assert os.fsencode(text(str(tmp_path / "link"))) == b"\xff\n"


@pytest.mark.parametrize("target", ["/dev/zero", "pipe", ".", "huge", "nowhere"])
def test_what_has_no_end_is_not_read(tmp_path: Path, target: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 40)
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(OSError, match="link"):
        text(str(tmp_path / "link"))


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["no UTF-8", "without an end"])
def test_a_venv_that_was_committed(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_bytes(b"\x7fELF")
    (tmp_path / ".venv/bin/python").chmod(0o755)
    settings = tmp_path / ".venv/pyvenv.cfg"
    settings.symlink_to("/dev/zero") if content is None else settings.write_bytes(content)
    found = dict(Toolchain(str(tmp_path), "", Digests(None)).of("python", "."))
    assert found["program python"].startswith("unreadable") == (content is None)


def test_attributes_without_an_end(rig: Rig) -> None:
    (rig.repository.root / ".gitattributes").symlink_to("/dev/zero")
    assert rig.plan(config(check("one", "exit 0"))).keys() == {"one"}
