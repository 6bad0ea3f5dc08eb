//! Owns what a profile says, compiled: names as slots, paths and patterns parsed once.
//! Must not know how it is written in a file, nor how it is played.

use super::extract::{Extraction, Path, Place};
use super::operation::ProfileOperation;
use super::outcome::{Rule, Test};
use super::template::{Slot, Template};
use crate::units::{Money, Span};

/// A profile, known to be valid.
#[derive(Debug)]
pub struct Profile {
    pub(super) title: String,
    /// Which of our own faces plays it.
    pub(super) face: Option<String>,
    pub(super) settings: Vec<ProfileSetting>,
    /// Every name by its slot.
    pub(super) names: Vec<String>,
    /// It writes the moment somewhere: otherwise none is put into words.
    pub(super) uses_time: bool,
    pub(super) base: Template,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) auth: Auth,
    /// How the ids of a SKU are found out.
    pub(super) ids: Option<Procedure>,
    pub(super) operations: Vec<(ProfileOperation, Procedure)>,
    /// Rules for every reply, after those of a step.
    pub(super) outcomes: Vec<Rule>,
    pub(super) limits: Vec<CallLimit>,
    pub(super) money: MoneyAs,
    /// Our words for why an order is cancelled, and the platform's.
    pub(super) reasons: Vec<(String, String)>,
    /// Our words for how an order stands, and those of the platform's that mean it.
    pub(super) states: Vec<(String, Vec<String>)>,
    pub(super) webhooks: Option<Webhooks>,
}

impl Profile {
    /// What it is called.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What its user must say, and may.
    pub fn settings(&self) -> &[ProfileSetting] {
        &self.settings
    }

    /// The name of the face of ours that plays it, where there is one.
    pub fn face(&self) -> Option<&str> {
        self.face.as_deref()
    }

    /// Whether it has an operation.
    pub fn has(&self, operation: ProfileOperation) -> bool {
        self.procedure(operation).is_some()
    }

    pub(super) fn procedure(&self, operation: ProfileOperation) -> Option<&Procedure> {
        let mut all = self.operations.iter();
        all.find(|(known, _)| *known == operation).map(|(_, procedure)| procedure)
    }

    /// The line at which an operation stands.
    pub fn line(&self, operation: ProfileOperation) -> Option<usize> {
        self.procedure(operation).map(|procedure| procedure.line)
    }

    /// Whether an operation resets what it does not send.
    pub fn replaces_everything(&self, operation: ProfileOperation) -> bool {
        self.procedure(operation).is_some_and(|procedure| procedure.replaces_everything)
    }

    /// An amount as a number of the platform's: `12.5`, or `1250`.
    pub fn amount(&self, price: Money, digits: u8) -> f64 {
        match self.money {
            MoneyAs::Minor => price.0 as f64,
            MoneyAs::Decimal => price.0 as f64 / 10_f64.powi(i32::from(digits)),
        }
    }

    pub(super) fn slot(&self, name: &str) -> Option<Slot> {
        let at = self.names.iter().position(|known| known == name)?;
        Some(Slot(at as u16))
    }

    /// What the platform says of its webhooks, where the profile knows them: the header with the
    /// signature, how soon it wants an answer, how often it tries again.
    pub fn webhook_terms(&self) -> Option<(&str, Option<Span>, Option<u64>)> {
        let webhooks = self.webhooks.as_ref()?;
        Some((&webhooks.header, webhooks.answer_within, webhooks.tried_again))
    }

    /// What the platform's word for how an order stands means in ours.
    pub fn state<'p>(&'p self, word: &'p str) -> &'p str {
        let known = self.states.iter().find(|(_, theirs)| theirs.iter().any(|w| w == word));
        known.map_or(word, |(ours, _)| ours)
    }

    /// Every rule, with its line and what it says.
    pub fn rules(&self) -> Vec<(super::outcome::RuleLine, super::outcome::Means)> {
        let login = match &self.auth {
            Auth::Token(token) => token.steps.as_slice(),
            Auth::None | Auth::Headers(_) | Auth::Basic { .. } | Auth::OAuth1 { .. } => &[],
        };
        let procedures = self.ids.iter().chain(self.operations.iter().map(|(_, p)| p));
        let steps = procedures.flat_map(|procedure| &procedure.steps).chain(login);
        let own = steps.flat_map(|step| {
            step.outcomes.iter().chain(step.each.iter().flat_map(|each| &each.outcomes))
        });
        let mut all: Vec<_> =
            own.chain(&self.outcomes).map(|rule| (rule.line, rule.means)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Something that a profile leaves to its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileSetting {
    /// Its name.
    pub name: String,
    /// The variable of the environment that says it.
    pub from: String,
    /// It is shown nowhere.
    pub is_secret: bool,
    /// What holds where nobody says.
    pub default: Option<String>,
    /// The credential of our own face that it is, such as `CONSUMER_KEY`, or `URL`.
    pub on_face: Option<String>,
    pub(super) slot: Slot,
}

/// Who calls, and how that is shown.
#[derive(Debug)]
pub(super) enum Auth {
    None,
    Headers(Vec<(String, Template)>),
    Basic {
        user: Template,
        password: Template,
    },
    /// In one leg, HMAC-SHA256, in the query; over TLS as Basic where the platform wants it so.
    OAuth1 {
        key: Template,
        secret: Template,
        basic_over_tls: bool,
    },
    Token(Token),
}

impl Auth {
    /// What must be known before anybody is shown who calls.
    pub(super) fn needs(&self) -> Vec<&Template> {
        match self {
            Auth::None => vec![],
            Auth::Headers(pairs) => pairs.iter().map(|(_, text)| text).collect(),
            Auth::Basic { user, password } => vec![user, password],
            Auth::OAuth1 { key, secret, .. } => vec![key, secret],
            Auth::Token(token) => token.headers.iter().map(|(_, text)| text).collect(),
        }
    }
}

/// A token that is asked for before anything else.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) steps: Vec<Step>,
    pub(super) headers: Vec<(String, Template)>,
    /// How long one holds, unless the reply says.
    pub(super) lasts: Option<Span>,
}

/// How one operation is done.
#[derive(Debug)]
pub(super) struct Procedure {
    pub(super) line: usize,
    pub(super) steps: Vec<Step>,
    /// The most items of one call.
    pub(super) items_max: usize,
    /// What is not sent is reset.
    pub(super) replaces_everything: bool,
    pub(super) needs_ids: bool,
    /// How far back a list begins before the moment it is asked for.
    pub(super) overlap: Span,
}

/// One request and what becomes of its reply.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) line: usize,
    pub(super) method: &'static str,
    pub(super) target: Template,
    pub(super) query: Vec<(String, Template)>,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) body: Body,
    pub(super) content_type: Option<String>,
    pub(super) is_authed: bool,
    pub(super) replies: Replies,
    pub(super) gives: Vec<(Slot, Extraction)>,
    pub(super) outcomes: Vec<Rule>,
    pub(super) again: Option<Again>,
    pub(super) pages: Option<Pages>,
    pub(super) each: Option<Each>,
}

