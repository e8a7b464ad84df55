"""Where a run happens and what its records will be worth, from the runner's variables and the event."""

from collections.abc import Mapping

from ftaction.model.record import Origin, OriginKind

Event = Mapping[str, object]


def origin(variables: Mapping[str, str], event: Event, here: str) -> Origin:
    """The origin of this run's records; `here` names the repository outside of workflows.

    Any doubt about a workflow makes it a pull request's, and about a pull request a fork's.
    """
    if variables.get("GITHUB_ACTIONS") != "true":
        return Origin(kind=OriginKind.LAPTOP, repository=here, ref="", commit="")
    repository, ref = variables.get("GITHUB_REPOSITORY", ""), variables.get("GITHUB_REF", "")
    server, run = variables.get("GITHUB_SERVER_URL", ""), variables.get("GITHUB_RUN_ID", "")
    address = f"{server}/{repository}/actions/runs/{run}" if server and run else ""
    return Origin(kind=_kind(variables, event), repository=repository, ref=ref, commit=variables.get("GITHUB_SHA", ""), run=address)


def _kind(variables: Mapping[str, str], event: Event) -> OriginKind:
    name = variables.get("GITHUB_EVENT_NAME", "")
    if name in ("pull_request", "pull_request_target"):
        head = _at(event, "pull_request", "head", "repo", "full_name")
        base = _at(event, "pull_request", "base", "repo", "full_name")
        same = isinstance(head, str) and head != "" and head == base
        return OriginKind.PULL_REQUEST if same and name == "pull_request" else OriginKind.FORK
    default, ref = _at(event, "repository", "default_branch"), variables.get("GITHUB_REF", "")
    protected = variables.get("GITHUB_REF_PROTECTED") == "true" or (isinstance(default, str) and default != "" and ref == f"refs/heads/{default}")
    return OriginKind.PROTECTED if name in ("push", "schedule", "workflow_dispatch") and is_branch(ref) and protected else OriginKind.PULL_REQUEST


def is_branch(ref: str) -> bool:
    """Whether commits stay on it: not a tag, not one of the branches that a merge queue makes for what is not merged yet."""
    return ref.startswith("refs/heads/") and not ref.startswith("refs/heads/gh-readonly-queue/")


def _at(value: object, *path: str) -> object:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
