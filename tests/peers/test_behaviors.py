"""The list of what peers ask names tests, and every one of them is there."""

import ast
import re

from django.conf import settings

LISTED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_test_that_is_listed_exists():
    text = (settings.BASE_DIR / "docs" / "behaviors.md").read_text()
    listed = LISTED.findall(text)
    missing = [f"{path}::{name}" for path, name in listed if name not in names_in(path)]

    assert text.count("::test_") == len(listed) > 90
    assert missing == []


def test_every_behavior_has_an_answer_and_a_test():
    """But one: nobody is charged, and so nothing charges anybody."""
    text = (settings.BASE_DIR / "docs" / "behaviors.md").read_text()
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[0] != "| what peers ask"]

    assert {len(row) for row in rows} == {3}
    assert all(answer.startswith(("same", "else: ")) for _, answer, _ in rows)
    assert [asked for asked, _, tests in rows if "::test_" not in tests] == [
        "| Who waits is not charged"
    ]


def names_in(path):
    file = settings.BASE_DIR / "tests" / path
    tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
