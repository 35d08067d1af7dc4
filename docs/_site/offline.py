"""Fails the build when a page would ask another host for anything: the documentation is read where there is no network.

Links a reader follows are no requests; scripts, styles, pictures and fonts are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

_HOST = r"(?:https?:)?//[\w.-]+"
_IN_HTML = re.compile(
    rf"<(?:script|img|iframe|source|link|video|audio|object|embed)\b[^>]*?\b(?:src|href|data|srcset)=[\"']?({_HOST})"
)
_IN_CSS = re.compile(rf"(?:url\(|@import)\s*[\"']?({_HOST})")
_IN_SCRIPT = re.compile(
    rf"(?:fetch|import|importScripts|\.open)\(\s*[\"'`]({_HOST})|\.src\s*=\s*[\"'`]({_HOST})"
)


def asks_elsewhere(text: str, suffix: str) -> list[str]:
    """The hosts a file of the site would ask for something."""
    patterns = {".html": (_IN_HTML, _IN_CSS, _IN_SCRIPT), ".css": (_IN_CSS,), ".js": (_IN_SCRIPT,)}
    found = (m for pattern in patterns.get(suffix, ()) for m in pattern.finditer(text))
    return [next(filter(None, m.groups())) for m in found]


def _of_site(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".css", ".js"):
            for host in asks_elsewhere(path.read_text("utf-8"), path.suffix):
                yield f"{path.relative_to(folder)}: {host}"


def _check(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html" and (found := list(_of_site(Path(app.outdir)))):
        raise SphinxError("the pages ask other hosts:\n" + "\n".join(found))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", _check)
    return {"parallel_read_safe": True}
