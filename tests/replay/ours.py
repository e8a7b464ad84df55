"""`ftaction` as a selector: the real program, in a working copy with a configuration of one check, with a store on disk."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .places import Place
from .repositories import Repository
from .selectors import BrokeError, Selector, Went
from .tree import Tree

PROGRAM = (str(Path(sys.executable).with_name("ftaction")),)


class FTAction(Selector):
    """`program` is its command line up to `run`."""

    name = "ftaction"

    def __init__(self, repository: Repository, place: Place, limit: float = 3600.0, options: tuple[str, ...] = (), program: tuple[str, ...] = PROGRAM) -> None:
        super().__init__(repository, place, limit, options)
        self.program = program

    @property
    def by(self) -> str:
        """The commit of the working copy that this program is installed from, as far as it is."""
        command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
        return subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False).stdout.strip()

    def _go(self, tree: Tree, *, learning: bool) -> Went:
        (tree.folder / ".firsttry.yml").write_text(self.configuration())
        document = self.folder.with_suffix(".report.json")
        document.unlink(missing_ok=True)
        everything = ("--all",) if learning else ()
        ended = self._process([*self.program, "run", *everything, "--report", str(document)], tree, {"FTACTION_STORE": str(self.folder)})
        if ended.code not in (0, 1) or not document.exists():
            raise BrokeError(f"ended with {ended.code}\n{ended.out[-4000:]}")
        return Went(ended, ended.code == 1, *said(json.loads(document.read_text())))

    def configuration(self) -> str:
        """JSON is YAML. Ignored by git, as any file of one's own may be."""
        words = ["python", "-m", "pytest", "-q", *self.options, *self.repository.arguments]
        check = {"run": words, "env": list(self.repository.env), "timeout": f"{int(self.limit * 0.9)}s"}  # it has to end a check before we end it
        return json.dumps({"version": 1, "checks": {"test": check}}, indent=1) + "\n"


def said(report: dict[str, Any]) -> tuple[str, str]:
    """What decided, short enough to be counted; and all that is told of it. All that is read of a report is read here."""
    (check,) = (check for check in report["checks"] if check["check"] == "test")
    selection = check.get("selection")
    if not selection:
        return str(check["source"]), str(check["why"])
    rights = list(dict.fromkeys(str(cause["right"]) for cause in selection.get("causes", ())))
    short = f"full: {selection['rule']}" if selection["rule"] else f"selected: {', '.join(rights[:3]) or 'none'}"
    return short, f"{check['why']} {' '.join(selection['details'][:5])}".strip()
