"""Python modules that stand elsewhere: what `.pth` files, editable installs and PYTHONPATH lead to outside the repository.

A `.pth` file's lines name folders: https://docs.python.org/3/library/site.html. Setuptools' editable installs map names to folders in a
module of their own: https://setuptools.pypa.io/en/latest/userguide/development_mode.html
"""

import os
import re
from collections.abc import Callable, Iterator
from hashlib import sha256

from ftaction.edge.files import text

_MOST = 5_000  # modules below one folder; more is not read, and what depends on it is not remembered
_QUOTED = re.compile(r"""['"](/[^'"]+)['"]""")


def folders(path: str) -> Iterator[str]:
    """The folders that a `.pth` or `.egg-link` file, or the finder of an editable install, leads to."""
    said = text(path)
    if path.endswith(".py"):
        found = _QUOTED.findall(said)
    else:
        found = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith(("#", "import ", "import\t"))]
    for name in found:
        full = os.path.realpath(os.path.join(os.path.dirname(path), name))
        if os.path.isdir(full):
            yield full


def identity(folder: str, of: Callable[[str], str]) -> str:
    """A digest of every module and data stub below a folder; `unreadable…` where there are too many."""
    modules = sorted(
        os.path.join(parent, name) for parent, names, files in os.walk(folder) if _walks_on(names) for name in files if name.endswith((".py", ".pyi", ".so"))
    )
    if len(modules) > _MOST:
        return f"unreadable: more than {_MOST} modules"
    digest = sha256()
    for path in modules:
        digest.update(f"{os.path.relpath(path, folder)}\0{of(path)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _walks_on(names: list[str]) -> bool:
    """Leaves out what no import reads, and other environments."""
    names[:] = [name for name in names if name not in ("__pycache__", "node_modules", "site-packages") and not name.startswith(".")]
    return True
