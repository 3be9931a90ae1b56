"""Who may fetch somebody from care: named by a guardian, and by nobody else."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Collector, Person, User
from accounts.services import Refused

COLLECTORS_PER_PERSON = 10


@transaction.atomic
def name(
    person: Person,
    *,
    by: User,
    name: str,
    relation: str = "",
    phone: str = "",
    at: datetime | None = None,
) -> Collector:
    """Put somebody on the list; the same name again is the same entry. Raises Refused."""
    Person.objects.locked().get(pk=person.pk)
    listed = person.collectors.active()
    if same := listed.filter(name=name).first():
        return same
    if listed.count() >= COLLECTORS_PER_PERSON:
        raise Refused(_("The list is full. Please take somebody off first."))
    return Collector.objects.create(
        person=person,
        name=name,
        relation=relation,
        phone=phone,
        added_by=by,
        created_at=at or timezone.now(),
    )


def take_off(collector: Collector, *, at: datetime | None = None) -> None:
    """From this moment on they may not fetch; that they could before stays known."""
    Collector.objects.active().filter(pk=collector.pk).update(ended_at=at or timezone.now())
