"""A posting: drafted by its partner, looked at by the center, published, archived.

Every step locks the row of the activity, looks at its state again and leaves a review that
says who and when. So of two who decide at once the second is told what the first has done.
"""

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import differences, posting_limits, rules_of_centers, search, wished_times
from activities.models import (
    IN_THE_PARTNERS_HANDS,
    Activity,
    Allocation,
    BookingMode,
    Review,
    Status,
)
from notices.services import leave_all, write
from venues.models import StaffMember

# What its partner decides about an activity; everything else is the center's.
PARTNERS_FIELDS = (
    "title",
    "category",
    "center",
    "summary",
    "description",
    "bring",
    "cover",
    "cover_alt",
    "min_age",
    "max_age",
    "fee_text",
    "booking_mode",
    "wish",
)

# Without these the center could only ask back; wished times are wishes, too.
NEEDED_TO_SUBMIT = ("description", "wish")

WHERE_IT_IS = {
    Status.DRAFT: gettext_lazy("It is still a draft of the partner."),
    Status.SUBMITTED: gettext_lazy("It has been submitted, and the center is looking at it."),
    Status.CHANGES_ASKED: gettext_lazy(
        "The center has asked for changes, and the partner has it now."
    ),
    Status.PUBLISHED: gettext_lazy("It is already published."),
    Status.ARCHIVED: gettext_lazy("It is archived."),
}


