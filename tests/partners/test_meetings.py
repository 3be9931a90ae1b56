from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils import translation

from notices.models import Notice
from partners import meetings
from partners.meetings import MeetingRefused
from partners.models import Guest, Meeting, PartnerStatus, Role
from tests.factories import (
    CenterFactory,
    GuestFactory,
    MeetingFactory,
    NeedFactory,
    PartnerFactory,
    PartnerMemberFactory,
    UserFactory,
)
from tests.races import while_held

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=14)


def partner_at(center, members=1, **more):
    partner = PartnerFactory(**more)
    partner.centers.add(center)
    PartnerMemberFactory.create_batch(members, partner=partner)
    return partner


def planned(partners=0, *, center=None, **more):
    meeting = MeetingFactory(center=center or CenterFactory(), starts_at=LATER, **more)
    for _each in range(partners):
        Guest.objects.create(meeting=meeting, partner=partner_at(meeting.center))
    return meeting


def invited(partners=1, **more):
    meeting = planned(partners, **more)
    meetings.send_invitations(meeting, at=NOW)
    return meeting


def told(fact):
    return Notice.objects.filter(kind=f"partners/{fact}")


def refused(call):
    with pytest.raises(MeetingRefused) as caught, translation.override("en"):
        call()
    return str(caught.value.reason)


def test_all_active_partners_of_the_center_are_put_on_the_list_once():
    meeting = planned()
    here, _twice = partner_at(meeting.center), partner_at(CenterFactory())
    paused = partner_at(meeting.center, status=PartnerStatus.SUSPENDED)

    assert meetings.choose(meeting, [here, _twice, paused], at=NOW) == 1
    assert meetings.choose(meeting, [here], at=NOW) == 0
    assert [guest.partner for guest in meeting.guests.all()] == [here]
    assert not told("meeting_invited").exists()


def test_everybody_who_acts_for_a_guest_is_invited_once():
    meeting = planned()
    partner = partner_at(meeting.center, members=2)
    left = PartnerMemberFactory(partner=partner, ended_at=NOW)
    meetings.choose(meeting, [partner], at=NOW)

    assert meetings.send_invitations(meeting, at=NOW) == 1

    assert told("meeting_invited").count() == 2
    assert not told("meeting_invited").filter(recipient=left.user).exists()
    assert "already" in refused(lambda: meetings.send_invitations(meeting, at=NOW))
    meeting.refresh_from_db()
    assert meeting.invited_at == NOW


def test_who_is_not_active_any_more_is_not_invited():
    meeting = planned(2)
    gone, stays = [guest.partner for guest in meeting.guests.order_by("pk")]
    gone.status = PartnerStatus.ENDED
    gone.save()

    meetings.send_invitations(meeting, at=NOW)

    assert [guest.partner for guest in meeting.guests.all()] == [stays]
    assert told("meeting_invited").count() == 1


def test_who_is_added_after_the_invitations_is_told_at_once():
    meeting = invited()
    late = partner_at(meeting.center)

    meetings.choose(meeting, [late], at=NOW)

    assert told("meeting_invited").filter(recipient__partner_memberships__partner=late).exists()
    assert told("meeting_invited").count() == 2


def test_nobody_is_invited_to_an_empty_table():
    assert "choose" in refused(lambda: meetings.send_invitations(planned(), at=NOW))


def test_inviting_takes_as_many_statements_for_45_as_for_one(django_assert_num_queries):
    for number in (1, 45):
        meeting = Meeting.objects.select_related("center").get(pk=planned(number).pk)
        # The center is read anew under the lock; the list loses who is inactive.
        with django_assert_num_queries(9):
            meetings.send_invitations(meeting, at=NOW)

    assert told("meeting_invited").count() == 46


def test_a_guest_is_taken_off_only_before_the_invitations():
    meeting = planned(1)
    meetings.remove(meeting.guests.get())
    assert not meeting.guests.exists()

    assert "call them" in refused(lambda: meetings.remove(invited().guests.get()))


def test_open_needs_come_onto_the_agenda_the_overdue_and_most_wanted_first():
    center = CenterFactory()
    meeting = planned(center=center)
    meeting.agenda.create(title="Welcome", order=1)
    quiet, wanted, late = (NeedFactory(center=center, is_public=public) for public in (0, 1, 1))
    wanted.votes.create(user=UserFactory(), people=3)
    late.answer_by = NOW - timedelta(days=1)
    late.save()
    NeedFactory(center=center, status="closed")
    NeedFactory()

    assert meetings.put_needs_on_agenda(meeting, at=NOW) == 3
    assert meetings.put_needs_on_agenda(meeting, at=NOW) == 0
    assert [item.need for item in meeting.agenda.all()] == [None, late, wanted, quiet]


