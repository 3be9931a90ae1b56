import pytest

from activities.models import Activity
from activities.search import fill_again, query_for, text_for
from tests.factories import ActivityFactory, CategoryFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def findable(title, category="身心伸展", partner=None):
    activity = ActivityFactory(
        title=title,
        category=CategoryFactory(name=category),
        partner=partner and PartnerFactory(name=partner),
    )
    activity.search_text = text_for(activity)
    activity.save(update_fields=["search_text"])
    return activity


def found(words):
    return list(Activity.objects.filter(search_vector=query_for(words)))


@pytest.mark.parametrize(
    "words",
    [
        "瑜伽",
        "瑜",
        "伽",
        "哈他瑜伽",
        "yujia",
        "YuJia",
        "yuji",
        "yj",
        "htyj",
        "yu jia",
        "瑜伽 cj",
        "身心",
        "sxsz",
        "大学",
        "3d",
        "ｙｊ",
        "１２",
        "瑜伽，初级",
    ],
)
def test_an_activity_is_found_by_words_pinyin_and_initials(words):
    yoga = findable("哈他瑜伽（初级）3D 12班", partner="夏湾大学")
    findable("书法入门", category="国画")

    assert found(words) == [yoga]


@pytest.mark.parametrize("words", ["太极", "taiji", "tj", "瑜伽 太极", "jiayu", "伽瑜"])
def test_what_is_not_there_is_not_found(words):
    findable("哈他瑜伽（初级）")

    assert found(words) == []


def test_rare_characters_and_other_alphabets_are_found():
    names = findable("𠮷野太太的 Café Ünlü")

    assert found("𠮷野") == [names]
    assert found("𠮷") == [names]
    assert found("café") == [names]
    assert found("ünlü") == [names]


@pytest.mark.parametrize("words", ["", "  ", "！？", "'", "\\", "& | !", ":*", "（）"])
def test_no_letter_is_no_question(words):
    assert query_for(words) is None


@pytest.mark.parametrize(
    "words", ["yoga' & 'class", "yoga:*", "yoga & !", "yoga \\", "<->yoga", "((yoga", "yoga|class"]
)
def test_signs_of_the_query_language_are_only_signs(words):
    yoga = findable("Yoga class")

    assert found(words) == [yoga]


def test_after_a_category_is_renamed_its_activities_are_found_by_the_new_name():
    yoga, ink = findable("瑜伽", category="身心"), findable("书法", category="国画")
    yoga.category.name = "伸展"
    yoga.category.save()

    fill_again(yoga.category.activities.all())

    assert (found("伸展"), found("身心"), found("国画")) == ([yoga], [], [ink])


def test_filling_again_costs_two_statements(django_assert_num_queries):
    category = CategoryFactory()
    ActivityFactory.create_batch(3, category=category)

    with django_assert_num_queries(2):
        fill_again(category.activities.all())


def test_the_same_token_is_kept_once():
    tokens = text_for(findable("瑜伽", category="瑜伽")).split()

    assert len(tokens) == len(set(tokens))
