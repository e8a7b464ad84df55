"""A selector that hides failures is found out; one that does not is believed; and what was stopped goes on."""

import json
from itertools import islice, pairwise
from pathlib import Path

from . import campaign, commits
from .faults.catalog import Fault
from .history import flaky, line
from .ours import FTAction
from .patch import Edit, Patch
from .process import Ended
from .results import Results
from .selectors import BrokeError, Everything, Selector, Went
from .small import FILES, Small
from .tree import Tree
from .truth import CRASHED, Truth, Truths


class Blind(Selector):
    """Runs one test file and nothing else, whatever changed."""

    name = "blind"
    only = "tests/test_words.py"

    def _go(self, tree: Tree, *, learning: bool) -> Went:
        ended = self._process([str(self.place.python), "-m", "pytest", "-q", "tests" if learning else self.only], tree, {})
        return Went(ended, ended.code != 0, "always this one")


class Broken(Blind):
    name = "broken"

    def _go(self, tree: Tree, *, learning: bool) -> Went:
        if learning:
            return super()._go(tree, learning=learning)
        raise BrokeError("it fell over")


def _fault(small: Small, name: str, patch: Patch) -> Fault:
    return Fault(id=name, base=small.first, kind="some", aimed=True, title=f"fault {name}", patch=patch)


def _faults(small: Small) -> list[Fault]:
    sums, words = FILES["app/sums.py"], FILES["app/words.py"]
    return [
        _fault(small, "subtle", Patch(edits=(Edit(path="app/sums.py", at=sums.index("+"), old="+", new="-"),))),
        _fault(small, "seen", Patch(edits=(Edit(path="app/words.py", at=words.index("hello"), old="hello", new="hullo"),))),
        _fault(small, "harmless", Patch(writes={"app/notes.txt": "nobody reads this"})),
        _fault(small, "unfit", Patch(edits=(Edit(path="app/words.py", at=0, old="no such text", new=""),))),
    ]


def _outcomes(small: Small, *selectors: Selector) -> dict[str, dict[str, str]]:
    truths, results = Truths(small.repository, small.place), Results(small.place.results)
    outcomes: dict[str, dict[str, str]] = {selector.name: {} for selector in selectors}
    for entry in campaign.inject(small.tree, selectors, truths, _faults(small), results, small.place.folder / "wrong"):
        outcomes[entry["selector"]][entry["fault"]] = entry["outcome"]
    return outcomes


def test_who_runs_too_little_misses_faults(small: Small) -> None:
    assert _outcomes(small, Blind(small.repository, small.place)) == {
        "blind": {"subtle": "missed", "seen": "caught", "harmless": "survived", "unfit": "unusable"}
    }
    assert "fault subtle" in (small.place.folder / "wrong/subtle.blind.txt").read_text()


def test_who_runs_everything_misses_none_and_shows_what_another_missed(small: Small) -> None:
    both = _outcomes(small, Blind(small.repository, small.place), Everything(small.repository, small.place, options=("-x",)))
    assert both["everything"] == {"subtle": "caught", "seen": "caught", "harmless": "survived", "unfit": "unusable"}
    assert both["blind"]["subtle"] == "missed"


def test_a_selector_that_breaks_is_no_verdict(small: Small) -> None:
    assert set(_outcomes(small, Broken(small.repository, small.place))["broken"].values()) == {"broke", "unusable"}


class Nervous(Blind):
    """Red, whatever there is."""

    name = "nervous"

    def _go(self, tree: Tree, *, learning: bool) -> Went:
        went = super()._go(tree, learning=learning)
        return went._replace(red=went.red or not learning)


def test_who_cries_wolf_is_found_out_by_the_sample(small: Small) -> None:
    assert campaign.sampled("nothing0")
    truths, results = Truths(small.repository, small.place), Results(small.place.results)
    harmless = _fault(small, "nothing0", Patch(writes={"notes.txt": "nobody reads this"}))
    (entry,) = campaign.inject(small.tree, [Nervous(small.repository, small.place)], truths, [harmless], results, small.place.folder / "wrong")
    assert entry["outcome"] == "false alarm"


def test_a_campaign_that_was_stopped_goes_on(small: Small) -> None:
    truths, results = Truths(small.repository, small.place), Results(small.place.results)

    def injected() -> list[str]:
        given = small.tree, [Blind(small.repository, small.place)], truths, _faults(small), results, small.place.folder / "wrong"
        return [entry["fault"] for entry in campaign.inject(*given)]

    for _ in islice(campaign.inject(small.tree, [Blind(small.repository, small.place)], truths, _faults(small), results, small.place.folder), 2):
        pass  # and then it is killed while it writes
    with (small.place.results / "blind.jsonl").open("a") as file:
        file.write('{"what": "fault", "selec')
    assert injected() == ["harmless", "unfit"]
    assert [entry["fault"] for entry in results.all("fault")] == ["subtle", "seen", "harmless", "unfit"]
    assert injected() == []
    results.put_aside("blind")
    assert injected() == ["subtle", "seen", "harmless", "unfit"]


