//! Owns fitting a starter scenario to somebody's records: last year's orders, this year's stock.
//! Must not know how a plan is played, nor how the fit is told to people (`cli`). Start at [`fit`].
//!
//! A log shows the demand that was served, not the demand: what was wanted while it was sold out is
//! not in it. Everything here is fitted to what was served.

mod asked;
mod curve;
mod goodness;
mod head;
mod observed;
mod sizes;
mod skew;
mod spread;
mod stretch;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use asked::ToFit;
pub use goodness::{
    ChiSquare, CurveFit, FitWindow, Goodness, LogFit, SizesFit, SkewFit, SpreadFit,
};
use observed::{Observed, Order};

use crate::ids::ChannelId;
use crate::language::map::Map;
use crate::language::problem::{Reading, Wrong};
use crate::language::{Problems, tree};
use crate::records::reconciliation::Reconciliation;
use crate::records::stock::{self, StockList, StockRow};
use crate::scenario::currency::{self as scenario_currency, Currency};
use crate::scenario::replay::raw::{self, Raw};
use crate::scenario::replay::said;
use crate::scenario::starter::{ChannelSlot, Slot, Starter};
use crate::scenario::{self, LANGUAGE, Overrides, Plan};
use crate::units::{Ppm, Span};
use stretch::Stretch;

/// Fewer orders than this say nothing of a curve.
const ORDERS_MIN: usize = 30;

/// A log says what was sold and not what there was. Its orders were all served, so the stock that
/// is guessed for it turns no more than this share away: a few, for that is what is rehearsed.
const SOLD_OUT_MAX: f64 = 0.1;

/// How often what was sold is doubled for it.
const DOUBLINGS_MAX: usize = 12;

/// The most of a product that is taken to have been sold, before that.
const SOLD_MAX: u64 = 1_000_000;

/// Where the errors are said to be: in what was typed.
const TYPED: &str = "init";

/// A scenario fitted to records.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The scenario.
    pub starter: Starter,
    /// How well it fits.
    pub goodness: Goodness,
    /// What a person should know of the files: rows that cannot be read, what was left out.
    pub notes: Vec<String>,
}

/// Fits a scenario to the files that are asked for, looked for in `base_dir`.
pub fn fit(asked: &ToFit, base_dir: &Path) -> Result<Fitted, Problems> {
    with_files(asked, base_dir, |root, r| Some(Files::read(root, asked, r)?.fit()))?
}

/// What the order log comes to, held against the file; nothing is fitted.
pub fn reconcile(asked: &ToFit, base_dir: &Path) -> Result<Option<Reconciliation>, Problems> {
    with_files(asked, base_dir, |root, r| {
        let map = Map::open(root, "what is asked", r)?;
        let currency = map.required("currency", scenario_currency::currency);
        let stock_list = map.get("catalog");
        let (said, priced, currency) = (asked.currency.is_some(), stock_list.is_none(), currency?);
        let read = match map.get("replay") {
            Some(node) => Some(raw::reconcile(node, currency, said, priced, r)?),
            None => None,
        };
        // A list that a fit would refuse is refused now.
        let theirs = read.as_ref().and_then(|read| Currency::of_sign(&read.currency.0));
        if let Some(node) = stock_list {
            stock_list_of(node, theirs.unwrap_or(currency), r)?;
        }
        Some(read)
    })
}

/// Why nothing can be fitted to a log that was counted.
pub fn refusal(read: &Reconciliation) -> Option<Problems> {
    let wrongs: Vec<_> = read.refused.iter().map(|wrong| (0..0, wrong.clone())).collect();
    (!wrongs.is_empty()).then(|| Problems::placed(TYPED, "", wrongs))
}

/// Reads what is asked for; what is wrong is named by what it says, for nobody has seen the text
/// that it was put into.
fn with_files<T>(
    asked: &ToFit,
    base_dir: &Path,
    read: impl FnOnce(&tree::Node, &Reading) -> Option<T>,
) -> Result<T, Problems> {
    let r = Reading::new(&LANGUAGE, base_dir.to_owned());
    // The options that are a piece of the language: a slip in one is shown in it.
    for (key, group) in asked.groups() {
        if tree::parse(&group, &r).is_none() {
            return Err(r.into_errors(&format!("--{key}"), &group));
        }
    }
    let done = tree::parse(&asked.text(), &r).and_then(|root| read(&root, &r));
    match done {
        Some(done) if r.is_sound() => Ok(done),
        _ => Err(r.into_errors(TYPED, "")),
    }
}

/// What the files say.
struct Files {
    currency: Currency,
    /// Nobody and no file said the currency.
    currency_taken: bool,
    /// The folder of the scenario that is written: it names files from there.
    folder: PathBuf,
    /// Whether it is known which orders are cancellations.
    cancellations: bool,
    log: Option<Raw>,
    stock_list: Option<(String, StockList)>,
}

