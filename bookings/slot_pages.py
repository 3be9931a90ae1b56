"""The partner's fixed times: what is to come, and whether they will use it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import standing_slots
from bookings.rules import BookingRefused
from partners.models import Partner, SlotDate

ROWS = 60


@require_safe
def slots(request):
    return _show(request)


@require_POST
def keep(request, pk):
    date = _mine(request, pk)
    try:
        standing_slots.keep(date)
    except BookingRefused as no:
        return _show(request, refusal=no.reason, status=409)
    messages.success(request, _("It stays yours."))
    return redirect("rooms:slots")


@require_POST
def release(request, pk):
    date = _mine(request, pk)
    try:
        standing_slots.release(date, by=request.user)
    except BookingRefused as no:
        return _show(request, refusal=no.reason, status=409)
    messages.success(request, _("Thank you. Others may use the room now."))
    return redirect("rooms:slots")


def _mine(request, pk):
    return get_object_or_404(SlotDate.objects.posted_by(request.user).with_slot(), pk=pk)


def _show(request, *, status=200, **more):
    if not Partner.objects.of_member(request.user).exists():
        raise Http404
    mine = SlotDate.objects.of_member(request.user).to_come().with_slot().select_related("taking")
    dates = list(mine.distinct()[:ROWS])
    posted = set(Partner.objects.posted_by(request.user).values_list("pk", flat=True))
    for each in dates:
        each.is_answered_here = each.slot.agreement.partner_id in posted
        each.deadline = standing_slots.deadline_of(each) if each.asked_at else None
    return render(request, "rooms/slots.html", {"dates": dates} | more, status=status)
