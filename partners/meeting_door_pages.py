"""A meeting for the staff: who answered, whom to call, who is at the door, and its minutes on paper."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partners import meetings
from partners.meeting_forms import AnswerForm, HowManyForm
from partners.meeting_telling import acting_for
from partners.meetings import MeetingRefused
from partners.models import Guest, GuestAnswer, Meeting
from venues.staffing import workplaces


@require_safe
def door(request, pk):
    return _page(request, _meeting(request.user, pk))


@require_POST
def guest(request, pk, guest):
    """What a button beside a guest says: they came, they did not, their answer by phone, or off."""
    meeting = _meeting(request.user, pk)
    one = get_object_or_404(meeting.guests.select_related("partner"), pk=guest)
    one.meeting = meeting
    try:
        wrong = _do(request, one)
    except MeetingRefused as refused:
        return _page(request, meeting, refusal=refused.reason, status=409)
    if wrong:
        return _page(request, meeting, refusal=wrong, status=422)
    return redirect("partners:meeting_door", meeting.pk)


@require_POST
def walk_in(request, pk):
    """An organization of the center that was not on the list."""
    meeting = _meeting(request.user, pk)
    chosen = request.POST.get("partner", "")
    found = _others(meeting).filter(pk=chosen if chosen.isdecimal() else 0)[:1]
    form = HowManyForm(request.POST)
    if not found or not form.is_valid():
        wrong = _("Please choose who it is, and say how many people.")
        return _page(request, meeting, refusal=wrong, status=422)
    try:
        meetings.walk_in(meeting, found[0], **form.cleaned_data)
    except MeetingRefused as refused:
        return _page(request, meeting, refusal=refused.reason, status=409)
    messages.success(request, _("Welcome: %(partner)s") % {"partner": found[0]})
    return redirect("partners:meeting_door", meeting.pk)


@require_safe
def minutes(request, pk):
    """On one page to print: what was talked about, who came, what was decided."""
    meeting = _meeting(request.user, pk)
    guests = list(meeting.guests.select_related("partner"))
    context = {
        "meeting": meeting,
        "agenda": list(meeting.agenda.select_related("need")),
        "came": [each for each in guests if each.came_at],
        "missed": [each for each in guests if not each.came_at],
        "people": sum(each.people_came or 0 for each in guests if each.came_at),
        "decided": list(meeting.decisions.select_related("partner", "staff")),
    }
    return render(request, "partners/minutes.html", context)


def _do(request, guest):
    """What is wrong with what was sent, or "" where it is done."""
    asked = request.POST.get("do", "")
    if asked == "came":
        form = HowManyForm(request.POST)
        if not form.is_valid():
            return _("Please say how many people came, from 1 to 99.")
        meetings.came(guest, **form.cleaned_data)
    elif asked == "answer":
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return _("Please say whether they come, and how many, from 1 to 99.")
        meetings.answer(guest, **form.said, by=request.user)
    elif asked == "not_here":
        meetings.not_here(guest)
    elif asked == "remove":
        meetings.remove(guest)
    else:
        return _("This button is not known here. Please try again.")
    return ""


def _page(request, meeting, refusal="", status=200):
    guests = list(meeting.guests.select_related("partner"))
    acting = acting_for([each.partner_id for each in guests])
    coming = [each for each in guests if each.answer == GuestAnswer.COMING]
    at = timezone.now()
    context = {
        "meeting": meeting,
        "refusal": refusal,
        "guests": guests,
        "coming": coming,
        "coming_people": sum(each.people for each in coming),
        "not_coming": [each for each in guests if each.answer == GuestAnswer.NOT_COMING],
        "silent": [each for each in guests if not each.answer],
        "came": [each for each in guests if each.came_at],
        "came_people": sum(each.people_came or 0 for each in guests if each.came_at),
        "to_call": [each for each in guests if each.partner_id not in acting],
        "is_to_come": meeting.is_to_come(at),
        "is_the_day": meeting.called_off_at is None
        and timezone.localdate(meeting.starts_at) <= timezone.localdate(at),
        "others": list(_others(meeting)),
    }
    return render(request, "partners/meeting_door.html", context, status=status)


def _meeting(user, pk):
    here = Meeting.objects.filter(center__in=workplaces(user))
    return get_object_or_404(here.select_related("center"), pk=pk)


def _others(meeting):
    invited = Guest.objects.filter(meeting=meeting).values("partner")
    return meeting.center.partners.active().exclude(pk__in=invited)
