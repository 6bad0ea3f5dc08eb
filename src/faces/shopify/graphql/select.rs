//! Owns selections: fields with their aliases, arguments, fragments and directives, held against
//! the schema. Must not know what a field means.

use async_graphql_parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql_parser::{Pos, Positioned};
use async_graphql_value::{ConstValue, Name, Value as Written};
use serde_json::{Map, Value, json};

use super::Wrong;
use super::schema::{Kind, kind_of};

/// Most fields of one request, fragments spread out: they may be spread more than once.
const FIELDS_MAX: usize = 2_000;
/// The most that a list may be asked for.
const FIRST_MAX: u64 = 250;

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
    kind: Kind,
    fields: Vec<Chosen>,
}

impl Chosen {
    /// An argument.
    pub(super) fn argument(&self, name: &str) -> &Value {
        self.arguments.get(name).unwrap_or(&Value::Null)
    }

    /// How many of a list are asked for, and whether from its end.
    pub(super) fn first(&self) -> (u64, bool) {
        let number = |name: &str| self.argument(name).as_u64();
        match (number("first"), number("last")) {
            (None, Some(last)) => (last.min(FIRST_MAX), true),
            (first, _) => (first.unwrap_or(0).min(FIRST_MAX), false),
        }
    }

    /// What it costs before it is answered: a point an object, a list as many as are asked for, ten
    /// a mutation.
    pub(super) fn cost(&self) -> u64 {
        let within: u64 = self.fields.iter().map(Chosen::cost).sum();
        match self.kind {
            Kind::Value => 0,
            Kind::Object(_) => 1 + within,
            Kind::Connection(_) => {
                // What a list says of itself costs nothing; each of its nodes as one does.
                let node: u64 = self.fields.iter().map(Chosen::cost_of_node).max().unwrap_or(0);
                2 + self.first().0 * node
            }
            Kind::Payload(_) => 10 + within,
        }
    }

    fn cost_of_node(&self) -> u64 {
        match &*self.name {
            "nodes" => 1 + self.fields.iter().map(Chosen::cost).sum::<u64>(),
            "edges" => self.fields.iter().map(|f| f.cost().max(u64::from(f.name == "node"))).sum(),
            _ => 0,
        }
    }

    /// What it cost once it was answered: of a list only what there was.
    pub(super) fn costs(&self, answer: &Value) -> u64 {
        let Kind::Connection(_) = self.kind else { return self.cost() };
        let there = answer.get("nodes").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        let node: u64 = self.fields.iter().map(Chosen::cost_of_node).max().unwrap_or(0);
        2 + there * node
    }

    /// The answer as it was asked for.
    pub(super) fn told(&self, answer: &Value) -> Value {
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
    variables: Map<String, Value>,
    left: std::cell::Cell<usize>,
}

impl<'d> Reader<'d> {
    /// With the variables that were sent, and the operation's own for those that were not.
    pub(super) fn new(
        document: &'d ExecutableDocument,
        operation: &OperationDefinition,
        sent: &Map<String, Value>,
    ) -> Result<Reader<'d>, Vec<Wrong>> {
        let mut variables = Map::new();
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
                    variables.insert(name.to_owned(), value);
                }
                None => {}
            }
        }
        let reader = Reader { document, variables, left: std::cell::Cell::new(FIELDS_MAX) };
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
        if depth > super::NESTED_MAX {
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
        let mut arguments = Map::new();
        for (name, value) in &field.arguments {
            arguments.insert(name.node.to_string(), self.value(&value.node));
        }
        let kept = field.directives.iter().find(|d| d.node.name.node.as_str() == "idempotent");
        let key = kept.and_then(|d| d.node.arguments.first());
        let idempotent =
            key.and_then(|(_, value)| self.value(&value.node).as_str().map(str::to_owned));
        let key = field.response_key().node.to_string();
        Ok(Chosen { key, name: name.to_owned(), arguments, idempotent, kind, fields })
    }

    fn value(&self, value: &Written) -> Value {
        let known = |name: Name| {
            let value = self.variables.get(name.as_str()).cloned().unwrap_or_default();
            ConstValue::from_json(value).map_err(drop)
        };
        let value = value.clone().into_const_with(known);
        value.ok().and_then(|value| value.into_json().ok()).unwrap_or_default()
    }

    /// `@skip(if: true)` or `@include(if: false)`.
    fn is_left_out(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().any(|directive| {
            let argument = directive.node.arguments.first();
            let says = argument.map(|(_, value)| self.value(&value.node) == json!(true));
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

fn is_a(on: &str, meant: &str) -> bool {
    on == meant || meant == "Node"
}

fn at(mut wrong: Wrong, pos: Pos) -> Wrong {
    wrong.0["locations"] = json!([{ "line": pos.line, "column": pos.column }]);
    wrong
}
