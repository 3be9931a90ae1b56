"""A person's consents taken back, and the answers of a booking corrected."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Care, ConsentKind, Role
from bookings import answers

# They speak for the person: they read what was said on health, and may end that it is kept.
SPEAK_FOR = (Role.SELF, Role.GUARDIAN)


@require_POST
def withdraw(request, pk, consent):
    mine = request.user.cares.active().select_related("person").filter(person__retired_at=None)
    care = get_object_or_404(mine, person=pk)
    given = get_object_or_404(care.person.consents.active(), pk=consent)
    if given.given_by_id != request.user.pk and not _may_end(care, given):
        raise Http404
    answers.withdraw(given)
    messages.success(request, _("Your consent is withdrawn, as of now."))
    is_still_mine = Care.objects.active().filter(pk=care.pk).exists()
    return redirect("accounts:person", pk) if is_still_mine else redirect("accounts:people")


def _may_end(care, consent):
    return consent.kind == ConsentKind.HEALTH and care.role in SPEAK_FOR
