"""Whole jobs, one after the other, each on a machine that knows nothing: the command line as the action calls it, and a real server."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.jobs.conftest import CHECKS, TOKEN, Start
from tests.report.test_page import shown
from tests.support.cache_server import CacheServer
from tests.support.gates import Gates
from tests.support.repository import TestRepository


def test_cold_then_replayed_then_only_what_changed(job: Start, repository: TestRepository, server: CacheServer) -> None:
    first = job()
    done = first.run()
    assert (done.status, done.names("ran"), done.err) == (0, ["a", "b"], "")
    assert "Saved the bundle of main" in done.summary
    assert first.left == [], "nothing of ours stays on the runner"
    second = job().run()
    assert (second.names("ran"), second.names("replayed")) == ([], ["a", "b"])
    assert "Restored the bundle of main" in second.summary
    assert "proved on main" in second.summary
    assert shown(Path(second.outputs["page"]).read_text(), "a", "log") == "a\n", "the bundle has it"
    repository.write("a.txt", "changed\n")
    repository.commit()
    third = job().run()
    assert (third.names("ran"), third.names("replayed")) == (["a"], ["b"])
    assert "a.txt modified" in third.summary
    assert first.post().status == 0


def test_the_post_step_tells_nothing_and_costs_one_look_up(job: Start, server: CacheServer) -> None:
    first = job()
    first.run()
    before = len(server.seen)
    done = first.post()
    assert (done.status, done.out, done.err) == (0, "", "")
    assert len(server.seen) - before == 1


def test_addresses_are_masked_and_never_told(job: Start) -> None:
    first, second = job().run(), job().run()
    assert "::add-mask::" in second.masks
    assert json.loads(job().run("plan", "--json").out)["version"] == 1, "nothing stands before it"
    for text in (first.out, first.err, first.summary, second.out, second.err, second.summary):
        assert not [line for line in text.splitlines() if "sig=" in line or TOKEN in line]


def _with_a_slow_one(repository: TestRepository, gates: Gates) -> None:
    checks = {**CHECKS, "slow": {"run": gates.command("slow"), "stage": "slow", "tool": "none"}}
    repository.write(".firsttry.json", json.dumps({"version": 1, "checks": checks}))
    repository.commit()


def test_a_cancelled_job_saves_what_had_passed(job: Start, repository: TestRepository, gates: Gates) -> None:
    _with_a_slow_one(repository, gates)
    cancelled = job()
    with cancelled.start("action") as process:
        gates.wait("slow")
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 130
    cancelled.post()
    assert job().run("run", "a", "b").summary.count("replayed") == 3
    assert cancelled.left == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run checks as another user")
def test_a_killed_job_loses_nothing_that_had_passed(job: Start, repository: TestRepository, gates: Gates) -> None:
    """As in the container: we are root, the workspace is the runner's. Stores that others made in the meantime are not ours."""
    _with_a_slow_one(repository, gates)
    killed = job()
    subprocess.run(["chown", "-R", "1001:1001", str(repository.root), str(killed.folder)], check=True)
    subprocess.run(["chmod", "-R", "a+rwX", str(repository.root.parent / "gates")], check=True)
    with killed.start("action") as process:
        gates.wait("slow")
        process.kill()
        gates.release("slow")
        process.communicate()
    (name,) = killed.left
    forged = killed.temporary / name.replace(name[-8:], "00000000")
    shutil.copytree(killed.temporary / name, forged)
    subprocess.run(["chown", "-R", "1001:1001", str(forged)], check=True)
    done = killed.post()
    assert (done.status, done.err) == (0, "")
    assert killed.left == [forged.name]
    again = job()
    subprocess.run(["chown", "-R", "1001:1001", str(again.folder)], check=True)
    assert again.run("run", "a", "b").summary.count("replayed") == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run checks as another user")
