"""Random rule files with random facts, and what they mean, worked out by the generator itself.

Every piece is made twice at once: as text for the product and as a Python function over ``Item``s, which shares no
code with the product. Conditions are chosen by looking at the data, so that each of them holds for some rows and
fails for others. All energies are MWh; what is rounded, is rounded here again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

from reference.jibei import allocate

MEMBER, GROUP, MARKET = "乙方", "甲方", "全月"
OPTIONS = ("甲类", "乙类", "丙类")
ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "四舍五入": lambda x: floor(abs(x) + Fraction(1, 2)) * (1 if x >= 0 else -1),
    "银行家": round,
    "向下": floor,
    "向上": ceil,
    "向零": int,
}
SHARE = (Fraction(27, 100), Fraction(73, 100))  # of rows for which a condition may hold


class Stop(Exception):
    """A row that cannot be decided."""


@dataclass(eq=False)
class Item:
    """A row: its (sub-)entities, its values, and its place in the tree."""

    key: str
    entities: set[str]
    values: dict[str, Any]
    parent: Item | None = None
    children: list[Item] = field(default_factory=list)
    market: Item | None = None

    @property
    def root(self) -> Item:
        return self.parent or self


@dataclass(frozen=True)
class Expr:
    text: str
    value: Callable[[Item], Any]


@dataclass(frozen=True)
class Test:
    """A condition cell for a column."""

    column: Expr
    cell: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True)
class Known:
    """A term that may be read: where, of which type (energy, yes, option, maybe), how many places."""

    entity: str
    name: str
    type: str
    places: int


@dataclass(frozen=True)
class Decision:
    """``run`` decides the rows handed to it; the rows of an entity, or for an allocation those of its group."""

    text: str
    entity: str
    outputs: tuple[str, ...]
    run: Callable[[list[Item]], Iterable[Item]]

    @property
    def key(self) -> str:
        return self.text.partition(":")[0]


@dataclass
class Generated:
    """A rule file, the facts for it, and what has to come out: values and fired rows of what is left."""

    seed: int
    text: str
    facts: dict[str, Any]
    rejected: set[str]  # keys of groups, and of members without a group
    values: dict[tuple[str, str, str], Any]  # (entity, key, term id)
    fired: dict[tuple[str, str, str], tuple[str, ...]]  # (entity, key, decision) → rows, "默认"


class Policies:
    """Makes one rule file; one of them a seed."""

    def __init__(self, seed: int, members: int = 110) -> None:
        self.rng = Random(f"policy {seed}")
        self.seed = seed
        self.optional = self.rng.random() < 0.6
        self.terms: list[str] = []
        self.known: list[Known] = []
        self.decisions: list[Decision] = []
        self.fired: dict[tuple[Item, str], tuple[str, ...]] = {}
        self.count = 0
        self._declare_inputs()
        self._make_items(members)
        self.left = list(self.items)

    # -- facts -----------------------------------------------------------------------------------

    def _declare_inputs(self) -> None:
        number = "电量 | 兆瓦时 | 3 | {} | -1000 至 1000"
        for entity, name, row, type_ in (
            (MEMBER, "量一", number.format(""), "energy"),
            (MEMBER, "量二", number.format(""), "energy"),
            (MEMBER, "大量", "电量 | 万千瓦时 | 4 | | -100 至 100", "energy"),
            (MEMBER, "或量", number.format("可空"), "maybe"),
            (MEMBER, "特殊", "是否 | | | 默认 否 |", "yes"),
            (MEMBER, "类别", f"选项 | | | | {'、'.join(OPTIONS)}", "option"),
            (GROUP, "组量", number.format(""), "energy"),
            (GROUP, "组别", f"选项 | | | | {'、'.join(OPTIONS)}", "option"),
            (GROUP, "要紧", "是否 | | | 默认 否 |", "yes"),
            (MARKET, "月量", number.format(""), "energy"),
        ):
            self._declare(entity, name, row, type_, 3)

    def _declare(self, entity: str, name: str, row: str, type_: str, places: int) -> str:
        self.terms.append(f"{entity} | {name} | t{len(self.terms)} | {row}")
        self.known.append(Known(entity, name, type_, places))
        return name

    def _make_items(self, members: int) -> None:
        rng = self.rng
        self.market = Item("", {MARKET}, {"月量": self._number()})
        groups = [
            Item(
                f"组{n:02d}",
                {GROUP},
                {"组量": self._number(), "组别": rng.choice(OPTIONS), "要紧": rng.random() < 0.5},
            )
            for n in range(members // 5)
        ]
        below = []
        for number in range(members):
            parent = None if self.optional and rng.random() < 0.3 else rng.choice(groups)
            values = {
                "量一": self._number(),
                "量二": self._number(),
                "大量": self._number() * 10 / 10,
                "或量": self._number() if rng.random() < 0.55 else None,
                "特殊": rng.random() < 0.5,
                "类别": rng.choice(OPTIONS),
            }
            kinds = {MEMBER, "有主" if parent else "无主"}
            below.append(Item(f"{number:04d}", kinds, values, parent))
            if parent:
                parent.children.append(below[-1])
        self.items = [self.market, *groups, *below]
        for item in self.items:
            item.market = self.market
        self.inputs = {item: dict(item.values) for item in self.items}

    def _number(self) -> Fraction:
        """Mostly on a coarse grid, so that values meet thresholds and each other."""
        if self.rng.random() < 0.7:
            return Fraction(self.rng.randrange(-16, 40), 2)
        return Fraction(self.rng.randrange(-8_000, 20_000), 1000)

    # -- what may be read ------------------------------------------------------------------------

    def _readable(self, entity: str, *types: str) -> list[tuple[str, Known]]:
        """(path, term) of everything an expression of ``entity`` may read, what was decided last more often."""
        found = []
        for known in self.known:
            if known.type not in types:
                continue
            if known.entity == entity or (known.entity == MEMBER and entity in ("有主", "无主")):
                found.append((known.name, known))
            elif known.entity == MARKET or (known.entity == GROUP and self._has_group(entity)):
                found.append((f"{known.entity}.{known.name}", known))
        return found + found[-3:]

    def _has_group(self, entity: str) -> bool:
        return entity == "有主" or (entity == MEMBER and not self.optional)

    def _read(self, entity: str, *types: str) -> Expr | None:
        choices = self._readable(entity, *types)
        if not choices:
            return None
        path, known = self.rng.choice(choices)
        own = known.entity not in (GROUP, MARKET) or known.entity == entity

        def value(item: Item) -> Any:
            holder = item if own else item.market if known.entity == MARKET else item.parent
            assert holder is not None
            return holder.values[known.name]

        return Expr(path, value)

    # -- expressions -----------------------------------------------------------------------------

    def energy(self, entity: str, depth: int = 2) -> Expr:
        self.asked = False
        return self._energy(entity, depth)

    def condition(self, entity: str, depth: int = 2) -> Expr:
        self.asked = False
        return self._condition(entity, depth)

    def _maybe(self, entity: str) -> Expr | None:
        """A term that may be empty, once in an expression: asking again what is known is refused."""
        if self.asked:
            return None
        self.asked = True
        return self._read(entity, "maybe")

    def _energy(self, entity: str, depth: int) -> Expr:
        rng = self.rng
        atom = self._read(entity, "energy")
        assert atom is not None
        way = rng.randrange(11) if depth else 0
        if way < 2:
            return atom
        a = self._energy(entity, depth - 1)
        if way == 2:
            factor = Fraction(rng.choice(("0.5", "2", "1.25", "0.3")))
            return Expr(f"({a.text} × {_decimal(factor)})", lambda i: a.value(i) * factor)
        if way == 3:
            return Expr(f"绝对值({a.text})", lambda i: abs(a.value(i)))
        if way == 4:
            divisor = rng.choice((3, 7))
            return Expr(f"({a.text} / {divisor})", lambda i: a.value(i) / divisor)
        if way == 5 and (maybe := self._maybe(entity)):
            return Expr(f"首个有值({maybe.text}, {a.text})", lambda i: _first(maybe.value(i), a.value(i)))
        b = self._energy(entity, depth - 1)
        if way == 6:
            return Expr(f"({a.text} + {b.text})", lambda i: a.value(i) + b.value(i))
        if way == 7:
            return Expr(f"最大值({a.text}, {b.text})", lambda i: max(a.value(i), b.value(i)))
        if way == 8:
            return Expr(f"最小值({a.text}, {b.text})", lambda i: min(a.value(i), b.value(i)))
        if way == 9:
            condition = self._condition(entity, 1)
            text = f"(如果 {condition.text} 那么 {a.text} 否则 {b.text})"
            return Expr(text, lambda i: a.value(i) if condition.value(i) else b.value(i))
        return Expr(f"({a.text} - {b.text})", lambda i: a.value(i) - b.value(i))

    def _condition(self, entity: str, depth: int) -> Expr:
        rng = self.rng
        way = rng.randrange(8 if depth else 4)
        if way == 0 and (yes := self._read(entity, "yes")):
            return yes if rng.random() < 0.5 else Expr(f"非 {yes.text}", lambda i: not yes.value(i))
        if way == 1 and (option := self._read(entity, "option")):
            name = rng.choice(OPTIONS)
            return Expr(f'{option.text} = "{name}"', lambda i: option.value(i) == name)
        if way == 2 and (maybe := self._maybe(entity)):
            limit = self._number()
            text = f"({maybe.text} 不为空 且 {maybe.text} > {_decimal(limit)} 兆瓦时)"
            return Expr(text, lambda i: maybe.value(i) is not None and maybe.value(i) > limit)
        if way >= 5:
            a, b = self._condition(entity, depth - 1), self._condition(entity, depth - 1)
            if way == 5:
                return Expr(f"({a.text} 且 {b.text})", lambda i: a.value(i) and b.value(i))
            if way == 6:
                return Expr(f"({a.text} 或 {b.text})", lambda i: a.value(i) or b.value(i))
            return Expr(f"非 ({a.text})", lambda i: not a.value(i))
        return self._comparison(entity)

    def _comparison(self, entity: str) -> Expr:
        a = self._energy(entity, 1)
        low, high = sorted((self._number(), self._number()))
        if self.rng.random() < 0.2:
            text = f"({a.text} 介于 {_decimal(low)} 兆瓦时 和 {_decimal(high)} 兆瓦时)"
            return Expr(text, lambda i: low <= a.value(i) <= high)
        sign, compare = self.rng.choice(_COMPARISONS)
        if self.rng.random() < 0.5:
            b = self._energy(entity, 0)
            return Expr(f"({a.text} {sign} {b.text})", lambda i: compare(a.value(i), b.value(i)))
        return Expr(f"({a.text} {sign} {_decimal(low)} 兆瓦时)", lambda i: compare(a.value(i), low))

    # -- tests of decision tables ----------------------------------------------------------------

    def rows_of(self, entity: str) -> list[Item]:
        return [i for i in self.left if entity in i.entities]

    def test(self, entity: str) -> tuple[Test, Test] | None:
        """A test that divides the rows, and its opposite; None when none was found."""
        for _ in range(25):
            pair = self._any_test(entity)
            rows = self.rows_of(entity)
            if pair is None or not rows:
                continue
            shares = [Fraction(sum(t.holds(t.column.value(r)) for r in rows), len(rows)) for t in pair]
            if all(SHARE[0] <= share <= SHARE[1] for share in shares):
                return pair
        return None

    def _any_test(self, entity: str) -> tuple[Test, Test] | None:
        way = self.rng.randrange(7)
        if way == 0:
            column = self._read(entity, "yes")
            pair = (("是", lambda v: v), ("否", lambda v: not v))
        elif way == 1:
            column = self._read(entity, "option")
            chosen = self.rng.sample(OPTIONS, self.rng.choice((1, 2)))
            rest = [o for o in OPTIONS if o not in chosen]
            opposite = "、".join(rest) if self.rng.random() < 0.5 or len(chosen) > 1 else f"非 {chosen[0]}"
            pair = (("、".join(chosen), lambda v: v in chosen), (opposite, lambda v: v not in chosen))
        elif way == 2:
            column = self._read(entity, "maybe")
            pair = (("为空", lambda v: v is None), ("不为空", lambda v: v is not None))
        elif way == 3:
            column = self._read(entity, "maybe")
            t = self._number()
            above = (f"超过 {_decimal(t)}", lambda v: v is not None and v > t)
            pair = (above, (f"不超过 {_decimal(t)}", lambda v: v is not None and v <= t))
        else:
            return self._number_test(entity, self.energy(entity, 1))
        return None if column is None else (Test(column, *pair[0]), Test(column, *pair[1]))

    def _number_test(self, entity: str, column: Expr) -> tuple[Test, Test]:
        values = sorted(column.value(r) for r in self.rows_of(entity)) or [Fraction(0)]
        t = values[self.rng.randrange(len(values) * 3 // 10, len(values) * 7 // 10 + 1) - 1]
        t = Fraction(round(t * 1000), 1000)
        u = t + Fraction(self.rng.randrange(1, 20), 2)
        # A bare number takes the unit of its column, which may be 万千瓦时.
        unit = " 兆瓦时" if "大量" in column.text or self.rng.random() < 0.3 else ""
        a, b = _decimal(t) + unit, _decimal(u) + unit
        other = self.energy(entity, 0)
        pairs = [
            ((f"超过 {a}", lambda v: v > t), (f"不超过 {a}", lambda v: v <= t)),
            ((f"不低于 {a}", lambda v: v >= t), (f"低于 {a}", lambda v: v < t)),
            ((f"> {a} 且 <= {b}", lambda v: t < v <= u), (f"不超过 {a}", lambda v: v <= t)),
            ((f"[{a}..{b})", lambda v: t <= v < u), (f"低于 {a}、不低于 {b}", lambda v: v < t or v >= u)),
            ((f"介于 {a} 和 {b}", lambda v: t <= v <= u), (f"非 [{a}..{b}]", lambda v: not t <= v <= u)),
        ]
        if column.text == other.text or self.rng.random() < 0.7:
            one, opposite = self.rng.choice(pairs)
            return Test(column, *one), Test(column, *opposite)
        # A cell may name a term: the column is then compared row by row.
        both = Expr(column.text, lambda i: (column.value(i), other.value(i)))
        return (
            Test(both, f"超过 {other.text}", lambda v: v[0] > v[1]),
            Test(both, f"不超过 {other.text}", lambda v: v[0] <= v[1]),
        )

    # -- decisions -------------------------------------------------------------------------------

    def add(self, decision: Decision, row: str, type_: str, places: int = 0) -> None:
        """Keep a decision and declare its term, unless it fails for so many that little would be left to compare."""
        (name,) = decision.outputs
        failed = {i.root for i in decision.run(self.left)}
        if len(failed) * 25 > len({i.root for i in self.left}):
            self.fired = {place: rows for place, rows in self.fired.items() if place[1] != decision.key}
            return
        self.decisions.append(decision)
        self.left = [i for i in self.left if i.root not in failed]
        self._declare(decision.entity, name, row, type_, places)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def rounded(self) -> tuple[str, int, Callable[[Fraction], Fraction]]:
        places, (word, rule) = self.rng.randrange(4), self.rng.choice(list(ROUNDINGS.items()))
        return f"{word} {places} 位", places, lambda x: Fraction(rule(x * 10**places), 10**places)

    def entity(self) -> str:
        return self.rng.choice((MEMBER, MEMBER, MEMBER, GROUP, *(("有主", "无主") if self.optional else ())))

    def each(self, entity: str, decide: Callable[[Item], None]) -> Callable[[list[Item]], Iterable[Item]]:
        def run(items: list[Item]) -> Iterable[Item]:
            for item in [i for i in items if entity in i.entities]:
                try:
                    decide(item)
                except Stop:
                    yield item

        return run

    def formula(self) -> None:
        entity = self.entity()
        if self.rng.random() < 0.3:
            condition, name = self.condition(entity), self.name("断")
            text = f"{entity}.{name}:\n  计算公式: {condition.text}"
            run = self.each(entity, lambda i: _set(i, name, bool(condition.value(i))))
            self.add(Decision(text, entity, (name,), run), "是否 | | | |", "yes")
            return
        self._number_decision(entity, self.energy(entity, 3))

    def _number_decision(self, entity: str, expression: Expr, body: str = "", across: bool = False) -> None:
        word, places, rule = self.rounded()
        name = self.name("量")
        text = f"{entity}.{name}:\n{body or f'  计算公式: {expression.text}'}\n  取整: {word}"
        run = self.each(entity, lambda i: _set(i, name, rule(expression.value(i))))
        run = self._watched(run) if across else run
        self.add(Decision(text, entity, (name,), run), f"电量 | 兆瓦时 | {places} | |", "energy", places)

    def total(self) -> None:
        entity = self.rng.choice((GROUP, GROUP, MARKET))
        below = "有主" if self.optional and entity == GROUP else MEMBER
        chosen = self.rng.choice([k for k in self.known if k.entity == MEMBER and k.type == "energy"])
        kind = self.rng.choice(("求和", "计数", "最大") if entity == GROUP else ("求和", "计数"))
        self.asked = False  # both filters together: what 仅 asks, 不计 need not ask again
        only, skip = (self._condition(MEMBER, 1) if self.rng.random() < 0.4 else None for _ in range(2))
        target = below if kind == "计数" else f"{below}.{chosen.name}"
        lines = [f"  汇总:\n    {kind}: {target}"]
        lines += [
            f"    {word}: {c.text}" for word, c in (("仅", only), ("不计", skip)) if c and kind != "最大"
        ]

        def value(item: Item) -> Any:
            rows = item.children if entity == GROUP else [i for i in self._now if MEMBER in i.entities]
            if kind != "最大":
                rows = [r for r in rows if (not only or only.value(r)) and not (skip and skip.value(r))]
            if kind == "最大" and not rows:
                raise Stop
            values = [r.values[chosen.name] for r in rows]
            return (
                Fraction(len(rows))
                if kind == "计数"
                else max(values)
                if kind == "最大"
                else sum(values, Fraction(0))
            )

        if kind == "计数":
            name = self.name("数")
            run = self.each(entity, lambda i: _set(i, name, value(i)))
            text = "\n".join([f"{entity}.{name}:", *lines])
            self.add(Decision(text, entity, (name,), self._watched(run)), "数 | | 0 | |", "number")
            return
        self._number_decision(entity, Expr("", value), "\n".join(lines), across=True)

    def _watched(self, run: Callable[[list[Item]], Iterable[Item]]) -> Callable[[list[Item]], Iterable[Item]]:
        """Totals of the one-row entity run over the rows of the moment."""

        def watched(items: list[Item]) -> Iterable[Item]:
            self._now = items
            return list(run(items))

        return watched

    def scale(self) -> None:
        entity = self.entity()
        of = self.energy(entity, 1)
        while "大量" in of.text:  # thresholds and rates are written for MWh
            of = self.energy(entity, 1)
        method, word = self.rng.choice(("分段", "全额")), self.rng.choice(("超过", "不低于"))
        starts = sorted(self.rng.sample(range(-4, 16), self.rng.choice((2, 3))))
        rates = [Fraction(self.rng.randrange(-4, 13), 4) for _ in starts]
        table = [
            f"      | 档{n} | {s} | {_decimal(r)} |"
            for n, (s, r) in enumerate(zip(starts, rates, strict=True))
        ]
        key = f"{entity}.量{self.count + 1}"
        body = (
            f"  阶梯:\n    依据: {of.text}\n    方式: {method}\n    分档: |\n      | 行名 | {word} | 费率 |\n"
        )

        def value(item: Item) -> Fraction:
            quantity = of.value(item)
            reached = [
                n for n, s in enumerate(starts) if quantity > s or (word == "不低于" and quantity == s)
            ]
            self.fired[item, key] = (f"档{reached[-1]}" if reached else "默认",)
            if not reached:
                return Fraction(0)
            if method == "全额":
                return Fraction(quantity * rates[reached[-1]])
            tops = [*(Fraction(s) for s in starts[1 : len(reached)]), quantity]
            return sum(((tops[n] - starts[n]) * rates[n] for n in reached), Fraction(0))

        self._number_decision(entity, Expr("", value), body + "\n".join(table))

    def allocation(self) -> None:
        """A group's energy, or the month's, shared among members; the weight is never below zero."""
        above = self.rng.choice((GROUP, GROUP, MARKET))
        entity = MEMBER if above == MARKET or not self.optional else "有主"
        total = self.rng.choice([k for k in self.known if k.entity == above and k.type == "energy"])
        within = self.condition(entity, 1) if above == GROUP and self.rng.random() < 0.6 else None
        weight, name = self.energy(entity, 1), self.name("量")
        places = self.rng.randrange(total.places, 4)
        lines = [f"{entity}.{name}:", "  分摊:", f"    总量: {above}.{total.name}"]
        lines += [f"    分摊范围: {within.text}"] if within else []
        lines += [
            f"    分摊依据: 绝对值({weight.text}) + 1 兆瓦时",
            "    尾差: 最大余数法",
            f"  取整: {places} 位",
        ]

        def run(items: list[Item]) -> Iterable[Item]:
            for holder in [i for i in items if above in i.entities]:
                rows = holder.children if above == GROUP else [i for i in items if MEMBER in i.entities]
                chosen = [r for r in rows if not within or within.value(r)]
                amount = holder.values[total.name]
                if amount and not chosen:
                    yield holder
                    continue
                weights = {r.key: abs(weight.value(r)) + 1 for r in chosen}
                sign = -1 if amount < 0 else 1
                parts = allocate(abs(amount), weights, places)
                for row in rows:
                    row.values[name] = sign * parts.get(row.key, Fraction(0))

        self.add(
            Decision("\n".join(lines), entity, (name,), run),
            f"电量 | 兆瓦时 | {places} | |",
            "energy",
            places,
        )

    # -- decision tables -------------------------------------------------------------------------

    def table(self, hit_policy: str) -> None:
        entity = self.entity()
        pairs = [p for p in (self.test(entity) for _ in range(self.rng.choice((2, 3, 4)))) if p]
        if not pairs:
            return
        rows = self._tree(pairs) if hit_policy == "不允许" else self._rows(pairs)
        collect = self.rng.choice(("求和", "最小", "最大", "计数", "列表")) if hit_policy == "汇集" else ""
        self._write_table(entity, hit_policy, collect, rows)

    def _tree(self, pairs: list[tuple[Test, Test]]) -> list[list[Test]]:
        """Rows that part all cases, now and then with one cell too few or one row too few."""
        rows: list[list[Test]] = [[]]
        for pair in pairs:
            at = self.rng.randrange(len(rows))
            again = any(t.column.text == pair[0].column.text for t in rows[at])  # a row has one cell a column
            if self._opposite(pair) and not again:
                rows[at : at + 1] = [[*rows[at], test] for test in pair]
        if self.rng.random() < 0.08 and len(rows) > 2:
            self.rng.choice([r for r in rows if r]).pop()
        return rows

    def _opposite(self, pair: tuple[Test, Test]) -> bool:
        """Whether exactly one of the two holds for every row there is."""
        return all(sum(t.holds(t.column.value(i)) for t in pair) == 1 for i in self.left if _fits(pair[0], i))

    def _rows(self, pairs: list[tuple[Test, Test]]) -> list[list[Test]]:
        tests = [t for pair in pairs for t in pair]
        rows = []
        for _ in range(self.rng.choice((3, 4, 6, 8))):
            chosen = self.rng.sample(tests, min(len(tests), self.rng.choice((1, 1, 2, 2, 3))))
            rows.append(list({t.column.text: t for t in chosen}.values()))
        return rows

    def _write_table(self, entity: str, hit_policy: str, collect: str, rows: list[list[Test]]) -> None:
        rng, title = self.rng, self.name("表")
        what = (
            "数"
            if collect == "计数"
            else "文"
            if collect == "列表"
            else "量"
            if collect
            else rng.choice("量量类断")
        )
        name = self.name(what)
        word, places, rule = self.rounded()
        outputs = [self._output(entity, what, n) for n in range(len(rows))]
        if hit_policy == "结果须相同":
            outputs = [outputs[0]] * len(rows)
        default = self._output(entity, what, 99) if collect in ("", "最小", "最大") else None
        columns = list(dict.fromkeys(t.column.text for row in rows for t in row))
        lines = [f"{title}:", f"  适用: [{entity}]", f"  多行命中: {hit_policy}"]
        lines += [f"  汇集: {collect}"] if collect else []
        lines += [f"  默认:\n    {name}: {default.text}"] if default else []
        lines += ["  决策表: |", _bars(["行名", *(f"当：{c}" for c in columns), f"则：{name}"])]
        for n, (row, output) in enumerate(zip(rows, outputs, strict=True)):
            cells = {t.column.text: t.cell for t in row}
            lines.append(_bars([f"行{n}", *(cells.get(c, "-") for c in columns), output.text]))
        lines += [f"  取整:\n    {name}: {word}"] if what == "量" else []

        def decide(item: Item) -> None:
            hits = [n for n, row in enumerate(rows) if all(t.holds(t.column.value(item)) for t in row)]
            if hit_policy == "不允许" and len(hits) > 1:
                raise Stop
            if hit_policy in ("取首行", "结果须相同"):
                hits = hits[:1]
            self.fired[item, title] = tuple(f"行{n}" for n in hits) or (("默认",) if default else ())
            found = [outputs[n].value(item) for n in hits] or ([default.value(item)] if default else [])
            value = _collected(collect, found, len(hits))
            _set(item, name, rule(value) if what == "量" else value)

        row, type_ = {
            "量": (f"电量 | 兆瓦时 | {places} | |", "energy"),
            "类": (f"选项 | | | | {'、'.join(OPTIONS)}", "option"),
            "断": ("是否 | | | |", "yes"),
            "数": ("数 | | 0 | |", "number"),
            "文": ("文本 | | | |", "text"),
        }[what]
        self.add(Decision("\n".join(lines), entity, (name,), self.each(entity, decide)), row, type_, places)

    def _output(self, entity: str, what: str, number: int) -> Expr:
        rng = self.rng
        if what == "类":
            option = rng.choice(OPTIONS)
            return Expr(option, lambda i: option)
        if what == "断":
            yes = rng.random() < 0.5
            return Expr("是" if yes else "否", lambda i: yes)
        if what == "文":
            return Expr(f'"句{number}"', lambda i: f"句{number}")
        if what == "数" or rng.random() < 0.4:
            amount = Fraction(rng.randrange(-6, 20)) if what == "数" else self._number()
            return Expr(_decimal(amount), lambda i: amount)
        return self.energy(entity, 1)

    # -- all of it -------------------------------------------------------------------------------

    def generate(self) -> Generated:
        steps: list[Callable[[], None]] = [
            lambda: self.table("不允许"),
            lambda: self.table("结果须相同"),
            lambda: self.table("取首行"),
            lambda: self.table("汇集"),
            lambda: self.table("汇集"),
            self.formula,
            self.formula,
            self.total,
            self.scale,
            self.allocation,
        ]
        self.rng.shuffle(steps)
        for step in [*steps, *self.rng.choices(steps, k=3), lambda: self.table("不允许")]:
            step()
        left = self._settled()
        ids = {(k[0], k[1]): k[2] for k in (tuple(c.strip() for c in t.split("|")[:3]) for t in self.terms)}
        decided = [(d, name, ids[d.entity, name]) for d in self.decisions for name in d.outputs]
        values = {
            (_base(d.entity), i.key, id_): i.values[name]
            for d, name, id_ in decided
            for i in left
            if d.entity in i.entities
        }
        alive = set(left)
        fired = {(_base_of(i), i.key, key): rows for (i, key), rows in self.fired.items() if i in alive}
        rejected = {i.root.key for i in self.items if i not in alive}
        return Generated(self.seed, self._text(), self._facts(), rejected, values, fired)

    def _settled(self) -> list[Item]:
        """Decide everything afresh, until nothing that is left fails."""
        left = list(self.items)
        while True:
            for item in self.items:
                item.values = dict(self.inputs[item])
            self.fired.clear()
            failed: set[Item] = set()
            for decision in self.decisions:
                failed = {i.root for i in decision.run(left)}
                if failed:
                    break
            if not failed:
                return left
            left = [i for i in left if i.root not in failed]

    def _facts(self) -> dict[str, Any]:
        entities = {MARKET: "market", GROUP: "group", MEMBER: "member"}
        facts: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in entities.values()}
        for item in self.items:
            kind = _base_of(item)
            row: dict[str, Any] = dict(self.inputs[item])
            if kind == MEMBER:
                row["大量"] = row["大量"] / 10  # handed in as 万千瓦时
                row["group_id"] = item.parent.key if item.parent else ""
            if kind != MARKET:
                row[f"{entities[kind]}_id"] = item.key
            facts[entities[kind]].append(row)
        self.rng.shuffle(facts["member"])
        return facts

    def _text(self) -> str:
        optional = ", 可空: 是" if self.optional else ""
        head = f"""# language: zh-CN
