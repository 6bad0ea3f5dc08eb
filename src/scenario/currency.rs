//! Owns reading currencies, their rates, and what prices hold of tax.
//! Must not know whose prices they are.

use crate::history::charter::{RATE_E9_MAX, Tax, TaxBasis};
use crate::language::map::{Map, each, entries};
use crate::language::number::{Places, number};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{choice, parse_money, scalar, share};
use crate::language::tree::{Entry, Node};
use crate::records::currency::means;
use crate::units::{Money, Ppm};

const BASES: &[(&str, TaxBasis)] = &[("net", TaxBasis::Net), ("gross", TaxBasis::Gross)];

/// A currency with the places of its minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Currency {
    pub(crate) code: &'static str,
    pub(crate) digits: u8,
}

impl Currency {
    /// A decoder of amounts.
    pub(crate) fn money(self) -> impl Fn(&Node, &Reading) -> Option<Money> {
        move |node, r| scalar(node, r, |text| parse_money(text, self.digits))
    }

    /// The currency of a code, or of a sign that is of one currency only. The dollar is that of
    /// the United States where nobody says another.
    pub(crate) fn of_sign(said: &str) -> Option<Currency> {
        let usual = ["USD", "EUR", "GBP", "PLN", "CZK", "BRL", "INR", "TRY", "KRW"];
        let usual = usual.into_iter().find(|code| means(said, code));
        currencies().find(|known| known.code == said || Some(known.code) == usual)
    }

    /// As a person writes it: `24.90`.
    pub(crate) fn say(self, money: Money) -> String {
        format!("{:.*} {}", usize::from(self.digits), self.major(money), self.code)
    }

    /// In major units.
    pub(crate) fn major(self, money: Money) -> f64 {
        money.0 as f64 / 10_f64.powi(i32::from(self.digits))
    }
}

/// Currencies without a minor unit and with thousandths; all others have hundredths (ISO 4217).
const NO_MINOR: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";
const HUNDREDTHS: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL \
    GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
    LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO \
    NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE \
    SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST \
    XCD YER ZAR ZMW ZWG";

fn currencies() -> impl Iterator<Item = Currency> {
    let of = |codes: &'static str, digits| {
        codes.split_whitespace().map(move |code| Currency { code, digits })
    };
    of(HUNDREDTHS, 2).chain(of(NO_MINOR, 0)).chain(of(THOUSANDTHS, 3))
}

/// A currency by its code.
pub(crate) fn currency(node: &Node, r: &Reading) -> Option<Currency> {
    scalar(node, r, currency_of)
}

/// The currency of a code.
pub(super) fn currency_of(code: &str) -> Result<Currency, Wrong> {
    currencies().find(|c| c.code == code).ok_or_else(|| {
        Wrong::new(format!("`{code}` is not a currency"))
            .expected("its three letters (ISO 4217), such as USD, EUR or JPY")
            .nearest(code, currencies().map(|c| c.code))
    })
}

/// A rate of the campaign's currency into another.
#[derive(Clone, Copy)]
pub(super) struct Exchanged {
    pub(super) into: Currency,
    /// Units of it for one, in billionths.
    pub(super) rate_e9: u64,
}

/// Reads the top level's `rates: { EUR: 1.17 }`.
pub(super) fn rates(
    node: &Node,
    campaign: Option<Currency>,
    r: &Reading,
) -> Option<Vec<Exchanged>> {
    each(entries(node, "rates", r)?, |entry| rate(entry, campaign, r))
}

fn rate(entry: &Entry, campaign: Option<Currency>, r: &Reading) -> Option<Exchanged> {
    let into = currency_of(&entry.key).map_err(|wrong| r.wrong(&entry.key_at, wrong)).ok();
    let rate_e9 = scalar(&entry.node, r, parse_rate);
    let (into, rate_e9) = (into?, rate_e9?);
    if campaign == Some(into) {
        let wrong = Wrong::new(format!("{} is the campaign's own currency", into.code));
        r.wrong(&entry.key_at, wrong.expected("rates of the other currencies alone"));
        return None;
    }
    Some(Exchanged { into, rate_e9 })
}

/// `1.17`, in billionths.
fn parse_rate(text: &str) -> Result<u64, Wrong> {
    let wrong = |what: &str| {
        Wrong::new(format!("`{text}` {what}"))
            .expected("units of that currency for one of the campaign's, such as 1.17")
    };
    let (rate, rest) = number(text, Places::Fine, &|| wrong("is not a rate"))?;
    let e9 = (rate * 1e9).round();
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    match rest {
        "" if rate < 0.0 => Err(wrong("is negative")),
        "" if decimals > 9 => Err(wrong("has more than nine decimals")),
        "" if e9 < 1.0 => Err(wrong("would make every price nothing")),
        "" if e9 > RATE_E9_MAX as f64 => Err(wrong("is beyond reason")),
        "" => Ok(e9 as u64),
        _ => Err(wrong("is not a rate")),
    }
}

/// `{ prices: gross, rate: 20% }`. A rate that is not said is nought where prices are net.
pub(super) fn tax(node: &Node, r: &Reading) -> Option<Tax> {
    let map = Map::open(node, "tax", r)?;
    let prices = map.required("prices", choice(BASES));
    let rate = if prices == Some(TaxBasis::Gross) {
        map.required("rate", share)
    } else {
        map.or("rate", Ppm::ZERO, share)
    };
    Some(Tax { prices: prices?, rate: rate? })
}
