"""What counts: the same facts are the same fingerprint, every other fact is another one, and a difference is told exactly."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftaction.model.check import Check, OnChange, Shell, Stage
from ftaction.model.manifest import Change, Difference, Manifest, Section
from ftaction.plan.fingerprint import Facts, differences, fingerprint, inputs_list, manifest
from tests.support.golden import Golden

CHECK = Check(name="test", run="pytest -q", outputs=("coverage.xml", "html cov"), working_directory="src", env=("MODE",))
FACTS = Facts(
    env=(("MODE", "fast\tand\nloose"), ("LANG", "C.UTF-8")),
    toolchain=(("python", "3.13.1 /usr/bin/python3"), ("pytest", "sha256:11"), ("pytest", "sha256:11"), ("pip:hypothesis", "6.1")),
    platform=(("system", "Linux"), ("machine", "x86_64")),
    needs=(("python-deps", "f" * 64),),
    options=("-n", "2"),
)
FILES = {"a.py": "100644 aa", "b/c.py": "100755 bb", "new\nline": "100644 cc", "tab\there": "100644 dd", "back\\slash": "120000 ee", "bad\udcff": "100644 ff"}


def of(check: Check = CHECK, facts: Facts = FACTS, files: dict[str, str] = FILES) -> Manifest:
    return manifest(check, facts, inputs_list(files, sorted(files)))


def test_a_whole_manifest(golden: Golden) -> None:
    whole = of()
    golden("manifest.txt", f"{whole.head}{whole.inputs}inputs {whole.inputs_digest}\nfingerprint {fingerprint(whole)}\n")


def test_the_same_facts_are_the_same_fingerprint() -> None:
    turned = FACTS._replace(env=FACTS.env[::-1], toolchain=FACTS.toolchain[::-1], needs=FACTS.needs[::-1])
    assert fingerprint(of(facts=turned)) == fingerprint(of())


CHANGES = [
    pytest.param({"run": "pytest -q "}, {}, {}, [Difference(Section.COMMAND, "run", Change.MODIFIED)], id="the command, to the blank"),
    pytest.param(
        {"run": ("pytest -q",)},
        {},
        {},
        [Difference(Section.COMMAND, "run", Change.MODIFIED), Difference(Section.COMMAND, "shell", Change.MODIFIED)],
        id="arguments are no shell line",
    ),
    pytest.param({"shell": Shell.SH}, {}, {}, [Difference(Section.COMMAND, "shell", Change.MODIFIED)], id="another shell"),
    pytest.param({"working_directory": "."}, {}, {}, [Difference(Section.COMMAND, "working_directory", Change.MODIFIED)], id="another folder"),
    pytest.param({"outputs": ("coverage.xml",)}, {}, {}, [Difference(Section.COMMAND, "outputs", Change.MODIFIED)], id="one output less"),
    pytest.param(
        {"outputs": ("coverage.xml", "html", "cov")},
        {},
        {},
        [Difference(Section.COMMAND, "outputs", Change.MODIFIED)],
        id="two outputs are not one with a blank",
    ),
    pytest.param({}, {"options": ("-n 2",)}, {}, [Difference(Section.COMMAND, "options", Change.MODIFIED)], id="one word is not two"),
    pytest.param({}, {"env": (("MODE", "slow"), ("LANG", "C.UTF-8"))}, {}, [Difference(Section.ENV, "MODE", Change.MODIFIED)], id="a variable's value"),
    pytest.param({}, {"env": FACTS.env[:1]}, {}, [Difference(Section.ENV, "LANG", Change.REMOVED)], id="a variable less"),
    pytest.param({}, {"env": (*FACTS.env, ("X", ""))}, {}, [Difference(Section.ENV, "X", Change.ADDED)], id="an empty variable is not none"),
    pytest.param({}, {"toolchain": FACTS.toolchain[1:]}, {}, [Difference(Section.TOOLCHAIN, "python", Change.REMOVED)], id="a program less"),
    pytest.param(
        {},
        {"toolchain": (*FACTS.toolchain, ("pytest", "sha256:22"))},
        {},
        [Difference(Section.TOOLCHAIN, "pytest", Change.MODIFIED)],
        id="a second one of a name",
    ),
    pytest.param({}, {"platform": (("system", "Linux"), ("machine", "arm64"))}, {}, [Difference(Section.PLATFORM, "machine", Change.MODIFIED)], id="platform"),
    pytest.param({}, {"needs": (("python-deps", "e" * 64),)}, {}, [Difference(Section.NEED, "python-deps", Change.MODIFIED)], id="what a need makes"),
    pytest.param({}, {"needs": ()}, {}, [Difference(Section.NEED, "python-deps", Change.REMOVED)], id="a need less"),
    pytest.param({}, {}, {"a.py": "100644 ab"}, [Difference(Section.INPUT, "a.py", Change.MODIFIED)], id="content"),
    pytest.param({}, {}, {"a.py": "100755 aa"}, [Difference(Section.INPUT, "a.py", Change.MODIFIED)], id="mode"),
    pytest.param({}, {}, {"d.py": "100644 aa"}, [Difference(Section.INPUT, "d.py", Change.ADDED)], id="a file more"),
    pytest.param({}, {}, {"a.py": None}, [Difference(Section.INPUT, "a.py", Change.REMOVED)], id="a file less"),
    pytest.param(
        {},
        {},
        {"a.py": None, "A.py": "100644 aa"},
        [Difference(Section.INPUT, "A.py", Change.ADDED), Difference(Section.INPUT, "a.py", Change.REMOVED)],
        id="name",
    ),
]


@pytest.mark.parametrize(("check", "facts", "files", "expected"), CHANGES)
def test_one_other_fact_is_another_fingerprint(check: dict[str, Any], facts: dict[str, Any], files: dict[str, Any], expected: list[Difference]) -> None:
    changed = {path: content for path, content in (FILES | files).items() if content is not None}
    other = of(CHECK._replace(**check), FACTS._replace(**facts), changed)
    assert list(differences(of(), other)) == expected
    assert fingerprint(other) != fingerprint(of())


@pytest.mark.parametrize(
    "change",
    [{"weight": 2}, {"locks": ("x",)}, {"timeout": 5.0}, {"retries": 3}, {"stage": Stage.SLOW}, {"on_change": OnChange.FAIL}, {"needs": ("a",)}, {"name": "b"}],
    ids=str,
)
def test_how_a_check_is_run_is_no_fact_of_its_outcome(change: dict[str, Any]) -> None:
    assert fingerprint(of(CHECK._replace(**change))) == fingerprint(of())


def test_values_of_variables_never_stand_in_the_clear() -> None:
    assert "loose" not in of().head


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"a": "1 x", "b": "1 y"}, {"a\n1 y\tb": "1 x"}, id="a line end and a tab"),
        pytest.param({"a\nb": "1 x"}, {"a\\nb": "1 x"}, id="a line end is no backslash and n"),
        pytest.param({"a\tb": "1 x"}, {"a\\tb": "1 x"}, id="a tab is no backslash and t"),
        pytest.param({"a\rb": "1 x"}, {"a\\rb": "1 x"}, id="a return is no backslash and r"),
        pytest.param({"a\\": "1 x"}, {"a\\\\": "1 x"}, id="one backslash is not two"),
        pytest.param({"a": "1 x"}, {}, id="something is not nothing"),
    ],
)
def test_names_that_look_alike(one: dict[str, str], other: dict[str, str]) -> None:
    assert inputs_list(one, sorted(one))[1] != inputs_list(other, sorted(other))[1]


NAMES = st.text("ab\n\t\r\\\u2028\x0c\udc80", min_size=1, max_size=4)
CONTENTS = st.sampled_from(["100644 aa", "100755 aa", "100644 bb"])
TREES = st.dictionaries(NAMES, CONTENTS, max_size=6)
PAIRS = st.dictionaries(NAMES, NAMES, max_size=3).map(lambda found: tuple(found.items()))
ALL_FACTS = st.builds(Facts, env=PAIRS, toolchain=PAIRS, platform=PAIRS, needs=PAIRS, options=st.lists(NAMES, max_size=2).map(tuple))


def changes(before: dict[str, str], after: dict[str, str]) -> set[Change]:
    found = {Change.ADDED} if after.keys() - before.keys() else set()
    found |= {Change.REMOVED} if before.keys() - after.keys() else set()
    return found | ({Change.MODIFIED} if any(before[name] != after[name] for name in before.keys() & after.keys()) else set())


@settings(max_examples=300, deadline=None)
@given(TREES, TREES)
def test_differences_of_files_are_exactly_what_changed(before: dict[str, str], after: dict[str, str]) -> None:
    found = differences(of(files=before), of(files=after))
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert len(found) == len(changed)
    assert {one.change for one in found} == changes(before, after)
    assert (fingerprint(of(files=before)) == fingerprint(of(files=after))) == (before == after)


@settings(max_examples=300, deadline=None)
@given(ALL_FACTS, ALL_FACTS)
def test_differences_of_facts_are_exactly_what_changed(before: Facts, after: Facts) -> None:
    found = differences(of(facts=before), of(facts=after))
    for section, name in ((Section.ENV, "env"), (Section.TOOLCHAIN, "toolchain"), (Section.PLATFORM, "platform"), (Section.NEED, "needs")):
        old, new = dict(getattr(before, name)), dict(getattr(after, name))
        assert len([one for one in found if one.section is section]) == len({key for key in old.keys() | new.keys() if old.get(key) != new.get(key)})
        assert {one.change for one in found if one.section is section} == changes(old, new)
    assert bool(found) == (fingerprint(of(facts=before)) != fingerprint(of(facts=after)))


@given(st.text("formatinput\t\n01\x0c", max_size=40))
def test_a_list_that_comes_damaged_from_a_store_is_no_error(head: str) -> None:
    assert differences(Manifest(head=head, inputs=head, inputs_digest="x"), of())
