//! Owns the first scenario that somebody edits: a commented text whose every value can be another.
//! Must not know where the values come from (`fit` has some that were measured).
//!
//! The text is `starter.yaml` beside this file, with `<<slots>>` for what a fit may replace.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::LANGUAGE;
use super::currency::{self, Currency};
use crate::language::number::unmistakable;
use crate::language::problem::{Problems, Reading, on_one_line};
use crate::language::tree::{Node, plain};
use crate::units::{Ppm, Span};

const TEMPLATE: &str = include_str!("starter.yaml");

/// A phase of the demand, in multiples of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhaseSlot {
    pub(crate) name: String,
    pub(crate) lasts: Span,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) exponential: bool,
}

/// A channel with its share of orders.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChannelSlot {
    pub(crate) name: String,
    pub(crate) share: Ppm,
    /// One's own shop shows changes sooner, and holds nothing back.
    pub(crate) own_shop: bool,
}

/// What a value of the starter may rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Stock,
    Price,
    Zipf,
    Shares,
    Merchant,
}

/// The values of a starter scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Starter {
    /// What the first lines say, a line each.
    pub(crate) head: Vec<String>,
    pub(crate) campaign: String,
    pub(crate) starts: String,
    pub(crate) currency: &'static str,
    /// Decimal places of the currency.
    pub(crate) digits: u8,
    pub(crate) skus: u64,
    /// The median and the 95th percentile.
    pub(crate) stock: (u64, u64),
    /// The same of prices, in minor units.
    pub(crate) price: (i64, i64),
    pub(crate) zipf: f64,
    pub(crate) channels: Vec<ChannelSlot>,
    pub(crate) per_hour: f64,
    pub(crate) phases: Vec<PhaseSlot>,
    pub(crate) lines: Vec<(u8, Ppm)>,
    pub(crate) units: Vec<(u8, Ppm)>,
    /// The share of orders, and the median and 95th percentile of how long after.
    pub(crate) cancellations: (Ppm, Span, Span),
    /// From when to when the promotion runs.
    pub(crate) promotion: (&'static str, &'static str),
    pub(crate) listings: &'static str,
    /// What stands there only because something must.
    pub(crate) guesses: BTreeSet<Slot>,
}

impl Default for Starter {
    /// A promotion of 45 minutes on two channels, on a sound connector: GO.
    fn default() -> Starter {
        let phase = |name: &str, min, from, to, exponential| PhaseSlot {
            name: name.to_owned(),
            lasts: Span::from_mins(min),
            from,
            to,
            exponential,
        };
        let channel = |name: &str, percent: u32, own_shop| ChannelSlot {
            name: name.to_owned(),
            share: Ppm(percent * 10_000),
            own_shop,
        };
        Starter {
            head: vec![
                "A promotion to rehearse: a doorbuster on two channels. It plays as it stands, \
                 and says GO."
                    .to_owned(),
                "Put your own figures in the place of these, and play it again:".to_owned(),
            ],
            campaign: "My promotion".to_owned(),
            starts: "2026-11-27 09:00 America/New_York".to_owned(),
            currency: "USD",
            digits: 2,
            skus: 1_600,
            stock: (5, 30),
            price: (2_490, 12_900),
            zipf: 0.2,
            channels: vec![channel("storefront", 60, true), channel("marketplace", 40, false)],
            per_hour: 6_000.0,
            phases: vec![
                phase("baseline", 12, 1.0, 1.0, false),
                phase("doors open", 3, 1.0, 5.0, false),
                phase("peak", 15, 5.0, 5.0, false),
                phase("fade", 10, 5.0, 1.0, true),
                phase("recovery", 5, 1.0, 1.0, false),
            ],
            lines: vec![(1, Ppm(900_000)), (2, Ppm(80_000)), (3, Ppm(20_000))],
            units: vec![(1, Ppm::ONE)],
            cancellations: (Ppm(10_000), Span::from_mins(3), Span::from_mins(10)),
            promotion: ("doors open", "end of fade"),
            listings: "{ from: 1m, until: end of fade, count: 160 }",
            guesses: BTreeSet::new(),
        }
    }
}

impl Starter {
    /// The starter with amounts in this currency.
    pub fn in_currency(code: &str) -> Result<Starter, Problems> {
        let r = Reading::new(&LANGUAGE, PathBuf::new());
        let node = Node::scalar(code);
        match currency::currency(&node, &r) {
            Some(currency) => Ok(Starter::default().of_currency(currency)),
            None => Err(r.into_errors("--currency", "")),
        }
    }

