"""What a check would ask now: its items, which of them are answered already, and what asking about the others may cost. Runs nothing."""

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import NamedTuple

from ftaction.model.asking import CHANGE, Ask, Asked, Asking, Item, Phase, Verdict, Worker
from ftaction.model.change import Kind
from ftaction.model.check import Check
from ftaction.model.ending import Ending, Failed, Passed
from ftaction.model.finding import Level
from ftaction.model.manifest import Manifest, Section
from ftaction.model.plan import Reason, Replay, Run, Why
from ftaction.model.record import Origin, Record
from ftaction.plan import globs
from ftaction.plan.asking.batches import most
from ftaction.plan.asking.findings import DEFAULT, findings
from ftaction.plan.asking.hunks import hunks, whole
from ftaction.plan.asking.prompt import Handed, Shown, Text, identity
from ftaction.plan.environment import is_secret
from ftaction.plan.trust import trusted
from ftaction.run.answers import Answers, Given
from ftaction.run.ground import Ground, View

_PLAIN = "100"  # how git's mode of a plain file begins
_FEWEST = 2  # items that may share a call


class Question(NamedTuple):
    """All that a check asks, as it stands now. `shown`, `given` and `spare` are of `asking.items`, one each."""

    check: Check
    ask: Ask
    phase: Phase
    worker: Worker
    text: Text
    shown: tuple[Shown, ...]
    given: tuple[Given | None, ...]
    spare: tuple[Given | None, ...]
    asking: Asking


def decide(ground: Ground, view: View, check: Check, *, forced: bool) -> Run | Replay:
    """Replayed where everything is answered; else run, to ask about what is not. `forced`: what earlier runs were answered does not count."""
    of = question(ground, view, check, forced=forced)
    expected = ground.memory.expected(check.name) if ground.memory else None
    if of.asking.open or of.asking.pending or of.asking.why_not or not of.given:
        return Run(Why(Reason.FORCED if forced else Reason.UNANSWERED), expected=expected, asking=of.asking)
    return Replay(_standing(of, view.snapshot.files), asking=of.asking)


def settled(decision: Run, of: Question, files: Collection[str]) -> Run | Replay:
    """What it came to when it began: replayed after all, where the answers that it is handed are those that it was handed before."""
    if of.given and not of.asking.open and not of.asking.why_not:
        return Replay(_standing(of, files), asking=of.asking)
    return decision._replace(asking=of.asking)


def question(ground: Ground, view: View, check: Check, *, forced: bool = False) -> Question:
    """What it asks, with the answers that are there."""
    assert check.ask is not None
    ask, phase = check.ask, ground.config.phases[check.ask.phase]
    worker = ground.config.workers[phase.worker]
    items, why_not = _items(ground, view, check, ask)
    handed, pending = _handed(ground, view, ask)
    text, unread = _text(ground, view, check, ask)
    apart = tuple(one for name in ask.handed for one in handed[name] if ask.items and _ask(ground, name).items)
    text = text._replace(handed=tuple(one for name in ask.handed for one in handed[name] if one not in apart))
    shown = tuple(Shown(item, tuple(one for one in apart if one.item == item.path)) for item in items)
    who = _who(ground, phase, worker)
    prints = ["" if pending or unread else identity(text, one, who) for one in shown]
    memory = None if forced else ground.memory
    if memory:
        memory.expect(prints)
    answers = Answers(memory, ground.given, lambda record: _counts(ground, ask, record))
    given = tuple(answers.find(one) if one else None for one in prints)
    spare = tuple(
        answers.find(identity(text, one, {**who, "model": phase.fallback})) if phase.fallback and print_ and not known else None
        for one, print_, known in zip(shown, prints, given, strict=True)
    )
    shown = _apart(ground, ask, shown, given)
    rows = zip(items, prints, (one and one.record for one in given), (one and one.record for one in spare), strict=True)
    open_ = [one for one, known in zip(shown, given, strict=True) if known is None]
    longest = sum(_longest(ground, view, name) for name in pending)
    asking = Asking(
        worker=phase.worker, model=phase.model, items=tuple(Asked(*row) for row in rows), most=most(text, open_, ask, phase, worker, unknown=longest),
        why_not=unread or why_not or (_keyless(ground, worker) if open_ else ""), pending=pending, phase=ask.phase,
    )  # fmt: skip
    return Question(check, ask, phase, worker, text, shown, given, spare, asking)


