//! Exports of shops and marketplaces in their layouts, with invented values.

use super::{Asked, check, prices, refused};

pub(super) const SHOPIFY: &str = "\
Name,Email,Financial Status,Created at,Cancelled at,Source,Lineitem sku,Lineitem name,Lineitem qu\
    antity,Lineitem price,Currency
#7,a@x.example,paid,2025-11-28 09:00:00 +0100,,web,LAMP,Lamp,2,40.00,EUR
#7,a@x.example,,,,,BULB,Bulb,3,5.00,
#8,b@x.example,refunded,2025-11-28 09:10:00 +0100,2025-11-28 09:25:00 +0100,web,LAMP,Lamp,1,40.00\
    ,EUR
#9,c@x.example,voided,2025-11-28 09:11:00 +0100,,pos,LAMP,Lamp,1,40.00,EUR
#10,d@x.example,paid,2025-11-28 09:12:00 +0100,,pos,,Gift card - 50 EUR,1,50.00,EUR
#10,,,,,,,Hand-made bowl,1,30.00,
#11,e@x.example,partially_refunded,2025-11-28 09:13:00 +0100,,web,BULB,Bulb,1,5.00,EUR
";

#[test]
fn a_shopify_export_as_it_is() {
    let said = Asked { currency: Some("EUR"), ..Asked::default() };
    let log = check(
        SHOPIFY,
        &said,
        &[
            "+0s web LAMP×2 BULB×3",
            "+600s web LAMP×1 cancelled after 900 s",
            "+720s pos Hand-made bowl×1",
            "+780s web BULB×1",
        ],
    );
    assert_eq!((log.format, log.rows, log.unreadable), ("shopify", 7, 0));
    assert!(log.notes.contains("1 row in the state `voided`"), "{}", log.notes);
    assert!(log.notes.contains("no goods (gift card)"), "{}", log.notes);
    // The same rows without names: what has no SKU is counted apart.
    let said = Asked { currency: Some("USD"), ..Asked::default() };
    refused(SHOPIFY, &said, &["`EUR`", "USD", "currency:"]);
}

#[test]
fn woocommerce_in_its_layouts() {
    let rows = "order_number,order_date,status,item_sku,item_quantity,item_total\n\
        70,2025-11-28 09:00:00,completed,LAMP,4,100.00\n\
        71,2025-11-28 09:01:00,wc-pending,LAMP,2,50.00\n\
        72,2025-11-28 09:02:00,processing,BULB,3,10.00\n";
    check(rows, &Asked::default(), &["+0s LAMP×4", "+120s BULB×3"]);
    let unit = [("LAMP".to_owned(), 2_500), ("BULB".to_owned(), 333)];
    assert_eq!(prices(rows, &Asked::default()), unit);
    let cell = "order_id,order_number,order_date,status,line_items\n\
        1,70,2025-11-28 09:00:00,completed,\"id:1|name:Lamp|sku:LAMP|quantity:4|total:100.00;id:2\
        |name:Bulb|sku:BULB|quantity:3|total:10.00\"\n\
        2,71,2025-11-28 09:02:00,cancelled,\"id:3|name:Lamp|sku:LAMP|quantity:1|total:25.00\"\n";
    check(cell, &Asked::default(), &["+0s LAMP×4 BULB×3"]);
    assert_eq!(prices(cell, &Asked::default()), unit);
    let columns = "order_number,order_date,status,line_item_1,line_item_2\n\
        70,2025-11-28 09:00:00,completed,name:Lamp|sku:LAMP|quantity:4|total:100.00,name:Bulb|sku\
        :BULB|quantity:3|total:10.00\n\
        71,2025-11-28 09:02:00,completed,name:Lamp|sku:LAMP|quantity:1|total:25.00,\n";
    check(columns, &Asked::default(), &["+0s LAMP×4 BULB×3", "+120s LAMP×1"]);
    let analytics = "Date,Order #,N. Revenue (formatted),Status,Customer,Product(s),Items sold\n\
        2025-11-28 09:00:00,70,$5.00,completed,Ann,\"4× Lamp, brass, 3× Bulb\",7\n";
    check(analytics, &Asked::default(), &["+0s Lamp, brass×4 Bulb×3"]);
    let unknown = rows.replace("processing", "laid-away");
    refused(&unknown, &Asked::default(), &["laid away", "states: { \"laid away\": sale }"]);
}

