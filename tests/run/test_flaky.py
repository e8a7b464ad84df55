"""Whole runs of one check whose outcome the test decides each time, the files staying as they are: what the next run makes of each order of events."""

import json

import pytest

from ftaction.model.check import Config
from ftaction.model.ending import Failed, Passed
from ftaction.model.plan import Reason, Replay, Run
from ftaction.model.run import Report, Suspect
from tests.support.rig import Rig, check, config, decisions, result


class Coin:
    """A check `coin` that ends as the test says; nothing that its fingerprint knows of differs."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.said = rig.folder / "said"
        self.line = f'cd {rig.folder}; read -r word < said; sed -i 1d said; if [ "$word" = T ]; then sleep 60; fi; exit $word'

    def config(self, retries: int = 0, timeout: float = 60.0, **verification: object) -> Config:
        return config(check("coin", self.line, inputs=["a.txt"], retries=retries, timeout=timeout), **verification)

    def run(self, event: str, **request: object) -> Report:
        """`P` passes, `F` fails, `R` passes at its second try, `T` does not end."""
        self.said.write_text({"P": "0\n", "F": "1\n", "R": "1\n0\n", "T": "T\n"}[event])
        report = self.rig.run(self.config(retries=int(event == "R"), timeout=0.3 if event == "T" else 60.0), **request)
        assert isinstance(result(report, "coin").ending, Passed) == (event in "PR")
        return report


@pytest.fixture
def coin(rig: Rig) -> Coin:
    return Coin(rig)


NEXT = [
    # events, what the next run does, suspect as (failed, runs)
    ("P", "Replay", None, "a clean pass"),
    ("F", Reason.FAILED_LAST, None, "a failure is remembered, and never final"),
    ("FF", Reason.FAILED_LAST, None, "a broken check is no flaky one"),
    ("PF", Reason.FAILED_LAST, (1, 2), "a failure stands in the place of an earlier pass"),
    ("FP", Reason.FLAKY, (1, 2), "a pass stands in the place of a failure, and is not believed yet"),
    ("TP", Reason.FLAKY, (1, 2), "not to come to an end is a failure as well"),
    ("R", Reason.FLAKY, (1, 2), "a pass at the second try is proof by itself"),
    ("RP", Reason.FLAKY, (1, 3), "and is not forgotten by the next pass"),
    ("FPPPP", Reason.FLAKY, (1, 5), "four clean passes in a row"),
    ("FPPPPP", "Replay", None, "five"),
    ("PPPPPF", Reason.FAILED_LAST, (1, 6), "whatever it did before"),
    ("PPPPPFP", Reason.FLAKY, (1, 7), "which is no reason to believe it afterwards"),
]


@pytest.mark.parametrize(("events", "expected", "suspect", "reason"), NEXT, ids=[row[-1] for row in NEXT])
def test_the_next_run(coin: Coin, events: str, expected: str, suspect: tuple[int, int] | None, reason: str) -> None:
    for event in events:
        report = coin.run(event, run_all=True)
    assert report.suspects == ((Suspect("coin", *suspect),) if suspect else ())
    decision = coin.rig.plan(coin.config())["coin"]
    assert (decision.why.reason if isinstance(decision, Run) else type(decision).__name__) == expected


def test_without_being_told_to_it_runs_until_it_is_believed_again(coin: Coin) -> None:
    """As a user meets it: nothing but `ftaction run`, again and again."""
    coin.run("F")
    for _ in range(5):
        assert decisions(coin.run("P")) == {"coin": "Run"}
    assert decisions(coin.rig.run(coin.config())) == {"coin": "Replay"}


def test_other_inputs_are_another_matter_but_it_stays_a_suspect(coin: Coin) -> None:
    """What was proven of other inputs is told, because the next failure may be of the same kind; a pass is believed."""
    coin.run("F")
    coin.run("P")
    coin.rig.repository.write("a.txt", "changed\n")
    report = coin.run("P")
    assert report.suspects == (Suspect("coin", 1, 2),)
    assert decisions(coin.rig.run(coin.config())) == {"coin": "Replay"}
    assert coin.rig.run(coin.config()).suspects == (), "of what did not run nothing is told"


def test_who_ran_clean_for_long_is_no_suspect(coin: Coin) -> None:
    """Nineteen runs of other inputs later the failure is no longer among the last twenty."""
    coin.run("F")
    coin.run("P")
    for number in range(1, 21):
        coin.rig.repository.write("a.txt", f"{number}\n")
        report = coin.run("P")
        assert bool(report.suspects) == (number < 19)


def test_a_failure_is_not_replayed_where_it_may_be_chance(coin: Coin) -> None:
    """`--replay-failures` replays what is broken, not what is flaky."""
    coin.run("F")
    assert isinstance(coin.rig.plan(coin.config(), replay_failures=True)["coin"], Replay)
    coin.run("P")
    coin.run("F")
    decision = coin.rig.plan(coin.config(), replay_failures=True)["coin"]
    assert isinstance(decision, Run)
    assert decision.why.reason is Reason.FLAKY


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (1, 2), (3, 4)])
def test_it_is_tried_again_only_where_that_is_asked_for(coin: Coin, retries: int, tries: int) -> None:
    coin.said.write_text("1\n" * 9)
    report = coin.rig.run(coin.config(retries=retries))
    assert result(report, "coin").ending == Failed(1)
    assert 9 - len(coin.said.read_text().split()) == tries
    assert result(report, "coin").failed == tries - 1, "the last of them is its ending"


def test_tries_are_runs_of_the_same_inputs(coin: Coin) -> None:
    coin.said.write_text("1\n1\n0\n")
    assert coin.rig.run(coin.config(retries=5)).suspects == (Suspect("coin", 2, 3),)


def test_a_record_of_an_older_make_is_read(coin: Coin) -> None:
    """It counts nothing, so it counts as the one run that it is."""
    coin.run("P")
    store = coin.rig.store()
    (name,) = [entry.name.rpartition("/")[2] for entry in store.entries() if entry.name.startswith("ac/")]
    old = json.loads(store.record(name) or b"")
    del old["tally"]
    store.put_record(name, json.dumps(old).encode())
    (history,) = [entry.name for entry in store.entries() if entry.name.startswith("history/")]
    (coin.rig.store_folder / history).write_text("\n" + json.dumps({"fingerprint": name, "passed": True, "seconds": 1.0}))
    assert decisions(coin.rig.run(coin.config())) == {"coin": "Replay"}
    assert coin.run("F", run_all=True).suspects == (Suspect("coin", 1, 2),)


def test_a_lost_record_does_not_make_it_believed(coin: Coin) -> None:
    """The history knows of the failure as well."""
    coin.run("F")
    for entry in coin.rig.store().entries():
        if entry.name.startswith("ac/"):
            coin.rig.store().remove(entry.name)
    coin.run("P")
    decision = coin.rig.plan(coin.config())["coin"]
    assert isinstance(decision, Run)
    assert decision.why.reason is Reason.FLAKY
