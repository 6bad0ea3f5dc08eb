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

const MS: Span = Span::from_millis(1);

fn shop(replaced: &[(&str, &str)]) -> Outlook {
    let mut text = SHOP.to_owned();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let plan = scenario::read_str(&text, ".".as_ref(), &Overrides::default());
    Outlook::of(&plan.unwrap_or_else(|wrong| panic!("{wrong}")), &Taken::everything(), MS)
}

/// SKUs of which three ran out bound what one of two gates can prove; where stock lies at several
/// locations, nobody looked what runs out at each.
#[test]
fn what_ran_out_of_all_locations_together_says_nothing_of_each() {
    let exposed = |locations: &str| {
        let text = SHOP.replace("channels:\n", &format!("{locations}channels:\n"));
        let text = if locations.is_empty() {
            text
        } else {
            text.replace("    of orders", "    from: [a]\n    of orders")
        };
        let plan = scenario::read_str(&text, ".".as_ref(), &Overrides::default());
        let plan = plan.unwrap_or_else(|wrong| panic!("{wrong}"));
        let windows = vec![vec![[9, 9]; 50]; 2];
        let seen = Outlook::of(&plan, &Taken::seen(Span::from_mins(1), &windows, 3), MS);
        let mut gates = seen.gates.iter();
        gates.find(|gate| gate.kpi == Kpi::OversoldOrders).expect("it is gated").exposed
    };
    assert_eq!(exposed(""), Some(3.0));
    assert_eq!(exposed("locations: { a: { of stock: 100% } }\n"), None);
}

fn near(seen: f64, exact: f64, share: f64) {
    assert!((seen - exact).abs() <= share * exact.abs(), "{seen} against {exact}");
}

fn load(outlook: &Outlook, workers: bool) -> &Load {
    let found = outlook.loads.iter().find(|q| matches!(q.of, Server::Workers(_)) == workers);
    found.expect("there is such a load")
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
}

#[test]
fn servers_carry_what_orders_cause() {
    let outlook = shop(&[]);
    // Accepted orders: 2/s in the rush. Each is paid with 90 %, then handed over and reserved: 1.8
    // jobs. Its 1.5 lines are reserved with 90 %: 1.35 changes, each told to the other channel.
    let each = 0.9 * (1.0 + 0.005) + 0.9 + 1.35;
    let workers = load(&outlook, true);
    let rate = |endpoint| {
        let found = outlook.endpoints.iter().find(|(e, _, _)| *e == endpoint);
        found.map(|(_, base, busy)| (*base, *busy)).expect("such calls are made")
    };
    let hub = crate::ids::ConnectorId(0);
    let duplicates = rate(CallKind::Handoff(hub)).1 / 1.8 - 1.0;
    assert!((0.0..0.05).contains(&duplicates), "webhooks that come twice are handed over twice");
    near(rate(CallKind::Reserve(hub)).1, 1.8, 1e-6);
    near(rate(CallKind::PushStock(crate::ids::ChannelId(0))).1, 0.4 * 2.7, 1e-6);
    near(rate(CallKind::PushStock(crate::ids::ChannelId(1))).1, 0.6 * 2.7, 1e-6);
    near(workers.peak_per_s, 2.0 * each, 0.02);
    // Ten workers of two seconds: five jobs a second.
    near(workers.capacity_per_s.unwrap(), 5.0, 1e-9);
    near(workers.utilisation, 2.0 * each / 5.0, 0.02);
    near(workers.carries.unwrap().0, 5.0 / (workers.peak_per_s / 2.0), 1e-6);
    // The other channel takes 30 a minute: 0.5 a second of 1.62.
    let limit = load(&outlook, false);
    near(limit.capacity_per_s.unwrap(), 0.5, 1e-9);
    near(limit.utilisation, 0.6 * 2.7 / 0.5, 0.01);
}

#[test]
fn retries_that_a_limit_outlasts_give_up_what_it_has_no_room_for() {
    let outlook = shop(&[(
        "updates: delta",
        "updates: delta\n      retry: { attempts: 3, backoff: 1s to 30s }",
    )]);
    let [seen] = outlook.given_up.as_slice() else { panic!("{:?}", outlook.given_up) };
    assert_eq!((seen.channel.0, seen.attempts, seen.patience), (1, 3, Span::from_secs(4)));
    // 0.81 a second for 20 minutes and 1.62 for 30, of which 0.5 a second are served, four seconds
    // more of them (it says to come back in two), and a burst of five.
    let rest = (0.81 - 0.5) * 1_200.0 + (1.62 - 0.5) * 1_800.0 - 0.5 * 4.0 - 5.0;
    near(seen.updates, rest, 0.01);
    // Whoever waits longer than the backlog gives nothing up, nor does who replaces what waits.
    let patient = "updates: delta\n      retry: { attempts: 90, backoff: 1m to 1h }";
    assert!(shop(&[("updates: delta", patient)]).given_up.is_empty());
    assert!(shop(&[("coalesce: no", "coalesce: yes")]).given_up.is_empty());
    assert!(shop(&[("per: 30/min", "per: 30/s")]).given_up.is_empty());
}

