//! Owns Amazon's Selling Partner API over one marketplace: tokens, listings, feeds, orders.
//! Must not know sockets. Start at [`Amazon`]'s `receive`: it says who answers what.
//!
//! What the marketplace takes, it shows after its own delay: that is the time in which a submission
//! that was accepted takes effect, for which the platform publishes no figure.

mod acknowledged;
mod feeds;
mod limits;
mod listings;
mod messages;
mod orders;
mod shapes;
mod tokens;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use self::feeds::Feeds;
use self::limits::{Limits, Operation};
use self::shapes::Refused;
use self::tokens::Tokens;
use super::values::Pairs;
use super::{
    Face, FaceClock, FaceCredentials, FaceReply, FaceRequest, FaceTerms, Hook, KeptOut, Shop,
    values,
};
use crate::commerce::inside::InsideReply;
use crate::ids::ChannelId;
use crate::units::At;
use crate::wire::keys::Keyring;

/// Where tokens are had.
const TOKEN: &str = "/auth/o2/token";
/// The marketplace that every face stands for: a German one.
const MARKETPLACE: &str = "A1PA6795UKMFR9";

/// Beginnings of paths of the real API that are not here.
const NOT_HERE: [&str; 9] = [
    "catalog",
    "definitions",
    "fba",
    "finances",
    "notifications",
    "products",
    "reports",
    "sellers",
    "tokens",
];

/// What answers a request: its answer, or its refusal.
type Answered = Result<FaceReply, Refused>;

/// The face of a seller's account at Amazon.
pub struct Amazon {
    terms: FaceTerms,
    seller: String,
    tokens: Tokens,
    limits: Limits,
    feeds: Feeds,
    /// Answers so far: each has a number of its own.
    answers: u64,
    /// Submissions so far.
    submissions: u64,
}

/// What callers must show.
pub(super) fn credentials(keys: Keyring, channel: ChannelId) -> FaceCredentials {
    let drawn = |purpose: &str| keys.of_face(channel, purpose);
    vec![
        ("CLIENT_ID", format!("amzn1.application-oa2-client.{}", drawn("client id"))),
        ("CLIENT_SECRET", format!("amzn1.oa2-cs.v1.{}", drawn("client secret"))),
        // Amazon's begin with `Atzr|`: a shell that reads the env file would take that for a pipe.
        ("REFRESH_TOKEN", format!("Atzr-{}", drawn("refresh token"))),
        ("SELLER_ID", format!("A{}", drawn("seller")[..13].to_uppercase())),
        ("MARKETPLACE_ID", MARKETPLACE.to_owned()),
    ]
}

impl Face for Amazon {
    // Notifications go to queues of other services: orders are read here.
    fn lives_at(&mut self, url: &str) {
        let url = self.terms.public_urls.first().map_or(url, |public| public);
        self.feeds.lives_at(url);
    }

    fn receive(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> FaceReply {
        self.answers += 1;
        let id = self.terms.secret(&format!("answer {}", self.answers));
        let reply = self.route(now, request, shop).unwrap_or_else(Refused::told);
        reply.with("x-amzn-requestid", &id)
    }

    fn next_wake(&self) -> Option<At> {
        self.feeds.next_wake()
    }

    fn wake(&mut self, now: FaceClock, shop: &mut dyn Shop) -> Vec<Hook> {
        self.work_on_feeds(now, shop);
        vec![]
    }

    fn kept_out(&self, why: KeptOut) -> FaceReply {
        let refused = match why {
            KeptOut::Floods => Refused::quota(),
            KeptOut::TooLarge(_) | KeptOut::TooSlow => {
                let (status, message) = why.said();
                Refused::new(status, "InvalidInput", message)
            }
        };
        refused.told().to_stranger()
    }

    fn is_quiet(&self) -> bool {
        self.feeds.next_wake().is_none()
    }
}

impl Amazon {
    /// The face of these terms.
    pub fn new(terms: FaceTerms) -> Amazon {
        let shown = credentials(terms.keys, terms.channel);
        let seller = shown[3].1.clone();
        let base = terms.public_urls.first().cloned().unwrap_or_default();
        Amazon {
            tokens: Tokens::new(&shown),
            limits: Limits::default(),
            feeds: Feeds::new(base, terms.feeds_take),
            seller,
            answers: 0,
            submissions: 0,
            terms,
        }
    }