def identity_of(ground: Ground, of: Question, position: int, model: str) -> str:
    """What an answer of this model about an item is remembered under; empty for a model that was not to be asked."""
    return identity(of.text, of.shown[position], {**_who(ground, of.phase, of.worker), "model": model}) if model == of.phase.fallback else ""


def judged(of: Question, answers: Mapping[int, str], files: Collection[str]) -> Ending:
    """How a check ends that was answered about everything. `answers`: by position of the item."""
    found = (one for position, answer in answers.items() for one in findings(answer, of.shown[position].item, files))
    bad = of.ask.verdict is Verdict.GATE and any(one.level is Level.ERROR for one in found)
    return Failed(1) if bad else Passed()


def identified(ground: Ground, view: View, check: Check) -> tuple[Manifest, str]:
    """What its answers depend on, and the fingerprint of the answers themselves; empty while there are some to come."""
    of = question(ground, view, check)
    rows = (("ask", of.ask.prompt), ("worker", of.asking.worker), ("model", of.asking.model), ("schema", of.ask.schema or "ours"))
    head = "".join(f"{Section.COMMAND}\t{name}\t{value!r}\n" for name, value in rows)
    lines = "".join(f"{sha256(one.text.encode('utf-8', 'surrogateescape')).hexdigest()}\t{json.dumps(one.name)}\n" for one in _named(of))
    answers = [one.answer if one else None for one in of.given]
    whole_ = bool(answers) and None not in answers and not of.asking.why_not
    return Manifest(head, lines, sha256(lines.encode()).hexdigest()), sha256(json.dumps(answers).encode()).hexdigest() if whole_ else ""


def _named(of: Question) -> list[Item]:
    return [one.item for one in of.shown if one.item.name]


def _standing(of: Question, files: Collection[str]) -> Record:
    """One record for all answers: as old as the newest of them, and as long as all took."""
    known = [one for one in of.given if one]
    newest = max((one.record for one in known), key=lambda record: record.ended)
    ending = judged(of, {position: one.answer for position, one in enumerate(known)}, files)
    return Record(
        check=of.check.name, fingerprint=newest.fingerprint, ending=ending, seconds=sum(one.record.seconds for one in known),
        ended=newest.ended, origin=newest.origin,
    )  # fmt: skip


def _items(ground: Ground, view: View, check: Check, ask: Ask) -> tuple[tuple[Item, ...], str]:
    """What is asked about, and why that can't be told where it can't."""
    if ask.items is None:
        return (Item(""),), ""
    if ask.items == CHANGE:
        return _pieces(ground, view, check)
    paths = view.gatherer.paths.select(ask.items)
    read = ground.world.repository.read_bytes
    texts = {path: read(path) for path in paths if view.snapshot.files[path].startswith(_PLAIN)}
    found = tuple(Item(path, path, content.decode("utf-8", "replace")) for path, content in texts.items() if content is not None)
    return found, "" if found else "its items mean no file"


def _pieces(ground: Ground, view: View, check: Check) -> tuple[tuple[Item, ...], str]:
    """The hunks of the change set, of files that the check's `inputs` mean."""
    if view.pieces is None:
        changes = ground.changes()
        if not changes.complete:
            return (), f"what was touched is not known: {changes.doubt}"
        there = {one.path: one.kind for one in changes.touched}
        diffs = ground.world.diffs(changes, there) if there else {}
        if diffs is None:
            return (), "how the touched files differ from their base can't be told"
        new = {path for path, kind in there.items() if kind is Kind.ADDED and path not in diffs and view.snapshot.files.get(path, "").startswith(_PLAIN)}
        read = ground.world.repository.read_bytes
        texts = {path: (read(path) or b"").decode("utf-8", "replace") for path in new}
        view.pieces = {path: tuple(hunks(path, diff)) for path, diff in diffs.items()} | {path: (whole(path, text),) for path, text in texts.items()}
    chosen = globs.Paths(list(view.pieces)).select(check.inputs)
    return tuple(one for path in chosen for one in view.pieces[path]), ""


