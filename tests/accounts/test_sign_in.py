"""The one door, from both sides."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from notices.models import Notice
from notices.services import deliver_due
from tests.factories import CareFactory, CenterFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
CONFIRM = "/accounts/login/code/confirm/"
MOBILE = "+8613812345678"


def ask(client, address, **more):
    return client.post(LOGIN, {"login": address} | more)


def enter(client, code, **more):
    return client.post(CONFIRM, {"code": code} | more)


def newest_code():
    return Notice.objects.filter(kind="accounts/code").latest("pk").context["code"]


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_a_newcomer_comes_in_with_a_phone_and_six_digits(client):
    asked = ask(client, "13812345678")
    code = newest_code()
    entered = enter(client, code)

    assert (asked.status_code, asked.url) == (302, CONFIRM)
    assert len(code) == 6
    assert code.isdigit()
    assert (entered.status_code, entered.url) == (302, "/people/me/?next=%2F")
    user = User.objects.get()
    assert (user.phone, user.email, user.has_usable_password()) == (MOBILE, None, False)
    assert user.phone_verified_at
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "written",
    ["13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678", "8613812345678",
     "008613812345678", "１３８１２３４５６７８", " 13812345678 "],
)  # fmt: skip
def test_however_a_phone_is_written_it_is_the_same_user(client, written):
    known = UserFactory(email=None, phone=MOBILE)

    ask(client, written)
    enter(client, newest_code())

    assert client.session["_auth_user_id"] == str(known.pk)
    assert User.objects.count() == 1


def test_capital_letters_do_not_make_a_second_user(client):
    known = UserFactory(email="ana@example.org")

    ask(client, "Ana@Example.org")
    enter(client, newest_code())

    assert client.session["_auth_user_id"] == str(known.pk)


def test_somebody_known_goes_where_he_was_going(client):
    CareFactory(user=UserFactory(email="ana@example.org"))

    asked = client.get("/people/")
    assert asked.url == f"{LOGIN}?next=/people/"
    asked = ask(client, "ana@example.org", next="/people/")
    assert asked.url == f"{CONFIRM}?next=%2Fpeople%2F"
    assert 'name="next" value="/people/"' in client.get(asked.url).content.decode()
    entered = enter(client, newest_code(), next="/people/")

    assert entered.url == "/people/"


def test_nobody_is_led_to_another_site(client):
    CareFactory(user=UserFactory(email="ana@example.org"))

    ask(client, "ana@example.org", next="https://elsewhere.example/")
    entered = enter(client, newest_code(), next="https://elsewhere.example/")

    assert entered.url == "/"


def test_the_code_leaves_through_the_outbox_at_once_and_is_nobody_elses_message(client):
    user = UserFactory(email="ana@example.org")
    ask(client, "ana@example.org")

    notice = Notice.objects.get()
    assert notice.address == "ana@example.org"
    assert notice.is_private
    assert notice.send_after <= timezone.now()
    assert notice.context["code"] not in notice.key
    assert "ana" not in notice.key
    assert deliver_due() == 1
    assert mail.outbox[0].to == ["ana@example.org"]
    assert notice.context["code"] in mail.outbox[0].subject
    assert notice.context["code"] in mail.outbox[0].body
    assert not Notice.objects.visible_to(user).exists()


def test_a_code_that_was_not_sent_in_time_is_not_sent_any_more(client):
    ask(client, "ana@example.org")

    assert deliver_due(timezone.now() + timedelta(minutes=11)) == 0
    assert mail.outbox == []


@pytest.mark.parametrize("pasted", ["{0} ", "{0:.3} {1}", "{0:.3}-{1}", "Your code is {0}."])
def test_a_code_can_be_pasted_in_any_shape(client, pasted):
    ask(client, "13812345678")
    code = newest_code()

    enter(client, pasted.format(code, code[3:]))

    assert is_signed_in(client)


def test_the_box_for_the_code_helps_the_phone_to_fill_it_in(client):
    ask(client, "13812345678")

    page = client.get(CONFIRM).content.decode()

    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "138 1234 5678" in page


def test_a_wrong_code_is_said_to_be_wrong(client):
    ask(client, "13812345678")

    answer = enter(client, wrong(newest_code()))

    assert answer.status_code == 422
    assert "This is not the code." in answer.content.decode()
    assert not is_signed_in(client)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_after_three_wrong_codes_one_starts_again_and_still_knows_where_to(client):
    ask(client, "13812345678", next="/people/")
    code = newest_code()
    for _try in range(3):
        answer = enter(client, wrong(code), next="/people/")

    assert answer.url == f"{LOGIN}?next=%2Fpeople%2F"
    assert "a little too often" in client.get(answer.url).content.decode()
    enter(client, code)
    assert not is_signed_in(client)


def test_another_code_voids_the_first(client):
    ask(client, "13812345678")
    first = newest_code()
    answer = client.post(CONFIRM, {"action": "resend", "next": "/people/"})
    second = newest_code()

    assert answer.url == f"{CONFIRM}?next=%2Fpeople%2F"
    assert Notice.objects.count() == 2
    if first != second:
        enter(client, first)
        assert not is_signed_in(client)
    enter(client, second)
    assert is_signed_in(client)


def test_a_code_runs_out_and_the_page_says_so(client):
    with time_machine.travel(timezone.now()) as clock:
        ask(client, "13812345678")
        clock.shift(timedelta(minutes=11))
        answer = enter(client, newest_code(), next="/people/")

        assert answer.url == f"{LOGIN}?next=%2Fpeople%2F"
        assert "That code has run out." in client.get(answer.url).content.decode()
    assert not is_signed_in(client)


def test_whoever_comes_back_may_correct_the_address_or_still_write_the_code(client):
    ask(client, "13812345678", next="/people/")

    page = client.get(f"{LOGIN}?next=/people/").content.decode()

    assert 'value="138 1234 5678"' in page
    assert f'href="{CONFIRM}?next=%2Fpeople%2F"' in page
    ask(client, "13912345678")
    enter(client, newest_code())
    assert User.objects.get(pk=client.session["_auth_user_id"]).phone == "+8613912345678"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1381234567", "There are 10 digits here; a mobile number has 11."),
        ("138123456789", "There are 12 digits here; a mobile number has 11."),
        ("0512-68000000", "A code can only be sent to a mobile phone or an e-mail."),
        ("68000000", "A fixed line needs its area code."),
        ("13812345678@qq", "This e-mail address is not complete."),
        ("Ana", "This is not a complete phone number."),
        ("", "Please write your phone number or your e-mail."),
    ],
)
def test_a_wrong_address_is_explained_and_stays_in_the_box(client, typed, words):
    answer = ask(client, typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not typed or f'value="{typed}"' in answer.content.decode()
    assert not User.objects.exists()
    assert not Notice.objects.exists()


def test_an_address_gets_three_codes_a_minute(client):
    for _time in range(3):
        assert ask(client, "13812345678").status_code == 302
    answer = ask(client, "138 1234 5678")

    assert answer.status_code == 429
    assert "a little too often" in answer.content.decode()
    assert 'value="138 1234 5678"' in answer.content.decode()
    assert Notice.objects.count() == 3
    assert ask(client, "13912345678").status_code == 302


def test_an_address_gets_five_codes_an_hour_and_ten_a_day():
    with time_machine.travel(timezone.now()) as clock:
        codes_by_hour = [_codes_within_an_hour(clock) for _hour in range(4)]
        clock.shift(timedelta(hours=20))
        tomorrow = _codes_within_an_hour(clock)

    assert codes_by_hour == [5, 5, 0, 0]
    assert tomorrow == 5


def _codes_within_an_hour(clock):
    """Ask every five minutes for an hour, from a new browser each time."""
    before = Notice.objects.count()
    for _time in range(12):
        ask(Client(), "13812345678")
        clock.shift(timedelta(minutes=5, seconds=1))
    return Notice.objects.count() - before


def test_a_code_sent_again_counts_like_any_other(client):
    for _time in range(2):
        ask(client, "13812345678")
    client.post(CONFIRM, {"action": "resend"})
    answer = client.post(CONFIRM, {"action": "resend"}, follow=True)

    assert Notice.objects.count() == 3
    assert "A code was sent a moment ago." in answer.content.decode()


def test_guesses_are_counted_also_when_they_come_all_at_once(client):
    ask(client, "13812345678")
    code, before = newest_code(), client.session["account_login"]

    answers = []
    for _guess in range(21):
        # Requests at the same moment all read the session as it was before the first guess.
        session = client.session
        session["account_login"] = before
        session.save()
        answers.append(enter(client, wrong(code)).status_code)

    assert answers == [422] * 20 + [429]


def test_one_place_asks_sixty_times_a_minute_and_then_gets_a_page_with_words(client):
    for n in range(60):
        assert ask(client, f"138123{n:05}").status_code == 302
    answer = ask(client, "13812399999")

    assert answer.status_code == 429
    assert "That was a little too often" in answer.content.decode()


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/login/code/"])
def test_there_is_one_door(client, address):
    assert client.get(address).url == LOGIN
    assert client.get(f"{address}?next=/people/").url == f"{LOGIN}?next=%2Fpeople%2F"


@pytest.mark.parametrize("address", ["email", "confirm-email", "password/set", "password/reset"])
def test_pages_of_allauth_that_nobody_needs_lead_to_my_account(client, address):
    assert client.get(f"/accounts/{address}/").url.startswith(LOGIN)
    client.force_login(UserFactory())
    assert client.get(f"/accounts/{address}/").url == reverse("accounts:me")


def test_a_closed_account_is_told_so(client):
    UserFactory(phone=MOBILE, is_active=False)

    ask(client, "13812345678")
    answer = enter(client, newest_code())

    assert answer.url == "/accounts/inactive/"
    assert "This account is closed" in client.get(answer.url).content.decode()
    assert not is_signed_in(client)


def test_the_frame_of_the_page_is_ours_not_allauths(client):
    CenterFactory(name="Banyan Lane")

    assert "Banyan Lane" in client.get(LOGIN).content.decode()
    ask(client, "13812345678")
    assert "Banyan Lane" in client.get(CONFIRM).content.decode()


def test_signing_out_asks_once(client):
    client.force_login(UserFactory())

    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/accounts/logout/").url == "/"
    assert not is_signed_in(client)


def test_a_new_phone_is_checked_with_a_code_and_is_the_persons_phone_too(client):
    user = UserFactory(phone=MOBILE)
    own = CareFactory(user=user, person__phone=MOBILE).person
    client.force_login(user)

    client.post("/accounts/phone/change/", {"phone": "139 1234 5678"})
    user.refresh_from_db()
    assert user.phone == MOBILE
    client.post("/accounts/phone/verify/", {"code": newest_code()})

    user.refresh_from_db()
    assert user.phone == "+8613912345678"
    assert Person.objects.get(pk=own.pk).phone == "+8613912345678"


def test_the_phone_of_another_account_is_not_taken_over(client):
    UserFactory(phone="+8613912345678")
    user = UserFactory(phone=MOBILE)
    client.force_login(user)

    client.post("/accounts/phone/change/", {"phone": "13912345678"})
    answer = client.post("/accounts/phone/verify/", {"code": newest_code()})

    assert "Another account has this phone." in answer.content.decode()
    user.refresh_from_db()
    assert user.phone == MOBILE


def test_asking_twice_for_a_code_to_a_new_phone_gets_a_page_not_an_error(client):
    client.force_login(UserFactory(phone=MOBILE))

    client.post("/accounts/phone/change/", {"phone": "13912345678"})
    answer = client.post("/accounts/phone/change/", {"phone": "13912345678"})

    assert answer.status_code == 429
    assert "That was a little too often" in answer.content.decode()


# --- Another e-mail


def test_a_new_e_mail_counts_from_when_its_code_came_back(client):
    user = UserFactory(email=None, phone=MOBILE)
    client.force_login(user)

    asked = client.post("/people/me/email/", {"email": "Ana@Example.org"})
    assert asked.url == "/people/me/email/code/"
    assert "ana@example.org" in client.get(asked.url).content.decode()
    user.refresh_from_db()
    assert user.email is None
    answer = client.post("/people/me/email/code/", {"code": newest_code()})

    assert answer.url == "/people/me/"
    user.refresh_from_db()
    assert user.email == "ana@example.org"


def test_three_wrong_codes_leave_the_e_mail_as_it_was(client):
    client.force_login(user := UserFactory(email="old@example.org"))
    client.post("/people/me/email/", {"email": "new@example.org"})

    answers = [
        client.post("/people/me/email/code/", {"code": wrong(newest_code())}) for _try in range(3)
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert client.get("/people/me/email/code/").url == "/people/me/email/"
    user.refresh_from_db()
    assert user.email == "old@example.org"


def test_the_e_mail_of_another_account_is_not_taken_over(client):
    UserFactory(email="taken@example.org")
    client.force_login(user := UserFactory(email="mine@example.org"))

    client.post("/people/me/email/", {"email": "taken@example.org"})
    answer = client.post("/people/me/email/code/", {"code": newest_code()})

    assert "Another account has this e-mail." in answer.content.decode()
    user.refresh_from_db()
    assert user.email == "mine@example.org"


def test_codes_to_a_new_e_mail_are_counted_with_all_others(client):
    client.force_login(UserFactory())
    for _time in range(2):
        client.post("/people/me/email/", {"email": "ana@example.org"})
    client.post("/people/me/email/code/", {"action": "resend"})

    answer = client.post("/people/me/email/", {"email": "ana@example.org"})

    assert answer.status_code == 422
    assert "a little too often" in answer.content.decode()
    assert Notice.objects.count() == 3


def test_a_code_that_is_no_e_mails_any_more_says_so(client):
    client.force_login(UserFactory())

    answer = client.get("/people/me/email/code/", follow=True)

    assert "That code has run out." in answer.content.decode()
