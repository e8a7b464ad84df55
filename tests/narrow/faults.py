"""Faults in every source of one real package whose suite passes: `python -m tests.narrow.faults FOLDER "vitest run"`, node_modules in place.

Each fault is run by the full suite; where that fails, by what was decided. FOLDER is changed and put back.
"""

import argparse
import os
import re
import subprocess
from pathlib import Path

from ftaction.model.narrow import Nothing, Related, Whole
from ftaction.tools.narrow import scan
from ftaction.tools.narrow.names import is_source
from tests.narrow.toy import decided

_SWAPS = [("===", "!=="), ("true", "false"), ("return ", "return void "), (" + ", " - "), ("&&", "||")]


def faults(text: str) -> dict[str, str]:
    """By name: one that shows when the file is loaded, and the first place of each swap."""
    found = {"throws": "throw new Error('fault');\n" + text}
    for old, new in _SWAPS:
        if place := re.search(re.escape(old), text):
            found[f"{old.strip()} → {new.strip()}"] = text[: place.start()] + new + text[place.end() :]
    return found


def passes(folder: Path, line: str, *words: str) -> bool:
    environment = {**os.environ, "CI": "1", "NO_COLOR": "1"}
    return subprocess.run(["npx", *line.split(), *words], cwd=folder, env=environment, capture_output=True, check=False).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("line")
    parser.add_argument("--every", type=int, default=1, help="only every so manieth")
    given = parser.parse_args()
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=given.folder, check=True, capture_output=True, text=True).stdout
    texts = {path: (given.folder / path).read_text(errors="replace") for path in sorted(listed.split("\0")) if path}
    assert passes(given.folder, given.line), "the suite does not pass as it is"
    sources = [path for path in texts if is_source(path) and not scan(texts[path]).tests and "config" not in path]
    made = [(path, name, text) for path in sources for name, text in faults(texts[path]).items()][:: given.every]
    counts = {"made": 0, "noticed by the full suite": 0, "missed": 0, "part": 0, "whole": 0, "nothing": 0}
    share: list[float] = []
    for path, name, text in made:
        found = decided(given.line, texts, {path: text})
        assert found is not None
        counts["made"] += 1
        counts["part" if isinstance(found, Related) else "whole" if isinstance(found, Whole) else "nothing"] += 1
        share.append(len(found.tests) / (len(found.tests) + len(found.left_out)) if isinstance(found, Related) else 0.0 if isinstance(found, Nothing) else 1.0)
        (given.folder / path).write_text(text)
        try:
            if not passes(given.folder, given.line) and not passes(given.folder, given.line):  # twice: a loaded machine fails tests too
                counts["noticed by the full suite"] += 1
                if isinstance(found, Nothing) or (isinstance(found, Related) and passes(given.folder, given.line, *found.options)):
                    counts["missed"] += 1
                    print("MISSED", path, name)
        finally:
            (given.folder / path).write_text(texts[path])
    print(", ".join(f"{what} {count}" for what, count in counts.items()), f"mean share {sum(share) / len(share):.2f}")


if __name__ == "__main__":
    main()
