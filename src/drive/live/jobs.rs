//! Owns the calls of a live run: what each says on the wire and to whom its answer goes.
//! Must not know connections (`wire::client`) nor what an answer means (the machines do).

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use hyper::{Request, StatusCode};

use super::world::World;
use crate::commerce::desk::{Asks, LoadCall};
use crate::commerce::outbox::Calling;
use crate::commerce::protocol::{Asked, CameBack, Notice, Role};
use crate::ids::ConnectorId;
use crate::units::Span;
use crate::wire::call::{CallResult, Job};
use crate::wire::dialect::{self, Heard};

/// A call under way in a live run.
pub(super) struct LiveJob {
    pub(super) world: Arc<World>,
    pub(super) errand: Errand,
}

/// What a call is for.
pub(super) enum Errand {
    /// A shopper's or merchant's call, and how long after its order the customer cancels.
    Load { call: LoadCall, cancels_after: Option<Span> },
    /// A connector's call.
    Connector { id: ConnectorId, calling: Calling },
    /// A webhook, and which attempt at delivering it.
    Webhook { to: ConnectorId, notice: Notice, attempt: u32 },
}

impl Job for LiveJob {
    fn request(&mut self) -> Request<Full<Bytes>> {
        match &self.errand {
            Errand::Load { call, .. } => {
                self.world.note_sent(call);
                let asked = asked_of(call);
                worded(&dialect::call(&asked), AUTHORIZATION, self.world.bearer(&asked))
            }
            Errand::Connector { calling, .. } => {
                let asked = &calling.asked;
                worded(&dialect::call(asked), AUTHORIZATION, self.world.bearer(asked))
            }
            Errand::Webhook { to, notice, .. } => {
                let call = dialect::webhook::encode(notice);
                let signature = self.world.signature(*to, &call.body);
                worded(&call, dialect::SIGNATURE, signature)
            }
        }
    }

    fn done(self, result: CallResult) {
        let world = self.world;
        match self.errand {
            Errand::Load { call, .. } if never_left(&result) => world.load_never_left(&call),
            Errand::Load { call, cancels_after } => {
                let came = came_back(&asked_of(&call), result);
                world.load_came_back(&call, cancels_after, &came);
            }
            Errand::Connector { id, calling } => {
                if never_left(&result) {
                    world.never_left(calling.asked.role());
                }
                let came = came_back(&calling.asked, result);
                world.connector_came_back(id, calling.op, came);
            }
            Errand::Webhook { to, notice, attempt } => {
                if never_left(&result) {
                    world.never_left(Role::Connector(to));
                }
                let taken = matches!(&result, CallResult::Answered(answer)
                    if StatusCode::from_u16(answer.status)
                        .is_ok_and(dialect::webhook::is_taken));
                world.webhook_came_back(to, notice, attempt, taken);
            }
        }
    }
}

/// Every address of a live run is the harness's own: what finds no connection to one, or no place
/// at it, was stopped by the harness.
fn never_left(result: &CallResult) -> bool {
    match result {
        CallResult::NotSent(_) => true,
        CallResult::Answered(answer) => dialect::is_crowded(answer.status, &answer.body),
        CallResult::Unknown(_) => false,
    }
}

fn asked_of(call: &LoadCall) -> Asked {
    match &call.asks {
        Asks::Channel(id, request) => Asked::Channel(*id, request.clone()),
        Asks::Source(request) => Asked::Oms(request.clone()),
    }
}

fn worded(call: &dialect::Call, name: HeaderName, value: HeaderValue) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(call.body.clone()));
    *request.method_mut() = call.method.clone();
    *request.uri_mut() = call.target.parse().expect("the dialect words valid targets");
    call.write_headers(request.headers_mut());
    request.headers_mut().insert(name, value);
    request
}

fn came_back(asked: &Asked, result: CallResult) -> CameBack {
    match result {
        CallResult::Answered(answer) => match StatusCode::from_u16(answer.status) {
            Ok(status) => {
                let heard = Heard { status, headers: &answer.headers, body: &answer.body };
                dialect::came_back(asked, heard)
            }
            Err(_) => CameBack::Unknown,
        },
        CallResult::NotSent(_) => CameBack::NotSent,
        CallResult::Unknown(_) => CameBack::Unknown,
    }
}
