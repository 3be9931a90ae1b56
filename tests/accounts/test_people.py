"""My people: adding, changing, ending, and who may see it."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import services
from accounts.consents import VERSIONS
from accounts.models import Care, ConsentKind, Person, Role
from tests.factories import CareFactory, CenterFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

NAMES = ["child", "relative", "neighbor"]


@pytest.fixture
def ana():
    """A user who introduced herself, by phone."""
    user = UserFactory(name="Ana", phone="+8613812345678")
    services.introduce(user, "Ana")
    return user


@pytest.fixture
def tab(signed_in, ana):
    return signed_in(ana)


def child_born(years_ago):
    return timezone.localdate() - timedelta(days=round(years_ago * 365.25))


def words(response):
    return " ".join(response.content.decode().split())


def people_of(user):
    return [person.name for person in Person.objects.in_care_of(user).order_by("pk")]


# --- The first visit


def test_the_first_visit_asks_for_a_name_and_goes_on(signed_in):
    user = UserFactory(name="", email=None, phone="+8613812345678")
    tab = signed_in(user)

    assert "What may we call you?" in words(tab.get("/people/me/?next=/people/"))
    answer = tab.post("/people/me/", {"name": " 王　小明 ", "next": "/people/"})

    assert (answer.status_code, answer.url) == (302, "/people/")
    own = Person.objects.being(user).get()
    assert (own.name, own.sort_key, own.phone) == ("王 小明", "wang   xiao ming", user.phone)
    user.refresh_from_db()
    assert user.name == "王 小明"


def test_without_a_name_the_page_says_what_is_missing(signed_in):
    answer = signed_in(UserFactory(name="")).post("/people/me/", {"name": " "})

    assert answer.status_code == 422
    assert "Please write a name." in words(answer)


def test_an_introduction_never_leads_to_another_site(signed_in):
    answer = signed_in(UserFactory()).post(
        "/people/me/", {"name": "Ana", "next": "//elsewhere.example"}
    )

    assert answer.url == "/"


def test_who_introduces_himself_twice_stays_one_person():
    user = UserFactory()

    assert services.introduce(user, "Ana") == services.introduce(user, "Ana Lima")
    assert Person.objects.being(user).count() == 1


# --- Adding


def test_a_child_is_added_with_the_guardians_consent_in_its_version(tab, ana):
    answer = tab.post(
        "/people/add/child/", {"name": "小禾", "birth_date": child_born(8), "consented": "on"}
    )

    assert (answer.status_code, answer.url) == (302, "/people/")
    child = Person.objects.get(name="小禾")
    assert Care.objects.get(person=child).role == Role.GUARDIAN
    consent = child.consents.get()
    assert (consent.kind, consent.version, consent.given_by, consent.withdrawn_at) == (
        ConsentKind.CHILD,
        VERSIONS[ConsentKind.CHILD],
        ana,
        None,
    )
    assert child.age == 8


def test_the_consent_is_never_ticked_beforehand(tab):
    page = tab.get("/people/add/child/").content.decode()

    assert 'name="consented"' in page
    assert "checked" not in page


def test_a_child_under_14_is_not_kept_without_consent_and_nothing_typed_is_lost(tab, ana):
    answer = tab.post("/people/add/child/", {"name": "小禾", "birth_date": "20200305"})

    assert answer.status_code == 422
    assert "Please tick this, or choose not to agree." in words(answer)
    assert 'value="小禾"' in words(answer)
    assert 'value="20200305"' in words(answer)
    assert people_of(ana) == ["Ana"]


def test_who_does_not_agree_is_told_what_to_do_instead_and_nothing_is_kept(tab, ana):
    answer = tab.post(
        "/people/add/child/", {"name": "小禾", "birth_date": "20200305", "refuse": "1"}
    )

    assert answer.status_code == 200
    assert "Nothing was kept" in words(answer)
    assert people_of(ana) == ["Ana"]


def test_from_14_on_no_guardians_consent_is_recorded(tab):
    tab.post("/people/add/child/", {"name": "小禾", "birth_date": child_born(14.1)})

    assert not Person.objects.get(name="小禾").consents.exists()


def test_a_grown_up_is_no_child(tab):
    answer = tab.post("/people/add/child/", {"name": "小禾", "birth_date": child_born(19)})

    assert answer.status_code == 422
    assert "Adults are added as a relative or a neighbor." in words(answer)


@pytest.mark.parametrize("way", ["relative", "neighbor"])
def test_whoever_asked_is_added_with_a_fixed_line_and_the_consent_is_recorded(tab, ana, way):
    answer = tab.post(
        f"/people/add/{way}/",
        {"name": "陈桂英", "birth_date": "", "phone": "0512-68000000", "asked": "on"},
    )

    assert answer.url == "/people/"
    person = Person.objects.get(name="陈桂英")
    assert (person.phone, person.birth_date) == ("+8651268000000", None)
    assert Care.objects.get(person=person).role == Role.HELPER
    assert person.consents.get().kind == ConsentKind.HELPER


def test_nobody_is_added_unasked(tab, ana):
    answer = tab.post("/people/add/neighbor/", {"name": "陈桂英", "phone": "1381234567"})

    assert answer.status_code == 422
    assert "Please ask the person first, then tick this." in words(answer)
    assert "There are 10 digits here; a mobile number has 11." in words(answer)
    assert 'value="1381234567"' in words(answer)
    assert people_of(ana) == ["Ana"]


def test_whoever_adds_somebody_in_the_middle_of_a_booking_goes_back_to_it(tab):
    page = tab.get("/people/add/relative/?next=/people/me/").content.decode()
    assert 'name="next" value="/people/me/"' in page

    answer = tab.post(
        "/people/add/relative/", {"name": "陈桂英", "asked": "on", "next": "/people/me/"}
    )

    added = Person.objects.get(name="陈桂英")
    assert answer.url == f"/people/me/?added={added.pk}"


def test_a_double_tap_adds_one_child(tab, ana):
    for _tap in range(2):
        tab.post(
            "/people/add/child/", {"name": "小禾", "birth_date": "20200305", "consented": "on"}
        )

    assert people_of(ana) == ["Ana", "小禾"]
    assert Person.objects.get(name="小禾").consents.count() == 1


def test_the_list_of_one_user_is_not_endless(tab, ana):
    for n in range(services.PEOPLE_PER_CARER - 1):
        CareFactory(user=ana, role=Role.HELPER, person__name=f"P{n}")

    answer = tab.post("/people/add/relative/", {"name": "陈桂英", "asked": "on"})

    assert answer.status_code == 422
    assert "Your list is full. The desk can book for more people." in words(answer)
    assert 'value="陈桂英"' in words(answer)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20180305", date(2018, 3, 5)),
        ("2018-03-05", date(2018, 3, 5)),
        ("2018-3-5", date(2018, 3, 5)),
        ("2018/3/5", date(2018, 3, 5)),
        ("2018.3.5", date(2018, 3, 5)),
        ("2018年3月5日", date(2018, 3, 5)),
        ("2018 年 3 月 5 日", date(2018, 3, 5)),
        ("２０１８０３０５", date(2018, 3, 5)),
    ],
)
@time_machine.travel("2026-11-24T09:00:00+08:00")
def test_a_birth_date_is_read_however_it_is_written(tab, written, read):
    tab.post("/people/add/child/", {"name": "小禾", "birth_date": written, "consented": "on"})

    assert Person.objects.get(name="小禾").birth_date == read


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "Please write the birth date."),
        ("2018", "Please write year, month and day, such as 20180305."),
        ("20180231", "Please write year, month and day, such as 20180305."),
        ("5/3/2018", "Please write year, month and day, such as 20180305."),
        ("18500305", "This date cannot be a birth date."),
        ("29991231", "This date cannot be a birth date."),
    ],
)
def test_a_wrong_birth_date_is_explained(tab, written, said):
    answer = tab.post("/people/add/child/", {"name": "小禾", "birth_date": written})

    assert answer.status_code == 422
    assert said in words(answer)


# --- Looking, changing, ending


def test_the_owner_sees_the_phone_in_groups(tab, ana):
    assert "138 1234 5678" in words(tab.get("/people/"))
    assert "138 1234 5678" in words(tab.get("/people/me/"))


def test_a_new_name_is_also_sorted_anew_unless_staff_corrected_the_sorting(tab, ana):
    plain = CareFactory(user=ana, role=Role.HELPER, person__name="单一").person
    corrected = CareFactory(user=ana, role=Role.HELPER, person__name="单一").person
    Person.objects.filter(pk=corrected.pk).update(sort_key="chan yi")

    for person in (plain, corrected):
        answer = tab.post(
            f"/people/{person.pk}/edit/", {"name": "李一", "birth_date": "", "phone": ""}
        )
        assert answer.url == f"/people/{person.pk}/"
        person.refresh_from_db()

    assert (plain.name, plain.sort_key) == ("李一", "li yi")
    assert (corrected.name, corrected.sort_key) == ("李一", "chan yi")


def test_ones_own_new_name_is_the_users_too(tab, ana):
    own = Person.objects.being(ana).get()

    tab.post(f"/people/{own.pk}/edit/", {"name": "Ana Lima", "phone": "138 1234 5678"})

    ana.refresh_from_db()
    assert ana.name == "Ana Lima"


def test_a_form_shows_what_is_known_and_takes_it_back_unchanged(tab, ana):
    person = CareFactory(
        user=ana,
        role=Role.HELPER,
        person=PersonFactory(name="陈桂英", birth_date=date(1950, 3, 5), phone="+8651268000000"),
    ).person

    page = words(tab.get(f"/people/{person.pk}/edit/"))
    assert 'value="1950-03-05"' in page
    assert 'value="0512 6800 0000"' in page
    tab.post(
        f"/people/{person.pk}/edit/",
        {"name": "陈桂英", "birth_date": "1950-03-05", "phone": "0512 6800 0000"},
    )

    person.refresh_from_db()
    assert (person.birth_date, person.phone) == (date(1950, 3, 5), "+8651268000000")


def test_where_somebody_lives_is_written_down_and_those_with_a_center_are_offered(tab, ana):
    CenterFactory(community="East Hill")
    own = Person.objects.being(ana).get()

    page = words(tab.get(f"/people/{own.pk}/edit/"))
    tab.post(f"/people/{own.pk}/edit/", {"name": own.name, "area": " West Lake "})

    own.refresh_from_db()
    assert '<option value="East Hill">' in page
    assert own.area == "West Lake"


@pytest.mark.parametrize(("typed", "area"), [("", "East Hill"), ("West Lake", "West Lake")])
def test_a_child_lives_with_its_guardian_unless_they_say_otherwise(tab, ana, typed, area):
    Person.objects.being(ana).update(area="East Hill")
    child = {"name": "小禾", "birth_date": child_born(8), "consented": "on", "area": typed}

    tab.post("/people/add/child/", child)

    assert Person.objects.get(name="小禾").area == area


def test_a_child_does_not_become_younger_than_14_without_consent(tab, ana):
    child = CareFactory(
        user=ana, role=Role.GUARDIAN, person__name="小禾", person__birth_date=child_born(15)
    ).person
    younger = {"name": "小禾", "birth_date": child_born(9)}

    refused = tab.post(f"/people/{child.pk}/edit/", younger)
    assert refused.status_code == 422
    assert "we need the guardian&#x27;s consent" in words(refused)
    tab.post(f"/people/{child.pk}/edit/", younger | {"consented": "on"})

    child.refresh_from_db()
    assert child.age == 9
    assert child.consents.get().kind == ConsentKind.CHILD


def test_nobody_becomes_a_child_by_himself(tab, ana):
    own = Person.objects.being(ana).get()

    answer = tab.post(f"/people/{own.pk}/edit/", {"name": "Ana", "birth_date": child_born(9)})

    assert answer.status_code == 422
    assert "A child under 14 is added by the guardian" in words(answer)


def test_somebody_is_taken_off_the_list_after_being_asked_once(tab, ana):
    person = services.add_adult(ana, name="陈桂英")

    assert "Take 陈桂英 off your list?" in words(tab.get(f"/people/{person.pk}/end/"))
    assert people_of(ana) == ["Ana", "陈桂英"]
    answer = tab.post(f"/people/{person.pk}/end/")

    assert answer.url == "/people/"
    assert people_of(ana) == ["Ana"]
    assert person.consents.get().withdrawn_at
    assert tab.get(f"/people/{person.pk}/").status_code == 404


def test_one_stays_on_ones_own_list(tab, ana):
    own = Person.objects.being(ana).get()

    assert tab.post(f"/people/{own.pk}/end/").status_code == 404
    with pytest.raises(services.Refused):
        services.end_care(own.cares.get())
    assert people_of(ana) == ["Ana"]


def test_whoever_comes_back_to_the_list_is_the_same_person_with_a_new_consent(tab, ana):
    person = services.add_adult(ana, name="陈桂英")
    services.end_care(person.cares.get())

    assert services.add_adult(ana, name="陈桂英") == person
    assert people_of(ana) == ["Ana", "陈桂英"]
    assert person.consents.count() == 2


def test_a_withdrawn_consent_ends_what_stood_on_it(tab, ana):
    child = services.add_child(ana, name="小禾", birth_date=child_born(8), consented=True)
    consent = child.consents.get()

    assert "Data of a child under 14" in words(tab.get(f"/people/{child.pk}/"))
    answer = tab.post(f"/people/{child.pk}/withdraw/{consent.pk}/")

    assert answer.url == "/people/"
    consent.refresh_from_db()
    assert consent.withdrawn_at
    assert people_of(ana) == ["Ana"]


def test_other_consents_are_withdrawn_and_nothing_else_changes(tab, ana):
    own = Person.objects.being(ana).get()
    consent = own.consents.create(kind=ConsentKind.PHOTO, version="1", given_by=ana)

    answer = tab.post(f"/people/{own.pk}/withdraw/{consent.pk}/")

    assert answer.url == f"/people/{own.pk}/"
    assert "withdrawn on" in words(tab.get(answer.url))
    assert tab.post(f"/people/{own.pk}/withdraw/{consent.pk}/").status_code == 404


def test_how_the_pages_look_and_speak_is_kept_and_followed_at_once(tab, ana):
    answer = tab.post(
        "/people/me/",
        {"language": "zh-hans", "elder_view": "on", "letters": "largest", "high_contrast": "on"},
    )

    assert answer.url == "/people/me/"
    ana.refresh_from_db()
    assert (ana.language, ana.elder_view) == ("zh-hans", True)
    assert (ana.letters, ana.high_contrast) == ("largest", True)
    page = tab.get("/people/me/").content.decode()
    assert '<html lang="zh-CN" class="elder letters-largest high-contrast">' in page


def test_how_one_came_in_is_how_the_profile_starts(signed_in):
    user = UserFactory(name="")
    tab = signed_in(user)
    tab.get("/elder/")

    tab.post("/people/me/", {"name": "Ana"})

    user.refresh_from_db()
    assert (user.language, user.elder_view) == ("en", True)
    boxes = re.findall(r"<input[^>]*elder_view[^>]*>", words(tab.get("/people/me/")))
    assert ["checked" in box for box in boxes] == [True]


# --- Who may see it


def pages_of(person):
    yield from ["/people/", "/people/me/", *(f"/people/add/{name}/" for name in NAMES)]
    yield from [f"/people/{person.pk}/{page}" for page in ("", "edit/", "end/")]


def test_the_pages_open_for_the_carer(tab, ana):
    person = services.add_adult(ana, name="陈桂英")

    assert {page: tab.get(page).status_code for page in pages_of(person)} == dict.fromkeys(
        pages_of(person), 200
    )


def test_somebody_else_finds_none_of_it_and_no_phone(signed_in, ana):
    person = services.add_adult(ana, name="陈桂英", phone="+8651268000000")
    services.introduce(other := UserFactory(), "Bo")
    stranger = signed_in(other)
    consent = person.consents.get()

    seen = {page: stranger.get(page) for page in pages_of(person)}

    mine = [f"/people/{person.pk}/{page}" for page in ("", "edit/", "end/")]
    assert [page for page, answer in seen.items() if answer.status_code == 404] == mine
    assert all(stranger.post(page).status_code == 404 for page in mine[1:])
    assert stranger.post(f"/people/{person.pk}/withdraw/{consent.pk}/").status_code == 404
    for answer in seen.values():
        for secret in ("陈桂英", "68000000", "6800 0000", "12345678", "1234 5678"):
            assert secret not in answer.content.decode()


def test_without_signing_in_every_page_leads_to_the_door(client, ana):
    person = services.add_adult(ana, name="陈桂英")

    for page in pages_of(person):
        assert client.get(page).url == f"/accounts/login/?next={page}"


def test_privacy_is_told_to_everybody(client):
    assert client.get("/privacy/").status_code == 200


@pytest.mark.parametrize("address", ["/people/", "/people/1/", "/privacy/"])
def test_looking_is_not_posting(tab, address):
    assert tab.post(address).status_code == 405


def test_withdrawing_is_not_looking(tab):
    assert tab.get("/people/1/withdraw/1/").status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_my_people_cost_the_same_however_many_they_are(tab, ana, number, django_assert_num_queries):
    for n in range(number):
        CareFactory(user=ana, role=Role.HELPER, person__name=f"P{n}")
    tab.get("/people/")

    # Session, user, people, what the header says; the center is not remembered in tests.
    with django_assert_num_queries(5):
        tab.get("/people/")
