//! Owns the table of facts: one wide table, a row a fact, or a row a line or item of it.
//! Must not know what facts mean. `filling` has which field goes to which column.

mod filling;

use super::cell::{Column, flag, int, money, text};
use super::output::WriteError;
use super::sheet::Sheet;
use crate::history::charter::{
    AlertRule, ChannelTerms, Charter, ConnectorTerms, FaultPlanned, Phase,
};
use crate::history::fact::Fact;
use crate::ids::{AlertId, ChannelId, ConnectorId, FaultId, LocationId, SkuId};
use crate::units::{At, Money, Qty, Span};

/// A fact, or one line or item of it, with the columns that apply.
#[derive(Clone, Default)]
pub(super) struct Row<'c> {
    phases: &'c [Phase],
    channels: &'c [ChannelTerms],
    connectors: &'c [ConnectorTerms],
    charter: Option<&'c Charter>,
    faults: &'c [FaultPlanned],
    alerts: &'c [AlertRule],
    seq: u64,
    at: At,
    wall_us: u64,
    kind: &'static str,
    part: u64,
    channel: Option<ChannelId>,
    order: Option<u64>,
    intent: Option<u64>,
    buyer: Option<u64>,
    op: Option<u64>,
    call: Option<&'static str>,
    outcome: Option<&'static str>,
    cause: Option<&'static str>,
    sku: Option<SkuId>,
    offer: Option<u32>,
    location: Option<LocationId>,
    qty: Option<Qty>,
    price: Option<Money>,
    offered_before: Option<Qty>,
    offered_after: Option<Qty>,
    awaits_payment: Option<bool>,
    version: Option<u64>,
    on_hand: Option<Qty>,
    reserved: Option<Qty>,
    oms_order: Option<u64>,
    booked: Option<Money>,
    connector: Option<ConnectorId>,
    job: Option<&'static str>,
    attempt: Option<u32>,
    pushed: Option<&'static str>,
    item_outcome: Option<&'static str>,
    due: Option<At>,
    sent: Option<At>,
    waited: Option<Span>,
    not_before: Option<At>,
    theirs: Option<At>,
    partition: Option<u16>,
    depth: Option<u32>,
    busy: Option<u16>,
    workers: Option<u16>,
    stalled_wall_us: Option<u64>,
    address: Option<&'static str>,
    fault: Option<FaultId>,
    in_force: Option<bool>,
    alert: Option<AlertId>,
    firing: Option<bool>,
    times: Option<u64>,
    allocation_ppm: Option<u32>,
    holds_back: Option<Qty>,
    shows_at_most: Option<Qty>,
    in_or_out: Option<bool>,
    act: Option<&'static str>,
    actor: Option<String>,
    role_id: Option<u16>,
    role: Option<&'c str>,
    allowed: Option<bool>,
    remark: Option<String>,
    promotion: Option<u16>,
    told: Option<&'static str>,
    exit_code: Option<i32>,
}

impl Row<'_> {
    /// The price in the campaign's currency.
    fn worth(&self) -> Option<Money> {
        let own = self.channel.and_then(|id| self.channels.get(id.index())?.tariff.as_ref());
        self.price.map(|price| own.map_or(price, |own| own.conversion().worth(price)))
    }
}

/// Every column, in order.
pub(super) fn columns<'c>() -> Vec<Column<Row<'c>>> {
    let mut columns = whence();
    columns.extend(whose());
    columns.extend(goods());
    columns.extend(deeds());
    columns.extend(actions());
    columns.extend(rules());
    columns
}

/// Which fact, when and of what kind.
fn whence<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        int("seq", "The fact's number: the order in which things happened", |r| r.seq.into()),
        int("part", "0, 1, … for the lines of an order or the items of an update; else 0", |r| {
            r.part.into()
        }),
        int("at_us", "Campaign time: microseconds since the start", |r| r.at.into()),
        int("wall_us", "Wall microseconds since the run began; 0 in a simulated run", |r| {
            r.wall_us.into()
        }),
        text("phase", "The phase that `at_us` lies in; empty after the end of traffic", |r| {
            phase(r.phases, r.at).into()
        }),
        text("kind", "What happened, by its name in the history", |r| r.kind.into()),
    ]
}

