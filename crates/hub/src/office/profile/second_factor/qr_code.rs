//! A QR code as the path of an SVG image.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Blank modules around a code, which readers need to find it.
const QUIET_MODULES: usize = 4;

/// A QR code, drawn in units of its modules.
pub struct QrDrawing {
    /// Modules of a side, with the blank ones around.
    pub size: usize,
    /// The dark modules, as the data of a path.
    pub path: String,
}

impl QrDrawing {
    /// Draws a text; none for one that is too long.
    pub fn of(text: &str) -> Option<QrDrawing> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let (width, colors) = (code.width(), code.to_colors());
        let mut path = String::new();
        for (y, row) in colors.chunks(width).enumerate() {
            let dark = row.iter().enumerate();
            for (x, _) in dark.filter(|(_, color)| **color == Color::Dark) {
                let (x, y) = (x + QUIET_MODULES, y + QUIET_MODULES);
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
        let size = width + 2 * QUIET_MODULES;
        Some(QrDrawing { size, path })
    }
}
