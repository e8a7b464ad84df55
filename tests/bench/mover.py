"""`python -m tests.bench.mover`: saving and restoring as a run does it, in a process that goes on. The jobs and answers of `movers.py`."""

import json
import os
import sys
import time
from collections.abc import Iterator
from threading import Thread

from ftaction.edge import cache_v2  # noqa: F401  # the other side has imported its client too when it begins
from ftaction.edge.archive import pack, unpack
from ftaction.edge.cache_service import cache_service
from ftaction.edge.disk import DiskStore
from ftaction.edge.standing import standing
from ftaction.model.doors import CacheService, Hit
from ftaction.run import large

Job = dict[str, str]
Parts = dict[str, float]


def main() -> None:
    print("{}", flush=True)
    for line in sys.stdin:
        job: Job = json.loads(line)
        returned, parts = (save if job["what"] == "save" else restore)(job)
        print(json.dumps({"returned": returned, "parts": parts}), flush=True)


def save(job: Job) -> tuple[str, Parts]:
    """As `keep.remember` and `Across.upload`."""
    begun = time.perf_counter()
    disk, service = DiskStore(job["temporary"]), Watched(job)
    look = Thread(target=standing, args=(job["folder"], (job["output"],)))
    look.start()
    digest = disk.put_stream(pack(job["folder"], (job["output"],), None))
    look.join()
    packed = time.perf_counter()
    assert large.put(service, digest, disk.file(digest)) == (True, True)
    ended = time.perf_counter()
    return digest, {"pack": packed - begun, "look-up": service.looked, "transfer": ended - packed - service.looked}


def restore(job: Job) -> tuple[str, Parts]:
    """As `Restoring.put_back`."""
    begun = time.perf_counter()
    service, waited = Watched(job), 0.0

    def pieces() -> Iterator[bytes]:
        nonlocal waited
        asked = time.perf_counter()
        for piece in large.stream(service, job["key"]):
            waited += time.perf_counter() - asked
            yield piece
            asked = time.perf_counter()

    unpack(pieces(), job["folder"], (job["output"],), None)
    unpacked = time.perf_counter()
    standing(job["folder"], (job["output"],))
    ended = time.perf_counter()
    return job["key"], {
        "look-up": service.looked, "transfer": waited - service.looked, "unpack": unpacked - begun - waited, "look how it stands": ended - unpacked,
    }  # fmt: skip


class Watched:
    """The job's cache service. `looked`: seconds of its look-ups."""

    def __init__(self, job: Job) -> None:
        found = cache_service({**os.environ, "ACTIONS_RUNTIME_TOKEN": job["token"]}, mask=lambda text: None).service
        assert found
        self._service: CacheService = found
        self.readable, self.writable = found.readable, found.writable
        self.download, self.save = found.download, found.save
        self.looked = 0.0

    def find(self, key: str, prefixes: tuple[str, ...] = ()) -> Hit | None:
        begun = time.perf_counter()
        try:
            return self._service.find(key, prefixes)
        finally:
            self.looked += time.perf_counter() - begun


if __name__ == "__main__":
    main()
