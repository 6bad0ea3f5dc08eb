//! Owns selections: fields with their aliases, arguments, fragments and directives, held against
//! the schema. Must not know what a field means.

use std::cell::Cell;
use std::collections::BTreeMap;

use async_graphql_parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql_parser::{Pos, Positioned};
use async_graphql_value::{ConstValue, Name, Value as Written};
use serde_json::{Map, Value, json};

use super::Wrong;
use super::paged::{EACH_MAX, Part, cut, part};
use super::schema::{Kind, kind_of};
use super::text::NESTED_MAX;

/// Most fields of one request, fragments spread out: they may be spread more than once.
const FIELDS_MAX: usize = 2_000;
/// The most that variables may come to, in bytes, each as often as it is put in.
const PUT_IN_MAX: usize = 4 << 20;

/// A field that is asked for, with all that belongs to it.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// Under which name it is told.
    pub(super) key: String,
    /// Its own name.
    pub(super) name: String,
    /// Its arguments, variables put in.
    pub(super) arguments: Map<String, Value>,
    /// An idempotency key that came with it.
    pub(super) idempotent: Option<String>,
    /// How many are asked for, where it is a list in pages.
    part: Option<Part>,
    kind: Kind,
    fields: Vec<Chosen>,
}

impl Chosen {
    /// An argument.
    pub(super) fn argument(&self, name: &str) -> &Value {
        self.arguments.get(name).unwrap_or(&Value::Null)
    }

    /// Whether one of these fields is asked for, of it or of whatever belongs to it.
    pub(super) fn asks_for(&self, names: &[&str]) -> bool {
        names.contains(&&*self.name) || self.fields.iter().any(|field| field.asks_for(names))
    }

    /// How many of a list are asked for, and whether from its end.
    pub(super) fn first(&self) -> (u64, bool) {
        self.part.map_or((0, false), |part| (part.each, part.is_last))
    }

    /// What it costs before it is answered: a point an object, a list as many as are asked for, ten
    /// a mutation. Lists within lists cost more than any number holds.
    pub(super) fn cost(&self) -> u64 {
        match self.kind {
            Kind::Value => 0,
            Kind::Object(_) => sum(self.fields.iter().map(Chosen::cost)).saturating_add(1),
            Kind::Connection(_) => self.cost_of_nodes(self.first().0),
            Kind::Payload(_) => sum(self.fields.iter().map(Chosen::cost)).saturating_add(10),
        }
    }

    /// What a list says of itself costs nothing; each of its nodes as one does.
    fn cost_of_nodes(&self, nodes: u64) -> u64 {
        let node = self.fields.iter().map(Chosen::cost_of_node).max().unwrap_or(0);
        nodes.saturating_mul(node).saturating_add(2)
    }

    fn cost_of_node(&self) -> u64 {
        match &*self.name {
            "nodes" => sum(self.fields.iter().map(Chosen::cost)).saturating_add(1),
            "edges" => sum(self.fields.iter().map(|f| f.cost().max(u64::from(f.name == "node")))),
            _ => 0,
        }
    }

    /// What it cost once it was answered: of a list only what there was.
    pub(super) fn costs(&self, answer: &Value) -> u64 {
        let Kind::Connection(_) = self.kind else { return self.cost() };
        let there = answer.get("nodes").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        self.cost_of_nodes(there.min(self.first().0))
    }

    /// The answer as it was asked for.
    pub(super) fn told(&self, answer: &Value) -> Value {
        let page = self.part.and_then(|part| cut(answer, &self.arguments, part));
        let answer = page.as_ref().unwrap_or(answer);
        match answer {
            Value::Array(all) => Value::Array(all.iter().map(|one| self.told(one)).collect()),
            Value::Object(_) if !self.fields.is_empty() => {
                let told = |field: &Chosen| {
                    let value = match &*field.name {
                        "__typename" => answer.get("__typename").cloned().unwrap_or_default(),
                        "quantities" => named(field, answer),
                        name => answer.get(name).map_or(Value::Null, |value| field.told(value)),
                    };
                    (field.key.clone(), value)
                };
                Value::Object(self.fields.iter().map(told).collect())
            }
            other => other.clone(),
        }
    }
}

fn sum(costs: impl Iterator<Item = u64>) -> u64 {
    costs.fold(0, u64::saturating_add)
}

