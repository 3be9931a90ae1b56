"""One of each thing at one center, and everybody who might look at it."""

from dataclasses import dataclass
from datetime import time, timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import collectors
from accounts import services as people
from accounts.models import ConsentKind
from activities import posting, revisions
from activities.models import (
    Activity,
    Allocation,
    BookingMode,
    CenterRules,
    FreedPlace,
    Question,
    Session,
    Status,
)
from bookings import check_in, feedback, room_check_in, services
from bookings.desk import Call
from bookings.desk import book_for as book_at_the_desk
from bookings.feeds import token_of
from bookings.models import (
    Booking,
    Draw,
    Limit,
    Period,
    RoomBooking,
    RoomImport,
    RoomSeries,
    RoomWait,
)
from bookings.offer_links import link_to
from bookings.room_feeds import staff_feed_of
from notices import unsubscribing
from partners import joining, members
from partners.models import (
    Agreement,
    BoxOpening,
    Need,
    NeedAsk,
    NeedStatus,
    PartnerStatus,
    Role,
    SlotDate,
    StandingSlot,
)
from tests.bookings.booking import book_for
from tests.bookings.drawing import apply_for, draw_of, held, session_to_draw
from tests.desk import district_office, social_worker, superuser
from tests.factories import (
    ActivityFactory,
    AgreementFactory,
    CenterFactory,
    DecisionFactory,
    GuestFactory,
    LetterFactory,
    MeetingFactory,
    NeedFactory,
    NoticeFactory,
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    ResourceFactory,
    RoomFactory,
    SentNoticeFactory,
    SessionFactory,
    SurveyQuestionFactory,
    UserFactory,
)
from venues import takings
from venues.models import (
    CalendarDay,
    CenterRoomRules,
    Closure,
    Equipment,
    OpeningException,
    StaffMember,
    TakingKind,
)

# No two are alike, and none stands in a word of the site: a page with one of them names somebody.
NAMES = {
    "resident": "柳如烟",
    "child": "柳小满",
    "grandmother": "柳阿婆",
    "caller": "柳来电",
    "contact": "柳联系",
    "asking": "柳盼望",
    "member": "柳成员",
    "worker": "柳社工",
    "fetcher": "柳来接",
}
PHONES = {
    "resident": "+8613912340001",
    "grandmother": "+8613912340002",
    "caller": "+8613912340003",
    "contact": "+8613912340004",
    "newcomer": "+8613912340005",
    "member": "+8613912340006",
    "worker": "+8613912340007",
    "fetcher": "+8613912340008",
}
CALL = "the-call"
FILE_WITH_ROOMS = "用途,场地,日期,时间\n排练,天台,2026-12-01,9:00-10:00"


@dataclass(frozen=True)
class House:
    users: dict  # by role; nobody is None
    pieces: dict  # of routes, with the ids of this house; the more exact ones first
    request: dict  # what somebody sends who tries everything


def build():
    center = CenterFactory(slug="here", community="East")
    partner = PartnerFactory(contact_name=NAMES["contact"], contact_phone=PHONES["contact"])
    users = _everybody(center, partner)
    activities = _activities(center, partner, users["member"], users["worker"])
    dates = _dates(activities["published"])
    household = _household(users["resident"])
    bookings = _bookings(users, dates, household)
    drawn, due = _draws(center, users, household)
    pieces = {
        **_of_partners(center, partner, users),
        **_of_rooms(center, partner, users, household),
        **_of_bookings(bookings, dates),
        **_of_feedback(activities["published"]),
        **_of_draws(drawn, due),
        **_of_activities(activities),
        **_of_the_site(users["resident"], center, partner, household, bookings),
        **_of_the_desk(activities["published"], dates["open"], bookings["confirmed"], household),
        **_of_needs(center, partner, users["worker"]),
        **_of_the_box(center),
        **_of_the_upkeep(center, partner, users, household),
    }
    return House(users, pieces, _request(activities, dates, household, bookings))


