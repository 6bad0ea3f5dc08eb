//! Owns what a fit is asked for, said as the `replay:` group of a scenario says it.
//! Must not know what is fitted.

use std::fmt::Write as _;

/// What is asked for, in the words of the `replay:` group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToFit {
    /// An order log.
    pub orders: Option<String>,
    /// A stock list.
    pub catalog: Option<String>,
    /// The day to fit: the busiest, unless this or `from` or `until` is said.
    pub day: Option<String>,
    /// From when.
    pub from: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// The names of the log's columns: `time: when, order: number`.
    pub columns: Option<String>,
    /// The order log's format, by the word for it; recognised unless said.
    pub format: Option<String>,
    /// Whether a point or a comma stands before decimal places, in both files.
    pub decimal: Option<String>,
    /// The encoding of both files.
    pub encoding: Option<String>,
    /// The delimiter of both files.
    pub delimiter: Option<String>,
    /// The sheet of the order log's workbook.
    pub sheet: Option<String>,
    /// How the log writes times.
    pub time_format: Option<String>,
    /// The zone of the log's times; UTC unless said.
    pub zone: Option<String>,
    /// Which states of orders are sales: `offen: sale, storniert: no sale`.
    pub states: Option<String>,
    /// The prefix of order numbers that are cancellations.
    pub cancellations: Option<String>,
    /// Whether rows that repeat a line are one line or several: `once` or `each`.
    pub repeated_rows: Option<String>,
    /// SKUs that are no goods.
    pub skip_skus: Vec<String>,
    /// The currency of all amounts; USD unless said.
    pub currency: Option<String>,
    /// The scenario that is written: it names files from its own folder.
    pub scenario: Option<std::path::PathBuf>,
}

impl ToFit {
    /// Groups of YAML by their keys, whether braces were typed or not.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&'static str, String)> {
        let braced = |(key, typed): (&'static str, &Option<String>)| {
            let bare = typed.as_ref()?.trim().trim_start_matches('{').trim_end_matches('}');
            Some((key, format!("{{ {bare} }}")))
        };
        [("columns", &self.columns), ("states", &self.states)].into_iter().filter_map(braced)
    }

    /// As a scenario would say it.
    pub(super) fn text(&self) -> String {
        let quoted = |word: &str| serde_json::Value::from(word).to_string();
        let mut text = format!("currency: {}\n", quoted(self.currency.as_deref().unwrap_or("USD")));
        if let Some(catalog) = &self.catalog {
            let mut keys = format!("  file: {}\n", quoted(catalog));
            let said = [
                ("decimal", &self.decimal),
                ("encoding", &self.encoding),
                ("delimiter", &self.delimiter),
            ];
            for (key, value) in said {
                if let Some(value) = value {
                    let _ = writeln!(keys, "  {key}: {}", quoted(value));
                }
            }
            text.push_str("catalog:\n");
            text.push_str(&keys);
        }
        let Some(orders) = &self.orders else { return text };
        let some_stretch = self.from.is_some() || self.until.is_some();
        let busiest = (!some_stretch).then(|| "busiest".to_owned());
        let said = [
            ("file", Some(orders.clone())),
            ("day", self.day.clone().or(busiest)),
            ("from", self.from.clone()),
            ("until", self.until.clone()),
            ("format", self.format.clone()),
            ("decimal", self.decimal.clone()),
            ("encoding", self.encoding.clone()),
            ("delimiter", self.delimiter.clone()),
            ("sheet", self.sheet.clone()),
            ("time format", self.time_format.clone()),
            ("zone", self.zone.clone()),
            ("repeated rows", self.repeated_rows.clone()),
        ];
        text.push_str("replay:\n  stock: { cover: 100% }\n");
        for (key, value) in said {
            if let Some(value) = value {
                let _ = writeln!(text, "  {key}: {}", quoted(&value));
            }
        }
        for (key, group) in self.groups() {
            let _ = writeln!(text, "  {key}: {group}");
        }
        if let Some(prefix) = &self.cancellations {
            let _ = writeln!(text, "  cancellations: {{ prefix: {} }}", quoted(prefix));
        }
        let skipped: Vec<String> = self.skip_skus.iter().map(|sku| quoted(sku)).collect();
        let _ = writeln!(text, "  skip skus: [{}]", skipped.join(", "));
        text
    }
}
