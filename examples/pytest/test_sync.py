"""What an integration does between mocks, without a second of sleep."""

import pytest
from sync import Sync


@pytest.fixture
def sync(mocks):
    """An integration that waits by the mocks' clock."""
    return Sync(mocks.system("OMS"), mocks.system("MARKETPLACE"), wait=mocks.advance)


def shown(mocks, sku):
    facts = mocks.journal(f"kind=shown&channel=marketplace&sku={sku}")
    return [fact["qty"] for fact in facts][-1]


def test_stock_comes_to_the_channel_after_its_delay(mocks, sync):
    mocks.tell("stock", sku=3, available=41)
    sync.stock()
    assert shown(mocks, 3) != 41, "the marketplace takes half a minute"
    mocks.advance(30)
    assert shown(mocks, 3) == 41


def test_a_throttled_update_is_sent_again(mocks, sync):
    for sku in range(5):
        mocks.tell("stock", sku=sku, available=50 + sku)
    sync.stock()
    mocks.advance(30)
    assert [shown(mocks, sku) for sku in range(5)] == [50, 51, 52, 53, 54]


def test_without_a_retry_it_would_be_lost(mocks, sync):
    sync.attempts, sync.wait = 1, lambda _: None
    test = range(5)
    for sku in test:
        mocks.tell("stock", sku=sku, available=50 + sku)
    sync.stock()
    mocks.advance(3600)
    assert [shown(mocks, sku) == 50 + sku for sku in test] == [True, True, False, False, False]


def test_an_order_is_held_once_though_the_reply_was_lost(mocks, sync):
    mocks.tell("stock", sku=7, available=9)
    sync.stock()
    mocks.advance(30)
    mocks.tell("orders", channel="marketplace", lines=[{"sku": 7, "qty": 2}])
    sync.handoffs()
    assert mocks.journal("kind=delivered") == [], "it is not paid yet"
    mocks.advance(60)
    mocks.tell("faults", fault="lost replies", in_force=True)
    sync.wait = lambda _: mocks.tell("faults", fault="lost replies", in_force=False)
    sync.handoffs()
    assert [fact["made"] for fact in mocks.journal("kind=delivered")] == ["created", "known"]
    assert len(mocks.journal("kind=held")) == 1
