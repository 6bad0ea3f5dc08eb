"""Owns the fold: every fact goes to the books that it concerns. Start here.
Must not know bounds or limits, nor look at a summary.
"""

from broken import Broken
from dispatch import Acceptances, Dispatches
from raised import Raised
from evidence import Evidence
from handoff import Books, Handoff
from harness import Harness
from lag import Lag, Lags
from kept import Kept
from ledger import Ledger
from load import Load
from offers import Offers
from orders import Orders, key_of
from outside import Outside
from prices import Prices
from refusals import Refusals
from series import Watched
from shown import Stuck
from supply import Shelves, sells, should_show
from tills import Tills
from ungated import Answers, Endings

AFTER_QUIET = (
    "queue", "stalled", "harness", "resolved", "fault", "fault_hits", "acted", "alert", "ended",
    "quiet", "party",
)
OMS_KINDS = ("delivered", "held", "amended", "oms_cancelled", "shipped", "handoff_tried")
FLAP_DEFAULT_US = 120_000_000


class Run:
    """What a history says, before any limit is asked."""

    def __init__(self, history):
        charter = history.charter
        self.charter = charter
        self.history = history
        channels = charter["channels"]
        self.count = len(channels)
        self.tills = Tills(charter)
        self.orders = Orders(charter, self.tills)
        self.offers = Offers(charter)
        self.ledger = Ledger(charter, self.offers, self.orders)
        self.shelves = Shelves(charter, self.ledger, self.offers)
        self.prices = Prices(charter, self.tills)
        self.load = Load(charter)
        self.harness = Harness(charter)
        self.outside = Outside(charter)
        self.broken = Broken(charter)
        self.raised = Raised(charter)
        self.answers = Answers(self.count)
        self.endings = Endings()
        self.acceptances = Acceptances(charter)
        self.dispatches = Dispatches(charter)
        self.booked_at = 0              # when an order last came to be in the books, or was over
        self.kept = Kept(self.ledger)
        self.evidence = Evidence(charter)
        self.source_moved = False
        self.watched = Watched()
        flaps = [channel.get("flap", FLAP_DEFAULT_US) for channel in channels]
        self.sync = Lags(self.count, flaps, _watch(charter, "sync_lag"))
        self.price = Lags(self.count, flaps, _watch(charter, "price_lag"))
        self.listing = Lags(self.count, flaps, _watch(charter, "listing_latency"))
        self.under_way = {}             # (channel, sku) -> units
        self.rule_before = {}           # channel -> the rule before the one in force, until when
        self.followed = {}              # (channel, sku) -> until when it was what its rule makes
        self.stuck = Stuck(_watch(charter, "sync_lag"))
        self.listed = [set() for _ in channels]
        self.turned_away = [{} for _ in channels]
        self.throttled = [0] * self.count
        self.lost_after_throttling = [{} for _ in channels]     # by kind
        self.too_early = [[0, 0, 0] for _ in channels]  # turned away before the listing was there
        self.listings = {}              # sku -> the newest listing that was issued
        self.gave_up_handoff = {}
        self.untold = []
        self.tried_again = set()
        self.opened = False             # a call was sent: what stands there before is the opening
        self.stock_shows = 0
        self.quiet_at = self.traffic_ended_at = None
        self.stirred = False            # something happened though it was said to be quiet
        # Of a connector from outside the OMS is ours: that it heard of nothing is a fact.
        self.oms_spoke = self.outside.there
        self.until = 0
        self._fold()
        self.load.back = self.history.back
        self._close()

    def _fold(self):
        hear = {
            name[3:]: getattr(self, name) for name in dir(self) if name.startswith("on_")
        }
        refusals = Refusals(self.charter)
        for seq, at, kind, body, wall in self.history:
            refusals.look(seq, at, kind, body)
            self.until = at
            self.wall = wall
            self.load.walled |= wall > 0
            self.evidence.kinds.add(kind)
            if self.quiet_at is not None and kind not in AFTER_QUIET:
                self.stirred = True
            self.oms_spoke |= kind in OMS_KINDS
            listener = hear.get(kind)
            if listener:
                listener(seq, at, body)

    def _close(self):
        quiet = self.quiet_at is not None
        self.load.close()
        for lags in (self.sync, self.price, self.listing):
            lags.close(self.until, quiet)
        self.shelves.mismatch.close(self.until)
        self.orders.close(self.until, quiet)
        self.handoff = Handoff(self.charter, self.orders, self.until, quiet)
        self.books = Books(self.charter, self.orders, self.handoff)
        self.endings.close(self)
        self.acceptances.close(self.until)
        self.dispatches.close(self.until)
        self.told = self.answers.told()

    def cut_off(self):
        """Whether the record stops before the campaign did, or says more than it can know."""
        over = self.until if self.traffic_ended_at is None else self.traffic_ended_at
        early = over < self.charter["traffic_ends"] or self.outside.went_early
        return bool(
            self.history.ending != "finished" or self.history.after_end or early or self.stirred
        )

    def accepted_on(self, channel):
        return sum(1 for key in self.orders.all if key[0] == channel)

    # --- the load ---

    def on_sent(self, seq, at, body):
        self.opened = True
        self.watched.note("sent", at, body.get("channel"))
        if body["call"] == "place_order" and body["intent"] not in self.load.intents:
            self.watched.note("offered", body["intended"], body["channel"])
        self.load.on_sent(seq, at, body, self.wall)
        self.answers.on_sent(body)
        self.evidence.on_sent(body)

    def on_answered(self, seq, at, body):
        call = self.load.open.get(body["op"])
        if call:
            self.watched.note("answered", at, call[1])
        self.load.on_answered(seq, at, body, self.wall)
        self.answers.on_answered(body)
        self.evidence.on_answered(body)

    def on_unsent(self, seq, at, body):
        self.opened = True
        if body["call"] == "place_order" and body["intent"] not in self.load.intents:
            self.watched.note("offered", body["intended"], body["channel"])
        self.load.on_unsent(seq, at, body, self.wall)
        self.answers.on_unsent(body)
        self.evidence.on_unsent(body)

    def on_resolved(self, seq, at, body):
        self.load.on_resolved(seq, at, body, self.wall)
        self.answers.on_resolved(body)
        self.evidence.on_resolved(body)

    def on_stalled(self, seq, at, body):
        self.load.on_stalled(seq, at, body, self.wall)

    def on_fault(self, seq, at, body):
        self.broken.on_fault(at, body)
        self.load.on_fault(body, self.wall)

    def on_fault_hits(self, seq, at, body):
        self.broken.on_hits(body)

    def on_acted(self, seq, at, body):
        """What somebody does excuses nothing: it only says when."""
        self.broken.on_acted(at, body)

    def on_alert(self, seq, at, body):
        self.raised.on_alert(at, body)
        self.broken.on_alert(at, body)

    def on_harness(self, seq, at, body):
        self.harness.on_harness(body)

    # --- supply and channels ---

    def on_supply(self, seq, at, body):
        self.ledger.on_supply(seq, at, body)
        self.shelves.on_supply(seq, at, body)

    def _ordered(self, at, channel, lines):
        stuck = False
        for line in lines:
            self._followed(channel, line["sku"], line["offered"], at)
            waiting = self.sync.pending[channel].get(line["sku"], ())
            starts = [lag.start for lag in waiting]
            fell = self.sync.fallen[channel].get(line["sku"])
            if fell is not None:
                starts.append(fell[1])
            since = min(starts, default=None)
            if since is None or at - since <= self.sync.watch:
                disobeyed = self._disobeyed_since(channel, line)
                since = since if disobeyed is None else disobeyed
            stuck |= self.stuck.ordered(at, channel, line, since)
        return stuck

    def _followed(self, channel, sku, offered, at):
        """Before something changes: an offer that is what another rule makes was so until now."""
        available = self.ledger.told(channel, sku)
        if channel in self.rule_before and available is not None and offered is not None \
                and offered == should_show(self.shelves.rules[channel], available):
            self.followed[channel, sku] = at

    def _disobeyed_since(self, channel, line):
        """Since when an offer has not followed the rule in force, nothing being on its way."""
        _, since = self.rule_before.get(channel, (None, None))
        available = self.ledger.told(channel, line["sku"])
        if since is None or available is None:
            return None
        under_way = self.sync.pending[channel].get(line["sku"]) \
            or self.under_way.get((channel, line["sku"]), 0)
        follows = line["offered"] == should_show(self.shelves.rules[channel], available)
        since = max(since, self.followed.get((channel, line["sku"]), since))
        return None if under_way or follows else since

    def on_accepted(self, seq, at, body):
        sold, channel = list(self.offers.sold(body["lines"])), body["order"]["channel"]
        self.tills.value(channel, [*body["lines"], *sold])
        if self._ordered(at, channel, sold):
            self.stuck.bought(body["order"]["channel"])
        order = self.orders.on_accepted(seq, at, body)
        self.answers.note(order.channel, order.intent, "accepted")
        order.sold = sold
        self.acceptances.on_placed(order)
        if order.ours_at is not None:
            self.dispatches.on_ours(order)
        self.evidence.on_accepted(self, order)
        takes = self.charter["channels"][order.channel].get("takes_stock", "at_order")
        order.promised = takes != "at_payment" or not body["awaits_payment"]
        for line in sold:
            self.listed[order.channel].add(line["sku"])     # what it sells, it has on sale
            if order.promised:
                self._move(order.channel, line["sku"], line["qty"])
        self.ledger.on_accepted(seq, at, order)
        self.shelves.on_accepted(seq, at, order)
        self.prices.on_accepted(seq, at, order)

    def on_turned_away(self, seq, at, body):
        counts = self.turned_away[body["channel"]]
        self.watched.note("refused", at, body["channel"])
        if body["why"] == "stock":
            self.watched.note("refused_for_stock", at, body["channel"])
        counts[body["why"]] = counts.get(body["why"], 0) + 1
        line, channel = body.get("line"), body["channel"]
        self.tills.value(channel, [line] if line else [])
        if line and body["why"] == "stock":
            self.evidence.on_refused_for_stock(self, channel, line["sku"])
            offered = sells(self.shelves.rules[channel], line["offered"], line["qty"])
            self.evidence.unoffered[channel] += line["qty"] > 0 and offered
            self.listed[channel].add(line["sku"])   # it has it on sale, and none left
        self.answers.on_turned_away(
            body, self.shelves.on_turned_away(seq, at, body),
            bool(line) and line["sku"] in self.listed[channel],
        )
        if line:
            self._ordered(at, channel, [line])
        if line and body["why"] == "not_listed" and line["sku"] in self.listings \
                and line["sku"] not in self.listed[channel]:
            for place, more in enumerate((1, line["qty"], line["qty"] * line["worth"])):
                self.too_early[channel][place] += more

    def on_paid(self, seq, at, body):
        self.orders.on_paid(seq, at, body)
        order = self.orders.all[key_of(body["order"])]
        if order.ours_at == at:
            self.dispatches.on_ours(order)
        if not order.promised and order.released_at is None:
            order.promised = True
            for line in order.sold:
                self._move(order.channel, line["sku"], line["qty"])
            self.shelves.on_promised(at, order)

    def on_carted(self, seq, at, body):
        for line in self.offers.sold(body["lines"]):
            self.listed[body["channel"]].add(line["sku"])
            self._move(body["channel"], line["sku"], line["qty"])
        self.shelves.on_carted(at, body)

    def on_cart_ended(self, seq, at, body):
        for line in self.shelves.carts.pop((body["channel"], body["intent"])):
            self._move(body["channel"], line["sku"], -line["qty"])

    def on_acknowledged(self, seq, at, body):
        self.acceptances.on_acknowledged(at, key_of(body["order"]))

    def on_dispatched(self, seq, at, body):
        self.dispatches.on_dispatched(at, key_of(body["order"]))

    def on_released(self, seq, at, body):
        self.booked_at = at
        self.acceptances.on_released(at, key_of(body["order"]), body["why"])
        self.dispatches.on_released(at, key_of(body["order"]))
        order = self.orders.on_released(seq, at, body)
        if order is not None:
            self.endings.look(seq, at, order)
            self.kept.look(seq, at, order)
            self.evidence.on_released(order, body["why"])
            # What has left the building is not on its way to the source.
            for line in order.sold if order.shipped_at is None and order.promised else ():
                self._move(order.channel, line["sku"], -line["qty"])
            self.shelves.on_released(seq, at, order)

    def on_edited(self, seq, at, body):
        self.tills.value(body["order"]["channel"], body["lines"])
        order, given_up = self.orders.on_edited(seq, at, body)
        if order is not None and order.promised:
            for sku, units in given_up.items():
                self._move(order.channel, sku, -units)
                self.shelves.freed(at, sku, units)

    def on_amended(self, seq, at, body):
        self.booked_at = at
        self.orders.on_amended(seq, at, body)

    def on_shown(self, seq, at, body):
        offered = self.shelves.offered[body["channel"]].get(body["sku"])
        self._followed(body["channel"], body["sku"], offered, at)
        self.shelves.on_shown(seq, at, body)
        self.stock_shows += self.opened or at > 0
        channel, sku, version = body["channel"], body["sku"], body["version"]
        # What it offers it has on sale, but for what is published and not listed yet.
        if body["qty"] > 0 and not self.listing.pending[channel].get(sku):
            self.listed[channel].add(sku)
        # A version that was never issued shows nothing.
        missed = _missed(body)
        if self.outside.there and (self.opened or at > 0):
            stems = self.outside.offer(self, at, channel, sku, body["qty"])
            if stems is None:
                return
            version, missed = stems
        issued = version <= self.ledger.version.get(sku, -1)
        if issued and not self._wrongly(at, channel, sku, version, body["qty"]):
            self.sync.shown(channel, sku, version, at, missed, seq)

    def _wrongly(self, at, channel, sku, version, qty):
        """The newest version, and a quantity that the rule does not make of it: not shown at all.

        Not asked while own sales are on their way to the source: the offer runs ahead of it. What
        left under the rule before is right for as long as the watch edge.
        """
        rules = [self.shelves.rules[channel]]
        before, until = self.rule_before.get(channel, (None, 0))
        if before is not None and at - until <= self.sync.watch:
            rules.append(before)
        return (
            version == self.ledger.version.get(sku)
            and all(qty != should_show(rule, self.ledger.told(channel, sku)) for rule in rules)
            and not self.under_way.get((channel, sku), 0)
        )

    def _move(self, channel, sku, units):
        """Units that a channel accepted or released and of which the source has not said so."""
        key = channel, sku
        self.under_way[key] = self.under_way.get(key, 0) + units

    def on_priced(self, seq, at, body):
        channel, sku = body["channel"], body["sku"]
        opening = not self.opened and at == 0
        if self.outside.there and not opening:
            version = self.outside.price(self.prices, at, channel, sku, body["price"])
            body = body | {"version": version}
        rank = self.prices.on_priced(seq, at, body)
        intended = self.prices.rank_now(channel, sku, at)
        lost = (
            not opening and sku in self.listed[channel] and intended is not None
            and not self.prices.is_right(channel, sku, at, body["price"])
            and self.price.has_lost(channel, sku, intended, rank, at)
        )
        if rank is not None:
            self.price.shown(channel, sku, rank, at, _missed(body), seq)
        if lost:
            self.price.lose(channel, sku, Lag(at, intended, seq), at)

    def on_listed(self, seq, at, body):
        self.listed[body["channel"]].add(body["sku"])
        where, version = (body["channel"], body["sku"]), body["version"]
        if self.outside.there:
            version = self.outside.listing(*where)
        if version > self.listings.get(body["sku"], -1):
            return      # never issued: it shows nothing of what was
        self.listing.shown(*where, version, at, _missed(body), seq)

    # --- the source of record ---

    def on_stock(self, seq, at, body):
        for channel, offers in enumerate(self.shelves.offered):
            self._followed(channel, body["sku"], offers.get(body["sku"]), at)
        sku, cause = body["sku"], body["cause"]
        had = [self.ledger.told(channel, sku) for channel in range(self.count)]
        left = self.ledger.left_the_building(body)
        before = self.ledger.on_stock(seq, at, body)
        if body.get("at") is not None and isinstance(cause, dict) and "ship" in cause:
            self.shelves.left_for(at, cause["ship"]["channel"], sku, body["at"], left)
        on_hand = self.ledger.tells_on_hand
        told = self.ledger.available[sku]
        # Where it tells what is in the building, a sale is off what it tells when it is shipped.
        heard = on_hand and before is not None and isinstance(cause, dict)
        if not on_hand and isinstance(cause, dict) and ("reserve" in cause or "release" in cause):
            settles = body["change"]
        elif heard:
            settles = told - before
        else:
            settles = None
        order = None
        if isinstance(cause, dict):
            order = self.orders.all.get(key_of(next(iter(cause.values()))))
        # What was sold in an offer of parts the channel took off that offer.
        is_its = self.offers.is_of(order and order.lines, sku)
        if settles is not None and is_its:
            channel = next(iter(cause.values()))["channel"]
            self._move(channel, sku, settles)
            self.outside.came_of(channel, sku, body["version"], -settles)
        key = key_of(next(iter(cause.values()))) if isinstance(cause, dict) else None
        if order is not None and sku not in self.offers.parts:
            self.kept.look(seq, at, order)
        if before is None or cause == "opening":
            return
        self.source_moved |= self.opened or at > 0
        sells = "ship" if on_hand else "reserve"
        reserves = isinstance(cause, dict) and sells in cause
        moves = isinstance(cause, dict) and bool({"reserve", "release", sells} & set(cause))
        for channel in range(self.count):
            if sku not in self.listed[channel]:
                continue
            rule = self.shelves.rules[channel]
            if should_show(rule, had[channel]) == should_show(rule, self.ledger.told(channel, sku)):
                continue
            own = moves and key[0] == channel
            if own and is_its and self.charter["channels"][channel]["own_sales"] == "at_once":
                continue
            parent = order.at if reserves and order is not None and not own else None
            self.sync.begin(channel, sku, Lag(at, body["version"], seq, parent), at)

    def level_of(self, channel, number):
        """What the source tells a channel of a SKU; of another offer, what its parts make of that."""
        if number in self.offers.parts:
            return self.offers.made_of(number, self.ledger.available.get)
        return self.ledger.told(channel, number)

    def on_price_set(self, seq, at, body):
        # It is in force when it is due, and not before it is set.
        due, body = body["due"], body | {"due": max(body["due"], at)}
        self.prices.on_price_set(seq, at, body)
        self.prices.changed |= self.opened or at > 0
        own = body.get("channel")
        for channel in range(self.count) if own is None else [own]:
            if body["sku"] not in self.listed[channel]:
                continue
            lag = Lag(body["due"], (body["due"], body["version"]), seq)
            self.price.begin(channel, body["sku"], lag, at)
            self.prices.dues.add((channel, due))

    def on_listing_set(self, seq, at, body):
        self.listings[body["sku"]] = body["version"]
        if not self.opened and at == 0:
            return
        for channel in range(self.count):
            self.listing.begin(channel, body["sku"], Lag(at, body["version"], seq), at)

    def on_rule_set(self, seq, at, body):
        channel = body["channel"]
        before = self.shelves.rules[channel]
        if body["rule"] == before:
            return
        # Of several at one moment the last counts, and what was before all of them.
        if self.rule_before.get(channel, (None, None))[1] != at:
            self.rule_before[channel] = before, at
        self.shelves.rules[channel] = body["rule"]

    def on_delivered(self, seq, at, body):
        channel, _ = key = key_of(body["order"])
        held = key in self.orders.all and self.orders.all[key].held
        if self.outside.there:
            again = body["attempt"] > 1 and self.outside.failed_at_oms or body["made"] == "known"
        else:
            again = body["attempt"] > 1 or held
        if again:
            self.tried_again.add(self.charter["channels"][channel]["connector"])
        self.orders.on_delivered(seq, at, body)

    def on_held(self, seq, at, body):
        self.booked_at = at
        self.orders.on_held(seq, at, body)
        self._look(seq, at, body)

    def on_oms_cancelled(self, seq, at, body):
        order = self.orders.all.get(key_of(body["order"]))
        if order is not None:
            self.evidence.on_oms_cancelled(order, body["why"])
        self.booked_at = at
        self.orders.on_oms_cancelled(seq, at, body)
        self._look(seq, at, body)

    def _look(self, seq, at, body):
        order = self.orders.all.get(key_of(body["order"]))
        if order is not None:
            self.endings.look(seq, at, order)
            self.kept.look(seq, at, order)

    def on_shipped(self, seq, at, body):
        order = self.orders.all.get(key_of(body["order"]))
        if order is not None:
            more, money = self.orders.beyond(order, body["lines"])
            for sku, units in more:
                # It was given up, and has left all the same.
                self._move(order.channel, sku, units)
                self.shelves.freed(at, sku, -units)
            if more:
                self.endings.too_much(seq, order, sum(units for _, units in more), money)
            self.endings.on_shipped(seq, order)
            self.evidence.on_shipped(order)
        self.orders.on_shipped(seq, at, body)
        self.dispatches.on_shipped(at, key_of(body["order"]))
        self.ledger.on_shipped(seq, at, body)
        if order is not None:
            self.kept.look(seq, at, order)

    # --- connectors and the run ---

    def on_pushed(self, seq, at, body):
        self.harness.calls[body["channel"]] += 1
        self.shelves.on_pushed(seq, at, body)
        if body["attempt"] > 1:
            self.tried_again.add(body["connector"])
        self.watched.on_wait(body["connector"], body["kind"], body)
        if body["outcome"] == "throttled":
            self.throttled[body["channel"]] += 1

    def on_party(self, seq, at, body):
        ((what, act),) = body["act"].items()
        if what == "read":
            self.outside.told(act["sku"], act["told"])
            if "stock" in act["told"] and (self.opened or at > 0):
                self._leaves_as_it_is(at, seq, act["sku"], act["told"]["stock"]["version"])
        elif what == "wrote":
            sells = act["sku"] in self.listed[act["channel"]]
            own = self.under_way.get((act["channel"], act["sku"]), 0)
            self.outside.wrote(act["channel"], act["sku"], act["wrote"], sells, own, self.shelves.rules[act["channel"]])
        elif what == "met":
            self.outside.met(act["at"], act["met"])
            if act["met"] == "throttled" and isinstance(act["at"], dict) and "channel" in act["at"]:
                self.throttled[act["at"]["channel"]] += act["times"]
        elif isinstance(act, dict) and "gone" in act:
            self.outside.went_early |= self.traffic_ended_at is None

    def _leaves_as_it_is(self, at, seq, sku, version):
        """Told of what its channel shows already: there is nothing to write."""
        for channel in range(self.count):
            if not self.outside.writes.get((channel, sku)) \
                    and self.sync.pending[channel].get(sku) \
                    and self.outside.right(self, channel, sku) == version:
                since = self.outside.odd.pop((channel, sku), None)
                self.sync.shown(channel, sku, version, at, since, seq)

    def _still(self, seq, at):
        """All is quiet: what is right was so since nobody knows when."""
        for channel in range(self.count):
            for sku, waiting in list(self.sync.pending[channel].items()):
                newest = self.outside.right(self, channel, sku)
                if waiting and newest is not None:
                    self.sync.shown(channel, sku, newest, at, 0, seq)

    def on_queue(self, seq, at, body):
        self.watched.on_queue(at, body)

    def on_noticed(self, seq, at, body):
        self.harness.calls_elsewhere += body["by"] == "webhook"

    def on_handoff_tried(self, seq, at, body):
        self.harness.calls_elsewhere += 1
        self.watched.on_wait(body["connector"], "handoff", body)
        if body["outcome"] == "rejected":
            self.gave_up_handoff[key_of(body["order"])] = "rejected"
        if body["attempt"] > 1:
            self.tried_again.add(body["connector"])

    def on_gave_up(self, seq, at, body):
        self.shelves.on_gave_up(seq, at, body)
        ((kind, what),) = body["job"].items()
        if kind == "handoff":
            self.gave_up_handoff[key_of(what)] = body["last"]
        if kind in ("release", "cancel"):
            order = self.orders.all.get(key_of(what))
            known = any(order is of for of, _, _ in self.untold)
            misses = order is not None and not known and (
                order.lives() if kind == "release" else order.released_at is None
            )
            if misses:
                self.untold.append((order, order.left_units(), order.money()))
        job = what if kind == "push" else None
        if job and body["last"] == "throttled":
            lost = self.lost_after_throttling[job["channel"]]
            lost[job["kind"]] = lost.get(job["kind"], 0) + len(job["items"])
            for _ in job["items"]:
                self.watched.note("lost_after_throttling", at, job["channel"])

    def on_traffic_ended(self, seq, at, body):
        self.traffic_ended_at = at

    def on_quiet(self, seq, at, body):
        if self.quiet_at is None:
            self.quiet_at = at
        if self.outside.there:
            self._still(seq, at)
        self.stirred |= bool(self.load.open)


def _missed(body):
    """The last look that did not find it, when it was found by looking."""
    return body.get("seen", {}).get("not_before", body.get("missed"))


def _watch(charter, kpi):
    """The watch edge of a lag gate; where it is no gate, nothing is ever late by it."""
    for gate in charter["gates"]:
        if gate["kpi"] == kpi:
            return gate["limits"]["lag_p95"]["watch"]
    return 1 << 62
