"""A picture of the states of a process: a column of boxes, steps forward on the right, steps back on the left."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.policy.process_model import Process
from policy_engine.testing.living_html import Html, tag, text

BOX, ROW, STEP = 30, 64, 9  # height of a box, from box to box, between the ends of lines at a box
LETTER, PAD = 13, 14


@dataclass
class _Edge:
    label: str
    start: int
    end: int

    @property
    def low(self) -> int:
        return min(self.start, self.end)

    @property
    def high(self) -> int:
        return max(self.start, self.end)


def picture(process: Process) -> Html:
    """Inline SVG; people who cannot see it find the same in the table of steps."""
    states = process.states
    numbers = {state: n for n, state in enumerate(states)}
    edges = _merged([_Edge(s.name, numbers[f], numbers[s.to]) for s in process.steps for f in s.from_])
    right = _lanes([e for e in edges if e.end > e.start])
    left = _lanes([e for e in edges if e.end <= e.start])
    box = max(_width(s) for s in states) + 2 * PAD
    origin = _sum(left) + PAD
    width, height = origin + box + _sum(right) + PAD, len(states) * ROW
    parts = [_box(process, state, n, origin, box) for n, state in enumerate(states)]
    parts += _lines(right, origin + box, 1) + _lines(left, origin, -1)
    marker = tag("path", d="M0 0 6 3 0 6z", class_="head")
    head = tag(
        "marker",
        marker,
        id=f"箭头-{process.name}",
        viewBox="0 0 6 6",
        refX="6",
        refY="3",
        markerWidth="7",
        markerHeight="7",
        orient="auto",
    )
    drawn = "".join(parts).replace("@箭头", f"url(#{text(f'箭头-{process.name}')})")
    svg = tag(
        "svg",
        tag("title", text(f"{process.name}的状态与步骤")),
        tag("defs", head),
        drawn,
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
        role="img",
        class_="states",
    )
    return tag("div", svg, class_="frame", tabindex="0", role="region", aria_label=f"{process.name}的状态图")


def _merged(edges: list[_Edge]) -> list[_Edge]:
    """Steps between the same two states share a line."""
    found: dict[tuple[int, int], _Edge] = {}
    for edge in edges:
        same = found.setdefault((edge.start, edge.end), _Edge("", edge.start, edge.end))
        same.label = f"{same.label}、{edge.label}" if same.label else edge.label
    return list(found.values())


def _lanes(edges: list[_Edge]) -> list[list[_Edge]]:
    """Lanes from the boxes outwards; in a lane no two lines run beside each other."""
    lanes: list[list[_Edge]] = []
    for edge in sorted(edges, key=lambda e: (e.high - e.low, e.low)):
        free = (ln for ln in lanes if all(edge.low >= e.high or edge.high <= e.low for e in ln))
        lane = next(free, None)
        if lane is None:
            lanes.append(lane := [])
        lane.append(edge)
    return lanes


def _breadth(lane: list[_Edge]) -> int:
    return max(_width(e.label) for e in lane) + 2 * PAD


def _sum(lanes: list[list[_Edge]]) -> int:
    return sum(map(_breadth, lanes))


def _width(words: str) -> int:
    return sum(LETTER if ord(c) > 0x2E7F else LETTER * 6 // 10 for c in words)


def _box(process: Process, state: str, number: int, x: int, width: int) -> Html:
    y = number * ROW + (ROW - BOX) // 2
    kind = "start" if state == process.start else "final" if state in process.final else "state"
    rect = tag("rect", x=str(x), y=str(y), width=str(width), height=str(BOX), rx="6", class_=kind)
    words = tag("text", text(state), x=str(x + width // 2), y=str(y + BOX // 2 + 5), class_="name")
    return rect + words


def _lines(lanes: list[list[_Edge]], x: int, side: int) -> list[Html]:
    """``side`` 1: to the right of ``x``, -1: to the left."""
    parts, at = [], x
    for number, lane in enumerate(lanes):
        turn = at + side * PAD
        for edge in lane:
            out = edge.start * ROW + ROW // 2 + (STEP if edge.end >= edge.start else -STEP)
            back = edge.end * ROW + ROW // 2 + (-STEP if edge.end >= edge.start else STEP)
            if edge.start == edge.end:
                out, back = out - 2 * STEP, back + 2 * STEP
            parts.append(tag("path", d=f"M{x} {out}H{turn}V{back}H{x}", class_="line", marker_end="@箭头"))
            middle = (out + back) // 2 + 4 + (number % 2) * 3
            anchor = "start" if side > 0 else "end"
            words = tag("text", text(edge.label), x=str(turn + side * 5), y=str(middle), text_anchor=anchor)
            parts.append(words)
        at += side * _breadth(lane)
    return parts