impl Files {
    fn read(root: &tree::Node, asked: &ToFit, r: &Reading) -> Option<Files> {
        let map = Map::open(root, "what is asked", r)?;
        let currency = map.required("currency", scenario_currency::currency);
        let replay = map.get("replay");
        let stock_list = map.get("catalog");
        let currency = currency?;
        let is_said = asked.currency.is_some();
        let log = replay.map(|node| raw::read(node, currency, is_said, stock_list.is_none(), r));
        let theirs = log.iter().flatten().find_map(|log| Currency::of_sign(log.currency?));
        let currency = theirs.unwrap_or(currency);
        let stock_list = stock_list.map(|node| stock_list_of(node, currency, r));
        let log = match log {
            Some(log) => Some(enough(log?, r)?),
            None => None,
        };
        let stock_list = match stock_list {
            Some(stock_list) => Some(stock_list?),
            None => None,
        };
        let cancellations = log.as_ref().is_some_and(|log| log.says_cancellations);
        let currency_taken = !is_said && log.as_ref().is_none_or(|log| log.currency_taken);
        let folder = asked.scenario.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let folder = folder.unwrap_or_default();
        Some(Files { currency, currency_taken, folder, cancellations, log, stock_list })
    }

    fn fit(self) -> Result<Fitted, Problems> {
        let mut starter = Starter::default().of_currency(self.currency);
        starter.guesses = [Slot::Shares, Slot::Merchant].into();
        let mut goodness = Goodness::default();
        starter.head = head::of(&self);
        if let Some((_, rows)) = &self.stock_list {
            from_stock_list(&rows.rows, self.log.is_none(), &mut starter, &mut goodness);
        }
        let Some(log) = &self.log else {
            return Ok(Fitted { starter, goodness, notes: self.notes() });
        };
        let stretch = stretch_of(log);
        let observed = observe(log, &stretch);
        let curve = curve::fit(&observed.bins(stretch.bin, stretch.bins));
        from_log(log, &observed, &stretch, &curve, self.stock_list.is_some(), &mut starter);
        if self.cancellations && observed.cancels.is_empty() {
            starter.cancellations.0 = Ppm::ZERO;
        }
        if self.stock_list.is_none() {
            goodness.price = from_prices(log, &mut starter);
        }
        let (plan, played) = self.stocked(&mut starter)?;
        let measured = Measured { log, observed: &observed, stretch: &stretch, curve: &curve };
        goodness.log = Some(LogFit {
            cancelled: self.cancellations.then_some(observed.cancels.len() as u64),
            ..measured.against(&starter, &plan, &played)
        });
        Ok(Fitted { starter, goodness, notes: self.notes() })
    }
}

impl Files {
    fn notes(&self) -> Vec<String> {
        let log = self.log.iter().flat_map(|log| log.grouped.notes.iter().map(|n| (&log.file, n)));
        let list = self
            .stock_list
            .iter()
            .flat_map(|(file, list)| list.notes.iter().map(move |n| (file, n)));
        let notes = log.chain(list).map(|(file, note)| format!("{file}: {note}"));
        // Of a log its reconciliation says it.
        let taken = (self.currency_taken && self.log.is_none())
            .then(|| raw::currency_taken(self.currency.code));
        notes.chain(taken).collect()
    }

    /// The plan of the starter, played once; without a stock list, on stock that serves enough.
    fn stocked(&self, starter: &mut Starter) -> Result<(Plan, goodness::Played), Problems> {
        let read = |starter: &Starter| {
            let text = starter.text("scenario.yaml");
            scenario::read_str(&text, Path::new("."), &Overrides::default())
        };
        let mut plan = read(starter)?;
        let mut played = goodness::play(&plan);
        for _ in 0..DOUBLINGS_MAX {
            if self.stock_list.is_some() || played.sold_out <= SOLD_OUT_MAX {
                break;
            }
            starter.stock = (starter.stock.0 * 2, starter.stock.1 * 2);
            plan = read(starter)?;
            played = goodness::play(&plan);
        }
        Ok((plan, played))
    }
}

/// Reads the stock list that a group names.
fn stock_list_of(
    node: &tree::Node,
    currency: Currency,
    r: &Reading,
) -> Option<(String, StockList)> {
    let map = Map::open(node, "catalog", r)?;
    let (source, decimal) = (said::source(&map, r), map.optional("decimal", said::decimal));
    let (source, at) = source?;
    let report = |wrongs: Vec<_>| wrongs.into_iter().for_each(|wrong| r.wrong(&at, wrong));
    let list =
        stock::read(&source, decimal, (currency.code, currency.digits)).map_err(report).ok()?;
    Some((source.file, list))
}

/// Refuses a log of too few orders.
fn enough(log: Raw, r: &Reading) -> Option<Raw> {
    let orders = log.grouped.orders.iter().filter(|order| !order.lines.is_empty()).count();
    if orders < ORDERS_MIN {
        let stretch = &log.grouped.stretch;
        let found = format!("`{}` has too few orders{stretch} to fit: {orders}", log.file);
        let wrong = Wrong::new(found).expected(format!("at least {ORDERS_MIN}"));
        r.wrong(&(0..0), wrong.hint("choose another `--day`, or a longer `--from` and `--until`"));
        return None;
    }
    Some(log)
}

