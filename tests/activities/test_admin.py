import pytest

from activities.booking_rules import RULES
from activities.models import Activity, BookingMode, CenterRules, Review, Status
from activities.posting import submit
from activities.search import query_for
from notices.models import Notice
from tests.bookings.booking import book_for
from tests.desk import (
    at_the_desk,
    district_office,
    rules_typed,
    social_worker,
    superuser,
    words,
)
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerFactory,
    PartnerMemberFactory,
    PersonFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def center():
    return CenterFactory()


@pytest.fixture
def desk(center):
    return at_the_desk(social_worker(center))


def posting(center, status=Status.SUBMITTED):
    """An activity of a partner who will be told."""
    partner = PartnerFactory()
    partner.centers.add(center)
    PartnerMemberFactory(partner=partner)
    return ActivityFactory(
        center=center, partner=partner, status=status, description="Ink", wish="Tuesdays"
    )


def page(activity, button="change"):
    return f"/admin/activities/activity/{activity.pk}/{button}/"


def filled_in(center, **more):
    return {
        "title": "Tai chi",
        "category": CategoryFactory().pk,
        "center": center.pk,
        "fee_amount": "0",
        "attendance_mode": "on_site",
        "booking_mode": "single",
        "allocation": "first_come",
        "questions-TOTAL_FORMS": "0",
        "questions-INITIAL_FORMS": "0",
        "reviews-TOTAL_FORMS": "0",
        "reviews-INITIAL_FORMS": "0",
    } | rules_typed(**more)


def test_a_new_activity_starts_as_a_draft_of_whoever_wrote_it(center):
    user = social_worker(center)

    answer = at_the_desk(user).post("/admin/activities/activity/add/", filled_in(center))

    activity = Activity.objects.get()
    assert answer.url == page(activity)
    assert (activity.status, activity.created_by) == ("draft", user)


def test_a_new_activity_begins_with_the_rules_of_its_center(desk, center):
    CenterRules.objects.create(center=center, desk_places=2, overlaps="hint")

    desk.post("/admin/activities/activity/add/", filled_in(center, desk_places="7"))

    activity = Activity.objects.get()
    assert (activity.desk_places, activity.overlaps) == (2, "hint")


def test_a_rule_that_differs_from_the_center_says_what_the_centers_is(desk, center):
    CenterRules.objects.create(center=center, cancel_minutes_before=120)
    activity = ActivityFactory(center=center, cancel_minutes_before=60, party_limit=5)

    fields = desk.get(page(activity)).context["adminform"].form.fields

    assert fields["cancel_minutes_before"].help_text == "The center: 120"
    assert "The center" not in str(fields["party_limit"].help_text)


def test_every_rule_can_be_decided_for_one_activity(desk, center):
    fields = desk.get(page(ActivityFactory(center=center))).context["adminform"].form.fields

    assert set(RULES) <= set(fields)


def test_only_own_centers_are_offered(desk):
    answer = desk.post("/admin/activities/activity/add/", filled_in(CenterFactory()))

    assert answer.status_code == 200
    assert not Activity.objects.exists()


def test_what_is_booked_either_way_is_not_drawn(desk, center):
    either = filled_in(center, booking_mode="either", allocation="draw")

    answer = desk.post("/admin/activities/activity/add/", either)

    assert "Please choose one of them." in words(answer)
    assert not Activity.objects.exists()


def test_what_is_drawn_and_published_is_not_booked_either_way(desk, center):
    activity = ActivityFactory(center=center, allocation="draw", category=CategoryFactory())

    answer = desk.post(
        page(activity), filled_in(center, booking_mode="either", category=activity.category_id)
    )

    activity.refresh_from_db()
    assert "Please choose one of them." in words(answer)
    assert (activity.booking_mode, activity.allocation) == ("single", "draw")


def test_publishing_is_asked_first_and_then_told(desk, center):
    activity = posting(center)

    question = desk.get(page(activity, "publish"))
    assert "Show this activity to everybody?" in words(question)
    activity.refresh_from_db()
    assert activity.status == Status.SUBMITTED

    answer = desk.post(page(activity, "publish"))
    activity.refresh_from_db()
    assert answer.url == page(activity)
    assert activity.status == Status.PUBLISHED
    assert Notice.objects.filter(kind="activities/published").count() == 1


def test_changes_are_asked_for_with_a_note(desk, center):
    activity = posting(center)

    assert desk.post(page(activity, "ask_for_changes"), {"note": " "}).status_code == 422
    desk.post(page(activity, "ask_for_changes"), {"note": "Please add the ages."})

    activity.refresh_from_db()
    assert activity.status == Status.CHANGES_ASKED
    assert Review.objects.get(status=Status.CHANGES_ASKED).note == "Please add the ages."


def test_two_who_decide_at_once_are_told_what_the_first_has_done(desk, center):
    activity = posting(center)
    question = page(activity, "ask_for_changes")
    at_the_desk(social_worker(center)).post(page(activity, "publish"))

    answer = desk.post(question, {"note": "Please add the ages."})

    assert answer.status_code in (403, 422)
    activity.refresh_from_db()
    assert activity.status == Status.PUBLISHED


