//! Owns imports: what is sent waits, is worked on, and is reported on line by line.
//! Must not know what a line means.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::{Value, json};

use super::files::Table;
use super::lines::{Applied, Kind};
use super::shapes::Refused;
use super::{Answered, Mirakl};
use crate::faces::values::{Pairs, base64, of, unbase64};
use crate::faces::{FaceClock, FaceReply, Shop};
use crate::units::{At, Span};

/// So many imports are kept, and so many bytes of what was sent and of their reports: the oldest
/// that is over goes first.
const IMPORTS_MAX: usize = 256;
const BYTES_MAX: usize = 64 << 20;
/// Imports on a page, unless said, and the most.
const EACH_DEFAULT: usize = 10;
const EACH_MAX: usize = 100;

/// Imports that were made.
#[derive(Debug)]
pub(super) struct Imports {
    /// From when one is made until it is over.
    takes: Span,
    made: u64,
    all: VecDeque<Import>,
}

#[derive(Debug)]
struct Import {
    number: u64,
    id: String,
    kind: Kind,
    created: At,
    /// When it is taken up, and when it is over.
    begins: At,
    ends: At,
    status: Status,
    sent: Sent,
    applied: Applied,
    /// Why it could not be read.
    why: String,
    report: Option<Bytes>,
    /// Whoever asked was told that lines are in error.
    is_told: bool,
}

/// What an import came with.
#[derive(Debug)]
pub(super) enum Sent {
    /// A file that is still to be read.
    File(Bytes),
    /// Lines.
    Lines(Table),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Waiting,
    Running,
    Complete,
    Failed,
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Status::Waiting => "WAITING",
            Status::Running => "RUNNING",
            Status::Complete => "COMPLETE",
            Status::Failed => "FAILED",
        }
    }

    fn is_over(self) -> bool {
        matches!(self, Status::Complete | Status::Failed)
    }
}

impl Imports {
    pub(super) fn new(takes: Span) -> Imports {
        Imports { takes, made: 0, all: VecDeque::new() }
    }

    /// When something is due.
    pub(super) fn next_wake(&self) -> Option<At> {
        let due = self.all.iter().filter_map(|import| match import.status {
            Status::Waiting => Some(import.begins),
            Status::Running => Some(import.ends),
            Status::Complete | Status::Failed => None,
        });
        due.min()
    }

    /// Makes room for one more.
    fn make_room(&mut self) -> Result<(), Refused> {
        let size =
            |import: &Import| import.sent.bytes() + import.report.as_ref().map_or(0, Bytes::len);
        while self.all.len() >= IMPORTS_MAX || self.all.iter().map(size).sum::<usize>() > BYTES_MAX
        {
            let oldest = self.all.iter().position(|import| import.status.is_over());
            let oldest = oldest.ok_or_else(|| Refused::throttled(None))?;
            self.all.remove(oldest);
        }
        Ok(())
    }

    fn find(&mut self, kind: Kind, id: &str) -> Result<&mut Import, Refused> {
        let found = self.all.iter_mut().find(|import| import.kind == kind && import.id == id);
        found.ok_or_else(|| Refused::not_found("Import"))
    }
}

impl Mirakl {
    /// What was sent is to be worked on.
    pub(super) fn import(&mut self, now: FaceClock, kind: Kind, sent: Sent) -> Answered {
        let imports = &mut self.imports;
        imports.make_room()?;
        imports.made += 1;
        let (number, takes) = (imports.made, imports.takes);
        let id = match kind {
            Kind::Offers => number.to_string(),
            Kind::Stock | Kind::Prices => {
                let id = self.terms.secret(&format!("import {number}"));
                format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
            }
        };
        let told = match kind {
            Kind::Offers => json!({ "import_id": number }),
            Kind::Stock => json!({ "import_id": id }),
            Kind::Prices => json!({ "import_id": id, "importId": id }),
        };
        self.imports.all.push_back(Import {
            number,
            id,
            kind,
            created: now.at,
            begins: now.at + Span(takes.0 / 2),
            ends: now.at + takes,
            status: Status::Waiting,
            sent,
            applied: Applied::default(),
            why: String::new(),
            report: None,
            is_told: false,
        });
        Ok(FaceReply::json(StatusCode::CREATED, &told))
    }

    /// How an import stands.
    pub(super) fn import_status(&mut self, now: FaceClock, kind: Kind, id: &str) -> Answered {
        let shop = self.shop_id();
        let import = self.imports.find(kind, id)?;
        let told = import.told(now, shop);
        Ok(FaceReply { meant: import.meant(), ..FaceReply::json(StatusCode::OK, &told) })
    }

    /// The lines that were in error, as a file.
    pub(super) fn import_report(&mut self, kind: Kind, id: &str) -> Answered {
        let import = self.imports.find(kind, id)?;
        let report = import.report.clone().ok_or_else(|| Refused::not_found("Error report"))?;
        let content = match kind {
            Kind::Offers => "application/octet-stream",
            Kind::Stock | Kind::Prices => "text/csv",
        };
        let reply = FaceReply::json(StatusCode::OK, &());
        Ok(FaceReply { content, body: report, ..reply })
    }

