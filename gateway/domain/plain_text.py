"""HTML descriptions as plain text."""

import re
from html import unescape
from html.parser import HTMLParser

_PARAGRAPHS = frozenset(
    ["p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote", "pre", "dl", "hr"]
)
_LINES = frozenset(["br", "li", "tr", "dt", "dd"])
_UNSEEN = frozenset(["script", "style", "head", "title", "template", "noscript", "svg", "iframe", "object"])
_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&(#\d+|#x[\da-fA-F]+|[a-zA-Z]\w*);|<!--")
_TAG = re.compile(r"<[^<>]*>")


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

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002  (theirs)
        """Where `<![endif]>` and its like end, whatever is in them; -1 where they do not. The parser's own gives up on most."""
        end = "]]>" if self.rawdata.startswith("<![CDATA[", i) else ">"
        found = self.rawdata.find(end, i)
        return -1 if found < 0 else found + len(end)

    def finish(self) -> None:
        """What begins with a mark that never ends is text but for its tags: the parser would look for its end at each of them."""
        self.handle_data(unescape(_TAG.sub("", self.rawdata)))

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
    reader.finish()
    text = "\n".join(line.strip() for line in "".join(reader.pieces).replace("\xa0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]{2,}", " ", text)).strip()
