//! What scenarios imply, against numbers computed by hand.

#![expect(clippy::float_cmp, reason = "certain and impossible are exact")]

use super::*;
use crate::scenario::{self, Overrides};

/// A shop of one channel, whose numbers can be reckoned on paper.
const SHOP: &str = "
campaign: Shop
starts: 2026-11-27 09:00 UTC
catalog: {
  skus: 100, stock: 1000000, price: { typical: 10.00, one in 20 above: 20.00, currency: EUR } }
channels:
  shop:
    of orders: 60%
    shows changes after: 2s
  other:
    of orders: 40%
    shows changes after: 4s
    limits: [{ token bucket: { burst: 5, per: 30/min }, on: [stock] }]
traffic:
  demand: 3600 orders/hour
  phases:
    - { name: calm, lasts: 20m, rate: 1x }
    - { name: rush, lasts: 30m, rate: 2x }
  lines: { 1: 50%, 2: 50% }
  payment: { after: 10s, fails: 10% }
  customer cancellations: { share: 0%, after: 5m }
connectors:
  hub:
    reference:
      workers: 10
      partitions: 1
      priority: none
      service: 2s
      orders in: webhook
      stock out: { every: 10s }
      batch: 1
      coalesce: no
      updates: delta
      reserve: on payment
";

fn shop(replaced: &[(&str, &str)]) -> Outlook {
    let mut text = SHOP.to_owned();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let plan = scenario::read_str(&text, ".".as_ref(), &Overrides::default());
    Outlook::of(&plan.unwrap_or_else(|wrong| panic!("{wrong}")), &Assumed::default())
}

fn near(seen: f64, exact: f64, share: f64) {
    assert!((seen - exact).abs() <= share * exact.abs(), "{seen} against {exact}");
}

fn queue(outlook: &Outlook, workers: bool) -> &QueueOutlook {
    let found = outlook.queues.iter().find(|q| matches!(q.of, QueueOf::Workers(_)) == workers);
    found.expect("there is such a queue")
}

#[test]
fn orders_are_the_integral_of_the_curve() {
    let outlook = shop(&[]);
    // One a second for 20 minutes, two for 30.
    near(outlook.orders[0].offered[0], 720.0, 1e-9);
    near(outlook.orders[1].offered[1], 1_440.0, 1e-9);
    assert_eq!(outlook.orders[0].offered, outlook.orders[0].accepted, "there is enough for all");
    near(outlook.peak.per_s, 2.0, 1e-9);
    assert_eq!(outlook.peak.at, At::START + Span::from_mins(20));
    assert_eq!((outlook.quiet_phase, outlook.busy_phase), (0, 1));
    near(outlook.basket.0, 1.5, 1e-9);
    near(outlook.sold_out, 0.0, 1e-9);
}

#[test]
fn queues_carry_what_orders_cause() {
    let outlook = shop(&[]);
    // Accepted orders: 2/s in the rush. Each is paid with 90 %, then handed over and reserved: 1.8
    // jobs. Its 1.5 lines are reserved with 90 %: 1.35 changes, each told to the other channel.
    let each = 0.9 * (1.0 + 0.005) + 0.9 + 1.35;
    let workers = queue(&outlook, true);
    let rate = |endpoint| {
        let found = outlook.endpoints.iter().find(|(e, _, _)| *e == endpoint);
        found.map(|(_, base, busy)| (*base, *busy)).expect("such calls are made")
    };
    let hub = crate::ids::ConnectorId(0);
    let duplicates = rate(Endpoint::Handoff(hub)).1 / 1.8 - 1.0;
    assert!((0.0..0.05).contains(&duplicates), "webhooks that come twice are handed over twice");
    near(rate(Endpoint::Reserve(hub)).1, 1.8, 1e-6);
    near(rate(Endpoint::PushStock(crate::ids::ChannelId(0))).1, 0.4 * 2.7, 1e-6);
    near(rate(Endpoint::PushStock(crate::ids::ChannelId(1))).1, 0.6 * 2.7, 1e-6);
    near(workers.peak_per_s, 2.0 * each, 0.02);
    // Ten workers of two seconds: five jobs a second.
    near(workers.capacity_per_s.unwrap(), 5.0, 1e-9);
    near(workers.utilisation, 2.0 * each / 5.0, 0.02);
    // It falls behind by the difference for half an hour.
    let behind = (workers.peak_per_s - 5.0) * 1_800.0;
    near(workers.backlog_most.0, behind, 0.01);
    near(workers.wait_s, behind / 5.0, 0.01);
    near(workers.carries.unwrap().0, 5.0 / (workers.peak_per_s / 2.0), 1e-6);
    // The other channel takes 30 a minute: 0.5 a second of 1.62.
    let limit = queue(&outlook, false);
    near(limit.capacity_per_s.unwrap(), 0.5, 1e-9);
    near(limit.backlog_most.0, (0.81 - 0.5) * 1_200.0 + (1.62 - 0.5) * 1_800.0, 0.01);
}

