"""What was found out, one JSON object in each line of files that only grow: a replay that was stopped goes on where it was."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Results:
    """One file for every selector, in one folder. What is proved may change, what it is compared with need not run again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, **entry: Any) -> None:
        """In a file when this returns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._file(str(entry["selector"])).open("a+b") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            torn = file.read(1) not in (b"", b"\n")
            file.write(b"\n" * torn + json.dumps(entry).encode() + b"\n")

    def all(self, what: str = "") -> Iterator[dict[str, Any]]:
        """Those with this `what`, each selector's in their order. A line that was cut off by a kill is left out."""
        for path in sorted(self.folder.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue
                if not what or entry.get("what") == what:
                    yield entry

    def put_aside(self, selector: str) -> None:
        """Begin anew for one selector; what was found out stays under another name."""
        path, number = self._file(selector), 1
        while path.with_suffix(f".{number}").exists():
            number += 1
        if path.exists():
            path.rename(path.with_suffix(f".{number}"))

    def _file(self, selector: str) -> Path:
        return self.folder / f"{selector}.jsonl"
