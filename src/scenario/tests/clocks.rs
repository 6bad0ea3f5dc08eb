//! Promotions that start and end on each channel by its own clock.

use super::{plan, said};
use crate::history::charter::PromotedOn;
use crate::ids::ChannelId;
use crate::scenario::Plan;
use crate::units::{At, Span};

/// A campaign from late in the evening, with this promotion of two SKUs.
fn written(starts: &str, promotion: &str) -> String {
    format!(
        "\
campaign: Midnights
starts: {starts}
catalog: {{ skus: 10, stock: 100, price: 9.99 }}
channels:
  storefront: {{ of orders: 50% }}
  amazon: {{ of orders: 30%, time zone: America/Halifax }}
  outlet: {{ of orders: 20%, time zone: Asia/Kolkata }}
traffic:
  demand: 600 orders/hour
  phases:
    - {{ name: evening, lasts: 4h, rate: 1x }}
    - {{ name: night, lasts: 8h, rate: 1x }}
connectors:
  hub: {{ reference: {{ workers: 2 }} }}
merchant:
  promotions: [{{ name: doors, skus: 2, price: -30%, sent: 10m before, {promotion} }}]
"
    )
}

const BLACK_FRIDAY: &str = "2026-11-26 21:00 America/New_York";

fn read(promotion: &str) -> Plan {
    plan(&written(BLACK_FRIDAY, promotion))
}

/// Where it is, from which minute until which.
fn on(plan: &Plan) -> Vec<(u16, u64, u64)> {
    let minute = |at: At| at.0 / 60_000_000;
    let on = |on: &PromotedOn| (on.channel.0, minute(on.from), minute(on.until));
    plan.charter.promotions[0].on.iter().map(on).collect()
}

#[test]
fn a_time_of_day_is_each_channels_own() {
    // New York's midnight is three hours on, Halifax's two, Kolkata's sixteen and a half.
    let midnight = read("starts: 00:00, ends: end of night, only on: [storefront, amazon]");
    assert_eq!(on(&midnight), [(0, 180, 720), (1, 120, 720)]);
    let promotion = &midnight.merchant.promotions[0];
    assert_eq!(promotion.sent, At::START + Span::from_mins(110), "before the earliest of them");
    let morning = read("starts: night, ends: 05:30");
    assert_eq!(on(&morning), [(0, 240, 510), (1, 240, 450), (2, 240, 1_320)]);
    let own = read(
        "starts: night, ends: 06:00, channels: { outlet: { starts: 1h after night, \
                    ends: 2026-11-28 00:00 } }",
    );
    assert_eq!(on(&own), [(0, 240, 540), (1, 240, 480), (2, 300, 990)]);
    assert_eq!(own.charter.promotions[0].from, At::START + Span::from_mins(240));
    assert_eq!(own.charter.promotions[0].until, At::START + Span::from_mins(990));
    assert_eq!(own.charter.minor, 3);
}

#[test]
fn what_is_at_one_moment_everywhere_is_said_as_it_always_was() {
    let plain = read("starts: night, ends: end of night");
    let said = read(
        "starts: night, ends: end of night, only on: [outlet, storefront, amazon], channels: \
                    { amazon: { starts: 4h } }",
    );
    assert_eq!((on(&plain), plain.charter.minor), (vec![], 0));
    assert_eq!(plain.charter.promotions, said.charter.promotions);
    assert_eq!(plain.merchant.promotions, said.merchant.promotions);
}

/// A shop that is the source shows one price of a thing, and to no channel another.
#[test]
fn a_hub_has_no_prices_of_one_channel() {
    let hub = |promotion: &str| {
        format!("{}\noms: {{ dialect: shopify }}\n", written(BLACK_FRIDAY, promotion))
    };
    let refused = said(&hub("starts: night, ends: end of night, only on: [storefront]"));
    assert!(refused.contains("has prices of some channels' own"), "{refused}");
    assert!(plan(&hub("starts: night, ends: end of night")).merchant.promotions[0].on.is_empty());
}

#[test]
fn a_time_of_day_comes_nearer_as_all_times_do() {
    let text = written(BLACK_FRIDAY, "starts: 00:00, ends: end of night, only on: [storefront]");
    let plan = plan(&text.replace("campaign:", "shorten: 2x\ncampaign:"));
    assert_eq!(on(&plan), [(0, 90, 360)]);
    assert_eq!(plan.charter.promotions[0].on[0].channel, ChannelId(0));
}

#[test]
fn what_no_clock_shows_once_and_what_no_channel_has_is_told() {
    let (spring, autumn) =
        ("2026-03-07 23:00 America/New_York", "2026-10-31 23:00 America/New_York");
    let mut told = String::new();
    for (starts, promotion) in [
        (spring, "starts: 02:30, ends: end of night, only on: [storefront]"),
        (autumn, "starts: 01:30, ends: end of night, only on: [storefront]"),
        (BLACK_FRIDAY, "starts: 24:30, ends: end of night"),
        (BLACK_FRIDAY, "starts: 2026-11-31 00:00, ends: end of night"),
        (BLACK_FRIDAY, "starts: 2026-11-20 00:00, ends: end of night"),
        (BLACK_FRIDAY, "starts: night, ends: 2027-11-28 00:00"),
        (BLACK_FRIDAY, "starts: night, ends: evening"),
        (BLACK_FRIDAY, "starts: night, ends: end of night, only on: []"),
        (BLACK_FRIDAY, "starts: night, ends: end of night, only on: [amazn]"),
        (BLACK_FRIDAY, "starts: night, ends: end of night, channels: { amazn: { starts: 00:00 } }"),
        (BLACK_FRIDAY, "starts: night, ends: end of night, channels: { amazon: { sent: 00:00 } }"),
        (
            BLACK_FRIDAY,
            "starts: night, ends: end of night, only on: [outlet], channels: { amazon: \
                    { ends: night } }",
        ),
    ] {
        told += &format!("{promotion}\n{}\n", said(&written(starts, promotion)));
    }
    insta::assert_snapshot!("a_promotion_by_no_clock", told);
    // A day later the clocks show it once.
    let text = written(spring, "starts: 03:30, ends: end of night, only on: [storefront]");
    assert_eq!(on(&plan(&text)), [(0, 210, 720)], "half past three is half past two gone");
}
