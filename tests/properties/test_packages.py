"""Over random packages: what is affected is what reaches a touched package, and no two ways of asking disagree."""

from hypothesis import given
from hypothesis import strategies as st

from ftaction.model.check import Check, Stage
from ftaction.model.package import Package, Packages
from ftaction.model.run import Snapshot
from ftaction.plan.globs import Paths
from ftaction.plan.packages import Ground, affected
from ftaction.run.bound import Bound
from tests.properties.profile import settings

PARTS = ("a", "a-b", "a.b", "b", "[c]", "!d", "*", "{e,f}")
FOLDERS = st.lists(st.sampled_from(PARTS), max_size=3).map("/".join)
PATHS = st.lists(st.builds(lambda folder, name: f"{folder}/{name}".lstrip("/"), FOLDERS, st.sampled_from((*PARTS, "x.py"))), unique=True, max_size=20)


@st.composite
def graphs(draw: st.DrawFn) -> Packages:
    folders = draw(st.lists(FOLDERS, min_size=1, max_size=6))
    names = [f"p{number}" for number in range(len(folders))]
    needs = [tuple(sorted(draw(st.sets(st.sampled_from(names), max_size=3)) - {name})) for name in names]
    doubts = [draw(st.sampled_from(["", "", "", "unreadable"])) for _ in names]
    return {name: Package(name, folder, "node", need, doubt=doubt) for name, folder, need, doubt in zip(names, folders, needs, doubts, strict=True)}


def reaches(packages: Packages, name: str) -> set[str]:
    """By hand: repeated until nothing is added."""
    found = {name}
    while more := {need for one in found for need in packages[one].needs} - found:
        found |= more
    return found


def owned(packages: Packages, path: str) -> set[str]:
    """By hand: of the packages whose folder is above a path, or is it, those with the longest folder."""
    above = [name for name, package in packages.items() if not package.folder or path == package.folder or path.startswith(f"{package.folder}/")]
    longest = max((len(packages[name].folder) for name in above), default=-1)
    return {name for name in above if len(packages[name].folder) == longest}


@given(packages=graphs(), touched=PATHS)
@settings(examples=200, thorough=3000, steps=1)
def test_affected_is_reverse_reachability(packages: Packages, touched: list[str]) -> None:
    hit = {name for path in touched for name in owned(packages, path)} | {name for name, one in packages.items() if one.doubt and touched}
    found = affected(Ground(packages), touched)
    assert set(found) == {name for name in packages if reaches(packages, name) & hit}
    for name, touch in found.items():
        assert touch.chain[0] == name
        assert all(need in packages[one].needs for one, need in zip(touch.chain, touch.chain[1:], strict=False))
        assert touch.chain[-1] in owned(packages, touch.path) or packages[touch.chain[-1]].doubt


@given(packages=graphs(), paths=PATHS)
@settings(examples=200, thorough=3000, steps=1)
def test_a_file_is_of_the_same_package_whoever_asks(packages: Packages, paths: list[str]) -> None:
    ground = Ground(packages)
    for path in paths:
        assert set(ground.owners(path)) == owned(packages, path)
    for name, package in packages.items():
        assert ground.files(Paths(sorted(paths)), package.folder) == sorted(path for path in paths if name in owned(packages, path))


@given(packages=graphs(), paths=PATHS, negative=st.sampled_from([(), ("!**/*.py",), ("!a",)]), extra=st.sampled_from([(), ("b/**",)]))
@settings(examples=200, thorough=3000, steps=1)
def test_the_inputs_of_a_check_and_what_is_affected_never_disagree(
    packages: Packages, paths: list[str], negative: tuple[str, ...], extra: tuple[str, ...]
) -> None:
    """Asked of all paths at once, as for a fingerprint, or of one touched path, as for a change set."""
    ground, listed = Ground(packages), Paths(sorted(paths))
    for name in packages:
        check = Check(name=name, run="x", package=name, inputs=(*extra, *negative), stage=Stage.FAST)
        everything = set(Bound(ground, listed).all(check, (), ()))
        for path in paths:
            alone = bool(Bound(ground, Paths([path])).all(check, (), ()))
            assert alone == (path in everything)
            if not negative and not extra:
                assert alone == (name in affected(ground, [path]))


@given(packages=graphs(), paths=PATHS, edit=st.data())
@settings(examples=100, thorough=1000, steps=1)
def test_a_list_changes_exactly_where_an_input_does(packages: Packages, paths: list[str], edit: st.DataObject) -> None:
    """Also where folders stand as one line for many files."""
    snapshot = Snapshot(commit="", branch="", files=dict.fromkeys(sorted(paths), "100644 0"))
    changed = edit.draw(st.sampled_from(sorted(paths))) if paths else None
    after = {path: "100644 1" if path == changed else content for path, content in snapshot.files.items()}
    listed = Paths(sorted(paths))
    for name in packages:
        check = Check(name=name, run="x", package=name, stage=Stage.FAST)
        bound = Bound(Ground(packages), listed, most_listed=edit.draw(st.sampled_from([0, 500])))
        other = Bound(Ground(packages), listed, most_listed=bound.most_listed)
        before = bound.listed(check, (), (), snapshot.files, lambda _, chosen: chosen)
        now = other.listed(check, (), (), after, lambda _, chosen: chosen)
        assert (before != now) == (changed in bound.all(check, (), ()))
