"""`make gallery`: a picture of every page in three languages and two widths, and what is wrong with any of them."""

from __future__ import annotations

import logging
import shutil
import sys
import time

from tests.browser.all_pages import PAGES
from tests.browser.auditing import ROOT
from tests.browser.instance import instance
from tests.browser.walking import LANGUAGES, WIDTHS, Walk, check_sources, chromium, walk
from tests.conftest import INFO, load_reference
from tests.database import some_server

FOLDER = ROOT / "gallery"


def main(wanted: list[str]) -> int:
    """Draw the pages whose names begin with one of `wanted`, or all; answer how many have faults."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    pages = tuple(page for page in PAGES if not wanted or page.name.startswith(tuple(wanted)))
    shutil.rmtree(FOLDER / "html", ignore_errors=True)
    begun = time.monotonic()
    with some_server() as server:
        server.prepare(load_reference, INFO)
        with instance(server) as running, chromium() as browser:
            round_ = Walk(running, FOLDER)
            for language in LANGUAGES:
                for width in WIDTHS:
                    walk(round_, browser, pages, language=language, width=width)
                    print(f"{language} {width}: {len(pages)} pages", flush=True)
        server.discard()
    check_sources(round_)
    for where, faults in sorted(round_.faults.items()):
        print(where, *faults, sep="\n  ")
    print(f"{len(pages)} pages in {time.monotonic() - begun:.0f} s, {len(round_.faults)} with faults: {FOLDER}/")
    return min(len(round_.faults), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
