from datetime import timedelta

import pytest
from django.utils import timezone

from activities.models import Activity, Status
from activities.search import text_for
from tests.activities.dates import session_at
from tests.factories import (
    ActivityFactory,
    CategoryFactory,
    CenterFactory,
    PartnerFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db

CATALOG = "/activities/"


def titles(response):
    return [session.activity.title for session in response.context["page"]]


def test_lists_what_is_to_come_day_by_day(client):
    session_at(2, 9, activity__title="Tai chi")
    session_at(1, 19, activity__title="Calligraphy")
    session_at(1, 9, activity__title="Yoga")

    response = client.get(CATALOG)

    assert titles(response) == ["Yoga", "Calligraphy", "Tai chi"]
    assert [len(sessions) for _day, sessions in response.context["days"]] == [2, 1]


def test_what_is_over_is_left_out_and_what_is_running_is_not(client):
    now = timezone.now()
    hour = timedelta(hours=1)
    SessionFactory(starts_at=now - 2 * hour, ends_at=now - hour, activity__title="Over")
    SessionFactory(starts_at=now - hour, ends_at=now + hour, activity__title="Running")

    assert titles(client.get(CATALOG)) == ["Running"]


def test_drafts_are_nobodys_business(client):
    SessionFactory(activity__status=Status.DRAFT)

    assert titles(client.get(CATALOG)) == []


def test_called_off_sessions_stay_with_their_reason(client):
    SessionFactory(canceled_at=timezone.now(), cancel_reason="The teacher is ill")

    response = client.get(CATALOG)

    assert "The teacher is ill" in response.content.decode()
    assert 'class="places off"' in response.content.decode()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"category": "night"}, ["Night"]),
        ({"center": "east"}, ["East"]),
        ({"age": "70"}, ["East", "Elders", "Night"]),
        ({"age": "30"}, ["East", "Night"]),
        ({"part": "evening"}, ["Night"]),
        ({"part": "morning"}, ["East", "Elders"]),
        ({"free": "1"}, ["East", "Night"]),
        ({"category": "night", "part": "morning"}, []),
    ],
)
def test_every_filter_narrows_the_list(client, question, found):
    night = CategoryFactory(slug="night")
    session_at(1, 19, activity__title="Night", activity__category=night)
    session_at(1, 9, activity__title="East", activity__center=CenterFactory(slug="east"))
    session_at(1, 9, activity__title="Elders", activity__min_age=60, places_taken=10)

    assert sorted(titles(client.get(CATALOG, question))) == found


def test_several_weekdays_may_be_asked_for(client):
    for days in range(7):
        session_at(days + 1, 9, activity__title=f"In {days + 1}")
    tomorrow = timezone.localdate() + timedelta(days=1)

    found = titles(
        client.get(CATALOG, {"weekday": [tomorrow.isoweekday(), tomorrow.weekday() or 7]})
    )

    assert found == ["In 1", "In 7"]


def test_days_may_be_asked_for_past_ones_too(client):
    for days in (-3, 1, 5):
        session_at(days, 9, activity__title=f"In {days}")
    day = timezone.localdate()

    found = titles(client.get(CATALOG, {"from": day - timedelta(3), "to": day + timedelta(1)}))

    assert found == ["In -3", "In 1"]


def test_dates_may_be_written_as_people_write_them(client):
    session_at(1, 9, activity__title="Tomorrow")
    tomorrow = timezone.localdate() + timedelta(days=1)

    found = titles(client.get(CATALOG, {"from": f"{tomorrow:%Y年%m月%d日}"}))

    assert found == ["Tomorrow"]


def test_a_partner_is_a_filter_too(client):
    partner = PartnerFactory(name="Yantian Books")
    session_at(1, 9, activity__partner=partner, activity__title="Theirs")
    session_at(1, 9, activity__title="Ours")

    response = client.get(CATALOG, {"partner": partner.pk})

    assert titles(response) == ["Theirs"]
    assert [pill.words for pill in response.context["filters"].in_force] == ["Yantian Books"]


@pytest.mark.parametrize("words", ["瑜伽", "yujia", "yj", "夜校 瑜伽"])
def test_words_are_found_in_chinese_pinyin_and_initials(client, words):
    for title in ("夜校：舒缓瑜伽", "剪纸"):
        activity = ActivityFactory(title=title)
        Activity.objects.filter(pk=activity.pk).update(search_text=text_for(activity))
        SessionFactory(activity=activity)

    assert titles(client.get(CATALOG, {"q": words})) == ["夜校：舒缓瑜伽"]


