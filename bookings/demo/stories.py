"""What the people of the accounts have done, through the same services as everybody else."""

from datetime import datetime, time, timedelta
from itertools import islice

from django.utils import timezone

from activities import posting, revisions
from activities.models import Activity, Category, Session, WishedTime
from activities.timetable import Rule
from bookings import changes, rules, services, standing_slots
from bookings.demo import accounts
from bookings.demo.places import rooms_of
from bookings.models import Booking, BookingChannel, RoomBooking, RoomBookingStatus, RoomWait
from bookings.room_series import ask_for_series
from bookings.series_dates import SeriesWish
from partners.models import StandingSlot
from venues import closures, takings
from venues.models import Closure, TakingKind

YOGA, LUNCH = "夜校：舒缓瑜伽", "长者食堂：午饭"
BAKING, TEA = "周末烘焙", "围炉煮茶"
A_DAY, AN_HOUR, JUST_NOW = timedelta(days=1), timedelta(hours=1), timedelta()


def before_the_crowd(cast, outbox, *, at):
    """Who is quick gets a place, also where it is always full."""
    _book(outbox, cast.with_child, "家长学校", at=at)
    _book_course(outbox, cast.resident, "夜校：毛笔小楷入门", at=at)
    _book(outbox, cast.resident, YOGA, at=at)
    for _day in range(3):
        _book(outbox, cast.grandmother, LUNCH, at=at)
    _book(outbox, cast.grandmother, "长者面点课", at=at)
    _book(outbox, cast.grandchild, "夜校：吉他弹唱", at=at)


def in_the_past(cast, crowd):
    """They have been here before."""
    for party, title, times in [(cast.resident, YOGA, 4), (cast.grandmother, LUNCH, 8)]:
        over = [session for session in crowd.sessions[title] if session.is_over(crowd.at)]
        for session in over[-times:]:
            crowd.book(party, [session], asked_at=session.booking_opens_at + AN_HOUR)


def after_the_crowd(cast, outbox, *, at):
    """They wait in line, one is offered a place, and an evening is called off."""
    staff = cast.users[accounts.WORKER]
    _book(outbox, cast.resident, "剪纸", at=at, ago=JUST_NOW)
    if session := _book(outbox, cast.resident, BAKING, at=at, ago=JUST_NOW):
        _somebody_gives_back(outbox, session, at=at)
    evening = Session.objects.filter(places__person=cast.resident.people[0]).coming(at)
    if evening := evening.filter(activity__title=YOGA).first():
        changes.call_off(evening, reason="老师生病，下次照常", by=staff, at=at)
        outbox.deliver(at)


def a_family_is_passed(cast, residents, outbox, *, at):
    """Two wait for a date that is full; one place comes free, and is offered to one behind them."""
    activity = Activity.objects.select_related("center").get(title=TEA)
    waiting = [cast.with_child, cast.grandchild]
    for session in activity.sessions.open_for_booking(at).filter(starts_at__gt=at + A_DAY):
        able = (each for each in residents.adults if _can_come(each, session, at))
        have_it = list(islice(able, 2))
        if len(have_it) < 2 or not all(_can_come(each, session, at) for each in waiting):
            continue
        for hours, party in zip(range(5, 1, -1), [*have_it, *waiting], strict=True):
            _ask(outbox, activity, session, party, at - hours * AN_HOUR)
        _somebody_gives_back(outbox, session, at=at)
        return


def postings(partners, center, cast, outbox, *, at):
    """A draft, one to change, two to review."""
    writer, staff = cast.users[accounts.PARTNER], cast.users[accounts.WORKER]
    posted = [
        ("砚田书社", "crafts", "春联送到家", "写好春联，送到行动不便的老人家里。", 5),
        ("青禾手作", "crafts", "羊毛毡小动物", "两个小时戳一只小狐狸，十六位。", 1),
        ("梧桐书屋", "reading", "故事接龙", "大人开头，孩子往下讲。", 0.1),
    ]
    for partner, category, title, description, days in posted:
        by = writer if partner == "砚田书社" else partners[partner].members.get().user
        activity = Activity(
            partner=partners[partner],
            center=center,
            category=Category.objects.get(slug=category),
            title=title,
            description=description,
            wish="一个周六下午，要长桌，二十人以内。",
        )
        submitted_at = at - timedelta(days=days)
        wishes = _wished_by(activity, at) if partner == "青禾手作" else None
        posting.save_draft(activity, by=by, wishes=wishes, at=submitted_at - AN_HOUR)
        posting.submit(activity, by=by, at=submitted_at)
        outbox.deliver(submitted_at)
        if partner == "砚田书社":
            _ask_back_and_draft_another(outbox, activity, by, staff, at=at)
    _change_what_is_published(partners["砚田书社"], writer, at=at - 3 * AN_HOUR)


def _change_what_is_published(partner, writer, *, at):
    """A change that waits for the center, while residents still read the old words."""
    typed = partner.activities.published().order_by("pk").first()
    typed.summary = f"{typed.summary.rstrip('。')}，零基础也能跟上。"
    typed.max_age = 75
    typed.bring = "一支旧毛笔，没有也行"
    revisions.submit(revisions.keep(typed, by=writer, at=at), by=writer, at=at)


def _wished_by(activity, at):
    """A Saturday that is free, and three in a room where others are."""
    saturday = timezone.localdate(at) + 14 * A_DAY
    saturday += timedelta(days=(5 - saturday.weekday()) % 7)
    room = rooms_of(activity.center)["书画室"]
    hours = {"starts_at": time(14, 30), "ends_at": time(16, 30), "people": 16}
    return [
        WishedTime(first_day=saturday, **hours),
        WishedTime(first_day=saturday, weeks=3, room=room, **hours),
    ]


