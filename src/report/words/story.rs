//! Owns the telling of the worst SKU: what was in stock, what each channel believed, which order
//! took what. Must not know how the events were chosen.

use super::number::{clock, counted, signed};
use crate::report::summary::Summary;
use crate::report::summary::measured::Release;
use crate::report::summary::series::{Story, StoryEvent, StoryWhat};

/// One line of the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryLine {
    /// When, on the campaign's clock.
    pub at: String,
    /// What happened.
    pub what: String,
    /// What was really left afterwards.
    pub really_left: String,
    /// Units were sold here that were not there.
    pub oversold: bool,
}

/// The story's first sentence.
pub fn opening(summary: &Summary, story: &Story) -> String {
    let units = story.oversold.unsigned_abs();
    let mut text = format!("{} was oversold by {}", story.sku, counted(units, "unit", "units"));
    let broke = story.events.iter().find(|e| oversold_by(e) > 0);
    if let (Some(event), Some(believed)) = (broke, believed_before(summary, story)) {
        text.push_str(&format!(". Just before {} {believed}", clock(event.at_us)));
    }
    let told: i64 = story.events.iter().map(oversold_by).sum();
    if told < story.oversold {
        text.push_str(&format!(". The first {} of them are told here", signed(told)));
    }
    text + "."
}

/// What channels offered just before the first oversold unit, against what was left.
fn believed_before(summary: &Summary, story: &Story) -> Option<String> {
    let broke = story.events.iter().position(|e| oversold_by(e) > 0)?;
    let before = story.events.get(broke.checked_sub(1)?)?;
    let offers: Vec<String> = summary
        .channels
        .iter()
        .zip(&before.offered)
        .filter_map(|(channel, offer)| {
            offer.map(|qty| format!("{} offered {}", channel.name, signed(qty)))
        })
        .collect();
    if offers.is_empty() {
        return None;
    }
    Some(format!("{} really left, while {}", are(before.really_left), offers.join(", ")))
}

fn are(qty: i64) -> String {
    match qty {
        1 => "1 unit was".to_owned(),
        n => format!("{} units were", signed(n)),
    }
}

fn oversold_by(event: &StoryEvent) -> i64 {
    match event.what {
        StoryWhat::Sold { oversold, .. } => oversold,
        _ => 0,
    }
}

/// The story line by line.
pub fn lines(story: &Story) -> Vec<StoryLine> {
    let line = |(event, place): (&StoryEvent, Option<usize>)| StoryLine {
        at: clock(event.at_us),
        what: match place {
            Some(place) => format!("({place}) {}", what(&event.what)),
            None => what(&event.what),
        },
        really_left: signed(event.really_left),
        oversold: oversold_by(event) > 0,
    };
    story.events.iter().zip(places(story)).map(line).collect()
}

/// The number of every order that took units, from 1, by event: in words and in the picture.
pub fn places(story: &Story) -> Vec<Option<usize>> {
    let mut place = 0;
    let numbered = story.events.iter().map(|event| {
        matches!(event.what, StoryWhat::Sold { .. }).then(|| {
            place += 1;
            place
        })
    });
    numbered.collect()
}

fn what(what: &StoryWhat) -> String {
    let units = |qty: i64| counted(qty.unsigned_abs(), "unit", "units");
    match what {
        StoryWhat::Sold { order, qty, oversold: 0, .. } => {
            format!("{} sold {} (order {})", order.channel, units(*qty), order.number)
        }
        StoryWhat::Sold { order, qty, oversold, .. } => format!(
            "{} sold {} (order {}), {} of them not there",
            order.channel,
            units(*qty),
            order.number,
            signed(*oversold),
        ),
        StoryWhat::Shown { channel, qty } => format!("{channel} now offers {}", signed(*qty)),
        StoryWhat::Reserved { order, available } => format!(
            "the OMS reserved for {} order {} and says {} available",
            order.channel,
            order.number,
            signed(*available),
        ),
        StoryWhat::Supplied { units: change } if *change < 0 => {
            format!("{} left the supply", units(*change))
        }
        StoryWhat::Supplied { units: change } => format!("{} came in", units(*change)),
        StoryWhat::Released { order, why } => {
            let why = match why {
                Release::Payment => "its payment failed",
                Release::Customer => "the customer cancelled",
                Release::Stock => "there was no stock for it",
                Release::NotAccepted => "nobody accepted it in time",
            };
            format!("{} order {} was released: {why}", order.channel, order.number)
        }
    }
}