def _everybody(center, partner):
    rivals = PartnerFactory()
    users = {
        "nobody": None,
        "resident": UserFactory(phone=PHONES["resident"]),
        "neighbor": UserFactory(),
        "member": UserFactory(name=NAMES["member"], phone=PHONES["member"]),
        "rival": UserFactory(),
        "worker": social_worker(center, name=NAMES["worker"], phone=PHONES["worker"]),
        "elsewhere": social_worker(CenterFactory(community="West")),
        "district": district_office(center.district),
        "superuser": superuser(),
    }
    for organization, role in [(partner, "member"), (rivals, "rival")]:
        organization.centers.add(center)
        PartnerMemberFactory(partner=organization, user=users[role])
    for role in ("neighbor", "rival"):
        people.introduce(users[role], role)
    return users


def _activities(center, partner, member, worker):
    """One at each step through the hands of partner and center; what is over has no dates."""
    made = {}
    for state in ("draft", "submitted", "published", "over"):
        activity = ActivityFactory(
            center=center, partner=partner, status=Status.DRAFT, description="A", wish="B",
            freed_place=FreedPlace.OFFERED, pass_on_minutes=15, is_fetched=True,
        )  # fmt: skip
        if state != "draft":
            posting.submit(activity, by=member)
        if state in ("published", "over"):
            posting.publish(activity, by=worker)
        made[state] = activity
    _change(made["published"], member)
    return made


def _change(activity, member):
    """What its partner would like to be different, waiting for the center."""
    typed = Activity.objects.get(pk=activity.pk)
    typed.summary = "Changed words"
    revisions.submit(revisions.keep(typed, by=member), by=member)


def _dates(activity):
    return {
        "open": SessionFactory(activity=activity, places_kept=2, leader=PersonFactory()),
        "full": SessionFactory(activity=activity, capacity=1),
        "freed": SessionFactory(activity=activity, capacity=1),
        "today": SessionFactory(activity=activity),
        "missed": SessionFactory(activity=activity),
    }


def _household(resident):
    born = timezone.localdate() - timedelta(days=8 * 365)
    myself = people.introduce(resident, NAMES["resident"])
    child = people.add_child(resident, name=NAMES["child"], birth_date=born, consented=True)
    collectors.name(child, by=resident, name=NAMES["fetcher"], phone=PHONES["fetcher"])
    return {
        "resident": myself,
        "child": child,
        "grandmother": people.add_adult(
            resident, name=NAMES["grandmother"], phone=PHONES["grandmother"]
        ),
    }


def _bookings(users, dates, household):
    """The household's, one in each state, and one that the desk has made."""
    resident, grandmother = users["resident"], household["grandmother"]
    for _before_grandmother in range(2):
        book_for(PersonFactory(area="East"), session=dates["full"])
    leaving = book_for(PersonFactory(area="East"), session=dates["freed"])
    allergies = Question.objects.create(
        activity=dates["open"].activity,
        text="Allergies",
        purpose="To cook",
        is_sensitive=True,
        is_per_person=True,
    )
    made = {
        "confirmed": book_for(
            household["resident"],
            household["child"],
            session=dates["open"],
            by=resident,
            answers={str(allergies.pk): {str(household["child"].pk): "Peanuts"}},
            agreed=[household["child"]],
        ),
        "waiting": book_for(grandmother, session=dates["full"], by=resident),
        "offered": book_for(grandmother, session=dates["freed"], by=resident),
        "held": book_for(grandmother, session=dates["today"], by=resident),
        "fetched": book_for(household["child"], session=dates["today"], by=resident),
    }
    allergies.retired_at = timezone.now()
    allergies.save()
    services.cancel(leaving, by=leaving.booked_by)
    made["offered"].refresh_from_db()
    made["missed"] = book_for(PersonFactory(area="East"), session=dates["missed"])
    caller = PersonFactory(name=NAMES["caller"], phone=PHONES["caller"], area="East")
    call = Call(dates["open"].activity, [grandmother], users["worker"], CALL, asked_by=caller)
    book_at_the_desk(call, [dates["open"]])
    # People are marked on the day, and nobody books what has begun.
    now, hour = timezone.now(), timedelta(hours=1)
    today = Session.objects.filter(pk=dates["today"].pk)
    today.update(starts_at=now - hour, ends_at=now + hour)
    made["fetched"].places.update(checked_in_at=now)
    Session.objects.filter(pk=dates["missed"].pk).update(starts_at=now - hour, ends_at=now)
    made["missed"].places.update(absent_at=now)
    Booking.objects.filter(pk=made["held"].pk).update(confirmed_at=now - 2 * hour)
    return made


