//! Owns reading a profile: groups of keys in, a profile out, or everything that is wrong with it.
//! Must not know what is done with one.

mod body;
mod parts;
mod rules;
mod steps;

use super::model::{Auth, MoneyAs, Procedure, Profile, Step};
use super::names::{Names, Pen, Scope};
use super::operation::ProfileOperation;
use super::template::{Slot, Written};
use crate::language::map::{Map, entries};
use crate::language::problem::{Reading, Wrong, nearest};
use crate::language::scalar::{choice, words};
use crate::language::tree::{Entry, Node};

/// Names that are known everywhere.
const EVERYWHERE: [&str; 5] =
    ["key", "now", "now as seconds", "now as milliseconds", "now as plain"];

const MONEY: &[(&str, MoneyAs)] = &[("decimal", MoneyAs::Decimal), ("minor", MoneyAs::Minor)];

/// Our words for why an order is cancelled.
pub(super) const REASONS: [&str; 4] = ["no stock", "customer", "fraud", "other"];
/// Our words for how an order stands.
pub(super) const STATES: [&str; 6] =
    ["waiting", "unpaid", "paid", "shipped", "cancelled", "refunded"];

/// What a conversation fills in by itself has its slot, whether or not it is written.
fn slots_of_its_own(names: &mut Names) {
    let own = ProfileOperation::ALL.iter().flat_map(|operation| {
        let (of_items, others) = operation.arguments();
        of_items.iter().chain(others)
    });
    let more = ["cursor", "page", "offset", "token", "token lasts", "quantity", "price", "state"];
    for name in own.chain(&EVERYWHERE).chain(&more) {
        names.slot(name);
    }
}

/// The profile that a tree says.
pub(super) fn profile(root: &Node, text: &str, r: &Reading) -> Option<Profile> {
    let map = Map::open(root, "profile", r)?;
    let mut names = Names::default();
    let title = map.required("profile", words);
    let face = map.or("face", None, |node, r| words(node, r).map(Some));
    let settings = map.or("settings", vec![], |node, r| parts::settings(node, &mut names, r));
    let settings = settings.unwrap_or_default();
    let mut scope = Scope::default().and(&EVERYWHERE);
    for setting in &settings {
        scope.learn(&setting.name);
    }
    let mut pen = Pen { r, names: &mut names, scope };
    let base = map.required("base", |node, _| pen.template(node, Written::Plain));
    let headers = map
        .or("headers", vec![], |node, _| body::pairs(node, "headers", &mut pen, Written::Header));
    let auth = map.or("auth", Auth::None, |node, _| parts::auth(node, &mut pen, &settings, text));
    let reasons = map.or("reasons", vec![], parts::reasons);
    let states = map.or("states", vec![], parts::states);
    let money = map.or("money", MoneyAs::Decimal, choice(MONEY));
    let outcomes = map.required("outcomes", |node, r| rules::outcomes(node, text, r));
    let common = pen.scope.clone();
    let ids = map.or("ids", None, |node, _| ids(node, &mut pen, text).map(Some));
    let has_reasons = map.has("reasons");
    let operations = map
        .required("operations", |node, _| operations(node, (&mut pen, &common), text, has_reasons));
    let webhooks = map.or("webhooks", None, |node, _| {
        pen.scope = common.clone();
        parts::webhooks(node, &mut pen).map(Some)
    });
    let limits = map.or("limits", vec![], |node, r| parts::limits(node, text, r));
    drop(map);
    if names.0.len() > super::names::NAMES_MAX {
        r.wrong(&root.at, Wrong::new(format!("more than {} names", super::names::NAMES_MAX)));
        return None;
    }
    let uses_time = names.0.iter().any(|name| name.starts_with("now"));
    slots_of_its_own(&mut names);
    Some(Profile {
        title: title?,
        face: face?,
        settings,
        names: names.0,
        uses_time,
        base: base?,
        headers: headers?,
        auth: auth?,
        ids: ids?,
        operations: operations?,
        outcomes: outcomes?,
        limits: limits?,
        money: money?,
        reasons: reasons?,
        states: states?,
        webhooks: webhooks?,
    })
}

/// How the ids of a SKU are found: what is given is known as `id.…` to every operation.
fn ids(node: &Node, pen: &mut Pen<'_>, text: &str) -> Option<Procedure> {
    let common = pen.scope.clone();
    pen.scope = common.and(&["sku"]);
    let procedure = steps::procedure(node, "ids", pen, text);
    pen.scope = common;
    let procedure = procedure?;
    let gives = procedure.steps.iter().flat_map(|step| &step.gives);
    let found: Vec<String> =
        gives.map(|(slot, _)| format!("id.{}", pen.names.0[usize::from(slot.0)])).collect();
    if found.is_empty() {
        let wrong =
            Wrong::new("ids that nothing finds").expected("`gives`, such as { product: $.id }");
        pen.r.wrong(&node.at, wrong);
    }
    // Their slots are there before an operation asks for them.
    for name in &found {
        pen.names.slot(name);
    }
    Some(procedure)
}

