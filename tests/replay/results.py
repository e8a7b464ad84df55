"""What was found out, one JSON object in each line of a file that only grows: a replay that was stopped goes on where it was."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Results:
    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, **entry: Any) -> None:
        """On disk when this returns, but for what the operating system holds."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            torn = file.read(1) not in (b"", b"\n")
            file.write(b"\n" * torn + json.dumps(entry).encode() + b"\n")

    def all(self, what: str = "") -> Iterator[dict[str, Any]]:
        """Those with this `what`, in their order. A line that was cut off by a kill is left out."""
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if not what or entry.get("what") == what:
                yield entry