def _draws(center, users, household):
    """One that has been held, with the household in it, and one that waits for its number."""
    made = []
    # The household has something on several days, always at this hour.
    at_another_hour = timezone.now() + timedelta(days=9, hours=3)
    for _draw in range(2):
        activity = ActivityFactory(center=center, allocation=Allocation.DRAW)
        session = session_to_draw(activity=activity, capacity=1, starts_at=at_another_hour)
        apply_for(session, 1)
        made.append(draw_of(session))
    drawn, due = made
    book_for(household["grandmother"], session=drawn.session, by=users["resident"])
    past = timezone.now() - timedelta(hours=1)
    Draw.objects.filter(pk=due.pk).update(committed_at=past, closes_at=past, number_due_at=past)
    held(drawn, by=users["worker"])
    return drawn, due


def _of_draws(drawn, due):
    return {
        "activities/<int:pk>/draw/<int:draw>": f"activities/{drawn.activity_id}/draw/{drawn.pk}",
        "activities/<int:pk>/draw": f"activities/{drawn.activity_id}/draw",
        "activity/<path:object_id>/prepare": f"activity/{drawn.activity_id}/prepare",
        "session/<path:object_id>/prepare": f"session/{due.session_id}/prepare",
        "draw/<path:object_id>": f"draw/{due.pk}",
    }


def _of_bookings(bookings, dates):
    place, waiting, offered = (
        bookings["held"].places.get(),
        bookings["waiting"],
        bookings["offered"],
    )
    missed = bookings["missed"].places.get()
    excuse = "places/{}/excuse"
    return {
        "<int:place>/out": f"{bookings['fetched'].places.get().pk}/out",
        "roster/places/<int:place>/excuse": f"roster/{excuse.format(missed.pk)}",
        "person/<path:object_id>/waive": f"person/{missed.person_id}/waive",
        f"sessions/<int:pk>/roster/{excuse.format(missed.pk)}": (
            f"sessions/{missed.session_id}/roster/{excuse.format(missed.pk)}"
        ),
        "roster/places/<int:place>": f"roster/places/{place.pk}",
        "roster/bookings/<int:booking>": f"roster/bookings/{waiting.pk}",
        **{
            f"sessions/<int:pk>/roster/{piece}": f"sessions/{place.session_id}/roster/{piece}"
            for piece in ("places", "rest", "pass-on")
        },
        "sessions/<int:pk>/roster/bookings": f"sessions/{dates['full'].pk}/roster/bookings",
        "sessions/<int:pk>/roster/walk-in": f"sessions/{dates['full'].pk}/roster/walk-in",
        "sessions/<int:pk>/line": f"sessions/{dates['full'].pk}/line",
        "partner/sessions/<int:pk>": f"partner/sessions/{dates['today'].pk}",
        "sessions/<int:pk>": f"sessions/{dates['open'].pk}",
        "bookings/<int:pk>/health": f"bookings/{bookings['confirmed'].pk}/health",
        "offers/<str:token>": link_to(offered).strip("/"),
        "<slug:reference>/accept": f"{offered.reference}/accept",
        "<slug:reference>/decline": f"{offered.reference}/decline",
        "booking/<path:object_id>/accept": f"booking/{offered.pk}/accept",
        "booking/<path:object_id>/let_in": f"booking/{waiting.pk}/let_in",
    }


def _of_feedback(activity):
    """As many as it takes for an average, and one more who has not answered."""
    session = SessionFactory(activity=activity)
    people = [PersonFactory(area="East") for _each in range(feedback.ENOUGH + 1)]
    *_answered, asked = [book_for(person, session=session) for person in people]
    now = timezone.now()
    over = {"starts_at": now - timedelta(hours=3), "ends_at": now - timedelta(hours=2)}
    Session.objects.filter(pk=session.pk).update(**over)
    session.places.update(checked_in_at=now)
    for place in session.places.exclude(booking=asked).select_related("session"):
        feedback.give(place, marks=5, line="Warm")
    return {"feedback/<str:token>": feedback.link_to(asked, session).strip("/")}


