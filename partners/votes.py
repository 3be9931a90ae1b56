"""I would come: said once by each user, with how many people, changed and taken back."""

from django.db import transaction
from django.utils.translation import gettext as _

from partners import needs
from partners.models import MOST_COMING, NeedStatus, Vote


@transaction.atomic
def vote(need, *, user, people):
    """Say that so many would come; said again it is changed. Raises NeedRefused.

    The need is held, so that nobody says it to something that is closed in the same moment, and
    whoever says it before that is told.
    """
    needs.lock(need)
    if need.status != NeedStatus.GATHERED or not need.is_public:
        raise needs.NeedRefused(_("Nobody is asked about it any more. Thank you all the same."))
    if not 1 <= people <= MOST_COMING:
        raise needs.NeedRefused(_("Please give a number from 1 to 9."))
    Vote.objects.update_or_create(need=need, user=user, defaults={"people": people})


def take_back(need, *, user):
    Vote.objects.filter(need=need, user=user).delete()
