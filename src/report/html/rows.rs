//! Owns the rows of the page's tables. Must not decide what is good or bad.

use super::table::{Cell, Row, Table};
use crate::report::summary::Summary;
use crate::report::summary::gate::{Gate, Invariant};
use crate::report::summary::measured::{Call, Percentiles, Refusal, Totals};
use crate::report::summary::verdict::{Band, Ending};
use crate::report::words::number::{
    clock, count, interval, money, money_exact, share, signed, span, speed, value,
};
use crate::report::words::{self, gate as said};
use crate::units::Ppm;

/// The rows of one summary.
pub(super) struct Rows<'a> {
    pub summary: &'a Summary,
}

fn band_class(band: Band) -> &'static str {
    match band {
        Band::Healthy => "good",
        Band::Watch | Band::NotProved => "careful",
        Band::Failed => "bad",
    }
}

fn time(us: Option<u64>) -> Cell {
    Cell::number(us.map_or_else(|| "—".to_owned(), span))
}

fn percentiles(p: &Percentiles) -> [Cell; 4] {
    [p.p50_us, p.p95_us, p.p99_us, p.max_us].map(time)
}

impl Rows<'_> {
    /// The figures beside the verdict.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let (totals, campaign) = (&self.summary.totals, &self.summary.campaign);
        vec![
            ("accepted orders", count(totals.accepted)),
            ("sales", money(totals.money, campaign)),
            ("oversold orders", said::between(totals.oversold_orders)),
            ("oversold", money(totals.oversold_money, campaign)),
            ("cancelled for stock", count(totals.cancelled)),
            ("played", span(self.summary.record.observed_until_us)),
        ]
    }

    /// KPIs down, scopes across.
    pub(super) fn gates(&self) -> Table {
        let names = self.summary.channels.iter().map(|channel| channel.name.as_str());
        let columns: Vec<&str> = ["measure", "the run"].into_iter().chain(names).collect();
        let mut table = Table::new("Each gate, on the run and on each channel", &columns);
        for gate in self.summary.gates.iter().filter(|gate| gate.channel.is_none()) {
            let (healthy, watch) = said::edges(gate.limits);
            let p95 = if said::lag_of(gate.kpi) { " p95" } else { "" };
            let title = said::capitalised(gate.kpi.title());
            let title = Cell {
                small: vec![format!("healthy {healthy}"), format!("watch {watch}")],
                ..Cell::text(format!("{title}{p95}"))
            };
            let scopes = self.summary.channels.iter().map(|channel| Some(channel.name.as_str()));
            let cells = std::iter::once(None).chain(scopes).map(|scope| {
                let mut of = self.summary.gates.iter();
                let found = of.find(|g| g.kpi == gate.kpi && g.channel.as_deref() == scope);
                found.map_or_else(|| Cell::number("—"), gate_cell)
            });
            table.push(std::iter::once(title).chain(cells).collect());
        }
        table
    }

    /// A row a gate, with everything known of it.
    pub(super) fn gates_in_full(&self) -> Table {
        let columns = [
            "gate",
            "value",
            "bounds",
            "limits",
            "bad",
            "samples",
            "money",
            "first bad",
            "band:",
            "owner:",
        ];
        let mut table = Table::new("Each gate in full", &columns);
        for gate in &self.summary.gates {
            let scope = gate.channel.as_deref().map_or(String::new(), |c| format!(" on {c}"));
            let (healthy, watch) = said::edges(gate.limits);
            let first = gate
                .first_bad
                .map_or("—".to_owned(), |w| format!("{} (fact {})", clock(w.at_us), w.seq));
            table.push(vec![
                Cell::text(format!("{}{scope}", said::capitalised(gate.kpi.title()))),
                Cell::number(value(gate.value)),
                Cell::number(interval(gate.low, gate.high)),
                Cell::number(format!("{healthy} / {watch}")),
                Cell::number(said::between(gate.bad)),
                Cell::number(count(gate.samples)),
                Cell::number(money_exact(gate.money, &self.summary.campaign)),
                Cell::number(first),
                Cell::text(band(gate)).toned(band_class(gate.band)),
                Cell::text(&gate.owner),
            ]);
        }
        table
    }

    pub(super) fn causes_caption(&self) -> String {
        let totals = &self.summary.totals;
        format!(
            "{} oversold units, {}; causes add up",
            signed(totals.oversold_units),
            money(totals.oversold_money, &self.summary.campaign),
        )
    }

    /// A row an invariant, breaches first.
    pub(super) fn invariants(&self) -> Table {
        let columns = ["rule", "what was found:", "stands:", "owner:"];
        let mut table = Table::new("Rules without a tolerance are marked “must be zero”", &columns);
        let mut all: Vec<&Invariant> = self.summary.invariants.iter().collect();
        all.sort_by_key(|result| said::is_clean(result));
        for result in all {
            let zero = if result.must_be_zero { " (must be zero)" } else { "" };
            let title = said::capitalised(said::invariant_title(result.invariant));
            let (stands, class) = match (result.band, result.breaches.possible) {
                // No gate of its own: it counts through its KPI, and is no good news.
                (Band::Healthy, 1..) => ("counted".to_owned(), ""),
                (band, _) => (said::band_reason(band, result.because), band_class(band)),
            };
            let cells = vec![
                Cell::text(format!("{title}{zero}")),
                Cell::text(said::capitalised(&said::invariant_found(self.summary, result))),
                Cell::text(stands).toned(class),
                Cell::text(&result.owner),
            ];
            table.rows.push(Row { cells, marked: result.band == Band::Failed });
        }
        table
    }

    /// Counts down, scopes across.
    pub(super) fn totals(&self) -> Table {
        let names = self.summary.channels.iter().map(|channel| channel.name.as_str());
        let columns: Vec<&str> = ["figure:", "the run"].into_iter().chain(names).collect();
        let mut table = Table::new("Totals of the run and of each channel", &columns);
        for (title, cell) in self.totals_rows() {
            let scopes = std::iter::once(&self.summary.totals)
                .chain(self.summary.channels.iter().map(|channel| &channel.totals));
            let cells = scopes.map(|totals| Cell::number(cell(self, totals)));
            table.push(std::iter::once(Cell::text(title)).chain(cells).collect());
        }
        table
    }

    #[expect(clippy::type_complexity, reason = "a row is its name and how to fill its cells")]
    fn totals_rows(&self) -> Vec<(&'static str, fn(&Self, &Totals) -> String)> {
        let mut rows: Vec<(&'static str, fn(&Self, &Totals) -> String)> = vec![
            ("Orders offered", |_, t| count(t.offered)),
            ("Accepted", |_, t| count(t.accepted)),
            ("Refused for stock", |_, t| turned_away(t, Refusal::Stock)),
            ("Refused, throttled or unavailable", |_, t| {
                let both = [Refusal::Throttled, Refusal::Unavailable];
                count(both.map(|why| turned_away_count(t, why)).iter().sum())
            }),
            ("Refused for another reason", |_, t| {
                let both = [Refusal::NotListed, Refusal::Invalid];
                count(both.map(|why| turned_away_count(t, why)).iter().sum())
            }),
            ("Outcome unknown", |_, t| count(t.unknown)),
            ("Lines / units accepted", |_, t| format!("{} / {}", count(t.lines), signed(t.units))),
            ("Sales", |rows, t| money_exact(t.money, &rows.summary.campaign)),
            ("Oversold orders", |_, t| said::between(t.oversold_orders)),
            ("Oversold units", |_, t| signed(t.oversold_units)),
            ("Oversold money", |rows, t| money_exact(t.oversold_money, &rows.summary.campaign)),
            ("Cancelled for stock", |_, t| count(t.cancelled)),
            ("Cancelled money", |rows, t| money_exact(t.cancelled_money, &rows.summary.campaign)),
            ("Due at the OMS", |_, t| count(t.due)),
            ("Handed off in time", |_, t| with_share(t.handed_off, t.due)),
            ("Handed off within the stricter promise", |_, t| {
                with_share(t.handed_off_in_sla, t.due)
            }),
        ];
        rows.extend(self.timing_rows());
        rows
    }

    #[expect(clippy::type_complexity, reason = "a row is its name and how to fill its cells")]
    #[expect(clippy::unused_self, reason = "reads like its sibling")]
    fn timing_rows(&self) -> [(&'static str, fn(&Self, &Totals) -> String); 8] {
        [
            ("Undersold by policy, units", |_, t| signed(t.undersold_policy)),
            ("Undersold by stale listing, units", |_, t| signed(t.undersold_stale)),
            ("Calls throttled / updates lost to it", |_, t| {
                format!("{} / {}", count(t.throttled), count(t.lost_after_throttling))
            }),
            ("Stale listings, SKU-time", |_, t| span(t.stale_sku_us)),
            ("Price parity", |_, t| t.price_parity_ppm.map_or("—".to_owned(), share)),
            ("Sync lag p50 / p95 / p99", |_, t| three(&t.sync_lag)),
            ("Sale to other shelves p50 / p95 / p99", |_, t| three(&t.shelf_lag)),
            ("Handoff time p50 / p95 / p99", |_, t| three(&t.handoff_time)),
        ]
    }

    /// Lateness and exchange time, in wall time.
    pub(super) fn load(&self) -> Table {
        let load = &self.summary.load;
        let columns = ["wall time", "calls", "p50", "p95", "p99", "max"];
        let caption = format!(
            "{} in flight at most; longest stall {}; {} outcomes found out afterwards",
            count(load.in_flight_max),
            span(load.stall_wall_us_max),
            count(load.resolved),
        );
        let mut table = Table::new(caption, &columns);
        let rows = [("Late by", &load.lateness_wall), ("Exchange", &load.exchange_wall)];
        for (name, seen) in rows {
            let cells = [Cell::text(name), Cell::number(count(seen.count))];
            table.push(cells.into_iter().chain(percentiles(seen)).collect());
        }
        table
    }

    pub(super) fn latency(&self) -> Table {
        let columns =
            ["call", "calls", "p50", "p95", "p99", "max", "p50 from schedule", "p95", "p99", "max"];
        let caption = "Latency from the send, and from the moment it should have been sent";
        let mut table = Table::new(caption, &columns);
        for row in &self.summary.latency {
            let target = row.channel.as_deref().unwrap_or("the source");
            let cells = [
                Cell::text(format!("{} at {target}", call(row.call))),
                Cell::number(count(row.service.count)),
            ];
            let times = percentiles(&row.service).into_iter().chain(percentiles(&row.response));
            table.push(cells.into_iter().chain(times).collect());
        }
        table
    }

    pub(super) fn books(&self) -> Table {
        let columns = [
            "books",
            "channel orders",
            "OMS orders",
            "missing",
            "surplus",
            "altered",
            "variance",
            "by units",
            "by money",
        ];
        let mut table = Table::new("Books by channel and day", &columns);
        for day in &self.summary.books {
            let partial = if day.partial { ", partial" } else { "" };
            table.push(vec![
                Cell::text(format!("{}, day {}{partial}", day.channel, day.day + 1)),
                Cell::number(count(day.channel_orders)),
                Cell::number(count(day.oms_orders)),
                Cell::number(count(day.missing)),
                Cell::number(count(day.surplus)),
                Cell::number(count(day.altered)),
                Cell::number(share(day.variance_ppm)),
                Cell::number(share(day.units_variance_ppm)),
                Cell::number(share(day.money_variance_ppm)),
            ]);
        }
        table
    }

    pub(super) fn queues(&self) -> Table {
        let mut table =
            Table::new("Queues of the connectors", &["queue", "deepest, jobs", "workers busy"]);
        for queue in &self.summary.queues {
            table.push(vec![
                Cell::text(format!("{}, partition {}", queue.connector, queue.partition)),
                Cell::number(count(queue.depth_max.into())),
                Cell::number(share(queue.busy_mean_ppm)),
            ]);
        }
        table
    }

    /// What to quote beside the commands.
    pub(super) fn repeat(&self) -> Vec<(&'static str, String)> {
        let (campaign, record) = (&self.summary.campaign, &self.summary.record);
        let ending = match record.ending {
            Some(Ending::Finished) => "played to its end",
            Some(Ending::Interrupted) => "interrupted and drained",
            None => "truncated",
        };
        vec![
            ("seed", campaign.seed.to_string()),
            ("doorbuster", self.summary.doorbuster.clone()),
            ("summary format", self.summary.version.to_string()),
            ("clock", speed(campaign.speed_milli)),
            ("record", format!("{} facts, {ending}", count(record.facts))),
        ]
    }
}

