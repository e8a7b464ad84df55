"""Outputs to an archive and back; what others made of an archive."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from ftaction.edge.archive import ArchiveError, pack, unpack

Build = Callable[[tarfile.TarFile], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def _archive(build: Build) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        build(tar)
    return zstandard.ZstdCompressor().compress(file.getvalue())


def _file(tar: tarfile.TarFile, name: str, content: bytes = b"x", **more: object) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for key, value in more.items():
        setattr(member, key, value)
    tar.addfile(member, io.BytesIO(content))


def _link(tar: tarfile.TarFile, name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> None:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    tar.addfile(member)


def _through_link(tar: tarfile.TarFile, target: str) -> None:
    _link(tar, "out", target)
    _file(tar, "out/escaped")


def _tree(folder: Path) -> dict[str, tuple[int, str]]:
    """Every entry by name: its mode, and its bytes or target."""
    found = {}
    for path in sorted(folder.rglob("*")):
        text = os.readlink(path) if path.is_symlink() else path.read_bytes().hex() if path.is_file() else ""
        found[os.fsencode(path.relative_to(folder)).hex()] = (0 if path.is_symlink() else path.stat().st_mode, text)
    return found


def _odd_tree(root: Path) -> None:
    for folder in ("out", "out/empty", "out/deep/er", "other folder"):
        (root / folder).mkdir(parents=True)
    for odd in (b"plain", b"-leading dash", b"with\nnewline", b"quote'\"", b"back\\slash", b"not utf-8 \xff", "ümlaut".encode(), b"n" * 255):
        Path(os.fsdecode(os.fsencode(root / "out") + b"/" + odd)).write_bytes(odd)
    (root / "out/program").write_bytes(b"#!")
    (root / "out/program").chmod(0o755)
    (root / "out/private").write_bytes(b"")
    (root / "out/private").chmod(0o600)
    (root / "out/everybody").write_bytes(b"")
    (root / "out/everybody").chmod(0o666)
    for name, target in (("relative", "plain"), ("absolute", "/etc/hostname"), ("dangling", "nowhere"), ("up", "../..")):
        (root / "out" / name).symlink_to(target)
    (root / "other folder/file").write_bytes(b"y" * 3_000_000)
    (root / "single").write_bytes(b"z")


def test_everything_comes_back_as_it_was(root: Path) -> None:
    _odd_tree(root)
    outputs = ("out", "other folder", "single")
    before = _tree(root)
    archive = list(pack(str(root), outputs, None))
    subprocess.run(["rm", "-rf", "--", "out", "other folder"], cwd=root, check=True)
    (root / "single").write_bytes(b"changed since")
    unpack(archive, str(root), outputs, None)
    assert _tree(root) == before


def test_what_stands_there_is_replaced_whole(root: Path) -> None:
    (root / "out").mkdir()
    (root / "out/made").write_bytes(b"1")
    archive = list(pack(str(root), ("out",), None))
    (root / "out/left over").write_bytes(b"2")
    unpack(archive, str(root), ("out",), None)
    assert sorted(os.listdir(root / "out")) == ["made"]


def test_a_folder_in_the_place_of_a_file_and_the_other_way_round(root: Path) -> None:
    (root / "out").write_bytes(b"file")
    (root / "deep/er").mkdir(parents=True)
    archive = list(pack(str(root), ("out", "deep"), None))
    os.unlink(root / "out")
    (root / "out").mkdir()
    (root / "deep/er").rmdir()
    (root / "deep").rmdir()
    (root / "deep").write_bytes(b"")
    unpack(archive, str(root), ("out", "deep"), None)
    assert (root / "out").read_bytes() == b"file"
    assert (root / "deep/er").is_dir()


def test_a_missing_output_is_an_error_of_packing(root: Path) -> None:
    with pytest.raises(ArchiveError):
        list(pack(str(root), ("out",), None))


HOSTILE: list[tuple[str, Build, tuple[str, ...]]] = [
    ("a name that climbs out", lambda tar: _file(tar, "../escaped"), ("out",)),
    ("a name inside that climbs out", lambda tar: _file(tar, "out/../../escaped"), ("out",)),
    ("an absolute name", lambda tar: _file(tar, "/tmp/escaped-from-a-test"), ("out",)),
    ("a file through a link that leads out", lambda tar: _through_link(tar, ".."), ("out",)),
    ("a file through an absolute link", lambda tar: _through_link(tar, "OUTSIDE"), ("out",)),
    ("an output behind a link that leads out", lambda tar: _link(tar, "out", "OUTSIDE"), ("out/treasure",)),
    ("a hard link to a file outside", lambda tar: _link(tar, "out", "OUTSIDE/treasure", tarfile.LNKTYPE), ("out",)),
    ("a hard link upwards", lambda tar: _link(tar, "out", "../../outside/treasure", tarfile.LNKTYPE), ("out",)),
    ("no output at all", lambda tar: _file(tar, "another"), ("out",)),
    ("nothing", lambda tar: None, ("out",)),
]


@pytest.mark.parametrize(("build", "outputs"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_a_hostile_archive_lands_nowhere_else(tmp_path: Path, root: Path, build: Build, outputs: tuple[str, ...]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "treasure").write_bytes(b"treasure")
    (root / "kept").write_bytes(b"kept")
    before = _tree(root)

    def with_paths(tar: tarfile.TarFile) -> None:
        add = tar.addfile

        def placed(member: tarfile.TarInfo, content: io.BytesIO | None = None) -> None:
            member.linkname = member.linkname.replace("OUTSIDE", str(outside))
            add(member, content)

        tar.addfile = placed  # type: ignore[method-assign, assignment]  # the table can't know the folder
        build(tar)

    try:
        unpack([_archive(with_paths)], str(root), outputs, None)
    except ArchiveError:
        assert _tree(root) == before
    assert _tree(outside) == {b"treasure".hex(): ((outside / "treasure").stat().st_mode, b"treasure".hex())}
    assert (outside / "treasure").stat().st_nlink == 1
    assert not (tmp_path / "escaped").exists()
    assert not Path("/tmp/escaped-from-a-test").exists()
    assert not any(name.startswith(".ftaction") for name in os.listdir(root))


def test_a_link_in_the_repository_does_not_lead_out(tmp_path: Path, root: Path) -> None:
    (tmp_path / "outside").mkdir()
    (root / "folder").symlink_to(tmp_path / "outside")
    with pytest.raises(ArchiveError, match="behind a symbolic link"):
        unpack([_archive(lambda tar: _file(tar, "folder/made"))], str(root), ("folder/made",), None)
    assert os.listdir(tmp_path / "outside") == []


def test_nothing_is_put_in_place_unless_everything_can_be(root: Path) -> None:
    (root / "one").write_bytes(b"old")
    with pytest.raises(ArchiveError):
        unpack([_archive(lambda tar: _file(tar, "one", b"new"))], str(root), ("one", "two"), None)
    assert (root / "one").read_bytes() == b"old"


def test_files_belong_to_whoever_unpacks(root: Path) -> None:
    unpack([_archive(lambda tar: _file(tar, "made", uid=4321, gid=4321))], str(root), ("made",), None)
    assert (root / "made").stat().st_uid == os.geteuid()


@pytest.mark.parametrize("cut", [1, 100, 2_000], ids=lambda cut: f"{cut} bytes short")
def test_a_cut_archive_is_an_error(root: Path, cut: int) -> None:
    (root / "made").write_bytes(os.urandom(20_000))
    archive = b"".join(pack(str(root), ("made",), None))
    os.unlink(root / "made")
    with pytest.raises(ArchiveError):
        unpack([archive[:-cut]], str(root), ("made",), None)
    assert not (root / "made").exists()


def test_neither_way_needs_memory_for_the_size(root: Path) -> None:
    """200 MB of zeros are a few KB of zstd: read as one piece they would be one piece of memory."""
    script = """
