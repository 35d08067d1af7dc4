"""How the pages of this folder become a site: ``python -m sphinx -W -E -q -b html docs out/docs``.

The pages are plain Markdown and read well without it; their order is told here, not in them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "_site"))

project = "policy_engine"
language = "zh_CN"
copyright = ""
extensions = ["myst_parser", "chinese_search", "chinese_frame", "offline"]
exclude_patterns = ["_site"]
suppress_warnings = ["misc.highlighting_failure"]  # examples of what is wrong are wrong
myst_heading_anchors = 4
myst_enable_extensions = ["strikethrough"]

html_theme = "furo"
html_title = "policy_engine"
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["_site/static"]
html_css_files = ["chinese.css"]

PAGES = {
    "入门": ["tutorial-policy", "tutorial-testing", "tutorial-embedding"],
    "写法": ["rule-files", "expressions", "steps", "processes", "proofs", "store", "editor"],
    "查阅": ["codes", "reference-cli", "reference-api"],
    "内部": ["design", "seeded-faults", "performance"],
}


def _contents(app: Sphinx, name: str, source: list[str]) -> None:
    """The pages in their order, behind the front page."""
    if name == "index":
        for title, pages in PAGES.items():
            known = [page for page in pages if (Path(app.srcdir) / f"{page}.md").exists()]
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(known) + "\n```\n"


def setup(app: Sphinx) -> None:
    app.connect("source-read", _contents)
    for kind in ("feel", "mermaid", "csv", "gherkin-table"):
        app.add_lexer(kind, TextLexer)
