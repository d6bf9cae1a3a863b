"""Format templates and CSS: `make format`. With --check only say which are not formatted: `make lint`."""

import subprocess
import sys
from pathlib import Path

import cssbeautifier

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ("templates", "themes", "plugins", "mtc")
STYLES = ("static/css", "themes", "plugins")


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Format every file, or look with --check; 0 when all is well."""
    check = "--check" in arguments
    return int(not all([_format_templates(root, check), _format_styles(root, check)]))


def templates(root: Path) -> list[Path]:
    """Every HTML template. Mails as text are left alone: their white space is what people read."""
    return _files(root, TEMPLATES, "html")


def styles(root: Path) -> list[Path]:
    """Every style sheet of ours."""
    return _files(root, STYLES, "css")


def formatted(css: str) -> str:
    """The style sheet with a declaration on each line; line breaks within a value stay where they are."""
    options = cssbeautifier.default_options()
    options.indent_size = 2
    options.end_with_newline = True
    options.selector_separator_newline = True
    options.newline_between_rules = False
    options.space_around_combinator = True
    return str(cssbeautifier.beautify(css, options))


def _files(root: Path, folders: tuple[str, ...], suffix: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob(f"*.{suffix}"))


def _format_templates(root: Path, check: bool) -> bool:
    """djangofmt, whose settings are in pyproject.toml."""
    command = [Path(sys.executable).parent / "djangofmt", *(["--check"] if check else []), *templates(root)]
    return subprocess.run(command, cwd=root, check=False).returncode == 0


def _format_styles(root: Path, check: bool) -> bool:
    """A style sheet that would change is named, and written unless only to be checked."""
    well = True
    for path in styles(root):
        before = path.read_text(encoding="utf-8")
        after = formatted(before)
        if before == after:
            continue
        print(f"{'Would reformat' if check else 'Reformatted'}: {path.relative_to(root)}")
        if check:
            well = False
        else:
            path.write_text(after, encoding="utf-8")
    return well


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