#[test]
fn lags_have_a_floor_of_hearing_working_and_showing() {
    // Nobody waits: a look every ten seconds, two of work, two or four to show.
    let idle = shop(&[("workers: 10", "workers: 100"), ("per: 30/min", "per: 100/s")]);
    let floor = |outlook: &Outlook, kpi, channel| {
        let found = outlook.floors.iter().find(|f| f.kpi == kpi && f.channel.0 == channel);
        found.map(|f| (f.base_p95_s, f.peak_p95_s, f.late)).expect("it has such a floor")
    };
    near(floor(&idle, Kpi::SyncLag, 0).0, 9.5 + 2.0 + 2.0, 0.01);
    near(floor(&idle, Kpi::SyncLag, 1).1, 9.5 + 2.0 + 4.0, 0.01);
    near(floor(&idle, Kpi::HandoffSuccess, 0).0, 2.0, 0.01);
    assert!(floor(&idle, Kpi::SyncLag, 1).2 < 1e-9);
    // Waiting is added at the end of the rush, and what is later than 12 minutes is counted.
    let busy = shop(&[("workers: 10", "workers: 100")]);
    let waits = queue(&busy, false).wait_s;
    near(floor(&busy, Kpi::SyncLag, 1).1, 15.5 + waits, 0.01);
    near(floor(&busy, Kpi::SyncLag, 0).1, 13.5, 0.01);
    let gate = |outlook: &Outlook, channel: u16| {
        let id = crate::ids::ChannelId(channel);
        let of = |g: &&GateOutlook| g.kpi == Kpi::SyncLag && g.channel == Some(id);
        outlook.gates.iter().find(of).map(|g| (g.chance, g.short_of)).expect("it is gated")
    };
    assert_eq!(gate(&busy, 1), (0.0, ShortOf::Speed));
    assert!(gate(&busy, 0).0 > 0.99);
}

#[test]
fn heroes_sell_out_when_their_share_of_orders_has_bought_them() {
    let outlook = shop(&[(
        "price: {",
        "heroes: { skus: 2, stock each: 90, of orders: 20%, from: rush }, price: {",
    )]);
    let hero = &outlook.wanted_most[0];
    // A tenth of two orders a second each begin with this one, and 1 % of their second lines.
    // 90 % are paid and stay sold, so that 90 stay sold when 100 are wanted.
    let lines_per_s: f64 = 2.0 * (0.1 + 0.5 * 0.01);
    let exact = 1_200.0 + (100.0 - 1_200.0 * 0.015) / lines_per_s;
    let middle = hero.gone[1].expect("it sells out").0 as f64 / 1e6;
    near(middle, exact, 0.01);
    // 1.645 deviations of a Poisson count of 90, at that rate.
    let [early, late] = [0, 2].map(|i| hero.gone[i].unwrap().0 as f64 / 1e6);
    near(late - early, 2.0 * 1.645 * 90_f64.sqrt() / 0.9 / lines_per_s, 0.05);
    assert!(hero.hero && hero.chance > 0.999 && outlook.wanted_most.len() == 2);
    near(outlook.sold_out, 2.0, 0.01);
}

#[test]
fn pace_is_the_rule_of_honest_time_turned_round() {
    let pace = shop(&[]).pace;
    // The shortest duration is 3 min (sync lag, healthy): a tenth is 18 s, of a millisecond each.
    assert_eq!(pace.shortest, Some(Span::from_mins(3)));
    assert_eq!(pace.speed_milli_max, Some(18_000_000));
    let wall = 50.0 * 60.0 / (pace.speed_milli as f64 / 1e3);
    near(pace.traffic_wall.as_secs_f64(), wall, 1e-3);
}

