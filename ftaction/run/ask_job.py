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
from ftaction.model.asking import CHANGE, Ask, Budget, Worker
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
    from ftaction.run.job import Job

_MOST = 64 << 20  # bytes of what the process says
_NOBODY = Identity(65534, 65534)  # who owns nothing: no check, which runs as the files' owner, can look into the process that has the key
_MARGIN = 15.0  # seconds beyond its budget until the process is ended
# Without the interpreter's own end: nothing is left to be written, and the next check waits for this process.
_CODE = "import os, sys; sys.path.append(sys.argv.pop(1)); from ftaction.asking import main; os._exit(main())"


class Asks:
    """The checks of one step that ask: made ready when each starts, for only then are the answers there that it is handed."""

    def __init__(self, ground: Ground, view: View) -> None:
        self._ground, self._view = ground, view
        self._questions: dict[str, Question] = {}

    def to_begin(self, jobs: Mapping[str, "Job"]) -> dict[str, "Job"]:
        """Those that ask are made ready when they start; of those that may ask the very same one at a time, so that nothing is asked twice."""
        return {name: self._to_begin(job, job.check.ask) if job.check.ask and job.fate is None else job for name, job in jobs.items()}

    def _to_begin(self, job: "Job", ask: Ask) -> "Job":
        read, phase = self._ground.world.repository.read, self._ground.config.phases[ask.phase]
        same = (read(ask.prompt), ask.schema and read(ask.schema), phase.worker, phase.model, ask.items == CHANGE, ask.items is None, sorted(ask.handed))
        lock = f"\0{sha256(repr(same).encode('utf-8', 'backslashreplace')).hexdigest()}"
        return replace(job, begin=self.begin, early=self.early, check=job.check._replace(locks=(*job.check.locks, lock)))

    def begin(self, job: "Job") -> "Job":
        """The job with its command; with its fate where there is nothing to ask, or nobody."""
        check = job.check
        of = self._questions[check.name] = asked.question(self._ground, self._view, check, forced=self._ground.request.run_all)
        if not of.asking.open or of.asking.why_not:
            return replace(job, fate=Passed())
        made = self.early(job)
        limit = made.timeout - _MARGIN
        _write(f"{made.folder}/order.new", dumped(self._order(of, self._turns(of.worker), limit)), self._nobody)
        os.replace(f"{made.folder}/order.new", f"{made.folder}/order.json")  # somebody may wait for it
        return made

    def early(self, job: "Job") -> "Job":
        """The job with its command, which waits for its order."""
        world, ask = self._ground.world, job.check.ask
        assert ask is not None, "only what asks is made ready here"
        worker = self._ground.config.workers[self._ground.config.phases[ask.phase].worker]
        nobody = self._nobody
        folder = self._folder(job.check)
        limit = job.check.timeout or self._ground.config.verification.timeout
        _folder_for(f"{folder}/out", nobody)
        environment = visible(world.environment, worker.env, ())
        if nobody:
            environment["HOME"] = _folder_for(f"{folder}/home", nobody)
            os.chown(job.log, *nobody)
        ours = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        command = shlex.join([sys.executable, "-I", "-c", _CODE, ours, folder, worker.api or "command", str(os.getpid())])
        seconds = min(limit, ask.budget.seconds or limit)
        return replace(job, command=command, environment=environment, folder=folder, timeout=seconds + _MARGIN, identity=nobody)

    @property
    def _nobody(self) -> Identity | None:
        return _NOBODY if self._ground.world.identity else None

    def _turns(self, worker: Worker) -> str:
        return _folder_for(f"{self._ground.world.folder}/turns/{_name(worker)}", self._nobody)

    def _order(self, of: Question, turns: str, seconds: float) -> Order:
        open_ = [(of.shown[position], of.spare[position] is not None) for position in dict.fromkeys(ask_told.first_of(of).values())]
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
        began = bool(of.asking.open) and not of.asking.why_not
        result = result._replace(decision=asked.settled(result.decision, of, self._view.snapshot.files), seconds=result.seconds if began else 0.0)
        return ask_told.told(self._ground, self._view, result, of, self._said(check, of))

    def _said(self, check: Check, of: Question) -> Told:
        try:
            with open(f"{self._folder(check)}/out/said", "rb") as file:
                return told(file.read(_MOST).split(b"\n"), len(set(ask_told.first_of(of).values())))
        except OSError:
            return Told()

    def _folder(self, check: Check) -> str:
        return f"{self._ground.world.folder}/asks/{file_name(check.name)}"


def _name(worker: Worker) -> str:
    return sha256(repr(worker).encode("utf-8", "backslashreplace")).hexdigest()[:16]


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
