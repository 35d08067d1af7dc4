"""An invented June 2018 of the Jibei area: plausible in size, and holding every special situation.

Energies are whole kWh and shares whole basis points until the rows are handed out. Only integer draws
from a seeded generator are used, so the month is the same on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from random import Random

SEED = 201806
AVERAGE_PRICE = Fraction("352.376")
CITIES = ("廊坊", "张家口", "承德", "唐山", "秦皇岛")
DIRECT_USERS = 48

# (smallest, largest contract in MWh, tariff in yuan per MWh) by supply voltage
VOLTAGES = (
    (50, 900, Fraction("678.2")),  # below 1 kV
    (60, 3_000, Fraction("663.2")),  # 1 to 10 kV, general
    (300, 6_000, Fraction("571.4")),  # 1 to 10 kV, large industry
    (2_000, 15_000, Fraction("556.4")),  # 35 kV
    (8_000, 35_000, Fraction("541.4")),  # 110 kV
    (20_000, 60_000, Fraction("531.4")),  # 220 kV
)
VOLTAGE_MIX = (0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5)
SHARES = (0, 0, 0, 0, 2_000, 3_000, 3_000, 3_333, 5_000, 10_000)
CAPS = (None, None, 500, 5_000, 20_000)
INDUSTRIES = ("铸造", "矿业", "水泥", "化工", "陶瓷", "纺织", "食品", "纸业", "装备", "数据", "冷链", "建材")
SYLLABLES = ("云", "澜", "霁", "砚", "稷", "楹", "岚", "翎", "汀", "岫", "珩", "籁")
# Account numbers that a spreadsheet would mangle; two of them are one number.
ODD_IDS = ("001234", "1234", "000077", "0001234", "0100000000")


@dataclass(frozen=True)
class Pin:
    """A user whose figures (kWh) are set by hand."""

    contract: int
    metered: int
    exempt: bool = False


@dataclass(frozen=True)
class Plan:
    """One retailer: how many users and where its judged users together shall land.

    `goal` is the aimed deviation in basis points of the contract and `spread` the users' scatter around
    it. With `offset`, the package lands exactly there plus `offset` kWh (rounded down to a kWh).
    """

    retailer_id: str
    size: int
    goal: int
    spread: int = 600
    offset: int | None = None
    pins: tuple[Pin, ...] = ()
    exempt_short: bool = False
    everybody_exempt: bool = False


@dataclass(frozen=True)
class User:
    """A row of the users' sheet; energies in kWh, the share in basis points, the cap in yuan."""

    user_id: str
    name: str
    city: str
    retailer_id: str
    contract: int
    metered: int
    tariff: Fraction
    exempt: bool
    share: int
    cap: int | None


@dataclass(frozen=True)
class Example:
    users: tuple[User, ...]
    packages: tuple[tuple[str, int], ...]  # retailer id, package contract in kWh
    price: Fraction


NO_CONTRACT = Pin(0, 186_420)
IDLE = Pin(0, 0)
STOPPED = Pin(2_400_000, 0)
AT_BAND = Pin(3_600_000, 3_420_000)
BEYOND_BAND = Pin(3_600_000, 3_419_999)
SHORT_TWIN = Pin(6_000_000, 5_520_000)
EXEMPT_OVER = Pin(18_000_000, 27_500_000, exempt=True)
OVER_TWIN = Pin(5_000_000, 5_600_000)

PLANS = (
    Plan("廊坊云岫售电", 42, -310, pins=(NO_CONTRACT, AT_BAND, BEYOND_BAND)),
    Plan("廊坊澜汀售电", 38, -820, pins=(IDLE, AT_BAND, BEYOND_BAND, STOPPED)),
    Plan("张家口霁川售电", 36, 410, pins=(NO_CONTRACT, STOPPED)),
    Plan("张家口砚山售电", 30, -500, offset=0),  # exactly -5 %
    Plan("承德稷原售电", 28, -500, offset=-1),  # one kWh beyond
    Plan("承德松翎售电", 24, -640, pins=(EXEMPT_OVER,)),  # over-use and assessment
    Plan("承德楹石售电", 9, -1_400, everybody_exempt=True),
    Plan("唐山岚港售电", 15, -400, spread=80, pins=(SHORT_TWIN,) * 7),  # short twins share alone
    Plan("唐山珩钢售电", 16, -100, spread=60, pins=(OVER_TWIN,) * 5),  # over twins share alone
    Plan("唐山汀海售电", 60, -1_150, spread=900, pins=(NO_CONTRACT, IDLE, STOPPED)),
    Plan("唐山籁远售电", 33, -500, offset=0, pins=(Pin(10_000_019, 9_480_000),)),  # excess rounds to 0.000
    Plan("秦皇岛云澜售电", 35, 0, offset=0),  # metered = contracted
    Plan("秦皇岛霁港售电", 40, -640, exempt_short=True),
    Plan("秦皇岛砚湾售电", 1, -2_000),
    Plan("廊坊翎野售电", 27, -480, spread=1_500, pins=(STOPPED, AT_BAND)),
    Plan("秦皇岛岫屿售电", 0, 0),
)