def _text(ground: Ground, view: View, check: Check, ask: Ask) -> tuple[Text, str]:
    """What is the same for all items, and what can't be read of it."""
    template = ground.world.repository.read(ask.prompt)
    schema = ground.world.repository.read(ask.schema) if ask.schema else DEFAULT
    unread = [path for path, text in ((ask.prompt, template), (ask.schema, schema)) if text is None]
    files = tuple(view.gatherer.paths.select(check.inputs)) if template and "{files}" in template else ()
    return Text(template or "", schema or "", files=files), f"{' and '.join(map(str, unread))} can't be read" if unread else ""


def _handed(ground: Ground, view: View, ask: Ask) -> tuple[dict[str, tuple[Handed, ...]], tuple[str, ...]]:
    """The answers of each check that are handed on, and those checks that are still to be answered."""
    found: dict[str, tuple[Handed, ...]] = {}
    pending: list[str] = []
    for name in ask.handed:
        if name not in ground.answers:
            of = question(ground, view, ground.recognised[name].check)
            pending += [name] if of.asking.open or of.asking.pending or of.asking.why_not else []
            found[name] = handed_on(of, {position: one.answer for position, one in enumerate(of.given) if one})
        else:
            found[name] = ground.answers[name]
    return found, tuple(pending)


def handed_on(of: Question, answers: Mapping[int, str]) -> tuple[Handed, ...]:
    """These answers, as other checks see them."""
    return tuple(Handed(of.check.name, of.shown[position].item.path, answer) for position, answer in sorted(answers.items()))


def _longest(ground: Ground, view: View, name: str) -> int:
    """Tokens of all answers of a check at most."""
    check = ground.recognised[name].check
    items, _ = _items(ground, view, check, _ask(ground, name))
    return len(items) * ground.config.phases[_ask(ground, name).phase].max_tokens


def _ask(ground: Ground, name: str) -> Ask:
    ask = ground.recognised[name].check.ask
    assert ask is not None, "the configuration was read"
    return ask


def _apart(ground: Ground, ask: Ask, shown: tuple[Shown, ...], given: tuple[Given | None, ...]) -> tuple[Shown, ...]:
    """With what was touched known as such, where that decides which share a call. Where it can't be told, all are alike."""
    if ask.batch == 1 or ask.items in (None, CHANGE) or given.count(None) < _FEWEST:
        return shown
    changes = ground.changes()
    touched = {one.path for one in changes.touched} if changes.complete else set()
    return tuple(one._replace(touched=one.item.path in touched) for one in shown)


def _who(ground: Ground, phase: Phase, worker: Worker) -> dict[str, object]:
    """Who is asked, and how. A key says nothing of what is answered; any other variable may."""
    variables = ground.world.environment
    told = {name: variables.get(name, "") for name in worker.env if not is_secret(name)}
    return {"run": worker.run, "url": worker.url, "api": worker.api, "model": phase.model, "max": phase.max_tokens, "heat": phase.temperature, "env": told}


def _keyless(ground: Ground, worker: Worker) -> str:
    missing = [name for name in worker.env if is_secret(name) and not ground.world.environment.get(name)]
    return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set" if missing else ""


def _counts(ground: Ground, ask: Ask, record: Record) -> bool:
    """Whether an answer is believed here, and young enough."""
    here: Origin = ground.world.context.origin
    return trusted(record.origin, here, ground.config.cache.trust) and (ask.ttl is None or record.ended + ask.ttl > ground.world.now())
