"""Meetings on the partner's own desk: the agenda, whether they come, what was decided for them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import decisions, meetings
from partners.meeting_forms import AnswerForm
from partners.meetings import MeetingRefused
from partners.models import AgendaItem, Decision, Guest, Partner

ROWS = 20


@require_safe
def meetings_of(request):
    """Of all partners of this user, the latest first, with what is still to be done."""
    if not Partner.objects.of_member(request.user).exists():
        raise Http404
    guests = Guest.objects.of_member(request.user).select_related("meeting", "partner")
    page = Paginator(guests.order_by("-meeting__starts_at", "-pk"), ROWS)
    mine = Partner.objects.of_member(request.user)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "now": timezone.now(),
        "to_do": _decisions(request.user, partner__in=mine, done_at=None),
    }
    return render(request, "partners/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request, pk):
    guest = _guest(request.user, pk)
    may_answer = Guest.objects.answered_by_member(request.user).filter(pk=pk).exists()
    if request.method != "POST":
        return _page(request, guest, AnswerForm.of(guest), may_answer)
    if not may_answer:
        raise Http404
    form = AnswerForm.of(guest, request.POST)
    if not form.is_valid():
        return _page(request, guest, form, may_answer, status=422)
    try:
        meetings.answer(guest, **form.said, by=request.user)
    except MeetingRefused as refused:
        form.add_error(None, refused.reason)
        return _page(request, guest, form, may_answer, status=409)
    messages.success(request, _("Thank you for your answer. You can change it until it begins."))
    return redirect("partners:meeting", guest.pk)


@require_POST
def decision_done(request, pk):
    mine = Decision.objects.answered_by_member(request.user).select_related("meeting")
    decision = get_object_or_404(mine, pk=pk)
    decisions.finish(decision)
    messages.success(request, _("Thank you, it is done."))
    guest = Guest.objects.of_member(request.user).filter(
        meeting=decision.meeting_id, partner=decision.partner_id
    )
    if here := guest.first():
        return redirect("partners:meeting", here.pk)
    return redirect("partners:meetings")


def _page(request, guest, form, may_answer, status=200):
    held = guest.meeting
    items = AgendaItem.objects.select_related("need")
    context = {
        "guest": guest,
        "meeting": held,
        "partner": guest.partner,
        "form": form,
        "may_answer": may_answer,
        "is_to_come": held.is_to_come(),
        "now": timezone.now(),
        "agenda": list(items.filter(meeting=held)),
        "decided": _decisions(request.user, meeting=held, partner=guest.partner),
    }
    return render(request, "partners/meeting.html", context, status=status)


def _guest(user, pk):
    guests = Guest.objects.of_member(user).select_related("meeting__center", "partner")
    return get_object_or_404(guests, pk=pk)


def _decisions(user, **of):
    """With `may_finish`, whether this user may say that it is done."""
    mine = set(Partner.objects.posted_by(user).values_list("pk", flat=True))
    found = list(Decision.objects.filter(**of).select_related("partner", "activity", "need"))
    for decision in found:
        decision.may_finish = decision.partner_id in mine and decision.done_at is None
    return found
