"""The quarterly meeting: who is invited, what is talked about, who comes, who came.

Every step holds the row of the meeting and looks at it again, so of two who do the same at once
the second is told what the first has done, and nobody answers to what has been called off.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Case, Max, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.meeting_telling import tell_guests
from partners.models import AgendaItem, Guest, GuestAnswer, Meeting, Need

MOST_PEOPLE = 99
SILENT_ARE_ASKED = timedelta(days=3)  # before the meeting
TIME_TO_ANSWER = timedelta(days=1)  # after the invitation, before anybody is asked again
QUARTER = timedelta(days=90)


class MeetingRefused(Exception):
    """The meeting is not where that step begins, or something is missing."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


@transaction.atomic
def choose(meeting, partners, *, at=None):
    """Make active partners of the center its guests; those who are, stay. Raises MeetingRefused.

    Where the invitations have been sent, the new ones get theirs at once.
    """
    lock(meeting)
    _refuse_unless_to_come(meeting, at)
    here = meeting.center.partners.active().filter(pk__in=[each.pk for each in partners])
    new = list(here.exclude(meetings__meeting=meeting))
    guests = Guest.objects.bulk_create([Guest(meeting=meeting, partner=each) for each in new])
    if meeting.invited_at:
        _invite(meeting, guests)
    return len(guests)


@transaction.atomic
def remove(guest, *, at=None):
    """Take a guest off the list, as long as they were not invited. Raises MeetingRefused."""
    meeting = guest.meeting
    lock(meeting)
    if meeting.invited_at:
        raise MeetingRefused(
            _("They have been invited. Please call them, and note that they do not come.")
        )
    guest.delete()


@transaction.atomic
def put_needs_on_agenda(meeting, *, at=None):
    """Every open need of the center, the overdue and most wanted first. Raises MeetingRefused."""
    at = at or timezone.now()
    lock(meeting)
    _refuse_unless_to_come(meeting, at)
    last = meeting.agenda.aggregate(last=Max("order"))["last"] or 0
    overdue = Case(When(pk__in=Need.objects.overdue(at).values("pk"), then=0), default=Value(1))
    needs = Need.objects.open().filter(center=meeting.center_id).with_votes()
    needs = needs.exclude(agenda_items__meeting=meeting).order_by(overdue, "-coming", "created_at")
    items = [
        AgendaItem(meeting=meeting, need=need, title=need.title, order=last + place)
        for place, need in enumerate(needs, start=1)
    ]
    return len(AgendaItem.objects.bulk_create(items))


@transaction.atomic
def send_invitations(meeting, *, at=None):
    """Tell whoever acts for the guests, once. Raises MeetingRefused.

    A partner that is not active any more is taken off the list. Returns how many were invited.
    """
    at = at or timezone.now()
    lock(meeting)
    _refuse_unless_to_come(meeting, at)
    if meeting.invited_at:
        raise MeetingRefused(_("The invitations have been sent already."))
    active = meeting.center.partners.active().values("pk")
    meeting.guests.exclude(partner__in=active).delete()
    guests = list(meeting.guests.select_related("partner"))
    if not guests:
        raise MeetingRefused(_("Nobody is on the list yet. Please choose whom to invite first."))
    _invite(meeting, guests)
    meeting.invited_at = at
    meeting.save(update_fields=["invited_at"])
    return len(guests)


@transaction.atomic
def answer(guest, *, coming, people=1, note="", by, at=None):
    """A guest says whether they come, and how many; again until it begins. Raises MeetingRefused."""
    at = at or timezone.now()
    lock(guest.meeting)
    _refuse_unless_to_come(guest.meeting, at)
    guest.answer = GuestAnswer.COMING if coming else GuestAnswer.NOT_COMING
    guest.people, guest.note = people if coming else 1, note.strip()
    guest.answered_at, guest.answered_by = at, by
    guest.save(update_fields=["answer", "people", "note", "answered_at", "answered_by"])


@transaction.atomic
def remind_silent(meeting, *, at=None, day=None):
    """Ask those who have not answered once more, once a day. Raises MeetingRefused.

    Returns how many organizations are silent.
    """
    at = at or timezone.now()
    lock(meeting)
    _refuse_unless_to_come(meeting, at)
    if not meeting.invited_at:
        raise MeetingRefused(_("Please send the invitations first."))
    silent = list(meeting.guests.silent().select_related("partner"))
    about = f"{meeting.starts_at.isoformat()}-{day or timezone.localdate(at)}"
    tell_guests(meeting, silent, "meeting_silent", about=about, expires_at=meeting.starts_at)
    return len(silent)


def remind_due(at=None):
    """Three days before, those who have not answered are asked by themselves, once."""
    at = at or timezone.now()
    soon = Meeting.objects.to_come(at).filter(
        starts_at__lte=at + SILENT_ARE_ASKED, invited_at__lte=at - TIME_TO_ANSWER
    )
    for meeting in soon.order_by("pk"):
        try:
            remind_silent(
                meeting, at=at, day=timezone.localdate(meeting.starts_at - SILENT_ARE_ASKED)
            )
        except MeetingRefused:
            continue  # Called off or begun in between.