def test_a_guest_answers_and_changes_it_until_it_begins():
    guest, member = invited().guests.get(), UserFactory()

    meetings.answer(guest, coming=True, people=3, note=" By bus ", by=member, at=NOW)
    guest.refresh_from_db()
    assert (guest.answer, guest.people, guest.note, guest.answered_by) == (
        "coming", 3, "By bus", member,
    )  # fmt: skip

    meetings.answer(guest, coming=False, people=3, by=member, at=NOW)
    guest.refresh_from_db()
    assert (guest.answer, guest.people, guest.note) == ("not_coming", 1, "")
    say = partial(meetings.answer, guest, coming=True, by=member)
    assert "begun" in refused(lambda: say(at=LATER))


def test_the_answers_are_counted():
    meeting = invited(3)
    first, second, _silent = meeting.guests.order_by("pk")
    meetings.answer(first, coming=True, people=4, by=None, at=NOW)
    meetings.answer(second, coming=False, by=None, at=NOW)

    found = Meeting.objects.with_answers().get()

    assert (found.invited, found.coming, found.people, found.silent) == (3, 1, 4, 1)
    empty = Meeting.objects.with_answers().get(pk=planned().pk)
    assert (empty.invited, empty.coming, empty.people, empty.silent) == (0, 0, 0, 0)


def test_the_silent_are_asked_once_a_day():
    meeting = invited(2)
    meetings.answer(meeting.guests.first(), coming=True, by=None, at=NOW)

    assert meetings.remind_silent(meeting, at=NOW) == 1
    meetings.remind_silent(meeting, at=NOW + timedelta(hours=1))
    assert told("meeting_silent").count() == 1
    meetings.remind_silent(meeting, at=NOW + timedelta(days=1))
    assert told("meeting_silent").count() == 2
    assert "first" in refused(lambda: meetings.remind_silent(planned(1), at=NOW))


@pytest.mark.parametrize(
    ("before", "asked"), [(timedelta(days=3, minutes=1), 0), (timedelta(days=3), 1)]
)
def test_three_days_before_the_silent_are_asked_by_themselves(before, asked):
    invited()

    for minutes in (0, 60):
        meetings.remind_due(LATER - before + timedelta(minutes=minutes * asked))

    assert told("meeting_silent").count() == asked


def test_nobody_is_asked_again_on_the_day_of_the_invitation():
    meeting = planned(1)
    meetings.send_invitations(meeting, at=LATER - timedelta(days=2))

    meetings.remind_due(LATER - timedelta(days=2) + timedelta(hours=2))
    assert not told("meeting_silent").exists()
    meetings.remind_due(LATER - timedelta(days=1))
    assert told("meeting_silent").count() == 1


def test_another_time_is_told_and_asks_anew():
    meeting = invited()
    guest = meeting.guests.get()
    meetings.answer(guest, coming=True, people=2, by=None, at=NOW)
    new = LATER + timedelta(days=1)

    meetings.move(meeting, starts_at=new, ends_at=new + timedelta(hours=1), place="Library", at=NOW)

    guest.refresh_from_db()
    assert guest.answer == ""
    context = told("meeting_moved").get().context
    assert (context["old_starts_at"], context["asks_again"]) == (LATER.isoformat(), True)


def test_another_place_is_told_and_the_answers_stay():
    meeting = invited()
    guest = meeting.guests.get()
    meetings.answer(guest, coming=True, people=2, by=None, at=NOW)
    same = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}

    meetings.move(meeting, **same, place="Library", at=NOW)

    guest.refresh_from_db()
    assert guest.answer == "coming"
    assert told("meeting_moved").get().context["asks_again"] is False
    assert "already" in refused(lambda: meetings.move(meeting, **same, place="Library", at=NOW))


def test_everybody_is_told_why_it_is_called_off():
    meeting = invited(2)

    meetings.call_off(meeting, reason="Typhoon", at=NOW)

    assert {each.context["reason"] for each in told("meeting_called_off")} == {"Typhoon"}
    assert told("meeting_called_off").count() == 2
    assert "called off" in refused(lambda: meetings.call_off(meeting, reason="Rain", at=NOW))
    assert "called off" in refused(
        lambda: meetings.answer(meeting.guests.first(), coming=True, by=None, at=NOW)
    )