def test_a_commit_that_breaks_a_test_nobody_ran_is_missed(small: Small) -> None:
    small.commit({"app/sums.py": "def add(a, b):\n    return a - b\n"})
    small.commit({"app/sums.py": FILES["app/sums.py"], "README.md": "right again"})
    small.commit({"app/words.py": FILES["app/words.py"].replace("hello", "hullo")})
    truths, results = Truths(small.repository, small.place), Results(small.place.results)
    history = line(small.tree, "HEAD", 3)
    found = {
        selector.name: [(entry["missed"], entry["hidden"], entry["red"]) for entry in commits.replay(small.tree, selector, truths, history, results)]
        for selector in (Blind(small.repository, small.place), Everything(small.repository, small.place))
    }
    assert found == {
        "blind": [(["tests/test_sums.py::test_add"], True, False), ([], False, False), ([], False, True)],
        "everything": [([], False, True), ([], False, False), ([], False, True)],
    }
    assert list(commits.replay(small.tree, Blind(small.repository, small.place), truths, history, results)) == []


def test_the_base_moves_on_as_often_as_asked(small: Small) -> None:
    for number in range(4):
        small.commit({"README.md": str(number)})
    truths, results = Truths(small.repository, small.place), Results(small.place.results)
    history = line(small.tree, "HEAD", 4)
    list(commits.replay(small.tree, Everything(small.repository, small.place), truths, history, results, every=2))
    assert [entry["base"] for entry in results.all("learnt")] == [history[0], history[2]]
    assert all(parent != commit for parent, commit in pairwise(history))


class Diary(Blind):
    """Remembers where it learnt, and where it ran."""

    name = "diary"

    def _go(self, tree: Tree, *, learning: bool) -> Went:
        with (self.folder / "diary.txt").open("a") as file:
            file.write(f"{'learnt' if learning else 'ran'} {tree.commit}\n")
        return Went(Ended(code=0, seconds=0.0, cpu=0.0, out=""), False, (self.folder / "diary.txt").read_text())


def test_nothing_is_known_of_later_commits_or_of_other_pull_requests(small: Small) -> None:
    second = small.commit({"README.md": "second"})
    diary = Diary(small.repository, small.place)
    known = []
    for commit, other in ((small.first, second), (second, small.first), (small.first, second)):
        small.tree.go(commit)
        diary.learn(small.tree)
        for _ in range(2):
            small.tree.go(other)
            known.append(diary.run(small.tree).said.split("\n")[:-1])
    assert known[0] == known[1] == [f"learnt {small.first}", f"ran {second}"]
    assert known[2] == known[3] == [f"learnt {small.first}", f"learnt {second}", f"ran {small.first}"]
    assert known[4] == known[0]


def test_truth_is_looked_up_once_for_one_state(small: Small) -> None:
    truths = Truths(small.repository, small.place)
    small.tree.go(small.first)
    first = truths.of(small.tree)
    (kept,) = small.place.truths.iterdir()
    stamp = kept.stat().st_mtime_ns
    assert truths.of(small.tree) == first
    assert kept.stat().st_mtime_ns == stamp
    assert (first.red, sorted(first.tests)) == (False, ["tests/test_sums.py::test_add", "tests/test_sums.py::test_nothing", "tests/test_words.py::test_greet"])


def test_a_pytest_that_can_not_start_proves_nothing(small: Small) -> None:
    """Python ends with 1 then, as pytest does where a test failed."""
    small.tree.go(small.first, Patch(writes={"pytest.py": "raise ImportError\n"}))
    truth = Truths(small.repository, small.place).of(small.tree)
    assert (truth.red, truth.tests, truth.code) == (True, {}, CRASHED)


def test_a_suite_that_fails_in_tests_that_are_left_out_is_green() -> None:
    truth = Truth(code=1, seconds=1.0, cpu=1.0, tests={"a": ("failed", 0.1), "b": ("passed", 0.1)})
    assert truth.red
    assert not truth.but(["a"]).red
    assert Truth(code=2, seconds=1.0, cpu=1.0, tests={}).red
    assert flaky(truth, Truth(code=0, seconds=1.0, cpu=1.0, tests={"a": ("passed", 0.1), "b": ("passed", 0.2)})) == {"a"}


def test_the_real_program_is_driven_and_told_apart(small: Small, tmp_path: Path) -> None:
    selector = FTAction(small.repository, small.place)
    small.tree.go(small.first)
    assert not selector.learn(small.tree).red
    verdicts = {}
    for fault in _faults(small)[:3]:
        small.tree.go(fault.base, fault.patch)
        verdict = selector.run(small.tree)
        verdicts[fault.id] = verdict.red
        assert verdict.said
        assert not verdict.red or verdict.ran
    assert verdicts == {"subtle": True, "seen": True, "harmless": False}
    assert json.loads(selector.configuration())["checks"]["test"]["run"][:3] == ["python", "-m", "pytest"]
