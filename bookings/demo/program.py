"""From the program sheet to activities with dated sessions that hold their rooms."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from accounts.models import Person
from activities import rules_of_centers, search
from activities.models import Activity, Category, Session, Status
from activities.services import add_sessions
from activities.timetable import Calendar, Rule, plan
from bookings.demo import questions
from bookings.demo.offers import CATEGORIES, OFFERS
from bookings.demo.places import SLUG, rooms_of
from bookings.models import Limit, Period
from venues.models import CalendarDay

PUBLISHED_BEFORE = timedelta(days=45)


def build(centers, partners, *, staff, at):
    """[(offer, activity)], each activity with its sessions."""
    categories = _categories()
    leaders, rooms = _leaders(), {slug: rooms_of(center) for slug, center in centers.items()}
    calendar = _calendar(timezone.localdate(at))
    program = []
    for offer in OFFERS:
        activity = _activity(offer, centers, categories, partners, staff, at)
        leader = leaders.get(offer.leader)
        _sessions(offer, activity, rooms[offer.center].get(offer.place), leader, calendar, at)
        _name_topics(list(activity.sessions.all()), offer.topics)
        program.append((offer, activity))
    questions.ask()
    _limit(centers[SLUG], categories)
    return program


def _categories():
    return {
        slug: Category.objects.create(slug=slug, name=name, icon=icon, tint=tint, order=order)
        for order, (slug, name, icon, tint) in enumerate(CATEGORIES)
    }


def _leaders():
    names = dict.fromkeys(offer.leader for offer in OFFERS if offer.leader)
    return {name: Person.objects.create(name=name) for name in names}


def _calendar(today):
    year = timedelta(days=365)
    days = CalendarDay.objects.kinds_between(today - year, today + year)
    years = {today.year - 1, today.year, today.year + 1}
    known = frozenset(filter(CalendarDay.objects.knows, years))
    return Calendar(days, known)


def _activity(offer, centers, categories, partners, staff, at):
    published_at = at - PUBLISHED_BEFORE
    activity = Activity(
        center=centers[offer.center],
        category=categories[offer.category],
        partner=partners.get(offer.partner),
        title=offer.title,
        summary=offer.summary,
        description=offer.description,
        status=Status.PUBLISHED,
        created_by=staff,
        created_at=published_at,
        published_at=published_at,
        **_course_window(offer, timezone.localdate(at)),
        **offer.fields,
    )
    rules_of_centers.begin(activity, but=offer.fields)
    activity.search_text = search.text_for(activity)
    activity.save()
    activity.reviews.create(status=Status.PUBLISHED, by=staff, at=published_at)
    return activity


def _course_window(offer, today):
    if not offer.window:
        return {}
    opens_at, closes_at = (_nine_o_clock(today + timedelta(days=days)) for days in offer.window)
    return {"course_opens_at": opens_at, "course_closes_at": closes_at}


def _nine_o_clock(day):
    return timezone.make_aware(datetime.combine(day, time(9)))


def _sessions(offer, activity, room, leader, calendar, at):
    today = timezone.localdate(at)
    for hours in offer.hours:
        rule = Rule(
            first_day=today + timedelta(days=hours.first),
            last_day=today + timedelta(days=hours.last),
            starts_at=hours.starts_at,
            ends_at=hours.ends_at,
            weekdays=frozenset(hours.weekdays),
            nth_of_month=frozenset(hours.nth_of_month),
            school_days=hours.school_days,
            skip_holidays=hours.skip_holidays,
        )
        spans = [(each.starts_at, each.ends_at) for each in plan(rule, calendar).sessions]
        if not spans:
            continue  # Holidays may leave nothing of it.
        add_sessions(
            activity,
            spans,
            capacity=offer.capacity,
            room=room,
            outside_place="" if room else offer.place,
            leader=leader,
            at=activity.published_at,
        )


def _name_topics(sessions, topics):
    if topics:
        for number, session in enumerate(sessions):
            session.topic = topics[number % len(topics)]
        Session.objects.bulk_update(sessions, ["topic"])


def _limit(center, categories):
    """So that many get their turn at what is wanted most."""
    for slug, most, period in [("night-school", 3, Period.WEEK), ("canteen", 1, Period.DAY)]:
        Limit.objects.create(center=center, category=categories[slug], most=most, period=period)
