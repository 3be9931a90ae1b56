"""What becomes of a need that a partner has taken on. It follows from what is so, once an hour.

Its activity is published: whoever asked is told, and can book. A session of it was held and
somebody came: it is done, with thanks. Its activity was archived before that, or its partner is
a partner no more: it is open again, and the center is told.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import taking_on
from activities.models import Activity, Session, Status
from bookings.feedback import came
from bookings.models import Place
from partners import needs
from partners.models import Need, NeedStatus, NeedStep, PartnerStatus

ABOUT = "activity-"


def look_again(at=None) -> int:
    """Take every step that is due, each in a transaction of its own; returns how many."""
    at = at or timezone.now()
    # What stands on the page of a need is for everybody, in the language of the site.
    with translation.override(settings.LANGUAGE_CODE):
        steps = [_tell_of(activity, at) for activity in _published(at)]
        steps += [_finish(need, at) for need in _held(at)]
        steps += [_open_again(need, at) for need in _come_to_nothing(at)]
    return sum(steps)


def numbers_of(need, at=None) -> tuple[int, int]:
    """(sessions held, people who came to any of them)."""
    held = Session.objects.live().filter(activity__need=need, ends_at__lte=at or timezone.now())
    people = came(Place.objects.filter(session__in=held))
    return held.count(), people.aggregate(n=Count("person", distinct=True))["n"]


def _published(at):
    """Activities of needs, with dates to come, that nobody has told of yet."""
    about = Concat(Value(ABOUT), Cast(OuterRef("pk"), CharField()))
    told = NeedStep.objects.filter(need=OuterRef("need"), about=about)
    dates = Session.objects.live().coming(at).filter(activity=OuterRef("pk"))
    fresh = Activity.objects.published().filter(Exists(dates) & ~Exists(told))
    matched = fresh.filter(need__status=NeedStatus.MATCHED)
    return matched.select_related("need__center").order_by("pk")


def _held(at):
    return _taken_on().filter(Exists(_sessions_with_people(at))).order_by("pk")


def _come_to_nothing(at):
    """Nothing was held, and nothing is to come: all is archived, or their partner has gone."""
    linked = Activity.objects.filter(need=OuterRef("pk"))
    rest = linked.exclude(status=Status.ARCHIVED)
    gone = Q(partner__status__in=[PartnerStatus.ENDED, PartnerStatus.DECLINED])
    shown = linked.filter(status=Status.PUBLISHED)
    return (
        _taken_on()
        .filter(Exists(linked) & ~Exists(rest) | gone & ~Exists(shown))
        .exclude(Exists(_sessions_with_people(at)))
        .order_by("pk")
    )


def _taken_on():
    return Need.objects.filter(status=NeedStatus.MATCHED).select_related("partner", "center")


def _sessions_with_people(at):
    """Where nobody books nobody is ticked either: such a session was held when it is over."""
    ticked = came(Place.objects.filter(session=OuterRef("pk")))
    over = Session.objects.live().filter(activity__need=OuterRef("pk"), ends_at__lte=at)
    return over.filter(Q(activity__is_drop_in=True) | Exists(ticked))


@transaction.atomic
def _tell_of(activity, at):
    need = activity.need
    needs.lock(need)
    about = f"{ABOUT}{activity.pk}"
    first = activity.sessions.live().coming(at).order_by("starts_at", "pk").first()
    is_told = need.steps.filter(about=about).exists()
    if need.status != NeedStatus.MATCHED or is_told or first is None:
        return False
    NeedStep.objects.create(
        need=need,
        status=need.status,
        note=_("It has become an activity: “%(title)s”.") % {"title": activity.title},
        is_public=True,
        at=at,
        about=about,
    )
    needs.tell_askers(
        need,
        "need_planned",
        about=about,
        link=activity.get_absolute_url(),
        at=at,
        activity=activity.title,
        starts_at=first.starts_at.isoformat(),
        opens_at=first.booking_opens_at.isoformat() if first.booking_opens_at > at else "",
    )
    return True


@transaction.atomic
def _finish(need, at):
    needs.lock(need)
    if need.status != NeedStatus.MATCHED:
        return False
    sessions, people = numbers_of(need, at)
    needs.move(need, NeedStatus.DONE, by=None, note=_in_words(sessions, people), public=True, at=at)
    needs.tell_askers(need, "need_done", about="held", at=at, sessions=sessions, people=people)
    return True


@transaction.atomic
def _open_again(need, at):
    needs.lock(need)
    if need.status != NeedStatus.MATCHED or not _come_to_nothing(at).filter(pk=need.pk).exists():
        return False
    taking_on.open_again(need, by=None, at=at)
    return True


def _in_words(sessions, people):
    held = ngettext("%(n)s session held", "%(n)s sessions held", sessions) % {"n": sessions}
    if not people:
        return held
    return _("%(held)s, %(people)s") % {
        "held": held,
        "people": ngettext("%(n)s person came", "%(n)s people came", people) % {"n": people},
    }