格式: 1
政策: t/generated
标题: 随机 {self.seed}
发文机关: 某委
发文日期: 2018-01-01
施行: {{自: 2018-01-01, 至: 未定, 按: 结算月}}
主体:
  全月: {{代号: market, 单例: 是}}
  甲方: {{代号: group, 主键: group_id}}
  乙方: {{代号: member, 主键: member_id, 属于: 甲方{optional}}}
"""
        if self.optional:
            head += "  有主: {即: 乙方, 当: 所属甲方 不为空}\n  无主: {即: 乙方, 当: 所属甲方 为空}\n"
        rows = [
            "主体 | 名称 | 代号 | 类型 | 单位 | 小数位 | 其他 | 范围",
            "全月 | 结算月 | month | 月份 | | | |",
            *self.terms,
        ]
        decisions = [d.text for d in self.decisions]
        self.rng.shuffle(decisions)  # the order in the file has no meaning
        body = "\n".join(f"  {line}" for text in decisions for line in text.splitlines())
        return head + "词条: |\n" + "".join(f"  | {row} |\n" for row in rows) + f"决定:\n{body}\n"


_COMPARISONS: tuple[tuple[str, Callable[[Any, Any], bool]], ...] = (
    (">", lambda a, b: a > b),
    (">=", lambda a, b: a >= b),
    ("<", lambda a, b: a < b),
    ("不超过", lambda a, b: a <= b),
    ("=", lambda a, b: a == b),
    ("!=", lambda a, b: a != b),
)


def _fits(test: Test, item: Item) -> bool:
    try:
        test.column.value(item)
    except (KeyError, AssertionError):
        return False
    return True


def _set(item: Item, name: str, value: Any) -> None:
    item.values[name] = value


def _first(value: Any, other: Any) -> Any:
    return other if value is None else value


def _collected(collect: str, found: list[Any], hits: int) -> Any:
    if collect == "计数":
        return Fraction(hits)
    if collect == "列表":
        return "、".join(found)
    if collect == "求和":
        return sum(found, Fraction(0))
    if not found:
        raise Stop
    return min(found) if collect == "最小" else max(found) if collect == "最大" else found[0]


def _decimal(value: Fraction) -> str:
    """A terminating fraction of at most three places as it is written."""
    units = value * 1000
    assert units.denominator == 1, value
    sign = "-" if units < 0 else ""
    whole, rest = divmod(abs(int(units)), 1000)
    return f"{sign}{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else f"{sign}{whole}"


def _bars(cells: Iterable[str]) -> str:
    return f"    | {' | '.join(cells)} |"


def _base(entity: str) -> str:
    return MEMBER if entity in ("有主", "无主") else entity


def _base_of(item: Item) -> str:
    return next(e for e in (MEMBER, GROUP, MARKET) if e in item.entities)