TERMS = "用完请关灯关窗，桌椅恢复原样。不在室内吸烟，不做收费活动。有损坏请告诉前台，不用担心。"


def rooms(partners, center, cast, *, at):
    """Rooms taken by neighbors, a standing hour, and one that is shut for a day."""
    known, today = rooms_of(center), timezone.localdate(at)
    center.room_terms.create(text=TERMS, published_at=at - timedelta(days=30))
    meeting, hall = known["小会客室"], known["活动厅西间"]
    span = _span(today + 3 * A_DAY, 14, 16)
    RoomBooking.objects.create(
        room=meeting,
        taking=takings.take(meeting, *span, kind=TakingKind.ROOM_BOOKING, label="读书会碰头"),
        person=cast.resident.people[0],
        booked_by=cast.resident.carer,
        purpose="读书会碰头",
        headcount=6,
        starts_at=span[0],
        ends_at=span[1],
        status=RoomBookingStatus.CONFIRMED,
        request_key="demo-reading",
    )
    starts_at, ends_at = _span(today + 5 * A_DAY, 14, 16)
    RoomBooking.objects.create(
        room=meeting,
        partner=partners["砚田书社"],
        booked_by=cast.users[accounts.PARTNER],
        purpose="备课",
        headcount=4,
        starts_at=starts_at,
        ends_at=ends_at,
        request_key="demo-lesson",
    )
    RoomWait.objects.create(
        center=center,
        room=meeting,
        user=cast.users[accounts.PARTNER],
        headcount=5,
        starts_at=span[0],
        ends_at=span[1],
        created_at=at,
    )
    sunday = today + (7 - today.isoweekday()) * A_DAY
    _agree(partners["榕荫合唱团"], hall, "固定排练", sunday, (9, 11), cast, at=at)
    _agree(partners["砚田书社"], meeting, "书社例会", sunday, (14, 16), cast, at=at)
    standing_slots.ask_about_coming(at)
    _every_week(partners["砚田书社"], known["书画室"], sunday + 9 * A_DAY, cast, at=at)
    starts_at, ends_at = _span(sunday + 3 * A_DAY, 9, 17)
    closures.shut(
        Closure(
            center=center,
            room=known["烘焙教室"],
            starts_at=starts_at,
            ends_at=ends_at,
            reason="烤箱检修",
        )
    )


def _agree(partner, room, purpose, sunday, hours, cast, *, at):
    """Four Sundays by agreement, from next week on."""
    slot = StandingSlot(
        agreement=partner.agreements.first(),
        room=room,
        purpose=purpose,
        first_day=sunday + 7 * A_DAY,
        last_day=sunday + 28 * A_DAY,
        starts_at=time(hours[0]),
        ends_at=time(hours[1]),
        weekdays=[7],
    )
    standing_slots.agree(slot, by=cast.users[accounts.WORKER], at=at)


def _every_week(partner, room, first_day, cast, *, at):
    rule = Rule(
        first_day=first_day,
        last_day=first_day + 14 * A_DAY,
        starts_at=time(12),
        ends_at=time(13),
        weekdays=frozenset({first_day.isoweekday()}),
    )
    wish = SeriesWish(
        room=room,
        rule=rule,
        purpose="抄书",
        headcount=4,
        by=cast.users[accounts.PARTNER],
        request_key="demo-series",
        partner=partner,
    )
    ask_for_series(wish, at=at)


def _ask_back_and_draft_another(outbox, activity, writer, staff, *, at):
    asked_at = at - 2 * A_DAY
    note = "红纸谁来备？周六下午 4 楼有课，能换到 3 楼吗？"
    posting.ask_for_changes(activity, by=staff, note=note, at=asked_at)
    outbox.deliver(asked_at)
    another = Activity(
        partner=activity.partner,
        center=activity.center,
        category=activity.category,
        title="印章体验",
        description="一块石头，一把刀，刻自己的姓。",
    )
    posting.save_draft(another, by=writer, at=at - A_DAY)


def _book(outbox, party, title, *, at, ago=A_DAY):
    """Book the next date these people can come to; None where there is no such date."""
    activity = Activity.objects.select_related("center").get(title=title)
    for session in activity.sessions.open_for_booking(at).filter(starts_at__gt=at + A_DAY):
        asked_at = min(max(session.booking_opens_at + AN_HOUR / 12, at - ago), at)
        if _can_come(party, session, asked_at):
            _ask(outbox, activity, session, party, asked_at)
            return session
    return None


def _can_come(party, session, at):
    return not rules.refusal(
        session.activity, session=session, people=party.people, by=party.carer, at=at
    )


def _book_course(outbox, party, title, *, at):
    activity = Activity.objects.select_related("center").get(title=title)
    _ask(outbox, activity, None, party, at - 2 * A_DAY)


def _ask(outbox, activity, session, party, at):
    services.book(
        activity,
        session=session,
        people=list(party.people),
        by=party.carer,
        channel=BookingChannel.WEB,
        request_key=f"demo-{party.people[0].pk}-{session.pk if session else 'course'}",
        at=at,
    )
    outbox.deliver(at)


def _somebody_gives_back(outbox, session, *, at):
    online = Booking.objects.confirmed().filter(session=session, channel=BookingChannel.WEB)
    booking = online.select_related("activity__center", "booked_by", "session").first()
    services.cancel(booking, by=booking.booked_by, at=at)
    outbox.deliver(at)


def _span(day, first_hour, last_hour):
    starts_at, ends_at = (
        timezone.make_aware(datetime.combine(day, time(hour))) for hour in (first_hour, last_hour)
    )
    return starts_at, ends_at
