"""After-school care: who may fetch the children, and who did."""

from datetime import timedelta

from django.db.models import OuterRef, Subquery

from accounts.models import Care, Collector, Role
from activities.models import Session
from bookings.models import Place

RELATIONS = ("外婆", "爷爷", "姑姑", "楼下邻居")
NAMES = ("陈秀兰", "黄永昌", "林素云", "周德明", "吴桂芳", "何建国")
NAMED = timedelta(days=60)


def build(residents, cast, *, desk, chance, at):
    """Every third child is fetched by somebody else, too; past afternoons ended with a guardian."""
    wards = [(cast.with_child.people[1], cast.with_child.carer)]
    wards += [(party.people[0], party.carer) for party in residents.children[::3]]
    Collector.objects.bulk_create(
        Collector(
            person=child,
            name=chance.choice(NAMES),
            relation=chance.choice(RELATIONS),
            phone=f"+8619900007{number:03d}",
            added_by=guardian,
            created_at=at - NAMED,
        )
        for number, (child, guardian) in enumerate(wards)
    )
    _fetch_from_the_past(desk, at)


def _fetch_from_the_past(desk, at):
    guardian = Care.objects.active().filter(person=OuterRef("person"), role=Role.GUARDIAN)
    session = Session.objects.filter(pk=OuterRef("session"))
    Place.objects.filter(
        session__activity__is_fetched=True, session__ends_at__lte=at, checked_in_at__isnull=False
    ).update(
        checked_out_at=Subquery(session.values("ends_at")[:1]),
        checked_out_with=Subquery(guardian.values("user__name")[:1]),
        checked_out_by=desk,
    )
