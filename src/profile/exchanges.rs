//! Owns exchanges that were recorded: reading them, and playing a profile against them.
//! Must not know sockets, nor any platform.
//!
//! ```text
//! = set stock MUG-RED 7          what is asked: the operation and its arguments
//! > PUT /items/MUG-RED           what is to be sent, as far as it is written here
//! >> {"quantity": 7, "at": "*"}
//! < 200                          what comes back
//! < X-Header: value
//! << {"ok": true}
//! == accepted                    what it comes to
//! = webhook                      or what a platform says unasked
//! < X-Signature: abc=
//! << {"id": 1}
//! == forged
//! ```

mod play;
mod same;

use std::ops::Range;

use super::conversation::{Arguments, ItemArguments};
use super::extract::ProfileReply;
use super::operation::ProfileOperation;
use super::outcome::Means;
use super::template::ProfileValue;
use crate::language::Problems;
use crate::language::problem::{Wrong, nearest};
use crate::units::Money;

pub use play::{CasePlayed, WentWrong};

/// The most bytes of a file of exchanges.
pub const EXCHANGES_BYTES_MAX: usize = 16 << 20;

/// Words for what a webhook comes to.
const SIGNED: [&str; 4] = ["genuine", "ping", "unsigned", "forged"];

/// A file of exchanges.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    pub(super) cases: Vec<Case>,
}

/// One operation as it went once.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) line: usize,
    pub(super) asked: Asked,
    pub(super) calls: Vec<Call>,
    pub(super) comes_to: Option<(usize, String)>,
}

/// What a case is about.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    Operation(ProfileOperation, Box<Arguments>),
    Webhook,
}

/// A request and its reply.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    pub(super) line: usize,
    pub(super) request: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    pub(super) reply: ProfileReply,
}

/// Reads a file of exchanges; `file` names it in what is said.
///
/// # Errors
/// With every line that cannot be meant.
pub fn recorded(file: &str, text: &str) -> Result<Recorded, Problems> {
    if text.len() > EXCHANGES_BYTES_MAX {
        let wrong = Wrong::new("the file is larger than 16 MB").expected("recorded exchanges");
        return Err(Problems::of_file(file, wrong));
    }
    let mut reader = Reader { cases: vec![], problems: vec![], begun_reply: false };
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let at = start..start + line.trim_end().len();
        start += line.len();
        reader.line(number + 1, line.trim_end(), &at);
    }
    if reader.cases.is_empty() && reader.problems.is_empty() {
        let wrong = Wrong::new("no exchange stands here");
        reader.problems.push((0..0, wrong.expected("a line such as `= set stock MUG-RED 7`")));
    }
    if reader.problems.is_empty() {
        return Ok(Recorded { cases: reader.cases });
    }
    Err(Problems::placed(file, text, reader.problems))
}

struct Reader {
    cases: Vec<Case>,
    problems: Vec<(Range<usize>, Wrong)>,
    /// The call that is being read has its status.
    begun_reply: bool,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str, at: &Range<usize>) {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let read = match mark {
            "" | "#" => Ok(()),
            "=" => self.asked(number, rest),
            ">" => self.sends(number, rest),
            ">>" => self.call(number).map(|call| call.body.push_str(rest)),
            "<" => self.hears(number, rest),
            "<<" => {
                self.begun_reply = true;
                self.call(number).map(|call| call.reply.body.extend_from_slice(rest.as_bytes()))
            }
            "==" => self.comes_to(number, rest),
            _ if line.starts_with('#') => Ok(()),
            _ => Err(Wrong::new(format!("`{line}` begins with no sign that is known")).expected(
                "`=`, `>`, `>>`, `<`, `<<` or `==`, and a space behind it; # is a remark",
            )),
        };
        if let Err(wrong) = read {
            self.problems.push((at.clone(), wrong));
        }
    }

    fn asked(&mut self, line: usize, rest: &str) -> Result<(), Wrong> {
        let asked = asked(rest)?;
        let is_webhook = matches!(asked, Asked::Webhook);
        let calls = if is_webhook { vec![Call { line, ..Call::default() }] } else { vec![] };
        self.cases.push(Case { line, asked, calls, comes_to: None });
        self.begun_reply = false;
        Ok(())
    }

    fn case(&mut self) -> Result<&mut Case, Wrong> {
        let expected = "`= operation` before it, such as `= set stock MUG-RED 7`";
        self.cases.last_mut().ok_or_else(|| Wrong::new("nothing was asked yet").expected(expected))
    }

    fn call(&mut self, _line: usize) -> Result<&mut Call, Wrong> {
        let wrong = || Wrong::new("no request stands before it").expected("`> GET /path`");
        self.case()?.calls.last_mut().ok_or_else(wrong)
    }

    fn sends(&mut self, line: usize, rest: &str) -> Result<(), Wrong> {
        if let Some((name, value)) = header(rest) {
            self.call(line)?.headers.push((name.to_owned(), value.to_owned()));
            return Ok(());
        }
        self.begun_reply = false;
        let case = self.case()?;
        case.calls.push(Call { line, request: Some(rest.to_owned()), ..Call::default() });
        Ok(())
    }

    fn hears(&mut self, line: usize, rest: &str) -> Result<(), Wrong> {
        let begun = std::mem::replace(&mut self.begun_reply, true);
        let call = self.call(line)?;
        if let Some((name, value)) = header(rest) {
            call.reply.headers.push((name.to_owned(), value.to_owned()));
            return Ok(());
        }
        let status = rest.trim().parse::<u16>().ok().filter(|status| (100..=599).contains(status));
        let wrong = || Wrong::new(format!("`{rest}` is no status")).expected("such as `< 200`");
        let status = status.ok_or_else(wrong)?;
        if begun {
            return Err(Wrong::new("a second reply to one request"));
        }
        call.reply.status = status;
        Ok(())
    }

    fn comes_to(&mut self, line: usize, rest: &str) -> Result<(), Wrong> {
        let case = self.case()?;
        let word = rest.split(" with ").next().unwrap_or(rest).trim();
        let known = match case.asked {
            Asked::Webhook => SIGNED.contains(&word),
            Asked::Operation(..) => Means::of(word).is_some(),
        };
        if !known {
            let words: Vec<&str> = match case.asked {
                Asked::Webhook => SIGNED.to_vec(),
                Asked::Operation(..) => Means::WORDS.iter().map(|(word, _)| *word).collect(),
            };
            return Err(Wrong::new(format!("`{word}` is nothing that it can come to"))
                .expected(format!("one of {}", crate::language::map::list_of(&words))));
        }
        case.comes_to = Some((line, rest.trim().to_owned()));
        Ok(())
    }
}

