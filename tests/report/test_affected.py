"""What is told of packages and what reaches them, as whole outputs."""

import json

import pytest

from ftaction.model.change import ChangeSet, Kind, Touched
from ftaction.model.package import Affected, Package, Reach, Touch
from ftaction.report.affected import affected_document, affected_lines
from tests.report.runs import COMMIT, HOSTILE
from tests.support.golden import Golden

PACKAGES = {
    "api": Package("api", "services/api", "python", ("core",), {"core": "services/api/pyproject.toml: dependencies"}),
    "core": Package("core", "libs/core", "python"),
    "mono": Package("mono", "", "node"),
    "web": Package("web", "apps/web", "node", ("api",), {"api": "packages in the configuration"}),
}
CHANGES = ChangeSet(COMMIT, (Touched("README.md", Kind.MODIFIED), Touched("libs/core/a.py", Kind.DELETED)), complete=True)
SHARED = Reach(
    packages={
        "api": Touch("libs/core/a.py", ("api", "core")),
        "core": Touch("libs/core/a.py", ("core",)),
        "web": Touch("libs/core/a.py", ("web", "api", "core")),
    },
    checks={"docs": ("README.md",), "test:web": ("web",), "all": tuple(f"{number}.txt" for number in range(5))},
    unaffected_packages=("mono",),
    unaffected_checks=("lint", "types"),
)
BROKEN = Package("web", "apps/web", "node", doubt="apps/web/package.json is not JSON: Expecting value: line 2 column 7 (char 22)")
EVERYTHING = Reach({"core": Touch("", ("core",))}, {"docs": ()}, (), ())
CASES = {
    "shared": Affected(CHANGES, PACKAGES, SHARED),
    "everything": Affected(ChangeSet("", (), complete=False, doubt="the history is not here"), {"core": PACKAGES["core"]}, EVERYTHING, final=True),
    "broken": Affected(CHANGES, {"web": BROKEN}, Reach({"web": Touch("README.md", ("web",))}, {}, (), ("docs",))),
    "nothing": Affected(ChangeSet(COMMIT, (), complete=True), {}, Reach({}, {}, (), ("docs",))),
    "strange": Affected(
        CHANGES, {HOSTILE: Package(HOSTILE, HOSTILE, "node")}, Reach({HOSTILE: Touch(HOSTILE, (HOSTILE,))}, {HOSTILE: (HOSTILE,)}, (HOSTILE,), ())
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_for_people(name: str, golden: Golden) -> None:
    lines = affected_lines(CASES[name])
    golden(f"affected-{name}.txt", "\n".join(lines) + "\n")
    assert all(char.isprintable() for line in lines for char in line)


@pytest.mark.parametrize("name", [name for name in CASES if name != "strange"])
def test_for_programs(name: str, golden: Golden) -> None:
    golden(f"affected-{name}.json", json.dumps(affected_document(CASES[name]), indent=1) + "\n")


def test_whatever_stands_in_it_is_json() -> None:
    document = affected_document(CASES["strange"])
    assert json.loads(json.dumps(document)) == document
