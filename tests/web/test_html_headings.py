"""Headings of rich text leave no level out, wherever it is shown."""

import pytest

from mtc.web.html_headings import headings


@pytest.mark.parametrize(
    ("html", "top", "shown"),
    [
        ("<p>a</p><h3>b</h3><p>c</p><h3>d</h3>", 2, "<p>a</p><h2>b</h2><p>c</p><h2>d</h2>"),
        ("<h2>a</h2><h3>b</h3><h2>c</h2>", 2, "<h2>a</h2><h3>b</h3><h2>c</h2>"),
        ("<h2>a</h2><h4>b</h4><h3>c</h3><h4>d</h4>", 2, "<h2>a</h2><h3>b</h3><h3>c</h3><h4>d</h4>"),
        ('<h2 class="x">a</h2><h3\nid="b">b</h3>', 3, '<h3 class="x">a</h3><h4\nid="b">b</h4>'),
        ("<h4>a</h4><h2>b</h2><h5>c</h5>", 3, "<h3>a</h3><h3>b</h3><h4>c</h4>"),
        ("<h2>a</h2><h3>b</h3><h4>c</h4><h5>d</h5>", 4, "<h4>a</h4><h5>b</h5><h6>c</h6><h6>d</h6>"),
        ("<header>a</header><hr><p>h2</p>", 2, "<header>a</header><hr><p>h2</p>"),
        ("</h3>", 2, "</h2>"),
        ("", 2, ""),
    ],
)  # fmt: skip
def test_no_level_is_left_out(html: str, top: int, shown: str) -> None:
    assert headings(html, top) == shown


def test_text_of_merchants_begins_below_the_heading_of_its_place(app) -> None:
    environment = app.jinja_env
    text = {"html": "<h4>Inside</h4>"}
    for name, props, data, want in (
        ("rich-text", {**text, "heading": "Title"}, {}, ["<h2>Title", "<h3>Inside"]),
        ("rich-text", text, {}, ["<h2>Inside"]),
        ("image-with-text", {**text, "heading": "Title"}, {}, ["<h2>Title", "<h3>Inside"]),
        ("page-content", text, {}, ["<h1>About", "<h2>Inside"]),
        (
            "product-description",
            {},
            {"product": {"description_html": text["html"]}},
            ["<h2>About", "<h3>Inside"],
        ),
    ):
        template = environment.get_template(f"storefront/components/{name}.html")
        shown = template.render(props=props, data=data, page={"title": "About"})
        assert all(part in shown for part in want), (name, shown)