    /// Who answers what.
    fn route(
        &mut self,
        now: FaceClock,
        request: &FaceRequest<'_>,
        shop: &mut dyn Shop,
    ) -> Answered {
        if request.path == TOKEN {
            return self.token(now, request);
        }
        let path: Vec<Cow<'_, str>> = request
            .path
            .trim_matches('/')
            .split('/')
            .map(|part| percent_decode_str(part).decode_utf8_lossy())
            .collect();
        let path: Vec<&str> = path.iter().map(|part| &**part).collect();
        // What is signed needs no token.
        if let ["feed-contents", id] = path.as_slice() {
            return self.contents(now, id, request);
        }
        self.tokens.admit(now.at, request.headers)?;
        let Some(operation) = operation(request.method, &path)? else {
            return Err(Refused::new(StatusCode::NOT_FOUND, "NotFound", "there is no such path"));
        };
        self.limits.ask(now.at, operation)?;
        let asked = values::pairs(request.query);
        let answered = match (operation, path.as_slice()) {
            (Operation::PatchListing, [.., seller, sku]) => {
                self.of_ours(seller)?;
                self.patch_listing(sku, &asked, request.body, shop)
            }
            (Operation::PutListing, [.., seller, sku]) => {
                self.of_ours(seller)?;
                self.put_listing(sku, &asked, request.body, shop)
            }
            (Operation::GetListing, [.., seller, sku]) => {
                self.of_ours(seller)?;
                self.get_listing(now, sku, &asked, shop)
            }
            (Operation::GetOrders, _) => self.list_orders(now, &asked, shop),
            (Operation::GetOrder, [.., id]) => self.get_order(now, id, shop),
            (Operation::GetOrderItems, [.., id, _]) => self.get_items(id, shop),
            (Operation::CreateFeedDocument, _) => self.create_document(now, request.body),
            (Operation::GetFeedDocument, [.., id]) => self.get_document(now, id),
            (Operation::CreateFeed, _) => self.create_feed(now, request.body),
            (Operation::GetFeeds, _) => self.list_feeds(now, &asked),
            (Operation::GetFeed, [.., id]) => self.get_feed(now, id),
            (Operation::CancelFeed, [.., id]) => self.cancel_feed(id),
            _ => Err(Refused::new(StatusCode::NOT_FOUND, "NotFound", "there is no such path")),
        };
        answered.map(|reply| reply.with("x-amzn-ratelimit-limit", operation.rate()))
    }

    fn of_ours(&self, seller: &str) -> Result<(), Refused> {
        let is_ours = seller == self.seller;
        is_ours.then_some(()).ok_or_else(|| {
            let why = "Access to requested resource is denied.";
            Refused::new(StatusCode::FORBIDDEN, "Unauthorized", why)
                .detailed("the seller is not the one that the token was given for")
        })
    }
}

/// Which marketplace is meant: clients spell it in four ways, and send all of them.
fn is_here(asked: &Pairs<'_>) -> Result<(), Refused> {
    const SPELT: [&str; 4] =
        ["marketplaceIds", "MarketplaceIds", "MarketplaceId", "marketplace_ids"];
    let mut said = asked.iter().filter(|(name, _)| SPELT.contains(&&**name));
    let is_ours =
        |(_, ids): &(Cow<'_, str>, Cow<'_, str>)| ids.split(',').any(|id| id == MARKETPLACE);
    if said.any(is_ours) {
        return Ok(());
    }
    Err(Refused::input(format!("marketplaceIds: expected {MARKETPLACE}, the one of this shop")))
}

/// What a request asks for; none: nothing that is there.
fn operation(method: &Method, path: &[&str]) -> Result<Option<Operation>, Refused> {
    use Operation as Op;
    let found = match (method.as_str(), path) {
        ("PATCH", ["listings", "2021-08-01", "items", _, _]) => Op::PatchListing,
        ("PUT", ["listings", "2021-08-01", "items", _, _]) => Op::PutListing,
        ("GET", ["listings", "2021-08-01", "items", _, _]) => Op::GetListing,
        ("GET", ["orders", "v0", "orders"]) => Op::GetOrders,
        ("GET", ["orders", "v0", "orders", _]) => Op::GetOrder,
        ("GET", ["orders", "v0", "orders", _, "orderItems"]) => Op::GetOrderItems,
        ("POST", ["feeds", "2021-06-30", "documents"]) => Op::CreateFeedDocument,
        ("GET", ["feeds", "2021-06-30", "documents", _]) => Op::GetFeedDocument,
        ("POST", ["feeds", "2021-06-30", "feeds"]) => Op::CreateFeed,
        ("GET", ["feeds", "2021-06-30", "feeds"]) => Op::GetFeeds,
        ("GET", ["feeds", "2021-06-30", "feeds", _]) => Op::GetFeed,
        ("DELETE", ["feeds", "2021-06-30", "feeds", _]) => Op::CancelFeed,
        ("GET", ["listings", _, "items", _]) => {
            return Err(Refused::not_here("searchListingsItems"));
        }
        ("DELETE", ["listings", ..]) => return Err(Refused::not_here("deleteListingsItem")),
        (_, ["orders", "v0", "orders", _, what, ..]) => {
            return Err(Refused::not_here(&format!("{} of orders", told(what))));
        }
        (_, [what, ..]) if NOT_HERE.contains(what) => return Err(Refused::not_here(what)),
        _ => return Ok(None),
    };
    Ok(Some(found))
}

/// Enough of a caller's text to know it again.
fn told(text: &str) -> String {
    text.chars().take(60).collect()
}

impl From<InsideReply> for Refused {
    fn from(reply: InsideReply) -> Refused {
        match reply {
            InsideReply::Throttled { .. } => Refused::quota(),
            InsideReply::Refused { why } => {
                Refused::new(StatusCode::FORBIDDEN, "Unauthorized", why)
            }
            _ => Refused::unavailable(),
        }
    }
}
