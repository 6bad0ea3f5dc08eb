//! Owns which fields the GraphQL of this face has, by type. Must not know what they mean.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A value, which has no fields.
    Value,
    /// An object of a type, or a list of some.
    Object(&'static str),
    /// A list in pages.
    Connection(&'static str),
    /// What a mutation answers.
    Payload(&'static str),
}

impl Kind {
    /// The type of what it holds.
    pub(super) fn type_name(self) -> Option<&'static str> {
        match self {
            Kind::Value => None,
            Kind::Object(name) | Kind::Connection(name) | Kind::Payload(name) => Some(name),
        }
    }
}

/// Types, each with its fields: `name` holds a value, `name:Type` an object, `name@Type` a list in
/// pages, `name!Type` what a mutation answers.
const TYPES: &[(&str, &str)] = &[
    (
        "QueryRoot",
        "shop:Shop product:Product products@ProductConnection productVariant:ProductVariant \
         productVariants@ProductVariantConnection inventoryItem:InventoryItem \
         inventoryItems@InventoryItemConnection inventoryLevel:InventoryLevel order:Order \
         orders@OrderConnection location:Location locations@LocationConnection job:Job \
         webhookSubscriptions@WebhookSubscriptionConnection",
    ),
    (
        "Mutation",
        "inventorySetQuantities!InventorySetQuantitiesPayload \
         inventoryAdjustQuantities!InventoryAdjustQuantitiesPayload \
         productVariantsBulkUpdate!ProductVariantsBulkUpdatePayload \
         orderCreate!OrderCreatePayload orderMarkAsPaid!OrderMarkAsPaidPayload \
         orderCancel!OrderCancelPayload \
         webhookSubscriptionCreate!WebhookSubscriptionCreatePayload \
         webhookSubscriptionDelete!WebhookSubscriptionDeletePayload",
    ),
    ("Shop", "id name myshopifyDomain currencyCode ianaTimezone"),
    (
        "Product",
        "id legacyResourceId title handle status createdAt updatedAt totalInventory \
         variants@ProductVariantConnection",
    ),
    (
        "ProductVariant",
        "id legacyResourceId title displayName sku price compareAtPrice inventoryQuantity \
         inventoryPolicy availableForSale createdAt updatedAt inventoryItem:InventoryItem \
         product:Product",
    ),
    (
        "InventoryItem",
        "id legacyResourceId sku tracked createdAt updatedAt inventoryLevel:InventoryLevel \
         inventoryLevels@InventoryLevelConnection variant:ProductVariant",
    ),
    (
        "InventoryLevel",
        "id createdAt updatedAt quantities:InventoryQuantity location:Location item:InventoryItem",
    ),
    ("InventoryQuantity", "id name quantity updatedAt"),
    ("Location", "id legacyResourceId name isActive"),
    (
        "Order",
        "id legacyResourceId name number createdAt processedAt updatedAt cancelledAt cancelReason \
         closed confirmed test email currencyCode sourceName sourceIdentifier \
         displayFinancialStatus \
         displayFulfillmentStatus totalPriceSet:MoneyBag currentTotalPriceSet:MoneyBag \
         subtotalPriceSet:MoneyBag lineItems@LineItemConnection",
    ),
    (
        "LineItem",
        "id title name sku quantity currentQuantity originalUnitPriceSet:MoneyBag \
         variant:ProductVariant product:Product",
    ),
    ("MoneyBag", "shopMoney:MoneyV2 presentmentMoney:MoneyV2"),
    ("MoneyV2", "amount currencyCode"),
    ("Job", "id done"),
    ("WebhookSubscription", "id legacyResourceId topic uri callbackUrl format createdAt"),
    ("UserError", "field message code"),
    ("PageInfo", "hasNextPage hasPreviousPage startCursor endCursor"),
    (
        "InventorySetQuantitiesPayload",
        "inventoryAdjustmentGroup:InventoryAdjustmentGroup userErrors:UserError",
    ),
    (
        "InventoryAdjustQuantitiesPayload",
        "inventoryAdjustmentGroup:InventoryAdjustmentGroup userErrors:UserError",
    ),
    (
        "InventoryAdjustmentGroup",
        "id createdAt reason referenceDocumentUri changes:InventoryChange",
    ),
    ("InventoryChange", "name delta quantityAfterChange item:InventoryItem location:Location"),
    (
        "ProductVariantsBulkUpdatePayload",
        "product:Product productVariants:ProductVariant userErrors:UserError",
    ),
    ("OrderCreatePayload", "order:Order userErrors:UserError"),
    ("OrderMarkAsPaidPayload", "order:Order userErrors:UserError"),
    ("OrderCancelPayload", "job:Job orderCancelUserErrors:UserError userErrors:UserError"),
    (
        "WebhookSubscriptionCreatePayload",
        "webhookSubscription:WebhookSubscription userErrors:UserError",
    ),
    ("WebhookSubscriptionDeletePayload", "deletedWebhookSubscriptionId userErrors:UserError"),
];

/// Pages of each type.
const PAGES: &[(&str, &str, &str)] = &[
    ("ProductConnection", "ProductEdge", "Product"),
    ("ProductVariantConnection", "ProductVariantEdge", "ProductVariant"),
    ("InventoryItemConnection", "InventoryItemEdge", "InventoryItem"),
    ("InventoryLevelConnection", "InventoryLevelEdge", "InventoryLevel"),
    ("LocationConnection", "LocationEdge", "Location"),
    ("OrderConnection", "OrderEdge", "Order"),
    ("LineItemConnection", "LineItemEdge", "LineItem"),
    ("WebhookSubscriptionConnection", "WebhookSubscriptionEdge", "WebhookSubscription"),
];

/// What a field of a type holds; none: it has no such field.
pub(super) fn kind_of(on: &str, field: &str) -> Option<Kind> {
    if field == "__typename" {
        return Some(Kind::Value);
    }
    if let Some((_, edge, node)) = PAGES.iter().find(|(page, ..)| *page == on) {
        return match field {
            "nodes" => Some(Kind::Object(node)),
            "edges" => Some(Kind::Object(edge)),
            "pageInfo" => Some(Kind::Object("PageInfo")),
            _ => None,
        };
    }
    if let Some((.., node)) = PAGES.iter().find(|(_, edge, _)| *edge == on) {
        return match field {
            "node" => Some(Kind::Object(node)),
            "cursor" => Some(Kind::Value),
            _ => None,
        };
    }
    let (_, fields) = TYPES.iter().find(|(name, _)| *name == on)?;
    fields.split_whitespace().find_map(|known| {
        let end = known.find([':', '@', '!']).unwrap_or(known.len());
        if &known[..end] != field {
            return None;
        }
        let of = known.get(end + 1..).unwrap_or("");
        Some(match known.as_bytes().get(end) {
            Some(b':') => Kind::Object(of),
            Some(b'@') => Kind::Connection(of),
            Some(b'!') => Kind::Payload(of),
            _ => Kind::Value,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type that a field leads to is there, so that nothing can be chosen that nobody knows.
    #[test]
    fn every_type_that_is_named_is_known() {
        let known = |name: &str| {
            TYPES.iter().any(|(known, _)| *known == name)
                || PAGES.iter().any(|(page, edge, _)| *page == name || *edge == name)
        };
        for (on, fields) in TYPES {
            for field in fields.split_whitespace() {
                let name = field.split([':', '@', '!']).next().unwrap_or("");
                let kind = kind_of(on, name).unwrap();
                assert!(kind.type_name().is_none_or(known), "{on}.{field}");
            }
        }
        assert!(PAGES.iter().all(|(.., node)| known(node)));
        assert_eq!(kind_of("Product", "colour"), None);
        assert_eq!(kind_of("OrderEdge", "node"), Some(Kind::Object("Order")));
    }
}
