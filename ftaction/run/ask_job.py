"""A check that asks, carried out: the order for the process that asks, made when the check starts, and what that process said.

A folder for each such check in the run's own: `order.json`, which that process reads, and `out/said`, which it writes. It goes when it was read:
what stands in it is not masked, and is kept where it may be kept.
"""

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from shutil import rmtree
from typing import TYPE_CHECKING

from ftaction.edge.machine import Identity
from ftaction.model.asking import Budget
from ftaction.model.check import Check
from ftaction.model.ending import Passed
from ftaction.model.plan import Replay, Run
from ftaction.model.run import Result
from ftaction.plan.asking.order import Order, Told, dumped, told
from ftaction.plan.environment import visible
from ftaction.run import ask_told, asked
from ftaction.run.asked import Question
from ftaction.run.ground import Ground, View
from ftaction.run.world import file_name

if TYPE_CHECKING:
    from ftaction.run.execute import Job

_MOST = 64 << 20  # bytes of what the process says
_NOBODY = Identity(65534, 65534)  # who owns nothing: no check, which runs as the files' owner, can look into the process that has the key
_MARGIN = 15.0  # seconds beyond its budget until the process is ended
_CODE = "import sys; sys.path.append(sys.argv.pop(1)); from ftaction.asking import main; sys.exit(main())"


class Asks:
    """The checks of one step that ask: made ready when each starts, for only then are the answers there that it is handed."""

    def __init__(self, ground: Ground, view: View) -> None:
        self._ground, self._view = ground, view
        self._questions: dict[str, Question] = {}

    def to_begin(self, jobs: Mapping[str, "Job"]) -> dict[str, "Job"]:
        """Those that ask are made ready when they start."""
        return {name: replace(job, begin=self.begin) if job.check.ask and job.fate is None else job for name, job in jobs.items()}

    def begin(self, job: "Job") -> "Job":
        """The job with its command; with its fate where there is nothing to ask, or nobody."""
        check = job.check
        of = self._questions[check.name] = asked.question(self._ground, self._view, check, forced=self._ground.request.run_all)
        if not of.asking.open or of.asking.why_not:
            return replace(job, fate=Passed())
        world = self._ground.world
        nobody = _NOBODY if world.identity else None
        folder = self._folder(check)
        turns = _folder_for(f"{world.folder}/turns/{_name(of)}", nobody)
        limit = check.timeout or self._ground.config.verification.timeout
        seconds = min(limit, of.ask.budget.seconds or limit)
        _folder_for(f"{folder}/out", nobody)
        _write(f"{folder}/order.json", dumped(self._order(of, turns, seconds)), nobody)
        environment = visible(world.environment, of.worker.env, ())
        if nobody:
            environment["HOME"] = _folder_for(f"{folder}/home", nobody)
            os.chown(job.log, *nobody)
        ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        command = shlex.join([sys.executable, "-I", "-c", _CODE, ours, folder])
        return replace(job, command=command, environment=environment, folder=folder, timeout=seconds + _MARGIN, identity=nobody)

    def _order(self, of: Question, turns: str, seconds: float) -> Order:
        open_ = [(shown, spare is not None) for shown, given, spare in zip(of.shown, of.given, of.spare, strict=True) if given is None]
        return Order(
            text=of.text, shown=tuple(shown for shown, _ in open_), spare=tuple(spare for _, spare in open_), batch=of.ask.batch, phase=of.phase,
            worker=of.worker, budget=Budget(of.ask.budget.calls, of.ask.budget.usd, seconds), store=of.ask.store, turns=turns,
        )  # fmt: skip

    def ended(self, result: Result) -> Result:
        """The result with what was answered, which is remembered at once: whatever ended it, answers that came count."""
        check = self._ground.recognised[result.check].check
        try:
            return self._told(result, check)
        finally:
            rmtree(self._folder(check), ignore_errors=True)

    def _told(self, result: Result, check: Check) -> Result:
        if isinstance(result.decision, Replay):
            return ask_told.told(self._ground, self._view, result, asked.question(self._ground, self._view, check), Told())
        of = self._questions.get(check.name)
        if of is None or not isinstance(result.decision, Run):  # it was never begun
            return result
        result = result._replace(decision=asked.settled(result.decision, of, self._view.snapshot.files))
        return ask_told.told(self._ground, self._view, result, of, self._said(check, of))

    def _said(self, check: Check, of: Question) -> Told:
        try:
            with open(f"{self._folder(check)}/out/said", "rb") as file:
                return told(file.read(_MOST).split(b"\n"), len(of.asking.open))
        except OSError:
            return Told()

    def _folder(self, check: Check) -> str:
        return f"{self._ground.world.folder}/asks/{file_name(check.name)}"


def _name(of: Question) -> str:
    return sha256(repr(of.worker).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _write(path: str, text: str, identity: Identity | None) -> None:
    """For this user and nobody else."""
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        if identity:
            os.fchown(file.fileno(), *identity)
        file.write(text)


def _folder_for(folder: str, identity: Identity | None) -> str:
    """A folder that this user writes to, and may reach through those above it."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if identity:
        for above in (os.path.dirname(folder), os.path.dirname(os.path.dirname(folder))):
            os.chmod(above, 0o711)  # noqa: S103  # to be walked through, not looked into
        os.chown(folder, *identity)
    return folder
