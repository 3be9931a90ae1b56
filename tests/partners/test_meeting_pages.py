from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Guest, Meeting, Role
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    DecisionFactory,
    GuestFactory,
    MeetingFactory,
    PartnerFactory,
    PartnerMemberFactory,
)

pytestmark = pytest.mark.django_db


def member_of(partner, role=Role.POSTER):
    return at_the_desk(PartnerMemberFactory(partner=partner, role=role).user)


def page_of(guest):
    return reverse("partners:meeting", args=[guest.pk])


def door_of(meeting):
    return reverse("partners:meeting_door", args=[meeting.pk])


def today(**more):
    now = timezone.now()
    return MeetingFactory(starts_at=now, ends_at=now + timedelta(hours=2), invited_at=now, **more)


def press(client, guest, **button):
    return client.post(reverse("partners:guest", args=[guest.meeting_id, guest.pk]), button)


def test_a_member_answers_and_reads_the_answer():
    guest = GuestFactory()
    client = member_of(guest.partner)
    assert "Please answer" in words(client.get(reverse("partners:meetings")))

    response = client.post(
        page_of(guest), {"answer": "coming", "people": "3", "note": "By bus"}, follow=True
    )

    assert "We come, 3 people" in words(response)
    guest.refresh_from_db()
    assert (guest.answer, guest.people, guest.note) == ("coming", 3, "By bus")


@pytest.mark.parametrize(
    "typed", [{}, {"answer": "perhaps"}, {"answer": "coming", "people": "0"},
              {"answer": "coming", "people": "lots"}]
)  # fmt: skip
def test_what_is_no_answer_is_asked_again_and_kept(typed):
    guest = GuestFactory()

    response = member_of(guest.partner).post(page_of(guest), typed | {"note": "By bus"})

    assert response.status_code == 422
    assert "By bus" in words(response)
    guest.refresh_from_db()
    assert guest.answer == ""


def test_an_answer_too_late_is_refused_kindly():
    guest = GuestFactory()
    client = member_of(guest.partner)
    Meeting.objects.update(called_off_at=timezone.now())

    response = client.post(page_of(guest), {"answer": "coming", "people": "1"})

    assert response.status_code == 409
    assert "has been called off" in words(response)


def test_a_viewer_reads_and_neither_answers_nor_finishes():
    guest = GuestFactory()
    decision = DecisionFactory(meeting=guest.meeting, partner=guest.partner)
    client = member_of(guest.partner, Role.VIEWER)

    page = words(client.get(page_of(guest)))

    assert decision.text in page
    assert "Somebody who posts for the partner answers." in page
    assert "It is done" not in page
    assert client.post(page_of(guest), {"answer": "coming", "people": "1"}).status_code == 404
    done = reverse("partners:decision_done", args=[decision.pk])
    assert client.post(done).status_code == 404


def test_another_partner_sees_nothing_of_it():
    guest, decision = GuestFactory(), DecisionFactory(partner=PartnerFactory())
    client = member_of(PartnerFactory())

    assert client.get(page_of(guest)).status_code == 404
    assert client.post(page_of(guest), {"answer": "coming"}).status_code == 404
    assert client.post(reverse("partners:decision_done", args=[decision.pk])).status_code == 404
    assert client.get(reverse("partner:meeting_calendar", args=[guest.pk])).status_code == 404


def test_a_partner_says_that_it_is_done_and_says_it_again():
    guest = GuestFactory()
    decision = DecisionFactory(meeting=guest.meeting, partner=guest.partner)
    client = member_of(guest.partner)

    for _tap in range(2):
        response = client.post(reverse("partners:decision_done", args=[decision.pk]))
        assert response["Location"] == page_of(guest)

    decision.refresh_from_db()
    assert decision.done_at


def test_the_minutes_are_read_once_they_are_sent():
    guest = GuestFactory(meeting__minutes="We talked about chess.")
    client = member_of(guest.partner)
    assert "chess" not in words(client.get(page_of(guest)))

    Meeting.objects.update(minutes_sent_at=timezone.now())

    assert "chess" in words(client.get(page_of(guest)))


def test_the_meeting_goes_into_the_calendar_and_out_again():
    guest = GuestFactory(meeting__title="Autumn table")
    address = reverse("partner:meeting_calendar", args=[guest.pk])
    client = member_of(guest.partner)

    assert b"SUMMARY:Autumn table" in client.get(address).content
    Meeting.objects.update(called_off_at=timezone.now())
    assert b"STATUS:CANCELLED" in client.get(address).content


