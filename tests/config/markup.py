"""What is wrong with the markup of a page, in sentences: what a browser would guess at, and what
somebody who listens to the page, or walks it by keys, would miss."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
}  # fmt: skip
ENDS_A_PARAGRAPH = {
    "article", "aside", "details", "div", "dl", "fieldset", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
}  # fmt: skip
PARENTS = {
    "li": {"ul", "ol", "menu", "template"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "legend": {"fieldset"},
    "summary": {"details"},
    "option": {"select", "optgroup", "datalist"},
    "tr": {"table", "thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
}
TO_PRESS = {"a", "button", "summary"}
TO_FILL_IN = {"input", "select", "textarea"}
NAMELESS = {"hidden", "submit", "button", "image", "reset"}
# What a browser fetches by itself, and what only names another page.
FETCHED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src"}
ONLY_NAMED = ("canonical", "alternate", "prev", "next")
POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
HEADING = re.compile(r"h[1-6]$")


@dataclass
class Element:
    tag: str
    has: dict
    parent: "Element | None" = None
    words: str = ""
    children: list = field(default_factory=list)

    def __str__(self):
        about = " ".join(f'{k}="{v}"' for k, v in self.has.items() if k in ("id", "name", "href"))
        return f"<{self.tag}{' ' if about else ''}{about}>"

    def inside(self, *tags):
        """Whether something around it is one of these."""
        return self.parent and (self.parent.tag in tags or self.parent.inside(*tags))


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.elements, self.mistakes = [], []
        self.open = [Element("", {})]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: said or "" for name, said in attrs}, self.open[-1])
        element.parent.children.append(element)
        self.elements.append(element)
        twice = [name for name, times in Counter(name for name, _ in attrs).items() if times > 1]
        self.mistakes += [f"{element} says {name} twice" for name in twice]
        if tag == "img":
            self._hear(element.has.get("alt", ""))
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.mistakes.append(f"</{tag}> stands where {self.open[-1]} is open")

    def handle_data(self, data):
        self._hear(data)

    def _hear(self, words):
        for element in self.open:
            element.words += words


def mistakes(html):
    """A list of sentences, empty where all is well."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    left_open = [f"{element} is never closed" for element in reader.open[1:]]
    elements = reader.elements
    return [
        *reader.mistakes,
        *left_open,
        *_of_the_document(elements),
        *_of_ids(elements),
        *_of_nesting(elements),
        *_of_names(elements),
        *_of_files(elements),
    ]


def _of_the_document(elements):
    of = Counter(element.tag for element in elements)
    html = elements[0]
    if html.tag != "html" or not html.has.get("lang"):
        yield "the page does not say its language"
    if not any(each.tag == "title" and each.words.strip(" ·\n") for each in elements):
        yield "the page has no title"
    if of["main"] != 1:
        yield f"the page has {of['main']} main parts"
    if of["h1"] != 1:
        yield f"the page has {of['h1']} headings of the first level"
    # The foot is a part of its own, whatever the level that the text before it ended with.
    levels = [
        (int(each.tag[1]), each)
        for each in elements
        if HEADING.match(each.tag) and not each.inside("footer")
    ]
    for (before, _), (level, heading) in zip([(0, None), *levels], levels, strict=False):
        if level > before + 1:
            yield f"the heading “{heading.words.strip()}” skips from level {before} to {level}"


def _of_ids(elements):
    ids = Counter(each.has["id"] for each in elements if "id" in each.has)
    yield from (f"{times} things have the id {id!r}" for id, times in ids.items() if times > 1)
    for each in elements:
        for pointer in POINTERS:
            for id in each.has.get(pointer, "").split():
                if id not in ids:
                    yield f"{each} points by {pointer} to {id!r}, which is not here"
        target = each.has.get("href", "")
        if target.startswith("#") and len(target) > 1 and target[1:] not in ids:
            yield f"{each} leads to nothing on this page"


def _of_nesting(elements):
    for each in elements:
        if each.tag in PARENTS and each.parent.tag not in PARENTS[each.tag]:
            yield f"{each} stands in {each.parent}"
        if each.tag in ENDS_A_PARAGRAPH and each.inside("p"):
            yield f"{each} stands in a paragraph"
        if each.tag in ("a", "button", *TO_FILL_IN) and each.inside("a", "button"):
            yield f"{each} stands in something else to press"
        if each.tag == "form" and each.inside("form"):
            yield f"{each} stands in another form"
        if each.tag in ("ul", "ol"):
            for child in each.children:
                if child.tag not in ("li", "template"):
                    yield f"{child} stands in a list and is no part of it"
        if each.tag == "fieldset" and [c.tag for c in each.children[:1]] != ["legend"]:
            yield f"{each} does not begin with what it is about"
        if "style" in each.has or any(name.startswith("on") for name in each.has):
            yield f"{each} brings its own style or script"


def _of_names(elements):
    labels = {
        each.has["for"]: each for each in elements if each.tag == "label" and each.has.get("for")
    }
    for each in elements:
        says = bool(each.has.get("aria-label", "").strip() or each.has.get("aria-labelledby"))
        if each.tag in TO_PRESS and not (each.words.strip() or says):
            yield f"{each} has no name"
        if each.tag in TO_FILL_IN and each.has.get("type") not in NAMELESS:
            label = labels.get(each.has.get("id"))
            if not (says or each.inside("label") or (label and label.words.strip())):
                yield f"{each} has no label"
        if each.tag == "img" and "alt" not in each.has:
            yield f"{each} does not say what it shows"
        if each.tag == "nav" and not says:
            yield f"{each} does not say where it leads"


def _of_files(elements):
    for each in elements:
        address = each.has.get(FETCHED.get(each.tag, ""), "")
        is_elsewhere = re.match(r"(?:https?:)?//", address)
        if is_elsewhere and each.has.get("rel") not in ONLY_NAMED:
            yield f"{each} asks somebody else for {address}"
        if each.tag == "img" and not (each.has.get("width") and each.has.get("height")):
            yield f"{each} does not say how large it is, and moves what follows"
