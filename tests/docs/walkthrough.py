"""Does what a tutorial page says, from an empty folder, and compares what comes out with what the page shows.

What is done with a fenced block is told by the sentence before it:

- ``存为 `X``` the block is the file X; ``加到 `X` 的末尾`` it is added to it
- ``在 `X` 里找到`` the block must stand there exactly once; the next block follows ``改成``, ``在它下面加上`` or
  ``删去``, which is a sentence without a block
- ``sh`` is run, line by line, and ``python`` is executed, all of a page in one namespace; the ``text`` block after them
  is what they print. ``退出码是 1`` between here and the next block tells that the last line ends with it
- ``在 `X.xlsx` 的“S”表里把“A”改成“B”`` is done in the workbook before the next block
- ``文件 `X` 里是``: a ``text`` or ``csv`` block shows the file.

A block that none of this fits is an error: nothing on the page is left undone. Times and digests may differ, and
the folder itself is shown as ``…``.
``python tests/docs/walkthrough.py PAGE`` does the page and writes what was printed back into it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from policy_engine.cli.main import run

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_OURS = re.compile(r"policy-engine (?!mutate )[^|&;<>$`*]+$")  # mutate starts processes of its own
_VARIES = re.compile(r"\d+(?:\.\d+)? 秒|[0-9a-f]{64}")
_EXIT = re.compile(r"退出码是 (\d+)")
_IN_A_SHEET = re.compile(r"在 `([^`]+\.xlsx)` 的“([^”]+)”表里把“([^”]+)”改成“([^”]+)”")


@dataclass(frozen=True)
class Block:
    """A fenced block: what kind, its text, the line it begins in, the prose since the last one, the last paragraph of
    it, and the prose up to the next one."""

    kind: str
    text: str
    line: int
    lead: str
    before: str
    after: str
    span: tuple[int, int]  # of the text, in the page


@dataclass
class Outcome:
    """What one block of shown output should have been."""

    block: Block
    printed: str

    @property
    def agrees(self) -> bool:
        return _steady(self.block.text) == _steady(self.printed)


@dataclass
class Walk:
    """A folder in which a page is done, block by block."""

    folder: Path
    outcomes: list[Outcome] = field(default_factory=list)
    _sought: tuple[Path, str] | None = None
    _printed: str | None = None
    _names: dict[str, object] = field(default_factory=lambda: {"__name__": "__main__"})

    def do(self, block: Block) -> None:
        """Raises AssertionError where the page asks for what cannot be done."""
        try:
            for edit in _IN_A_SHEET.findall(block.lead):
                self._edit_sheet(*edit)
            self._do(block)
        except AssertionError as error:
            raise AssertionError(f"line {block.line}: {error}") from error

    def _do(self, block: Block) -> None:
        if self._sought is not None and block.kind != "text":
            self._replace(block)
        elif block.kind in ("sh", "python"):
            self._run(block)
        elif block.kind in ("text", "csv") and (path := _named(block.before, r"文件 `([^`]+)` 里是")):
            self.outcomes.append(Outcome(block, (self.folder / path).read_text("utf-8-sig")))
        elif block.kind == "text":
            assert self._printed is not None, "nothing was run before this output"
            self.outcomes.append(Outcome(block, self._printed))
            self._printed = None
        else:
            self._write(block)

    def _write(self, block: Block) -> None:
        if path := _named(block.before, r"存为 `([^`]+)`"):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(block.text, "utf-8")
        elif path := _named(block.before, r"加到 `([^`]+)` 的末尾"):
            with (self.folder / path).open("a", encoding="utf-8") as file:
                file.write(block.text)
        else:
            path = _named(block.before, r"在 `([^`]+)` 里找到")
            assert path, f"nothing tells what to do with this block: “{block.before}”"
            assert (self.folder / path).read_text("utf-8").count(block.text) == 1, f"not once in {path}"
            self._sought = (self.folder / path, block.text)
            if "删去" in block.after:
                self._substitute("")

    def _replace(self, block: Block) -> None:
        assert self._sought is not None
        if re.search(r"改成|换成", block.before):
            self._substitute(block.text)
        else:
            assert "在它下面加上" in block.before, (
                f"nothing tells what becomes of the lines: “{block.before}”"
            )
            self._substitute(self._sought[1] + block.text)

    def _substitute(self, text: str) -> None:
        assert self._sought is not None
        path, old = self._sought
        path.write_text(path.read_text("utf-8").replace(old, text), "utf-8")
        self._sought = None

    def _edit_sheet(self, name: str, sheet: str, old: str, new: str) -> None:
        from openpyxl import load_workbook

        book = load_workbook(self.folder / name)
        cells = [cell for row in book[sheet].iter_rows() for cell in row if cell.value == old]
        assert len(cells) == 1, f"“{old}” stands {len(cells)} times in {sheet} of {name}"
        cells[0].value = new
        book.save(self.folder / name)

    def _run(self, block: Block) -> None:
        printed, code = self._shell(block.text) if block.kind == "sh" else self._python(block)
        self._printed = printed.replace(str(self.folder), "…")
        told = _EXIT.search(block.after)
        expected = int(told[1]) if told else int("错误[" in self._printed)
        assert code == expected, f"exit code {code} instead of {expected}:\n{self._printed}"

    def _shell(self, text: str) -> tuple[str, int]:
        """All lines in turn; output and messages together, as on a screen."""
        printed, code = "", 0
        for line in text.splitlines():
            assert code == 0, f"only the last line may fail:\n{printed}"
            out, code = self._command(line)
            printed += out
        return printed, code

    def _command(self, line: str) -> tuple[str, int]:
        """One line. Most of our commands run in this process, which saves starting Python again for each."""
        if _OURS.match(line):
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), self._here():
                code = run(shlex.split(line)[1:])
            return out.getvalue(), code
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.stdout.decode("utf-8"), done.returncode

    @contextlib.contextmanager
    def _here(self) -> Iterator[None]:
        """In the folder, with none of the reader's own settings."""
        kept = dict(os.environ)
        try:
            os.environ.clear()
            os.environ.update(_environment())
            with contextlib.chdir(self.folder):
                yield
        finally:
            os.environ.clear()
            os.environ.update(kept)

    def _python(self, block: Block) -> tuple[str, int]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), self._here():
            exec(compile("\n" * block.line + block.text, "page", "exec"), self._names)  # our own text
        return out.getvalue(), 0


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("POLICY_ENGINE", "PYTEST"))}
    programs = Path(sys.executable).parent
    return {**kept, "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}", "LC_ALL": "C.UTF-8"}