class PostingRefused(Exception):
    """The posting is not where that step begins, or something is missing."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


class NewerWords(PostingRefused):
    """Somebody has written into it since; `stored` is the row as it is now."""

    def __init__(self, stored):
        self.stored = stored
        super().__init__(
            _(
                "Somebody has written into it meanwhile, perhaps you in another window. What you "
                "typed is kept here, and nothing was written over."
            )
        )


@transaction.atomic
def save_draft(activity, *, by, wishes=None, version=None, request_key="", at=None):
    """Keep what a partner has typed into `activity`; a new one becomes a draft.

    `wishes` are wished times; None leaves those that are there. `version` is the one that was
    read before typing. Asked again with the same `request_key`, it
    goes on with the same draft, and the same words once more change nothing.
    Raises PostingRefused while the center has it, NewerWords where somebody wrote meanwhile.
    """
    if activity.pk:
        return _go_on(activity, wishes, version)
    rules_of_centers.begin(activity)
    activity.status, activity.created_by = Status.DRAFT, by
    activity.request_key, activity.text_version = request_key, 1
    try:
        with transaction.atomic():
            activity.save()
    except IntegrityError:
        begun = begun_with(request_key, by=by, partner=activity.partner)
        if begun is None:
            raise
        activity.pk, activity._state.adding = begun.pk, False
        return _go_on(activity, wishes, begun.text_version)
    wished_times.replace(activity, wishes or [])
    _write_down(activity, by=by, at=at or timezone.now())
    return activity


def begun_with(request_key, *, by, partner):
    """The draft that was begun in the form with this key, or None."""
    if not request_key:
        return None
    begun = partner.activities.filter(created_by=by, request_key=request_key)
    return begun.select_related("partner", "center", "category").first()


@transaction.atomic
def submit(activity, *, by, at=None):
    """Hand the posting to the center; its staff are told. Raises PostingRefused."""
    at = at or timezone.now()
    _lock(activity, IN_THE_PARTNERS_HANDS)
    has_wishes = activity.wish.strip() or activity.wished_times.exists()
    if not (activity.description.strip() and has_wishes):
        raise PostingRefused(_("Please describe it and write your wishes, then submit it again."))
    if reason := posting_limits.refusal(activity, at=at):
        raise PostingRefused(reason)
    _move(activity, Status.SUBMITTED, by=by, at=at, **_since_the_last_look(activity))
    tell_staff(
        activity,
        "posting_submitted",
        at=at,
        link=f"/admin/activities/activity/{activity.pk}/change/",
        by=str(activity.partner or by),
    )


@transaction.atomic
def ask_for_changes(activity, *, by, note="", field_notes=None, at=None):
    """Give the posting back to its partner with a note, and notes beside fields: {field: note}.

    What the center itself has changed meanwhile is written down and told. Raises PostingRefused.
    """
    at = at or timezone.now()
    said = {name: words.strip() for name, words in (field_notes or {}).items() if words.strip()}
    if not (note.strip() or said):
        raise PostingRefused(_("Please write what should change."))
    _lock(activity, [Status.SUBMITTED])
    looked = _since_the_last_look(activity)
    # Who still has the form open from before has not read what the center changed.
    Activity.objects.filter(pk=activity.pk).update(text_version=F("text_version") + 1)
    _move(activity, Status.CHANGES_ASKED, by=by, at=at, note=note, field_notes=said, **looked)
    tell_partner(
        activity,
        "changes_asked",
        at=at,
        note=note,
        field_notes=[{"field": name, "note": words} for name, words in said.items()],
        changes=looked["changes"],
    )


@transaction.atomic
def publish(activity, *, by, note="", at=None):
    """Show the activity to everybody; its partner is told. Raises PostingRefused.

    The center publishes its own activities straight from the draft, and brings back
    archived ones.
    """
    at = at or timezone.now()
    own = [] if activity.partner_id else IN_THE_PARTNERS_HANDS
    _lock(activity, [Status.SUBMITTED, Status.ARCHIVED, *own])
    looked = _since_the_last_look(activity) if activity.status == Status.SUBMITTED else {}
    if activity.allocation == Allocation.DRAW and not _is_draw_prepared(activity, at):
        raise PostingRefused(
            _("Its places are given by lot. Please make its dates and prepare the draw first.")
        )
    activity.published_at, activity.search_text = at, search.text_for(activity)
    activity.save(update_fields=["published_at", "search_text"])
    _move(activity, Status.PUBLISHED, by=by, at=at, note=note, **looked)
    tell_partner(activity, "published", at=at, note=note, changes=looked.get("changes", []))


@transaction.atomic
def archive(activity, *, by, at=None):
    """Take what is over out of the lists; links to it stay. Raises PostingRefused."""
    at = at or timezone.now()
    _lock(activity, [Status.PUBLISHED])
    if activity.sessions.live().not_over(at).exists():
        raise PostingRefused(
            _("There are still dates to come. Please call them off first, or wait until then.")
        )
    _move(activity, Status.ARCHIVED, by=by, at=at)


def tell_staff(activity, fact, *, at, link, **said):
    _tell(_staff_of(activity.center), fact, activity, at=at, link=link, **said)


def tell_partner(activity, fact, *, at, **said):
    if activity.partner_id:
        members = get_user_model().objects.filter(
            partner_memberships__partner=activity.partner_id, partner_memberships__ended_at=None
        )
        link = f"/partner/activities/{activity.pk}/"
        _tell(members, fact, activity, at=at, link=link, **said)


def _go_on(activity, wishes, version):
    """Write what was typed over what is there, unless that is newer than what was read."""
    _lock(activity, IN_THE_PARTNERS_HANDS)
    stored = Activity.objects.get(pk=activity.pk)
    typed, there = (differences.values_of(each, PARTNERS_FIELDS) for each in (activity, stored))
    activity.text_version = stored.text_version
    wished = wished_times.said(stored.wished_times.all())
    if typed == there and (wishes is None or wished_times.said(wishes) == wished):
        return activity
    if version is not None and version != stored.text_version:
        raise NewerWords(stored)
    rules = rules_of_centers.move(activity)
    activity.text_version += 1
    activity.save(update_fields=[*PARTNERS_FIELDS, *rules, "text_version"])
    if wishes is not None:
        wished_times.replace(activity, wishes)
    return activity


def _lock(activity, states):
    """Hold the row and learn its state; what was typed into the instance is kept."""
    row = Activity.objects.filter(pk=activity.pk).select_for_update(no_key=True)
    activity.status = row.values_list("status", flat=True).get()
    if activity.status not in states:
        raise PostingRefused(WHERE_IT_IS[activity.status])


def _is_draw_prepared(activity, at):
    """Whether one can apply for everything to come; a course needs a date for that."""
    coming = activity.sessions.live().coming(at)
    is_prepared = not coming.filter(drawn_at=None).exclude(applications_close_at__gt=at).exists()
    return is_prepared and (activity.booking_mode == BookingMode.SINGLE or coming.exists())


def _since_the_last_look(activity):
    """What the next step of a posting keeps: the fields as they are, and what became of them."""
    row = Activity.objects.only(*PARTNERS_FIELDS).get(pk=activity.pk)
    values = differences.values_of(row, PARTNERS_FIELDS)
    last = activity.reviews.exclude(values={}).first()
    return {
        "values": values,
        "changes": differences.between(last.values, values) if last else [],
    }


def _move(activity, status, *, by, at, **said):
    activity.status = status
    activity.save(update_fields=["status"])
    _write_down(activity, by=by, at=at, **said)


def _write_down(activity, *, by, at, **said):
    Review.objects.create(activity=activity, status=activity.status, by=by, at=at, **said)


def _staff_of(center):
    return get_user_model().objects.filter(
        staff_memberships__in=StaffMember.objects.active().filter(center=center)
    )


def _tell(users, fact, activity, *, at, link, **more):
    leave_all(
        write(
            f"activities/{fact}",
            key=f"posting-{activity.pk}-{fact}-{at.isoformat()}-{user.pk}",
            to=user,
            context={"title": activity.title, "center": activity.center.name} | more,
            link=link,
        )
        for user in users.filter(is_active=True)
    )
