"""Owns a connector from outside: what it was told, what it wrote, and which version of the source
an offer, a price or a listing of its stems from. Must not know lags or limits.
"""

from supply import should_show

KEPT = 64           # writes of an offer that are not shown, and levels of a SKU that were told
OF_ANYBODY = ("throttled", "unavailable", "lost_reply")     # met by whoever calls


class Outside:
    """What is known of it; `there` is whether the connector is one at all."""

    def __init__(self, charter):
        self.there = charter["evidence"] == "your_connector" \
            and "connector" not in charter.get("observes", ["connector"])
        self.levels = {}        # sku -> {version: available} that it was told
        self.prices = {}        # sku -> the newest price that it was told
        self.listings = {}
        self.writes = {}        # (channel, sku) -> [(quantity or None, newest told, own sales on their way by then)]
        self.tags = {}          # the same of prices
        self.lists = {}         # (channel, sku) -> the newest listing told, by listing written
        self.untold = {}        # sku -> [(version, channel, what it sold)] newer than any told
        self.odd = {}           # (channel, sku) -> since when it shows what is no version
        self.failed_at_oms = False
        self.went_early = False     # before the last order was due

    def newest(self, sku):
        return max(self.levels.get(sku, ()), default=0)

    def told(self, sku, told):
        ((kind, what),) = told.items()
        if kind == "stock":
            levels = self.levels.setdefault(sku, {})
            levels[what["version"]] = what["available"]
            if len(levels) > KEPT:
                del levels[min(levels)]
        else:
            book = self.prices if kind == "price" else self.listings
            book[sku] = max(what["version"], book.get(sku, 0))

    def came_of(self, channel, sku, version, sold):
        self._keep(self.untold, sku, (version, channel, sold))

    def wrote(self, channel, sku, wrote, sells, own):
        newest = self.newest(sku)
        own += sum(sold for v, of, sold in self.untold.get(sku, []) if of == channel and v > newest)
        key = channel, sku
        if wrote == "listing":
            lists = self.lists.setdefault(key, [])
            if not sells and not lists:
                self._keep(self.writes, key, (None, self.newest(sku), own))
            self._keep(self.lists, key, self.listings.get(sku, 0))
        elif "price" in wrote:
            self._keep(self.tags, key, (wrote["price"], self.prices.get(sku, 0)))
        else:
            exact = max(0, wrote["offer"]) if "offer" in wrote else None
            self._keep(self.writes, key, (exact, self.newest(sku), own))

    @staticmethod
    def _keep(book, key, what):
        line = book.setdefault(key, [])
        line.append(what)
        del line[:-KEPT]

    def met(self, at, met):
        self.failed_at_oms |= at == "oms" and met in OF_ANYBODY

    # --- what a fact of a channel stems from ---

    def right(self, run, channel, sku):
        """The newest version, where it was told it and what is offered is right by it."""
        newest = run.ledger.version.get(sku)
        if newest is None or self.newest(sku) != newest or run.under_way.get((channel, sku), 0):
            return None
        should = should_show(run.shelves.rules[channel], run.ledger.available[sku])
        return newest if run.shelves.offered[channel].get(sku) == should else None

    def offer(self, run, at, channel, sku, qty):
        """(version, the last look that missed it) of what is shown; None: of none."""
        key = channel, sku
        traced = self._traced(run, channel, sku, qty)
        right = self.right(run, channel, sku)
        version = traced if right is None else right
        if version is None:
            self.odd.setdefault(key, at)
            return None
        return version, self.odd.pop(key, None)

    def _traced(self, run, channel, sku, qty):
        key = channel, sku
        line = self.writes.get(key, [])
        exact = [place for place, (to, _, _) in enumerate(line) if to == qty]
        loose = [place for place, (to, _, _) in enumerate(line) if to is None]
        if not exact and not loose:
            return None
        place = exact[0] if exact else loose[0]
        _, known, sold = line[place]
        del line[:place + 1]
        least, own = 0, 0
        if not exact:
            least = run.sync.stands[channel].get(sku, (0, None))[0]
            own = run.under_way.get(key, 0)
        rules = [run.shelves.rules[channel]]
        if channel in run.rule_before:
            rules.append(run.rule_before[channel][0])
        if exact and known in self.levels.get(sku, {}):
            level = self.levels[sku][known]
            for rule in rules:
                ends = sorted(should_show(rule, level - off) for off in (0, sold))
                if ends[0] <= qty <= ends[1]:
                    return known
        fits = [
            version for version, available in self.levels.get(sku, {}).items()
            if least <= version <= known
            and any(should_show(rule, available - off) == qty for rule in rules for off in (0, own))
        ]
        return max(fits, default=None)

    def price(self, prices, at, channel, sku, price):
        """The version of a price that is charged; None: nobody set such a one."""
        line = self.tags.get((channel, sku), [])
        places = [place for place, (amount, _) in enumerate(line) if amount == price]
        known = line[places[-1]][1] if places else self.prices.get(sku, 0)
        if places:
            del line[:places[-1] + 1]
        if not prices.intended.get((channel, sku)):
            return 0
        those = [x for x in prices.intended[channel, sku] if x[1] <= known
                 and prices.tills.charges(channel, x[2]) == price]
        due = [x for x in those if x[0] <= at]
        return max(due)[1] if due else max((x[1] for x in those), default=None)

    def listing(self, channel, sku):
        line = self.lists.get((channel, sku), [])
        return line.pop(0) if line else 0