fn from_stock_list(rows: &[StockRow], alone: bool, starter: &mut Starter, goodness: &mut Goodness) {
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    starter.skus = rows.len() as u64;
    if let Some(stock) = spread::fit(rows.iter().map(|row| number(row.stock.0)).collect()) {
        starter.stock = (stock.spread.typical, stock.spread.one_in_20_above);
        goodness.stock = Some((&stock).into());
    } else {
        starter.guesses.insert(Slot::Stock);
    }
    if let Some(price) = spread::fit(rows.iter().map(|row| number(row.price.0)).collect()) {
        starter.price = (price.spread.typical as i64, price.spread.one_in_20_above as i64);
        goodness.price = Some((&price).into());
    } else {
        starter.guesses.insert(Slot::Price);
    }
    let weights: Vec<f64> = rows.iter().map(|row| row.weight).collect();
    if weights.iter().any(|weight| (weight - 1.0).abs() > f64::EPSILON) {
        starter.zipf = skew::of_weights(&weights).exponent;
    } else if alone {
        starter.guesses.insert(Slot::Zipf);
    }
}

fn stretch_of(log: &Raw) -> Stretch {
    let grouped = &log.grouped;
    Stretch::of(grouped.from_us, grouped.until_us, grouped.resolution, &log.zone)
}

fn observe(log: &Raw, stretch: &Stretch) -> Observed {
    let mut observed = Observed::new(log.channels.len(), log.grouped.skus.len());
    for order in log.grouped.orders.iter().filter(|order| !order.lines.is_empty()) {
        observed.count(&Order {
            at: stretch.since(order.at_us),
            channel: order.channel.map(ChannelId),
            lines: &order.lines,
            cancels_after: order.cancels_after,
        });
    }
    observed
}

/// What the orders say.
fn from_log(
    log: &Raw,
    observed: &Observed,
    stretch: &Stretch,
    curve: &curve::Fitted,
    has_list: bool,
    starter: &mut Starter,
) {
    starter.campaign = format!("A day like {}", &stretch.starts()[..10]);
    starter.starts = stretch.starts();
    (starter.per_hour, starter.phases) = stretch.phases(curve);
    starter.lines = sizes::fit(&observed.lines);
    starter.units = sizes::fit(&observed.units);
    starter.promotion = ("peak", "end of peak");
    starter.listings = "{ at: campaign, count: 60 }";
    if !log.channels.is_empty() {
        starter.guesses.remove(&Slot::Shares);
        let shares = sizes::allot(&observed.channels, u64::from(Ppm::ONE.0));
        let named = log.channels.iter().zip(shares).filter(|(_, share)| *share > Ppm::ZERO);
        starter.channels = named
            .map(|(name, share)| ChannelSlot { name: name.clone(), share, own_shop: false })
            .collect();
    }
    let skew = skew::fit(&observed.sku_lines, observed.within, has_list.then_some(starter.skus));
    (starter.skus, starter.zipf) = (skew.skus, skew.exponent);
    if !has_list {
        // As much as a product sold, to begin with. Little spread: where stock is drawn without
        // regard to what sells, a wide one leaves what sells well without.
        let sold = spread::fit(observed.sku_units.clone()).map_or(1, |sold| sold.spread.typical);
        starter.stock = (sold.min(SOLD_MAX), 2 * sold.min(SOLD_MAX));
        starter.guesses.insert(Slot::Stock);
    }
    let orders = observed.at.len() as u64;
    if let Some(after) = spread::fit(observed.cancels.clone()) {
        let (typical, above) = (after.spread.typical, after.spread.one_in_20_above);
        let share = Ppm::of(observed.cancels.len() as u64, orders);
        starter.cancellations = (share, Span(typical), Span(above));
    }
}

/// Prices from the log, where no stock list says them.
fn from_prices(log: &Raw, starter: &mut Starter) -> Option<SpreadFit> {
    let prices = log.grouped.skus.iter().map(|sku| u64::try_from(sku.price.0).unwrap_or(0));
    let Some(fitted) = spread::fit(prices.collect()) else {
        starter.guesses.insert(Slot::Price);
        return None;
    };
    starter.price = (fitted.spread.typical as i64, fitted.spread.one_in_20_above as i64);
    Some((&fitted).into())
}

/// A log as it was counted.
struct Measured<'m> {
    log: &'m Raw,
    observed: &'m Observed,
    stretch: &'m Stretch,
    curve: &'m curve::Fitted,
}

impl Measured<'_> {
    /// Set against the scenario that was made of it.
    fn against(&self, starter: &Starter, plan: &Plan, played: &goodness::Played) -> LogFit {
        let Measured { log, observed, stretch, curve } = self;
        LogFit {
            file: log.file.clone(),
            stretch: log.grouped.stretch.clone(),
            orders: observed.at.len() as u64,
            cancelled: None,
            channels: log.channels.len() as u64,
            curve: goodness::curve_fit(observed, plan, stretch, curve.parameters),
            lines: goodness::sizes_fit(&observed.lines, &starter.lines),
            units: goodness::sizes_fit(&observed.units, &starter.units),
            skew: goodness::skew_fit(observed, plan, played, starter.zipf),
            sold_out: played.sold_out,
        }
    }
}