def _of_activities(activities):
    draft, submitted, published = (
        activities[state].pk for state in ("draft", "submitted", "published")
    )
    return {
        "partner/activities/<int:pk>/edit": f"partner/activities/{draft}/edit",
        "partner/activities/<int:pk>/autosave": f"partner/activities/{draft}/autosave",
        "admin/revisions/<int:pk>": f"admin/revisions/{activities['published'].revisions.get().pk}",
        "partner/activities/<int:pk>/submit": f"partner/activities/{draft}/submit",
        "activities/<int:pk>": f"activities/{published}",
        "activity/<path:object_id>/publish": f"activity/{submitted}/publish",
        "activity/<path:object_id>/ask": f"activity/{submitted}/ask",
        "activity/<path:object_id>/archive": f"activity/{activities['over'].pk}/archive",
        "<int:activity_id>": f"{published}",
        "<path:content_type_id>/<path:object_id>": (
            f"{ContentType.objects.get_for_model(Activity).pk}/{published}"
        ),
    }


def _of_the_site(resident, center, partner, household, bookings):
    child, booking, held = household["child"], bookings["confirmed"], bookings["held"]
    link = f"/bookings/{booking.reference}/"
    sent = SentNoticeFactory(recipient=resident, link=link, body=", ".join(NAMES.values()))
    given_up = NoticeFactory(recipient=resident, link=link, gave_up_at=timezone.now())
    SentNoticeFactory(recipient=None, address=PHONES["newcomer"], is_private=True)
    return {
        "<slug:reference>": booking.reference,
        "<slug:slug>": center.slug,
        "staff/check-in/<str:token>": f"staff/check-in/{check_in.token_of(held)}",
        "/check-in/<str:token>": f"/check-in/{check_in.poster_token(held.activity)}",
        "/unsubscribe/<str:token>": _last_mail_to(resident),
        "<str:token>": token_of(resident),
        "<str:request_key>": CALL,
        "partners/<int:pk>": f"partners/{partner.pk}",
        **_of_meetings(center, partner),
        "partner/<int:pk>": f"partner/{partner.pk}",
        "partner/resources/<int:pk>": f"partner/resources/{_resource(partner).pk}",
        "messages/<int:pk>": f"messages/{sent.pk}",
        "<int:collector>": f"{child.collectors.get().pk}",
        "<int:consent>": f"{child.consents.get(kind=ConsentKind.CHILD).pk}",
        "people/<int:pk>": f"people/{child.pk}",
        "notice/<path:object_id>/send": f"notice/{given_up.pk}/send",
        "notice/<path:object_id>": f"notice/{sent.pk}",
    }


def _of_needs(center, partner, worker):
    """One that the partner is asked about, one that they have taken on, one for whoever likes."""
    asked, open_one = (NeedFactory(center=center) for _each in range(2))
    taken = NeedFactory(center=center, partner=partner, status=NeedStatus.MATCHED)
    question = NeedAsk.objects.create(need=asked, partner=partner, asked_by=worker)
    return {
        "<int:need>": f"{open_one.pk}",
        "<int:partner>": f"{partner.pk}",
        "partner/asks/<int:pk>": f"partner/asks/{question.pk}",
        "questions/<int:pk>": f"questions/{question.pk}",
        "partner/needs/<int:pk>": f"partner/needs/{taken.pk}",
    }


def _of_meetings(center, partner):
    """The partner is invited to one in two weeks, and has something to do since."""
    meeting = MeetingFactory(center=center, invited_at=timezone.now())
    guest = GuestFactory(meeting=meeting, partner=partner)
    decision = DecisionFactory(meeting=meeting, partner=partner)
    return {
        "admin/partners/meeting/<path:object_id>": f"admin/partners/meeting/{meeting.pk}",
        "admin/partners/decision/<path:object_id>": f"admin/partners/decision/{decision.pk}",
        "partner/meetings/<int:pk>": f"partner/meetings/{guest.pk}",
        "partner/decisions/<int:pk>": f"partner/decisions/{decision.pk}",
        "staff/meetings/<int:pk>": f"staff/meetings/{meeting.pk}",
        "guests/<int:guest>": f"guests/{guest.pk}",
    }


