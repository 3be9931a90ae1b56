"""A partner takes on what residents ask for: a draft that is linked to both, or gives it back.

Both hold the row of the need first: of several partners who say yes at once one takes it on, and
the others are told kindly. What becomes of the draft goes the way of every posting.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import posting as postings
from activities.models import Activity, Category, Status
from partners import asking, needs
from partners.day_parts import spoken
from partners.models import OPEN_TO_PARTNERS, NeedAsk, NeedAskAnswer, NeedStatus
from partners.needs import NeedRefused

NOT_YET_PUBLIC = (Status.DRAFT, Status.SUBMITTED, Status.CHANGES_ASKED)


@transaction.atomic
def accept(question, *, by, note="", at=None) -> Activity:
    """Yes to a question of the center: a draft of an activity is made. Raises NeedRefused."""
    at = at or timezone.now()
    asking.hold(question)
    asking.refuse_unless_waiting(question)
    asking.refuse_unless_open(question.need)
    return _take_on(question, by=by, note=note, at=at)


@transaction.atomic
def volunteer(need, partner, *, by, resource=None, note="", at=None) -> Activity:
    """The partner takes on an open need by themselves. Raises NeedRefused."""
    at = at or timezone.now()
    needs.lock(need)
    asking.refuse_unless_open(need)
    if not need.is_public or not partner.centers.filter(pk=need.center_id).exists():
        raise NeedRefused(_("It is not open to you. Please talk to the center."))
    question = need.asks.open().filter(partner=partner).first() or NeedAsk.objects.create(
        need=need, partner=partner, resource=resource, asked_at=at
    )
    return _take_on(question, by=by, note=note, at=at)


@transaction.atomic
def give_back(need, partner, *, by, note="", at=None):
    """We cannot after all: the need is open again, its drafts stay ours. Raises NeedRefused."""
    at = at or timezone.now()
    needs.lock(need)
    if need.status != NeedStatus.MATCHED or need.partner_id != partner.pk:
        raise NeedRefused(_("You have not taken it on, or not any more."))
    if need.activities.filter(status=Status.PUBLISHED).exists():
        raise NeedRefused(
            _("It is published already, and people may have booked. Please talk to the center.")
        )
    open_again(need, by=by, note=note, at=at)


def open_again(need, *, by, note="", at):
    """Open to partners again as it was before; the center is told. Under the lock of the need."""
    partner = need.partner
    need.asks.filter(answer=NeedAskAnswer.ACCEPTED, withdrawn_at=None).update(withdrawn_at=at)
    need.activities.filter(status__in=NOT_YET_PUBLIC).update(need=None)
    needs.move(need, _as_before(need), by=by, note=note, at=at)
    asking.tell_center(need, "need_open_again", partner, about=at.isoformat(), note=note)


def _take_on(question, *, by, note, at):
    need, partner = question.need, question.partner
    activity = postings.save_draft(_draft(need, partner, question.resource), by=by, at=at)
    asking.answer(question, NeedAskAnswer.ACCEPTED, by=by, note=note, at=at)
    for other in need.asks.open().select_related("partner").order_by("pk"):
        asking.end(other, at=at)
        asking.tell_partner(other, "question_withdrawn", is_taken=True)
    needs.move(need, NeedStatus.MATCHED, by=by, partner=partner, public=True, at=at)
    asking.tell_center(need, "partner_accepts", partner, about=question.pk, note=note)
    return activity


def _draft(need, partner, resource):
    category = need.category or (resource and resource.category) or _usual_category(partner)
    if category is None:
        raise NeedRefused(_("Please ask the center to choose a category for it first."))
    return Activity(
        need=need,
        partner=partner,
        center=need.center,
        category=category,
        title=need.title,
        description=need.description,
        min_age=need.min_age,
        max_age=need.max_age,
        wish=_wish(need),
    )


def _usual_category(partner):
    """That of what they posted last; it is a draft, and they choose another where it is wrong."""
    last = partner.activities.select_related("category").order_by("-pk").first()
    return last.category if last else Category.objects.first()


def _wish(need):
    lines = []
    if need.day_parts:
        lines.append(_("When: %(times)s") % {"times": spoken(need.day_parts)})
    if need.how_many:
        lines.append(_("How many people: %(number)s") % {"number": need.how_many})
    return "\n".join(lines)


def _as_before(need):
    """The last state in which partners could take it on."""
    last = need.steps.filter(status__in=OPEN_TO_PARTNERS).values_list("status", flat=True).first()
    if last == NeedStatus.GATHERED and not need.is_public:
        return NeedStatus.ANSWERED
    return last or NeedStatus.NEW
