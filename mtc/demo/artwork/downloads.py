"""Small real files that the studio sells: PDFs, EPUBs and ZIP archives, the same bytes on every run."""

# ruff: noqa: E501 - path data and tables of drawings read worse when they are folded

import html
import io
import re
import zipfile

STAMP = (2026, 1, 1, 0, 0, 0)


def archive(files: dict[str, str], stored: str | None = None) -> bytes:
    """A ZIP of text files with fixed dates; `stored` names a member that must come first, uncompressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        for name, text in files.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED
            bundle.writestr(info, text)
    return out.getvalue()


def paragraphs(description: str) -> list[str]:
    """Plain paragraphs of a description written in HTML."""
    blocks = re.findall(r"<(?:p|li|h3)>(.*?)</(?:p|li|h3)>", description, re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", block)) for block in blocks]


def book_pdf(title: str, author: str, texts: list[str]) -> bytes:
    """A PDF 1.4 with a title page and a reading sample (ISO 32000-1, standard fonts)."""
    pages = [[("F2", 30, 600, title), ("F1", 15, 560, author), ("F1", 10, 90, "Paper & Grain, demonstration edition")]]
    lines: list[str] = []
    for text in texts:
        lines += [*_wrap(text, 74), ""]
    for start in range(0, len(lines), 38):
        pages.append([("F1", 12, 700 - row * 16, line) for row, line in enumerate(lines[start : start + 38])])
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for index, page in enumerate(pages):
        body = "".join(f"BT /{font} {size} Tf 72 {y} Td ({_escape(text)}) Tj ET\n" for font, size, y, text in page)
        length = len(body.encode("cp1252", "replace"))
        fonts = "/Font << /F1 3 0 R /F2 4 0 R >>"
        box = "/MediaBox [0 0 540 780]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Resources << {fonts} >> /Contents {6 + 2 * index} 0 R >>")
        objects.append(f"<< /Length {length} >>\nstream\n{body}endstream")
    return _assemble(objects)


def _assemble(objects: list[str]) -> bytes:
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252", "replace")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _wrap(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def book_epub(slug: str, title: str, author: str, texts: list[str], cover: str) -> bytes:
    """An EPUB 3 with its cover and one chapter (https://www.w3.org/TR/epub-33/)."""
    safe = html.escape(title)
    body = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    page = f'{head}<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{safe}</title></head><body>'
    opf = (
        f'{head}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">paperandgrain-{slug}</dc:identifier>'
        f"<dc:title>{safe}</dc:title><dc:creator>{html.escape(author)}</dc:creator><dc:language>en-GB</dc:language>"
        '<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata><manifest>'
        '<item id="cover" href="cover.svg" media-type="image/svg+xml" properties="cover-image"/>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="text" href="text.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="text"/></spine></package>'
    )
    container = (
        f'{head}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    nav = f'{page}<nav epub:type="toc"><ol><li><a href="text.xhtml">{safe}</a></li></ol></nav></body></html>'
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "book.opf": opf,
        "nav.xhtml": nav,
        "text.xhtml": f"{page}<h1>{safe}</h1>{body}</body></html>",
        "cover.svg": cover,
    }
    return archive(files, stored="mimetype")


def asset_zip(name: str, texts: list[str], sheets: dict[str, str]) -> bytes:
    """A design asset's archive: README, licence and its sheets."""
    readme = "\n\n".join([name, *texts, "Your licence is the one named on your receipt; LICENCE.txt explains both."])
    licence = (
        "Personal: your own projects, studies and portfolio.\n"
        "Commercial: client work and things you sell, one studio of up to ten people.\n"
        "Neither allows selling or giving away the files themselves.\n"
    )
    return archive({"README.txt": readme + "\n", "LICENCE.txt": licence, **sheets})