    /// The same amounts in the minor units of another currency.
    pub(crate) fn of_currency(self, currency: Currency) -> Starter {
        let minor = |minor: i64| match currency.digits {
            0 => minor / 100,
            2 => minor,
            _ => minor * 10,
        };
        let price = (minor(self.price.0), minor(self.price.1));
        Starter { currency: currency.code, digits: currency.digits, price, ..self }
    }

    /// Orders an hour at 1x.
    pub fn per_hour(&self) -> f64 {
        self.per_hour
    }

    /// Typical stock and what one SKU in 20 has more than.
    pub fn stock_words(&self) -> (String, String) {
        (self.stock.0.to_string(), self.stock.1.to_string())
    }

    /// The typical price and what one SKU in 20 costs more than.
    pub fn price_words(&self) -> (String, String) {
        let digits = usize::from(self.digits);
        let major =
            |minor: i64| format!("{:.digits$}", minor as f64 / 10_f64.powi(i32::from(self.digits)));
        (major(self.price.0), major(self.price.1))
    }

    /// The scenario as YAML. `file` is the name under which its remarks speak of it.
    pub fn text(&self, file: &str) -> String {
        let head: Vec<String> = self
            .head
            .iter()
            .map(|line| format!("# {}", on_one_line(line)).trim_end().into())
            .collect();
        let promotion = format!("starts: {}, ends: {}", self.promotion.0, self.promotion.1);
        let (share, typical, above) = self.cancellations;
        let cancellations = format!(
            "{{ share: {}, after: {{ typical: {}, one in 20 above: {} }} }}",
            percent(share),
            time(typical),
            time(above)
        );
        let slots = [
            ("head", head.join("\n")),
            ("file", on_one_line(file)),
            ("campaign", plain(&self.campaign)),
            ("starts", self.starts.clone()),
            ("skus", self.skus.to_string()),
            (
                "stock",
                format!("{{ typical: {}, one in 20 above: {} }}", self.stock.0, self.stock.1),
            ),
            ("price", self.price()),
            ("zipf", number(self.zipf)),
            ("channels", self.channels()),
            ("demand", format!("{} orders/hour", number(self.per_hour))),
            ("phases", self.phases()),
            ("lines", sizes(&self.lines)),
            ("units", sizes(&self.units)),
            ("cancellations", cancellations),
            ("promotion", promotion),
            ("listings", self.listings.to_owned()),
            ("guess stock", self.guess(Slot::Stock, "  # ")),
            ("guess price", self.guess(Slot::Price, "  # ")),
            ("guess zipf", self.guess(Slot::Zipf, "  # ")),
            ("guess shares", self.guess(Slot::Shares, "# ")),
            ("guess merchant", self.guess(Slot::Merchant, "# ")),
        ];
        filled(&slots)
    }

    /// What is said of a value that nothing measured.
    fn guess(&self, slot: Slot, before: &str) -> String {
        let said = format!("{before}This is a guess: put your own in its place.\n");
        if self.guesses.contains(&slot) { said } else { String::new() }
    }

    fn price(&self) -> String {
        let (typical, above) = self.price_words();
        let currency = self.currency;
        format!("{{ typical: {typical}, one in 20 above: {above}, currency: {currency} }}")
    }

    fn channels(&self) -> String {
        let mut text = String::new();
        for channel in &self.channels {
            let (name, share) = (plain(&channel.name), percent(channel.share));
            let _ = write!(text, "  {name}:\n    of orders: {share}\n");
            text.push_str(if channel.own_shop { OWN_SHOP } else { MARKETPLACE });
        }
        text.trim_end().to_owned()
    }

