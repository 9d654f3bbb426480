"""What a page says it is about, as it is meant."""

import pytest

from gateway.domain.about import came_from


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://News.Example/offers?mail=anna@shop.example#top", "news.example/offers"),
        ("https://anna:secret@news.example:8443/", "news.example/"),
        ("android-app://com.example.mail/", "com.example.mail/"),
        ("https://news.example/" + "a" * 300, "news.example/" + "a" * 187),
        ("https://[half", None),
        ("news", None),
        ("", None),
        (None, None),
    ],
)
def test_of_the_page_before_its_host_and_path_are_kept_and_nothing_about_a_person(told, kept):
    assert came_from(told) == kept
