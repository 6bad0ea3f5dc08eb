//! Owns the calls of a live run: what each says on the wire, and what is told to the office that
//! sent it. Must not know connections (`wire::client`), nor what an answer means (the machines do).

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use hyper::{Request, StatusCode};

use crate::commerce::desk::{Afterwards, LoadCall, Purpose};
use crate::commerce::outbox::{Calling, Posting};
use crate::commerce::protocol::{Asked, CameBack, Role};
use crate::ids::{ConnectorId, OpId};
use crate::wire::call::{CallResult, Caller};
use crate::wire::dialect::{self, Heard};

/// Who sends calls, and hears what comes of each.
pub(super) trait Office: Send + Sync {
    /// The token that goes with a call.
    fn bearer(&self, asked: &Asked) -> HeaderValue;
    /// The signature that goes with a webhook.
    fn signature(&self, posting: &Posting, body: &[u8]) -> HeaderValue;
    /// Where a webhook goes, when that is not where the built-in connector takes it.
    fn webhook_path(&self) -> Option<&str>;
    /// A call of the load leaves.
    fn sent(&self, call: &LoadCall);
    /// It came back.
    fn answered(self: Arc<Self>, call: (&Purpose, Afterwards), came: &CameBack);
    /// Whether a call found no connection because a fault refuses them; if so it is counted.
    fn was_refused(self: Arc<Self>, asked: &Asked, result: &CallResult) -> bool;
    /// What the merchant hears of a call all the same, that a fault kept from its system.
    fn by_another_way(self: Arc<Self>, asked: &Asked, result: &CallResult) -> Option<CameBack>;
    /// It was said to leave, and found no connection, or no place at the listener.
    fn load_never_left(&self, purpose: &Purpose);
    /// The same of a connector's call, or of a webhook.
    fn never_left(&self, to: Role);
    /// A connector's call came back.
    fn came_back(self: Arc<Self>, call: (ConnectorId, OpId), came: CameBack);
    /// A webhook was posted; what became of it.
    fn posted(self: Arc<Self>, posting: Posting, post: Post);
}

/// What became of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Post {
    Taken,
    NotTaken,
    /// Nobody was there to take it.
    NotReached,
    /// Nobody knows whether it was.
    Unknown,
}

/// A call under way in a live run.
pub(super) struct LiveJob {
    pub(super) office: Arc<dyn Office>,
    pub(super) errand: Errand,
}

/// What a call is for.
pub(super) enum Errand {
    /// A shopper's or merchant's call, and what is done once it is answered.
    Load { call: LoadCall, afterwards: Afterwards },
    /// A connector's call.
    Connector { id: ConnectorId, calling: Calling },
    /// A webhook.
    Webhook(Posting),
}

impl Caller for LiveJob {
    fn request(&mut self) -> Request<Full<Bytes>> {
        match &self.errand {
            Errand::Load { call, .. } => {
                self.office.sent(call);
                self.asking(&call.asked)
            }
            Errand::Connector { calling, .. } => self.asking(&calling.asked),
            Errand::Webhook(posting) => {
                let mut call = dialect::webhook::encode(&posting.notice);
                if let Some(path) = self.office.webhook_path() {
                    path.clone_into(&mut call.target);
                }
                let signature = self.office.signature(posting, &call.body);
                worded(&call, dialect::SIGNATURE, signature)
            }
        }
    }

    fn done(self, result: CallResult) {
        let office = self.office;
        match self.errand {
            Errand::Load { call, .. }
                if never_left(&result)
                    && !Arc::clone(&office).was_refused(&call.asked, &result) =>
            {
                office.load_never_left(&call.purpose);
            }
            Errand::Load { call, afterwards } => {
                let heard = Arc::clone(&office).by_another_way(&call.asked, &result);
                let came = heard.unwrap_or_else(|| came_back(&call.asked, result));
                office.answered((&call.purpose, afterwards), &came);
            }
            Errand::Connector { id, calling } => {
                if never_left(&result) && !Arc::clone(&office).was_refused(&calling.asked, &result)
                {
                    office.never_left(calling.asked.role());
                }
                let came = came_back(&calling.asked, result);
                office.came_back((id, calling.op), came);
            }
            Errand::Webhook(posting) => {
                if never_left(&result) {
                    office.never_left(Role::Connector(posting.to));
                }
                let is_taken =
                    |status| StatusCode::from_u16(status).is_ok_and(dialect::webhook::is_taken);
                let post = match &result {
                    CallResult::Answered(answer) if is_taken(answer.status) => Post::Taken,
                    CallResult::Answered(_) => Post::NotTaken,
                    CallResult::NotSent(_) => Post::NotReached,
                    CallResult::Unknown(_) => Post::Unknown,
                };
                office.posted(posting, post);
            }
        }
    }
}

impl LiveJob {
    fn asking(&self, asked: &Asked) -> Request<Full<Bytes>> {
        worded(&dialect::call(asked), AUTHORIZATION, self.office.bearer(asked))
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

fn worded(
    call: &dialect::HttpRequest,
    name: HeaderName,
    value: HeaderValue,
) -> Request<Full<Bytes>> {
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
