"""A published activity changed by its partner: the old words stay public until the center agrees.

What people decide by goes to the center first. What they should bring is applied at once and
written down: nobody signs up for it, and it is wanted the same evening. Every step holds the row
of the activity and looks at the state of the revision again, so of two who decide at once the
second is told what the first has done.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import differences, posting, search
from activities.models import Activity, Review, ReviewAbout, Revision, RevisionStatus, Status
from activities.posting import PostingRefused

REVIEWED = (
    "title",
    "category",
    "summary",
    "description",
    "cover",
    "cover_alt",
    "min_age",
    "max_age",
    "fee_text",
)
AT_ONCE = ("bring",)

IN_THE_PARTNERS_HANDS = (RevisionStatus.DRAFT, RevisionStatus.CHANGES_ASKED)

WHERE_IT_IS = {
    RevisionStatus.DRAFT: gettext_lazy("The change is still a draft of the partner."),
    RevisionStatus.SUBMITTED: gettext_lazy(
        "The change is with the center. It can be taken back to write on."
    ),
    RevisionStatus.CHANGES_ASKED: gettext_lazy(
        "The center has asked to change the change, and the partner has it now."
    ),
    RevisionStatus.ACCEPTED: gettext_lazy("The change has been accepted already."),
    RevisionStatus.WITHDRAWN: gettext_lazy("The partner has withdrawn the change."),
}


def open_of(activity):
    return activity.revisions.open().first()


def proposed(activity, revision):
    """The activity as it would be; nothing of it is saved."""
    row = Activity.objects.select_related("partner", "center").get(pk=activity.pk)
    return _with(row, revision.values if revision else {})


def changes_of(revision, activity=None):
    """What the revision would change of the activity as it is now."""
    activity = activity or revision.activity
    there = differences.values_of(activity, revision.values)
    return differences.between(there, revision.values)


@transaction.atomic
def keep(typed, *, by, at=None):
    """Keep what a partner has typed into a published activity; returns the open revision or None.

    None is left where nothing differs that the center looks at. Raises PostingRefused.
    """
    at = at or timezone.now()
    activity, revision = _locked(typed.pk)
    if revision and revision.status not in IN_THE_PARTNERS_HANDS:
        raise PostingRefused(WHERE_IT_IS[revision.status])
    # A picture that came with the form gets its files and its name now.
    Activity._meta.get_field("cover").pre_save(typed, False)
    _apply_at_once(activity, typed, by=by, at=at)
    values, there = (differences.values_of(each, REVIEWED) for each in (typed, activity))
    differing = {name: value for name, value in values.items() if value != there[name]}
    if not differing:
        return revision and _end(revision, RevisionStatus.WITHDRAWN, at)
    revision = revision or Revision(activity=activity, created_at=at)
    revision.values, revision.by = differing, by
    revision.save()
    return revision


@transaction.atomic
def submit(revision, *, by, at=None):
    """Hand the change to the center; its staff are told. Raises PostingRefused."""
    at = at or timezone.now()
    activity = _taken(revision, IN_THE_PARTNERS_HANDS)
    revision.status = RevisionStatus.SUBMITTED
    revision.save(update_fields=["status"])
    posting.tell_staff(
        activity,
        "revision_submitted",
        at=at,
        link=f"/admin/revisions/{revision.pk}/",
        by=str(activity.partner or by),
    )


@transaction.atomic
def take_back(revision):
    """Take the change back from the center to write on. Raises PostingRefused."""
    _taken(revision, [RevisionStatus.SUBMITTED])
    revision.status = RevisionStatus.DRAFT
    revision.save(update_fields=["status"])


@transaction.atomic
def withdraw(revision, *, at=None):
    """Give the change up; what is public stays as it is. Raises PostingRefused."""
    _taken(revision, IN_THE_PARTNERS_HANDS)
    _end(revision, RevisionStatus.WITHDRAWN, at or timezone.now())


@transaction.atomic
def ask_for_changes(revision, *, by, note="", field_notes=None, at=None):
    """Give the change back with a note, or notes beside fields. Raises PostingRefused."""
    at = at or timezone.now()
    said = {name: words.strip() for name, words in (field_notes or {}).items() if words.strip()}
    if not (note.strip() or said):
        raise PostingRefused(_("Please write what should change."))
    activity = _taken(revision, [RevisionStatus.SUBMITTED])
    revision.status = RevisionStatus.CHANGES_ASKED
    revision.note, revision.field_notes = note, said
    revision.save(update_fields=["status", "note", "field_notes"])
    beside = [{"field": name, "note": words} for name, words in said.items()]
    posting.tell_partner(activity, "changes_asked", at=at, note=note, field_notes=beside)


@transaction.atomic
def accept(revision, *, by, note="", seen=None, at=None):
    """Make the new words public; the partner is told. Returns what was changed.

    `seen` are the changes that were looked at: others are not accepted unseen.
    Raises PostingRefused.
    """
    at = at or timezone.now()
    activity = _taken(revision, [RevisionStatus.SUBMITTED])
    changes = changes_of(revision, activity)
    if seen is not None and seen != changes:
        raise PostingRefused(_("Something has changed meanwhile. Please look again."))
    _with(activity, revision.values)
    _look_whether_it_is_sound(activity, revision.values)
    activity.search_text = search.text_for(activity)
    activity.save(update_fields=[*revision.values, "search_text"])
    _end(revision, RevisionStatus.ACCEPTED, at)
    _write_down(activity, ReviewAbout.REVISION, note=note, changes=changes, by=by, at=at)
    posting.tell_partner(activity, "revision_accepted", at=at, note=note)
    return changes


def _taken(revision, states):
    """The activity under its lock; `revision` learns its state and what it says by now."""
    activity, _open = _locked(revision.activity_id)
    revision.refresh_from_db(fields=["status", "values"])
    if revision.status not in states:
        raise PostingRefused(WHERE_IT_IS[revision.status])
    return activity


def _locked(pk):
    """(the published activity, its open revision or None), held until the end."""
    activity = Activity.objects.select_for_update(no_key=True).get(pk=pk)
    if activity.status != Status.PUBLISHED:
        raise PostingRefused(posting.WHERE_IT_IS[Status(activity.status)])
    return activity, open_of(activity)


def _apply_at_once(activity, typed, *, by, at):
    before, after = (differences.values_of(each, AT_ONCE) for each in (activity, typed))
    if changes := differences.between(before, after):
        _with(activity, after)
        activity.save(update_fields=AT_ONCE)
        _write_down(activity, ReviewAbout.AT_ONCE, changes=changes, by=by, at=at)


def _with(activity, values):
    for name, value in values.items():
        field: models.Field = Activity._meta.get_field(name)  # type: ignore[assignment]
        setattr(activity, field.attname, value)
    return activity


def _look_whether_it_is_sound(activity, names):
    """The center may have changed something meanwhile with which the new words do not agree."""
    others = {field.name for field in Activity._meta.fields} - set(names)
    try:
        activity.clean_fields(exclude=others)
        activity.validate_constraints()
    except ValidationError as error:
        raise PostingRefused(" ".join(error.messages)) from error


def _write_down(activity, about, **said):
    Review.objects.create(activity=activity, status=activity.status, about=about, **said)


def _end(revision, status, at):
    revision.status, revision.decided_at = status, at
    revision.save(update_fields=["status", "decided_at"])
