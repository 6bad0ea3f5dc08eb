//! Owns reading `replay:`: a real order log turned into the orders of a campaign.
//! Must not know the rest of the scenario beyond its channels, stock list and seed.
//!
//! `said` reads the group, `opened` looks at the log, `records` reads it, and this file makes the
//! copies and derives the catalogue. `raw` is the log as it stands.

pub(super) mod opened;
pub(crate) mod raw;
pub(crate) mod said;

use std::path::Path;

use super::catalog::Catalog;
use super::channel::Channels;
use super::currency::Currency;
use super::head::Head;
use super::timeline::CAMPAIGN_MAX;
use crate::commerce::terms::SkuTerms;
use crate::history::charter::{Input, Unread};
use crate::history::fact::SupplyChange;
use crate::ids::{Buyer, ChannelId};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::grouped;
use crate::records::log::{Log, Missing};
use crate::records::orders::{self, Grouped, Order};
use crate::rng::{Draw, Draws};
use crate::traffic::plan::{LoggedOrder, MerchantAct, MerchantEvent, OrderLog};
use crate::units::{At, Money, Ppm, Qty, Span};
use opened::Opened;
use said::Spec;

/// The most orders a scaled log may have: they are all held in memory.
const ORDERS_MAX: u64 = 5_000_000;

/// A log ready to be played.
pub(super) struct Replayed {
    pub(super) log: OrderLog,
    pub(super) returns: Vec<MerchantEvent>,
    pub(super) catalog: Catalog,
    pub(super) ends: At,
    /// The share of orders by channel, counted where a column says the channel.
    pub(super) shares: Vec<Ppm>,
    /// The rows that it rests on, and those that could not be read.
    pub(super) input: Input,
}

/// Reads the log that was opened, beside the stock list that it buys from.
pub(super) fn read(
    opened: &Opened,
    head: Option<&Head>,
    channels: Option<&Channels>,
    stock_list: Option<Catalog>,
    r: &Reading,
) -> Option<Replayed> {
    let (spec, head, channels) = (&opened.spec, head?, channels?);
    match (&stock_list, spec.cover_ppm) {
        (None, None) => {
            let wrong = Wrong::new("this replay does not say what is in stock");
            let expected = "`stock: { cover: 90% }` here, or `catalog: { file: stock.csv }`";
            r.wrong(&spec.at, wrong.expected(expected));
            return None;
        }
        (Some(_), Some(_)) => {
            let wrong = Wrong::new("`stock` in the replay stands beside a `catalog`");
            r.wrong(&spec.at, wrong.expected("only one of the two").hint("remove `stock`"));
            return None;
        }
        _ => {}
    }
    let known = stock_list.as_ref().map(|catalog| catalog.names.as_slice());
    let log = opened.log(known, r)?;
    let input = input(&spec.mapping.source.file, &log);
    let grouped = orders::group(log, spec.returns);
    play(spec, head, channels, &grouped, stock_list, input, r)
}

/// The rows that the campaign rests on, for the charter.
fn input(file: &str, log: &Log) -> Input {
    let Missing { rows, unread } = &log.missing;
    let unread =
        unread.iter().map(|(about, rows)| Unread { about: (*about).to_owned(), rows: *rows });
    // Where it lies is of no use to whoever reads the verdict.
    let name = Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned());
    Input {
        file: name.unwrap_or_else(|| file.to_owned()),
        stretch: log.stretch.trim().to_owned(),
        rows: *rows,
        unread: unread.collect(),
    }
}

/// The copies, in the order of time, with the catalogue that they buy from.
fn play(
    spec: &Spec,
    head: &Head,
    channels: &Channels,
    log: &Grouped,
    stock_list: Option<Catalog>,
    input: Input,
    r: &Reading,
) -> Option<Replayed> {
    let copies = Copies { draws: Draws::new(head.seed), scale_milli: spec.scale_milli };
    let asked = log.orders.len() as f64 * spec.scale_milli as f64 / 1e3;
    if asked > ORDERS_MAX as f64 {
        let wrong = Wrong::new(format!("this replays {} orders", grouped(asked)));
        let expected = format!("at most {}", grouped(ORDERS_MAX as f64));
        r.wrong(&spec.at, wrong.expected(expected).hint("lower the scale, or play one `day`"));
        return None;
    }
    let length = Span(u64::try_from(log.until_us - log.from_us).unwrap_or(0));
    if length > CAMPAIGN_MAX {
        let wrong = Wrong::new(format!("the log covers {length}"));
        r.wrong(
            &spec.at,
            wrong.expected("at most 31 days").hint("choose a `day`, or `from` and `until`"),
        );
        return None;
    }
    let lots = Lots::of(channels);
    let mut placed: Vec<LoggedOrder> = vec![];
    let mut returns: Vec<MerchantEvent> = vec![];
    for order in &log.orders {
        for copy in 0..copies.of(order.number) {
            let [jitter, lot] = copies.draws.two_units(Draw::ReplayJitter, order.number, copy);
            let at = moment(order.at_us, jitter, log);
            if !order.lines.is_empty() {
                let channel = order.channel.map_or_else(|| lots.draw(lot), ChannelId);
                let buyer = Buyer(order.buyer * copies.most() + u64::from(copy));
                let lines = order.lines.clone();
                let cancels_after = order.cancels_after;
                placed.push(LoggedOrder { at, channel, buyer, lines, cancels_after });
            }
            for (back_us, sku, units) in &order.returned {
                let at = moment(*back_us, jitter, log);
                let (sku, units, why) = (*sku, *units, SupplyChange::Return);
                let act = MerchantAct::Adjust { sku, units, why, at: None };
                returns.push(MerchantEvent { at, act });
            }
        }
    }
    placed.sort_by_key(|order| order.at);
    returns.sort_by_key(|event| event.at);
    if placed.is_empty() {
        let wrong = Wrong::new("no order is left to replay").expected("at least one");
        r.wrong(&spec.at, wrong.hint("look at `day`, `from`, `until`, `skip skus` and `scale`"));
        return None;
    }
    let shares = shares(&placed, channels.names.len());
    let catalog = stock_list.unwrap_or_else(|| catalogue(spec, log, &placed));
    say(spec, log, &placed, &returns, head.currency, r);
    Some(Replayed {
        log: OrderLog { orders: placed },
        returns,
        catalog,
        ends: At::START + length,
        shares,
        input,
    })
}

