//! Owns reading the rows of an order log.
//! Must not know which rows belong together.

use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::super::channel::Channels;
use super::super::head::Currency;
use super::super::map::Map;
use super::super::problem::{Reading, Wrong};
use super::super::scalar::{leading_number, words};
use super::super::table::{Column, Table, Unreadable};
use super::super::tree::Node;
use super::Spec;
use crate::ids::ChannelId;
use crate::units::{Money, Span};

/// The most rows of a log.
const ROWS_MAX: usize = 20_000_000;

/// What to do about a column that is called otherwise.
pub(super) const REMEDY: &str = "say its name in `columns`";

/// The largest quantity of a line; more is a slip.
const QTY_MAX: f64 = 1e9;

/// The names of the columns.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    time: String,
    order: String,
    sku: String,
    quantity: String,
    /// None: prices come from the stock list.
    price: String,
    channel: Option<String>,
    buyer: Option<String>,
}

impl Default for Columns {
    fn default() -> Columns {
        let name = |name: &str| name.to_owned();
        Columns {
            time: name("ts"),
            order: name("order"),
            sku: name("sku"),
            quantity: name("qty"),
            price: name("price"),
            channel: None,
            buyer: None,
        }
    }
}

impl Columns {
    /// The column of the channel: the one that is said, else one of that very name.
    pub(super) fn find_channel(&mut self, table: &Table) -> Option<&str> {
        if self.channel.is_none() && table.has("channel") {
            self.channel = Some("channel".to_owned());
        }
        self.channel.as_deref()
    }
}

/// `{ time: ts, order: order, sku: sku, quantity: qty, price: price, channel: …, buyer: … }`.
pub(super) fn columns(node: &Node, r: &Reading) -> Option<Columns> {
    let map = Map::open(node, "columns", r)?;
    let default = Columns::default();
    let time = map.or("time", default.time, words);
    let order = map.or("order", default.order, words);
    let sku = map.or("sku", default.sku, words);
    let quantity = map.or("quantity", default.quantity, words);
    let price = map.or("price", default.price, words);
    let channel = map.or("channel", None, |node, r| words(node, r).map(Some));
    let buyer = map.or("buyer", None, |node, r| words(node, r).map(Some));
    Some(Columns {
        time: time?,
        order: order?,
        sku: sku?,
        quantity: quantity?,
        price: price?,
        channel: channel?,
        buyer: buyer?,
    })
}

/// Words as small numbers, in the order of their first appearance.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
    pub(super) names: Vec<String>,
}

impl Names {
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
}

/// A row of the log.
pub(super) struct Row {
    pub(super) civil: DateTime,
    pub(super) at_us: i64,
    pub(super) order: u32,
    pub(super) sku: u32,
    pub(super) qty: i64,
    pub(super) price: Money,
    pub(super) channel: Option<ChannelId>,
    pub(super) buyer: Option<u32>,
}

/// All rows that could be read.
pub(super) struct Log {
    pub(super) rows: Vec<Row>,
    pub(super) orders: Names,
    pub(super) skus: Names,
    /// The finest time that the log tells apart.
    pub(super) resolution: Span,
    pub(super) skipped: u64,
    pub(super) unreadable: Unreadable,
}

/// Reads the file. Rows that cannot be read are counted; more than half of them refuse the log.
pub(super) fn read(
    spec: &Spec,
    channels: &Channels,
    known_skus: Option<&[String]>,
    currency: Currency,
    r: &Reading,
) -> Option<Log> {
    let mut table = Table::open(&spec.file, &spec.file_at, spec.delimiter, r)?;
    let mut reader = RowReader::new(spec, &table, channels, known_skus, currency, r)?;
    let mut rows = vec![];
    let (mut skipped, mut unreadable) = (0, Unreadable::default());
    while let Some(next) = table.next() {
        match next.and_then(|()| reader.row(&table)) {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => skipped += 1,
            Err(why) => unreadable.add(table.line(), &why),
        }
        if rows.len() > ROWS_MAX {
            r.wrong(
                &spec.file_at,
                Wrong::new(format!("`{}` has more than {ROWS_MAX} rows", spec.file)),
            );
            return None;
        }
    }
    table.refuse_part(&spec.file_at, &unreadable.examples(), r)?;
    let count = rows.len() as u64;
    if count == 0 && unreadable.count == 0 {
        r.wrong(
            &spec.file_at,
            Wrong::new(format!("`{}` has no rows of orders", spec.file))
                .expected("rows such as 2011-11-17T08:10:00,576640,22465,12,1.65"),
        );
        return None;
    }
    if unreadable.count > count {
        let wrong = Wrong::new(format!(
            "{} of {} rows of `{}` cannot be read",
            unreadable.count,
            count + unreadable.count,
            spec.file
        ));
        r.wrong(&spec.file_at, wrong.hint(unreadable.examples()));
        return None;
    }
    let resolution = resolution(&rows);
    let RowReader { orders, skus, .. } = reader;
    Some(Log { rows, orders, skus, resolution, skipped, unreadable })
}

/// The finest unit in which any two moments of the log differ.
fn resolution(rows: &[Row]) -> Span {
    let all = |test: fn(&DateTime) -> bool| rows.iter().all(|row| test(&row.civil));
    match () {
        () if !all(|t| t.subsec_nanosecond() == 0) => Span::from_millis(1),
        () if !all(|t| t.second() == 0) => Span::from_secs(1),
        () if !all(|t| t.minute() == 0) => Span::from_mins(1),
        () if !all(|t| t.hour() == 0) => Span::from_mins(60),
        () => Span::from_mins(24 * 60),
    }
}