def _named(prose: str, pattern: str) -> str | None:
    found = re.search(pattern, prose)
    return found[1] if found else None


def _steady(text: str) -> str:
    """Without what differs from run to run: times, digests, how far a run was when it told so."""
    lines = (line.rstrip() for line in _VARIES.sub("※", text).strip("\n").split("\n"))
    return "\n".join(line for line in lines if not line.startswith("已试 "))


def blocks(page: str) -> list[Block]:
    """Every fenced block of a page, in order. ``after`` reaches past the output that follows it."""
    found = list(_FENCE.finditer(page))
    made = []
    for n, fence in enumerate(found):
        lead = page[found[n - 1].end() if n else 0 : fence.start()].strip()
        after = page[fence.end() : found[n + 1].start() if n + 1 < len(found) else len(page)]
        if n + 1 < len(found) and found[n + 1][1] == "text":
            after += page[found[n + 1].end() : found[n + 2].start() if n + 2 < len(found) else len(page)]
        made.append(
            Block(
                kind=fence[1],
                text=fence[2],
                line=page[: fence.start()].count("\n") + 1,
                lead=lead,
                before=lead.rpartition("\n\n")[2],
                after=after,
                span=fence.span(2),
            )
        )
    return made


def walked(page: str, folder: Path) -> list[Outcome]:
    """Do the whole page in ``folder``; every shown output with what was really printed."""
    walk = Walk(folder)
    for block in blocks(page):
        walk.do(block)
    return walk.outcomes


def refreshed(page: str, outcomes: list[Outcome]) -> str:
    """The page with what was printed; output that only varies stays as it is."""
    for outcome in reversed(outcomes):
        if not outcome.agrees:
            start, end = outcome.block.span
            page = page[:start] + outcome.printed.strip("\n") + "\n" + page[end:]
    return page


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        text = path.read_text("utf-8")
        with tempfile.TemporaryDirectory() as empty:
            path.write_text(refreshed(text, walked(text, Path(empty))), "utf-8")