fn gate_cell(gate: &Gate) -> Cell {
    let bounds = interval(gate.low, gate.high);
    let samples = format!("of {}", count(gate.samples));
    let band = band(gate);
    Cell {
        main: value(gate.value),
        small: vec![bounds, samples, band],
        class: band_class(gate.band),
        text: false,
    }
}

fn band(gate: &Gate) -> String {
    let said = said::band_reason(gate.band, gate.because);
    match gate.accepted_risk {
        Some(_) => format!("{said}, risk accepted"),
        None => said,
    }
}

fn turned_away_count(totals: &Totals, why: Refusal) -> u64 {
    totals.turned_away.iter().filter(|t| t.why == why).map(|t| t.orders).sum()
}

fn turned_away(totals: &Totals, why: Refusal) -> String {
    count(turned_away_count(totals, why))
}

fn with_share(part: u64, whole: u64) -> String {
    match whole {
        0 => "—".to_owned(),
        _ => format!("{} ({})", count(part), share(Ppm::of(part, whole).0)),
    }
}

fn three(seen: &Percentiles) -> String {
    let said = [seen.p50_us, seen.p95_us, seen.p99_us]
        .map(|us| us.map_or_else(|| "—".to_owned(), words::number::span));
    said.join(" / ")
}

fn call(call: Call) -> &'static str {
    match call {
        Call::PlaceOrder => "Place an order",
        Call::CancelOrder => "Cancel an order",
        Call::AdjustStock => "Move stock",
        Call::SetPrice => "Set a price",
        Call::PublishListing => "Publish a listing",
        Call::Plain => "Plain request",
    }
}
