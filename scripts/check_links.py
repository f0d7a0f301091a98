#!/usr/bin/env python3
"""Checks the links of the book and of the Markdown files beside it, without network.

    python3 scripts/check_links.py target/book

Checked are, in every page of the built book: that each relative link and picture leads to
a file of the book, each `#anchor` to an element with that id, and each address inside this
project's repository to a file of the checkout. In README.md and its like: that each
relative link leads to a file, and each anchor to a heading. Addresses of others are not
fetched: a build must not fail because somebody else's server does.

Why not a program of others: those that check anchors are either written in Rust and build
300 crates for it (lychee), or need Node or Ruby.
"""
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = "https://github.com/leakmark/leakmark/"
# Markdown that people read on its own, outside the book.
PLAIN = ["*.md", ".github/**/*.md", "testdata/*.md", "crates/*/*.md"]


class Page(HTMLParser):
    """The links and the ids of one page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (name == "name" and tag == "a"):
                self.ids.add(value)
            elif name in ("href", "src") and value and tag != "base":
                self.links.append(value)


def headings(text):
    """The anchors that GitHub gives the headings of a Markdown text."""
    seen, anchors = {}, set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", without_code(text), re.M):
        plain = re.sub(r"[`*_]|\]\([^)]*\)|\[", "", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = seen[anchor] = seen.get(anchor, -1) + 1
        anchors.add(f"{anchor}-{count}" if count else anchor)
    return anchors


def without_code(text):
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.M | re.S)
    text = re.sub(r"^(?: {4}|\t).*$", "", text, flags=re.M)
    return re.sub(r"`[^`\n]*`", "", text)


def in_repository(address):
    """The file of the checkout that an address in this project's repository names, or None."""
    found = re.match(re.escape(REPOSITORY) + r"(?:blob|tree|edit)/main/([^#?]*)", address)
    return ROOT / unquote(found[1]) if found else None


def fault(link, page, anchors_of):
    """What is wrong with a link in the file `page`; None if nothing is."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        there = in_repository(link)
        return f"{there.relative_to(ROOT)} is not in the checkout" if there and not there.exists() else None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.exists():
        return "no such file"
    anchor = unquote(parts.fragment)
    known = anchors_of(target)
    return f"no such anchor in {target.name}" if anchor and known is not None and anchor not in known else None


def check_book(book, faults):
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(book.rglob("*.html"))}
    # print.html repeats all chapters, toc.html is a part of the others, 404.html is shown anywhere.
    for path, page in pages.items():
        if path.name in ("print.html", "toc.html", "404.html"):
            continue
        for link in dict.fromkeys(page.links):
            wrong = fault(link, path, lambda target: pages[target].ids if target in pages else None)
            if wrong:
                faults.append(f"{path.relative_to(ROOT)}: {link}: {wrong}")
    return len(pages)


def check_plain(faults):
    files = sorted({path for pattern in PLAIN for path in ROOT.glob(pattern)})
    anchors = lambda target: headings(target.read_text(encoding="utf-8")) if target.suffix == ".md" else None
    for path in files:
        text = without_code(path.read_text(encoding="utf-8"))
        links = re.findall(r"\]\(\s*<?([^)>\s]+)", text) + re.findall(r'(?:href|src)="([^"]+)"', text)
        for link in links + re.findall(r"^\[[^\]]+\]: +(\S+)", text, re.M):
            wrong = fault(link, path, anchors)
            if wrong:
                faults.append(f"{path.relative_to(ROOT)}: {link}: {wrong}")
    return len(files)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    faults = []
    pages = check_book(Path(sys.argv[1]).resolve(), faults)
    if pages == 0:
        sys.exit(f"links: no page in {sys.argv[1]}: build the book first")
    files = check_plain(faults)
    print("\n".join(faults + [f"links: {pages} pages and {files} files looked at, {len(faults)} links lead nowhere"]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
