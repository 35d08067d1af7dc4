"""Search in Chinese for the documentation: every two characters in a row are a word of the index.

Chinese has no blanks between words, and a dictionary does not know 免予考核幅度. Pairs need no dictionary: a text that
has all pairs of what is sought is found. Page and reader split in the same way, here and in ``_SPLIT``.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9_]+")

_SPLIT = r"""
var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff]+|[A-Za-z0-9_]+/g) || []).flatMap((run) =>
    /^[A-Za-z0-9_]/.test(run) || run.length < 3
      ? [run]
      : Array.from({ length: run.length - 1 }, (_, n) => run.slice(n, n + 2)));
"""


class ChineseSearch(SearchLanguage):
    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = _SPLIT
    js_stemmer_code = "window.Stemmer = function () { this.stemWord = (word) => word; };"

    def split(self, input: str) -> list[str]:
        """The words of a text: runs of Latin letters and figures, single characters and pairs of Chinese ones."""
        words = []
        for run in _RUN.findall(input):
            if run[0].isascii():
                words.append(run)
            else:
                words += [*run, *(run[n : n + 2] for n in range(len(run) - 1))]
        return words

    def stem(self, word: str) -> str:
        return word.lower()

    def word_filter(self, word: str) -> bool:
        return True


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", lambda *_: _use())
    return {"parallel_read_safe": True}


def _use() -> None:
    from sphinx.search import languages

    languages["zh"] = ChineseSearch
