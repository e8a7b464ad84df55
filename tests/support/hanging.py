"""A process of its own that restores from a store which never answers: `python -m tests.support.hanging FOLDER GRACE`. Says `held` when it does."""

import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from ftaction import app
from ftaction.edge.disk import DiskStore
from ftaction.model.run import Request
from tests.support.repository import committed
from tests.support.rig import Rig, check, config


class Hanging(DiskStore):
    """Its streams hang where nothing can interrupt them."""

    def stream(self, digest: str) -> Iterator[bytes] | None:
        assert self.has(digest)
        return self._hang()

    def _hang(self) -> Iterator[bytes]:
        print("held", flush=True)
        threading.Event().wait()
        yield b""


def main(folder: Path, grace: float) -> int:
    """The signal that ended the run."""
    rig = Rig(committed(folder / "repository", {"a.txt": "a\n", "b.txt": "b\n", ".gitignore": "/out\n"}))
    rig.grace = grace
    make = check("make", "mkdir out && cat a.txt > out/made", inputs=["a.txt"], outputs=["out"])
    line = config(make, check("use", "cat out/made b.txt", inputs=["b.txt"], needs=["make"]))
    rig.run(line)
    shutil.rmtree(rig.repository.root / "out")
    rig.repository.write("b.txt", "changed\n")
    return app.run(rig.world()._replace(store=Hanging(str(rig.store_folder))), line, Request()).interrupted


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2])))
