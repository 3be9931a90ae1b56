"""A partner's story: plain words, or simple HTML of which only the harmless is kept."""

import nh3
from django.template.defaultfilters import linebreaks_filter
from django.utils.safestring import mark_safe

TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "h3", "h4", "a", "blockquote"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def cleaned(text: str) -> str:
    """What is kept of it. Words without any tag stay exactly as they were typed."""
    text = text.strip()
    if not nh3.is_html(text):
        return text
    return nh3.clean(
        text,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow ugc",
    ).strip()


def shown(text: str) -> str:
    """For a page; cleaned once more, whichever way it came into the row."""
    if not nh3.is_html(text):
        return linebreaks_filter(text)
    return mark_safe(cleaned(text))  # noqa: S308 -- it has just been cleaned
