//! Owns domains: which records are wanted, in prefix notation, and whether a record is one of them.
//! Must not know any model.

use std::cmp::Ordering;

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::rpc::{Fault, told};
use crate::faces::FaceClock;
use crate::units::At;

/// Most terms of a domain.
const TERMS_MAX: usize = 100;

/// A domain that was read.
#[derive(Debug)]
pub(super) struct Domain {
    terms: Vec<Term>,
}

#[derive(Debug)]
enum Term {
    And,
    Or,
    Not,
    Is(Leaf),
}

/// One condition.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) field: String,
    op: Op,
    value: Value,
    /// What is among the values, where there are several.
    among: FxHashSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Op {
    Is,
    IsNot,
    Above,
    AtLeast,
    Below,
    AtMost,
    In,
    NotIn,
    Like { any_case: bool },
    NotLike { any_case: bool },
}

/// What a condition looks at in a record.
pub(super) enum Seen {
    /// A moment, as exactly as it is known.
    Moment(At),
    /// Whatever else there is.
    Value(Value),
}

impl Domain {
    /// Reads one; none is that of all records.
    pub(super) fn of(said: Option<&Value>) -> Result<Domain, Fault> {
        let said = match said {
            None => &[][..],
            Some(Value::Array(all)) => all,
            Some(_) => return Err(Fault::value("a domain is a list")),
        };
        if said.len() > TERMS_MAX {
            return Err(Fault::value(format!("a domain has at most {TERMS_MAX} terms here")));
        }
        let terms = said.iter().map(Term::of).collect::<Result<Vec<_>, _>>()?;
        let domain = Domain { terms };
        domain.is_sound().then_some(domain).ok_or_else(|| {
            Fault::value("Domain() invalid: an operator has too few conditions after it")
        })
    }

    /// Every condition of it.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.leaves().map(|leaf| leaf.field.as_str())
    }

    fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        self.terms.iter().filter_map(|term| match term {
            Term::Is(leaf) => Some(leaf),
            Term::And | Term::Or | Term::Not => None,
        })
    }

    /// The values that a field must have, where all records but those with one of them are out:
    /// for whoever can find those sooner.
    pub(super) fn demands(&self, field: &str) -> Option<Vec<&Value>> {
        let is_plain = !self.terms.iter().any(|term| matches!(term, Term::Or | Term::Not));
        let of_field = |leaf: &&Leaf| leaf.field == field && matches!(leaf.op, Op::Is | Op::In);
        let leaf = self.leaves().find(of_field).filter(|_| is_plain)?;
        Some(match (leaf.op, &leaf.value) {
            (Op::In, Value::Array(all)) => all.iter().collect(),
            (_, one) => vec![one],
        })
    }

    /// Whether each operator has what it is for.
    fn is_sound(&self) -> bool {
        let mut held = 0_usize;
        self.terms.iter().rev().all(|term| match term {
            Term::Is(_) => {
                held += 1;
                true
            }
            Term::Not => held >= 1,
            Term::And | Term::Or => {
                let has_both = held >= 2;
                held = held.saturating_sub(1);
                has_both
            }
        })
    }

    /// Whether a record of which this is seen is wanted.
    pub(super) fn has(&self, now: FaceClock, see: impl Fn(&str) -> Seen) -> bool {
        // From the last on; whatever is left over at the end is joined by "and".
        let mut held: Vec<bool> = Vec::with_capacity(self.terms.len());
        for term in self.terms.iter().rev() {
            let is = match term {
                Term::Is(leaf) => leaf.is(now, &see(&leaf.field)),
                Term::Not => !held.pop().unwrap_or(true),
                Term::And => {
                    let (one, other) = (held.pop(), held.pop());
                    one.unwrap_or(true) && other.unwrap_or(true)
                }
                Term::Or => {
                    let (one, other) = (held.pop(), held.pop());
                    one.unwrap_or(true) || other.unwrap_or(true)
                }
            };
            held.push(is);
        }
        held.into_iter().all(|is| is)
    }
}

impl Term {
    fn of(said: &Value) -> Result<Term, Fault> {
        match said {
            Value::String(sign) if sign == "&" => Ok(Term::And),
            Value::String(sign) if sign == "|" => Ok(Term::Or),
            Value::String(sign) if sign == "!" => Ok(Term::Not),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(field), Value::String(op), value] => {
                    Ok(Term::Is(Leaf::of(field, op, value)?))
                }
                _ => Err(Fault::value("a condition is a field, an operator and a value")),
            },
            _ => Err(Fault::value("a domain holds conditions and `&`, `|`, `!`")),
        }
    }
}