struct RowReader<'s> {
    spec: &'s Spec,
    channels: &'s Channels,
    currency: Currency,
    time: Column,
    order: Column,
    sku: Column,
    quantity: Column,
    price: Option<Column>,
    channel: Option<Column>,
    buyer: Option<Column>,
    orders: Names,
    skus: Names,
    buyers: Names,
    fixed_skus: bool,
}

impl<'s> RowReader<'s> {
    fn new(
        spec: &'s Spec,
        table: &Table,
        channels: &'s Channels,
        known_skus: Option<&[String]>,
        currency: Currency,
        r: &Reading,
    ) -> Option<RowReader<'s>> {
        let at = &spec.file_at;
        let names = &spec.columns;
        let column = |name: &str| table.column(name, REMEDY, at, r);
        let (time, order) = (column(&names.time), column(&names.order));
        let (sku, quantity) = (column(&names.sku), column(&names.quantity));
        // With a stock list its prices hold, and the log need not have any.
        let priced = known_skus.is_none() || table.has(&names.price);
        let price = if priced { Some(column(&names.price)) } else { None };
        let channel = names.channel.as_deref().map(column);
        let buyer = names.buyer.as_deref().map(column);
        let mut skus = Names::default();
        for name in known_skus.unwrap_or_default() {
            skus.number(name);
        }
        Some(RowReader {
            spec,
            channels,
            currency,
            time: time?,
            order: order?,
            sku: sku?,
            quantity: quantity?,
            price: price.map_or(Some(None), |column| column.map(Some))?,
            channel: channel.map_or(Some(None), |column| column.map(Some))?,
            buyer: buyer.map_or(Some(None), |column| column.map(Some))?,
            orders: Names::default(),
            skus,
            buyers: Names::default(),
            fixed_skus: known_skus.is_some(),
        })
    }

    /// A row; none when its SKU is to be skipped.
    fn row(&mut self, table: &Table) -> Result<Option<Row>, String> {
        let sku = table.field(self.sku)?;
        if sku.is_empty() {
            return Err("no sku".to_owned());
        }
        if self.spec.skip_skus.iter().any(|skip| skip == sku) {
            return Ok(None);
        }
        let time = table.field(self.time)?;
        let moment = self.moment(time)?;
        let order = table.field(self.order)?;
        if order.is_empty() {
            return Err("no order number".to_owned());
        }
        let qty = match leading_number(table.field(self.quantity)?) {
            Some((qty, "")) if qty.fract() == 0.0 && qty != 0.0 && qty.abs() <= QTY_MAX => {
                qty as i64
            }
            _ => {
                let said = table.field(self.quantity)?;
                return Err(format!("the quantity `{said}` is not a whole number such as 12"));
            }
        };
        let price =
            self.price.map_or(Ok(Money::ZERO), |column| self.price(table.field(column)?))?;
        let channel = self.channel.map(|column| self.channel(table.field(column)?)).transpose()?;
        let buyer = self.buyer.map(|column| table.field(column)).transpose()?;
        let buyer = buyer.filter(|buyer| !buyer.is_empty());
        if self.fixed_skus && self.skus.find(sku).is_none() {
            return Err(format!("sku `{sku}` is not in the stock list"));
        }
        Ok(Some(Row {
            civil: moment.datetime(),
            at_us: moment.timestamp().as_microsecond(),
            order: self.orders.number(order),
            sku: self.skus.number(sku),
            qty,
            price,
            channel,
            buyer: buyer.map(|buyer| self.buyers.number(buyer)),
        }))
    }

    /// A civil time in the log's zone, or a moment with an offset of its own. Times that the
    /// clocks skip or show twice are taken as jiff's "compatible": a log is what it is.
    fn moment(&self, text: &str) -> Result<ZonedDateTime, String> {
        let zone: &TimeZone = &self.spec.zone;
        let civil = match &self.spec.time_format {
            Some(format) => DateTime::strptime(format, text).ok(),
            None => text.parse::<DateTime>().ok(),
        };
        let moment = match civil {
            Some(civil) => zone.to_zoned_datetime(civil).ok(),
            None => text.parse::<Timestamp>().ok().map(|at| at.to_zoned_datetime(zone.clone())),
        };
        moment.ok_or_else(|| format!("`{text}` is not a time such as 2011-11-17T08:10:00"))
    }

    /// Rounded to the minor unit: logs keep more places than a till does.
    fn price(&self, text: &str) -> Result<Money, String> {
        let minor = 10_f64.powi(i32::from(self.currency.digits));
        match leading_number(text) {
            Some((price, "")) if (0.0..=1e9).contains(&price) => {
                Ok(Money((price * minor).round() as i64))
            }
            _ => Err(format!("the price `{text}` is not an amount such as 1.65")),
        }
    }

    fn channel(&self, text: &str) -> Result<ChannelId, String> {
        let named = self.spec.channels.iter().find(|(said, _)| said == text);
        match named {
            Some((_, id)) => Ok(*id),
            None => self.channels.find(text).map_err(|_| format!("no channel is named `{text}`")),
        }
    }
}
