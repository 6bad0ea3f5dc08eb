//! Owns the settings that advice names, by the keys of docs/scenario.md, and which of them stand
//! already. Must not know what is wrong: it is asked.

use crate::report::summary::Summary;
use crate::report::summary::shown::Setting;

/// A connector's setting: what it is called, and its key.
struct Key(Setting, &'static str);

const KEYS: [Key; 10] = [
    Key(Setting::Idempotent, "`idempotent: yes` in the connector's `retry`"),
    Key(Setting::Retries, "more `attempts` in the connector's `retry`"),
    Key(Setting::InventoryFirst, "`priority: inventory first` of the connector"),
    Key(Setting::Partitions, "more `partitions` of the connector"),
    Key(Setting::Coalesce, "`coalesce: yes` of the connector"),
    Key(Setting::ByDifference, "`updates: delta` of the connector"),
    Key(Setting::OrdersByWebhook, "`orders in: webhook` of the connector, or a shorter interval"),
    Key(Setting::ChangesByWebhook, "`stock out: webhook` of the connector, or a shorter interval"),
    Key(Setting::ReserveOnAccept, "`reserve: on accept` of the connector"),
    Key(Setting::SharedIds, "`record ids: shared` of the connector"),
];

/// Whether every connector is known to be set so already; of one of which nothing is known, it is
/// not.
pub(super) fn stands(summary: &Summary, setting: Setting) -> bool {
    let connectors = &summary.connectors;
    !connectors.is_empty() && connectors.iter().all(|c| c.settings.contains(&setting))
}

/// The keys of those of these settings that do not stand yet, then what can always be given more.
pub(super) fn to_set(summary: &Summary, settings: &[Setting], more: &str) -> String {
    let missing = KEYS
        .iter()
        .filter(|Key(setting, _)| settings.contains(setting) && !stands(summary, *setting));
    let mut keys: Vec<&str> = missing.map(|Key(_, key)| *key).collect();
    if !more.is_empty() {
        keys.push(more);
    }
    keys.join(" and ")
}
