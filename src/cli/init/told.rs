//! Owns what is said of a fit: quantity by quantity, how near it came, in plain words.
//! Must not know how anything was fitted.

use std::fmt::Write as _;

use crate::report::words::number::{count, counted, span, three_digits};
use crate::scenario::Starter;
use crate::scenario::fit::{CurveFit, Goodness, LogFit, SizesFit, SkewFit, SpreadFit};

/// Below this, chance is no explanation.
const CHANCE_MIN: f64 = 0.001;

/// Two distributions this far apart are not alike.
const APART_MAX: f64 = 0.1;

/// All that is to be said; nothing when nothing was fitted.
pub(super) fn text(goodness: &Goodness, starter: &Starter) -> String {
    let mut text = String::new();
    if let Some(log) = &goodness.log {
        of_log(&mut text, log, starter);
    }
    if let Some(stock) = &goodness.stock {
        row(&mut text, "stock", &spread(stock, starter.stock_words(), "no stock"));
    } else if goodness.log.is_some() {
        row(&mut text, "stock", "a guess, as much as each product sold: --catalog fits it");
    }
    if let Some(price) = &goodness.price {
        row(&mut text, "price", &spread(price, starter.price_words(), "no price"));
    }
    if goodness.log.is_some() {
        text.push_str(
            "\nA log shows the demand that was served. What was wanted while it was sold out is not \
             in it:\nrehearse more than this (raise `demand`) rather than less.\n",
        );
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn row(text: &mut String, name: &str, says: &str) {
    let _ = writeln!(text, "  {name:<12} {says}");
}

fn of_log(text: &mut String, log: &LogFit, starter: &Starter) {
    let orders = counted(log.orders, "order", "orders");
    let _ = writeln!(text, "Fitted to {}{}: {orders}", log.file, log.stretch);
    row(text, "demand", &curve(&log.curve, starter));
    let channels = match log.channels {
        0 => "a guess: no column of the log says the channel".to_owned(),
        n => format!("{} with their exact shares", counted(n, "channel", "channels")),
    };
    row(text, "channels", &channels);
    row(text, "lines", &sizes(&log.lines, "an order", "orders"));
    row(text, "units", &sizes(&log.units, "a line", "lines"));
    row(text, "bestsellers", &skew(&log.skew));
    let cancelled = match log.cancelled {
        0 => "a guess: the log shows none".to_owned(),
        n => format!("{} of {}, with the times they took", count(n), count(log.orders)),
    };
    row(text, "cancelled", &cancelled);
}

fn curve(fit: &CurveFit, starter: &Starter) -> String {
    let per_hour = three_digits(starter.per_hour());
    let phases = counted(fit.phases as u64, "phase", "phases");
    let window = span(fit.window.0);
    let mut said = format!("{per_hour} orders/hour on average, in {phases}. By {window}: ");
    match fit.chi_square {
        Some(test) => {
            let verdict = if test.chance < CHANCE_MIN {
                "more than chance explains: the day has turns that the phases leave out"
            } else {
                "no further off than chance"
            };
            let (value, freedom) = (three_digits(test.value), test.freedom);
            let _ = write!(said, "χ² is {value} where {freedom} is usual, {verdict}. ");
        }
        None => said.push_str("too few orders to test. "),
    }
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
        "zipf {} over {} products ({} in the log); the top {top} {} of lines, {} fitted",
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
