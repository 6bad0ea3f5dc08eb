//! Owns what the cells that an order's rows share say: its number, times, channel and buyer.
//! Must not know the goods.

use super::{Bad, Cells, Head, RowReader, bad, identity, key};
use crate::records::columns::ColumnRole;
use crate::records::mapping::Routing;
use crate::records::moment::Read;
use crate::records::short;

impl RowReader<'_> {
    pub(super) fn parse(&self, cells: &Cells) -> Result<Head, Bad> {
        let (moment, turn) = self.moment(&cells.time)?;
        let at_us = moment.timestamp().as_microsecond();
        identity("order number", &cells.order)?;
        let (cancelled_at_us, early) = match self.cancelled(&cells.cancelled, at_us) {
            Ok(at_us) => (at_us, None),
            Err(why) => (None, Some(why)),
        };
        let wordy = self.survey.numbered && !cells.order.contains(|c: char| c.is_ascii_digit());
        let slip = wordy.then(|| {
            let order = short(&cells.order);
            ("order number", format!("`{order}` has no digit, and the others have"))
        });
        let channel = self.channel(&cells.channel)?;
        let prefix = self.prefix();
        let original = prefix.and_then(|prefix| cells.order.strip_prefix(prefix));
        let buyer = Some(&cells.buyer).filter(|buyer| !buyer.is_empty());
        Ok(Head {
            order: key(&cells.channel, &cells.order),
            at_us,
            civil: moment.datetime(),
            channel,
            buyer: buyer.map(|buyer| key("", buyer)),
            cancelled_at_us,
            takes_back: original.map(|order| key(&cells.channel, order)),
            turn,
            slip: slip.or(early),
        })
    }

    /// When the order was cancelled: not before it was placed.
    fn cancelled(&self, text: &str, placed_at_us: i64) -> Result<Option<i64>, Bad> {
        if text.is_empty() {
            return Ok(None);
        }
        let at_us = self.moment(text)?.0.timestamp().as_microsecond();
        if at_us < placed_at_us {
            let why = format!("cancelled at `{}`, which is before its order", short(text));
            return bad("cancellation", why);
        }
        Ok(Some(at_us))
    }

    /// What order numbers of cancellations begin with.
    fn prefix(&self) -> Option<&str> {
        self.mapping.cancellation_prefix.as_deref().or(self.survey.layout.cancellations)
    }

    fn moment(&self, text: &str) -> Result<Read, Bad> {
        if text.is_empty() {
            return bad("time", "no time");
        }
        let Some(read) = self.survey.clock.read(text) else {
            return bad(
                "time",
                format!("`{}` is not a time such as 2011-11-17T08:10:00", short(text)),
            );
        };
        if !self.survey.years.contains(&read.0.year()) {
            return bad("time", format!("`{}` is years away from the other times", short(text)));
        }
        Ok(read)
    }

    fn channel(&self, word: &str) -> Result<Option<u16>, Bad> {
        let unknown = || bad("channel", format!("no channel is named `{}`", short(word)));
        match self.routing {
            Routing::Unused => Ok(None),
            _ if self.survey.columns.of(ColumnRole::Channel).is_none() => Ok(None),
            _ if word.is_empty() => bad("channel", "no channel"),
            Routing::Words => match self.channels.binary_search(&word) {
                Ok(place) => Ok(Some(place as u16)),
                Err(_) => unknown(),
            },
            Routing::Named(names) => match names.iter().find(|(name, _)| name == word) {
                Some((_, place)) => Ok(Some(*place)),
                None => unknown(),
            },
        }
    }
}
