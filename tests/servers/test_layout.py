"""The formatter of templates and CSS: what it writes, what it only names; a second run changes nothing."""

from pathlib import Path

import pytest

from tests.servers.layout import ROOT, formatted, main, styles, templates

RAW_HTML = '<div><p>{% if a %}One{% endif %}</p><p class="b"{% if c %} hidden{% endif %}>Two</p></div>\n'
HTML = """<div>
  <p>{% if a %}One{% endif %}</p>
  <p class="b" {% if c %}hidden{% endif %}>Two</p>
</div>
"""
RAW_CSS = "@layer a { .b, .c>d { color: red; margin: 0 } @media (width<3px) { .b { margin: 1px } } }"
CSS = """@layer a {
  .b,
  .c > d {
    color: red;
    margin: 0
  }
  @media (width<3px) {
    .b {
      margin: 1px
    }
  }
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with the settings of ours, unformatted."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, text in (("templates/mail/a.html", RAW_HTML), ("themes/b/theme.css", RAW_CSS)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "templates/mail/a.txt").write_text("  a\n\n\n  b  \n", encoding="utf-8")
    return tmp_path


def texts(project: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (*templates(project), *styles(project))]


def test_a_check_names_files_and_changes_none(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], project) == 1
    told = "".join(capfd.readouterr())
    assert "a.html" in told and "Would reformat: themes/b/theme.css" in told
    assert texts(project) == [RAW_HTML, RAW_CSS]


def test_formatting_twice_changes_nothing_more(project: Path) -> None:
    assert main([], project) == 0
    assert texts(project) == [HTML, CSS]
    assert (project / "templates/mail/a.txt").read_text(encoding="utf-8") == "  a\n\n\n  b  \n"
    assert main(["--check"], project) == 0
    assert main([], project) == 0
    assert texts(project) == [HTML, CSS]


def test_one_style_sheet_that_is_not_formatted_is_enough(project: Path) -> None:
    main([], project)
    (project / "themes/b/theme.css").write_text(RAW_CSS, encoding="utf-8")
    assert main(["--check"], project) == 1


def test_a_template_that_cannot_be_read_is_refused(project: Path) -> None:
    (project / "templates/mail/a.html").write_text("<div>{% if a %}</div>{% endif %}", encoding="utf-8")
    assert main(["--check"], project) == 1


def test_breaks_within_a_value_are_kept() -> None:
    css = ".a {\n  background: linear-gradient(red, blue),\n    var(--b);\n}\n"
    assert formatted(css) == css
