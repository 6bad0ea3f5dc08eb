"""Owns what the two judges, or a judge and an edit, do not agree on until somebody decides.
Must not know how any of it is computed.

Each is by the edit's name. What is agreed on again must be taken off: it fails until it is.
"""

# The verdict is better than what the edit leaves room for.
TOO_GOOD = {
    "SKUs sold out on a channel: neither listed nor updated":
        "who turns a SKU away for stock has it on sale, and was never told that it sold out",
    "a third channel of which nobody speaks":
        "a channel of the charter on which nothing was wanted proves nothing, and blocks nothing",
    "no calls, and a charter that asks for none":
        "a charter that loosens `sent at least` loosens what a record must hold and not contradict",
    "a promotion that never ended":
        "no price was due where it ends: one edge is enough to exercise price lag",
    "1 order in 10 held unpaid":
        "at quiet nobody paid and nobody released them; they count nowhere",
    "cancellations answered no, and done":
        "the customer was told otherwise than the channel's record says",
    "prices at double, right at the end":
        "a price under its version is that price, whatever is charged; an offer is not",
    "prices that fall back, right at the end":
        "an offer that falls back stands still, a price does not",
    "every fifth sale of what the channel did not offer":
        "what a channel offered before a sale is held against nothing that it sold",
    "1 refusal in 3 as not listed, though it is":
        "who is refused what the channel's record lists counts nowhere",
    "1 order in 25 cancelled as another was asked to be":
        "cancellations and releases are counted, not matched by what was wanted",
    "1 answer in 130 unknown, found out to be no, the record yes":
        "what was found out contradicts nothing, whatever it is",
}
# What a number's name begins with, and why it differs.
NUMBERS = {
    "no prices at all": (
        "gate price lag on ", "no kind of its facts is in the record: not observed comes first",
    ),
    "no listings at all": (
        "gate listing latency on ", "as with prices: not observed comes before not exercised",
    ),
    "its charter has no gates": (
        ("reasons", "channel "), "orders were wanted: without gates nothing is asked of them",
    ),
    "released for payment, though none was awaited": (
        "gate handoff success on ", "an order that was released is touched without its units",
    ),
}