    fn phases(&self) -> String {
        let width = |said: &dyn Fn(&PhaseSlot) -> String| {
            self.phases.iter().map(|phase| said(phase).chars().count()).max().unwrap_or(0)
        };
        let name = |phase: &PhaseSlot| format!("{},", plain(&phase.name));
        let lasts = |phase: &PhaseSlot| format!("{},", time(phase.lasts));
        let (names, lengths) = (width(&name), width(&lasts));
        let line = |phase: &PhaseSlot| {
            let (from, to) = (number(phase.from), number(phase.to));
            let rate = if from == to { format!("{from}x") } else { format!("[{from}x, {to}x]") };
            let curve = if phase.exponential { ", curve: exponential" } else { "" };
            let (name, lasts) = (name(phase), lasts(phase));
            format!("    - {{ name: {name:names$} lasts: {lasts:lengths$} rate: {rate}{curve} }}")
        };
        self.phases.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

const OWN_SHOP: &str = "    shows changes after: { typical: 500ms, one in 20 above: 2s }
    lists after: { typical: 20s, one in 20 above: 90s }
";

const MARKETPLACE: &str = "    holds back: 1
    shows changes after: { typical: 2s, one in 20 above: 10s }
    lists after: { typical: 40s, one in 20 above: 3m }
    limits:                        # it takes so many calls and refuses more
      - { token bucket: { burst: 50, per: 20/s }, on: [stock, price, listing] }
";

/// The template with its slots filled.
fn filled(slots: &[(&str, String)]) -> String {
    let mut text = String::new();
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("<<") {
        let (name, after) = after.split_once(">>").expect("a slot of the template ends");
        let value = slots.iter().find(|(slot, _)| *slot == name);
        let (_, value) = value.expect("a slot of the template has a value");
        text.push_str(before);
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Up to four digits behind the point, and no more than it needs.
fn number(value: f64) -> String {
    unmistakable((value * 1e4).round() / 1e4)
}

fn percent(share: Ppm) -> String {
    format!("{}%", number(f64::from(share.0) / 1e4))
}

/// As the language writes it: `1h 45m`, `90s`.
fn time(span: Span) -> String {
    let s = (span.0 + 500_000) / 1_000_000;
    match (s / 3_600, s % 3_600 / 60, s % 60) {
        (0, 0, 0) => format!("{}ms", (span.0 / 1_000).max(1)),
        (0, _, 1..) if s < 600 => format!("{s}s"),
        (0, min, _) => format!("{min}m"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, min, _) => format!("{hours}h {min}m"),
    }
}

fn sizes(shares: &[(u8, Ppm)]) -> String {
    let size = |(size, share): &(u8, Ppm)| format!("{size}: {}", percent(*share));
    format!("{{ {} }}", shares.iter().map(size).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::scenario::{Overrides, read_str};

    #[test]
    fn the_starter_is_read_without_a_note_and_is_written_as_it_is_shown() {
        let text = Starter::default().text("scenario.yaml");
        let plan = read_str(&text, Path::new("."), &Overrides::default());
        let plan = plan.unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(plan.notes, Vec::<String>::new());
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        insta::assert_snapshot!(text);
    }

    /// What stands behind a `#` as a proposal can be taken up as it stands.
    #[test]
    fn every_proposal_in_a_remark_can_be_taken_up() {
        let text = Starter::default().text("scenario.yaml");
        let without = |piece: &str| {
            assert!(text.contains(piece), "{piece}");
            text.replacen(piece, &piece.replacen("# ", "", 1), 1)
        };
        let risks = text.replacen("# accepted risks:\n#   -", "accepted risks:\n   -", 1);
        for taken_up in [without("# heroes:"), without("# gates:"), risks] {
            assert_ne!(taken_up, text);
            let plan = read_str(&taken_up, Path::new("."), &Overrides::default());
            assert!(plan.is_ok(), "{}", plan.expect_err("just looked"));
        }
        let bestsellers = without("# bestsellers:").replace("  zipf:", "  # zipf:");
        assert!(read_str(&bestsellers, Path::new("."), &Overrides::default()).is_ok());
    }

    #[test]
    fn words_that_yaml_would_take_for_something_else_stand_in_quotes() {
        for (word, written) in [
            ("amazon", "amazon"),
            ("Amazon UK", "Amazon UK"),
            ("from 08:15", "from 08:15"),
            ("null", "\"null\""),
            ("a: b", "\"a: b\""),
            ("*", "\"*\""),
            ("two\nlines", "\"two\\nlines\""),
            ("", "\"\""),
        ] {
            assert_eq!(plain(word), written);
        }
        assert_eq!(on_one_line("a\nb"), "a\u{fffd}b");
    }

    #[test]
    fn times_and_numbers_are_written_in_the_language() {
        let said = [20_000, 90_000_000, 600_000_000, 6_300_000_000, 7_200_000_000]
            .map(|us| time(Span(us)))
            .join(", ");
        assert_eq!(said, "20ms, 90s, 10m, 1h 45m, 2h");
        assert_eq!(
            [number(1.0), number(0.123_46), percent(Ppm(333_333)), number(6.102)].join(" "),
            "1 0.1235 33.3333% 6.1020"
        );
    }
}
