"""The committed example month: reproducible, the same in every format, and as special as it claims."""

import csv
import io
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest

from .example_month import CITIES, example_month
from .jibei import settle
from .make_example import FOLDER, MONTH, TITLE, WORKBOOK, csv_bytes, expected_bytes, tables, write_workbook

EXAMPLE = example_month()


def read_csv(name, encoding="utf-8-sig"):
    """Header-keyed rows of a committed file, read without the help of the writer."""
    return list(csv.DictReader(io.StringIO((FOLDER / name).read_bytes().decode(encoding), newline="")))


def number(text):
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def input_from_csv():
    users = [
        {
            "user_id": row["用户编号"],
            "retailer_id": row["售电公司"],
            "contract_energy": number(row["合同电量（兆瓦时）"]),
            "metered_energy": number(row["实际用电量（兆瓦时）"]),
            "catalogue_price": number(row["目录电价（元/兆瓦时）"]),
            "exempt": {"是": True, "否": False}[row["免考"]],
            "liability_share": number(row["约定分摊比例"]),
            "liability_cap": number(row["承担上限（元）"]) if row["承担上限（元）"] else None,
        }
        for row in read_csv("csv/用户.csv")
    ]
    retailers = [
        {"retailer_id": row["售电公司"], "package_contract_energy": number(row["打包合同电量（兆瓦时）"])}
        for row in read_csv("csv/售电公司.csv")
    ]
    (month,) = read_csv("csv/全月.csv")
    return users, retailers, number(month["年度双边均价（元/兆瓦时）"])


