//! Owns feeds: documents that are put at signed addresses, feeds that take their time, and reports
//! of what became of each message. Must not know what a message means.

use std::collections::VecDeque;

use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::acknowledged::{acknowledge_all, report};
use super::listings::json_of;
use super::messages::{Read, apply};
use super::shapes::{Issue, Refused};
use super::{Amazon, Answered, MARKETPLACE, told};
use crate::faces::values::{Pairs, base64, is_same, of, pairs, unbase64};
use crate::faces::{FaceClock, FaceReply, FaceRequest, Shop};
use crate::units::{At, Span};

/// The types of feeds that are here.
const LISTINGS_FEED: &str = "JSON_LISTINGS_FEED";
const ACKNOWLEDGEMENTS_FEED: &str = "POST_ORDER_ACKNOWLEDGEMENT_DATA";
/// How long a signed address holds.
const SIGNED_FOR: Span = Span::from_mins(5);
/// So many documents are kept, and so many bytes of them: the oldest goes first.
const DOCUMENTS_MAX: usize = 256;
const BYTES_MAX: usize = 64 << 20;
/// So many feeds are kept.
const FEEDS_MAX: usize = 1_000;
/// Most messages of one feed.
const MESSAGES_MAX: usize = 10_000;

/// Feeds and their documents.
#[derive(Debug)]
pub(super) struct Feeds {
    base: String,
    /// From when a feed is made until it is over.
    takes: Span,
    documents: VecDeque<Document>,
    feeds: VecDeque<Feed>,
    made: u64,
}

#[derive(Debug)]
struct Document {
    id: String,
    content: Option<Bytes>,
}

#[derive(Debug)]
struct Feed {
    number: u64,
    kind: String,
    input: String,
    created: At,
    /// When it is taken up, and when it is over.
    begins: At,
    ends: At,
    status: Status,
    result: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Queued,
    Working,
    Done,
    Fatal,
    Cancelled,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Queued => "IN_QUEUE",
            Status::Working => "IN_PROGRESS",
            Status::Done => "DONE",
            Status::Fatal => "FATAL",
            Status::Cancelled => "CANCELLED",
        }
    }
}

impl Feeds {
    pub(super) fn new(base: String, takes: Span) -> Feeds {
        Feeds { base, takes, documents: VecDeque::new(), feeds: VecDeque::new(), made: 0 }
    }

    /// Signed addresses begin so.
    pub(super) fn lives_at(&mut self, url: &str) {
        url.clone_into(&mut self.base);
    }

    /// When something is due.
    pub(super) fn next_wake(&self) -> Option<At> {
        let due = self.feeds.iter().filter_map(|feed| match feed.status {
            Status::Queued => Some(feed.begins),
            Status::Working => Some(feed.ends),
            Status::Done | Status::Fatal | Status::Cancelled => None,
        });
        due.min()
    }

    fn keep(&mut self, document: Document) {
        self.documents.push_back(document);
        let size = |document: &Document| document.content.as_ref().map_or(0, Bytes::len);
        while self.documents.len() > DOCUMENTS_MAX
            || self.documents.iter().map(size).sum::<usize>() > BYTES_MAX
        {
            self.documents.pop_front();
        }
    }

    fn document(&mut self, id: &str) -> Result<&mut Document, Refused> {
        let found = self.documents.iter_mut().find(|document| document.id == id);
        let why = "there is no such document, or it is kept no more";
        found.ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "NotFound", why))
    }

    fn feed(&mut self, id: &str) -> Result<&mut Feed, Refused> {
        let found = self.feeds.iter_mut().find(|feed| feed.id() == id);
        found
            .ok_or_else(|| Refused::new(StatusCode::NOT_FOUND, "NotFound", "there is no such feed"))
    }
}

impl Feed {
    fn id(&self) -> String {
        (50_000_000_000 + self.number).to_string()
    }

    fn told(&self, now: FaceClock) -> Value {
        let mut told = json!({
            "feedId": self.id(), "feedType": self.kind, "marketplaceIds": [MARKETPLACE],
            "createdTime": now.date(self.created) + "Z", "processingStatus": self.status.word(),
        });
        let is_over = matches!(self.status, Status::Done | Status::Fatal);
        if is_over || self.status == Status::Working {
            told["processingStartTime"] = json!(now.date(self.begins) + "Z");
        }
        if is_over {
            told["processingEndTime"] = json!(now.date(self.ends) + "Z");
        }
        if let Some(result) = &self.result {
            told["resultFeedDocumentId"] = json!(result);
        }
        told
    }
}

impl Amazon {
    /// A document that is to be filled, and where.
    pub(super) fn create_document(&mut self, now: FaceClock, body: &[u8]) -> Answered {
        let body = json_of(body)?;
        if body["contentType"].as_str().is_none_or(str::is_empty) {
            return Err(Refused::input("contentType is missing"));
        }
        let id = self.new_document(None);
        let url = self.signed(now, &id, "PUT");
        let told = json!({ "feedDocumentId": id, "url": url });
        Ok(FaceReply::json(StatusCode::CREATED, &told))
    }