def _of_the_box(center):
    """A letter with a name and a phone, for staff only, and what everybody may say."""
    letter = LetterFactory(center=center, name=NAMES["caller"], contact=PHONES["caller"])
    need = NeedFactory(center=center, status=NeedStatus.GATHERED)
    opening = BoxOpening.objects.create(center=center, due_on=timezone.localdate())
    question = SurveyQuestionFactory(survey__center=center, kind="text")
    return {
        "box/<str:code>": f"box/{letter.code}",
        "letter/<path:object_id>": f"letter/{letter.pk}",
        "letter/<int:pk>": f"letter/{letter.pk}",
        "<int:letter>": f"{letter.pk}",
        "boxopening/<path:object_id>": f"boxopening/{opening.pk}",
        "/needs/<int:pk>": f"/needs/{need.pk}",
        "surveys/<int:pk>": f"surveys/{question.survey_id}",
        "survey/<path:object_id>": f"survey/{question.survey_id}",
        "<int:question>": f"{question.pk}",
    }


def _last_mail_to(user):
    notice = NoticeFactory.build(kind="bookings/reminder", recipient=user)
    return "/" + unsubscribing.link_in(notice).split("/", 3)[3].strip("/")


def _of_the_desk(activity, session, booking, household):
    new = PersonFactory(area="East")
    return {
        "person/<path:object_id>/retire": f"person/{new.pk}/retire",
        "person/<path:object_id>": f"person/{household['resident'].pk}",
        "category/<path:object_id>": f"category/{activity.category_id}",
        "activity/<path:object_id>": f"activity/{activity.pk}",
        "session/<path:object_id>": f"session/{session.pk}",
        "/booking/<path:object_id>": f"/booking/{booking.pk}",
    }


def _resource(partner):
    """Promised, so that whoever removes it is told that it cannot be."""
    resource = ResourceFactory(partner=partner)
    AgreementFactory(partner=partner, center=partner.centers.first()).resources.add(resource)
    return resource


def _of_partners(center, partner, users):
    """An application of the resident, a paper of the partner, its other manager, who invites."""
    applied = PartnerFactory(status=PartnerStatus.APPLIED, applied_by=users["resident"])
    applied.centers.add(center)
    other = PartnerMemberFactory(partner=partner)
    file = ContentFile(b"%PDF-1.4 %%EOF", name="license.pdf")
    [paper] = joining.keep_papers(partner, [(file, "application/pdf")], by=other.user)
    asked = members.invite(partner, address="new@example.org", role=Role.VIEWER, by=other.user)
    return {
        "partners/applications/<int:pk>": f"partners/applications/{applied.pk}",
        "partners/papers/<int:pk>": f"partners/papers/{paper.pk}",
        "partner/members/<int:pk>": f"partner/members/{other.pk}",
        "partner/invited/<int:pk>": f"partner/invited/{asked.pk}",
        "partner/invitations/<str:token>": f"partner/invitations/{asked.token}",
        "partner/<path:object_id>/approve": f"partner/{applied.pk}/approve",
        "partner/<path:object_id>/decline": f"partner/{applied.pk}/decline",
    }


