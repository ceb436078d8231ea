"""Open every built page in Chromium, on a phone and on a desktop.

``python docs/look_at_pages.py BUILD`` fails where a page is wider than its window, so that a phone
would scroll it sideways, where a script of the page reports an error, or where the search finds
nothing. ``--to FOLDER`` saves pictures to look at, ``--dark`` in dark mode. It needs
``pip install playwright``; ``--chromium`` names a browser that is installed.
"""

import argparse
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

WIDTHS = (390, 1280)
HEIGHT = 900


class Handler(SimpleHTTPRequestHandler):
    """A server that writes no log."""

    def log_message(self, *arguments):
        """Write nothing."""


def main() -> None:
    """Look at the pages and exit with what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--to", type=Path, help="folder for the pictures")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--chromium", help="path of the browser")
    parser.add_argument("--only", default="", help="part of the names of the pages")
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=options.build))
    Thread(target=server.serve_forever, daemon=True).start()
    wrong = look(f"http://127.0.0.1:{server.server_port}", options)
    server.shutdown()
    sys.exit("\n".join(wrong) or None)


def look(address: str, options: argparse.Namespace) -> list[str]:
    """Return a line for each thing that is wrong."""
    from playwright.sync_api import sync_playwright

    names = [path.relative_to(options.build).as_posix() for path in options.build.rglob("*.html")]
    names = sorted(name for name in names if options.only in name)
    wrong = [] if names else [f"{options.build} has no such pages"]
    scheme = "dark" if options.dark else "light"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium)
        for width in WIDTHS:
            size = {"width": width, "height": HEIGHT}
            page = browser.new_page(viewport=size, color_scheme=scheme)
            errors: list[str] = []
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            for name in names:
                page.goto(f"{address}/{name}", wait_until="load")
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    wrong.append(f"{name} is {wide} px wide in a window of {width} px")
                wrong += [f"{name}: {error}" for error in errors]
                errors.clear()
                if options.to is not None:
                    picture = options.to / scheme / str(width) / f"{name.replace('/', '+')}.png"
                    picture.parent.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=picture, full_page=True)
            page.goto(f"{address}/search.html?q=GANOversampler")
            try:
                page.wait_for_selector("#search-results li a", timeout=20_000)
            except Exception:
                wrong.append(f"the search finds nothing in a window of {width} px")
            page.close()
        browser.close()
    return wrong


if __name__ == "__main__":
    main()
