"""A small plot on two logarithmic axes, as SVG text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Points = Sequence[tuple[int, float]]
WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 230, 20, 50
COLOURS = ("#c0392b", "#e67e22", "#2c3e50", "#7f8c8d", "#2980b9", "#27ae60", "#8e44ad", "#16a085")


def plot(series: Mapping[str, Points]) -> str:
    """Seconds over users, one line a program."""
    points = [p for line in series.values() for p in line]
    if not points:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"/>\n'
    across = _decades([n for n, _ in points])
    up = _decades([t for _, t in points])

    def x(users: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * _part(users, across)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _part(seconds, up)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for power in range(across[0], across[1] + 1):
        at = x(10**power)
        lines.append(f'<path d="M{at:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        lines.append(
            f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(up[0], up[1] + 1):
        at = y(10**power)
        lines.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    lines.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">户数</text>')
    lines.append(f'<text x="14" y="{TOP}" dy="4">秒</text>')
    for (name, line), colour, row in zip(series.items(), _colours(), range(len(series)), strict=False):
        path = " ".join(f"{'L' if i else 'M'}{x(n):.1f} {y(t):.1f}" for i, (n, t) in enumerate(line))
        lines.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x(n):.1f}" cy="{y(t):.1f}" r="3" fill="{colour}"/>' for n, t in line]
        at = TOP + 10 + 20 * row
        lines.append(f'<path d="M{WIDTH - RIGHT + 12} {at}h18" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{WIDTH - RIGHT + 35}" y="{at + 4}">{escape(name)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _part(value: float, decades: tuple[int, int]) -> float:
    low, high = decades
    return (math.log10(value) - low) / (high - low)


def _colours() -> Iterator[str]:
    while True:
        yield from COLOURS
