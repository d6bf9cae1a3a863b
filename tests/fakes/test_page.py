"""What tests read of a page: the text without breaks that mean nothing, and the white space that does."""

import pytest

from tests.fakes.page import unbroken

PAGES = {
    "tags": ('<a\n  href="/x"\n  class="b"\n>c</a>', '<a href="/x" class="b">c</a>'),
    "values": ('<a title="one\n two">c</a>', '<a title="one\n two">c</a>'),
    "blocks": ("<ul>\n  <li>\n    one\n  </li>\n</ul>\n", "<ul><li>one</li></ul>"),
    "inline": ("<p>one\n  <b>two</b>\n  three</p>", "<p>one <b>two</b> three</p>"),
    "joined": ("<span>1</span><span>2</span>", "<span>1</span><span>2</span>"),
    "buttons": ("<button>\n  Go\n</button>\n<button>No</button>", "<button>Go</button> <button>No</button>"),
    "verbatim": ("<pre>\n a\n</pre><code>b\nc</code>", "<pre>\n a\n</pre><code>b\nc</code>"),
    "blanks": ("<p> one </p>", "<p> one </p>"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_without_its_line_breaks(name: str) -> None:
    page, read = PAGES[name]
    assert unbroken(page) == read