def test_what_is_still_to_come_is_not_archived(desk, center):
    activity = ActivityFactory(center=center)
    SessionFactory(activity=activity)

    answer = desk.post(page(activity, "archive"), follow=True)

    assert "There are still dates to come." in words(answer)
    activity.refresh_from_db()
    assert activity.status == Status.PUBLISHED


def test_buttons_are_there_where_they_lead_somewhere(desk, center):
    submitted, published = posting(center), ActivityFactory(center=center)

    reviewed, shown = words(desk.get(page(submitted))), words(desk.get(page(published)))

    assert page(submitted, "publish") in reviewed
    assert page(submitted, "ask_for_changes") in reviewed
    assert page(submitted, "archive") not in reviewed
    assert page(published, "publish") not in shown
    assert page(published, "archive") in shown


def test_how_it_is_booked_stays_once_somebody_has_booked(desk, center):
    activity = ActivityFactory(center=center)
    book_for(PersonFactory(), session=SessionFactory(activity=activity))

    desk.post(page(activity), filled_in(center, booking_mode="course", title="Yoga"))

    activity.refresh_from_db()
    assert (activity.title, activity.booking_mode) == ("Yoga", BookingMode.SINGLE)


def test_pinyin_and_initials_find_an_activity_by_its_present_title(desk, center):
    activity = ActivityFactory(center=center, title="书法")
    desk.post(page(activity), filled_in(center, title="瑜伽"))
    ActivityFactory(center=center, title="书法")

    for typed in ("yujia", "yj", "瑜伽"):
        found = words(desk.get("/admin/activities/activity/", {"q": typed}))
        assert "瑜伽" in found
        assert "书法" not in found


def test_an_activity_is_never_deleted(desk, center):
    activity = ActivityFactory(center=center)

    assert desk.post(page(activity, "delete"), {"post": "yes"}).status_code == 403
    assert Activity.objects.exists()


@pytest.mark.parametrize("button", ["publish", "ask_for_changes", "archive", "make_dates"])
def test_buttons_of_another_center_are_not_there(button):
    activity = posting(CenterFactory())
    before = activity.status

    answer = at_the_desk(social_worker()).post(page(activity, button), {"note": "x"}, follow=True)

    activity.refresh_from_db()
    assert answer.status_code in (403, 404)
    assert activity.status == before


def test_who_looks_on_changes_nothing(center):
    activity = posting(center)
    browser = at_the_desk(district_office(center.district))

    assert browser.get(page(activity)).status_code == 200
    assert browser.post(page(activity, "publish")).status_code == 403


def test_who_looks_on_reads_what_was_said_and_not_by_whom(desk, center):
    activity = posting(center)
    member = UserFactory(name="Li Xiuying")
    Review.objects.create(activity=activity, status=Status.SUBMITTED, note="Less ink", by=member)

    here = words(desk.get(page(activity)))
    looking_on = words(at_the_desk(district_office(center.district)).get(page(activity)))

    assert "Li Xiuying" in here
    assert "Li Xiuying" not in looking_on
    assert "Less ink" in looking_on


def test_a_saved_title_and_a_renamed_category_are_found(center):
    desk = at_the_desk(superuser())
    desk.post("/admin/activities/activity/add/", filled_in(center, title="书法"))
    activity = Activity.objects.get()
    category = activity.category

    renamed = {"name": "国画", "slug": category.slug, "icon": category.icon, "order": "1"}
    renamed |= {"tint": category.tint}
    answer = desk.post(f"/admin/activities/category/{category.pk}/change/", renamed)

    assert answer.status_code == 302
    assert Activity.objects.filter(search_vector=query_for("shufa guohua")).get() == activity


def test_notes_are_written_beside_what_they_are_about(desk, center):
    activity = posting(center)

    form = words(desk.get(page(activity, "ask_for_changes")))
    desk.post(page(activity, "ask_for_changes"), {"note": "", "beside_title": "Shorter, please"})

    assert 'name="beside_title"' in form
    assert activity.title in form
    review = Review.objects.get(status=Status.CHANGES_ASKED)
    assert review.field_notes == {"title": "Shorter, please"}


def test_what_came_back_says_what_is_new_in_it(desk, center):
    activity = posting(center)
    for fee in ("10 yuan", "12 yuan"):
        Activity.objects.filter(pk=activity.pk).update(status=Status.DRAFT, fee_text=fee)
        submit(activity, by=social_worker(center))

    assert "<del>10</del> yuan" in words(desk.get(page(activity)))


def test_the_words_of_a_draft_are_its_partners(desk, center):
    activity = posting(center)
    Activity.objects.filter(pk=activity.pk).update(status=Status.CHANGES_ASKED)

    fields = desk.get(page(activity)).context["adminform"].form.fields

    assert not {"title", "description", "fee_text"} & set(fields)
