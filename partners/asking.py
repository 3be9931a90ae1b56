"""A center asks partners whether they take on a need; several may be asked at a time.

Every step holds the row of the need first, so that a question is answered or withdrawn, not both.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import needs, telling
from partners.models import MAY_POST, OPEN_TO_PARTNERS, NeedAsk, NeedAskAnswer
from partners.needs import NeedRefused


@transaction.atomic
def ask(need, partner, *, by, resource=None, note="", at=None):
    """Ask this partner about the need; whoever answers for them is told. Raises NeedRefused."""
    at = at or timezone.now()
    needs.lock(need)
    refuse_unless_open(need)
    if not partner.centers.filter(pk=need.center_id).exists():
        raise NeedRefused(
            _("This partner does not work with %(center)s yet. Please add the center there first.")
            % {"center": need.center}
        )
    if need.asks.open().filter(partner=partner).exists():
        raise NeedRefused(_("This partner has been asked already."))
    if not who_answers_for(partner).exists():
        raise NeedRefused(_("Nobody answers for this partner here at the moment. Please call."))
    question = NeedAsk.objects.create(
        need=need, partner=partner, resource=resource, note=note, asked_by=by, asked_at=at
    )
    tell_partner(question, "need_asked", note=note, link=f"/partner/asks/{question.pk}/")
    return question


@transaction.atomic
def withdraw(question, *, by, at=None):
    """Ask no more; whoever was asked is told. Raises NeedRefused once it has an answer."""
    hold(question)
    refuse_unless_waiting(question)
    end(question, at=at or timezone.now())
    tell_partner(question, "question_withdrawn")


@transaction.atomic
def decline(question, *, by, note="", at=None):
    """Not this time; the center is told and may ask others. Raises NeedRefused."""
    hold(question)
    refuse_unless_waiting(question)
    answer(question, NeedAskAnswer.DECLINED, by=by, note=note, at=at or timezone.now())
    tell_center(question.need, "partner_declines", question.partner, about=question.pk, note=note)


def hold(question):
    """Hold the need, then learn how the question stands."""
    needs.lock(question.need)
    question.refresh_from_db(fields=["answer", "answer_note", "answered_at", "withdrawn_at"])


def answer(question, said, *, by, note, at):
    question.answer, question.answer_note = said, note
    question.answered_by, question.answered_at = by, at
    question.save(update_fields=["answer", "answer_note", "answered_by", "answered_at"])


def end(question, *, at):
    question.withdrawn_at = at
    question.save(update_fields=["withdrawn_at"])


def refuse_unless_open(need):
    if need.status not in OPEN_TO_PARTNERS:
        raise NeedRefused(
            _("Its state is “%(state)s”; that step does not begin there.")
            % {"state": need.get_status_display()}
        )


def refuse_unless_waiting(question):
    if question.withdrawn_at:
        raise NeedRefused(
            _("The question does not stand any more; somebody may have been faster. Thank you.")
        )
    if question.answer:
        raise NeedRefused(
            _("There is an answer already: %(answer)s.") % {"answer": question.get_answer_display()}
        )


def who_answers_for(partner):
    return telling.members_of(partner, roles=MAY_POST)


def tell_partner(question, fact, *, link="", **more):
    need = question.need
    said = {"title": need.title, "center": need.center.name, "phone": need.center.phone} | more
    telling.tell(
        who_answers_for(question.partner),
        fact,
        key=f"question-{question.pk}-{fact}",
        context=said,
        link=link or f"/partner/{question.partner_id}/needs/",
    )


def tell_center(need, fact, partner, *, about, **more):
    """`about` names what is new in the key: told once for each."""
    telling.tell(
        telling.staff_at(need.center),
        fact,
        key=f"need-{need.pk}-{fact}-{about}",
        context={"title": need.title, "by": partner.name, "center": need.center.name} | more,
        link=f"/admin/partners/need/{need.pk}/change/",
    )