import re, sys
from ftaction.edge.archive import pack, unpack
root = sys.argv[1]
pieces = list(pack(root, ("made",), None))
unpack([b"".join(pieces)], root, ("made",), None)
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])  # ru_maxrss would count whoever forked us
"""
    with (root / "made").open("wb") as file:
        file.truncate(200_000_000)
    done = subprocess.run([sys.executable, "-c", script, str(root)], capture_output=True, text=True, check=True)
    assert int(done.stdout) * 1024 < 90_000_000
    assert (root / "made").stat().st_size == 200_000_000


def test_tar_sees_none_of_our_environment(root: Path, tmp_path: Path) -> None:
    """It runs as the user that checks run as, and what one of them left behind may read its `/proc/PID/environ`."""
    (root / "out").write_text("x")
    (tmp_path / "bin").mkdir()
    spy = tmp_path / "bin/tar"
    spy.write_text(f'#!/bin/sh\nenv >>"{tmp_path}/seen"\nPATH={os.environ["PATH"]} exec tar "$@"\n')
    spy.chmod(0o755)
    script = "import sys; from ftaction.edge.archive import pack, unpack; root = sys.argv[1]; unpack([*pack(root, ('out',), None)], root, ('out',), None)"
    environment = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "ACTIONS_RUNTIME_TOKEN": "of-the-cache"}
    subprocess.run([sys.executable, "-c", script, root], env=environment, check=True)
    seen = (tmp_path / "seen").read_text()
    assert "PATH=" in seen
    assert "of-the-cache" not in seen
