//! A connector that is somebody else's program: what is read of it, and what it cannot be.

use std::path::Path;

use super::small;
use crate::commerce::terms::{Dialect, Rhythm};
use crate::history::charter::{Evidence, Observed};
use crate::scenario::{ExternalAs, Hooks, LocalUrl, Overrides, Plan, Readiness, read_str};
use crate::units::Span;

fn text(says: &str) -> String {
    small("reference: { workers: 2 }", &format!("external: {{ {says} }}"))
}

fn read(text: &str, external: ExternalAs) -> Result<Plan, String> {
    let overrides = Overrides { external, ..Overrides::default() };
    read_str(text, Path::new("."), &overrides).map_err(|wrong| wrong.to_string())
}

fn hosted(says: &str) -> Plan {
    read(&text(says), ExternalAs::Itself).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn wrong(text: &str) -> String {
    read(text, ExternalAs::Itself).expect_err("it is refused")
}

#[test]
fn everything_about_it_has_a_default() {
    let plan = hosted("");
    let external = plan.external.expect("it is outside");
    assert_eq!(external.ready, Readiness { within: Span::from_mins(1), url: None });
    assert_eq!((external.webhooks, external.quiet_for), (Hooks::None, Span::from_mins(2)));
    assert!(external.command.is_empty());
    assert_eq!(plan.charter.evidence, Evidence::YourConnector);
    assert!(!plan.charter.observes.contains(&Observed::Connector));
    assert_eq!((plan.charter.minor, plan.charter.speed_milli), (3, 1_000));
    assert!(plan.charter.connectors[0].retries && plan.charter.connectors[0].settings.is_empty());
    assert_ne!(plan.world.connectors[0].orders_in, Rhythm::Webhook, "nobody tells it");
}

#[test]
fn it_is_told_where_it_says() {
    let url = "http://127.0.0.1:9000/notices";
    let plan = hosted(&format!("webhooks: {url}"));
    assert_eq!(
        plan.external.expect("it is outside").webhooks,
        Hooks::At(LocalUrl::of(url).expect("one of this machine"))
    );
    assert_eq!(plan.world.connectors[0].orders_in, Rhythm::Webhook);
    let plan = hosted("command: [own, -v], webhooks: yes");
    assert_eq!(plan.external.expect("it is outside").webhooks, Hooks::Port);
}

/// The scenario in a run folder is not beside what it runs: it says where that was, however it was
/// written, and is the same plan from anywhere.
#[test]
fn the_resolved_scenario_runs_its_command_where_the_first_did() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(dir.path().join("connector")).expect("a folder");
    let hub = "hub: { reference: { workers: 2 } }";
    let block = "hub:\n    external:\n      quiet for: 1m\n      command: [own]";
    for (says, runs_in) in [
        ("hub: { external: { command: [own], quiet for: 1m } }", ""),
        (block, ""),
        ("hub: { external: { runs in: connector, command: [own] } }", "connector"),
    ] {
        let text = small(hub, says);
        let plan = |text: &str, beside: &Path| {
            let overrides = Overrides { external: ExternalAs::Itself, ..Overrides::default() };
            read_str(text, beside, &overrides).unwrap_or_else(|wrong| panic!("{wrong}"))
        };
        let first = plan(&text, dir.path());
        let again = plan(&first.resolved, Path::new("/"));
        let external = first.external.expect("it is outside");
        assert_eq!(external.folder, dir.path().join(runs_in), "{says}");
        assert_eq!(Some(external), again.external, "{}", first.resolved);
        assert_eq!(first.charter, again.charter);
    }
    assert!(wrong(&text("command: [own], runs in: nowhere")).contains("is no folder"));
}

#[test]
fn another_plays_in_its_place_when_asked() {
    let text = text("stand in: { workers: 3 }");
    let plan = read(&text, ExternalAs::StandIn).expect("it is read");
    assert_eq!(plan.external, None);
    assert_eq!((plan.charter.evidence, plan.charter.minor), (Evidence::Model, 0));
    assert_eq!(plan.world.connectors[0].workers, 3);
}

