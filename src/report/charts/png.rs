//! Owns charts as pixels: an SVG of ours in the embedded face, twice its size, on white. Must not
//! know what is drawn.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};

use super::Chart;
use crate::report::ReportError;

/// Pixels of a picture for one of the drawing: sharp on today's screens and on paper.
const PIXELS: f32 = 2.0;
/// White around a drawing, so that a slide or a mail need not give it any.
const MARGIN: f32 = 20.0;

static FACES: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut faces = Database::new();
    for face in [notosans::REGULAR_TTF, notosans::BOLD_TTF] {
        faces.load_font_source(Source::Binary(Arc::new(face)));
    }
    faces.set_sans_serif_family("Noto Sans");
    Arc::new(faces)
});

impl Chart {
    /// The drawing as a PNG file.
    pub fn png(&self) -> Result<Vec<u8>, ReportError> {
        let painted = painted(&self.svg);
        painted.map_err(|cause| ReportError::Draw { chart: self.key.clone(), cause })
    }
}

fn painted(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options {
        fontdb: Arc::clone(&FACES),
        font_family: "Noto Sans".to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|e| e.to_string())?;
    let side = |of: f32| ((of + 2.0 * MARGIN) * PIXELS).ceil() as u32;
    let size = tree.size();
    let mut pixels =
        Pixmap::new(side(size.width()), side(size.height())).ok_or("it is too large")?;
    pixels.fill(Color::WHITE);
    let place = Transform::from_translate(MARGIN, MARGIN).post_scale(PIXELS, PIXELS);
    resvg::render(&tree, place, &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::{Layout, draw_all};
    use crate::report::sample;

    #[test]
    fn a_picture_has_twice_the_size_and_letters() {
        let svg = |text: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"30\" \
                 viewBox=\"0 0 900 300\"><text x=\"50\" y=\"200\" font-size=\"160\" \
                 font-family=\"system-ui, sans-serif\">{text}</text></svg>"
            )
        };
        let pixels = |text: &str| Pixmap::decode_png(&painted(&svg(text)).unwrap()).unwrap();
        let (some, none) = (pixels("sold out"), pixels(""));
        assert_eq!((some.width(), some.height()), (260, 140));
        assert_ne!(some.data(), none.data());
        assert!(none.data().iter().all(|byte| *byte == 255), "the ground is white");
    }

    #[test]
    fn charts_of_a_run_are_painted_alike_every_time() {
        let charts = draw_all(&sample::summary_go(), Layout::Narrow).unwrap();
        let once = charts[0].png().unwrap();
        assert!(once.starts_with(b"\x89PNG") && once == charts[0].png().unwrap());
    }

    #[test]
    fn what_cannot_be_painted_names_its_chart() {
        let mut chart = draw_all(&sample::summary_go(), Layout::Narrow).unwrap().remove(0);
        chart.svg = "<svg".to_owned();
        let said = chart.png().unwrap_err().to_string();
        assert!(said.contains("`orders`"), "{said}");
    }
}
