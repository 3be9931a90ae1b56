"""Letters in the box: put in, answered, gathered into a need, set aside, forgotten.

Whatever staff do with a letter holds its row and looks at it again, so of two who take the same
one the second is told what the first has done.
"""

from datetime import timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.models import Notice
from notices.services import leave
from partners import needs
from partners.models import Letter, Need, NeedSource, NeedStatus

KEPT_FOR = timedelta(days=2 * 365)


class LetterRefused(Exception):
    """Somebody else has dealt with it already, or something is missing."""

    def __init__(self, reason):
        self.reason = reason
        super().__init__(reason)


def put_in(letter, *, request_key="", at=None):
    """Take the letter; sent again with the same `request_key` it is the letter that was first."""
    at = at or timezone.now()
    letter.request_key = _key(request_key)
    letter.received_at = at
    letter.answer_by = needs.deadline(letter.center, at)
    if earlier := _sent_before(request_key):
        return earlier
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        earlier = _sent_before(request_key)
        if earlier is None:
            raise
        _throw_away(letter.photo)
        return earlier
    return letter


@transaction.atomic
def answer(letter, text, *, by, at=None):
    """Answer its writer and nobody else. Raises LetterRefused."""
    at = at or timezone.now()
    _hold_unread(letter)
    if not text.strip():
        raise LetterRefused(_("Please write an answer."))
    letter.answer, letter.answered_at, letter.answered_by = text.strip(), at, by
    letter.save(update_fields=["answer", "answered_at", "answered_by"])
    if letter.user or letter.address:
        leave(
            "partners/letter_answered",
            key=f"letter-{letter.pk}-answered",
            to=letter.user,
            address="" if letter.user else letter.address,
            link=f"/box/{letter.code}/",
            context={
                "center": letter.center.name,
                "phone": letter.center.phone,
                "answer": letter.answer,
                "needs_no_account": True,
            },
        )


@transaction.atomic
def answer_publicly(letter, text, *, title, by, at=None):
    """Show an answer to everybody, under a title by the staff; nothing of the letter is shown.

    Returns the need that it became. Raises LetterRefused.
    """
    if not text.strip():
        raise LetterRefused(_("Please write an answer."))
    need = gather([letter], title=title, by=by, at=at)
    Need.objects.filter(pk=need.pk).update(is_public=True)
    needs.answer(need, text, by=by, at=at)
    return need


@transaction.atomic
def gather(letters, *, by, need=None, title="", at=None):
    """Say that these letters ask for `need`, or for a new one with this title; returns it.

    Letters of another center are refused, as those that somebody has dealt with already.
    """
    at = at or timezone.now()
    letters = sorted(letters, key=lambda letter: letter.pk)
    for letter in letters:
        _hold_unread(letter)
    center = letters[0].center
    if need is None:
        need = _new_need(letters, title, by, at)
    needs.lock(need)
    if any(letter.center_id != need.center_id for letter in letters):
        raise LetterRefused(_("A need and its letters belong to one center."))
    if not need.is_open:
        raise LetterRefused(_("That need is over. Please choose another one."))
    Letter.objects.filter(pk__in=[each.pk for each in letters], center=center).update(need=need)
    return need


@transaction.atomic
def set_aside(letter, *, reason, by, at=None):
    """It needs no answer, and why; only staff read that. Raises LetterRefused."""
    _hold_unread(letter)
    if not reason.strip():
        raise LetterRefused(_("Please say why."))
    letter.set_aside_at, letter.set_aside_by = at or timezone.now(), by
    letter.set_aside_reason = reason.strip()
    letter.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_reason"])


@transaction.atomic
def take_up_again(letter):
    """What was set aside is to be read again. Raises LetterRefused."""
    _hold(letter)
    if letter.set_aside_at is None:
        raise LetterRefused(_("It is not set aside any more."))
    letter.set_aside_at = letter.set_aside_by = None
    letter.set_aside_reason = ""
    letter.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_reason"])


def forget_old(at=None) -> int:
    """Take away from old letters who wrote them, and their photos; what was asked for stays."""
    at = at or timezone.now()
    return forget(Letter.objects.filter(received_at__lte=at - KEPT_FOR, anonymized_at=None), at)


@transaction.atomic
def forget(letters, at) -> int:
    """Nobody reads any more who wrote these letters, and their codes open nothing."""
    held = list(letters.order_by("pk").select_for_update(no_key=True))
    addresses = {letter.address for letter in held if letter.address and not letter.user_id}
    told = Notice.objects.filter(kind__startswith="partners/", recipient=None)
    told.filter(address__in=addresses).exclude(sent_at=None, gave_up_at=None).delete()
    for letter in held:
        transaction.on_commit(partial(_throw_away, letter.photo))
    Letter.objects.filter(pk__in=[letter.pk for letter in held]).update(
        name="", contact="", user=None, photo="", request_key=None, anonymized_at=at
    )
    return len(held)


def _sent_before(request_key):
    return Letter.objects.filter(request_key=request_key).first() if request_key else None


def _key(request_key):
    return request_key or None


def _throw_away(photo):
    if photo:
        photo.storage.delete(photo.name)


def _hold(letter):
    letter.refresh_from_db(from_queryset=Letter.objects.select_for_update(no_key=True))


def _hold_unread(letter):
    _hold(letter)
    if not letter.is_unread:
        raise LetterRefused(_what_became_of(letter))


def _what_became_of(letter):
    if letter.answered_at:
        return _("%(name)s has answered it already.") % {"name": letter.answered_by or "—"}
    if letter.need:
        return _("It belongs to the need “%(need)s” already.") % {"need": letter.need}
    return _("%(name)s has set it aside already.") % {"name": letter.set_aside_by or "—"}


def _new_need(letters, title, by, at):
    if not title.strip():
        raise LetterRefused(_("Please give the need a title."))
    first = min(letters, key=lambda letter: letter.received_at)
    need = Need(
        center=first.center,
        title=title.strip(),
        source=NeedSource.LETTER,
        status=NeedStatus.NEW,
        # Whoever wrote first is answered in time, however late it is gathered.
        answer_by=first.answer_by,
    )
    return needs.begin(need, by=by, at=at)
