//! Owns the reading of a drawing: where its letters and points lie, found in the SVG itself.

use crate::report::charts::colour::INK;
use crate::report::charts::face::Face;
use crate::report::charts::face::GRID_PER_PX;

/// A text and the box it takes, in grid units.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub text: String,
    pub left: i32,
    pub right: i32,
    pub top: i32,
    pub bottom: i32,
}

impl Written {
    /// Letters of one run into letters of the other.
    pub(super) fn covers(&self, other: &Written) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Width and height of the view box.
pub(super) fn view(svg: &str) -> (i32, i32) {
    let view = between(svg, "viewBox=\"0 0 ", "\"");
    let (width, height) = view.split_once(' ').unwrap();
    (width.parse().unwrap(), height.parse().unwrap())
}

/// Every point of every line and area.
pub(super) fn points(svg: &str) -> Vec<(i32, i32)> {
    let lists = svg.split("points=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let pair = |pair: &str| {
        let (x, y) = pair.split_once(',').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    lists.flat_map(|list| list.split_whitespace().map(pair).collect::<Vec<_>>()).collect()
}

/// Every text.
pub(super) fn texts(svg: &str) -> Vec<Written> {
    svg.split("<text ").skip(1).map(written).collect()
}

fn written(rest: &str) -> Written {
    let (attributes, rest) = rest.split_once(">\n").unwrap();
    let text = rest.split("\n</text>").next().unwrap();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'");
    let text = text.replace("&amp;", "&");
    let at = |name: &str| attribute(attributes, name).parse::<f64>().unwrap() as i32;
    let px = (attribute(attributes, "font-size").parse::<f64>().unwrap()).round() as i32;
    let bold = attributes.contains("font-weight=\"bold\"");
    let width = Face { px: px / GRID_PER_PX, bold, colour: INK }.width(&text);
    let left = match attribute(attributes, "text-anchor") {
        "start" => at("x"),
        "middle" => at("x") - width / 2,
        _ => at("x") - width,
    };
    // Centred on its y; letters are lower than their line.
    let half = px * 55 / 100;
    Written { text, left, right: left + width, top: at("y") - half, bottom: at("y") + half }
}

fn attribute<'a>(attributes: &'a str, name: &str) -> &'a str {
    between(attributes, &format!("{name}=\""), "\"")
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split(before).nth(1).unwrap().split(after).next().unwrap()
}
