"""What every section is given."""

import os
from dataclasses import dataclass
from pathlib import Path

from .ours import FirstTry


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`root` is a folder of our own, kept between runs so that repositories are made once. `env` is what peers get."""

    root: Path
    ftaction: FirstTry
    env: dict[str, str]
    quick: bool

    def rounds(self, usual: int) -> int:
        return max(3, usual // 4) if self.quick else usual

    def repository(self, name: str) -> Path:
        return self.root / "repositories" / name

    def store(self, name: str) -> Path:
        return self.root / "stores" / name


def cores() -> int:
    """CPUs this process may use."""
    return len(os.sched_getaffinity(0))
