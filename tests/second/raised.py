"""Owns the alerts that were raised: which fired where, and when. Nothing rests on them."""


class Raised:
    """The alerts of a charter, each on its channels, as the facts tell of them."""

    def __init__(self, charter):
        self.charter = charter
        self.spells = {
            (place, channel): []
            for place, rule in enumerate(charter.get("alerts", []))
            for channel in rule.get("channels") or [None]
        }

    def on_alert(self, at, body):
        spells = self.spells[body["alert"], body.get("channel")]
        if body["firing"]:
            spells.append([at, None])
        else:
            spells[-1][1] = at

    def stated(self, names):
        """As summary.json has it, but for what is words."""
        rules = self.charter.get("alerts", [])
        return [
            {
                "name": rules[place]["name"],
                "channel": None if channel is None else names[channel],
                "first_fired_us": spells[0][0] if spells else None,
                "first_cleared_us": spells[0][1] if spells else None,
                "spells": [{"from_us": a, "until_us": b} for a, b in spells],
            }
            for (place, channel), spells in self.spells.items()
        ]