#[test]
fn what_it_cannot_be_is_said_where_it_stands() {
    let refused = read(&text(""), ExternalAs::Refused).expect_err("nobody can play it");
    assert!(refused.contains("hub: {") && refused.contains("--stand-in"), "{refused}");
    let fast = format!("speed: 60x\n{}", text(""));
    let said = wrong(&fast);
    assert!(said.contains("speed: 60x") && said.contains("--shorten"), "{said}");
    let two =
        small("hub: { reference: { workers: 2 } }", "a: { external: {} }\n  b: { reference: {} }");
    assert!(wrong(&two).contains("has another connector beside it"), "{}", wrong(&two));
    let face = text("").replace("of orders: 40%", "of orders: 40%, dialect: shopify");
    for played in [ExternalAs::Itself, ExternalAs::StandIn] {
        assert!(read(&face, played).is_ok(), "it speaks whatever its channels do");
    }
    for (says, expected) in [
        ("command: python3 own.py", "did you mean `[python3, own.py]`"),
        ("webhooks: yes", "there is no `command`"),
        ("webhooks: https://127.0.0.1:9/x", "does not begin with http://"),
        ("ready: { url: http:// }", "names no host"),
        ("quiet for: 0s", "quiet for"),
        ("quiet for: 10s", "at least 15 s"),
        ("webhooks: 'http://127.0.0.1:9?x=1'", "before any `/`"),
        ("ready: { url: 'http://127.0.0.1:9?x=1' }", "before any `/`"),
        ("webhooks: http://127.0.0.1:99999/x", "a port that is none"),
        ("redy: 3s", "did you mean `ready`"),
    ] {
        let said = wrong(&text(says));
        assert!(said.contains(expected), "{says}: {said}");
    }
}

/// A shop that is the hub knows no record ids, and nobody may say that it does.
#[test]
fn an_oms_may_be_a_shop_of_a_platforms() {
    let hub = |says: &str| format!("{}oms: {{ {says} }}\n", text(""));
    let plan = read(&hub("dialect: shopify"), ExternalAs::Itself).expect("it is read");
    assert_eq!(plan.world.oms.dialect, Dialect::Shopify);
    assert!(!plan.world.oms_play().knows_record_ids);
    assert!(hosted("").world.oms.dialect == Dialect::Neutral);
    for (says, expected) in [
        ("dialect: amazon", "`shopify`"),
        ("dialect: mirakl", "`woocommerce`"),
        ("dialect: shopify, knows record ids: yes", "makes a second order"),
    ] {
        let said = wrong(&hub(says));
        assert!(said.contains(expected), "{says}: {said}");
    }
    for (name, dialect) in [
        ("shopify", Dialect::Shopify),
        ("woocommerce", Dialect::WooCommerce),
        ("odoo", Dialect::Odoo),
    ] {
        let says = hub(&format!("dialect: {name}, knows record ids: no"));
        let plan = read(&says, ExternalAs::Itself).expect("it is read");
        assert_eq!(plan.world.oms.dialect, dialect);
    }
    let channel = text("").replace("of orders: 40%", "of orders: 40%, dialect: odoo");
    let said = wrong(&channel);
    assert!(said.contains("odoo") && said.contains("`mirakl`"), "{said}");
}

#[test]
fn alerts_that_rest_on_its_own_journal_never_fire_and_are_refused() {
    let alert =
        |when: &str| format!("{}alerts: [{{ name: a, when: {when}, for: 1m }}]\n", text(""));
    for when in ["queue depth, above: 9", "handoff failures, above: 2%", "throttled, above: 2%"] {
        let said = wrong(&alert(when));
        assert!(
            said.contains("it never fires") && said.contains("oldest unshown"),
            "{when}: {said}"
        );
        assert!(read(&alert(when), ExternalAs::StandIn).is_ok(), "{when}");
    }
    for when in ["sync lag, above: 3m", "oldest unshown, above: 3m", "oversold orders, above: 2%"] {
        assert!(read(&alert(when), ExternalAs::Itself).is_ok(), "{when}");
    }
}

#[test]
fn it_obeys_nobody() {
    let fault =
        |fault: &str| format!("{}faults: [{{ name: f, {fault}, during: peak }}]\n", text(""));
    let said = wrong(&fault("at: hub, does: crashes"));
    assert!(said.contains("obeys nobody here"), "{said}");
    assert!(read(&fault("at: oms, does: hangs"), ExternalAs::Itself).is_ok());
    let step = |does: &str| {
        format!("{}interventions: [{{ name: s, does: {does}, when: peak }}]\n", text(""))
    };
    for does in ["pause, at: amazon", "{ hold back: 5 }, at: amazon", "resync, at: storefront"] {
        let said = wrong(&step(does));
        assert!(said.contains("is for the connector to do"), "{does}: {said}");
    }
    assert!(read(&step("{ did: paused it by hand }"), ExternalAs::Itself).is_ok());
}
