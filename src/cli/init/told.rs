//! Owns what is said of a fit: quantity by quantity, how near it came, in plain words.
//! Must not know how anything was fitted.

use std::fmt::Write as _;

use crate::fit::{CurveFit, Goodness, LogFit, SizesFit, SkewFit, SpreadFit};
use crate::report::terminal::{Paper, row};
use crate::report::words::number::{count, counted, span, three_digits};
use crate::scenario::Starter;

/// Below this, chance is no explanation.
const CHANCE_MIN: f64 = 0.001;

/// Where what is said begins.
const INDENT: usize = 15;

const SERVED: &str = "\
    A log shows the demand that was served. What was wanted while it was sold out is not in it: \
    rehearse more than this (raise `demand`) rather than less.";

/// Two distributions this far apart are not alike.
const APART_MAX: f64 = 0.1;

/// Fewer orders than this prove little of what is rare.
const ORDERS_MANY: u64 = 2_000;

/// All that is to be said; nothing when nothing was fitted.
pub(super) fn text(goodness: &Goodness, starter: &Starter, paper: Paper) -> String {
    let mut text = String::new();
    let mut rows: Vec<(&str, String)> = vec![];
    if let Some(log) = &goodness.log {
        let orders = counted(log.orders, "order", "orders");
        let _ = writeln!(text, "{}{}: {orders}", log.file, log.stretch);
        rows.extend(of_log(log, starter));
    }
    if let Some(stock) = &goodness.stock {
        rows.push(("stock", spread(stock, starter.stock_words(), "no stock")));
    }
    if let Some(price) = &goodness.price {
        rows.push(("price", spread(price, starter.price_words(), "no price")));
    }
    if let Some(log) = &goodness.log {
        rows.push(("sold out", sold_out(log, goodness.stock.is_some())));
    }
    for (name, says) in rows {
        text.push_str(&row(&format!("  {name}"), INDENT, &says, paper));
    }
    if let Some(log) = &goodness.log {
        text.push('\n');
        text.push_str(&row("", 0, SERVED, paper));
        if log.orders < ORDERS_MANY {
            let few = format!(
                "{} prove little of what is rare: raise `demand` until the campaign has some \
                 thousands, or expect INCONCLUSIVE.",
                counted(log.orders, "order", "orders")
            );
            text.push_str(&row("", 0, &few, paper));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn of_log(log: &LogFit, starter: &Starter) -> Vec<(&'static str, String)> {
    let channels = match log.channels {
        0 => "a guess: no column of the log says the channel".to_owned(),
        n => format!("{} with their exact shares", counted(n, "channel", "channels")),
    };
    let cancelled = match log.cancelled {
        None => "a guess: --cancellations says which orders of the log are".to_owned(),
        Some(0) => "none".to_owned(),
        Some(n) => format!("{} of {}, after the times they took", count(n), count(log.orders)),
    };
    vec![
        ("demand", curve(&log.curve, starter)),
        ("channels", channels),
        ("lines", sizes(&log.lines, "an order", "orders")),
        ("units", sizes(&log.units, "a line", "lines")),
        ("bestsellers", skew(&log.skew)),
        ("cancelled", cancelled),
    ]
}

/// What the stock does to the orders, which is why it is there.
fn sold_out(log: &LogFit, is_fitted: bool) -> String {
    let share = percent(log.sold_out);
    if is_fitted {
        format!(
            "{share} of orders meet a product that has run out. Stock is drawn without regard to \
             what sells: `catalog: {{ file: … }}` in the scenario keeps each product's own"
        )
    } else {
        format!("{share} of orders meet a product that has run out; the stock is a guess")
    }
}

fn curve(fit: &CurveFit, starter: &Starter) -> String {
    let per_hour = three_digits(starter.per_hour());
    let phases = counted(fit.phases as u64, "phase", "phases");
    let window = span(fit.window.0);
    let mut said = format!(
        "{per_hour} orders/hour on average, in {phases}. Held against the log by {window}: "
    );
    said.push_str(match fit.chi_square {
        Some(test) if test.chance < CHANCE_MIN => {
            "further off than chance explains: the day has turns that the phases leave out. "
        }
        Some(_) => "no further off than chance. ",
        None => "too few orders to tell. ",
    });
    let worst = &fit.worst;
    let expected = three_digits(worst.expected);
    let _ = write!(
        said,
        "Furthest off: {}, {} seen, {expected} fitted",
        worst.clock,
        counted(worst.observed, "order", "orders"),
    );
    said
}

fn sizes(fit: &SizesFit, of: &str, whole: &str) -> String {
    let (observed, fitted) = (three_digits(fit.observed), three_digits(fit.fitted));
    let moved = percent(fit.moved);
    let mut said = format!("{observed} {of}, {fitted} fitted; ");
    if fit.moved < 5e-4 {
        said.push_str("every size as it was");
    } else {
        let _ = write!(said, "{moved} of {whole} are played in another size than they had");
    }
    if fit.larger > 0 {
        let _ = write!(said, "; {} larger than 255 are played as 255", count(fit.larger));
    }
    said
}

fn skew(fit: &SkewFit) -> String {
    let top = counted(fit.top, "product makes", "products make");
    format!(
        "`zipf: {}` over {} products ({} in the log); the top {top} {} of lines, {} fitted",
        three_digits(fit.exponent),
        count(fit.skus),
        count(fit.seen),
        percent(fit.observed),
        percent(fit.fitted),
    )
}

fn spread(fit: &SpreadFit, (typical, above): (String, String), without: &str) -> String {
    let apart = percent(fit.apart);
    let alike = if fit.apart > APART_MAX { "it is of another shape" } else { "alike" };
    let mut said = format!(
        "typical {typical}, one in 20 above {above}; up to any value the products differ by \
         {apart} at the most: {alike}"
    );
    if fit.zero > 0.0 {
        let _ = write!(said, "; {} have {without}, and here have some", percent(fit.zero));
    }
    said
}

fn percent(share: f64) -> String {
    format!("{} %", three_digits(share * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::{ChiSquare, FitWindow};
    use crate::report::terminal::Ink;
    use crate::units::Span;

    fn goodness(chance: f64) -> Goodness {
        let sizes = SizesFit { observed: 2.14, fitted: 2.1, moved: 0.031, larger: 2 };
        Goodness {
            log: Some(LogFit {
                file: "last-year.csv".to_owned(),
                stretch: " of 2025-11-28".to_owned(),
                orders: 1_840,
                cancelled: Some(12),
                channels: 3,
                curve: CurveFit {
                    phases: 4,
                    window: Span::from_mins(15),
                    worst: FitWindow { clock: "10:30".to_owned(), observed: 81, expected: 60.2 },
                    chi_square: Some(ChiSquare { value: 31.4, freedom: 28, chance }),
                },
                lines: sizes,
                units: SizesFit { moved: 0.0, larger: 0, ..sizes },
                skew: SkewFit {
                    exponent: 0.71,
                    skus: 2_100,
                    seen: 1_514,
                    top: 21,
                    observed: 0.067,
                    fitted: 0.0705,
                },
                sold_out: 0.043,
            }),
            stock: Some(SpreadFit { apart: 0.05, zero: 0.02 }),
            price: Some(SpreadFit { apart: 0.14, zero: 0.0 }),
        }
    }

    #[test]
    fn a_fit_is_told_quantity_by_quantity() {
        let paper = Paper::new(Ink::Plain, None);
        insta::assert_snapshot!(text(&goodness(0.3), &Starter::default(), paper));
    }

    #[test]
    fn what_chance_cannot_explain_is_said_and_a_guess_is_called_one() {
        let paper = Paper::new(Ink::Plain, None);
        let mut goodness = goodness(1e-9);
        assert!(text(&goodness, &Starter::default(), paper).contains("than chance explains"));
        goodness.stock = None;
        let log = goodness.log.as_mut().expect("a log");
        (log.channels, log.cancelled, log.curve.chi_square) = (0, None, None);
        let said = text(&goodness, &Starter::default(), paper);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(said.matches("guess").count(), 3, "{said}");
        assert!(said.contains("too few orders to tell"), "{said}");
        assert_eq!(text(&Goodness::default(), &Starter::default(), paper), "");
    }
}
