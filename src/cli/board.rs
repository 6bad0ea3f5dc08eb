//! Owns the table under the line of a live run: how each channel sells. Must not know terminals.

use crate::judge::ChannelGlance;
use crate::report::words::number;

/// More channels than this leave no room for what scrolled by; the rest are added up.
const ROWS_MAX: usize = 12;
/// Names are cut at this width.
const NAME_COLUMNS: usize = 24;
const HEAD: [&str; 5] = ["channel", "accepted", "refused", "oversold", "money"];

/// What the table is drawn for.
pub(super) struct Board {
    pub(super) channels: Vec<String>,
    pub(super) currency: String,
    pub(super) digits: u8,
}

impl Board {
    /// A row a channel, none wider than `columns`.
    pub(super) fn drawn(&self, seen: &[ChannelGlance], columns: usize) -> String {
        if seen.len() != self.channels.len() || seen.is_empty() {
            return String::new();
        }
        let shown = if seen.len() > ROWS_MAX { ROWS_MAX - 1 } else { seen.len() };
        let named = self.channels.iter().zip(seen).take(shown);
        let mut rows: Vec<[String; 5]> = vec![HEAD.map(str::to_owned)];
        rows.extend(named.map(|(name, seen)| self.row(name, *seen)));
        if shown < seen.len() {
            let name = format!("{} others", seen.len() - shown);
            rows.push(self.row(&name, seen[shown..].iter().copied().sum()));
        }
        let mut widths = [0; 5];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let line = |row: &[String; 5]| {
            let name = format!("{:<1$}", row[0], widths[0]);
            let cells = row.iter().zip(widths).skip(1);
            let line = cells.fold(name, |line, (cell, width)| format!("{line}  {cell:>width$}"));
            line.chars().take(columns).collect::<String>().trim_end().to_owned()
        };
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn row(&self, name: &str, seen: ChannelGlance) -> [String; 5] {
        let name: String = match name.char_indices().nth(NAME_COLUMNS) {
            Some((cut, _)) => format!("{}…", &name[..cut]),
            None => name.to_owned(),
        };
        let money = number::money_in(seen.money.0, &self.currency, self.digits);
        let oversold = u64::try_from(seen.oversold.0).unwrap_or(0);
        let [accepted, refused, oversold] =
            [seen.accepted, seen.refused, oversold].map(number::count);
        [name, accepted, refused, oversold, money]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Money, Qty};

    fn seen(n: u64) -> ChannelGlance {
        let money = Money(n as i64 * 2_490);
        let oversold = Qty(n as i64 / 100);
        ChannelGlance { accepted: n, refused: n / 10, oversold, money, ..Default::default() }
    }

    fn board(channels: &[&str]) -> Board {
        let channels = channels.iter().map(|name| (*name).to_owned()).collect();
        Board { channels, currency: "USD".to_owned(), digits: 2 }
    }

    #[test]
    fn every_channel_has_a_row_with_what_it_took() {
        let drawn = board(&["storefront", "amazon.de"]).drawn(&[seen(1_234), seen(7)], 79);
        assert_eq!(
            drawn,
            "channel     accepted  refused  oversold       money\n\
             storefront     1,234      123        12  USD 30.7 k\n\
             amazon.de          7        0         0  USD 174.30"
        );
        let narrow = board(&["storefront"]).drawn(&[seen(1_234)], 20);
        assert!(narrow.lines().all(|line| line.chars().count() <= 20), "{narrow}");
    }

    #[test]
    fn many_channels_are_added_up() {
        let names: Vec<String> = (0..20).map(|n| format!("shop {n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let drawn = board(&names).drawn(&[seen(10); 20], 79);
        assert_eq!(drawn.lines().count(), 1 + ROWS_MAX);
        assert!(drawn.contains("9 others") && drawn.ends_with("USD 2.24 k"), "{drawn}");
        assert_eq!(board(&names).drawn(&[], 79), "");
    }
}