DIRECT_PINS = (
    Pin(8_000_000, 7_600_000),
    Pin(8_000_000, 7_599_999),
    Pin(8_000_000, 8_000_000),
    Pin(10_000_019, 9_500_018),
    Pin(12_000_000, 13_260_500, exempt=True),
    Pin(30_000_000, 21_400_250, exempt=True),
    NO_CONTRACT,
    IDLE,
    STOPPED,
)


def example_month() -> Example:
    rng = Random(SEED)
    names = _names(rng)
    users: list[User] = []
    for plan in PLANS:
        city = next(city for city in CITIES if plan.retailer_id.startswith(city))
        users += _package(rng, plan, city, names)
    users += _direct(rng, names)
    packages = tuple(
        (plan.retailer_id, sum(user.contract for user in users if user.retailer_id == plan.retailer_id))
        for plan in PLANS
    )
    rng.shuffle(users)
    numbered = tuple(replace(user, user_id=i) for user, i in zip(users, _ids(rng, len(users)), strict=True))
    return Example(numbered, packages, AVERAGE_PRICE)


def _names(rng: Random) -> Iterator[str]:
    names = ["".join(parts) for parts in product(SYLLABLES, SYLLABLES, INDUSTRIES) if parts[0] != parts[1]]
    rng.shuffle(names)
    return iter(names)


def _ids(rng: Random, count: int) -> list[str]:
    ids = [f"01{number:08d}" for number in range(20_417_300, 20_417_300 + 37 * (count - len(ODD_IDS)), 37)]
    ids += ODD_IDS
    rng.shuffle(ids)
    return ids


def _user(rng: Random, city: str, retailer_id: str, name: str, deviation: int) -> User:
    """A user at `deviation` basis points from a contract that is a multiple of 20 kWh."""
    smallest, largest, tariff = VOLTAGES[rng.choice(VOLTAGE_MIX)]
    below_mwh = 20 * rng.choice((0, 0, 0, 25, 18, rng.randrange(50)))
    contract = 1_000 * rng.randrange(smallest, largest) + below_mwh
    share = rng.choice(SHARES) if retailer_id else 0
    return User(
        user_id="",
        name=f"{city}{name}",
        city=city,
        retailer_id=retailer_id,
        contract=contract,
        metered=contract * (10_000 + deviation) // 10_000 + rng.randrange(100),
        tariff=tariff,
        exempt=False,
        share=share,
        cap=rng.choice(CAPS) if share else None,
    )


def _pinned(user: User, pin: Pin) -> User:
    return replace(user, contract=pin.contract, metered=pin.metered, exempt=pin.exempt)


def _package(rng: Random, plan: Plan, city: str, names: Iterator[str]) -> list[User]:
    users = []
    for index in range(plan.size):
        home = city if rng.randrange(10) else rng.choice(CITIES)
        deviation = plan.goal + rng.randrange(-plan.spread, plan.spread + 1)
        user = _user(rng, home, plan.retailer_id, next(names), deviation)
        users.append(_pinned(user, plan.pins[index]) if index < len(plan.pins) else user)
    if plan.everybody_exempt:
        return [replace(user, exempt=True) for user in users]
    if plan.exempt_short:
        # The ordered stops: every fourth user of this package lost a fifth of its month.
        users = [
            replace(user, exempt=True, metered=user.contract * 8 // 10) if index % 4 == 0 else user
            for index, user in enumerate(users)
        ]
    return users if plan.offset is None else _landed(users, plan)


def _landed(users: list[User], plan: Plan) -> list[User]:
    """Shift the free meters, in proportion to their contracts, until the judged sum is on its target."""
    judged = [user for user in users if not user.exempt]
    assert plan.offset is not None
    target = sum(user.contract for user in judged) * (10_000 + plan.goal) // 10_000 + plan.offset
    missing = target - sum(user.metered for user in judged)
    free = [user for user in users[len(plan.pins) :] if not user.exempt]
    weight = sum(user.contract for user in free)
    shifts = {user.name: missing * user.contract // weight for user in free}
    shifts[max(free, key=lambda user: user.contract).name] += missing - sum(shifts.values())
    return [replace(user, metered=user.metered + shifts.get(user.name, 0)) for user in users]


def _direct(rng: Random, names: Iterator[str]) -> list[User]:
    users = [
        _user(rng, CITIES[index % len(CITIES)], "", next(names), rng.randrange(-1_300, 701))
        for index in range(DIRECT_USERS)
    ]
    pinned = [_pinned(user, pin) for user, pin in zip(users, DIRECT_PINS, strict=False)]
    return pinned + users[len(pinned) :]