/// Who and on whose behalf.
fn whose<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        int("channel_id", "The channel's place in the scenario, from 0", |r| {
            r.channel.map(|id| id.0).into()
        }),
        text("channel", "Its name; empty where the source of record was called", |r| {
            r.channel.and_then(|id| r.channels.get(id.index())).map(|c| &*c.name).into()
        }),
        int("order_number", "The order, by its channel's own running number", |r| r.order.into()),
        int("intent", "What a shopper or merchant wanted; retries share it", |r| r.intent.into()),
        int("buyer", "The shopper, a number without a person", |r| r.buyer.into()),
        int("op", "The call: joins `sent` to `answered` and `resolved`", |r| r.op.into()),
        text("call", "What was called: `place_order`, `adjust_stock`, …", |r| r.call.into()),
        text(
            "outcome",
            "What the call came to: `done`, `refused`, `unknown`, `throttled`, …",
            |r| r.outcome.into(),
        ),
        text("cause", "Why, or through what: `stock`, `receipt`, `reserve`, `webhook`, …", |r| {
            r.cause.into()
        }),
    ]
}

/// What was sold, shown, priced and stocked.
fn goods<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        int("sku_id", "The SKU's place in the catalogue, from 0", |r| r.sku.map(|id| id.0).into()),
        text("sku", "Its name; empty where SKUs are only numbered", |r| {
            r.sku.and_then(|id| r.charter?.name_of(id)).into()
        }),
        int("offer_id", "The offer, where it is not simply the SKU", |r| r.offer.into()),
        int("location_id", "Where stock came, went or was booked, of several locations", |r| {
            r.location.map(|id| u16::from(id.0)).into()
        }),
        int("qty", "Units: bought, shown, supplied, or by which `stock` changed", |r| r.qty.into()),
        money("price", "Price of one unit, in the campaign's currency", |r| r.worth().into()),
        int("offered_before", "What the channel offered just before the sale", |r| {
            r.offered_before.into()
        }),
        int("offered_after", "What it offered just after", |r| r.offered_after.into()),
        flag("awaits_payment", "The order is not ours to fulfil until it is paid", |r| {
            r.awaits_payment.into()
        }),
        int("version", "The source's version of a stock level, price or listing", |r| {
            r.version.into()
        }),
        int("on_hand", "Units in the building, by the OMS's ledger", |r| r.on_hand.into()),
        int("reserved", "Units promised to orders, by the OMS's ledger", |r| r.reserved.into()),
    ]
}

/// What connectors and the OMS did, and how the run itself went.
fn deeds<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        int("oms_order", "The OMS's record; a second one of an order is a duplicate", |r| {
            r.oms_order.into()
        }),
        money("booked", "What the OMS booked an order as, of another currency or tax basis", |r| {
            r.booked.into()
        }),
        int("connector_id", "The connector's place in the scenario, from 0", |r| {
            r.connector.map(|id| id.0).into()
        }),
        text("connector", "Its name", |r| {
            let terms = r.connector.and_then(|id| r.connectors.get(id.index()));
            terms.map(|terms| &*terms.name).into()
        }),
        text("job", "What a connector gave up: `push`, `handoff`, `reserve`, …", |r| {
            r.job.into()
        }),
        int("attempt", "Which attempt, from 1; for `gave_up` how many there were", |r| {
            r.attempt.into()
        }),
        text("pushed", "What an update changes: `stock`, `price` or `listing`", |r| {
            r.pushed.into()
        }),
        text("item_outcome", "What became of one item of an update", |r| r.item_outcome.into()),
        int("due_us", "Campaign time at which a call or a price was due", |r| r.due.into()),
        int("sent_us", "Campaign time at which a connector's call was sent", |r| r.sent.into()),
        int("waited_us", "Microseconds for which a job had waited for a worker", |r| {
            r.waited.map(|span| span.0).into()
        }),
        int("not_before_us", "Campaign time of the last look that did not find it", |r| {
            r.not_before.into()
        }),
        int("theirs_us", "When it happened by the clock of those looked at", |r| r.theirs.into()),
        int("partition", "The partition of a connector's queue", |r| r.partition.into()),
        int("depth", "Jobs waiting in it", |r| r.depth.into()),
        int("busy", "Workers busy", |r| r.busy.into()),
        int("workers", "Workers there are", |r| r.workers.into()),
        int("stalled_wall_us", "Wall microseconds for which the driver stood still", |r| {
            r.stalled_wall_us.into()
        }),
        text(
            "address",
            "Whose address it befell the harness at: `channel`, `connector`, `oms`",
            |r| r.address.into(),
        ),
    ]
}

