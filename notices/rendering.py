"""What a notice says: its message file, filled in in the language of whoever reads it.

The file of the kind "bookings/confirmed" is templates/bookings/notices/confirmed.txt: the
subject in the first line, a blank line, the body.
"""

import re
from datetime import datetime

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import pgettext

from notices.models import Notice

SUBJECT_LENGTH = Notice._meta.get_field("subject").max_length


def render(notice: Notice) -> tuple[str, str]:
    """(subject, body) as plain text."""
    app, name = notice.kind.split("/")
    template = Engine.get_default().get_template(f"{app}/notices/{name}.txt")
    with translation.override(language_of(notice)):
        text = template.render(Context(_values(notice), autoescape=False))
    subject, _blank, body = text.strip().partition("\n\n")
    return " ".join(subject.split())[:SUBJECT_LENGTH], re.sub(r"\n{3,}", "\n\n", body.strip())


def language_of(notice: Notice) -> str:
    reader = notice.recipient.language if notice.recipient else ""
    return notice.language or reader or settings.LANGUAGE_CODE


def _values(notice):
    values = {name: _value(name, value) for name, value in notice.context.items()}
    # Without an account there is nothing to see behind most links.
    has_link = notice.link and (notice.recipient or notice.context.get("needs_no_account"))
    link = settings.SITE_URL + notice.link if has_link else ""
    return {"expires_at": notice.expires_at} | values | {"link": link}


def _value(name, value):
    if name.endswith("_at") and value:
        return datetime.fromisoformat(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{key: _value(key, each) for key, each in row.items()} for row in value]
    if isinstance(value, list):
        return pgettext("between names", ", ").join(map(str, value))
    return value
