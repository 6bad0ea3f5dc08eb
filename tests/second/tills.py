"""Owns what a channel with a currency, tax basis or rounding of its own charges, what its money is
worth, and by what mistake another price may have come about. Must not know when a price is valid.
"""

from fractions import Fraction

# The gravest last.
MISTAKES = ("rounding", "another_price", "tax_basis", "currency", "unexplained")


class Tills:
    """Every channel's tariff; one without charges what the source says."""

    def __init__(self, charter):
        self.all = [channel.get("tariff") for channel in charter["channels"]]

    def charges(self, channel, price):
        tariff = self.all[channel]
        return price if tariff is None else _charged(tariff, price, _right(tariff))

    def worth(self, channel, amount):
        tariff = self.all[channel]
        return amount if tariff is None else nearest(amount / _right(tariff), tariff["half"])

    def booked(self, channel, lines):
        """What an order of these lines comes to in the OMS's books."""
        tariff = self.all[channel]
        by = "unit" if tariff is None else tariff["books"]
        if by == "order":
            return self.worth(channel, sum(line["qty"] * line["price"] for line in lines))
        if by == "line":
            return sum(self.worth(channel, line["qty"] * line["price"]) for line in lines)
        return sum(line["qty"] * self.worth(channel, line["price"]) for line in lines)

    def value(self, channel, lines):
        """Adds to lines what a unit of each is worth."""
        for line in lines:
            line["worth"] = self.worth(channel, line["price"])

    def why(self, channel, price, valid, kept):
        """The mistake by which a wrong price may have come about; None where nobody asks."""
        tariff = self.all[channel]
        if tariff is None:
            return None
        step = tariff["step"]

        def comes_of(factors):
            return any(
                abs(_charged(tariff, one, factor) - price) <= step
                for one in valid for factor in factors
            )

        if comes_of([_right(tariff)]):
            return "rounding"
        if any(self.charges(channel, one) == price for one in kept):
            return "another_price"
        if comes_of(_mistaken_tax(tariff)):
            return "tax_basis"
        if comes_of(_mistaken_currency(tariff)):
            return "currency"
        return "unexplained"

    def is_rounding(self, order, lines, booked):
        """Whether nothing but rounding lies between an order and the record that the OMS has."""
        tariff = self.all[order.channel]
        if tariff is None:
            return False
        ours, theirs = (
            sorted((line["sku"], line["qty"], line["price"]) for line in both)
            for both in (order.lines, lines)
        )
        close = len(ours) == len(theirs) and all(
            a[:2] == b[:2] and abs(a[2] - b[2]) <= tariff["step"] for a, b in zip(ours, theirs)
        )
        each = max(1, self.worth(order.channel, tariff["step"]))
        return close and abs(order.total - booked) <= each * max(1, order.units())


def nearest(amount, half):
    """The nearest whole number."""
    below = amount.numerator // amount.denominator
    rest = amount - below
    up = rest > Fraction(1, 2) or rest == Fraction(1, 2) and (half == "up" or below % 2 == 1)
    return below + up


def _charged(tariff, price, factor):
    return tariff["step"] * nearest(price * factor / tariff["step"], tariff["half"])


def _tax(tax):
    return 1 + Fraction(tax["rate"], 1_000_000)


def _held(tax):
    return _tax(tax) if tax["prices"] == "gross" else Fraction(1)


def _minor(tariff):
    return Fraction(10 ** tariff["digits"], 10 ** tariff["source_digits"])


def _rate(tariff):
    return Fraction(tariff["rate_e9"], 1_000_000_000) * _minor(tariff)


def _right(tariff):
    return _rate(tariff) * _held(tariff["tax"]) / _held(tariff["source"])


def _mistaken_tax(tariff):
    here, there = _tax(tariff["tax"]), _tax(tariff["source"])
    return [_rate(tariff) * by for by in (1, here, 1 / here, there, 1 / there)]


def _mistaken_currency(tariff):
    tax = _held(tariff["tax"]) / _held(tariff["source"])
    return [by * basis for by in (_minor(tariff), Fraction(1)) for basis in (tax, 1)]