def test_a_meeting_nobody_was_invited_to_is_called_off_in_silence():
    meetings.call_off(planned(1), reason="Too early", at=NOW)

    assert not Notice.objects.exists()


def test_organizations_are_checked_in_from_the_day_on():
    meeting = invited()
    guest = meeting.guests.get()
    day = LATER - timedelta(hours=1)

    assert "on the day" in refused(lambda: meetings.came(guest, people=2, at=NOW))
    meetings.came(guest, people=2, at=day)
    meetings.came(guest, people=3, at=LATER)
    guest.refresh_from_db()
    assert (guest.came_at, guest.people_came) == (day, 3)

    meetings.not_here(guest)
    guest.refresh_from_db()
    assert (guest.came_at, guest.people_came) == (None, None)


def test_whoever_was_not_on_the_list_is_let_in_once():
    meeting = invited()
    partner = partner_at(meeting.center)

    meetings.walk_in(meeting, partner, people=1, at=LATER)
    meetings.walk_in(meeting, partner, people=2, at=LATER)

    assert meeting.guests.get(partner=partner).people_came == 2


def test_minutes_are_sent_once_to_all_guests():
    meeting = invited(2)
    assert "held" in refused(lambda: meetings.send_minutes(meeting, at=NOW))
    assert "write" in refused(lambda: meetings.send_minutes(meeting, at=LATER))
    Meeting.objects.update(minutes="We talked.")

    assert meetings.send_minutes(meeting, at=LATER) == 2

    assert told("meeting_minutes").count() == 2
    assert "already" in refused(lambda: meetings.send_minutes(meeting, at=LATER))


def test_a_center_is_missed_when_its_last_meeting_is_a_quarter_ago():
    center, never = CenterFactory(), CenterFactory()
    meeting = MeetingFactory(center=center, starts_at=NOW)
    centers = [center, never]

    def missed(days):
        found = meetings.without_a_meeting(centers, NOW + timedelta(days=days))
        return [each["center"] for each in found]

    assert missed(90) == []
    assert missed(91) == [center.pk]
    coming = MeetingFactory(center=center, starts_at=NOW + timedelta(days=100))
    assert missed(91) == []
    coming.called_off_at = NOW
    coming.save()
    assert missed(91) == [center.pk]
    meeting.called_off_at = NOW
    meeting.save()
    assert missed(91) == []


def test_members_see_what_their_partner_was_invited_to_and_posters_answer():
    guest = invited().guests.get()
    viewer = PartnerMemberFactory(partner=guest.partner, role=Role.VIEWER).user
    poster = PartnerMemberFactory(partner=guest.partner, role=Role.POSTER).user
    not_yet = GuestFactory(partner=guest.partner, meeting__invited_at=None)

    assert list(Guest.objects.of_member(viewer)) == [guest]
    assert not Guest.objects.answered_by_member(viewer).exists()
    assert list(Guest.objects.answered_by_member(poster)) == [guest]
    assert not_yet not in Guest.objects.of_member(poster)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_send_invitations_at_once_one_does():
    meeting = planned(2)
    row = Meeting.objects.filter(pk=meeting.pk)
    calls = [
        partial(meetings.send_invitations, Meeting.objects.get(pk=meeting.pk), at=NOW)
        for _each in range(8)
    ]

    with while_held(row, *calls) as answers:
        pass

    assert sorted(str(each) for each in answers if each == 2) == ["2"]
    assert sum(isinstance(each, MeetingRefused) for each in answers) == 7
    assert told("meeting_invited").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_nobody_answers_to_what_is_called_off_at_that_moment(guarded, monkeypatch):
    meeting = invited(8)
    guests = list(meeting.guests.select_related("meeting"))
    row = Meeting.objects.filter(pk=meeting.pk)
    if not guarded:
        monkeypatch.setattr(meetings, "lock", lambda meeting: meeting.refresh_from_db())
    calls = [partial(meetings.answer, each, coming=True, by=None, at=NOW) for each in guests]

    with while_held(row, *calls, all_wait=guarded) as answers:
        row.update(called_off_at=NOW)

    answered = Guest.objects.filter(meeting=meeting).exclude(answer="").count()
    assert answered == (0 if guarded else 8)
    assert sum(isinstance(each, MeetingRefused) for each in answers) == (8 if guarded else 0)
