"""What grows old: applications that were declined, invitations, files that nobody names."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from partners.models import IS_AN_APPLICATION, Invitation, Paper, Partner, PartnerStatus
from partners.papers import storage

DECLINED_IS_KEPT_FOR = timedelta(days=365)
INVITATIONS_ARE_KEPT_FOR = timedelta(days=90)
FOLDER = "paper"
# A file is stored a moment before the row that names it.
FRESH = timedelta(days=1)


def forget_old(at=None):
    """At night; what is gone takes its files along."""
    at = at or timezone.now()
    Invitation.objects.filter(expires_at__lte=at - INVITATIONS_ARE_KEPT_FOR).delete()
    old = Partner.objects.filter(
        status=PartnerStatus.DECLINED, created_at__lte=at - DECLINED_IS_KEPT_FOR
    )
    _forget(old.exclude(steps__at__gt=at - DECLINED_IS_KEPT_FOR))
    _throw_away(at)


def forget_applicant(user):
    """Whoever leaves takes along what they have applied for, and who invited them forgets where."""
    _forget(Partner.objects.filter(applied_by=user, status__in=IS_AN_APPLICATION))
    Partner.objects.filter(applied_by=user).update(applied_by=None)
    for way in ("email", "phone"):
        if address := getattr(user, way):
            Invitation.objects.filter(**{way: address}).delete()


@transaction.atomic
def _forget(partners):
    """Applications that became nothing; a partner that was one stays, as what it did does."""
    never_were = partners.filter(agreements=None, activities=None, room_bookings=None)
    ids = list(never_were.values_list("pk", flat=True))
    files = list(Paper.objects.filter(partner__in=ids).values_list("file", flat=True))
    Partner.objects.filter(pk__in=ids).delete()
    transaction.on_commit(lambda: [storage().delete(name) for name in files])


def _throw_away(at):
    """Files of uploads that were never kept: a machine stopped between file and row."""
    kept = storage()
    if not kept.exists(FOLDER):
        return
    named = set(Paper.objects.values_list("file", flat=True))
    for name in kept.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if path not in named and kept.get_modified_time(path) <= at - FRESH:
            kept.delete(path)
