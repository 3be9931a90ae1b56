"""A need on its way: asked for, answered, put up for votes, taken on, done.

Every step holds the row of the need, looks at its state again and is written down in its
timeline. So of two who take the same step at once the second is told who was first.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.services import leave_all, write
from partners.models import Need, NeedStatus, NeedStep

S = NeedStatus

WHERE_TO = {
    S.NEW: {S.ANSWERED, S.GATHERED, S.MATCHED, S.DONE, S.CLOSED},
    S.ANSWERED: {S.GATHERED, S.MATCHED, S.DONE, S.CLOSED},
    S.GATHERED: {S.ANSWERED, S.MATCHED, S.DONE, S.CLOSED},
    # Whoever took it on may give it back.
    S.MATCHED: {S.NEW, S.ANSWERED, S.GATHERED, S.DONE, S.CLOSED},
    S.CLOSED: {S.ANSWERED, S.GATHERED},
    S.DONE: set(),
}


class NeedRefused(Exception):
    """The need is not where that step begins, or something is missing."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


def deadline(center, at):
    """Until when whoever writes to this center at that moment is answered."""
    return at + timedelta(days=center.answer_days)


@transaction.atomic
def begin(need, *, by, note="", public=False, at=None):
    """Write a new need down, with the day by which it is answered and its first step."""
    at = at or timezone.now()
    need.created_by, need.created_at = by, at
    need.answer_by = need.answer_by or deadline(need.center, at)
    need.save()
    _write_down(need, by=by, note=note, public=public, at=at)
    return need


@transaction.atomic
def move(need, status, *, by, note="", public=False, partner=None, at=None):
    """Take the need to `status`; a public note stands in the timeline that everybody reads.

    `partner` is who takes it on. Leaving "new" for the first time counts as its answer.
    Raises NeedRefused.
    """
    at = at or timezone.now()
    lock(need)
    _refuse(need, status)
    if need.status == S.MATCHED and status in (S.NEW, S.ANSWERED, S.GATHERED):
        need.partner = None
    need.partner = partner or need.partner
    if status == S.MATCHED and need.partner is None:
        raise NeedRefused(_("Please say who takes it on."))
    need.status = status
    need.done_at = at if status == S.DONE else None
    if status != S.NEW:
        need.answered_at = need.answered_at or at
    need.save(update_fields=["status", "partner", "done_at", "answered_at"])
    _write_down(need, by=by, note=note, public=public, at=at)


@transaction.atomic
def answer(need, text, *, by, at=None):
    """Say what the center does about it; whoever asked is told. Raises NeedRefused."""
    at = at or timezone.now()
    if not text.strip():
        raise NeedRefused(_("Please write an answer."))
    move(need, S.ANSWERED, by=by, public=True, at=at)
    need.answer = text.strip()
    need.save(update_fields=["answer"])
    tell_askers(need, "need_answered", at=at)


@transaction.atomic
def put_up_for_votes(need, *, by, note="", at=None):
    """Ask everybody who would come; whoever asked for it is told. Raises NeedRefused."""
    at = at or timezone.now()
    move(need, S.GATHERED, by=by, note=note, public=True, at=at)
    tell_askers(need, "need_gathered", at=at)


@transaction.atomic
def close(need, *, by, note, at=None):
    """Say why it cannot be done; whoever asked is told. Raises NeedRefused."""
    at = at or timezone.now()
    if not note.strip():
        raise NeedRefused(_("Please say why."))
    move(need, S.CLOSED, by=by, note=note.strip(), public=True, at=at)
    tell_askers(need, "need_closed", at=at, note=note.strip())


@transaction.atomic
def finish(need, *, by, note, at=None):
    """Say that it was done; whoever asked or would come is told. Raises NeedRefused."""
    at = at or timezone.now()
    move(need, S.DONE, by=by, note=note.strip(), public=True, at=at)
    tell_askers(need, "need_done", at=at, note=note.strip())


