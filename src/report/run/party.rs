//! Owns what is told of a connector that is somebody else's program. Must not judge it.

use crate::report::document::table::{Cell, Row, Table};
use crate::report::document::{Block, Voice};
use crate::report::summary::Summary;
use crate::report::summary::party::{Encounter, Looks, LooksLike, Met, Party};
use crate::report::words::number::{clock, count, span};

/// Whether it came and stayed, and what it met; nothing where there is none.
pub(super) fn section(summary: &Summary) -> Vec<Block> {
    let Some(party) = &summary.party else { return vec![] };
    let mut blocks = vec![
        Block::heading("your-connector", "Your connector"),
        Block::said(Voice::Plain, stayed(party)),
    ];
    let mut met: Vec<&Encounter> = party.met.iter().collect();
    // Its own doing first, most often first.
    met.sort_by_key(|met| (!met.own, std::cmp::Reverse(met.times), met.what, met.at.clone()));
    let mut table = Table::new("What it met, and what it sent", &["times", "at", "what::"]);
    for encounter in met {
        let cells = vec![
            Cell::number(count(encounter.times)),
            Cell::text(&encounter.at),
            Cell::text(said(encounter.what)),
        ];
        table.push(Row::from(cells).marked(encounter.own));
    }
    blocks.push(super::table(table, "It met no limit and no failure, and sent nothing odd."));
    blocks.extend(party.looks.iter().map(|looks| Block::said(Voice::Plain, looked(looks))));
    blocks
}

/// What a record shows that nobody said.
fn looked(looks: &Looks) -> String {
    let (channel, from) = (&looks.channel, clock(looks.from_us));
    let until = looks.until_us.map_or_else(|| "the end".to_owned(), clock);
    let what = match looks.like {
        LooksLike::StockZeroed => "the stock was set to nothing",
        LooksLike::CallsStopped => "updates were stopped",
    };
    format!("From {from} to {until} it looks as if {what} at {channel} by other means.")
}

fn stayed(party: &Party) -> String {
    let name = &party.name;
    if party.never_came {
        return format!("{name} was not ready in time: nothing was sold.");
    }
    let Some(at) = party.gone_us else {
        return format!("{name} came before the first order; nobody saw it end.");
    };
    let code = party.gone_code.map(|code| format!(" with code {code}")).unwrap_or_default();
    format!("{name} ended by itself{code}, {} into the campaign.", span(at))
}

fn said(met: Met) -> &'static str {
    match met {
        Met::Throttled => "over a limit of the scenario's, or of the platform's own: told to wait",
        Met::Unavailable => "answered \u{201c}unavailable\u{201d}",
        Met::LostReply => "carried out, and the reply was lost",
        Met::Flooded => "more than 2,000 calls in a second: told to wait",
        Met::Unauthorized => "no token of this run, such as one of an earlier run",
        Met::NotYours => "a call that is a shopper's or the merchant's to make",
        Met::Malformed => "a call that cannot be read: its body is not what the route takes",
        Met::Astray => "a path or method that is not there",
        Met::UnknownSku => "a SKU that is not in the catalogue",
        Met::BadQuantity => "a quantity below zero or beyond a billion",
        Met::Rejected => "an item that was rejected: not listed there, or no sense in it",
        Met::UnknownOrder => "an order that its channel does not have",
        Met::OtherLines => "an order handed over again with other lines",
        Met::Invalid => "a call that makes no sense",
        Met::WebhookRefused => "a webhook that it answered with an error",
        Met::WebhookUnreached => "a webhook that nobody was there to take",
        Met::WebhookUnanswered => "a webhook that it did not answer in time, or not whole",
    }
}
