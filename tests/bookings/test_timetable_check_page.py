"""The desk looks what clashes in a timetable."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.models import Activity
from tests.activities.test_timetable_clashes import HEADER, TAI_CHI, YOGA
from tests.desk import at_the_desk, district_office, social_worker, words
from tests.factories import CenterFactory, FloorFactory, RoomFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/timetable/check/"


@pytest.fixture
def center():
    center = CenterFactory()
    RoomFactory(floor=FloorFactory(center=center), name="舞蹈室")
    return center


def send(user, center, content):
    file = SimpleUploadedFile("classes.csv", content)
    return at_the_desk(user).post(PAGE, {"center": center.pk, "file": file})


def test_the_clashes_of_a_file_are_shown_and_nothing_is_kept(center):
    content = "\n".join([HEADER, YOGA, TAI_CHI]).encode("gb18030")

    answer = send(social_worker(center), center, content)

    assert answer.status_code == 200
    assert "4 clashes were found." in words(answer)
    assert "row 3 “太极”" in words(answer)
    assert not Activity.objects.exists()


def test_a_broken_file_gets_a_sentence_and_a_strange_center_none(center):
    worker = social_worker(center)

    assert "no text that can be read" in words(send(worker, center, bytes(range(256))))
    assert send(worker, center, bytes(range(256))).status_code == 422
    assert send(worker, CenterFactory(), HEADER.encode()).status_code == 422
    assert at_the_desk(district_office(center.district)).get(PAGE).status_code == 404
