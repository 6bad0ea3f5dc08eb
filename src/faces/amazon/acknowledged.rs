//! Owns orders that are cancelled by feed: `POST_ORDER_ACKNOWLEDGEMENT_DATA`, in XML, and what
//! became of each message. Must not know documents, nor when a feed is due.
//!
//! No REST call of the platform cancels an order that the seller ships himself.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use roxmltree::{Document, Node, ParsingOptions};

use super::orders::{items, place};
use super::told;
use crate::commerce::inside::{Inside, InsideReply};
use crate::faces::{Shop, asking};
use crate::history::fact::Release;

/// Elements, attributes and texts of one document: far above what its messages need.
const NODES_MAX: u32 = 400_000;
/// Reasons that are the customer's, of those that the platform lists.
const CUSTOMERS: [&str; 3] = ["BuyerCanceled", "CustomerExchange", "CustomerReturn"];
/// The others.
const SELLERS: [&str; 7] = [
    "NoInventory",
    "ShippingAddressUndeliverable",
    "GeneralAdjustment",
    "CarrierCreditDecision",
    "RiskAssessmentInformationNotValid",
    "CarrierCoverageFailure",
    "MerchandiseNotReceived",
];

/// How many messages there are, and what was wrong with which; or why none was read.
pub(super) fn acknowledge_all(
    content: &[u8],
    most: usize,
    shop: &mut dyn Shop,
) -> Result<(usize, Vec<(u64, String)>), String> {
    let text = std::str::from_utf8(content).map_err(|_| "it is no text in UTF-8".to_owned())?;
    // Without a DTD there are no entities that stand for more than a letter.
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..Default::default() };
    let read = Document::parse_with_options(text, options).map_err(|why| why.to_string())?;
    let envelope = read.root_element();
    if text_of(envelope, "MessageType") != "OrderAcknowledgement" {
        return Err("MessageType: expected OrderAcknowledgement".to_owned());
    }
    let messages: Vec<_> = children(envelope, "Message").collect();
    if messages.len() > most {
        return Err(format!("it has more than {most} messages"));
    }
    let mut wrong = Vec::new();
    for message in &messages {
        let id: u64 = text_of(*message, "MessageID").parse().unwrap_or(0);
        if let Err(why) = acknowledge(*message, shop) {
            wrong.push((id, why));
        }
    }
    Ok((messages.len(), wrong))
}

/// One message: an order that is acknowledged, or cancelled whole.
fn acknowledge(message: Node<'_, '_>, shop: &mut dyn Shop) -> Result<(), String> {
    let order = children(message, "OrderAcknowledgement").next();
    let order = order.ok_or("OrderAcknowledgement is missing")?;
    let id = text_of(order, "AmazonOrderID");
    let number = place(id).ok_or_else(|| format!("there is no order {}", told(id)))?;
    match text_of(order, "StatusCode") {
        "Success" => return Ok(()),
        "Failure" => {}
        _ => return Err("StatusCode: expected Success or Failure".to_owned()),
    }
    let known = asking::order(shop, number);
    let known = known.ok_or_else(|| format!("there is no order {}", told(id)))?;
    let named: BTreeSet<&str> =
        children(order, "Item").map(|item| text_of(item, "AmazonOrderItemCode")).collect();
    let all = items(&known);
    if !named.is_empty() && !all.iter().all(|item| named.contains(&**item)) {
        return Err("a line cancelled by itself: not in this mock; docs/dialects.md says what is"
            .to_owned());
    }
    if let Some(other) = named.iter().find(|one| !all.iter().any(|item| item == *one)) {
        return Err(format!("AmazonOrderItemCode: {} is none of the order's", told(other)));
    }
    let (why, restocks) = (reason(order)?, false);
    match shop.inside(Inside::Cancel { number, why, restocks }) {
        InsideReply::Cancelled => Ok(()),
        InsideReply::Refused { why } => Err(why),
        _ => Err("the order could not be cancelled now; send it again".to_owned()),
    }
}

/// Why an order is cancelled: as its first item says, or the order itself.
fn reason(order: Node<'_, '_>) -> Result<Release, String> {
    let item = children(order, "Item").next().map_or("", |item| text_of(item, "CancelReason"));
    let said = if item.is_empty() { text_of(order, "CancelReason") } else { item };
    match said {
        reason if CUSTOMERS.contains(&reason) => Ok(Release::Customer),
        reason if SELLERS.contains(&reason) => Ok(Release::Stock),
        _ => Err("CancelReason: expected a reason such as NoInventory".to_owned()),
    }
}

fn children<'a, 'i: 'a>(
    of: Node<'a, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    of.children().filter(move |child| child.tag_name().name() == name)
}

fn text_of<'a>(of: Node<'a, '_>, name: &'static str) -> &'a str {
    let child = of.children().find(|child| child.tag_name().name() == name);
    child.and_then(|child| child.text()).unwrap_or("").trim()
}

/// What the platform says of a feed when it is over.
pub(super) fn report(
    (seller, feed): (&str, &str),
    count: usize,
    wrong: &[(u64, String)],
) -> String {
    let (bad, fine) = (wrong.len(), count.saturating_sub(wrong.len()));
    let mut results = String::new();
    for (id, why) in wrong {
        let _ = write!(
            results,
            "<Result><MessageID>{id}</MessageID><ResultCode>Error</ResultCode>\
             <ResultMessageCode>25</ResultMessageCode>\
             <ResultDescription>{}</ResultDescription></Result>",
            escaped(why)
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AmazonEnvelope><Header>\
         <DocumentVersion>1.02</DocumentVersion>\
         <MerchantIdentifier>{seller}</MerchantIdentifier></Header>\
         <MessageType>ProcessingReport</MessageType><Message><MessageID>1</MessageID>\
         <ProcessingReport><DocumentTransactionID>{feed}</DocumentTransactionID>\
         <StatusCode>Complete</StatusCode><ProcessingSummary>\
         <MessagesProcessed>{count}</MessagesProcessed>\
         <MessagesSuccessful>{fine}</MessagesSuccessful>\
         <MessagesWithError>{bad}</MessagesWithError>\
         <MessagesWithWarning>0</MessagesWithWarning></ProcessingSummary>{results}\
         </ProcessingReport></Message></AmazonEnvelope>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