def workbook_rows(path):
    """Sheet name → rows of cell values: numbers as the decimals that the file writes, blanks as ''."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    return {
        sheet.title: [
            ["" if cell is None else cell if isinstance(cell, str) else Decimal(repr(cell)) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book.worksheets
    }


@pytest.mark.parametrize("name", ["用户", "售电公司", "全月"])
def test_the_committed_csv_is_what_the_script_writes(name):
    assert (FOLDER / "csv" / f"{name}.csv").read_bytes() == csv_bytes(tables(EXAMPLE)[name])


@pytest.mark.parametrize("name", ["user.csv", "retailer.csv"])
def test_the_committed_results_are_what_the_reference_computes(name):
    assert (FOLDER / "expected" / name).read_bytes() == expected_bytes(EXAMPLE)[name]


def test_the_committed_results_follow_from_the_committed_csv():
    by_user, by_retailer = settle(*input_from_csv())
    for name, key, results in (
        ("user.csv", "user_id", by_user),
        ("retailer.csv", "retailer_id", by_retailer),
    ):
        read = [
            {
                column: Fraction(text) if column not in {key, "verdict"} else text
                for column, text in row.items()
            }
            for row in read_csv(f"expected/{name}", "utf-8")
        ]
        assert read == sorted(results, key=lambda row: row[key])


def test_the_committed_workbook_is_what_the_script_writes(tmp_path):
    write_workbook(tmp_path / WORKBOOK, EXAMPLE)
    assert workbook_rows(FOLDER / WORKBOOK) == workbook_rows(tmp_path / WORKBOOK)


def test_the_workbook_carries_the_data_of_the_csv():
    sheets = workbook_rows(FOLDER / WORKBOOK)
    assert list(sheets) == ["用户", "售电公司", "全月"]
    for name, (title, header, *rows) in sheets.items():
        assert title[0] == TITLE
        if name == "用户":
            total = rows.pop()
            assert total[1] == "合计"
            assert all(row[0] == MONTH for row in rows)
            for column in (5, 6):
                assert total[column] == sum(row[column] for row in rows)
            assert header[0] == "结算期"
            header, rows = header[1:], [row[1:] for row in rows]
        as_csv = [list(row.values()) for row in read_csv(f"csv/{name}.csv")]
        assert header == list(read_csv(f"csv/{name}.csv")[0])
        assert len(rows) == len(as_csv)
        for row, texts in zip(rows, as_csv, strict=True):
            for cell, text in zip(row, texts, strict=True):
                assert Fraction(cell) == number(text) if isinstance(cell, Decimal) else cell == text


def test_ids_are_text_in_the_workbook():
    rows = workbook_rows(FOLDER / WORKBOOK)["用户"][2:-1]
    assert {"001234", "1234", "0001234", "000077"} < {row[1] for row in rows}
    assert all(isinstance(row[1], str) for row in rows)


class Settled(NamedTuple):
    """The committed month with its results: (user row, result row) pairs, whole and by retailer."""

    retailers: list[dict]
    pairs: list[tuple[dict, dict]]
    packages: dict[str, tuple[dict, list[tuple[dict, dict]]]]

    @property
    def users(self):
        return [user for user, _ in self.pairs]

    @property
    def direct(self):
        return [pair for pair in self.pairs if not pair[0]["retailer_id"]]

    @property
    def by_retailer(self):
        return [result for result, _ in self.packages.values()]


@pytest.fixture(scope="module")
def month():
    users, retailers, price = input_from_csv()
    by_user, by_retailer = settle(users, retailers, price)
    pairs = list(zip(users, by_user, strict=True))
    packages = {
        result["retailer_id"]: (result, [p for p in pairs if p[0]["retailer_id"] == result["retailer_id"]])
        for result in by_retailer
    }
    return Settled(retailers, pairs, packages)


def test_sizes(month):
    assert len(month.retailers) >= 14
    assert len(month.users) >= 450
    assert len(month.direct) >= 40
    assert len({row["用户名称"] for row in read_csv("csv/用户.csv")}) == len(month.users)


def test_every_city_has_users_and_retailers(month):
    cities = Counter(row["所在市"] for row in read_csv("csv/用户.csv"))
    assert set(cities) == set(CITIES)
    assert min(cities.values()) >= 30
    assert all(any(name.startswith(city) for name in month.packages) for city in CITIES)


def test_magnitudes_are_plausible(month):
    contracts = [user["contract_energy"] for user in month.users if user["contract_energy"]]
    assert min(contracts) >= 50
    assert max(contracts) <= 60_000
    assert all(530 <= user["catalogue_price"] <= 680 for user in month.users)
    assert all(0 <= user["metered_energy"] <= 1.6 * max(user["contract_energy"], 150) for user in month.users)


def test_every_verdict_occurs(month):
    assert {row["verdict"] for row in month.by_retailer} == {"无偏差考核电量", "免予考核", "应予考核"}
    assert {r["verdict"] for _, r in month.direct} == {"无偏差考核电量", "免予考核", "应予考核", "免考"}
    assert {row["verdict"] for _, row in month.pairs} >= {"免考", "按打包考核"}


def test_one_package_has_over_use_and_assessment_through_an_exempt_over_user(month):
    found = [
        members
        for result, members in month.packages.values()
        if result["over_energy"] and result["assessed_energy"]
    ]
    assert len(found) == 1
    assert any(user["exempt"] and result["over_energy"] for user, result in found[0])


def test_one_package_is_wholly_exempt(month):
    found = [
        members for _, members in month.packages.values() if members and all(u["exempt"] for u, _ in members)
    ]
    assert len(found) == 1


def test_exempt_direct_users_go_both_ways(month):
    exempt = [result for user, result in month.direct if user["exempt"]]
    assert any(result["over_energy"] for result in exempt)
    assert any(result["deviation_energy"] < 0 for result in exempt)


def test_one_retailer_has_no_users(month):
    assert len([name for name, (_, members) in month.packages.items() if not members]) == 1


def test_zero_contracts_and_zero_meters(month):
    assert len([u for u in month.users if not u["contract_energy"] and u["metered_energy"]]) >= 3
    assert len([u for u in month.users if u["contract_energy"] and not u["metered_energy"]]) >= 3
    assert len([u for u in month.users if not u["contract_energy"] and not u["metered_energy"]]) >= 2


@pytest.mark.parametrize("beyond", [Fraction(0), Fraction(1, 1000)], ids=["exactly -5 %", "one kWh beyond"])
def test_the_edge_of_the_band(month, beyond):
    def on_edge(contract, metered):
        return contract > 0 and contract - metered - contract / 20 == beyond

    assert any(on_edge(u["contract_energy"], u["metered_energy"]) for u, _ in month.direct)
    assert any(on_edge(u["contract_energy"], u["metered_energy"]) for u in month.users if u["retailer_id"])
    assert any(
        on_edge(row["assessment_contract_energy"], row["assessment_metered_energy"])
        for row in month.by_retailer
    )


def test_an_excess_that_rounds_to_nothing_is_still_assessed(month):
    for results in (month.by_retailer, [result for _, result in month.direct]):
        assert [r for r in results if r["verdict"] == "应予考核" and r["assessed_energy"] == 0]


@pytest.mark.parametrize("name", ["assessed_energy", "over_energy"])
def test_ties_are_decided_by_id(month, name):
    decided = 0
    for _, members in month.packages.values():
        twins = {}
        for user, result in members:
            key = user["contract_energy"], user["metered_energy"], user["exempt"]
            twins.setdefault(key, []).append((user["user_id"], result[name]))
        for group in twins.values():
            parts = [part for _, part in sorted(group)]
            assert parts == sorted(parts, reverse=True)
            decided += len(set(parts)) > 1
    assert decided >= 1


def test_agreements_and_caps_matter(month):
    packaged = [
        (user, result) for user, result in month.pairs if result["assessment_fee"] and user["retailer_id"]
    ]
    shares = {user["liability_share"] for user, _ in packaged}
    assert shares >= {Fraction(0), Fraction(3, 10), Fraction(3333, 10_000), Fraction(1)}
    assert any(result["user_fee"] == user["liability_cap"] for user, result in packaged)
    assert any(
        user["liability_cap"] and result["user_fee"] < user["liability_cap"] for user, result in packaged
    )
