"""Owns offers that are not simply a SKU: what they are made of, and as what a line was sold.
Must not know what was there.

Their numbers go on where those of SKUs end.
"""

from history import NotReadable


class Offers:
    """The offers of a charter."""

    def __init__(self, charter):
        self.first = charter["skus"]
        self.parts = {
            self.first + place: {part["sku"]: part["count"] for part in offer["parts"]}
            for place, offer in enumerate(charter.get("offers", []))
        }

    def number(self, line):
        """Under which number a line was sold."""
        offer = line.get("offer")
        return line["sku"] if offer is None else self.first + offer

    def count(self, line):
        """Units of its SKU in one of what it was sold as."""
        return self.parts.get(self.number(line), {}).get(line["sku"], 1)

    def sold(self, lines):
        """The lines as they were sold: one for each offer, in its units and at its price."""
        for line in lines:
            number = self.number(line)
            if number == line["sku"]:
                yield line
                continue
            first, count = next(iter(self.parts[number].items()))
            if line["sku"] != first:
                continue
            qty = line["qty"] // count
            money = sum(x["qty"] * x["price"] for x in lines if self.number(x) == number)
            yield {
                "sku": number, "qty": qty, "price": money // max(1, qty),
                "offered": line["offered"] // count, "left": line["left"] // count,
            }

    def made_of(self, number, units):
        """How many of it so many units of its parts make; None where one is not known."""
        each = [(units(sku), count) for sku, count in self.parts[number].items()]
        return None if any(of is None for of, _ in each) else min(of // n for of, n in each)

    def is_of(self, lines, number):
        """Whether an order of these lines holds just that number."""
        if lines is None:
            return number not in self.parts
        held = {self.number(line) for line in lines if line.get("offer") is not None}
        if number in self.parts:
            return number in held
        return not any(number in self.parts[offer] for offer in held)

    def check(self, seq, lines):
        """What is sold as an offer is sold whole, and no SKU of it under another one."""
        skus = [line["sku"] for line in lines]
        if len(lines) > 1_000 and any(line.get("offer") is not None for line in lines):
            raise NotReadable(f"fact {seq}: an offer among more lines than anybody orders")
        for line in lines:
            if line.get("offer") is None:
                continue
            parts = self.parts.get(self.number(line), {})
            of_it = [x for x in lines if x.get("offer") == line["offer"]]
            times = {divmod(x["qty"], parts[x["sku"]]) for x in of_it if x["sku"] in parts}
            whole = len(times) == 1 and next(iter(times))[1] == 0
            if sorted(x["sku"] for x in of_it) != sorted(parts) or not whole \
                    or skus.count(line["sku"]) > 1:
                raise NotReadable(f"fact {seq}: an offer in other parts than it has")


def check_charter(charter):
    """Offers have parts, each a SKU, once, of at least one unit."""
    for offer in charter.get("offers", []):
        skus = [part["sku"] for part in offer["parts"]]
        ill = any(
            not 1 <= part["count"] <= 1_000_000 or not 0 <= part["price"] <= 10**15
            for part in offer["parts"]
        )
        if not 1 <= len(skus) <= 1_000 or len(set(skus)) < len(skus) or ill \
                or max(skus) >= charter["skus"]:
            raise NotReadable("an offer of parts that cannot be")
