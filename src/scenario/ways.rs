//! Owns what nobody knows of the connectors: each is played both ways, and a plan has as many ways.
//! Must not know what a way comes to (`study`).

use super::plan::{Matter, Plan, Undisclosed};
use crate::commerce::terms::{ConnectorPlay, Reserve, Retry, UpdateStyle};
use crate::history::Charter;
use crate::ids::ConnectorId;
use crate::units::Span;

/// The most that may be unknown: each is played both ways, so it doubles what is played.
pub(super) const UNKNOWNS_MAX: usize = 3;

/// A way to play a plan: which of its two settings each unknown has, a bit each. The first way has
/// the setting of each that looks worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way(u8);

/// A connector that retries without saying how: five attempts, as is usual.
pub(super) fn usual_retry(idempotent: bool) -> Retry {
    Retry {
        attempts: 5,
        backoff_from: Span::from_secs(1),
        backoff_to: Span::from_secs(60),
        idempotent,
        refusals: false,
    }
}

impl Matter {
    /// Its key in a scenario.
    pub fn key(self) -> &'static str {
        match self {
            Matter::Updates => "updates",
            Matter::Reserve => "reserve",
            Matter::RecordIds => "record ids",
            Matter::Retries => "retries",
            Matter::Idempotent => "idempotent",
        }
    }

    /// Both settings, the one that looks worse first. Of three the two ends are played.
    pub fn settings(self) -> [&'static str; 2] {
        match self {
            Matter::Updates => ["absolute", "delta"],
            Matter::Reserve => ["on handoff", "on accept"],
            Matter::RecordIds => ["own", "shared"],
            Matter::Retries | Matter::Idempotent => ["no", "yes"],
        }
    }

    fn settle(self, play: &mut ConnectorPlay, setting: usize) {
        match self {
            Matter::Updates => {
                play.updates = [UpdateStyle::Absolute, UpdateStyle::Delta][setting];
            }
            Matter::Reserve => play.reserve = [Reserve::OnHandoff, Reserve::OnAccept][setting],
            Matter::RecordIds => play.shares_record_ids = setting == 1,
            Matter::Retries => play.retry.attempts = [1, usual_retry(false).attempts][setting],
            Matter::Idempotent => play.retry.idempotent = setting == 1,
        }
    }
}

impl Undisclosed {
    /// Settles it as it looks worse, for whoever plays one way only.
    pub(super) fn settle_worse(self, plays: &mut [ConnectorPlay]) {
        self.matter.settle(&mut plays[self.connector.index()], 0);
    }
}

impl Way {
    fn setting(self, unknown: usize) -> usize {
        usize::from(self.0 >> unknown & 1)
    }
}

impl Plan {
    /// Every way to play it: one when nothing is unknown, else two for each unknown.
    pub fn ways(&self) -> impl Iterator<Item = Way> + use<> {
        let ways = 1_u16 << self.unknowns.len().min(UNKNOWNS_MAX);
        (0..ways as u8).map(Way)
    }

    /// The plan with everything settled one way.
    #[must_use]
    pub fn settled(&self, way: Way) -> Plan {
        let mut plan = self.clone();
        for (place, unknown) in plan.unknowns.drain(..).enumerate() {
            let connector = unknown.connector.index();
            let play = &mut plan.world.connectors[connector];
            unknown.matter.settle(play, way.setting(place));
            plan.charter.connectors[connector].retries = play.retry.attempts > 1;
        }
        plan
    }

    /// How a way settles what is unknown: `bought: idempotent no, record ids own`.
    pub fn way_in_words(&self, way: Way) -> String {
        let said = |(place, unknown): (usize, &Undisclosed)| {
            let setting = unknown.matter.settings()[way.setting(place)];
            (unknown.connector, format!("{} {setting}", unknown.matter.key()))
        };
        by_connector(&self.charter, self.unknowns.iter().enumerate().map(said))
    }

    /// What is unknown: `bought: idempotent, record ids`.
    pub fn unknowns_in_words(&self) -> String {
        let said = |unknown: &Undisclosed| (unknown.connector, unknown.matter.key().to_owned());
        by_connector(&self.charter, self.unknowns.iter().map(said))
    }

    /// Says what is unknown where somebody looks who plays one way only.
    pub(super) fn tell_unknowns(&mut self) {
        if self.unknowns.is_empty() {
            return;
        }
        let (unknown, taken) = (self.unknowns_in_words(), self.way_in_words(Way(0)));
        self.charter.not_known =
            vec![format!("not known of {unknown}. Taken as it looks worse, {taken}")];
    }
}

/// Words about connectors, those of one together behind its name.
fn by_connector(charter: &Charter, said: impl Iterator<Item = (ConnectorId, String)>) -> String {
    let mut groups: Vec<(ConnectorId, Vec<String>)> = Vec::new();
    for (connector, word) in said {
        match groups.last_mut().filter(|(last, _)| *last == connector) {
            Some((_, words)) => words.push(word),
            None => groups.push((connector, vec![word])),
        }
    }
    let group = |(connector, words): &(ConnectorId, Vec<String>)| {
        format!("{}: {}", charter.connectors[connector.index()].name, words.join(", "))
    };
    groups.iter().map(group).collect::<Vec<_>>().join("; ")
}