/// The quantities whose names are asked for.
fn named(field: &Chosen, answer: &Value) -> Value {
    let names = field.argument("names").as_array().cloned().unwrap_or_default();
    let all = answer.get("quantities").and_then(Value::as_array).cloned().unwrap_or_default();
    let is = |quantity: &&Value| names.is_empty() || names.contains(&quantity["name"]);
    Value::Array(all.iter().filter(is).map(|quantity| field.told(quantity)).collect())
}

/// Reads selections of one operation.
pub(super) struct Reader<'d> {
    document: &'d ExecutableDocument,
    /// Each with how many bytes it comes to.
    variables: BTreeMap<String, (Value, usize)>,
    left: Cell<usize>,
    /// What variables may still come to where they are put in.
    spare: Cell<usize>,
}

impl<'d> Reader<'d> {
    /// With the variables that were sent, and the operation's own for those that were not.
    pub(super) fn new(
        document: &'d ExecutableDocument,
        operation: &OperationDefinition,
        sent: &Map<String, Value>,
    ) -> Result<Reader<'d>, Vec<Wrong>> {
        let mut variables = BTreeMap::new();
        let mut wrong = Vec::new();
        for defined in &operation.variable_definitions {
            let name = defined.node.name.node.as_str();
            let default = || {
                let default = defined.node.default_value.as_ref()?;
                default.node.clone().into_json().ok()
            };
            match sent.get(name).cloned().or_else(default) {
                Some(Value::Null) | None if !defined.node.var_type.node.nullable => {
                    let message = format!("Variable ${name} was provided invalid value");
                    wrong.push(Wrong::new(message, "INVALID_VARIABLE"));
                }
                Some(value) => {
                    let bytes = value.to_string().len();
                    variables.insert(name.to_owned(), (value, bytes));
                }
                None => {}
            }
        }
        let (left, spare) = (Cell::new(FIELDS_MAX), Cell::new(PUT_IN_MAX));
        let reader = Reader { document, variables, left, spare };
        if wrong.is_empty() { Ok(reader) } else { Err(wrong) }
    }

    /// The fields of a selection on a type of the schema; everything that is wrong with it at once.
    pub(super) fn chosen(&self, on: &str, set: &SelectionSet) -> Result<Vec<Chosen>, Vec<Wrong>> {
        let (mut chosen, mut wrong) = (Vec::new(), Vec::new());
        self.take(on, set, (&mut chosen, &mut wrong), 0);
        if wrong.is_empty() { Ok(chosen) } else { Err(wrong) }
    }

    fn take(
        &self,
        on: &str,
        set: &SelectionSet,
        (chosen, wrong): (&mut Vec<Chosen>, &mut Vec<Wrong>),
        depth: usize,
    ) {
        if depth > NESTED_MAX {
            wrong.push(Wrong::new("fragments are nested too deeply", "BAD_REQUEST"));
            return;
        }
        for selection in &set.items {
            let left = self.left.get();
            if left == 0 || wrong.len() > 20 {
                wrong.truncate(20);
                wrong.push(Wrong::new("too many fields are asked for", "BAD_REQUEST"));
                return;
            }
            self.left.set(left - 1);
            let selection = &selection.node;
            if self.is_left_out(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => match self.field(on, field, depth) {
                    Ok(field) => merge(chosen, field),
                    Err(more) => wrong.extend(more),
                },
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    let meant = fragment.type_condition.as_ref();
                    let meant = meant.is_none_or(|meant| is_a(on, meant.node.on.node.as_str()));
                    if meant {
                        let set = &fragment.selection_set.node;
                        self.take(on, set, (&mut *chosen, &mut *wrong), depth + 1);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else {
                        let message = format!("Fragment {name} was used, but not defined");
                        wrong.push(at(Wrong::new(message, "useAndDefineFragment"), spread.pos));
                        continue;
                    };
                    if is_a(on, fragment.node.type_condition.node.on.node.as_str()) {
                        let set = &fragment.node.selection_set.node;
                        self.take(on, set, (&mut *chosen, &mut *wrong), depth + 1);
                    }
                }
            }
        }
    }

    fn field(
        &self,
        on: &str,
        field: &Positioned<Field>,
        depth: usize,
    ) -> Result<Chosen, Vec<Wrong>> {
        let (pos, field) = (field.pos, &field.node);
        let name = field.name.node.as_str();
        let kind = kind_of(on, name).ok_or_else(|| {
            let message = format!("Field '{name}' doesn't exist on type '{on}'");
            let mut wrong = Wrong::new(message, "undefinedField");
            wrong.0["extensions"]["typeName"] = json!(on);
            wrong.0["extensions"]["fieldName"] = json!(name);
            vec![at(wrong, pos)]
        })?;
        let set = &field.selection_set.node;
        let fields = match kind.type_name() {
            Some(of) if !set.items.is_empty() => {
                let (mut chosen, mut wrong) = (Vec::new(), Vec::new());
                self.take(of, set, (&mut chosen, &mut wrong), depth + 1);
                if !wrong.is_empty() {
                    return Err(wrong);
                }
                chosen
            }
            None if set.items.is_empty() => vec![],
            has => {
                let must = if has.is_some() { "must" } else { "can't" };
                let message = format!("Field '{name}' on '{on}' {must} have selections");
                return Err(vec![at(Wrong::new(message, "selectionMismatch"), pos)]);
            }
        };
        let here = |wrong: Wrong| vec![at(wrong, pos)];
        let mut arguments = Map::new();
        for (name, value) in &field.arguments {
            let value = self.value(&value.node).map_err(here)?;
            if let Some(items) = longest(&value).filter(|items| *items > EACH_MAX) {
                return Err(here(Wrong::too_many(items, EACH_MAX)));
            }
            arguments.insert(name.node.to_string(), value);
        }
        let part = match kind {
            Kind::Connection(_) => Some(part(&arguments).map_err(here)?),
            Kind::Value | Kind::Object(_) | Kind::Payload(_) => None,
        };
        let kept = field.directives.iter().find(|d| d.node.name.node.as_str() == "idempotent");
        let idempotent = match kept.and_then(|d| d.node.arguments.first()) {
            Some((_, value)) => self.value(&value.node).map_err(here)?.as_str().map(str::to_owned),
            None => None,
        };
        let key = field.response_key().node.to_string();
        Ok(Chosen { key, name: name.to_owned(), arguments, idempotent, part, kind, fields })
    }

    /// A value as it was sent, variables put in.
    fn value(&self, value: &Written) -> Result<Value, Wrong> {
        let left = self.spare.get().checked_sub(self.put_in(value));
        let too_much = || Wrong::new("variables are put in too often", "BAD_REQUEST");
        self.spare.set(left.ok_or_else(too_much)?);
        let known = |name: Name| {
            let value = self.variables.get(name.as_str()).map(|(value, _)| value.clone());
            ConstValue::from_json(value.unwrap_or_default()).map_err(drop)
        };
        let value = value.clone().into_const_with(known);
        Ok(value.ok().and_then(|value| value.into_json().ok()).unwrap_or_default())
    }

    /// How many bytes of variables are put into a value.
    fn put_in(&self, value: &Written) -> usize {
        match value {
            Written::Variable(name) => {
                self.variables.get(name.as_str()).map_or(0, |(_, bytes)| *bytes)
            }
            Written::List(all) => all.iter().map(|one| self.put_in(one)).sum(),
            Written::Object(all) => all.values().map(|one| self.put_in(one)).sum(),
            _ => 0,
        }
    }

    /// `@skip(if: true)` or `@include(if: false)`.
    fn is_left_out(&self, directives: &[Positioned<Directive>]) -> bool {
        let is_true = |value: &Written| match value {
            Written::Variable(name) => {
                self.variables.get(name.as_str()).is_some_and(|(value, _)| *value == json!(true))
            }
            written => *written == Written::Boolean(true),
        };
        directives.iter().any(|directive| {
            let argument = directive.node.arguments.first();
            let says = argument.map(|(_, value)| is_true(&value.node));
            match directive.node.name.node.as_str() {
                "skip" => says == Some(true),
                "include" => says == Some(false),
                _ => false,
            }
        })
    }
}

/// Two fields of one name are one, with the selections of both.
fn merge(chosen: &mut Vec<Chosen>, field: Chosen) {
    match chosen.iter_mut().find(|known| known.key == field.key && known.name == field.name) {
        Some(known) => {
            for more in field.fields {
                merge(&mut known.fields, more);
            }
        }
        None => chosen.push(field),
    }
}

/// How many items the longest list within a value has; none: there is no list in it.
fn longest(value: &Value) -> Option<usize> {
    match value {
        Value::Array(all) => all.iter().filter_map(longest).chain([all.len()]).max(),
        Value::Object(all) => all.values().filter_map(longest).max(),
        _ => None,
    }
}

fn is_a(on: &str, meant: &str) -> bool {
    on == meant || meant == "Node"
}

fn at(mut wrong: Wrong, pos: Pos) -> Wrong {
    wrong.0["locations"] = json!([{ "line": pos.line, "column": pos.column }]);
    wrong
}
