"""What a search found is marked in the title."""

import pytest
from django.utils.html import escape

from activities.highlights import marked
from activities.models import Activity
from activities.search import text_for
from tests.activities.dates import session_at
from tests.factories import ActivityFactory, CategoryFactory

pytestmark = pytest.mark.django_db

CATALOG, CALENDAR = "/activities/", "/calendar/"


def findable(title, category="身心"):
    kinds = CategoryFactory._meta.model.objects
    kind = kinds.filter(name=category).first() or CategoryFactory(name=category)
    activity = ActivityFactory(title=title, category=kind)
    Activity.objects.filter(pk=activity.pk).update(search_text=text_for(activity))
    return activity


@pytest.mark.parametrize(
    ("title", "words", "shown"),
    [
        ("哈他瑜伽（初级）", "瑜伽", "哈他[瑜伽]（初级）"),
        ("哈他瑜伽（初级）", "yujia", "哈他[瑜伽]（初级）"),
        ("哈他瑜伽（初级）", "yuj", "哈他[瑜伽]（初级）"),
        ("哈他瑜伽（初级）", "yj", "哈他[瑜伽]（初级）"),
        ("哈他瑜伽（初级）", "ht 初级", "[哈他]瑜伽（[初级]）"),
        ("哈他瑜伽（初级）", "ＹＪ", "哈他[瑜伽]（初级）"),
        ("瑜伽与瑜伽垫", "瑜伽", "[瑜伽]与[瑜伽]垫"),
        ("３Ｄ 打印", "3d", "[３Ｄ] 打印"),
        ("3d打印", "３Ｄ", "[3d]打印"),
        ("Yoga for all", "YO", "[Yo]ga for all"),
        ("Cafe\u0301 Ünlü", "CAFÉ ü", "[Café] [Ü]nlü"),
        ("𠮷野太太", "𠮷野", "[𠮷野]太太"),
        ("㍿ 开放日", "株式", "[㍿] 开放日"),
        ("Yoga", "oga", "Yoga"),
        ("剪纸", "瑜伽", "剪纸"),
        ("剪纸", "", "剪纸"),
        ("剪纸", "！？", "剪纸"),
    ],
)
def test_the_characters_that_were_found_are_marked(title, words, shown):
    as_html = shown.replace("[", "<mark>").replace("]", "</mark>")

    assert str(marked(title, words)) == as_html


def test_a_title_stays_text():
    title, words = '<b>Yoga</b> & "more"', "yoga more b"

    shown = marked(title, words)

    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(title)
    assert "&lt;<mark>b</mark>&gt;<mark>Yoga</mark>" in shown


@pytest.mark.parametrize("words", ["<mark>", "<script>alert(1)</script>", "&amp; &lt;", "'\"><i>"])
def test_words_of_a_search_never_become_part_of_the_page(client, words):
    session_at(1, 9, activity=findable("Script mark amp lt i alert 1"))

    page = client.get(CATALOG, {"q": words}).content.decode()

    assert "<script>alert" not in page
    assert '"><i>' not in page


@pytest.mark.parametrize("words", ["瑜伽", "yujia", "ｙｊ"])
def test_lists_and_calendars_mark_what_was_found(client, words):
    session_at(0, 9, activity=findable("晨间瑜伽"))

    listed = client.get(CATALOG, {"q": words, "from": "2026-01-01"})
    calendars = [
        client.get(CALENDAR, {"q": words, "view": view}) for view in ("month", "week", "day")
    ]

    for response in (listed, *calendars):
        assert "晨间<mark>瑜伽</mark>" in response.content.decode()


def test_another_search_marks_other_words_in_the_same_line(client, settings):
    settings.CACHES = {
        name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"m-{name}"}
        for name in ("default", "here")
    }
    session_at(1, 9, activity=findable("晨间瑜伽"))

    first, second, none = (
        client.get(CATALOG, question).content.decode()
        for question in ({"q": "瑜伽"}, {"q": "晨间"}, {})
    )

    assert "晨间<mark>瑜伽</mark>" in first
    assert "<mark>晨间</mark>瑜伽" in second
    assert "<mark>" not in none


def test_titles_with_the_words_come_before_other_findings_each_by_time(client):
    session_at(1, 9, activity=findable("晨练", category="瑜伽"))
    session_at(3, 9, activity=findable("瑜伽，下午"))
    session_at(2, 9, activity=findable("哈他瑜伽"))
    session_at(3, 8, activity=findable("余家菜"))

    response = client.get(CATALOG, {"q": "瑜伽"}, headers={"accept-language": "en"})
    by_sound = client.get(CATALOG, {"q": "yj"})

    titles = [session.activity.title for session in response.context["page"]]
    assert titles == ["哈他瑜伽", "瑜伽，下午", "晨练"]
    assert response.content.decode().count("By sound, category or partner, too") == 1
    titles = [session.activity.title for session in by_sound.context["page"]]
    assert titles == ["晨练", "哈他瑜伽", "余家菜", "瑜伽，下午"]


def test_the_same_day_may_stand_there_twice(client):
    session_at(1, 9, activity=findable("晨练", category="瑜伽"))
    session_at(1, 19, activity=findable("瑜伽"))

    days = client.get(CATALOG, {"q": "瑜伽"}).context["days"]

    assert [len(sessions) for _day, sessions in days] == [1, 1]


def test_no_heading_where_all_fits_the_same(client):
    session_at(1, 9, activity=findable("晨练", category="瑜伽"))
    session_at(2, 9, activity=findable("夜跑", category="瑜伽"))

    page = client.get(CATALOG, {"q": "瑜伽"}, headers={"accept-language": "en"})

    assert "By sound" not in page.content.decode()
