"""What a meeting decided becomes an activity: a draft in the hands of the partner who does it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import posting
from activities.models import Activity, Category
from partners import asking, decisions, needs
from partners.decisions import DecisionRefused
from partners.models import OPEN_TO_PARTNERS, NeedStatus
from partners.needs import NeedRefused


@transaction.atomic
def draft(decision, *, by, at=None) -> Activity:
    """A draft of the partner, linked to the decision and to the need behind it.

    An open need is thereby taken on by that partner. Raises DecisionRefused.
    """
    at = at or timezone.now()
    decisions.lock(decision)
    if decision.activity:
        raise DecisionRefused(
            _("There is an activity already: %(activity)s") % {"activity": decision.activity}
        )
    if decision.partner is None:
        raise DecisionRefused(_("Only a partner has drafts. Please choose the partner first."))
    need = decision.need or (decision.item and decision.item.need)
    if need:
        _take_on(need, decision.partner, by=by, at=at)
    activity = posting.save_draft(_draft(decision, need), by=by, at=at)
    decision.activity, decision.need = activity, need
    decision.save(update_fields=["activity", "need"])
    return activity


def _take_on(need, partner, *, by, at):
    needs.lock(need)
    if need.status in OPEN_TO_PARTNERS:
        try:
            needs.move(need, NeedStatus.MATCHED, by=by, partner=partner, public=True, at=at)
        except NeedRefused as refused:
            raise DecisionRefused(refused.reason) from refused
        _end_questions(need, partner, at=at)
    elif need.partner_id != partner.pk:
        raise DecisionRefused(
            _("The need is not open any more: %(state)s") % {"state": need.get_status_display()}
        )


def _end_questions(need, partner, *, at):
    """Other partners that were asked about it need not answer any more."""
    for question in need.asks.open().select_related("partner").order_by("pk"):
        asking.end(question, at=at)
        if question.partner_id != partner.pk:
            asking.tell_partner(question, "question_withdrawn", is_taken=True)


def _draft(decision, need):
    category = (need and need.category) or _usual_category(decision.partner)
    if category is None:
        raise DecisionRefused(_("Please make a category of activities first."))
    longest = Activity._meta.get_field("title").max_length
    return Activity(
        need=need,
        partner=decision.partner,
        center=decision.meeting.center,
        category=category,
        title=(need.title if need else decision.text)[:longest],
        description=need.description if need else decision.text,
        min_age=need.min_age if need else None,
        max_age=need.max_age if need else None,
    )


def _usual_category(partner):
    """That of what they posted last; it is a draft, and they choose another where it is wrong."""
    last = partner.activities.select_related("category").order_by("-pk").first()
    return last.category if last else Category.objects.first()