@transaction.atomic
def merge(need, into, *, by, at=None):
    """The same was asked twice: letters and votes go to `into`, and `need` is closed.

    Who has voted for both has one vote, for more people of the two. Raises NeedRefused.
    """
    first, second = sorted([need, into], key=lambda each: each.pk)
    lock(first)
    lock(second)
    if need.pk == into.pk or need.center_id != into.center_id or not into.is_open:
        raise NeedRefused(_("Please choose another need of the same center that is still open."))
    if need.status == S.MATCHED:
        raise NeedRefused(_("A partner has taken it on. Please join the other one to it."))
    move(need, S.CLOSED, by=by, note=_("Joined to “%(need)s”") % {"need": into}, at=at)
    need.letters.update(need=into)
    for vote in need.votes.all():
        theirs, is_new = into.votes.get_or_create(
            user_id=vote.user_id, defaults={"people": vote.people}
        )
        if not is_new and theirs.people < vote.people:
            into.votes.filter(pk=theirs.pk).update(people=vote.people)
    need.votes.all().delete()
    Need.objects.filter(pk=need.pk).update(is_public=False)


def note(need, text, *, by, public=False, at=None):
    """One more line in the timeline; the state stays."""
    _write_down(need, by=by, note=text, public=public, at=at or timezone.now())


def tell_askers(need, fact, *, about="", link="", at=None, **more):
    """Leave the notice `partners/<fact>` for whoever wrote a letter about it or would come.

    `about` names what is new in the key, such as "activity-12": told once for each. `link` leads
    somewhere else than to the page of the need; `more` is what the message file may say. Letters
    without an account are answered to the address in them, if there is one.
    """
    about = about or (at or timezone.now()).isoformat()
    context = {
        "title": need.title,
        "center": need.center.name,
        "phone": need.center.phone,
        "answer": need.answer,
    } | more
    leave_all(
        write(
            f"partners/{fact}",
            key=f"need-{need.pk}-{fact}-{about}-{whom}",
            to=user,
            address=address,
            link=link or own,
            context=context | {"needs_no_account": True},
        )
        for whom, (user, address, own) in _askers(need).items()
    )


def lock(need):
    """Hold its row until the end of the transaction, and learn how it is now."""
    need.refresh_from_db(from_queryset=Need.objects.select_for_update(no_key=True))


def _askers(need):
    """{key: (user, address, page of their letter)}, everybody once."""
    letters = need.letters.filter(anonymized_at=None).select_related("user").order_by("-pk")
    page = f"/needs/{need.pk}/" if need.is_public else ""
    found = {vote.user.pk: (vote.user, "", page) for vote in need.votes.select_related("user")}
    for letter in letters:
        if letter.user:
            found[letter.user.pk] = (letter.user, "", f"/box/{letter.code}/")
        elif letter.address:
            found[letter.address] = (None, letter.address, f"/box/{letter.code}/")
    return {whom: one for whom, one in found.items() if one[0] is None or one[0].is_active}


def _refuse(need, status):
    if status == need.status:
        raise NeedRefused(_already(need))
    if status not in WHERE_TO[need.status]:
        raise NeedRefused(
            _("Its state is “%(state)s”; that step does not begin there.")
            % {"state": need.get_status_display()}
        )
    if status == S.GATHERED and not need.is_public:
        raise NeedRefused(_("Please make it public first, so that people can see it and answer."))


def _already(need):
    step = need.steps.filter(status=need.status).select_related("by").first()
    if step is None or step.by is None:
        return _("Its state is “%(state)s” already.") % {"state": need.get_status_display()}
    return _("%(name)s was faster: its state is “%(state)s” already.") % {
        "name": step.by,
        "state": need.get_status_display(),
    }


def _write_down(need, *, by, note, public, at):
    NeedStep.objects.create(
        need=need, status=need.status, note=note, is_public=public, by=by, at=at
    )
