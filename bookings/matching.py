"""Who could give what residents ask for, and the other way round: the best first, with reasons.

The order is that of `partners/fitting.py`. What partners have done so far is read here, from
sessions and from what people said who came.
"""

from dataclasses import dataclass

from django.db.models import Avg, Count, Sum
from django.utils import timezone

from activities.models import Session
from bookings.feedback import ENOUGH
from bookings.models import Feedback
from partners.fitting import Fit, Gift, Record, Wish, fit_of
from partners.models import Agreement, Need, NeedAsk, Partner, Resource


@dataclass(frozen=True)
class Offer:
    """One resource beside the need that was asked about; `asked` waits for an answer."""

    resource: Resource
    fit: Fit
    asked: NeedAsk | None


@dataclass(frozen=True)
class Wanted:
    """One need beside what a partner has; without a resource nothing was compared."""

    need: Need
    resource: Resource | None
    fit: Fit | None

    @property
    def order(self):
        # What nobody has compared stands between what fits and what does not.
        return (*(self.fit.order if self.fit else (0.5, 0)), -(self.need.coming or 0), self.need.pk)


def offers_for(need, partners, at=None) -> list[Offer]:
    """What these partners have on offer, ranked for the need: six statements, however much."""
    at = at or timezone.now()
    on_offer = Resource.objects.on_offer(at).filter(partner__in=partners.active())
    resources = list(on_offer.select_related("partner", "category").order_by("pk"))
    theirs = {resource.partner_id for resource in resources}
    records, centers = records_of(theirs, at), _centers_of(theirs)
    asked = {question.partner_id: question for question in need.asks.open()}
    wish, name = wish_of(need), str(need.category or "")
    offers = [
        Offer(
            resource,
            fit_of(
                wish,
                gift_of(resource, centers[resource.partner_id], records[resource.partner_id]),
                name,
            ),
            asked.get(resource.partner_id),
        )
        for resource in resources
    ]
    return sorted(offers, key=lambda offer: (*offer.fit.order, offer.resource.pk))


def needs_for(partner, needs, at=None) -> list[Wanted]:
    """These needs, each with what this partner has that fits it best: three statements.

    What they have done so far is the same for all of them, so it is not looked up.
    """
    resources = list(partner.resources.on_offer(at).order_by("pk"))
    centers = _centers_of([partner.pk])[partner.pk]
    gifts = [(resource, gift_of(resource, centers, None)) for resource in resources]
    asked_for = needs.select_related("center", "category").annotate(coming=Sum("votes__people"))
    return sorted((_best(need, gifts) for need in asked_for), key=lambda wanted: wanted.order)


def records_of(partners, at=None) -> dict[int, Record]:
    """{partner: what they have done so far}, three statements for however many."""
    at = at or timezone.now()
    held = Session.objects.live().filter(activity__partner__in=partners, ends_at__lte=at)
    agreements = Agreement.objects.filter(partner__in=partners).in_force(at)
    said = Feedback.objects.filter(session__activity__partner__in=partners)
    sessions = dict(_by(held, "activity__partner", Count("pk")))
    promised = dict(_by(agreements, "partner", Sum("sessions_promised")))
    answers = (
        said.order_by()
        .values("session__activity__partner")
        .annotate(answers=Count("pk"), marks=Avg("marks"))
    )
    marks = {
        row["session__activity__partner"]: row["marks"]
        for row in answers
        if row["answers"] >= ENOUGH
    }
    return {
        partner: Record(sessions.get(partner, 0), promised.get(partner, 0), marks.get(partner))
        for partner in partners
    }


def wish_of(need) -> Wish:
    return Wish(
        category=need.category_id,
        min_age=need.min_age,
        max_age=need.max_age,
        day_parts=tuple(need.day_parts),
        center=need.center_id,
    )


def gift_of(resource, centers, record) -> Gift:
    return Gift(
        category=resource.category_id,
        min_age=resource.min_age,
        max_age=resource.max_age,
        day_parts=tuple(resource.day_parts),
        centers=frozenset(centers),
        record=record,
    )


def _best(need, gifts) -> Wanted:
    wish, name = wish_of(need), str(need.category or "")
    fits = [(fit_of(wish, gift, name), resource) for resource, gift in gifts]
    if not fits:
        return Wanted(need, None, None)
    fit, resource = min(fits, key=lambda found: (*found[0].order, found[1].pk))
    return Wanted(need, resource, fit)


def _centers_of(partners) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {partner: set() for partner in partners}
    rows = Partner.centers.through.objects.filter(partner__in=partners)
    for partner, center in rows.values_list("partner", "center"):
        found[partner].add(center)
    return found


def _by(rows, what, amount):
    return rows.order_by().values_list(what).annotate(amount=amount)