/// `Name: value`; a request has a space before its colon.
fn header(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(": ")?;
    (!name.contains(' ')).then_some((name, value.trim()))
}

/// `set stock MUG-RED 7 was 10, MUG-BLUE 3 was 4`, `cancel order 17 no stock`.
fn asked(text: &str) -> Result<Asked, Wrong> {
    if text.trim() == "webhook" {
        return Ok(Asked::Webhook);
    }
    let operation = ProfileOperation::ALL.into_iter().find(|one| {
        text.strip_prefix(one.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    let Some(operation) = operation else {
        let names = ProfileOperation::ALL.map(ProfileOperation::name);
        let wrong = Wrong::new(format!("`{text}` is no operation"));
        let begins = text.split(' ').take(2).collect::<Vec<_>>().join(" ");
        return Err(match nearest(&begins, names) {
            Some(near) => wrong.hint(format!("did you mean `{near}`?")),
            None => wrong.expected(format!("one of {}", crate::language::map::list_of(&names))),
        });
    };
    let rest = text[operation.name().len()..].trim();
    arguments(operation, rest).map(|said| Asked::Operation(operation, Box::new(said)))
}

fn arguments(operation: ProfileOperation, rest: &str) -> Result<Arguments, Wrong> {
    let mut said = Arguments {
        key: Some("00000000-0000-4000-8000-000000000000".to_owned()),
        reference: Some("1".to_owned()),
        since_s: Some(0),
        ..Arguments::default()
    };
    let order = |text: &str| match text.parse::<u64>() {
        Ok(number) => ProfileValue::bare(number),
        Err(_) => ProfileValue::text(text),
    };
    match operation {
        ProfileOperation::ReadStock
        | ProfileOperation::SetStock
        | ProfileOperation::ReadPrice
        | ProfileOperation::SetPrice
        | ProfileOperation::PlaceOrder => {
            let items = rest.split(',').map(|item| self::item(operation, item.trim()));
            said.items = items.collect::<Result<_, _>>()?;
        }
        ProfileOperation::ReadOrder | ProfileOperation::AcceptOrder => {
            said.order = Some(order(rest));
        }
        ProfileOperation::ShipOrder => {
            let mut words = rest.split(' ');
            said.order = words.next().map(order);
            said.carrier = Some(words.next().unwrap_or("DHL").to_owned());
            said.tracking = Some(words.next().unwrap_or("1").to_owned());
        }
        ProfileOperation::CancelOrder => {
            let (number, reason) = rest.split_once(' ').unwrap_or((rest, "no stock"));
            (said.order, said.reason) = (Some(order(number)), Some(reason.to_owned()));
        }
        ProfileOperation::ListOrders => {}
    }
    Ok(said)
}

/// `MUG-RED`, `MUG-RED 7`, `MUG-RED 7 was 10`, `MUG-RED 12.50`.
fn item(operation: ProfileOperation, text: &str) -> Result<ItemArguments, Wrong> {
    let words: Vec<&str> = text.split(' ').collect();
    let wrong = || {
        let (shape, example) = match operation {
            ProfileOperation::SetPrice => ("a SKU and an amount", "MUG-RED 12.50"),
            ProfileOperation::SetStock => ("a SKU and how many", "MUG-RED 7 was 10"),
            ProfileOperation::PlaceOrder => ("a SKU and how many", "MUG-RED 2"),
            _ => ("a SKU", "MUG-RED"),
        };
        let found = if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") };
        Wrong::new(format!("{found} is not what it takes"))
            .expected(format!("{shape}, such as `= {operation} {example}`"))
    };
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok());
    let mut item = ItemArguments { sku: words[0].to_owned(), ..ItemArguments::default() };
    match operation {
        ProfileOperation::SetPrice => {
            let (whole, part) = words.get(1).and_then(|w| w.split_once('.')).ok_or_else(wrong)?;
            let digits = part.len() as u8;
            let minor = format!("{whole}{part}").parse().map_err(|_| wrong())?;
            item.price = Some((Money(minor), digits));
        }
        ProfileOperation::SetStock | ProfileOperation::PlaceOrder => {
            item.quantity = Some(number(1).ok_or_else(wrong)?);
            if words.get(2) == Some(&"was") {
                item.was = Some(number(3).ok_or_else(wrong)?);
            }
        }
        _ => {}
    }
    if item.sku.is_empty() {
        return Err(wrong());
    }
    Ok(item)
}