#[test]
fn what_is_not_put_to_the_test_has_no_chance() {
    let outlook = shop(&[]);
    let of = |kpi| outlook.gates.iter().find(|g| g.kpi == kpi).expect("it is gated");
    assert_eq!(of(Kpi::PriceLag).short_of, ShortOf::Exercise);
    assert_eq!(of(Kpi::ListingLatency).chance, 0.0);
    // Nothing runs out: oversell was never possible.
    assert_eq!(of(Kpi::OversoldOrders).chance, 0.0);
    assert_eq!((outlook.go.least, outlook.go.most, outlook.good_at), (0.0, 0.0, None));
}

#[test]
fn gates_together_are_between_their_bounds() {
    let proofs = Proofs { retries: vec![], handed_twice: 50.0, runs_out: 1.0 };
    let seen = go(vec![0.9, 0.95, 1.0], &proofs);
    near(seen.least, 0.85, 1e-9);
    near(seen.most, 0.9, 1e-9);
    near(seen.independent, 0.855, 1e-9);
    assert_eq!(go(vec![0.2, 0.3], &proofs).least, 0.0);
}

#[test]
fn a_huge_scenario_costs_what_a_small_one_does() {
    let huge = shop(&[
        ("skus: 100", "skus: 400000"),
        ("stock: 1000000", "stock: { typical: 20, one in 20 above: 900 }"),
        ("price: {", "zipf: 0.9, price: {"),
        ("3600 orders/hour", "7200000 orders/hour"),
    ]);
    let offered: f64 = huge.orders.iter().flat_map(|orders| &orders.offered).sum();
    near(offered, 7_200_000.0 * (20.0 + 60.0) / 60.0, 1e-6);
    assert!(huge.sold_out > 1_000.0 && huge.sold_out < 400_000.0);
}

#[test]
fn a_log_is_counted_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = "order,time,sku,quantity,price,channel\n".to_owned();
    for i in 0..600 {
        let (minute, second) = (i / 10, i % 10 * 6);
        let channel = if i % 3 == 0 { "other" } else { "shop" };
        log += &format!("{i},2026-11-27 09:{minute:02}:{second:02},A{},1,9.90,{channel}\n", i % 30);
    }
    std::fs::write(folder.path().join("log.csv"), log).unwrap();
    let from = SHOP.find("catalog:").unwrap();
    let until = SHOP.find("channels:").unwrap();
    let text = format!("{}{}", &SHOP[..from], &SHOP[until..]);
    let traffic = text.find("traffic:").unwrap();
    let connectors = text.find("connectors:").unwrap();
    let replay = "traffic:\n  replay: { file: log.csv, columns: { order: order, time: time, \
                  sku: sku, quantity: quantity, price: price, channel: channel }, \
                  stock: { cover: 50% } }\n";
    let text = format!("{}{replay}{}", &text[..traffic], &text[connectors..])
        .replace("    of orders: 60%\n", "")
        .replace("    of orders: 40%\n", "");
    let plan = scenario::read_str(&text, folder.path(), &Overrides::default());
    let plan = plan.unwrap_or_else(|wrong| panic!("{wrong}"));
    let outlook = Outlook::of(&plan, &Assumed::default());
    assert!(!outlook.drawn);
    let sum = |of: &[f64]| of.iter().sum::<f64>();
    near(sum(&outlook.orders[0].offered), 400.0, 1e-9);
    near(sum(&outlook.orders[1].offered), 200.0, 1e-9);
    // Thirty SKUs of which ten are there are wanted twenty times each: every one runs out, and
    // half of what is wanted is sold.
    near(outlook.sold_out, 30.0, 1e-9);
    let accepted = sum(&outlook.orders[0].accepted) + sum(&outlook.orders[1].accepted);
    near(accepted, 300.0, 0.02);
    near(outlook.peak.per_s, 10.0 / 60.0, 1e-6);
    assert_eq!(outlook.wanted_most[0].gone[0], outlook.wanted_most[0].gone[2]);
}
