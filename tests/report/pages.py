"""Pages as GitHub-flavoured Markdown renders them."""

from markdown_it import MarkdownIt
from markdown_it.token import Token


def rendered(markdown: str) -> list[Token]:
    """What GitHub-flavoured Markdown makes of it."""
    return MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)


def rows(tokens: list[Token]) -> list[list[str]]:
    found: list[list[str]] = []
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            found.append([])
        if token.type in ("th_open", "td_open"):
            found[-1].append(text(tokens[index + 1]))
    return found


def text(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


def kinds(tokens: list[Token]) -> set[str]:
    return {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}


def links(tokens: list[Token]) -> list[str]:
    """Where the page leads to."""
    return [str(child.attrs["href"]) for token in tokens for child in token.children or () if child.type == "link_open"]