    /// Imports of prices, the last first.
    pub(super) fn price_imports(&mut self, now: FaceClock, asked: &Pairs<'_>) -> Answered {
        let below = match of(asked, "page_token") {
            None => u64::MAX,
            Some(token) => {
                let below = unbase64(token).and_then(|text| text.parse().ok());
                below.ok_or_else(|| Refused::input("page_token: it is none of this list's"))?
            }
        };
        let each = match of(asked, "limit").map(str::parse) {
            None => EACH_DEFAULT,
            Some(Ok(each)) if (1..=EACH_MAX).contains(&each) => each,
            Some(_) => return Err(Refused::input(format!("limit: expected 1 to {EACH_MAX}"))),
        };
        let moment = |name| super::moment(asked, name);
        let (from, until) = (moment("start_date")?, moment("end_date")?);
        let named: Vec<&str> = asked
            .iter()
            .filter(|(name, _)| name == "import_id")
            .flat_map(|(_, ids)| ids.split(','))
            .collect();
        let status = of(asked, "status");
        let shop = self.shop_id();
        let mut found = self.imports.all.iter_mut().rev().filter(|import| {
            import.kind == Kind::Prices
                && import.number < below
                && (named.is_empty() || named.contains(&&*import.id))
                && status.is_none_or(|status| status == import.status.word())
                && from.is_none_or(|from| import.created >= now.from(from))
                && until.is_none_or(|until| import.created < now.after(until))
        });
        let (mut data, mut meant, mut last) = (vec![], None, 0);
        for import in found.by_ref().take(each) {
            data.push(import.told(now, shop));
            meant = import.meant().or(meant);
            last = import.number;
        }
        let mut told = json!({ "data": data });
        if found.next().is_some() {
            told["next_page_token"] = json!(base64(last.to_string().as_bytes()));
        }
        Ok(FaceReply { meant, ..FaceReply::json(StatusCode::OK, &told) })
    }

    /// Takes up what is due, and ends it.
    pub(super) fn work_on_imports(&mut self, now: FaceClock, shop: &mut dyn Shop) {
        for place in 0..self.imports.all.len() {
            let import = &mut self.imports.all[place];
            if import.status == Status::Waiting && import.begins <= now.at {
                import.status = Status::Running;
            }
            if import.status != Status::Running || import.ends > now.at {
                continue;
            }
            let (kind, sent) = (import.kind, std::mem::take(&mut import.sent));
            let read = match sent {
                Sent::Lines(table) => Ok(table),
                Sent::File(content) => Table::read(&content),
            };
            let read = read.and_then(|table| table.must_have(kind.columns()).map(|()| table));
            let done = read.map(|table| self.carried_out(kind, &table, shop));
            let import = &mut self.imports.all[place];
            match done {
                Err(why) => (import.status, import.why) = (Status::Failed, why),
                Ok((applied, report)) => {
                    import.status = Status::Complete;
                    (import.applied, import.report) = (applied, report);
                }
            }
        }
    }

    /// What became of the lines, and the report of those in error.
    fn carried_out(
        &self,
        kind: Kind,
        table: &Table,
        shop: &mut dyn Shop,
    ) -> (Applied, Option<Bytes>) {
        let mut wrong = BTreeMap::new();
        let applied = self.apply(kind, table, &mut wrong, shop);
        let report = (!wrong.is_empty()).then(|| {
            let lines = wrong.iter().map(|(place, why)| (&table.lines[*place], why.as_str()));
            Bytes::from(table.report(lines))
        });
        (applied, report)
    }
}

impl Sent {
    /// How much of it is kept, in bytes.
    fn bytes(&self) -> usize {
        match self {
            Sent::File(content) => content.len(),
            Sent::Lines(table) => table.bytes(),
        }
    }
}

impl Default for Sent {
    fn default() -> Sent {
        Sent::Lines(Table::default())
    }
}

impl Import {
    /// What the status would say if it said that lines are in error: once, to whoever asks first.
    fn meant(&mut self) -> Option<StatusCode> {
        let is_wrong = self.status == Status::Failed || self.report.is_some();
        let is_news = is_wrong && !std::mem::replace(&mut self.is_told, is_wrong);
        is_news.then_some(StatusCode::UNPROCESSABLE_ENTITY)
    }

    fn told(&self, now: FaceClock, shop: u64) -> Value {
        let Applied { read, in_error, inserted, updated } = self.applied;
        let mut told = json!({
            "date_created": now.date(self.created) + "Z",
            "has_error_report": self.report.is_some(),
            "lines_in_error": in_error,
            "lines_in_success": read - in_error,
            "status": self.status.word(),
        });
        let more = match self.kind {
            Kind::Offers => json!({
                "import_id": self.number, "lines_read": read, "lines_in_pending": 0,
                "mode": "NORMAL", "type": "MIRAKL", "reason_status": self.why,
                "offer_deleted": 0, "offer_inserted": inserted, "offer_updated": updated,
            }),
            Kind::Stock => json!({ "import_id": self.id, "shop_id": shop }),
            Kind::Prices => json!({
                "import_id": self.id, "shop_id": shop, "origin": "API",
                "offers_in_error": in_error, "offers_updated": updated,
                "reason_status": self.why,
            }),
        };
        if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
            told.extend(more);
        }
        told
    }
}
