"""All that is kept about a user and the people they care for, in one piece.

As 个人信息保护法 art. 45 asks for: to read, and to take along. Notes on health are in it where the
user may read them; reading one's own is not logged.
"""

from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from accounts.models import Consent, Person
from activities.models import Question
from bookings import feeds
from bookings.models import Booking, Feedback, Follow, Place, Reading, RoomBooking
from bookings.own_answers import OwnAnswers
from bookings.summaries import Summary
from notices.kinds import Group
from notices.models import Channel, Notice, Preference
from partners.models import Paper, SurveyAnswer
from partners.survey_answers import value_of


def copy_of(user, *, in_words=False, at=None) -> dict:
    """Plain values only: texts, numbers, dates and moments, lists and dictionaries of them.

    States and kinds are the codes they are stored as or, `in_words`, as people read them.
    """
    say = _in_words if in_words else getattr
    return {
        "made_at": at or timezone.now(),
        "account": _account(user, say),
        "people": [_person(care, say) for care in _cares(user)],
        "bookings": [_booking(booking, user, say) for booking in _bookings(user)],
        "room_bookings": [_room_booking(each, say) for each in _room_bookings(user)],
        "room_waits": [_room_wait(each) for each in user.room_waits.select_related("room")],
        "follows": [str(each) for each in Follow.objects.filter(user=user).with_names()],
        "feedback": [_feedback(each) for each in _feedback_of(user)],
        "letters": [_letter(each) for each in user.letters_written.select_related("center")],
        "surveys": [_response(each, say) for each in _responses(user)],
        "votes": [_vote(each) for each in user.votes.select_related("need")],
        "messages": [_message(each, say) for each in Notice.objects.visible_to(user)],
        "readings": [_reading(each) for each in readings_for(user)],
    }


def readings_for(user):
    """Who has looked at what this user's people said on health, the latest first."""
    theirs = Place.objects.filter(person__in=Person.objects.in_care_of(user)).values("booking")
    return Reading.objects.filter(booking__in=theirs).select_related("by", "booking__activity")


def _in_words(thing, name):
    return getattr(thing, f"get_{name}_display")()


def _account(user, say):
    return {
        "name": user.name,
        "phone": user.phone,
        "email": user.email,
        "language": user.language,
        "elder_view": user.elder_view,
        "letters": user.letters,
        "high_contrast": user.high_contrast,
        "joined_at": user.date_joined,
        "wants_to_be_told": _preference(user, say),
        "calendar_feed": {"address": feeds.address_of(user)},
        "acts_for": [
            str(membership.partner)
            for membership in user.partner_memberships.filter(ended_at=None).select_related(
                "partner"
            )
        ],
        "applied_as_a_partner": [
            {
                "name": partner.name,
                "state": say(partner, "status"),
                "offer": partner.offer,
                "contact": f"{partner.contact_name} {partner.contact_phone}".strip(),
                "applied_at": partner.created_at,
                "papers": [paper.name for paper in partner.papers.all()],
            }
            for partner in user.partner_applications.prefetch_related(
                Prefetch("papers", Paper.objects.filter(agreement=None))
            )
        ],
    }


def _preference(user, say):
    """None where they have never said how."""
    mine = Preference.objects.filter(user=user).first()
    if mine is None:
        return None
    words = say is _in_words
    return {
        "ways": {
            str(Group(group).label) if words else group: str(Channel(way).label) if words else way
            for group, way in mine.ways.items()
        },
        "reminders": mine.reminders,
        "news": mine.news,
        "feedback": mine.feedback,
        "lead": say(mine, "lead"),
        "quiet_from": mine.quiet_from if mine.is_quiet else None,
        "quiet_until": mine.quiet_until if mine.is_quiet else None,
    }


def _cares(user):
    return user.cares.active().select_related("person").prefetch_related(
        Prefetch("person__consents", Consent.objects.order_by("given_at")), "person__collectors"
    )  # fmt: skip