/// What was injected or raised, how often, and rules of stock.
fn rules<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        int("fault_id", "The fault's place in the scenario, from 0", |r| {
            r.fault.map(|id| id.0).into()
        }),
        text("fault", "Its name", |r| {
            let terms = r.fault.and_then(|id| r.faults.get(id.index()));
            terms.map(|terms| &*terms.name).into()
        }),
        flag("in_force", "Whether it is in force from now on", |r| r.in_force.into()),
        int("alert_id", "The alert's place in the scenario, from 0", |r| {
            r.alert.map(|id| id.0).into()
        }),
        text("alert", "Its name", |r| {
            let rule = r.alert.and_then(|id| r.alerts.get(id.index()));
            rule.map(|rule| rule.name.as_str()).into()
        }),
        flag("firing", "Whether it fires from now on", |r| r.firing.into()),
        int("times", "How often it befell the harness, or met something", |r| r.times.into()),
        int("allocation_ppm", "Of a rule: share of available stock, parts per million", |r| {
            r.allocation_ppm.into()
        }),
        int("holds_back", "Of a rule: units held back", |r| r.holds_back.into()),
        int("shows_at_most", "Of a rule: the most units shown; empty is no cap", |r| {
            r.shows_at_most.into()
        }),
        flag("in_or_out", "Of a rule: only whether there is any is shown", |r| r.in_or_out.into()),
    ]
}

/// What was done to the run from outside.
fn actions<'c>() -> Vec<Column<Row<'c>>> {
    vec![
        text("act", "What somebody did: `pause`, `hold_back`, `note`, …", |r| r.act.into()),
        text("actor", "Who, as they call themselves, or the step of the scenario", |r| {
            r.actor.as_deref().into()
        }),
        int("role_id", "The role's place in the scenario, from 0", |r| r.role_id.into()),
        text("role", "Its name", |r| r.role.into()),
        flag("allowed", "Whether the role may; what it may not was not done", |r| r.allowed.into()),
        int("promotion_id", "The place of the promotion that was ended, from 0", |r| {
            r.promotion.into()
        }),
        text("remark", "What they said", |r| r.remark.as_deref().into()),
        text("told", "What a connector of yours was told, wrote or met", |r| r.told.into()),
        int("exit_code", "The code that its process ended with", |r| r.exit_code.into()),
    ]
}

/// The phase of a moment; they touch, so it is the first that is not over.
pub(super) fn phase(phases: &[Phase], at: At) -> Option<&str> {
    let over = phases.partition_point(|phase| phase.until <= at);
    phases.get(over).map(|phase| &*phase.name)
}

/// Adds a fact's rows.
pub(super) fn write<'c>(
    sheet: &mut Sheet<Row<'c>>,
    fact: &Fact,
    charter: &'c Charter,
) -> Result<(), WriteError> {
    filling::each_row(fact, charter, |row| sheet.row(row))
}

#[cfg(test)]
mod tests;
