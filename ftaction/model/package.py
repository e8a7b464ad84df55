"""The packages of a repository, and what each needs of the others. `tools/packages/` finds them in manifests, `plan/packages.py` asks them."""

from typing import NamedTuple

from ftaction.model.change import ChangeSet


class Package(NamedTuple):
    """One package. `name` is unique in the repository; `folder` is posix, from its root, which is empty.

    `needs` are names of packages, each with why in `because`: a manifest and what stands in it. `also`: files and folders that it needs and that
    are in no package; none of them below another one, of whatever package. Where a manifest can't be read `doubt` says so, and the package counts
    as if it needed every file of the repository.
    """

    name: str
    folder: str
    ecosystem: str  # "python", "node", "go", "rust", or "declared": it stands only in the configuration
    needs: tuple[str, ...] = ()
    because: dict[str, str] = {}
    also: tuple[str, ...] = ()
    doubt: str = ""


Packages = dict[str, Package]


class Declared(NamedTuple):
    """A package as the configuration declares it: what no manifest shows."""

    folder: str | None = None
    needs: tuple[str, ...] = ()


class Touch(NamedTuple):
    """Why a package is affected: `path` was touched, which belongs to the last of `chain`; the first of it is the package itself."""

    path: str
    chain: tuple[str, ...]


class Reach(NamedTuple):
    """What of a repository a change set affects. `packages` and `checks` hold only what is affected.

    For a check: the packages or the files of its own by which it is; neither where everything counts as changed.
    """

    packages: dict[str, Touch]
    checks: dict[str, tuple[str, ...]]
    unaffected_packages: tuple[str, ...]
    unaffected_checks: tuple[str, ...]


class Affected(NamedTuple):
    """A change set, the packages there are, and what of them it reaches. `final`: a checkpoint where nothing is left out because of it."""

    changes: ChangeSet
    packages: Packages
    reach: Reach
    final: bool = False