/// How often each order is played.
struct Copies {
    draws: Draws,
    scale_milli: u64,
}

impl Copies {
    /// 2.5x: two copies, and a third of every other order by a draw of its own.
    fn of(&self, number: u64) -> u32 {
        let (whole, part) = (self.scale_milli / 1_000, self.scale_milli % 1_000);
        let chance = self.draws.unit(Draw::ReplayJitter, number, u32::MAX);
        (whole + u64::from(chance < part as f64 / 1e3)) as u32
    }

    fn most(&self) -> u64 {
        self.scale_milli.div_ceil(1_000)
    }
}

/// A moment within the source's resolution of the logged one, within the stretch played.
fn moment(at_us: i64, jitter: f64, log: &Grouped) -> At {
    let offset = (jitter * log.resolution.0 as f64) as i64;
    At(u64::try_from(at_us + offset - log.from_us).unwrap_or(0))
}

/// Channels drawn by their shares.
struct Lots(Vec<f64>);

impl Lots {
    fn of(channels: &Channels) -> Lots {
        let shares = channels.specs.iter().flatten().map(|spec| spec.share.unwrap_or(Ppm::ZERO));
        let mut sum = 0.0;
        Lots(
            shares
                .map(|share| {
                    sum += share.as_f64();
                    sum
                })
                .collect(),
        )
    }

    fn draw(&self, lot: f64) -> ChannelId {
        let index = self.0.partition_point(|edge| *edge <= lot);
        ChannelId(index.min(self.0.len().saturating_sub(1)) as u16)
    }
}

fn shares(placed: &[LoggedOrder], channels: usize) -> Vec<Ppm> {
    let mut counts = vec![0_u64; channels];
    for order in placed {
        counts[order.channel.index()] += 1;
    }
    counts.iter().map(|count| Ppm::of(*count, placed.len() as u64)).collect()
}

/// SKUs as they first appear, at their median price, with stock that covers a share of demand.
fn catalogue(spec: &Spec, log: &Grouped, placed: &[LoggedOrder]) -> Catalog {
    let mut demand = vec![0_u128; log.skus.len()];
    for (sku, qty) in placed.iter().flat_map(|order| &order.lines) {
        demand[sku.index()] += qty.0 as u128;
    }
    let cover = u128::from(spec.cover_ppm.unwrap_or(1_000_000));
    let terms = |(sku, demand): (&orders::Sku, &u128)| SkuTerms {
        stock: Qty(((demand * cover + 500_000) / 1_000_000) as i64),
        price: sku.price,
        listed: true,
    };
    Catalog {
        skus: log.skus.iter().zip(&demand).map(terms).collect(),
        names: log.skus.iter().map(|sku| sku.name.clone()).collect(),
        popularity: vec![0.0; log.skus.len()],
        heroes: None,
    }
}

/// What was made of the log, for the plan's notes.
fn say(
    spec: &Spec,
    log: &Grouped,
    placed: &[LoggedOrder],
    returns: &[MerchantEvent],
    currency: Currency,
    r: &Reading,
) {
    let lines: usize = placed.iter().map(|order| order.lines.len()).sum();
    let units: Qty = placed.iter().flat_map(|order| &order.lines).map(|(_, qty)| *qty).sum();
    let number = |n: usize| grouped(n as f64);
    let with_lines = |order: &&Order| !order.lines.is_empty();
    r.note(format!(
        "{}: {} orders of the log{} are played {}x: {} orders, {} lines, {} units, {} returns.",
        spec.mapping.source.file,
        number(log.orders.iter().filter(with_lines).count()),
        log.stretch,
        spec.scale_milli as f64 / 1e3,
        number(placed.len()),
        number(lines),
        grouped(units.0 as f64),
        number(returns.len()),
    ));
    for note in &log.notes {
        r.note(format!("{}: {note}", spec.mapping.source.file));
    }
    let free = log.skus.iter().filter(|sku| sku.price == Money::ZERO).count();
    // With a stock list its prices hold.
    if free > 0 && spec.cover_ppm.is_some() {
        let nothing = currency.say(Money::ZERO);
        r.note(format!(
            "{}: {free} SKUs have no price above zero; they cost {nothing}.",
            spec.mapping.source.file
        ));
    }
}
