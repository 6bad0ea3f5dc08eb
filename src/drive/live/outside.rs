//! Owns the place of a connector that is somebody else's program in a live run: who calls from
//! outside, whether it has come, whether it is still. Must not know how it is started (`cli`).

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Uri};

use super::carrier::Carrier;
use super::jobs::Post;
use super::play::Hosting;
use crate::commerce::outbox::Outbox;
use crate::commerce::protocol::{Notice, Role};
use crate::history::What;
use crate::history::fact::{Address, Ending, Met, Party, PartyAct, PartyState};
use crate::ids::ConnectorId;
use crate::scenario::External;
use crate::wire::call::CallResult;
use crate::wire::client::{Client, ClientLimits};
use crate::wire::dialect::Code;
use crate::wire::listen::Listening;
use crate::wire::permit::Permit;

/// How often is asked whether it is ready, or has gone.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// How long it may take to say that it is.
const SAYS_WITHIN: Duration = Duration::from_secs(2);

impl Carrier {
    /// Whether a connector from outside is still, or there is none.
    pub(super) fn outside_is_still(&self) -> bool {
        !self.estate.hears_outside() || self.party.are_still()
    }

    /// A request was refused before it was put to a system. The run's own calls never are.
    pub(super) fn outside_refused(&self, role: Role, code: Code) {
        let met = match code {
            Code::Unauthorized => Met::Unauthorized,
            Code::NoRoute | Code::WrongMethod => Met::Astray,
            Code::Malformed | Code::TooLarge | Code::TooSlow | Code::WrongContent => Met::Malformed,
            Code::Invalid
            | Code::TurnedAway
            | Code::Throttled
            | Code::Unavailable
            | Code::Crowded
            | Code::Duplicate => Met::Invalid,
        };
        self.estate.outside_met(met, role.into());
    }

    /// A webhook was posted to it.
    pub(super) fn outside_posted(self: &Arc<Self>, to: ConnectorId, notice: &Notice, post: Post) {
        if !self.estate.hears_outside() {
            return;
        }
        let met = match post {
            Post::Taken => {
                self.estate.outside_took(&mut &*self, notice, &mut Outbox::default());
                return;
            }
            Post::NotTaken => Met::WebhookRefused,
            Post::NotReached => Met::WebhookUnreached,
            Post::Unknown => Met::WebhookUnanswered,
        };
        self.estate.outside_met(met, Address::Connector(to));
    }
}

/// Notes what became of a connector from outside.
pub fn party(is: PartyState) -> What {
    What::Party(Party { connector: ConnectorId(0), act: PartyAct::Is(is) })
}

/// Who listens, where, and what callers must show.
pub type HostedAt = (Role, SocketAddr, String);

impl Hosting {
    /// Where everybody listens, and what callers must show.
    pub fn places(&self) -> Vec<HostedAt> {
        let place = |(role, listening): &(Role, Listening)| {
            let secret = match *role {
                Role::Connector(id) => self.keys.signing(id).reveal().to_owned(),
                role if self.is_outside => self.keys.outside(role).reveal().to_owned(),
                role => self.keys.token(role).reveal().to_owned(),
            };
            (*role, listening.address(), secret)
        };
        // A channel's first address is the neutral API's; its others are its face's.
        let mut told = BTreeSet::new();
        let first = |(role, _): &&(Role, Listening)| told.insert(*role);
        self.doors.listening.iter().filter(first).map(place).collect()
    }

    /// The key that signs what a connector is told.
    pub fn signing_key(&self, of: ConnectorId) -> String {
        self.keys.signing(of).reveal().to_owned()
    }

    /// Waits until a connector from outside is ready, for as long as the scenario says and
    /// `goes_on` does; campaign time stands meanwhile. Says whether it came.
    pub async fn came(&self, external: &External, mut goes_on: impl FnMut() -> bool) -> bool {
        let ready = async {
            match &external.ready.url {
                Some(url) => says_so(url.as_str()).await,
                None => self.carrier.party.have_called().await,
            }
        };
        let ended = async {
            while goes_on() {
                tokio::time::sleep(ASK_EVERY).await;
            }
        };
        let within = Duration::from_micros(external.ready.within.0);
        let came = tokio::select! {
            () = ready => true,
            () = ended => false,
            () = tokio::time::sleep(within) => false,
        };
        self.carrier.say(party(if came { PartyState::Ready } else { PartyState::NeverCame }));
        came
    }

    /// Ends a run of which nothing was played.
    pub async fn unplayed(self) {
        self.carrier.hang_up().await;
        self.end(Ending::Interrupted).await;
    }
}

/// Waits until a URL answers with a success.
async fn says_so(url: &str) {
    let permit = url.parse::<Uri>().ok().and_then(|uri| Some((Permit::loopback(&uri).ok()?, uri)));
    // One that cannot be called is never ready.
    let Some((permit, uri)) = permit else { return std::future::pending().await };
    let limits = ClientLimits { reply_within: SAYS_WITHIN, ..ClientLimits::default() };
    let client = Client::new(permit, limits);
    let target = uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from);
    loop {
        let mut request = Request::new(Full::new(Bytes::new()));
        *request.uri_mut() = target.clone();
        if let CallResult::Answered(answer) = client.call(request).await
            && (200..300).contains(&answer.status)
        {
            return;
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}
