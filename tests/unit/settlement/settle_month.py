"""A small month on disk, settled through the command line."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from policy_engine.cli.main import run

POLICY = "jibei/deviation"
PERIOD = "2018-06"
MARKET = [{"average_bilateral_price": "350"}]
RETAILERS = [{"retailer_id": "A"}, {"retailer_id": "B"}]


def user(user_id, retailer_id="A", contract="10000", metered="9400", **more):
    return {
        "user_id": user_id,
        "retailer_id": retailer_id,
        "contract_energy": contract,
        "metered_energy": metered,
        "catalogue_price": "600",
        "exempt": "否",
        **more,
    }


def users():
    """Two packages of two, and a user that trades directly."""
    return [
        user("001", "A"),
        user("002", "A", metered="9600"),
        user("003", "B"),
        user("004", "B", metered="10100"),
        user("D1", ""),
    ]


def write_csv(path, rows, encoding="utf-8"):
    header = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_month(folder, user=None, retailer=None, market=None, **others):
    """csv tables named by entity id; None takes the month above, an empty list writes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "user": users() if user is None else user,
        "retailer": RETAILERS if retailer is None else retailer,
        "market": MARKET if market is None else market,
        **others,
    }
    for name, rows in tables.items():
        if rows:
            write_csv(folder / f"{name}.csv", rows)
    return folder


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass
class Outcome:
    """What a run of the command line left behind, read at once: the next run may use the same folder."""

    code: int
    folder: Path
    out: str
    err: str

    def __post_init__(self):
        self.tables = {path.stem: read_csv(path) for path in self.folder.glob("*.csv") if path.is_file()}
        record = self.folder / "run.json"
        self.record = json.loads(record.read_text(encoding="utf-8")) if self.code in (0, 2) else None

    def table(self, name):
        return self.tables[name]

    @property
    def users(self):
        return {row["user_id"]: row for row in self.table("user")}

    @property
    def retailers(self):
        return {row["retailer_id"]: row for row in self.table("retailer")}

    @property
    def rejected(self):
        return self.table("rejected")

    def reasons(self):
        """(table, id) → codes."""
        found = {}
        for row in self.rejected:
            found.setdefault((row["table"], row["id"]), []).append(row["code"])
        return found


class Settler:
    """``policy-engine settle`` with what it prints."""

    def __init__(self, capsys, tmp_path, executor):
        self.capsys = capsys
        self.executor = executor
        self.output = tmp_path / "结果"

    def __call__(self, source, *options, output=None, period=PERIOD, executor=None, lang=()):
        folder = Path(output or self.output)
        self.capsys.readouterr()
        code = run(
            [
                *lang,
                "settle",
                POLICY,
                "--period",
                period,
                "--input",
                str(source),
                "--output",
                str(folder),
                "--executor",
                executor or self.executor,
                *options,
            ]
        )
        printed = self.capsys.readouterr()
        return Outcome(code, folder, printed.out, printed.err)


def balanced(outcome):
    """Rows in = rows out + rejected, told by run.json and true of the files."""
    for name, counts in outcome.record["rows"].items():
        assert counts["in"] + counts["implied"] == counts["out"] + counts["rejected"], name
        if name != "market":
            assert len(outcome.table(name)) == counts["out"]
        lines = {(r["source"], r["line"]) for r in outcome.rejected if r["table"] == name}
        assert len(lines) == counts["rejected"]
    return True