    pub(super) fn get_document(&mut self, now: FaceClock, id: &str) -> Answered {
        self.feeds.document(id)?;
        let told = json!({ "feedDocumentId": id, "url": self.signed(now, id, "GET") });
        Ok(FaceReply::json(StatusCode::OK, &told))
    }

    fn new_document(&mut self, content: Option<Bytes>) -> String {
        self.feeds.made += 1;
        let id = self.terms.secret(&format!("document {}", self.feeds.made));
        let id = format!("amzn1.tortuga.4.eu.{id}");
        self.feeds.keep(Document { id: id.clone(), content });
        id
    }

    fn signed(&self, now: FaceClock, id: &str, method: &str) -> String {
        let until = (now.at + SIGNED_FOR).0;
        let (base, tag) = (&self.feeds.base, self.tag(id, until, method));
        format!("{base}/feed-contents/{id}?until={until}&X-Amz-Signature={tag}")
    }

    fn tag(&self, id: &str, until: u64, method: &str) -> String {
        self.terms.secret(&format!("{method} {id} {until}"))
    }

    /// What is behind a signed address: whoever has it needs nothing more.
    pub(super) fn contents(
        &mut self,
        now: FaceClock,
        id: &str,
        request: &FaceRequest<'_>,
    ) -> Answered {
        let asked = pairs(request.query);
        let until = of(&asked, "until").and_then(|until| until.parse::<u64>().ok()).unwrap_or(0);
        let method = if *request.method == Method::HEAD { "GET" } else { request.method.as_str() };
        let shown = of(&asked, "X-Amz-Signature").unwrap_or_default();
        if !is_same(shown, &self.tag(id, until, method)) {
            return Err(Refused::stranger("The address is not signed for this."));
        }
        if now.at >= At(until) {
            return Err(Refused::stranger("The signature of the address has expired."));
        }
        let document = self.feeds.document(id)?;
        let mut reply = FaceReply {
            status: StatusCode::OK,
            headers: vec![],
            content: "",
            body: Bytes::new(),
            is_known: true,
            meant: None,
            told: vec![],
        };
        if method == "PUT" {
            document.content = Some(Bytes::copy_from_slice(request.body));
        } else {
            reply.body = document.content.clone().unwrap_or_default();
            let is_xml = reply.body.trim_ascii_start().starts_with(b"<");
            reply.content = if is_xml { "text/xml; charset=UTF-8" } else { crate::faces::JSON };
        }
        Ok(reply)
    }

    pub(super) fn create_feed(&mut self, now: FaceClock, body: &[u8]) -> Answered {
        let body = json_of(body)?;
        let kind = body["feedType"].as_str().unwrap_or_default();
        let input = body["inputFeedDocumentId"].as_str().unwrap_or_default();
        let mut places = body["marketplaceIds"].as_array().into_iter().flatten();
        if !places.any(|id| id.as_str() == Some(MARKETPLACE)) {
            return Err(Refused::input(format!("marketplaceIds: expected {MARKETPLACE}")));
        }
        if kind.is_empty() {
            return Err(Refused::input("feedType is missing"));
        }
        if ![LISTINGS_FEED, ACKNOWLEDGEMENTS_FEED].contains(&kind) {
            return Err(Refused::not_here(&format!("feeds of type {}", told(kind))));
        }
        if self.feeds.document(input).is_err() {
            return Err(Refused::input("inputFeedDocumentId: there is no such document"));
        }
        self.feeds.made += 1;
        let takes = self.feeds.takes;
        let feed = Feed {
            number: self.feeds.made,
            kind: kind.to_owned(),
            input: input.to_owned(),
            created: now.at,
            begins: now.at + Span(takes.0 / 2),
            ends: now.at + takes,
            status: Status::Queued,
            result: None,
        };
        let told = json!({ "feedId": feed.id() });
        self.feeds.feeds.push_back(feed);
        if self.feeds.feeds.len() > FEEDS_MAX {
            self.feeds.feeds.pop_front();
        }
        Ok(FaceReply::json(StatusCode::ACCEPTED, &told))
    }

    pub(super) fn get_feed(&mut self, now: FaceClock, id: &str) -> Answered {
        let told = self.feeds.feed(id)?.told(now);
        Ok(FaceReply::json(StatusCode::OK, &told))
    }

    pub(super) fn cancel_feed(&mut self, id: &str) -> Answered {
        let feed = self.feeds.feed(id)?;
        if feed.status != Status::Queued {
            return Err(Refused::input("only a feed that is IN_QUEUE can be cancelled"));
        }
        feed.status = Status::Cancelled;
        Ok(FaceReply::json(StatusCode::OK, &json!({})))
    }

