"""One check that an ecosystem proposes, before it has a name."""

from dataclasses import dataclass
from enum import StrEnum

from ftaction.model.check import Stage


class Kind(StrEnum):
    """What a check proves; its name begins with it."""

    HOOKS = "hooks"
    LINT = "lint"
    FORMAT = "format"
    TYPECHECK = "typecheck"
    CHECK = "check"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`tool` names the check apart from others of its kind and place; `detail` is always part of the name."""

    kind: Kind
    tool: str
    run: str
    because: str
    place: str = ""
    detail: str = ""
    inputs: tuple[str, ...] = ()
    stage: Stage | None = None
