from activities.differences import shown


def test_what_differs_is_marked_by_words_and_by_chinese_characters():
    [title, about] = shown(
        [
            {"field": "title", "old": "Seal carving", "new": "Seal cutting"},
            {"field": "description", "old": "刻自己的姓", "new": "刻自己的名"},
        ]
    )

    assert title.before == [("Seal ", False), ("carving", True)]
    assert title.after == [("Seal ", False), ("cutting", True)]
    assert about.after == [("刻自己的", False), ("名", True)]


def test_choices_and_pictures_are_shown_in_words():
    [mode, picture] = shown(
        [
            {"field": "booking_mode", "old": "single", "new": "course"},
            {"field": "cover", "old": "covers/a/480.webp", "new": "covers/b/480.webp"},
        ]
    )

    assert (mode.old, mode.new) != ("single", "course")
    assert "covers" not in picture.old + picture.new


def test_very_long_texts_are_not_compared_piece_by_piece():
    [long] = shown([{"field": "description", "old": "a " * 4000, "new": "b"}])

    assert long.after == [("b", True)]
