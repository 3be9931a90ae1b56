"""What a meeting decided, until it is done: by whom, by when, and what becomes of it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.services import leave_all, write
from partners import needs
from partners.meeting_telling import acting_for
from partners.models import Decision, Guest, Need, NeedSource

WEEK = 7
# Whoever missed the very day, because nothing ran, is told a day or two later.
FIRST_REMINDER = range(5, WEEK + 1)


class DecisionRefused(Exception):
    """It is not where that step begins."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


@transaction.atomic
def finish(decision, *, at=None):
    """It is done; said again, nothing changes."""
    lock(decision)
    if decision.done_at is None:
        decision.done_at = at or timezone.now()
        decision.save(update_fields=["done_at"])


@transaction.atomic
def reopen(decision):
    """It is not done after all. Raises DecisionRefused where nobody would do it."""
    lock(decision)
    if decision.owner is None:
        raise DecisionRefused(_("Please say first who does it, and save it."))
    decision.done_at = None
    decision.save(update_fields=["done_at"])


@transaction.atomic
def become_need(decision, *, by, at=None):
    """Write a need down, linked to the decision. Raises DecisionRefused."""
    lock(decision)
    if decision.need:
        raise DecisionRefused(_("There is a need already: %(need)s") % {"need": decision.need})
    meeting = decision.meeting
    title_length = Need._meta.get_field("title").max_length
    is_long = len(decision.text) > title_length
    need = Need(
        center=meeting.center,
        title=decision.text[:title_length],
        description=decision.text if is_long else "",
        source=NeedSource.MEETING,
    )
    note = _("Decided at the meeting: %(meeting)s") % {"meeting": meeting}
    decision.need = needs.begin(need, by=by, note=note, at=at)
    decision.save(update_fields=["need"])
    return decision.need


@transaction.atomic
def become_agreement(decision, agreement):
    """This agreement was made because of it. Raises DecisionRefused."""
    lock(decision)
    if decision.agreement_id not in (None, agreement.pk):
        raise DecisionRefused(
            _("There is an agreement already: %(agreement)s") % {"agreement": decision.agreement}
        )
    decision.agreement = agreement
    decision.save(update_fields=["agreement"])


def remind_due(at=None):
    """Tell who has to do it: a week before, on the day, then each week while it is overdue."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    due = [
        (decision, stage)
        for decision in Decision.objects.open()
        .filter(due_on__lte=today + timezone.timedelta(days=WEEK), meeting__called_off_at=None)
        .select_related("meeting__center", "partner", "staff")
        if (stage := stage_of(decision, today))
    ]
    members = acting_for({decision.partner_id for decision, _stage in due if decision.partner_id})
    guests = _guests_of(due)
    leave_all(
        notice
        for decision, stage in due
        for notice in _notices(decision, stage, members, guests, today)
    )


def stage_of(decision, today):
    """Which of its reminders it is time for, or "" where it is none."""
    days = (decision.due_on - today).days
    if days in FIRST_REMINDER:
        return "before"
    return f"week-{-days // WEEK}" if days <= 0 else ""


def lock(decision):
    decision.refresh_from_db(from_queryset=Decision.objects.select_for_update(no_key=True))


def _guests_of(due):
    """{(meeting, partner): the page of the partner about it}."""
    from_meetings = {decision.meeting_id for decision, _stage in due}
    rows = Guest.objects.filter(meeting__in=from_meetings).values_list("meeting", "partner", "pk")
    return {(meeting, partner): pk for meeting, partner, pk in rows}


def _notices(decision, stage, members, guests, today):
    page = guests.get((decision.meeting_id, decision.partner_id))
    link = f"/partner/meetings/{page}/" if page else "/partner/meetings/"
    users = members.get(decision.partner_id, [])
    if decision.staff:
        users = [decision.staff] if decision.staff.is_active else []
        link = f"/admin/partners/decision/{decision.pk}/change/"
    center = decision.meeting.center
    for user in users:
        yield write(
            "partners/decision_due",
            key=f"decision-{decision.pk}-{decision.due_on}-{stage}-{user.pk}",
            to=user,
            link=link,
            context={
                "title": decision.text,
                "meeting": decision.meeting.title,
                "due_at": decision.due_on.isoformat(),
                "is_overdue": decision.due_on < today,
                "center": center.name,
                "phone": center.phone,
            },
        )
