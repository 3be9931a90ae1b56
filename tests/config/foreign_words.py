"""Words of a page that are not in its language: what was forgotten to be translated.

What people wrote is as they wrote it: what stands in the database counts as no word of the page.
Neither does what says itself that it is in another language (`lang`).
"""

import re
from html.parser import HTMLParser

from django.apps import apps
from django.db.models import CharField, JSONField, TextField

# Capitals alone are an abbreviation, and so are one or two letters; one character is a name.
LATIN = re.compile(r"\b(?=[A-Z’']*[a-z])[A-Za-z’']{3,}")
CHINESE = re.compile(r"[\u3400-\u9fff]{2,}|[\u3001\u3002\uff01-\uff5e]")
# Of things that are called so in both: files, keys, the languages themselves, a room of an example.
AS_THEY_ARE = {
    "WebP",
    "Excel",
    "Outlook",
    "xlsx",
    "ics",
    "Cookie",
    "Command",
    "Control",
    "Mac",
    "Esc",
    "esc",
    "English",
    "简体中文",
    "楼书画室",
}
ADDRESS = re.compile(r"https?://\S+|testserver[\w/.-]*|[\w.*…-]+@[\w.-]+|zh-hans")
READ_OUT = ("aria-label", "title", "placeholder", "alt", "data-label", "aria-description")
DESCRIBES = {"description", "og:title", "og:description", "og:image:alt", "og:site_name"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
SILENT = {"script", "style", "template", "code", "textarea"}
# Its text is the name of a drawing (Unfold).
DRAWING = "material-symbols-outlined"


class _Reader(HTMLParser):
    def __init__(self, html, language):
        super().__init__()
        self.said, self.open, self.language = [], [], language[:2]
        self.feed(html)

    @property
    def is_unread(self):
        return any(is_unread for _tag, is_unread in self.open)

    def handle_starttag(self, tag, attrs):
        has = {name: words or "" for name, words in attrs}
        is_other = tag != "html" and has.get("lang", self.language)[:2] != self.language
        is_unread = is_other or tag in SILENT or DRAWING in has.get("class", "").split()
        if not (is_unread or self.is_unread):
            self.said += [has[name] for name in READ_OUT if name in has]
            if tag == "input" and has.get("type") in ("submit", "button", "reset"):
                self.said.append(has.get("value", ""))
            if tag == "meta" and {has.get("name"), has.get("property")} & DESCRIBES:
                self.said.append(has.get("content", ""))
        if tag not in VOID:
            self.open.append((tag, is_unread))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, words):
        if not self.is_unread:
            self.said.append(words)


def foreign_words(html, language, written=re.compile("(?!)")):
    """A sorted list; `written` is a pattern of what is nobody's task to translate."""
    of_another = LATIN if language.startswith("zh") else CHINESE
    return sorted(
        {
            word
            for words in _Reader(html, language).said
            if of_another.search(words)
            for word in of_another.findall(ADDRESS.sub(" ", written.sub(" ", words)))
            if word not in AS_THEY_ARE
        }
    )


def what_is_written(labels, more=()):
    """What stands in the rows of these apps, and `more`, as one pattern, the longest first."""
    found = set(more)
    for model in (each for label in labels for each in apps.get_app_config(label).get_models()):
        kept = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField | JSONField)
        ]
        for row in model._default_manager.values_list(*kept):
            found |= {line.strip() for said in texts_in(row) for line in said.splitlines()}
    longest_first = sorted((said for said in found if len(said) > 1), key=len, reverse=True)
    # A title begins with a capital, however its row does.
    return re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)


def texts_in(said):
    if isinstance(said, dict):
        said = list(said.values())
    if isinstance(said, list | tuple):
        return [text for each in said for text in texts_in(each)]
    return [said] if isinstance(said, str) else []
