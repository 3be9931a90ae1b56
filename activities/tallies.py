"""How many sessions stand behind each choice of category and center.

Counting is dear where there are very many, so these two share one statement, made only when the
fields are drawn anew; times and weekdays stand there without.
"""

from functools import cache, partial

from django.db.models import Count
from django.utils.translation import gettext as _

COUNTED = {"category": "activity__category__slug", "center": "activity__center__slug"}


def put_beside_choices(filters, sessions_without):
    """Beside each choice: what it would find together with all the other filters.

    `sessions_without` answers all of the questions but those it is given.
    """
    rows = cache(lambda: _rows(sessions_without(set(COUNTED))))
    for field in COUNTED:
        filters.fields[field].widget.choices = partial(_counted, filters, field, rows)


def _rows(sessions):
    """[({"category": slug, "center": slug}, how many)]"""
    counted = sessions.order_by().values_list(*COUNTED.values()).annotate(Count("pk"))
    return [(dict(zip(COUNTED, slugs, strict=True)), found) for *slugs, found in counted]


def _counted(filters, field, rows):
    found = _found(filters, field, rows())
    return [
        (slug, _("%(name)s (%(count)s)") % {"name": name, "count": found.get(slug, 0)})
        if slug
        else (slug, name)
        for slug, name in filters.fields[field].choices
    ]


def _found(filters, field, rows):
    """{choice: sessions}, where the other of the two fields is answered as it was asked."""
    others = [other for other in COUNTED if other != field and filters.asks(other)]
    found = {}
    for slugs, count in rows:
        if all(slugs[other] == filters.get(other) for other in others):
            found[slugs[field]] = found.get(slugs[field], 0) + count
    return found
