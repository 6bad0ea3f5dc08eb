//! Orders are found by their numbers, in whichever chunk they lie.

use super::*;
use crate::ids::ChannelId;

#[test]
fn every_order_of_a_channel_comes_with_its_own_number() {
    let mut orders = Orders::new(2);
    let chunk = CHUNK as u64;
    let numbers = [0, 1, 2, chunk - 1, chunk, chunk + 3, 3 * chunk + 2];
    for number in numbers {
        let order = OrderId { channel: ChannelId(1), number };
        let mut flags = Flags::default();
        flags.set(Flags::ACCEPTED);
        let item = Item { sku: SkuId(1), qty: Qty(1), price: Money(100) };
        let bought = Bought::One(item);
        let pending = Pending { seq: number, ours: At::START, left: At::NEVER, bought };
        assert!(orders.accept(order, Record { sku: 1, flags, ..Record::default() }, pending));
        // That it belongs to another SKU than that of its first line is known by its number.
        orders.set_cluster(order, SkuId(10 + number as u32));
    }
    let found: Vec<(u64, SkuId)> = orders
        .of_channel(1)
        .map(|(number, record)| {
            (number, orders.cluster(OrderId { channel: ChannelId(1), number }, record))
        })
        .collect();
    assert_eq!(found, numbers.map(|number| (number, SkuId(10 + number as u32))));
    assert_eq!(orders.of_channel(0).count(), 0);
}