@pytest.mark.parametrize(
    "question",
    [
        {"age": "old"},
        {"from": "2026-02-31"},
        {"to": "9999-12-31"},
        {"weekday": "9"},
        {"category": "no-such"},
        {"center": "<script>"},
        {"partner": "0"},
        {"page": "x"},
        {"page": "-1"},
        {"part": "noon"},
    ],
)
def test_what_cannot_be_understood_is_left_out(client, question):
    SessionFactory(activity__title="Yoga")

    response = client.get(CATALOG, question)

    assert response.status_code == 200
    assert titles(response) == ["Yoga"]


@pytest.mark.parametrize("question", [{"q": "!!"}, {"q": "'); --"}, {"page": "9" * 40}])
def test_strange_questions_find_nothing(client, question):
    SessionFactory()

    response = client.get(CATALOG, question)

    assert response.status_code == 200
    assert titles(response) == []


def test_every_filter_can_be_taken_away_by_itself(client):
    CategoryFactory(slug="night", name="Night school")

    filters = client.get(CATALOG, {"category": "night", "age": "8", "page": "2"}).context["filters"]

    assert [(pill.words, pill.address) for pill in filters.in_force] == [
        ("Night school", "?age=8"),
        ("8 岁", "?category=night"),
    ]
    assert filters.address_without_any == "?"


def test_nothing_found_says_what_to_do_instead(client):
    page = client.get(CATALOG, {"age": "8"}, headers={"accept-language": "en"}).content.decode()

    assert "Nothing answers all of that at once" in page
    assert 'href="?"' in page


def test_long_lists_are_paged(client):
    activity = ActivityFactory()
    for minute in range(25):
        session_at(1, 9, activity=activity, topic=str(minute))

    first, second = client.get(CATALOG), client.get(CATALOG, {"page": 2})

    assert len(first.context["page"].object_list) == 20
    assert len(second.context["page"].object_list) == 5
    assert 'href="?page=2"' in first.content.decode()
    assert 'href="?page=1"' in second.content.decode()


def test_more_is_put_below_and_read_on_from_there(client):
    activity = ActivityFactory()
    for minute in range(45):
        session_at(1, 9, activity=activity, topic=str(minute))

    first = client.get(CATALOG, {"part": "morning"}).content.decode()
    more = client.get(CATALOG, {"part": "morning", "page": 2}, headers={"hx-request": "true"})

    link = 'href="?part=morning&amp;page={0}" hx-get="?part=morning&amp;page={0}"'
    assert link.format(2) in first
    assert link.format(3) in more.content.decode()
    assert "autofocus" not in first
    assert '<h2 id="d2-1" tabindex="-1" autofocus>' in more.content.decode()


def test_who_goes_back_without_a_memory_gets_the_whole_page(client):
    SessionFactory()
    headers = {"hx-request": "true", "hx-history-restore-request": "true"}

    response = client.get(CATALOG, headers=headers)

    assert "</html>" in response.content.decode()
    assert "HX-History-Restore-Request" in response["Vary"]


def test_htmx_gets_the_results_alone(client):
    SessionFactory()

    page = client.get(CATALOG, headers={"hx-request": "true"}).content.decode()

    assert page.lstrip().startswith('<div class="flow" id="results"')


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_browsers_keep_the_page_and_its_results_apart(client, headers):
    for _ in ("made", "kept"):
        assert "HX-Request" in client.get(CATALOG, headers=headers)["Vary"]


def test_the_form_works_without_htmx(client):
    page = client.get(CATALOG).content.decode()

    assert f'action="{CATALOG}"' in page
    assert 'method="post"' not in page.split('role="search"')[1].split("</form>")[0]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(client, rows, django_assert_num_queries):
    SessionFactory.create_batch(rows, activity__partner=PartnerFactory())

    # The center of the site, the sessions, what to choose from, and how many stand behind each.
    with django_assert_num_queries(4):
        client.get(CATALOG)


def test_only_looking_is_allowed(client):
    assert client.post(CATALOG).status_code == 405


def test_what_was_not_understood_is_kept_and_said(client):
    page = client.get(CATALOG, {"age": "old"}).content.decode()

    assert 'value="old"' in page
    assert 'aria-describedby="id_age_error"' in page
    assert '<details class="fold" open>' in page


def test_what_is_at_another_center_names_it(client):
    here = CenterFactory(name="Here")
    session_at(1, 9, activity__center=here, activity__title="Yoga")
    session_at(1, 9, activity__center__name="East center", activity__title="Choir")

    lists = client.get(CATALOG).content.decode().split("<ol")[1].split("</ol>")[0]

    assert lists.count("East center") == 1
    assert "Here" not in lists
