//! What is read of the way that orders take on a channel.

use super::{plan, said, small};
use crate::history::charter::OrderFlow;
use crate::units::{Ppm, Span};

const TOP: &str = "workers: 2 } }\n";

fn text(channel: &str, more: &str) -> String {
    let channel = format!("{{ of orders: 60%{channel} }}");
    small("{ of orders: 60% }", &channel).replace(TOP, &format!("{TOP}{more}"))
}

const SHIPS: &str = "oms: { ships after: 5h }\n";

#[test]
fn a_channel_says_by_when_orders_are_to_have_left() {
    let written = text(", dispatch within: 24h, late dispatches at most: 4%", SHIPS);
    let charter = plan(&written).charter;
    let within = Some(Span::from_mins(24 * 60));
    let flow = OrderFlow {
        dispatch_within: within,
        late_dispatches_max: Some(Ppm(40_000)),
        ..OrderFlow::default()
    };
    assert_eq!((charter.channels[0].flow, charter.minor), (flow, 3));
    assert_eq!(charter.channels[1].flow, OrderFlow::default());
    let unseen = |written: &str| {
        let all = plan(written).charter.not_tested;
        all.into_iter().find(|line| line.starts_with("dispatch on"))
    };
    let told = unseen(&written).expect("it is longer than the run");
    assert!(told.contains("an order has 24 h"), "{told}");
    assert_eq!(
        unseen(&text(", dispatch within: 24h", &format!("{SHIPS}promises: {{ drain: 24h }}\n"))),
        None
    );
}

/// A scenario that asks for nothing writes the charter that it always wrote.
#[test]
fn a_charter_without_it_is_as_old_as_ever() {
    let plain = plan(super::SMALL).charter;
    let written = serde_json::to_string(&plain).expect("a charter");
    assert!(plain.minor == 0 && !written.contains("flow"), "{written}");
}

#[test]
fn what_does_not_fit_is_refused_where_it_stands() {
    for (channel, more, expected) in [
        (", dispatch within: 24h", "", "nothing leaves the building"),
        (", late dispatches at most: 4%", SHIPS, "nothing says by when"),
        (", order flow: pending", "", "we accept within"),
        (", dispatch within: soon", SHIPS, "soon"),
        (", dispatch within: 24h, late dispatches at most: 400%", SHIPS, "400%"),
        (", dispatch within: 24h", "oms: { ships after: 5h, dialect: shopify }\n", "not yet"),
        ("", "promises: { dispatch within: 24h }\n", "does not stand here"),
    ] {
        let told = said(&text(channel, more));
        assert!(told.contains(expected), "{channel}{more}: {told}");
    }
}

#[test]
fn a_channel_says_how_long_orders_wait_for_us() {
    let charter = plan(&text(", we accept within: 2h", "")).charter;
    let accept_within = Some(Span::from_mins(120));
    assert_eq!(charter.channels[0].flow, OrderFlow { accept_within, ..OrderFlow::default() });
}
