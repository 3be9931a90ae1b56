"""The meeting a partner is invited to, for their own calendar."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from activities import calendar_files
from activities.calendar_files import Entry
from partners.models import Guest


@require_safe
def of_guest(request, pk):
    guests = Guest.objects.of_member(request.user).select_related("meeting__center")
    guest = get_object_or_404(guests, pk=pk)
    meeting = guest.meeting
    page = reverse("partners:meeting", args=[guest.pk])
    entry = Entry(
        uid=f"meeting-{meeting.pk}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        summary=meeting.title,
        status="CANCELLED" if meeting.called_off_at else "CONFIRMED",
        location=", ".join(filter(None, [meeting.place, meeting.center.name])),
        description="\n".join(f"{item.order}. {item}" for item in meeting.agenda.all()),
        url=request.build_absolute_uri(page),
    )
    return calendar_files.answer(request, meeting.title, [entry], product="meeting")