def _person(care, say):
    person = care.person
    return {
        "name": person.name,
        "birth_date": person.birth_date,
        "phone": person.phone,
        "area": person.area,
        "role": say(care, "role"),
        "since": care.created_at,
        "consents": [
            {
                "kind": say(each, "kind"),
                "version": each.version,
                "how": say(each, "channel"),
                "given_at": each.given_at,
                "withdrawn_at": each.withdrawn_at,
            }
            for each in person.consents.all()
        ],
        "collectors": [
            {"name": each.name, "relation": each.relation, "phone": each.phone}
            for each in person.collectors.all()
            if each.ended_at is None
        ],
    }


def _bookings(user):
    asks = Question.objects.filter(activity=OuterRef("activity"))
    visible = Booking.objects.visible_to(user).for_pages(user)
    return visible.annotate(asks=Exists(asks)).order_by("-created_at")


def _booking(booking, user, say):
    own = OwnAnswers(Summary(booking), user)
    return {
        "reference": booking.reference,
        "activity": str(booking.activity),
        "state": say(booking, "status"),
        "how": say(booking, "channel"),
        "booked_at": booking.created_at,
        "canceled_at": booking.canceled_at,
        "places": [_place(place) for place in booking.places.all()],
        "answers": [
            {
                "question": str(line.question),
                "person": str(line.person) if line.person else None,
                "answer": line.words if say is _in_words else line.answer,
            }
            for line in own.lines
        ],
    }


def _place(place):
    return {
        "person": place.person.name,
        "starts_at": place.session.starts_at,
        "ends_at": place.session.ends_at,
        "canceled_at": place.canceled_at,
        "came_at": place.checked_in_at,
        "not_there_at": place.absent_at,
        "left_at": place.checked_out_at,
        "left_with": place.checked_out_with,
    }


def _room_bookings(user):
    return RoomBooking.objects.visible_to(user).with_room().order_by("-starts_at")


def _room_booking(booking, say):
    return {
        "reference": booking.reference,
        "room": str(booking.room),
        "purpose": booking.purpose,
        "headcount": booking.headcount,
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "state": say(booking, "status"),
        "booked_at": booking.created_at,
    }


def _room_wait(wait):
    return {
        "room": str(wait.room) if wait.room else None,
        "headcount": wait.headcount,
        "starts_at": wait.starts_at,
        "ends_at": wait.ends_at,
        "ended_at": wait.ended_at,
    }


def _feedback_of(user):
    theirs = Feedback.objects.filter(person__in=Person.objects.in_care_of(user))
    return theirs.select_related("person", "session__activity")


def _feedback(given):
    return {
        "person": given.person.name,
        "activity": str(given.session.activity),
        "starts_at": given.session.starts_at,
        "marks": given.marks,
        "line": given.line,
        "given_at": given.created_at,
    }


def _letter(letter):
    return {
        "center": str(letter.center),
        "code": letter.code,
        "written_at": letter.received_at,
        "text": letter.text,
        "name": letter.name,
        "contact": letter.contact,
        "has_photo": bool(letter.photo),
        "answered_at": letter.answered_at,
        "answer": letter.answer,
    }


def _responses(user):
    answers = SurveyAnswer.objects.select_related("question").order_by("question__order")
    mine = user.survey_responses.select_related("survey")
    return mine.prefetch_related(Prefetch("answers", answers))


def _response(response, say):
    words = str if say is _in_words else value_of
    return {
        "survey": str(response.survey),
        "answered_at": response.submitted_at,
        "answers": [
            {"question": str(each.question), "answer": words(each)}
            for each in response.answers.all()
        ],
    }


def _vote(vote):
    return {"need": str(vote.need), "people": vote.people, "given_at": vote.created_at}


def _message(notice, say):
    return {
        "told_at": notice.shown_at,
        "sent_at": notice.sent_at,
        "how": say(notice, "channel"),
        "to": notice.address,
        "subject": notice.subject,
        "text": notice.body,
        "read_at": notice.read_at,
    }


def _reading(reading):
    return {
        "at": reading.at,
        "by": str(reading.by),
        "where": reading.where,
        "booking": reading.booking.reference,
        "activity": str(reading.booking.activity),
    }
