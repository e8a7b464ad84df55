"""`python -m tests.bench.mover`: saving and restoring as a run does it, in a process that goes on. The jobs and answers of `movers.py`."""

import json
import os
import sys
import time
from collections.abc import Iterator
from hashlib import sha256

from ftaction.edge import cache_v2, fetch, upload  # noqa: F401  # what the other side has imported too when it begins
from ftaction.edge.archive import pack, unpack
from ftaction.edge.cache_service import cache_service
from ftaction.edge.disk import DiskStore
from ftaction.model.doors import CacheService

Job = dict[str, str]


def main() -> None:
    print("{}", flush=True)
    for line in sys.stdin:
        job: Job = json.loads(line)
        parts = (save if job["what"] == "save" else restore)(job)
        print(json.dumps({"returned": job["key"], "parts": parts}), flush=True)


def save(job: Job) -> dict[str, float]:
    begun = time.perf_counter()
    disk = DiskStore(job["temporary"])
    digest = disk.put_stream(pack(job["folder"], (job["output"],), None))
    packed = time.perf_counter()
    assert service(job).save(job["key"], disk.file(digest))
    ended = time.perf_counter()
    return {"pack": packed - begun, "transfer": ended - packed}


def restore(job: Job) -> dict[str, float]:
    begun = time.perf_counter()
    of = service(job)
    hit = of.find(job["key"])
    assert hit
    found = time.perf_counter()
    waited = 0.0
    digest = sha256()

    def pieces() -> Iterator[bytes]:
        nonlocal waited
        asked = time.perf_counter()
        for piece in of.download(hit):
            waited += time.perf_counter() - asked
            digest.update(piece)
            yield piece
            asked = time.perf_counter()

    unpack(pieces(), job["folder"], (job["output"],), None)
    ended = time.perf_counter()
    return {"look-up": found - begun, "transfer": waited, "unpack": ended - found - waited}


def service(job: Job) -> CacheService:
    found = cache_service({**os.environ, "ACTIONS_RUNTIME_TOKEN": job["token"]}, mask=lambda text: None).service
    assert found
    return found


if __name__ == "__main__":
    main()