    /// Feeds, the last first.
    pub(super) fn list_feeds(&self, now: FaceClock, asked: &Pairs<'_>) -> Answered {
        let below = match of(asked, "nextToken") {
            None => u64::MAX,
            Some(token) => {
                let below = unbase64(token).and_then(|text| text.parse().ok());
                below.ok_or_else(|| Refused::input("nextToken: it is none of this shop's"))?
            }
        };
        if of(asked, "feedTypes").is_none() && below == u64::MAX {
            return Err(Refused::input("either feedTypes or nextToken is needed"));
        }
        let size = match of(asked, "pageSize").map(str::parse::<usize>) {
            None => 10,
            Some(Ok(size)) if (1..=100).contains(&size) => size,
            Some(_) => return Err(Refused::input("pageSize: expected 1 to 100")),
        };
        let in_list = |name, word: &str| {
            of(asked, name).is_none_or(|list| list.split(',').any(|one| one == word))
        };
        let mut found = self.feeds.feeds.iter().rev().filter(|feed| {
            feed.number < below
                && in_list("feedTypes", &feed.kind)
                && in_list("processingStatuses", feed.status.word())
        });
        let page: Vec<&Feed> = found.by_ref().take(size).collect();
        let mut told = json!({
            "feeds": page.iter().map(|feed| feed.told(now)).collect::<Vec<_>>(),
        });
        if let (Some(last), Some(_)) = (page.last(), found.next()) {
            told["nextToken"] = json!(base64(last.number.to_string().as_bytes()));
        }
        Ok(FaceReply::json(StatusCode::OK, &told))
    }

    /// Takes up what is due, and ends it.
    pub(super) fn work_on_feeds(&mut self, now: FaceClock, shop: &mut dyn Shop) {
        for place in 0..self.feeds.feeds.len() {
            let feed = &mut self.feeds.feeds[place];
            if feed.status == Status::Queued && feed.begins <= now.at {
                feed.status = Status::Working;
            }
            if feed.status != Status::Working || feed.ends > now.at {
                continue;
            }
            let (id, input) = (feed.id(), feed.input.clone());
            let is_listings = feed.kind == LISTINGS_FEED;
            let content = self.feeds.document(&input).ok().and_then(|one| one.content.clone());
            let content = content.as_deref().unwrap_or_default();
            let (status, report) = if is_listings {
                let (status, report) = self.played(&id, content, shop);
                (status, report.to_string())
            } else {
                self.acknowledged(&id, content, shop)
            };
            let result = self.new_document(Some(report.into()));
            let feed = &mut self.feeds.feeds[place];
            (feed.status, feed.result) = (status, Some(result));
        }
    }

    /// The same of orders that are acknowledged or cancelled.
    fn acknowledged(&self, feed: &str, content: &[u8], shop: &mut dyn Shop) -> (Status, String) {
        let of = (&*self.seller, feed);
        match acknowledge_all(content, MESSAGES_MAX, shop) {
            Ok((count, wrong)) => (Status::Done, report(of, count, &wrong)),
            Err(why) => (Status::Fatal, report(of, 0, &[(0, why)])),
        }
    }

    /// What became of each message of a feed.
    fn played(&self, feed: &str, content: &[u8], shop: &mut dyn Shop) -> (Status, Value) {
        let read: Value = serde_json::from_slice(content).unwrap_or(Value::Null);
        let messages = read["messages"].as_array().filter(|all| all.len() <= MESSAGES_MAX);
        let (status, issues, count) = match messages {
            None => {
                let why = format!("the document is no feed of at most {MESSAGES_MAX} messages");
                (Status::Fatal, vec![Issue::new("messages", why).reported(0)], 0)
            }
            Some(messages) => {
                let mut issues = vec![];
                for message in messages {
                    let id = message["messageId"].as_u64().unwrap_or(0);
                    let wrong = self.message(message, shop);
                    issues.extend(wrong.iter().map(|issue| issue.reported(id)));
                }
                (Status::Done, issues, messages.len())
            }
        };
        let wrong: std::collections::BTreeSet<u64> =
            issues.iter().filter_map(|issue| issue["messageId"].as_u64()).collect();
        let invalid = wrong.len().min(count);
        let report = json!({
            "header": { "sellerId": self.seller, "version": "2.0", "feedId": feed },
            "issues": issues,
            "summary": {
                "errors": issues.len(), "warnings": 0, "messagesProcessed": count,
                "messagesAccepted": count - invalid, "messagesInvalid": invalid,
            },
        });
        (status, report)
    }

    fn message(&self, message: &Value, shop: &mut dyn Shop) -> Vec<Issue> {
        let name = message["sku"].as_str().unwrap_or_default();
        let Some(sku) = self.terms.catalogue.find(name) else {
            return vec![Issue::new("sku", format!("there is no SKU {:?}", told(name)))];
        };
        let read: Result<Read, Refused> = match message["operationType"].as_str() {
            Some("PATCH") => self.patched(&message["patches"]),
            Some("UPDATE") => self.put(&message["attributes"]),
            Some("PARTIAL_UPDATE") => self.put_in_part(&message["attributes"]),
            _ => {
                let why = "operationType: expected PATCH, UPDATE or PARTIAL_UPDATE";
                return vec![Issue::new("operationType", why)];
            }
        };
        match read {
            Err(refused) => vec![Issue::new("attributes", refused.message())],
            Ok(Err(issues)) => issues,
            Ok(Ok(wanted)) => apply(sku, wanted, shop).unwrap_or_else(|refused| {
                vec![Issue::new("sku", Refused::from(refused).message())]
            }),
        }
    }
}
