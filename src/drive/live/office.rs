//! Owns what becomes of a live run's calls: what goes with each, and what is told of it.
//! Must not know how a call travels (`jobs`, `lines`).

use std::sync::Arc;

use hyper::header::HeaderValue;

use super::carrier::{Carrier, Later};
use super::jobs::{Office, Post};
use crate::commerce::desk::{Afterwards, LoadCall, Purpose};
use crate::commerce::fault::Passing;
use crate::commerce::outbox::{Outbox, Posting};
use crate::commerce::protocol::{Asked, CameBack, Role};
use crate::history::fact::HarnessFault;
use crate::ids::{ConnectorId, OpId};
use crate::wire::call::CallResult;

impl Office for Carrier {
    fn bearer(&self, asked: &Asked) -> HeaderValue {
        self.lines().bearer(asked)
    }

    fn signature(&self, posting: &Posting, body: &[u8]) -> HeaderValue {
        self.lines().signature(posting, body)
    }

    fn webhook_path(&self) -> Option<&str> {
        self.lines().webhook_path()
    }

    fn sent(&self, call: &LoadCall) {
        let mut out = Outbox::default();
        call.sent(&mut out);
        self.note(&mut out);
    }

    fn answered(self: Arc<Self>, call: (&Purpose, Afterwards), came: &CameBack) {
        self.estate.answered(&mut &self, call, came, &mut Outbox::default());
    }

    fn was_refused(self: Arc<Self>, asked: &Asked, result: &CallResult) -> bool {
        let role = asked.role();
        if !self.gates.have_refused(role, result) {
            return false;
        }
        let shopper = match asked {
            Asked::Channel(_, request) => request.wanted(),
            Asked::Oms(_) => None,
        };
        // The merchant's own come another way: they have met nothing.
        if matches!(asked, Asked::Oms(request) if Passing::to_oms(request).is_none()) {
            return true;
        }
        let mut out = Outbox::default();
        self.estate.found_no_connection(&mut &self, role, shopper, &mut out);
        true
    }

    /// The merchant's own calls get through: stock that moved has moved.
    fn by_another_way(self: Arc<Self>, asked: &Asked, result: &CallResult) -> Option<CameBack> {
        if !matches!(asked, Asked::Oms(_)) || !self.gates.have_kept(Role::Oms, result) {
            return None;
        }
        let answer = self.estate.exchange(&mut &self, asked.clone(), &mut Outbox::default());
        Some(answer.seen().0)
    }

    fn load_never_left(&self, purpose: &Purpose) {
        let mut out = Outbox::default();
        purpose.unsent_after_all(&mut out);
        self.note(&mut out);
        self.estate.closes(purpose);
    }

    fn never_left(&self, to: Role) {
        // That nobody listens at somebody else's address is not the harness's doing.
        if matches!(to, Role::Connector(_)) && self.estate.hears_outside() {
            return;
        }
        self.befallen.add(HarnessFault::NeverLeft, to, 1);
    }

    fn came_back(self: Arc<Self>, call: (ConnectorId, OpId), came: CameBack) {
        self.estate.came_back(&mut &self, call, came, &mut Outbox::default());
    }

    fn posted(self: Arc<Self>, posting: Posting, post: Post) {
        let Posting { to, notice, is_spoiled, posts } = posting;
        let about = notice.about();
        self.outside_posted(to, &notice, post);
        if post == Post::Unknown {
            self.estate.unheard(about, self.late());
        }
        let refused = Some(notice).filter(|_| post != Post::Taken);
        if let Some((after, notice)) = self.estate.posted(about, refused, posts) {
            let posting = Posting { to, notice, is_spoiled, posts: posts + 1 };
            self.diary.set(self.in_wall_us(after), Later::Post(posting));
        }
    }
}
