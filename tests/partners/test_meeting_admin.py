from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from partners.models import Agreement, Decision, Meeting, Need
from tests.desk import at_the_desk, social_worker, words
from tests.factories import (
    CategoryFactory,
    CenterFactory,
    DecisionFactory,
    GuestFactory,
    MeetingFactory,
    NeedFactory,
    PartnerFactory,
    PartnerMemberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def button(thing, name):
    return reverse(f"admin:partners_{thing._meta.model_name}_{name}", args=[thing.pk])


def formset(prefix, *rows):
    counts = {"TOTAL_FORMS": len(rows), "INITIAL_FORMS": 0}
    typed = {f"{prefix}-{name}": value for name, value in counts.items()}
    for number, row in enumerate(rows):
        typed |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return typed


def test_a_meeting_is_planned_invited_and_called_off(desk, center):
    partner = PartnerFactory()
    partner.centers.add(center)
    PartnerMemberFactory(partner=partner)
    NeedFactory(center=center)
    day = timezone.localdate() + timedelta(days=14)
    desk.post(
        reverse("admin:partners_meeting_add"),
        {"center": center.pk, "title": "Autumn table", "place": "Hall", "intro": "",
         "starts_at_0": day, "starts_at_1": "14:00", "ends_at_0": day, "ends_at_1": "16:00"},
    )  # fmt: skip
    meeting = Meeting.objects.get()

    desk.post(button(meeting, "put_needs_on_agenda"))
    assert partner.name in words(desk.get(button(meeting, "choose_guests")))
    desk.post(button(meeting, "choose_guests"), {"partners": [partner.pk]})
    desk.post(button(meeting, "send_invitations"))
    assert Notice.objects.get().kind == "partners/meeting_invited"
    desk.post(button(meeting, "call_off"), {"reason": "Typhoon"})

    meeting.refresh_from_db()
    assert (meeting.agenda.count(), meeting.guests.count()) == (1, 1)
    assert meeting.called_off_at


def test_what_a_service_refuses_stands_on_the_page(desk, center):
    meeting = MeetingFactory(center=center)

    response = desk.post(button(meeting, "send_invitations"), follow=True)

    assert "Nobody is on the list yet." in words(response)


def test_where_everybody_is_on_the_list_nobody_is_left_to_choose(desk, center):
    meeting = MeetingFactory(center=center)

    response = desk.get(button(meeting, "choose_guests"), follow=True)

    assert "All active partners of the center are on the list." in words(response)


def test_time_and_place_are_moved_by_the_button_once_people_know(desk, center):
    meeting = MeetingFactory(center=center, invited_at=timezone.now())
    assert 'name="place"' not in words(desk.get(button(meeting, "change")))
    early = {"starts_at": "2026-12-20T14:00", "ends_at": "2026-12-20T13:00", "place": "Library"}
    assert desk.post(button(meeting, "move"), early).status_code == 422

    later = timezone.localtime() + timedelta(days=30)
    desk.post(
        button(meeting, "move"),
        {"starts_at": f"{later:%Y-%m-%dT14:00}", "ends_at": f"{later:%Y-%m-%dT16:00}",
         "place": "Library"},
    )  # fmt: skip

    meeting.refresh_from_db()
    assert meeting.place == "Library"


def test_decisions_are_written_under_the_meeting_each_with_somebody(desk, center):
    meeting = MeetingFactory(center=center, title="Table")
    partner = PartnerFactory()
    partner.centers.add(center)
    day = timezone.localdate()
    page = {"title": "Table", "place": "Hall", "intro": "", "minutes": "We talked.",
            "starts_at_0": day, "starts_at_1": "14:00", "ends_at_0": day, "ends_at_1": "16:00"}  # fmt: skip
    nobodys = {"text": "Write to all", "due_on": "2026-12-31", "item": "", "partner": ""}

    response = desk.post(
        button(meeting, "change"),
        page | formset("agenda") | formset("decisions", nobodys | {"staff": ""}),
    )
    assert "Please say who does it." in words(response)
    desk.post(
        button(meeting, "change"),
        page
        | formset("agenda", {"order": 1, "title": "Chess", "need": "", "note": ""})
        | formset("decisions", nobodys | {"partner": partner.pk, "staff": ""}),
    )

    assert Decision.objects.get().partner == partner
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.agenda.get().title) == ("We talked.", "Chess")


def test_a_decision_becomes_a_need_and_an_activity(desk, center):
    CategoryFactory()
    decision = DecisionFactory(meeting__center=center, partner=PartnerFactory())

    desk.post(button(decision, "become_need"))
    desk.post(button(decision, "become_activity"))
    desk.post(button(decision, "finish"))

    decision.refresh_from_db()
    assert decision.need == Need.objects.get()
    assert decision.activity.need == decision.need
    assert decision.done_at
    desk.post(button(decision, "reopen"))
    decision.refresh_from_db()
    assert decision.done_at is None


def test_a_decision_becomes_an_agreement_by_its_own_form(desk, center):
    partner = PartnerFactory()
    partner.centers.add(center)
    decision = DecisionFactory(meeting__center=center, partner=partner, text="Chess all year")
    form = desk.get(button(decision, "become_agreement"))["Location"]
    assert "Chess all year" in words(desk.get(form))

    desk.post(
        form,
        {"title": "Chess", "partner": partner.pk, "center": center.pk, "starts_on": "2026-12-01",
         "sessions_promised": 0, "hours_granted": 0, "postings_at_once": 3, "scope": ""},
    )  # fmt: skip

    decision.refresh_from_db()
    assert decision.agreement == Agreement.objects.get()


def test_a_decision_of_elsewhere_is_not_linked(desk, center):
    partner = PartnerFactory()
    partner.centers.add(center)
    decision = DecisionFactory(partner=partner)

    desk.post(
        f"{reverse('admin:partners_agreement_add')}?decision={decision.pk}",
        {"title": "Chess", "partner": partner.pk, "center": center.pk, "starts_on": "2026-12-01",
         "sessions_promised": 0, "hours_granted": 0, "postings_at_once": 3, "scope": ""},
    )  # fmt: skip

    decision.refresh_from_db()
    assert Agreement.objects.exists()
    assert decision.agreement is None


def test_the_desk_says_what_is_overdue_and_that_it_is_time_to_meet(desk, center):
    long_ago = timezone.now() - timedelta(days=100)
    meeting = MeetingFactory(center=center, starts_at=long_ago)
    DecisionFactory(
        meeting=meeting, partner=PartnerFactory(), due_on=timezone.localdate() - timedelta(days=1)
    )

    page = words(desk.get(reverse("admin:index")))

    assert "1 decision of a meeting is overdue" in page
    assert "and none is planned" in page
    MeetingFactory(center=center)
    assert "and none is planned" not in words(desk.get(reverse("admin:index")))


def test_the_lists_take_as_many_statements_for_many(desk, center, django_assert_num_queries):
    for number in (1, 5):
        for _each in range(number):
            meeting = MeetingFactory(center=center)
            GuestFactory.create_batch(2, meeting=meeting)
            DecisionFactory(meeting=meeting, partner=PartnerFactory())
        with django_assert_num_queries(7):
            desk.get(reverse("admin:partners_meeting_changelist"))
        with django_assert_num_queries(7):
            desk.get(reverse("admin:partners_decision_changelist"))


def test_the_board_of_the_day_is_where_a_room_is_taken(desk, center):
    meeting = MeetingFactory(center=center)

    address = desk.get(button(meeting, "take_a_room"))["Location"]

    assert address.startswith(reverse("admin:board"))
    assert desk.get(address).status_code == 200