def test_the_pages_of_a_partner_take_as_many_statements_for_many(django_assert_num_queries):
    guest = GuestFactory()
    client = member_of(guest.partner)
    for number in (1, 3):
        GuestFactory.create_batch(number, partner=guest.partner)
        for _each in range(number):
            DecisionFactory(meeting=guest.meeting, partner=guest.partner)
            guest.meeting.agenda.create(title="Chess")
        with django_assert_num_queries(9):
            client.get(reverse("partners:meetings"))
        with django_assert_num_queries(9):
            client.get(page_of(guest))


def test_at_the_door_one_tap_checks_an_organization_in():
    guest = GuestFactory(meeting=today(), people=2)
    client = at_the_desk(social_worker(guest.meeting.center))

    response = press(client, guest, do="came", people="4")
    assert response["Location"] == door_of(guest.meeting)
    assert "4 people are here" in words(client.get(door_of(guest.meeting)))

    press(client, guest, do="not_here")
    guest.refresh_from_db()
    assert guest.came_at is None


@pytest.mark.parametrize(
    "button", [{}, {"do": "came"}, {"do": "came", "people": "0"}, {"do": "answer"}]
)
def test_a_button_that_says_nothing_changes_nothing(button):
    guest = GuestFactory(meeting=today())

    response = press(at_the_desk(social_worker(guest.meeting.center)), guest, **button)

    assert response.status_code == 422
    guest.refresh_from_db()
    assert (guest.came_at, guest.answer) == (None, "")


def test_staff_write_down_what_was_said_on_the_phone():
    guest = GuestFactory()
    worker = social_worker(guest.meeting.center)

    press(at_the_desk(worker), guest, do="answer", answer="coming", people="2")

    guest.refresh_from_db()
    assert (guest.answer, guest.people, guest.answered_by) == ("coming", 2, worker)


def test_nobody_is_checked_in_two_weeks_before():
    guest = GuestFactory()

    response = press(at_the_desk(social_worker(guest.meeting.center)), guest, do="came", people="1")

    assert response.status_code == 409


def test_a_guest_goes_off_the_list_before_the_invitations():
    guest = GuestFactory(meeting__invited_at=None)

    press(at_the_desk(social_worker(guest.meeting.center)), guest, do="remove")

    assert not Guest.objects.exists()


def test_an_organization_without_an_invitation_is_welcome():
    meeting, partner = today(), PartnerFactory()
    partner.centers.add(meeting.center)
    client = at_the_desk(social_worker(meeting.center))
    address = reverse("partners:meeting_walk_in", args=[meeting.pk])

    assert client.post(address, {"partner": "", "people": "1"}).status_code == 422
    stranger = PartnerFactory()
    assert client.post(address, {"partner": stranger.pk, "people": "1"}).status_code == 422
    client.post(address, {"partner": partner.pk, "people": "2"})

    assert meeting.guests.get().people_came == 2


def test_whom_to_call_stands_at_the_door():
    guest = GuestFactory(partner__contact_name="Ms Reed", partner__contact_phone="0588 1")
    client = at_the_desk(social_worker(guest.meeting.center))
    assert "Ms Reed" in words(client.get(door_of(guest.meeting)))

    PartnerMemberFactory(partner=guest.partner)

    assert "Ms Reed" not in words(client.get(door_of(guest.meeting)))


def test_staff_of_another_center_find_no_door():
    guest = GuestFactory(meeting=today())
    client = at_the_desk(social_worker())

    assert client.get(door_of(guest.meeting)).status_code == 404
    assert press(client, guest, do="came", people="1").status_code == 404
    assert client.get(reverse("partners:minutes", args=[guest.meeting_id])).status_code == 404


def test_the_door_takes_as_many_statements_for_many(django_assert_num_queries):
    meeting = today()
    client = at_the_desk(social_worker(meeting.center))
    for number in (1, 9):
        GuestFactory.create_batch(number, meeting=meeting)
        with django_assert_num_queries(9):
            client.get(door_of(meeting))


def test_the_minutes_on_paper_say_who_came_and_what_was_decided():
    guest = GuestFactory(meeting=today(minutes="We talked."))
    missed = GuestFactory(meeting=guest.meeting)
    decision = DecisionFactory(meeting=guest.meeting, partner=guest.partner)
    guest.meeting.agenda.create(title="Chess in winter")
    client = at_the_desk(social_worker(guest.meeting.center))
    press(client, guest, do="came", people="2")

    page = words(client.get(reverse("partners:minutes", args=[guest.meeting_id])))

    for said in ("We talked.", f"{guest.partner} 2", str(missed.partner), decision.text):
        assert said in page
    assert "Chess in winter" in page
