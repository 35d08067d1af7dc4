"""Cells that are nothing but names of the column's list; such names need not be words of the language."""

from __future__ import annotations

from policy_engine.diagnostics.span import Fragment
from policy_engine.feel import ast
from policy_engine.feel.plain import PLAIN

_NOT = ("非 ", "not ")


def bare_names(text: Fragment, known: tuple[str, ...]) -> ast.Expr | None:
    """The cell as alternatives, joined by 、 or comma, 非 before one allowed; None: it is something else."""
    found: list[ast.Expr] = []
    for piece in split(text):
        negation = next((n for n in _NOT if piece.text.startswith(n)), None)
        rest = piece.slice(len(negation), len(piece.text)).strip() if negation else piece
        if rest.text not in known:
            return None
        name = ast.Name(rest.span(), (rest.text,))
        found.append(ast.Not(piece.span(), name) if negation else name)
    return found[0] if len(found) == 1 else ast.Items(text.span(), tuple(found))


def split(text: Fragment) -> list[Fragment]:
    """The text cut at 、 and commas, blanks stripped."""
    plain = text.text.translate(PLAIN).replace("、", ",")
    pieces: list[Fragment] = []
    start = 0
    for part in plain.split(","):
        pieces.append(text.slice(start, start + len(part)).strip())
        start += len(part) + 1
    return pieces
