"""XML of a feed to a tree: expat where it is well-formed, else our own reader, which saves what can be saved.

Nothing here fetches or expands anything. The document type declaration is taken off and read here: an entity may stand
for a short text, as ``<!ENTITY nbsp "&#160;">`` does; one that is made of others is refused by name, one that lies
elsewhere is refused where it is used.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from springhead.errors import BadResponse, BudgetExceeded
from springhead.feeds.prolog import without_doctype
from springhead.feeds.text import attributes, tokens, unescape
from springhead.http.messages import excerpt

__all__ = ["Tree", "read_tree"]

#: Elements within each other. Real feeds have less than ten, with XHTML in them a few dozen.
MAX_DEPTH: Final = 200
MAX_ELEMENTS: Final = 400_000
#: Pieces that are no markup, in a feed that anybody could have meant as one.
MAX_BROKEN: Final = 100_000
#: Characters of all that is put in for entities.
MAX_EXPANDED: Final = 1_000_000
MAX_PROBLEMS: Final = 20

FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Prefix → namespace, where a feed uses one that it does not declare.
PREFIXES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rss": "http://purl.org/rss/1.0/",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "wbr"})


class Tree:
    """The root element and what was wrong; names of elements and attributes are ``{namespace}name`` in lower case."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        #: Entities of the document's own, and the names of those that lie elsewhere (None where nothing does).
        self.entities: dict[str, str] = {}
        self.external: set[str] | None = None
        self._expanded = 0
        self._fresh()

    def _fresh(self) -> None:
        self._builder = TreeBuilder()
        self._depth = self._count = 0

    def problem(self, text: str) -> None:
        """Note a problem, each kind once."""
        if text not in self.problems and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(text)

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Open an element.

        Raises:
            BadResponse: It lies too deep.
            BudgetExceeded: There are too many.
        """
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise BadResponse(f"more than {MAX_DEPTH} elements within each other: refused, no feed is nested like that")
        if self._count > MAX_ELEMENTS:
            raise BudgetExceeded(f"a feed of more than {MAX_ELEMENTS:,} elements")
        self._builder.start(tag, attrs)

    def end(self, tag: str) -> None:
        """Close the innermost element."""
        self._depth -= 1
        self._builder.end(tag)

    def strict(self, text: str) -> Element:
        """Read well-formed XML.

        Raises:
            expat.ExpatError: It is not.
        """
        self._fresh()
        parser = expat.ParserCreate("utf-8", namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attrs: self.start(
            _braced(name), {_braced(key): value for key, value in attrs.items()}
        )
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.EndElementHandler = lambda name: self.end(_braced(name))
        parser.CharacterDataHandler = self._builder.data
        parser.Parse(text.encode(), True)
        return self._builder.close()

    def loose(self, text: str) -> Element:
        """Read anything with tags in it.

        An end tag closes the nearest element of its name, an item closes the last one that is open.

        Raises:
            BadResponse: It refers to an entity that lies elsewhere, or expands too many.
        """
        self._fresh()
        #: Name as written in lower case, full tag, and the namespaces in force inside.
        stack: list[tuple[str, str, dict[str, str]]] = []
        broken = 0
        for token in tokens(text):
            if token.kind == "broken":
                broken += 1
                self.problem(token.value)
                if broken > MAX_BROKEN:
                    raise BadResponse(f"more than {MAX_BROKEN:,} broken tags: refused")
            elif token.kind == "cdata" and stack:
                self._builder.data(token.value)
            elif token.kind == "text" and stack:
                self._builder.data(self._unescape(token.value))
            elif token.kind == "start":
                self._open(token.value, attributes(token.attributes, self._unescape), token.empty, stack)
            elif token.kind == "end":
                self._close(token.value.lower(), stack)
        if stack:
            self.problem(f"the feed breaks off inside <{excerpt(stack[-1][0], 40)}>")
        while stack:
            self.end(stack.pop()[1])
        if not self._count:
            raise BadResponse("a feed was promised, and nothing of it can be read")
        return self._builder.close()

    def _open(
        self, name: str, attrs: dict[str, str], empty: bool, stack: list[tuple[str, str, dict[str, str]]]
    ) -> None:
        name = name.lower()
        local = name.rpartition(":")[2]
        if local in {"item", "entry"} and any(one[0] == name for one in stack):
            self.problem(f"<{excerpt(name, 40)}> does not end")
            self._close(name, stack)
        elif local in {"p", "li"} and stack and stack[-1][0] == name:
            self._close(name, stack)
        spaces = stack[-1][2] if stack else {}
        declared = {key.partition(":")[2]: value for key, value in attrs.items() if key.split(":")[0] == "xmlns"}
        spaces = {**spaces, **declared} if declared else spaces
        tag = self._full(name, spaces, default=spaces.get("", ""))
        if not self._depth and self._count:
            return  # a second root: nothing of it can be hung anywhere
        shown = {key: value for key, value in attrs.items() if key.split(":")[0] != "xmlns"}
        self.start(tag, {self._full(key.lower(), spaces): value for key, value in shown.items()})
        if empty or local in VOID:
            self.end(tag)
        else:
            stack.append((name, tag, spaces))

    def _close(self, name: str, stack: list[tuple[str, str, dict[str, str]]]) -> None:
        if all(one[0] != name for one in stack):
            if name.rpartition(":")[2] not in VOID:
                self.problem(f"</{excerpt(name, 40)}> ends nothing")
            return
        while stack:
            closed, tag, _ = stack.pop()
            self.end(tag)
            if closed == name:
                return

    def _full(self, name: str, spaces: dict[str, str], default: str = "") -> str:
        prefix, colon, local = name.rpartition(":")
        if not colon:
            return f"{{{default}}}{name}" if default else name
        if prefix in spaces or prefix in {"xml", "xmlns"}:
            return f"{{{spaces.get(prefix) or PREFIXES.get(prefix, prefix)}}}{local}"
        self.problem(f"undeclared prefix {excerpt(prefix, 40)}")
        return f"{{{PREFIXES.get(prefix, prefix)}}}{local}"

    def _unescape(self, text: str) -> str:
        return unescape(text, self._entity)

    def _entity(self, name: str) -> str | None:
        if name in (self.external or ()):
            raise BadResponse(
                f"the feed refers to the external entity {excerpt(name, 40)!r}: refused, nothing is fetched"
            )
        value = self.entities.get(name)
        if value is not None:
            self._expanded += len(value)
            if self._expanded > MAX_EXPANDED:
                raise BadResponse(f"entities expand to more than {MAX_EXPANDED:,} characters: refused")
        return value


def _refuse_doctype(*declaration: object) -> None:
    raise BadResponse("a document type declaration in the wrong place: refused")


def _braced(name: str) -> str:
    space, brace, local = name.rpartition("}")
    return f"{{{space}}}{local.lower()}" if brace else local.lower()


def read_tree(text: str) -> tuple[Element, list[str]]:
    """Read the XML of a feed.

    Args:
        text: The document from its root element or from what stands before it, decoded.

    Returns:
        The root, and what was wrong with the document.

    Raises:
        BadResponse: An entity bomb, an external entity in use, or nesting without end.
        BudgetExceeded: Too many elements.
    """
    tree = Tree()
    text, removed = FORBIDDEN.subn("", text)
    if removed:
        tree.problem("control characters, left out")
    text, tree.entities, tree.external = without_doctype(text)
    if tree.external is not None:
        tree.problem("the external part of the document type is not read")
    try:
        return tree.strict(text), tree.problems
    except expat.ExpatError as error:
        tree.problem(f"no well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}")
    return tree.loose(text), tree.problems
