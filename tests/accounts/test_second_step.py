"""Staff need a second step, and a trial has a printed way through."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import demo_codes, services
from notices.models import Notice
from tests.factories import SECOND_STEP_SECRET, UserFactory

pytestmark = pytest.mark.django_db

SECOND_STEP = "/accounts/2fa/authenticate/"
SET_UP = "/accounts/2fa/totp/activate/"


def code_of(secret=SECOND_STEP_SECRET):
    step = int(timezone.now().timestamp()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def pass_the_first_step(client, user, **more):
    client.post("/accounts/login/", {"login": user.email} | more)
    code = Notice.objects.latest("pk").context["code"]
    return client.post("/accounts/login/code/confirm/", {"code": code} | more)


def words(response):
    return " ".join(response.content.decode().split())


def test_staff_come_in_with_a_code_and_a_second_code(client):
    staff = UserFactory(is_staff=True, is_superuser=True)

    first = pass_the_first_step(client, staff, next="/admin/")
    assert first.url == SECOND_STEP
    assert client.get("/people/").url == "/accounts/login/?next=/people/"
    assert "The second step" in words(client.get(SECOND_STEP))
    second = client.post(SECOND_STEP, {"code": code_of()})

    assert second.url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_wrong_second_code_is_said_to_be_wrong(client):
    pass_the_first_step(client, UserFactory(is_staff=True))

    answer = client.post(SECOND_STEP, {"code": "000000"})

    assert "This is not the code of this moment." in words(answer)
    assert "_auth_user_id" not in client.session


def test_the_same_second_code_opens_once(client):
    staff = UserFactory(is_staff=True)
    with time_machine.travel(timezone.now(), tick=False):
        for _time in range(2):
            pass_the_first_step(client, staff)
            answer = client.post(SECOND_STEP, {"code": code_of()})
            client.post("/accounts/logout/")

    assert "This is not the code of this moment." in words(answer)


@pytest.mark.parametrize("address", ["/admin/", "/people/", "/people/me/", "/messages/"])
def test_staff_without_an_app_set_it_up_before_anything_else(client, address):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, second_step=False))

    assert client.get(address).url == SET_UP


def test_recovery_codes_alone_are_no_second_step(client):
    staff = UserFactory(is_staff=True, second_step=False)
    Authenticator.objects.create(user=staff, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(staff)

    assert client.get("/people/").url == SET_UP


def test_what_is_for_everybody_stays_open_to_staff_without_an_app(client):
    client.force_login(UserFactory(is_staff=True, second_step=False))

    assert client.get("/privacy/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200


def test_residents_are_not_asked_for_an_app(client):
    client.force_login(UserFactory())

    assert client.get("/people/").status_code == 200


def test_setting_up_the_app_gives_recovery_codes_and_opens_the_desk(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, second_step=False))
    page = words(client.get(SET_UP))
    secret = client.session["mfa.totp.secret"]
    assert secret in page

    answer = client.post(SET_UP, {"code": code_of(secret)}, follow=True)

    assert answer.redirect_chain[-1][0] == "/accounts/2fa/recovery-codes/"
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap()
    assert all(code in words(answer) for code in codes.get_unused_codes())
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_opens_instead_of_the_app_and_only_once(client):
    staff = UserFactory(is_staff=True)
    codes = Authenticator.objects.create(
        user=staff,
        type=Authenticator.Type.RECOVERY_CODES,
        data={"seed": "0" * 80, "used_mask": 0},
    )
    code = codes.wrap().generate_codes()[0]

    answers = []
    for _time in range(2):
        pass_the_first_step(client, staff)
        answers.append(client.post(SECOND_STEP, {"code": code}).status_code)
        client.post("/accounts/logout/")

    assert answers == [302, 200]


def test_staff_are_signed_out_at_the_end_of_the_day_and_residents_stay(client):
    pass_the_first_step(client, UserFactory(is_staff=True))
    client.post(SECOND_STEP, {"code": code_of()})
    assert stays_for(client) == timedelta(hours=12)
    client.post("/accounts/logout/")

    pass_the_first_step(client, UserFactory())
    assert stays_for(client) == timedelta(days=60)


def stays_for(client):
    return timedelta(minutes=round(client.session.get_expiry_age() / 60))


def test_the_admin_has_no_door_of_its_own(client):
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"
    client.force_login(UserFactory())
    assert client.get("/admin/login/").status_code == 403


# --- The printed way through


def test_in_a_trial_the_command_prints_the_code_that_opens(client, settings, capsys):
    settings.DEBUG = True
    staff = UserFactory(is_staff=True, second_step=False)
    services.give_demo_authenticator(staff)

    call_command("code", staff.email.upper())
    pass_the_first_step(client, staff)
    answer = client.post(SECOND_STEP, {"code": capsys.readouterr().out.strip()})

    assert answer.url == "/"
    assert demo_codes.SECRET not in str(Authenticator.objects.values_list("data"))


def test_giving_it_again_changes_nothing(settings):
    settings.DEBUG = True
    staff = UserFactory(is_staff=True)

    for _time in range(2):
        services.give_demo_authenticator(staff)

    assert Authenticator.objects.filter(user=staff).count() == 2
    assert demo_codes.current_code(staff) == code_of(demo_codes.SECRET)


def test_the_command_says_whom_it_does_not_know(settings):
    settings.DEBUG = True

    with pytest.raises(CommandError, match="Nobody signs in with bo@example"):
        call_command("code", "bo@example.org")
    with pytest.raises(CommandError, match="has no authenticator app yet"):
        call_command("code", UserFactory().email)


def test_outside_a_trial_there_are_no_demo_codes(settings):
    staff = UserFactory(is_staff=True)

    with pytest.raises(ImproperlyConfigured):
        services.give_demo_authenticator(staff)
    with pytest.raises(ImproperlyConfigured):
        demo_codes.current_code(staff)
    with pytest.raises(CommandError, match="only with DEBUG on"):
        call_command("code", staff.email)


def test_a_demo_account_that_came_along_into_a_real_center_opens_nothing(client, settings):
    settings.DEBUG = True
    staff = UserFactory(is_staff=True, second_step=False)
    services.give_demo_authenticator(staff)
    recovery = Authenticator.objects.get(user=staff, type=Authenticator.Type.RECOVERY_CODES)
    known = [demo_codes.current_code(staff), recovery.wrap().generate_codes()[0]]
    settings.DEBUG = False

    pass_the_first_step(client, staff)
    answers = [client.post(SECOND_STEP, {"code": code}) for code in known]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "_auth_user_id" not in client.session
