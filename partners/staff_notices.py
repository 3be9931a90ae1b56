"""What the staff of a center are told about its box and its needs, once for each of them."""

from datetime import timedelta

from django.utils import timezone

from partners.models import Letter, Need
from partners.telling import staff_at, tell

# Nobody is reminded of what has been waiting for longer; it stands on the desk's first page.
OLDEST_REMINDED = timedelta(days=14)


def tell_staff(center, fact, *, key, link, **context):
    context = {"center": center.name} | context
    tell(staff_at(center), fact, key=f"{key}-{fact}", context=context, link=link)


def remind_of_answers(at=None):
    """Once for each letter and each need whose day for an answer is over."""
    at = at or timezone.now()
    lately = {"answer_by__gte": at - OLDEST_REMINDED}
    for letter in Letter.objects.overdue(at).filter(**lately).select_related("center"):
        link = f"/admin/partners/letter/{letter.pk}/change/"
        tell_staff(letter.center, "letter_overdue", key=f"letter-{letter.pk}", link=link)
    for need in Need.objects.overdue(at).filter(**lately).select_related("center"):
        link = f"/admin/partners/need/{need.pk}/change/"
        key = f"need-{need.pk}"
        tell_staff(need.center, "need_overdue", key=key, link=link, title=need.title)
