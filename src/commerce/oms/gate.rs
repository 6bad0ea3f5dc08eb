//! Owns what stands before connectors' calls to the OMS: limits, everyday faults.
//! Must not know what is answered to those that get through.

use super::Oms;
use crate::commerce::imperfect::Keyed;
use crate::commerce::limiter::LimitedOp;
use crate::commerce::protocol::{OmsReply, OmsRequest};
use crate::rng::mix;
use crate::units::At;

impl Oms {
    /// Limits and everyday faults stand before connectors' calls; the merchant's own get through.
    pub(super) fn gate(&mut self, now: At, request: &OmsRequest) -> Option<OmsReply> {
        let (op, thing) = match request {
            OmsRequest::Handoff { intent, .. } => (LimitedOp::Order, mix(4, intent.0)),
            OmsRequest::Reserve { intent, .. } => (LimitedOp::Order, mix(5, intent.0)),
            OmsRequest::Release { order, .. } => {
                (LimitedOp::Order, mix(6, mix(u64::from(order.channel.0), order.number)))
            }
            OmsRequest::Amend { order, version, .. } => {
                let about = mix(u64::from(order.channel.0), order.number);
                (LimitedOp::Order, mix(18, mix(about, version.0)))
            }
            OmsRequest::ListChanges { after, .. } => (LimitedOp::Read, mix(7, *after)),
            OmsRequest::ListLevels { after, .. } => (LimitedOp::Read, mix(12, *after)),
            OmsRequest::Adjust { .. }
            | OmsRequest::SetPrice { .. }
            | OmsRequest::Publish { .. } => {
                return None;
            }
        };
        self.keeps_out(now, op, thing)
    }

    pub(super) fn keeps_out(
        &mut self,
        now: At,
        op: LimitedOp,
        call: impl Into<Keyed>,
    ) -> Option<OmsReply> {
        if let Err(refused) = self.limits.ask(now, op) {
            return Some(OmsReply::Throttled { retry_after: refused.retry_after });
        }
        self.faults.unavailable(call).then_some(OmsReply::Unavailable)
    }
}
