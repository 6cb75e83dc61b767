//! The ratios as a picture.
//!
//! In: what each took. Out: SVG, a group of bars for each workload, cut off where they get too long.

use crate::Failure;
use crate::measure::{LIMIT, PEERS, Samples};
use crate::report::ratio;
use crate::work::Task;
use plotters::prelude::*;
use std::path::Path;

/// Bars end here.
const LONGEST: f64 = 4.0;
/// Pixels of a bar.
const THICK: i32 = 9;

/// Draws the times on the clock.
pub(crate) fn plot(file: &Path, tasks: &[Task], samples: &Samples) -> Result<(), Failure> {
    let colors = [
        RGBColor(31, 119, 180),
        RGBColor(130, 180, 220),
        RGBColor(70, 90, 150),
        RGBColor(255, 127, 14),
        RGBColor(44, 160, 44),
        RGBColor(160, 60, 60),
    ];
    let peers: Vec<_> = PEERS.iter().map(|(name, _)| *name).filter(|name| *name != LIMIT).zip(colors).collect();
    let bars = i32::try_from(peers.len())?;
    let group = (bars + 1) * THICK;
    let (left, top, width) = (240, 60, 640);
    let height = top + group * i32::try_from(tasks.len())? + 20;
    let area = SVGBackend::new(file, (u32::try_from(left + width + 60)?, u32::try_from(height)?)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = |size: i32| ("sans-serif", size).into_font();
    area.draw(&Text::new("time in relation to tokio-postgres by hand; shorter is better", (left, 8), text(14)))?;
    for (i, (name, color)) in peers.iter().enumerate() {
        let x = 8 + i32::try_from(i)? * 150;
        area.draw(&Rectangle::new([(x, 32), (x + 10, 42)], color.filled()))?;
        area.draw(&Text::new(*name, (x + 14, 31), text(12)))?;
    }
    let scale = |ratio: f64| -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "pixels")]
        let pixels = (ratio.min(LONGEST) / LONGEST * f64::from(width)) as i32;
        left + pixels
    };
    for (i, task) in tasks.iter().enumerate() {
        let y = top + i32::try_from(i)? * group;
        area.draw(&Text::new(task.name, (8, y + group / 2 - 8), text(12)))?;
        for (j, (name, color)) in peers.iter().enumerate() {
            let Some(ratio) = ratio(samples, task.name, name, |took| took.clock) else { continue };
            let y = y + i32::try_from(j)? * THICK;
            area.draw(&Rectangle::new([(left, y), (scale(ratio), y + THICK - 1)], color.filled()))?;
            area.draw(&Text::new(format!("{ratio:.2}"), (scale(ratio) + 3, y - 1), text(9)))?;
        }
    }
    area.draw(&PathElement::new([(scale(1.0), top - 4), (scale(1.0), height - 20)], BLACK))?;
    area.present()?;
    Ok(())
}
