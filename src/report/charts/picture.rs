//! Owns what a chart is before it is drawn: panels one below the other over one axis, each with
//! lines, bands between two lines, thresholds and marks. Must not draw, nor know what a line stands
//! for.

use super::axis::Axis;
use super::colour::{APART, Colour, of_channel};
use super::ticks::Measured;

/// A chart before it is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its file name without ending, and what its ids on a page begin with.
    pub key: String,
    /// The finding.
    pub title: String,
    /// What is shown, in which buckets, on which clock.
    pub subtitle: String,
    /// Where along the axis values stand.
    pub along: Along,
    /// One below the other.
    pub panels: Vec<Panel>,
}

/// Where along the axis the values of a picture's lines stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Along {
    /// In buckets of campaign time that touch, the first from 0.
    Buckets {
        /// Width of each.
        width_us: u64,
        /// How many.
        count: usize,
    },
    /// At these points, which do not fall, joined by straight lines.
    Points(Vec<u64>),
    /// At these moments, which do not fall: a value holds until the next.
    Moments(Vec<u64>),
}

/// One plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// What it shows, when the picture has more than one.
    pub name: String,
    /// What its vertical axis counts.
    pub measured: Measured,
    /// Where that axis begins; not at zero only for shares near the whole.
    pub from: i64,
    /// What it must reach even when no line does.
    pub until: i64,
    /// Lines, drawn in this order.
    pub lines: Vec<PlottedLine>,
    /// Shaded bands, behind the lines.
    pub bands: Vec<Shade>,
    /// Dashed lines across.
    pub thresholds: Vec<Threshold>,
    /// Points that are pointed out.
    pub marks: Vec<Mark>,
}

/// Values, one for each place along the axis; none where nothing was measured.
pub type Values = Vec<Option<i64>>;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlottedLine {
    /// Its name, written at its end.
    pub name: String,
    /// The channel it is about; a page may show channels apart.
    pub channel: Option<String>,
    /// Its colour.
    pub colour: Colour,
    /// How it looks.
    pub look: Look,
    /// Its values.
    pub values: Values,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A plain line.
    Plain,
    /// The area below it is shaded.
    Shaded,
    /// Thin, and counted at its end rather than named: one of many.
    Behind,
}

/// The room between two lines, shaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shade {
    /// Its name, written at its end; empty for a band inside another.
    pub name: String,
    /// The channel it is about.
    pub channel: Option<String>,
    /// Its colour.
    pub colour: Colour,
    /// Share of full ink, in percent; 16 unless bands lie in each other.
    pub percent: u8,
    /// The lower edge: its name in a table, and its values.
    pub low: (String, Values),
    /// The upper edge.
    pub high: (String, Values),
}

/// A dashed, named line across a panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Its name.
    pub name: String,
    /// Where.
    pub value: i64,
}

/// A point that is pointed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where along the axis.
    pub at: u64,
    /// How high.
    pub value: i64,
    /// What is written at it: a number, a letter.
    pub name: String,
    /// The channel it is about.
    pub channel: Option<String>,
    /// Its colour.
    pub colour: Colour,
}

impl Along {
    /// How many places there are.
    pub fn len(&self) -> usize {
        match self {
            Along::Buckets { count, .. } => *count,
            Along::Points(places) | Along::Moments(places) => places.len(),
        }
    }

    /// There is no place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a place's point stands: the middle of a bucket.
    pub fn at(&self, place: usize) -> u64 {
        match self {
            Along::Buckets { width_us, .. } => self.start(place).saturating_add(width_us / 2),
            Along::Points(at) | Along::Moments(at) => at.get(place).copied().unwrap_or(0),
        }
    }

    /// Where a place begins.
    pub fn start(&self, place: usize) -> u64 {
        match self {
            Along::Buckets { width_us, .. } => width_us.saturating_mul(place as u64),
            Along::Points(at) | Along::Moments(at) => at.get(place).copied().unwrap_or(0),
        }
    }
}

impl Panel {
    /// A panel from zero on, with nothing in it yet.
    pub fn new(name: &str, measured: Measured) -> Panel {
        Panel {
            name: name.to_owned(),
            measured,
            from: 0,
            until: 0,
            lines: Vec::new(),
            bands: Vec::new(),
            thresholds: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// The same with these lines.
    #[must_use]
    pub fn with(self, lines: impl IntoIterator<Item = PlottedLine>) -> Panel {
        Panel { lines: lines.into_iter().collect(), ..self }
    }

    /// The highest value in it; none when nothing was measured.
    pub fn highest(&self) -> Option<i64> {
        self.values().max()
    }

    /// The lowest value in it.
    pub fn lowest(&self) -> Option<i64> {
        self.values().min()
    }

    fn values(&self) -> impl Iterator<Item = i64> {
        let lines = self.lines.iter().map(|line| &line.values);
        let edges = self.bands.iter().flat_map(|band| [&band.low.1, &band.high.1]);
        let marks = self.marks.iter().map(|mark| mark.value);
        lines.chain(edges).flatten().filter_map(|value| *value).chain(marks)
    }

    /// The columns of a table: head and values.
    fn columns(&self, prefix: &str) -> Vec<(String, &Values)> {
        let bands = self.bands.iter().flat_map(|band| [&band.low, &band.high]);
        let lines = self.lines.iter().map(|line| (&line.name, &line.values));
        let all = bands.map(|(name, values)| (name, values)).chain(lines);
        all.map(|(name, values)| (format!("{prefix}{name}"), values)).collect()
    }
}

impl PlottedLine {
    /// A plain line of the run.
    pub fn new(name: &str, colour: Colour, values: Values) -> PlottedLine {
        PlottedLine { name: name.to_owned(), channel: None, colour, look: Look::Plain, values }
    }

    /// The line of the channel at that place of the summary's; past the colours there are, it
    /// stands behind.
    pub fn of_channel(name: &str, place: usize, values: Values) -> PlottedLine {
        PlottedLine {
            channel: Some(name.to_owned()),
            look: if place < APART.len() { Look::Plain } else { Look::Behind },
            ..PlottedLine::new(name, of_channel(place), values)
        }
    }

    /// The same with another look.
    #[must_use]
    pub fn looking(self, look: Look) -> PlottedLine {
        PlottedLine { look, ..self }
    }
}

impl Picture {
    /// The same as a table: head and rows.
    pub(in crate::report) fn table(&self, axis: &Axis) -> (Vec<String>, Vec<Vec<String>>) {
        let mut head = vec![axis.head().to_owned()];
        let mut columns = Vec::new();
        for (place, panel) in self.panels.iter().enumerate() {
            let prefix = match place {
                0 => String::new(),
                _ => format!("{}: ", panel.name),
            };
            for (name, values) in panel.columns(&prefix) {
                head.push(name);
                columns.push((panel.measured, values));
            }
        }
        let row = |place: usize| {
            let cell = |(measured, values): &(Measured, &Values)| {
                let value = values.get(place).copied().flatten();
                value.map_or("—".to_owned(), |value| measured.cell(value))
            };
            let at = std::iter::once(axis.said(self.along.start(place)));
            at.chain(columns.iter().map(cell)).collect()
        };
        (head, (0..self.along.len()).map(row).collect())
    }
}
