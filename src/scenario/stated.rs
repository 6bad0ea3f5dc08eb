//! Owns what the charter states of a connector: its settings, and the times that it takes.
//! Must not know how it works.

use super::channel::ChannelSpec;
use crate::commerce::terms::{ConnectorPlay, Priority, Reserve, Rhythm, UpdateStyle};
use crate::history::charter::{ConnectorTerms, Delay, DelayOf, Phase, Setting};
use crate::law::Law;
use crate::traffic::Traffic;
use crate::units::Span;

pub(super) fn connector_terms(
    connector: &ConnectorPlay,
    channels: &[ChannelSpec],
) -> ConnectorTerms {
    let retries = connector.retry.attempts > 1;
    let settings = [
        (Setting::Idempotent, connector.retry.idempotent),
        (Setting::Retries, retries),
        (Setting::InventoryFirst, connector.priority == Priority::InventoryFirst),
        (Setting::Partitions, connector.partitions > 1),
        (Setting::Coalesce, connector.coalesce),
        (Setting::ByDifference, connector.updates != UpdateStyle::Absolute),
        (Setting::OrdersByWebhook, connector.orders_in == Rhythm::Webhook),
        (Setting::ChangesByWebhook, connector.stock_out == Rhythm::Webhook),
        (Setting::ReserveOnAccept, connector.reserve == Reserve::OnAccept),
        (Setting::SharedIds, connector.shares_record_ids),
    ];
    let settings = settings.into_iter().filter_map(|(setting, stands)| stands.then_some(setting));
    let looks =
        [connector.orders_in, connector.stock_out].into_iter().filter_map(|way| match way {
            Rhythm::Poll(every) => Some(every),
            Rhythm::Webhook => None,
        });
    ConnectorTerms {
        name: connector.name.clone(),
        retries,
        settings: settings.collect(),
        works: Some(connector.service.mean()),
        looks: looks.min(),
        delays: delays(connector, channels),
    }
}

/// The same of somebody else's program, of which nothing is known: only what its channels take.
/// That it retries is for the run to show.
pub(super) fn outside_terms(connector: &ConnectorPlay, channels: &[ChannelSpec]) -> ConnectorTerms {
    let of_channels = |delay: &Delay| delay.channel.is_some();
    ConnectorTerms {
        name: connector.name.clone(),
        retries: true,
        settings: vec![],
        works: None,
        looks: None,
        delays: delays(connector, channels).into_iter().filter(of_channels).collect(),
    }
}

/// What the times of a scenario add to a lag before anything waits.
fn delays(connector: &ConnectorPlay, channels: &[ChannelSpec]) -> Vec<Delay> {
    let look = |of: DelayOf, rhythm: Rhythm| match rhythm {
        Rhythm::Webhook => None,
        Rhythm::Poll(every) => {
            let waits = Law::Uniform { from: Span::ZERO, to: every };
            Some(Delay { of, channel: None, p95: waits.p95() })
        }
    };
    let looks = [
        look(DelayOf::OrdersLook, connector.orders_in),
        look(DelayOf::ChangesLook, connector.stock_out),
    ];
    let shows = connector.channels.iter().flat_map(|&id| {
        let channel = &channels[id.index()];
        let delay = |of: DelayOf, law: &Law| Delay { of, channel: Some(id), p95: law.p95() };
        [
            delay(DelayOf::Shows, &channel.shows_changes_after),
            delay(DelayOf::Lists, &channel.lists_after),
        ]
    });
    looks.into_iter().flatten().chain(shows).collect()
}

/// Fewer orders than this may all stay away by chance (e⁻¹⁰: once in twenty thousand times).
const ORDERS_TO_MISS: f64 = 10.0;

/// The phases, each with whether it is one in which hardly anybody is to come.
pub(super) fn with_silence(mut phases: Vec<Phase>, traffic: &Traffic) -> Vec<Phase> {
    for phase in &mut phases {
        phase.silent = traffic.expected(phase.from, phase.until) < ORDERS_TO_MISS;
    }
    phases
}