impl Step {
    /// What must be known before it can be sent; pairs of a query and of a form may stay out.
    pub(super) fn needs(&self) -> Vec<&Template> {
        let headers = self.headers.iter().map(|(_, text)| text);
        let mut needs: Vec<&Template> = headers.chain([&self.target]).collect();
        match &self.body {
            Body::None | Body::Form(_) => {}
            Body::Text(text, _) => needs.push(text),
            Body::Multipart(parts) => needs.extend(parts.iter().map(|part| &part.text)),
        }
        needs
    }

    /// Every name that it writes.
    pub(super) fn slots(&self) -> Vec<Slot> {
        let mut texts = self.needs();
        texts.extend(self.query.iter().map(|(_, text)| text));
        if let Body::Form(pairs) = &self.body {
            texts.extend(pairs.iter().map(|(_, text)| text));
        }
        texts.into_iter().flat_map(Template::slots).collect()
    }
}

/// What a body is.
#[derive(Debug)]
pub(super) enum Body {
    None,
    /// JSON, XML, a table or words: written in one go.
    Text(Template, &'static str),
    Form(Vec<(String, Template)>),
    Multipart(Vec<Part>),
}

/// A part of a form of several.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) file: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) text: Template,
}

/// What a reply's body must be where something was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replies {
    Json,
    Anything,
}

/// Asking again until what was queued is done.
#[derive(Debug)]
pub(super) struct Again {
    pub(super) while_: Test,
    pub(super) every: Span,
    pub(super) at_most: u64,
}

/// How a long list goes on.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) next: NextPage,
    pub(super) at_most: u64,
}

/// Where the next page is.
#[derive(Debug)]
pub(super) enum NextPage {
    /// A cursor of this page's, as long as `more` is said, where it is.
    Cursor { at: Extraction, more: Option<Place> },
    /// The header `Link` with this relation.
    Link(String),
    /// The next number, up to the last.
    Count { from: u64, last: Extraction },
    /// So many further, up to the total.
    Offset { by: u64, total: Extraction },
}

/// What a reply says of each of several things.
#[derive(Debug)]
pub(super) struct Each {
    pub(super) among: Path,
    pub(super) gives: Vec<(Slot, Extraction)>,
    pub(super) outcomes: Vec<Rule>,
    /// Which item it is; none is by its place.
    pub(super) known_by: Option<Extraction>,
}

/// A limit on calls, as the platform publishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLimit {
    /// Its line in the profile.
    pub line: usize,
    /// What it counts: empty is every operation.
    pub on: Vec<ProfileOperation>,
    /// How it counts.
    pub kind: CallLimitKind,
    /// Points that a call costs.
    pub cost: u64,
    /// Whose calls it counts together.
    pub keyed_by: Vec<String>,
}

/// How a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallLimitKind {
    /// So many points at once, one comes back in this time.
    Bucket {
        /// Points at once.
        holds: u64,
        /// Time for one.
        every: Span,
    },
    /// So many points in each stretch of this length.
    Window {
        /// Points.
        calls: u64,
        /// The stretch.
        per: Span,
    },
}

/// How a platform writes amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MoneyAs {
    /// `12.50`
    Decimal,
    /// `1250`
    Minor,
}

/// What a platform says unasked, and how that is known to be its word.
#[derive(Debug)]
pub(super) struct Webhooks {
    pub(super) header: String,
    pub(super) secret: Template,
    pub(super) written: SignatureAs,
    /// Where one says which delivery it is.
    pub(super) id: Option<Place>,
    /// What is sent when one is registered, and is no webhook.
    pub(super) ping: Vec<Test>,
    pub(super) answer_within: Option<Span>,
    pub(super) tried_again: Option<u64>,
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignatureAs {
    Base64,
    Hex,
}
