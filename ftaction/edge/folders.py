"""Folders of single runs: made, kept for a while, removed."""

import os
import time
from collections.abc import Iterator

from ftaction.edge.machine import lives
from ftaction.errors import Stop

_MOST = 256 << 20  # bytes of a file that is read as a whole
STICKY = "/tmp"  # noqa: S108  # the safe choice: only who made a folder there can put another in its place


def new_folder(parent: str, reachable: bool) -> str:
    """A new folder for one run. Raises `Stop`. `reachable`: others may look for files in it whose names they know."""
    folder = f"{parent}/firsttry-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        os.makedirs(parent, mode=0o700, exist_ok=True)
        os.mkdir(folder, 0o700)
    except OSError as error:
        raise Stop(f"there is no room for this run's logs: {error}", "Point --store, FTACTION_STORE or TMPDIR at a folder that can be written.") from error
    os.chmod(folder, 0o711 if reachable else 0o700)
    if not reachable:  # as root we remove nothing where others may put links
        _keep_newest(parent)
    return folder


def _keep_newest(parent: str, most: int = 20) -> None:
    """Folders of ended runs beyond the newest ones go; names sort by time, to the second, and say whose they are."""
    names = sorted(name for name in os.listdir(parent) if name.startswith("firsttry-"))
    for name in names[:-most]:
        _, _, _, pid, *_ = [*name.split("-"), "", ""]
        if not lives(pid):
            remove(f"{parent}/{name}")


def newest(parent: str, file: str) -> Iterator[tuple[bytes, float]]:
    """What stands in the file of this name of each run's folder, and when it was written (epoch), the newest run first.

    Nothing of a folder that others may write to: nobody could tell which runs are ours.
    """
    names = os.listdir(parent) if parent != STICKY and os.path.isdir(parent) else []
    for name in sorted((name for name in names if name.startswith("firsttry-")), reverse=True):
        try:
            with open(f"{parent}/{name}/{file}", "rb") as opened:
                yield opened.read(_MOST), os.fstat(opened.fileno()).st_mtime
        except OSError:
            pass  # it was killed, or goes on


def remove(folder: str) -> None:
    """All of it that can be removed. `shutil` would bring in every compressor, on the warm path."""
    for below, folders, names in os.walk(folder, topdown=False):
        for take_away, found in ((os.unlink, names), (_remove_folder, folders)):
            for name in found:
                try:
                    take_away(f"{below}/{name}")
                except OSError:
                    pass  # a later run tries again
    try:
        os.rmdir(folder)
    except OSError:
        pass


def _remove_folder(path: str) -> None:
    os.unlink(path) if os.path.islink(path) else os.rmdir(path)
