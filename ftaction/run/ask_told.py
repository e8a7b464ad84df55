"""What came of asking: answers that are remembered, findings, files, the account, and how the check ended."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from ftaction.edge.archive import pack, unpack
from ftaction.errors import StoreError
from ftaction.model.asking import Account, Keep, Left, Spent, Verdict
from ftaction.model.ending import CouldNotStart, Ending, Passed, Unanswered
from ftaction.model.record import Record
from ftaction.model.run import Result
from ftaction.plan.asking.batches import batches
from ftaction.plan.asking.findings import files as files_of
from ftaction.plan.asking.findings import findings
from ftaction.plan.asking.order import Answer, Told
from ftaction.plan.asking.prompt import Shown
from ftaction.plan.environment import secrets
from ftaction.run import asked
from ftaction.run.answers import Answers, masked
from ftaction.run.asked import Question
from ftaction.run.findings import settled
from ftaction.run.ground import Ground, View
from ftaction.run.keep import origin
from ftaction.run.logs import masked as masked_bytes
from ftaction.run.logs import masked_text
from ftaction.run.world import file_name

_Number = TypeVar("_Number", int, float)


def told(ground: Ground, view: View, result: Result, of: Question, said: Told) -> Result:
    """`said`: by the process that asked, of the items that are open."""
    said = _hidden(said, secrets(ground.world.environment))
    open_ = [position for position, given in enumerate(of.given) if given is None]
    answers = {position: given.answer for position, given in enumerate(of.given) if given}
    prompts = {call.number: call.prompt for call in said.calls}
    for one in said.answers:
        answers[open_[one.position]] = _kept(ground, view, of, one._replace(position=open_[one.position]), prompts.get(one.call, ""))
    for left in said.left:
        spare = of.spare[open_[left.position]]
        if left.spare and spare:
            answers.setdefault(open_[left.position], spare.answer)
    account = _account(of, said, open_, answers, result.seconds)
    ground.answers[result.check] = asked.handed_on(of, answers)
    if result.seconds and ground.memory:
        ground.memory.asked(_record(ground, view, of, "")._replace(ending=result.ending, seconds=result.seconds))
        ground.memory.spent(result.check, account, ground.world.now())
    ending = _ending(of, said, account.left, asked.judged(of, answers, view.snapshot.files), result.ending)
    problem = _made(ground, of, answers)
    if problem and isinstance(ending, Passed):
        ending = CouldNotStart(problem)
    found = [one for position, answer in sorted(answers.items()) for one in findings(answer, of.shown[position].item, view.snapshot.files)]
    return settled(result._replace(ending=ending, account=account), found)


def _hidden(said: Told, hidden: tuple[str, ...]) -> Told:
    """Without what must not be told: a worker that fails may name its key."""
    left = tuple(one._replace(why=masked_text(one.why, hidden)) for one in said.left)
    return said._replace(left=left, notes=tuple(masked_text(one, hidden) for one in said.notes), fatal=masked_text(said.fatal, hidden))


def _kept(ground: Ground, view: View, of: Question, one: Answer, prompt: str) -> str:
    """The answer as it counts from now on: without what must not be told, and remembered."""
    hidden = secrets(ground.world.environment)
    answer = masked(one.answer, hidden)
    asked_ = of.asking.items[one.position]
    fingerprint = asked_.fingerprint if one.model == of.phase.model else asked.identity_of(ground, of, one.position, one.model)
    about = {"model": one.model, "tokens_in": one.tokens_in, "tokens_out": one.tokens_out, "usd": one.usd}
    if answer and fingerprint:
        kept = of.ask.store is Keep.ANSWERS and ground.memory is not None
        log = ground.memory.keep(masked_bytes(prompt.encode("utf-8", "replace"), hidden)) if kept and ground.memory else ""
        record = _record(ground, view, of, fingerprint)._replace(seconds=one.seconds, log=log)
        Answers(ground.memory, ground.given, lambda _record: True).keep(record, answer, about, of.ask.store)
    return answer


def _record(ground: Ground, view: View, of: Question, fingerprint: str) -> Record:
    return Record(check=of.check.name, fingerprint=fingerprint, ending=Passed(), seconds=0.0, ended=ground.world.now(), origin=origin(ground, view))


def _account(of: Question, said: Told, open_: Sequence[int], answers: Mapping[int, str], seconds: float) -> Account:
    known = [one.record.ended for one in of.given if one]
    models = dict.fromkeys(call.model for call in said.calls)
    return Account(
        items=len(of.given), remembered=len(known), saved=_calls(of, [shown for shown, given in zip(of.shown, of.given, strict=True) if given]),
        spent=tuple(_spent(of, said, model) for model in models), left=tuple(_left(of, said, open_, answers)), seconds=seconds,
        oldest=min(known, default=0.0), newest=max(known, default=0.0), notes=tuple(dict.fromkeys(said.notes)),
    )  # fmt: skip


def _calls(of: Question, shown: Sequence[Shown]) -> int:
    """That asking about these would take."""
    return len(batches(of.text, shown, of.ask.batch, of.phase, of.worker)[0]) if shown else 0


def _spent(of: Question, said: Told, model: str) -> Spent:
    mine = [call for call in said.calls if call.model == model]
    made = [call for call in mine if not call.limited]
    answers = sum(one.model == model for one in said.answers)
    return Spent(
        phase=of.ask.phase, worker=of.phase.worker, model=model, calls=len(made), answers=answers,
        batched=sum(call.items - 1 for call in made if not call.again and not call.problem), again=sum(call.again for call in made),
        refused=len(mine) - len(made), tokens_in=_sum(call.tokens_in for call in made), tokens_out=_sum(call.tokens_out for call in made),
        usd=_sum(call.usd for call in made), seconds=sum(call.seconds for call in mine),
    )  # fmt: skip


def _sum(numbers: Iterable[_Number | None]) -> _Number | None:
    """None where none is known."""
    known = [number for number in numbers if number is not None]
    return sum(known[1:], known[0]) if known else None


def _left(of: Question, said: Told, open_: Sequence[int], answers: Mapping[int, str]) -> Iterator[Left]:
    why = {open_[one.position]: one for one in said.left}
    for position in open_:
        if position not in answers:
            reason = why.get(position)
            name = of.shown[position].item.name
            yield Left(name, reason.why, reason.asked) if reason else Left(name, of.asking.why_not or said.fatal or "the run was ending")


def _ending(of: Question, said: Told, left: Sequence[Left], judged: Ending, ending: Ending) -> Ending:
    """`ending`: of the process; `judged`: by the answers that there are.

    Advice that could not be had for some items is still advice; a gate is open only where all was answered.
    """
    if said.fatal:
        return CouldNotStart(said.fatal)
    if not isinstance(ending, Passed):
        return ending
    gate = of.ask.verdict is Verdict.GATE
    unknown = bool(left or of.asking.why_not)
    if isinstance(judged, Passed) and unknown and (gate or len(left) == len(of.given)):
        why = left[0].why if left else of.asking.why_not
        return Unanswered(len(left), why, gate=gate, asked=any(one.asked for one in left))
    return judged


def _made(ground: Ground, of: Question, answers: Mapping[int, str]) -> str:
    """Put the files in place that answers make, as far as the check may make them; why that failed."""
    outputs = of.check.outputs
    made = [pair for _, answer in sorted(answers.items()) for pair in files_of(answer, outputs)] if outputs else []
    if not made:
        return ""
    staged = f"{ground.world.folder}/asks/{file_name(of.check.name)}/made"
    try:
        for path, content in made:
            os.makedirs(os.path.dirname(f"{staged}/{path}"), exist_ok=True)
            with open(f"{staged}/{path}", "w", encoding="utf-8", errors="replace") as file:
                file.write(content)
        there = tuple(output for output in outputs if os.path.exists(f"{staged}/{output}"))
        unpack(pack(staged, there, None), ground.world.context.root, there, ground.world.identity)
    except (StoreError, OSError) as error:
        return f"the files that it makes can't be put in place: {error}"
    return ""
