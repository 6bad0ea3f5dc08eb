//! Owns the chart of the worst SKU around its last units: what was really left, against what each
//! channel offered. Must not choose the events.

use super::axis::Axis;
use super::colour::{INK, of_channel};
use super::picture::{Along, Mark, Panel, Picture, PlottedLine, Threshold};
use super::ticks::Measured;
use crate::report::summary::Summary;
use crate::report::summary::series::{Story, StoryEvent, StoryWhat};
use crate::report::words::number::{clock, counted, signed};
use crate::report::words::story::places;

/// The picture and the part of the campaign it shows; none when nothing was oversold.
pub(super) fn picture(summary: &Summary) -> Option<(Axis, Picture)> {
    let story = summary.worst_sku.as_ref()?;
    let (first, last) = (story.events.first()?, story.events.last()?);
    let margin = (last.at_us - first.at_us.min(last.at_us)) / 40 + 1;
    let (from, until) = (first.at_us.saturating_sub(margin), last.at_us.saturating_add(margin));
    let axis = Axis::of(summary).between(from, until);
    let left = story.events.iter().map(|event| Some(event.really_left)).collect();
    let offers = summary.channels.iter().enumerate().map(|(i, channel)| {
        let offered = story.events.iter().map(|e| e.offered.get(i).copied().flatten());
        PlottedLine::of_channel(&channel.name, i, offered.collect())
    });
    let truth = PlottedLine::new("really left", INK, left);
    let mut panel = Panel::new("", Measured::Count).with(offers.chain([truth]));
    panel.thresholds.push(Threshold { name: "nothing left".to_owned(), value: 0 });
    panel.marks = marks(summary, story);
    let subtitle = format!(
        "What each channel offered of {} and what was there; dots are orders, numbered as in the \
         words where there is room · {} since the start",
        story.sku,
        axis.clock(),
    );
    let picture = Picture {
        key: "story".to_owned(),
        title: finding(summary, story),
        subtitle,
        along: Along::Moments(story.events.iter().map(|event| event.at_us).collect()),
        panels: vec![panel],
    };
    Some((axis, picture))
}

/// A dot for every order that took units, in the colour of its channel.
fn marks(summary: &Summary, story: &Story) -> Vec<Mark> {
    let colour = |name: &str| summary.channels.iter().position(|c| c.name == name).map(of_channel);
    let numbered = story.events.iter().zip(places(story));
    let mark = |(event, place): (&StoryEvent, Option<usize>)| match &event.what {
        StoryWhat::Sold { order, .. } => Some(Mark {
            at: event.at_us,
            value: event.really_left,
            name: place?.to_string(),
            channel: Some(order.channel.clone()),
            colour: colour(&order.channel).unwrap_or(INK),
        }),
        _ => None,
    };
    numbered.filter_map(mark).collect()
}

fn finding(summary: &Summary, story: &Story) -> String {
    let units = counted(story.oversold.max(0).unsigned_abs(), "unit", "units");
    let ran_out = story.events.iter().find(|event| event.really_left <= 0);
    let offering = ran_out.and_then(|event| most_offered(summary, event));
    match (ran_out, offering) {
        (Some(event), Some((channel, qty))) => format!(
            "{} ran out at {} while {channel} still offered {}: {units} oversold",
            story.sku,
            clock(event.at_us),
            signed(qty),
        ),
        _ => format!("{} was oversold by {units}", story.sku),
    }
}

/// Which channel offered most after an event, if any offered anything.
fn most_offered<'a>(summary: &'a Summary, event: &StoryEvent) -> Option<(&'a str, i64)> {
    let offers = summary.channels.iter().zip(&event.offered);
    let known = offers.filter_map(|(channel, qty)| qty.map(|qty| (channel.name.as_str(), qty)));
    known.max_by_key(|(_, qty)| *qty).filter(|(_, qty)| *qty > 0)
}
