import pytest
from allauth.mfa.models import Authenticator

from accounts.models import User
from tests.desk import at_the_desk, manager, superuser, words
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_accounts_are_for_the_few_who_may_do_everything():
    UserFactory(name="Li", phone="+8613812345678")

    shown = words(at_the_desk(superuser()).get("/admin/accounts/user/"))

    assert "138****5678" in shown
    assert "+8613812345678" not in shown
    assert at_the_desk(manager()).get("/admin/accounts/user/").status_code == 403


def test_whoever_lost_the_second_step_gets_to_set_up_a_new_one():
    colleague = UserFactory(is_staff=True)
    authenticator = Authenticator.objects.get(user=colleague)
    desk = at_the_desk(superuser())

    desk.post(
        f"/admin/accounts/user/{colleague.pk}/change/",
        {
            "name": colleague.name,
            "is_active": "on",
            "is_staff": "on",
            "authenticator_set-TOTAL_FORMS": "1",
            "authenticator_set-INITIAL_FORMS": "1",
            "authenticator_set-0-id": authenticator.pk,
            "authenticator_set-0-user": colleague.pk,
            "authenticator_set-0-DELETE": "on",
        },
    )

    assert not Authenticator.objects.filter(user=colleague).exists()


def test_an_account_is_closed_and_never_deleted():
    user = UserFactory()

    answer = at_the_desk(superuser()).post(
        f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}
    )

    assert answer.status_code == 403
    assert User.objects.filter(pk=user.pk).exists()
