"""The repository's name at its host, without asking git: as a workflow calls it, so that a laptop finds what a workflow proved."""

import re

_ORIGIN = re.compile(r'^\s*\[remote "origin"\]\s*$(.*?)(?=^\s*\[|\Z)', re.MULTILINE | re.DOTALL)
_URL = re.compile(r"^\s*url\s*=\s*(\S+)\s*$", re.MULTILINE)
_NAME = re.compile(r"(?:[a-z+]+://[^/]+/|[^/:]+:(?!//))(?:[^:]*/)?([\w.-]+/[\w.-]+?)(?:\.git)?/?")


def repository_name(git_folder: str) -> str:
    """`owner/name` of the remote `origin`; empty where there is none. `git_folder`: where the repository's configuration stands."""
    try:
        with open(f"{git_folder}/config", encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return ""
    section = _ORIGIN.search(text)
    url = _URL.search(section[1]) if section else None
    name = _NAME.fullmatch(url[1]) if url else None
    return name[1] if name else ""
