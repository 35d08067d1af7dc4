"""No number grows without bound: exact powers of powers would otherwise outgrow any machine."""

from __future__ import annotations

from fractions import Fraction

from policy_engine.diagnostics.span import Span
from policy_engine.engine.faults import Fault
from policy_engine.feel.values import Value

MAX_BITS = 4_096  # of a numerator or denominator: some 1,200 digits, and it can still be written out


def bits(number: Fraction) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def bounded_power(base: Fraction, exponent: int, span: Span) -> Fraction:
    """``base ** exponent``. Raises Fault before an unbounded number is computed."""
    if bits(base) * exponent > MAX_BITS:
        raise Fault("PE6029", span)
    power: Fraction = base**exponent
    return power


def refuse_huge(value: Value) -> Value:
    """The value to be stored. Raises Fault when it has too many digits."""
    # Nothing derives from Fraction here, and isinstance is slow with everything that is none.
    if type(value) is Fraction and bits(value) > MAX_BITS:
        raise Fault("PE6029")
    return value
