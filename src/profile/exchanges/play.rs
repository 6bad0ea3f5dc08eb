//! Owns playing one recorded case: a conversation that hears what was recorded.
//! Must not know how a case is written.

use std::collections::BTreeSet;

use super::super::conversation::{Conversation, ProfileOutcome, ProfileTurn, Session};
use super::super::model::Profile;
use super::super::operation::ProfileOperation;
use super::super::outcome::{Happened, RuleLine};
use super::super::request::CallTime;
use super::super::settings::Settings;
use super::super::webhook::Signed;
use super::same::differs;
use super::{Asked, Case, Recorded};

/// The most turns of a case: one that waits for ever is over then.
const TURNS_MAX: usize = 100_000;

/// How a case went.
#[derive(Clone, Debug)]
pub struct CasePlayed {
    /// The operation; none is a webhook.
    pub operation: Option<ProfileOperation>,
    /// The line at which the case begins.
    pub line: usize,
    /// What it came to, in a word.
    pub came_to: String,
    /// What went wrong, where something did.
    pub wrong: Option<WentWrong>,
    /// Rules that spoke.
    pub rules: BTreeSet<RuleLine>,
}

/// What went wrong, and at which line of the exchanges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WentWrong {
    /// The line.
    pub line: usize,
    /// In words.
    pub why: String,
}

impl Recorded {
    /// Plays every case, each as if nobody had called before.
    pub fn play(&self, profile: &Profile, settings: &Settings) -> Vec<CasePlayed> {
        self.cases.iter().map(|case| case.play(profile, settings)).collect()
    }
}

impl Case {
    fn play(&self, profile: &Profile, settings: &Settings) -> CasePlayed {
        match &self.asked {
            Asked::Webhook => self.webhook(profile, settings),
            Asked::Operation(operation, _) => self.operation(profile, *operation, settings),
        }
    }

    fn webhook(&self, profile: &Profile, settings: &Settings) -> CasePlayed {
        let heard = &self.calls[0].reply;
        let came_to = match profile.signed(settings, heard) {
            None => "a webhook that the profile knows nothing of".to_owned(),
            Some(Signed::Ping) => "ping".to_owned(),
            Some(Signed::Unsigned) => "unsigned".to_owned(),
            Some(Signed::Forged) => "forged".to_owned(),
            Some(Signed::Genuine { .. }) => "genuine".to_owned(),
        };
        let wrong = match &self.comes_to {
            Some((line, word)) if *word != came_to => Some(WentWrong {
                line: *line,
                why: format!("it is {came_to}, and was to be {word}"),
            }),
            Some(_) => None,
            None => (came_to != "genuine")
                .then(|| WentWrong { line: self.line, why: format!("it is {came_to}") }),
        };
        let rules = BTreeSet::new();
        CasePlayed { operation: None, line: self.line, came_to, wrong, rules }
    }

    fn operation(
        &self,
        profile: &Profile,
        operation: ProfileOperation,
        settings: &Settings,
    ) -> CasePlayed {
        let mut played = CasePlayed {
            operation: Some(operation),
            line: self.line,
            came_to: String::new(),
            wrong: None,
            rules: BTreeSet::new(),
        };
        let mut session = Session::new(settings.clone());
        let Asked::Operation(_, arguments) = &self.asked else { return played };
        let talk = Conversation::new(profile, operation, arguments, &session);
        let mut talk = match talk {
            Ok(talk) => talk,
            Err(why) => {
                played.wrong = Some(WentWrong { line: self.line, why: why.to_string() });
                return played;
            }
        };
        let base = profile.base.text(settings.known());
        let mut calls = self.calls.iter();
        let mut time = CallTime::default();
        for _ in 0..TURNS_MAX {
            match talk.next(&session, time) {
                ProfileTurn::Wait(span) => {
                    time.epoch_s = time.epoch_s.saturating_add(span.as_secs_f64() as i64);
                    talk.waited();
                }
                ProfileTurn::Send(request) => {
                    let Some(call) = calls.next() else {
                        let shown = talk.shown(&session, time);
                        let why = format!(
                            "`{} {}` is sent, and no more was recorded",
                            shown.method, shown.url
                        );
                        played.wrong = Some(WentWrong { line: self.line, why });
                        return played;
                    };
                    if let Some(why) = differs(call, &request, &base) {
                        let why = session.settings().without_secrets(&why);
                        played.wrong = Some(WentWrong { line: call.line, why });
                        return played;
                    }
                    talk.hear(&mut session, &call.reply, time);
                }
                ProfileTurn::Over(outcome) => {
                    played.came_to = self.said(&outcome);
                    played.rules.clone_from(&outcome.rules);
                    let left = calls.next().map(|call| WentWrong {
                        line: call.line,
                        why: "this was recorded, and is not sent".to_owned(),
                    });
                    played.wrong = self.held(&outcome, &played.came_to).or(left);
                    return played;
                }
            }
        }
        played.wrong = Some(WentWrong { line: self.line, why: "it never ends".to_owned() });
        played
    }

    /// What it came to, with what was found where the file asks for that.
    fn said(&self, outcome: &ProfileOutcome) -> String {
        let asks = self.comes_to.as_ref().is_some_and(|(_, word)| word.contains(" with "));
        let means = outcome.means.to_string();
        if !asks {
            return means;
        }
        let mut found: Vec<String> =
            outcome.given.iter().map(|(name, value)| format!("{name} {}", value.text)).collect();
        found.extend(outcome.found.iter().map(|one| {
            let given = one.given.iter().map(|(name, value)| format!(" {name} {}", value.text));
            format!("{}{}", one.means, given.collect::<String>())
        }));
        found.extend(outcome.wait.map(|wait| format!("wait {wait}")));
        format!("{means} with {}", found.join(", "))
    }

    fn held(&self, outcome: &ProfileOutcome, came_to: &str) -> Option<WentWrong> {
        let why = outcome.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        match &self.comes_to {
            Some((line, word)) => (word != came_to).then(|| WentWrong {
                line: *line,
                why: format!("it came to {came_to}, and was to come to {word}{why}"),
            }),
            None => (outcome.happened() != Happened::Done)
                .then(|| WentWrong { line: self.line, why: format!("it came to {came_to}{why}") }),
        }
    }
}
