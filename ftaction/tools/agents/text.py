"""Any command that prints the answer and nothing else. It says neither tokens nor cost."""

from ftaction.model.asking import Said
from ftaction.tools.agents.agent import Agent, ended, failed


def read(stdout: str, code: int) -> Said:
    text = stdout.encode("utf-8", "replace").decode().strip()
    if code:
        return failed(ended(code))
    return Said(text) if text else failed("the command printed nothing")


AGENT = Agent("text", read)
