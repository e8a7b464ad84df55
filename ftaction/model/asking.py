"""Asking a model: what a check asks, who is asked, and what that came to. docs/asking.md says how it works."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ftaction.model.record import Record  # which stands on how a check ended, and that on nothing of this

CHANGE = "change"  # `items`: the hunks of the change set
LIMITED = frozenset([429, 503, 529])  # what a service answers when it may be asked later,
REFUSED = frozenset([400, 401, 402, 403, 404, 405, 413, 422])  # and where asking again is no use


class Verdict(StrEnum):
    """What findings of a model mean for the run: nothing, or those that are errors make it red."""

    ADVISORY = "advisory"
    GATE = "gate"


class Keep(StrEnum):
    """What is stored of prompts and answers: themselves, secrets masked, or no more than that there was one."""

    ANSWERS = "answers"
    DIGEST = "digest"


class Api(StrEnum):
    """What a worker at an address speaks; `echo` answers by itself."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    ECHO = "echo"


class Price(NamedTuple):
    """US dollars for a million tokens."""

    input: float
    output: float


class Worker(NamedTuple):
    """How a model is reached: by a command that reads the prompt on standard input, or by an API. Times in seconds, `window` in tokens."""

    run: str | tuple[str, ...] | None = None
    answer: str = "text"  # how what the command prints is read
    url: str | None = None
    api: Api | None = None
    max_parallel: int = 4
    per_minute: int | None = None
    env: tuple[str, ...] = ()
    price: dict[str, Price] = {}
    timeout: float = 120.0
    window: int = 100_000


class Phase(NamedTuple):
    """The worker and model for one kind of asking. `max_tokens`: of one answer."""

    worker: str
    model: str
    fallback: str | None = None
    max_tokens: int = 1000
    temperature: float | None = None


class Budget(NamedTuple):
    """What asking may cost in one run of a check; None is no limit."""

    calls: int | None = None
    usd: float | None = None
    seconds: float | None = None


class Ask(NamedTuple):
    """What a check asks instead of running a command. Paths and globs are from the root of the repository."""

    prompt: str
    phase: str
    items: str | tuple[str, ...] | None = None  # globs of files, `change`, or nothing: one answer
    batch: int = 1
    schema: str | None = None
    handed: tuple[str, ...] = ()  # checks whose answers are handed on
    verdict: Verdict = Verdict.ADVISORY
    budget: Budget = Budget()
    ttl: float | None = None  # seconds for which an answer counts
    store: Keep = Keep.ANSWERS


class Item(NamedTuple):
    """One thing that is asked about. `lines`: of a hunk, the line of the file that each of its lines stands at, 0 where it is gone."""

    name: str  # as it is told: a path, a path with lines, or empty where nothing stands for itself
    path: str = ""
    text: str = ""
    lines: tuple[int, ...] = ()


class Asked(NamedTuple):
    """One item of a check. `fingerprint`: of everything its answer depends on; empty while answers that are handed on are not there yet.

    `answer`: the record of an answer that counts. `spare`: that of the phase's fallback, which counts where asking itself is not possible.
    """

    item: Item
    fingerprint: str = ""
    answer: "Record | None" = None
    spare: "Record | None" = None


class Most(NamedTuple):
    """What asking will likely take, and what it can take at most, were every call to fail or to be corrected. `usd`: None where no price is known."""

    likely: int
    calls: int
    tokens_in: int
    tokens_out: int
    usd: float | None


class Asking(NamedTuple):
    """What a check would ask when it starts, in its phase. `why_not`: why nothing can be asked now; `pending`: checks whose answers it waits for."""

    worker: str
    model: str
    items: tuple[Asked, ...]
    most: Most
    why_not: str = ""
    pending: tuple[str, ...] = ()
    phase: str = ""

    @property
    def open(self) -> tuple[Asked, ...]:
        """Items that have no answer yet."""
        return tuple(one for one in self.items if one.answer is None)


class Spent(NamedTuple):
    """What asking one model came to. Tokens and US dollars are None where the worker does not say; seconds are the sum over all calls."""

    phase: str
    worker: str
    model: str
    calls: int = 0
    answers: int = 0
    batched: int = 0  # calls that were not made because items share one
    again: int = 0  # of the calls: those that asked for a correction or repeated one that failed
    refused: int = 0  # tries that the worker turned away, as too many or because it was overloaded
    tokens_in: int | None = None
    tokens_out: int | None = None
    usd: float | None = None
    seconds: float = 0.0


class Left(NamedTuple):
    """An item that has no answer, and why. `asked`: whether it was asked at all."""

    item: str
    why: str
    asked: bool = False


class Account(NamedTuple):
    """What a check's asking came to. `remembered`: items that were answered before, and so were not asked; `saved`: calls that this spared.

    `oldest`, `newest`: when those were given (epoch). `notes`: what its reader should know, such as that another model stood in.
    """

    items: int
    remembered: int
    saved: int = 0
    spent: tuple[Spent, ...] = ()
    left: tuple[Left, ...] = ()
    seconds: float = 0.0
    oldest: float = 0.0
    newest: float = 0.0
    notes: tuple[str, ...] = ()


class Spending(NamedTuple):
    """Of one check: runs that asked, items answered and remembered, calls made and spared, tokens, US dollars; at least, for memory may have lost some."""

    check: str
    runs: int = 0
    items: int = 0
    remembered: int = 0
    calls: int = 0
    spared: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0


class Said(NamedTuple):
    """What came of one call.

    `problem`: why there is no text; `limited`: it was turned away and may be asked later, after `retry_after` seconds; `refused`: asking
    again is no use. Tokens and US dollars are None where they are not told.
    """

    text: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    usd: float | None = None
    problem: str = ""
    retry_after: float | None = None
    limited: bool = False
    refused: bool = False
