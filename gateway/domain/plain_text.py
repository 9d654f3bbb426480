"""HTML descriptions as plain text."""

import re
from html.parser import HTMLParser

_PARAGRAPHS = frozenset(
    ["p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote", "pre", "dl", "hr"]
)
_LINES = frozenset(["br", "li", "tr", "dt", "dd"])
_UNSEEN = frozenset(["script", "style", "head", "title", "template", "noscript", "svg", "iframe", "object"])
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(#\d+|#x[\da-fA-F]+|[a-zA-Z]\w*);|<!--")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  (theirs)
        if self._unseen is None and tag in _UNSEEN:
            self._unseen = tag
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        if tag in _PARAGRAPHS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag in _LINES:
            self.pieces.append("\n")


def plain_text(told: str) -> str:
    """The words without the marks: paragraphs stay apart, entities become letters, scripts and styles go."""
    if not _LOOKS_LIKE_HTML.search(told):
        return told.strip()
    reader = _Reader()
    reader.feed(told)
    reader.close()
    text = "\n".join(line.strip() for line in "".join(reader.pieces).replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]{2,}", " ", text)).strip()