def _of_rooms(center, partner, users, household):
    room = RoomFactory(floor__center=center)
    tomorrow = timezone.now() + timedelta(days=1)
    asked = RoomBooking.objects.create(
        room=room,
        person=household["resident"],
        booked_by=users["resident"],
        headcount=2,
        starts_at=tomorrow,
        ends_at=tomorrow + timedelta(hours=1),
    )
    wait = RoomWait.objects.create(
        center=center,
        room=room,
        user=users["resident"],
        headcount=2,
        starts_at=tomorrow,
        ends_at=tomorrow + timedelta(hours=1),
    )
    series = RoomSeries.objects.create(
        room=room,
        person=household["resident"],
        booked_by=users["resident"],
        headcount=2,
        weekdays=[1],
        first_day=tomorrow.date(),
        last_day=tomorrow.date(),
        starts_at=time(10),
        ends_at=time(11),
    )
    RoomBooking.objects.create(
        room=room,
        series=series,
        person=household["resident"],
        booked_by=users["resident"],
        headcount=2,
        starts_at=tomorrow + timedelta(days=1),
        ends_at=tomorrow + timedelta(days=1, hours=1),
    )
    file = RoomImport.objects.create(
        center=center, by=users["worker"], name="rooms.csv", content=FILE_WITH_ROOMS.encode()
    )
    slot_date = _slot_date(room, partner, users["worker"])
    return {
        "standingslot/<path:object_id>": f"standingslot/{slot_date.slot_id}",
        "rooms/slots/<int:pk>": f"rooms/slots/{slot_date.pk}",
        "agreements/<int:pk>": f"agreements/{slot_date.slot.agreement_id}",
        "roomwait/<path:object_id>": f"roomwait/{wait.pk}",
        "staff/rooms/check-in/<str:token>": f"staff/rooms/check-in/{room_check_in.token_of(asked)}",
        "rooms/here/<str:token>": f"rooms/here/{room_check_in.poster_token(room)}",
        "rooms/waits/<int:pk>": f"rooms/waits/{wait.pk}",
        "roomseries/<path:object_id>": f"roomseries/{series.pk}",
        "rooms/series/<slug:reference>": f"rooms/series/{series.reference}",
        "roombooking/<path:object_id>": f"roombooking/{asked.pk}",
        "rooms/bookings/<slug:reference>": f"rooms/bookings/{asked.reference}",
        "rooms/import/<int:pk>": f"rooms/import/{file.pk}",
        "rooms/<int:pk>/calendar/<str:token>": staff_feed_of(room, users["worker"])[1:-4],
        "rooms/<int:pk>": f"rooms/{room.pk}",
    }


def _slot_date(room, partner, by):
    next_week = timezone.localdate() + timedelta(days=7)
    agreement = Agreement.objects.create(
        partner=partner, center=room.center, title="Chess", starts_on=next_week
    )
    slot = StandingSlot.objects.create(
        agreement=agreement,
        room=room,
        purpose="Chess",
        first_day=next_week,
        last_day=next_week,
        starts_at=time(10),
        ends_at=time(11),
        weekdays=[next_week.isoweekday()],
        created_by=by,
    )
    starts_at = timezone.now() + timedelta(days=7)
    taking = takings.take(
        room, starts_at, starts_at + timedelta(hours=1), kind=TakingKind.STANDING_SLOT
    )
    return SlotDate.objects.create(
        slot=slot, taking=taking, starts_at=taking.starts_at, ends_at=taking.ends_at
    )


def _of_the_upkeep(center, partner, users, household):
    now, today = timezone.now(), timezone.localdate()
    hour = {"starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=1, hours=1)}
    room = RoomBooking.objects.first().room
    rows = [
        CenterRules.objects.create(center=center),
        Limit.objects.create(center=center, period=Period.DAY, most=9),
        users["resident"],
        center.district,
        center,
        partner,
        room,
        StaffMember.objects.get(user=users["worker"]),
        CalendarDay.objects.create(date=today, kind="holiday"),
        Closure.objects.create(center=center, room=room, reason="Water", **hour),
        OpeningException.objects.create(center=center, date=today),
        Equipment.objects.create(center=center, name="Projector", stock=2),
        CenterRoomRules.objects.get_or_create(center=center)[0],
        Agreement.objects.create(partner=partner, center=center, title="A year", starts_on=today),
        Need.objects.create(center=center, title="Chess", asked_by=NAMES["asking"]),
        RoomBooking.objects.first(),
    ]
    names = [f"{row._meta.model_name}/<path:object_id>" for row in rows]
    return {
        name: name.replace("<path:object_id>", str(row.pk))
        for name, row in zip(names, rows, strict=True)
    }


def _request(activities, dates, household, bookings):
    return {
        "person": household["child"].pk,
        "session": dates["full"].pk,
        "places": bookings["confirmed"].places.first().pk,
        "category": activities["draft"].category_id,
        "booking_mode": BookingMode.SINGLE,
        "mark": "came",
        "answer": "accept",
        "all": "1",
        "to": f"guardian-{household['child'].cares.get().pk}",
        "came": bookings["held"].places.get().pk,
        "booking": bookings["waiting"].pk,
        "where": "front",
        "request_key": "meddling",
        "book": "1",
        "name": "Changed",
        "title": "Changed",
        "reason": "Changed",
        "note": "Changed",
        "text": "Changed",
        "people": "2",
        "papers": "3",
    }
