import pytest
from django.urls import include, path

from config import urls
from tests.factories import NoticeFactory, SentNoticeFactory

pytestmark = pytest.mark.django_db

# The site as it is in DEBUG.
urlpatterns = [path("", include("config.dev")), *urls.urlpatterns]


@pytest.mark.urls(__name__)
def test_a_newcomer_finds_the_code(client):
    SentNoticeFactory(recipient=None, address="ana@example.org", body="123456", is_private=True)
    NoticeFactory(subject="Not sent yet")

    page = client.get("/dev/outbox/").content.decode()

    assert "123456" in page
    assert "ana@example.org" in page
    assert "Not sent yet" not in page


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("messages", [1, 3])
def test_the_outbox_costs_the_same_however_long(client, django_assert_num_queries, messages):
    SentNoticeFactory.create_batch(messages)
    client.get("/dev/outbox/")

    with django_assert_num_queries(1):
        client.get("/dev/outbox/")


def test_a_real_center_has_no_such_page(client):
    assert client.get("/dev/outbox/").status_code == 404
