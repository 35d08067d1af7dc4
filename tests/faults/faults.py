"""Every fault that is tried, in the order of the table."""

from __future__ import annotations

from deviation_faults import DEVIATION
from exemption_faults import EXEMPTION
from fault import Fault
from parent_faults import PARENT

FAULTS: tuple[Fault, ...] = (*DEVIATION, *PARENT, *EXEMPTION)