#[test]
fn lags_have_a_floor_of_hearing_working_and_showing() {
    // A look every ten seconds, two of work, two or four to show.
    let outlook = shop(&[]);
    let floor = |outlook: &Outlook, kpi, channel| {
        let found = outlook.floors.iter().find(|f| f.kpi == kpi && f.channel.0 == channel);
        found.map(|f| (f.p95_s, f.late)).expect("it has such a floor")
    };
    near(floor(&outlook, Kpi::SyncLag, 0).0, 9.5 + 2.0 + 2.0, 0.01);
    near(floor(&outlook, Kpi::SyncLag, 1).0, 9.5 + 2.0 + 4.0, 0.01);
    near(floor(&outlook, Kpi::HandoffSuccess, 0).0, 2.0, 0.01);
    assert_eq!(floor(&outlook, Kpi::SyncLag, 1).1, 0.0);
    let gate = |outlook: &Outlook| {
        let of = |g: &&GateOutlook| g.kpi == Kpi::SyncLag && g.channel.is_none();
        outlook.gates.iter().find(of).map(|g| g.proof).expect("it is gated")
    };
    assert_eq!(gate(&outlook), Provable::In(1));
    // Whoever looks every half hour hears of 18 minutes in 30 later than the limit of 12.
    let rare = shop(&[("every: 10s", "every: 30m")]);
    let Provable::TooLate(late) = gate(&rare) else { panic!("{:?}", gate(&rare)) };
    near(late, 0.6, 0.01);
    // What takes long to show may be overtaken by a newer change: no claim is made of it.
    let slow = shop(&[("shows changes after: 4s", "shows changes after: 40m")]);
    assert!(floor(&slow, Kpi::SyncLag, 1).0 > 2_400.0);
    assert_eq!(gate(&slow), Provable::In(1));
}

#[test]
fn pace_is_the_rule_of_honest_time_turned_round() {
    let pace = shop(&[]).pace;
    // The shortest duration is 3 min (sync lag, healthy): a tenth is 18 s, of a millisecond each.
    assert_eq!(pace.shortest, Some(Span::from_mins(3)));
    // A job takes less than that: at half a millisecond each in the mean.
    let work = pace.work.expect("the connector states it");
    assert!(work < Span::from_secs(9));
    assert_eq!(pace.speed_milli_max, Some(work.0 * 2));
    let wall = 50.0 * 60.0 / (pace.speed_milli as f64 / 1e3);
    near(pace.traffic_wall.as_secs_f64(), wall, 1e-3);
}

#[test]
fn what_never_happens_cannot_be_proved() {
    let unprovable = |replaced: &[(&str, &str)]| {
        let mut text = SHOP.to_owned();
        for (from, to) in replaced {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        let plan = scenario::read_str(&text, ".".as_ref(), &Overrides::default()).unwrap();
        let outlook = Outlook::of(&plan, &Taken::everything(), MS);
        let told: Vec<String> = outlook.unprovable.iter().map(ToString::to_string).collect();
        let first = cannot_prove(&plan).map(|first| first.to_string());
        assert!(first.is_none_or(|first| told.contains(&first)), "{told:?}");
        told
    };
    // What no event of the campaign puts in question is not gated.
    assert!(unprovable(&[]).is_empty());
    let merchant = "merchant:\n  repricing: { rate: 2/min, by: 5% }\n  \
                    new listings: { count: 30, from: 1m, until: 20m }\nconnectors:";
    assert!(unprovable(&[("connectors:", merchant)]).is_empty());
    // Polled orders come once, and no reply is ever lost: nothing is handed over twice.
    let perfect = "merchant:\n  repricing: { rate: 2/min, by: 5% }\n  \
                   new listings: { count: 30, from: 1m, until: 20m }\n\
                   oms: { imperfections: none }\nconnectors:";
    let polls = "orders in: { poll: 10s }";
    let told = unprovable(&[("connectors:", perfect), ("orders in: webhook", polls)]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("that the OMS makes no duplicate cannot be proved"), "{told:?}");
    // Where a reply may be lost another connector would try again: no reason to play nothing.
    let once = "updates: delta\n      retry: none";
    let told = shop(&[("orders in: webhook", polls), ("updates: delta", once)]).unprovable;
    assert!(told.iter().any(|what| what.kpi.is_none()), "{told:?}");
    // A channel of one order in seven replications.
    let tiny = unprovable(&[
        ("connectors:", merchant),
        ("demand: 3600 orders/hour", "demand: 1 orders/hour"),
        ("of orders: 60%", "of orders: 90%"),
        ("of orders: 40%", "of orders: 10%"),
    ]);
    assert!(tiny.iter().any(|told| told.contains("too few, even of 960 afternoons")), "{tiny:?}");
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
    assert_eq!(huge.on_sale, 400_000);
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
    let outlook = Outlook::of(&plan, &Taken::everything(), MS);
    assert!(!outlook.drawn);
    let sum = |of: &[f64]| of.iter().sum::<f64>();
    near(sum(&outlook.orders[0].offered), 400.0, 1e-9);
    near(sum(&outlook.orders[1].offered), 200.0, 1e-9);
    near(outlook.basket.0 * outlook.basket.1, 1.0, 1e-9);
    near(outlook.peak.per_s, 10.0 / 60.0, 1e-6);
}