#[test]
fn marketplaces_in_their_layouts() {
    let orders = "order-id\torder-item-id\tpurchase-date\tbuyer-email\tsku\tproduct-name\tquantit\
    y-purchased\tcurrency\titem-price\tsales-channel\n\
        701\t1\t2025-11-28T09:00:00+00:00\ta@x\tLAMP\t12\" \"Best\" lamp\t2\tUSD\t80.00\tAmazon.c\
        om\n\
        701\t2\t2025-11-28T09:00:00+00:00\ta@x\tBULB\tBulb\t1\tUSD\t5.00\tAmazon.com\n";
    let log = check(orders, &Asked::default(), &["+0s Amazon.com LAMP×2 BULB×1"]);
    assert_eq!(log.format, "amazon-orders");
    assert_eq!(prices(orders, &Asked::default())[0].1, 4_000);
    let all = "amazon-order-id\tmerchant-order-id\tpurchase-date\torder-status\tsales-channel\tpr\
    oduct-name\tsku\titem-status\tquantity\tcurrency\titem-price\n\
        701\t\t2025-11-28T09:00:00+00:00\tShipped\tAmazon.com\tLamp\tLAMP\tShipped\t2\tUSD\t80.00\n\
        701\t\t2025-11-28T09:00:00+00:00\tShipped\tAmazon.com\tBulb\tBULB\tCancelled\t0\tUSD\t\n\
        702\t\t2025-11-28T09:10:00+00:00\tPending\tAmazon.com\tBulb\tBULB\tUnshipped\t1\t\t\n";
    let log = check(all, &Asked::default(), &["+0s Amazon.com LAMP×2"]);
    assert_eq!((log.format, log.unreadable), ("amazon-all-orders", 0), "{}", log.notes);
    let ebay = "\n\n\"Sales Record Number\",\"Order Number\",\"Buyer Username\",\"Item Number\"\
    ,\"Item Title\",\"Custom Label\",\"Quantity\",\"Sold For\",\"Sale Date\"\n\n\
        1,21-1,ann,,,,3,$85.00,Nov-28-25\n1,21-1,ann,900,Lamp,LAMP,2,$40.00,Nov-28-25\n1,21-1,ann\
        ,901,Bulb,BULB,1,$5.00,Nov-28-25\n\
        2,21-2,bob,900,Lamp,LAMP,1,$40.00,Nov-29-25\n\n4,record(s) downloaded,\"from Nov-01-2\
        5\"\nSeller ID : lamps\n";
    let log = check(ebay, &Asked::default(), &["+0s LAMP×2 BULB×1", "+86400s LAMP×1"]);
    assert_eq!((log.format, log.unreadable), ("ebay", 0), "{}", log.notes);
    let etsy = "Sale Date,Item Name,Buyer,Quantity,Price,Item Total,Currency,Transaction ID,Listi\
    ng ID,Date Paid,Order ID,Variations,SKU\n\
        11/05/25,Lamp,ann,2,40.00,80.00,USD,1,9,11/05/25,31,Color:Red,\n11/05/25,Bulb,ann,1,5.00,\
        5.00,USD,2,8,11/05/25,31,,BULB\n";
    let log = check(etsy, &Asked::default(), &["+0s Lamp (Color:Red)×2 BULB×1"]);
    assert_eq!(log.format, "etsy");
}

#[test]
fn other_exports_in_their_layouts() {
    let magento = "increment_id,created_at,status,store_name,item_id,parent_item_id,sku,name,qty_\
    ordered,price\n\
        000000071,2025-11-28 09:00:00,complete,\"Main\nDefault\",1,,LAMP-RED,Lamp,2.0000,40.0000\n\
        000000071,2025-11-28 09:00:00,complete,\"Main\nDefault\",2,1,LAMP-RED,Lamp red,2.0000,0.0\
        000\n\
        000000072,2025-11-28 09:01:00,holded,\"Main\nDefault\",3,,LAMP-RED,Lamp,1.0000,40.0000\n";
    let log = check(magento, &Asked::default(), &["+0s Main Default LAMP-RED×2"]);
    assert_eq!(log.format, "magento");
    refused(
        "ID,Purchase Point,Purchase Date,Bill-to Name,Grand Total (Base),Status\n1,Main,\"Nov 28\
        , 2025 9:00:00 AM\",Ann,85.00,Complete\n",
        &Asked::default(),
        &["Magento order export", "qty_ordered"],
    );
    let olist = "order_id,customer_id,order_status,order_purchase_timestamp,order_item_id,product\
    _id,price\n\
        e1,c1,delivered,2017-10-02 10:56:33,1,p1,29.99\ne1,c1,delivered,2017-10-02 10:56:33,2,p1,\
        29.99\n\
        e2,c2,unavailable,2017-10-02 11:00:00,1,p2,9.00\n";
    check(olist, &Asked::default(), &["+0s p1×2"]);
    refused(
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price\ne1,1,p1,s,2017-10\
        -09,29.99\n",
        &Asked::default(),
        &["olist_orders_dataset"],
    );
    let retail = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Count\
    ry\n\
        536365,85123A,Holder,6,12/1/2010 8:26,2.55,17850,United Kingdom\n\
        536366,POST,Postage,1,12/1/2010 8:27,18.00,17850,France\n\
        536367,22633,Damaged,-3,12/1/2010 8:28,0,,United Kingdom\n\
        C536365,85123A,Holder,-6,12/1/2010 9:26,2.55,17850,United Kingdom\n";
    let log = check(retail, &Asked::default(), &["+0s 85123A×6 cancelled after 3600 s"]);
    assert_eq!((log.format, log.unreadable), ("online-retail", 0), "{}", log.notes);
}

#[test]
fn lines_that_were_refunded_in_full_are_known_and_not_unreadable() {
    let log = "Order Number,Order Status,Order Date,SKU,Item Name,Quantity (- Refund),Item Cost\n\
        71,completed,2025-11-28 09:00,LAMP,Lamp,2,4.00\n\
        71,completed,2025-11-28 09:00,BULB,Bulb,0,1.00\n";
    let told = check(log, &Asked::default(), &["+0s LAMP×2"]);
    assert_eq!((told.format, told.unreadable), ("woocommerce", 0));
    assert!(told.notes.contains("1 row of which all units were refunded"), "{}", told.notes);
}