def test_a_cancelled_job_with_a_store_of_its_own_saves_what_had_passed(job: Start, repository: TestRepository, gates: Gates) -> None:
    """The post step looks for the folders that it knows, and this is none of them."""
    _with_a_slow_one(repository, gates)
    cancelled = job(INPUT_STORE=str(repository.root.parent / "store"))
    subprocess.run(["chown", "-R", "1001:1001", str(repository.root), str(cancelled.folder)], check=True)
    subprocess.run(["chmod", "-R", "a+rwX", str(repository.root.parent / "gates")], check=True)
    with cancelled.start("action") as process:
        gates.wait("slow")
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 130
    cancelled.post()
    again = job()
    subprocess.run(["chown", "-R", "1001:1001", str(again.folder)], check=True)
    assert again.run("run", "a", "b").summary.count("replayed") == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run checks as another user")
def test_what_a_check_puts_in_the_stores_place_is_not_emptied(job: Start, repository: TestRepository) -> None:
    """A temporary folder in which everybody may rename everything, as runners of one's own have it. We are root, a check is not."""
    one = job()
    precious = one.folder / "precious"
    precious.mkdir()
    (precious / "file").touch()
    swap = f"for store in {one.temporary}/ftaction-store-*; do mv $store $store.away && ln -s {precious} $store; done"
    repository.write(".firsttry.json", json.dumps({"version": 1, "checks": {"swap": {"run": swap, "tool": "none"}}}))
    repository.commit()
    subprocess.run(["chown", "-R", "1001:1001", str(repository.root)], check=True)
    one.temporary.chmod(0o777)
    done = one.run()
    assert (done.status, os.listdir(precious)) == (0, ["file"]), done.err


def test_the_post_step_never_fails_a_job(job: Start, repository: TestRepository) -> None:
    """A later step may have taken the checkout away."""
    first = job()
    first.run()
    shutil.rmtree(repository.root / ".git")
    done = first.post()
    assert (done.status, done.err) == (0, "")
    assert "ftaction: " in done.out


def test_a_wrong_skip_is_loud_and_holds_until_the_input_says_otherwise(job: Start, repository: TestRepository) -> None:
    """A nightly job observes; what it finds holds for all jobs after it."""
    hidden = repository.root.parent / "hidden"
    sly = {"run": "cd ..; test ! -e hidden", "inputs": ["a.txt"], "tool": "none"}
    repository.write(".firsttry.json", json.dumps({"version": 1, "checks": {"b": CHECKS["b"], "sly": sly}}))
    repository.commit()
    assert job().run().names("ran") == ["b", "sly"]
    hidden.touch()
    nightly = job(INPUT_MODE="observe").run()
    assert (nightly.status, nightly.names("ran"), nightly.names("failed")) == (1, ["b", "sly"], ["sly"])
    assert "WRONG: skipping sly would have hidden that it failed" in nightly.summary
    assert "::warning title=FirstTry / a skip would be wrong::sly: observed, WRONG: it would be replayed, proved on main" in nightly.out
    hidden.unlink()
    repository.write("a.txt", "other inputs\n")
    repository.commit()
    assert job().run().names("ran") == ["sly"]
    assert job().run().names("ran") == ["sly"], "it passed on these inputs, and is not believed"
    assert job(INPUT_TRUST="sly").run().names("replayed") == ["b", "sly"]
    assert job().run().names("replayed") == ["b", "sly"]


def test_a_skip_that_would_have_changed_other_files_is_told_though_the_run_is_green(job: Start, repository: TestRepository) -> None:
    """Nothing failed, so an annotation has to say it."""
    word = repository.root.parent / "word"
    word.write_text("one\n")
    write = {"run": f"cd ..; cat word > {repository.root}/a.txt", "inputs": ["a.txt"], "tool": "none", "stage": "mutating", "on_change": "keep"}
    repository.write(".firsttry.json", json.dumps({"version": 1, "checks": {"write": write}}))
    repository.commit()
    assert job().run().status == 0
    word.write_text("two\n")
    repository.git("checkout", "--", "a.txt")
    done = job(INPUT_MODE="observe").run()
    assert done.status == 0, done.out
    assert "::warning title=FirstTry / a skip would be wrong::write: observed, WRONG: it would be replayed" in done.out
