//! Owns making names and texts of a charter fit to be printed anywhere.
//! Must not know where they are printed.

use crate::history::charter::Charter;

/// The charter with names that can be printed anywhere: a control character in a campaign's name
/// could move a terminal's cursor or break an XML file, a change of writing direction could make
/// a name read as another.
pub(crate) fn printable(charter: &Charter) -> Charter {
    let mut charter = charter.clone();
    let texts = [&mut charter.made_by, &mut charter.campaign, &mut charter.starts]
        .into_iter()
        .chain([&mut charter.currency])
        .chain(charter.sku_names.iter_mut())
        .chain(charter.offers.iter_mut().map(|offer| &mut offer.name))
        .chain(charter.channels.iter_mut().flat_map(|channel| {
            let own = channel.tariff.iter_mut().map(|tariff| &mut tariff.currency);
            std::iter::once(&mut channel.name).chain(own)
        }))
        .chain(charter.connectors.iter_mut().map(|connector| &mut connector.name))
        .chain(charter.phases.iter_mut().map(|phase| &mut phase.name))
        .chain(charter.promotions.iter_mut().map(|promotion| &mut promotion.name))
        .chain(charter.faults.iter_mut().flat_map(|fault| [&mut fault.name, &mut fault.does]))
        .chain(charter.roles.iter_mut().map(|role| &mut role.name))
        .chain(charter.steps.iter_mut().flat_map(|step| [&mut step.name, &mut step.does]))
        .chain(
            charter
                .alerts
                .iter_mut()
                .flat_map(|rule| std::iter::once(&mut rule.name).chain(&mut rule.owner)),
        )
        .chain(charter.not_tested.iter_mut())
        .chain(charter.not_known.iter_mut());
    let risks = charter.accepted_risks.iter_mut();
    for text in texts.chain(risks.flat_map(|r| [&mut r.why, &mut r.by, &mut r.until])) {
        *text = printable_text(text);
    }
    charter
}

/// The text with everything that is not a visible letter or a space replaced by `�`.
pub(in crate::report) fn printable_text(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}
