"""The page of a diagnostic code, as a file that an editor can open."""

from __future__ import annotations

import re
import tempfile
from functools import cached_property
from pathlib import Path

from policy_engine.diagnostics.pages import page

_ENTRY = re.compile(r'<a id="pe\d{4}"></a>\n+(?=### (PE\d{4}) )')


class CodePages:
    """Written on demand into a folder of its own, which goes when the server does."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def uri(self, code: str) -> str | None:
        """Where the page of a code stands; None for a code without one, or where nothing can be written."""
        text = self._texts.get(code)
        if text is None:
            return None
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="policy-engine-codes-")
            path = Path(self._folder.name) / f"{code}.md"
            if not path.exists():
                path.write_text(text, encoding="utf-8")
        except OSError:
            return None
        return path.as_uri()

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    @cached_property
    def _texts(self) -> dict[str, str]:
        parts = _ENTRY.split(page())
        return {code: text.split("\n## ")[0] for code, text in zip(parts[1::2], parts[2::2], strict=True)}