fn operations(
    node: &Node,
    (pen, common): (&mut Pen<'_>, &Scope),
    text: &str,
    has_reasons: bool,
) -> Option<Vec<(ProfileOperation, Procedure)>> {
    let mut all = Vec::new();
    let mut sound = true;
    let listed = entries(node, "operations", pen.r)?;
    for entry in listed {
        match operation(entry, (pen, common), text, has_reasons) {
            Some(one) => all.push(one),
            None => sound = false,
        }
    }
    if listed.is_empty() {
        let wrong = Wrong::new("no operation").expected("one at least, such as `set stock`");
        pen.r.wrong(&node.at, wrong);
        return None;
    }
    sound.then_some(all)
}

fn operation(
    entry: &Entry,
    (pen, common): (&mut Pen<'_>, &Scope),
    text: &str,
    has_reasons: bool,
) -> Option<(ProfileOperation, Procedure)> {
    let key = entry.key.replace('_', " ");
    let Some(operation) = ProfileOperation::ALL.into_iter().find(|one| one.name() == key) else {
        let names = ProfileOperation::ALL.map(ProfileOperation::name);
        let wrong = Wrong::new(format!("no operation is called `{}`", entry.key));
        let wrong = match nearest(&entry.key, names) {
            Some(near) => wrong.hint(format!("did you mean `{near}`?")),
            None => wrong.expected(format!("one of {}", crate::language::map::list_of(&names))),
        };
        pen.r.wrong(&entry.key_at, wrong);
        return None;
    };
    let (of_items, others) = operation.arguments();
    pen.scope = common.and(of_items).and(others);
    if !of_items.is_empty() {
        let ids: Vec<String> =
            pen.names.0.iter().filter(|name| name.starts_with("id.")).cloned().collect();
        for name in &ids {
            pen.scope.learn(name);
        }
    }
    let procedure = steps::procedure(&entry.node, "operation", pen, text)?;
    check(entry, operation, &procedure, (pen, has_reasons));
    Some((operation, procedure))
}

/// What an operation must find out, and what it may say.
fn check(
    entry: &Entry,
    operation: ProfileOperation,
    procedure: &Procedure,
    (pen, has_reasons): (&Pen<'_>, bool),
) {
    let named = |slot: &Slot| pen.names.0[usize::from(slot.0)].as_str();
    let lists = operation == ProfileOperation::ListOrders;
    let found: Vec<&str> = procedure
        .steps
        .iter()
        .flat_map(|step| match (&step.each, lists) {
            (Some(each), true) => &each.gives,
            (None, true) => &[][..],
            (_, false) => &step.gives,
        })
        .map(|(slot, _)| named(slot))
        .collect();
    if let Some(wanted) = operation.must_give().filter(|wanted| !found.contains(wanted)) {
        let wrong = Wrong::new(format!("`{operation}` finds no `{wanted}`"));
        let hint = if lists {
            "add it to `each`, for example \
             `each: { among: \"$.orders[*]\", gives: { order: $.id } }`"
        } else {
            "add it to a step, for example `gives: { order: $.id }`"
        };
        pen.r.wrong(&entry.key_at, wrong.hint(hint));
    }
    let writes = |name: &str| {
        let slot = pen.names.0.iter().position(|known| known == name);
        slot.is_some_and(|at| {
            procedure.steps.iter().flat_map(Step::slots).any(|slot| usize::from(slot.0) == at)
        })
    };
    let stands_alone = |what: &str| {
        let wrong = Wrong::new(format!("`{operation}` sends no {what}"));
        let expected = "{quantity}, or {change} where the platform wants the difference";
        let wrong = if what == "quantity" { wrong.expected(expected) } else { wrong };
        pen.r.wrong(&entry.key_at, wrong);
    };
    match operation {
        ProfileOperation::SetStock if !writes("quantity") && !writes("change") => {
            stands_alone("quantity");
        }
        ProfileOperation::SetPrice if !writes("price") => stands_alone("price"),
        ProfileOperation::ReadOrder
        | ProfileOperation::AcceptOrder
        | ProfileOperation::ShipOrder
        | ProfileOperation::CancelOrder
            if !writes("order") =>
        {
            stands_alone("order");
        }
        _ => {}
    }
    if operation == ProfileOperation::CancelOrder && writes("reason") && !has_reasons {
        let wrong = Wrong::new("`reason` is sent, and nothing says how the platform writes one");
        let hint = "add `reasons: { no stock: INVENTORY, customer: CUSTOMER, … }` to the profile";
        pen.r.wrong(&entry.key_at, wrong.hint(hint));
    }
}
