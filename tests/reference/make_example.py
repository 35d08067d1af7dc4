"""Write examples/jibei-2018-06: run `python -m reference.make_example` in the tests folder.

The csv files come out byte for byte the same on every run; of the workbook only the contents do.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from .example_month import Example, example_month
from .jibei import settle

FOLDER = Path(__file__).parents[2] / "examples" / "jibei-2018-06"
WORKBOOK = "冀北2018年6月.xlsx"
TITLE = "冀北地区2018年6月偏差考核核算数据"
MONTH = "2018-06"
USER_HEADER = (
    "用户编号",
    "用户名称",
    "所在市",
    "售电公司",
    "合同电量（兆瓦时）",
    "实际用电量（兆瓦时）",
    "目录电价（元/兆瓦时）",
    "免考",
    "约定分摊比例",
    "承担上限（元）",
)
RETAILER_HEADER = ("售电公司", "打包合同电量（兆瓦时）")
MONTH_HEADER = ("年度双边均价（元/兆瓦时）",)
ENERGY_COLUMNS = ("合同电量（兆瓦时）", "实际用电量（兆瓦时）")
FORMATS = {
    "合同电量（兆瓦时）": "0.000",
    "实际用电量（兆瓦时）": "0.000",
    "打包合同电量（兆瓦时）": "0.000",
    "目录电价（元/兆瓦时）": "0.000",
    "年度双边均价（元/兆瓦时）": "0.000",
    "约定分摊比例": "0.00%",
    "承担上限（元）": "0.00",
}

Cell = str | Decimal
Table = tuple[Sequence[str], list[list[Cell]]]


def tables(example: Example) -> dict[str, Table]:
    """Sheet name → (header, rows); text cells as str ('' = blank), numbers as Decimal."""
    users: list[list[Cell]] = [
        [
            user.user_id,
            user.name,
            user.city,
            user.retailer_id,
            Decimal(user.contract).scaleb(-3),
            Decimal(user.metered).scaleb(-3),
            _decimal(user.tariff, 3),
            "是" if user.exempt else "否",
            Decimal(user.share).scaleb(-4),
            "" if user.cap is None else Decimal(user.cap).quantize(Decimal("0.01")),
        ]
        for user in example.users
    ]
    packages: list[list[Cell]] = [
        [retailer_id, Decimal(contract).scaleb(-3)] for retailer_id, contract in example.packages
    ]
    return {
        "用户": (USER_HEADER, users),
        "售电公司": (RETAILER_HEADER, packages),
        "全月": (MONTH_HEADER, [[_decimal(example.price, 3)]]),
    }


def csv_bytes(table: Table) -> bytes:
    """The table as Excel reads it without asking: UTF-8 with a byte order mark; shares as 30%."""
    header, rows = table
    lines = [[_csv_text(name, cell) for name, cell in zip(header, row, strict=True)] for row in rows]
    return _csv([header, *lines]).encode("utf-8-sig")


def expected_bytes(example: Example) -> dict[str, bytes]:
    """File name → the settlement of the month, sorted by id, numbers with fixed places."""
    by_user, by_retailer = settle(*settlement_input(example))
    return {
        "user.csv": _results(by_user, "user_id").encode(),
        "retailer.csv": _results(by_retailer, "retailer_id").encode(),
    }


def settlement_input(example: Example) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Fraction]:
    users = [
        {
            "user_id": user.user_id,
            "retailer_id": user.retailer_id,
            "contract_energy": Fraction(user.contract, 1000),
            "metered_energy": Fraction(user.metered, 1000),
            "catalogue_price": user.tariff,
            "exempt": user.exempt,
            "liability_share": Fraction(user.share, 10_000),
            "liability_cap": None if user.cap is None else Fraction(user.cap),
        }
        for user in example.users
    ]
    retailers = [
        {"retailer_id": retailer_id, "package_contract_energy": Fraction(contract, 1000)}
        for retailer_id, contract in example.packages
    ]
    return users, retailers, example.price


def write_workbook(path: Path, example: Example) -> None:
    """One sheet a table below a title row; the users' sheet has a month column and a sum row."""
    import xlsxwriter

    sheets = tables(example)
    header, rows = sheets["用户"]
    total: list[Cell] = ["", "合计", *[""] * (len(header) - 1)]
    for name in ENERGY_COLUMNS:
        total[header.index(name) + 1] = sum((Decimal(row[header.index(name)]) for row in rows), Decimal(0))
    sheets["用户"] = (("结算期", *header), [*([MONTH, *row] for row in rows), total])
    with xlsxwriter.Workbook(path) as book:
        for name, table in sheets.items():
            _write_sheet(book, name, table)


def _write_sheet(book: Any, name: str, table: Table) -> None:
    header, rows = table
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    text = book.add_format({"num_format": "@"})
    formats = {column: book.add_format({"num_format": code}) for column, code in FORMATS.items()}
    sheet.write_string(0, 0, TITLE, bold)
    sheet.set_column(0, len(header) - 1, 18)
    for column, title in enumerate(header):
        sheet.write_string(1, column, title, bold)
    for line, row in enumerate(rows, start=2):
        for column, cell in enumerate(row):
            if isinstance(cell, Decimal):
                assert len(cell.normalize().as_tuple().digits) <= 15, "a spreadsheet holds 15 digits"
                sheet.write_number(line, column, float(cell), formats[header[column]])
            elif cell:
                sheet.write_string(line, column, cell, text)


def _decimal(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    assert scaled.denominator == 1
    return Decimal(scaled.numerator).scaleb(-places)


def _csv_text(column: str, cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if column == "约定分摊比例":
        return f"{(cell * 100).normalize():f}%"
    return f"{cell:f}"


def _results(rows: list[dict[str, Any]], key: str) -> str:
    ordered = sorted(rows, key=lambda row: row[key])
    lines = [[_result_text(name, value) for name, value in row.items()] for row in ordered]
    return _csv([list(rows[0]), *lines])


def _result_text(name: str, value: str | Fraction) -> str:
    if isinstance(value, str):
        return value
    return f"{_decimal(value, 3 if name.endswith('energy') else 2):f}"


def _csv(lines: Iterable[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return stream.getvalue()


def main() -> None:
    example = example_month()
    (FOLDER / "expected").mkdir(parents=True, exist_ok=True)
    for name, table in tables(example).items():
        (FOLDER / "csv" / f"{name}.csv").write_bytes(csv_bytes(table))
    for name, content in expected_bytes(example).items():
        (FOLDER / "expected" / name).write_bytes(content)
    write_workbook(FOLDER / WORKBOOK, example)


if __name__ == "__main__":
    main()