@transaction.atomic
def move(meeting, *, starts_at, ends_at, place, at=None):
    """Hold it at another time or place; everybody is told. Raises MeetingRefused.

    Another time asks everybody anew whether they come; another place does not.
    """
    at = at or timezone.now()
    lock(meeting)
    _refuse_unless_to_come(meeting, at)
    if starts_at <= at:
        raise MeetingRefused(_("That time is over. Please choose one to come."))
    old = (meeting.starts_at, meeting.place)
    if (starts_at, ends_at, place) == (meeting.starts_at, meeting.ends_at, meeting.place):
        raise MeetingRefused(_("That is when and where it is already."))
    meeting.starts_at, meeting.ends_at, meeting.place = starts_at, ends_at, place
    meeting.save(update_fields=["starts_at", "ends_at", "place"])
    if starts_at != old[0]:
        meeting.guests.update(answer="", people=1, answered_at=None, answered_by=None)
    if meeting.invited_at:
        tell_guests(
            meeting, _guests(meeting), "meeting_moved", about=at.isoformat(),
            expires_at=starts_at, old_starts_at=old[0].isoformat(), old_place=old[1],
            asks_again=starts_at != old[0],
        )  # fmt: skip


@transaction.atomic
def call_off(meeting, *, reason, at=None):
    """It does not take place; everybody is told why. Raises MeetingRefused."""
    at = at or timezone.now()
    lock(meeting)
    _refuse_unless_to_come(meeting, at)
    meeting.called_off_at = at
    meeting.save(update_fields=["called_off_at"])
    if meeting.invited_at:
        tell_guests(
            meeting, _guests(meeting), "meeting_called_off", about=at.isoformat(), reason=reason
        )


@transaction.atomic
def came(guest, *, people, at=None):
    """They are here, with so many people; said again, the number is corrected."""
    at = at or timezone.now()
    lock(guest.meeting)
    _refuse_before_the_day(guest.meeting, at)
    guest.refresh_from_db(fields=["came_at"])
    guest.came_at, guest.people_came = guest.came_at or at, people
    guest.save(update_fields=["came_at", "people_came"])


@transaction.atomic
def not_here(guest):
    """It was a wrong tap."""
    lock(guest.meeting)
    guest.came_at = guest.people_came = None
    guest.save(update_fields=["came_at", "people_came"])


@transaction.atomic
def walk_in(meeting, partner, *, people, at=None):
    """An organization that was not on the list is here. Raises MeetingRefused."""
    at = at or timezone.now()
    lock(meeting)
    _refuse_before_the_day(meeting, at)
    guest, _is_new = Guest.objects.get_or_create(meeting=meeting, partner=partner)
    came(guest, people=people, at=at)
    return guest


@transaction.atomic
def send_minutes(meeting, *, at=None):
    """Tell every guest that the minutes are there, once. Raises MeetingRefused."""
    at = at or timezone.now()
    lock(meeting)
    if meeting.called_off_at or not meeting.has_begun(at):
        raise MeetingRefused(_("There are minutes only of what has been held."))
    if meeting.minutes_sent_at:
        raise MeetingRefused(_("The minutes have been sent already."))
    if not meeting.minutes.strip() and not meeting.decisions.exists():
        raise MeetingRefused(_("Please write the minutes, or what was decided, and save it first."))
    meeting.minutes_sent_at = at
    meeting.save(update_fields=["minutes_sent_at"])
    guests = _guests(meeting)
    tell_guests(meeting, guests, "meeting_minutes", about="sent")
    return len(guests)


def without_a_meeting(centers, at=None):
    """Of these centers those whose last meeting is a quarter ago, and none is planned."""
    at = at or timezone.now()
    held = Meeting.objects.filter(called_off_at=None, center__in=centers)
    last = held.order_by().values("center", "center__name").annotate(last=Max("starts_at"))
    return list(last.filter(last__lt=at - QUARTER).order_by("center__name"))


def lock(meeting):
    """Hold its row until the end of the transaction, and learn how it is now."""
    meeting.refresh_from_db(from_queryset=Meeting.objects.select_for_update(no_key=True))


def _invite(meeting, guests):
    tell_guests(
        meeting, guests, "meeting_invited", about="invited",
        expires_at=meeting.starts_at, note=meeting.intro,
    )  # fmt: skip


def _guests(meeting):
    return list(meeting.guests.select_related("partner"))


def _refuse_unless_to_come(meeting, at):
    if meeting.called_off_at:
        raise MeetingRefused(_("This meeting has been called off."))
    if meeting.has_begun(at):
        raise MeetingRefused(_("This meeting has begun or is over."))


def _refuse_before_the_day(meeting, at):
    if meeting.called_off_at:
        raise MeetingRefused(_("This meeting has been called off."))
    if timezone.localdate(meeting.starts_at) > timezone.localdate(at):
        raise MeetingRefused(_("People are checked in on the day of the meeting."))