impl Leaf {
    fn of(field: &str, op: &str, value: &Value) -> Result<Leaf, Fault> {
        let op = match op.to_ascii_lowercase().as_str() {
            "=" | "==" if value.is_array() => Op::In,
            "!=" | "<>" if value.is_array() => Op::NotIn,
            "=" | "==" => Op::Is,
            "!=" | "<>" => Op::IsNot,
            ">" => Op::Above,
            ">=" => Op::AtLeast,
            "<" => Op::Below,
            "<=" => Op::AtMost,
            "in" => Op::In,
            "not in" => Op::NotIn,
            "like" => Op::Like { any_case: false },
            "ilike" => Op::Like { any_case: true },
            "not like" => Op::NotLike { any_case: false },
            "not ilike" => Op::NotLike { any_case: true },
            other => return Err(Fault::not_here(&format!("the operator {other} of domains"))),
        };
        let among = match (op, value) {
            (Op::In | Op::NotIn, Value::Array(all)) => all.iter().map(plain).collect(),
            (Op::In | Op::NotIn, one) => [plain(one)].into_iter().collect(),
            _ => FxHashSet::default(),
        };
        Ok(Leaf { field: field.to_owned(), op, value: value.clone(), among })
    }

    fn is(&self, now: FaceClock, seen: &Seen) -> bool {
        let value = match seen {
            Seen::Moment(at) => return self.is_when(now, *at),
            Seen::Value(value) => value,
        };
        let named = || match value {
            Value::Array(one) => one.get(1).and_then(Value::as_str).unwrap_or("").to_owned(),
            Value::String(text) => text.clone(),
            _ => String::new(),
        };
        let is_among = || match value {
            // Several records: one of them is enough.
            Value::Array(all) if !is_one(value) => {
                all.iter().any(|one| self.among.contains(&plain(one)))
            }
            one => self.among.contains(&plain(one)),
        };
        let is_like = |any_case: bool| {
            let wanted = self.value.as_str().unwrap_or("");
            if !any_case {
                return named().contains(wanted);
            }
            named().to_lowercase().contains(&wanted.to_lowercase())
        };
        let is = || match (&self.value, value) {
            (Value::String(wanted), Value::Array(_)) => named() == *wanted,
            (wanted, Value::Array(all)) if !is_one(value) => {
                all.iter().any(|one| plain(one) == plain(wanted))
            }
            (wanted, value) => plain(wanted) == plain(value),
        };
        match self.op {
            Op::Is => is(),
            Op::IsNot => !is(),
            Op::In => is_among(),
            Op::NotIn => !is_among(),
            Op::Like { any_case } => is_like(any_case),
            Op::NotLike { any_case } => !is_like(any_case),
            Op::Above | Op::AtLeast | Op::Below | Op::AtMost => {
                compared(value, &self.value).is_some_and(|order| self.is_order(order))
            }
        }
    }

    fn is_when(&self, now: FaceClock, at: At) -> bool {
        let date = self.value.as_str().and_then(FaceClock::read);
        let order = date.map(|date| now.against(at, date));
        match self.op {
            Op::Is => order == Some(Ordering::Equal),
            Op::IsNot => order != Some(Ordering::Equal),
            _ => order.is_some_and(|order| self.is_order(order)),
        }
    }

    fn is_order(&self, order: Ordering) -> bool {
        match self.op {
            Op::Above => order == Ordering::Greater,
            Op::AtLeast => order != Ordering::Less,
            Op::Below => order == Ordering::Less,
            Op::AtMost => order != Ordering::Greater,
            _ => false,
        }
    }
}

/// Which of two values is the greater, where they are of a kind.
pub(super) fn compared(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::String(one), Value::String(other)) => Some(one.cmp(other)),
        (Value::Array(one), Value::Array(other)) => compared(one.first()?, other.first()?),
        (Value::Array(one), other) => compared(one.first()?, other),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (one, other) => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// Whether it is a record that another leads to: its number and its name.
fn is_one(value: &Value) -> bool {
    matches!(value, Value::Array(parts) if matches!(parts.as_slice(), [_, Value::String(_)]))
}

/// A value as it is compared: a record that another leads to by its number.
fn plain(value: &Value) -> String {
    match value {
        Value::Array(parts) => parts.first().map_or_else(String::new, plain),
        Value::String(text) => format!("\"{text}"),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => (float as i64).to_string(),
            _ => number.to_string(),
        },
        // What has no value is false.
        Value::Null => "false".to_owned(),
        other => told(&other.to_string()),
    }
}
