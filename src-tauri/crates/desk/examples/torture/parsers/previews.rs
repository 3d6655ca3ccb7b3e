//! Files that are attached: told what they are, and drawn.

use super::{Place, any, plain, project, sound};
use crate::fuzz::Seed;
use std::time::Duration;

pub(super) fn file_seeds(_: &Place) -> Vec<Seed> {
    let mut seeds: Vec<Seed> = project("src-tauri/crates/preview/tests/fixtures", "pdf")
        .into_iter()
        .map(any)
        .collect();
    let picture = image::RgbImage::from_fn(24, 16, |x, y| {
        image::Rgb([(x * 9) as u8, (y * 13) as u8, 70])
    });
    for format in [
        image::ImageFormat::Png,
        image::ImageFormat::Jpeg,
        image::ImageFormat::WebP,
        image::ImageFormat::Tiff,
    ] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        if picture.write_to(&mut bytes, format).is_ok() {
            seeds.push(sound(bytes.into_inner()));
        }
    }
    seeds.extend([
        sound("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>\nendobj\n4 0 obj\n<</Length 37>>\nstream\nBT /F 12 Tf 10 50 Td (Passport) Tj ET\nendstream\nendobj\n5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\ntrailer\n<</Root 1 0 R>>\n"),
        sound("A plain text, with ümläuts.\n"),
        any("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"),
        any("MIME-Version: 1.0\r\nSubject: passport\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"),
    ]);
    seeds
}

pub(super) fn kind(_: &Place, bytes: &[u8]) -> bool {
    let seen = preview::sniff(bytes, "passport.jpg");
    plain(&seen.media_type);
    preview::is_previewable(&seen.media_type)
}

/// Drawn by the worker, in a process of its own: whatever becomes of it is an answer.
pub(super) fn preview(_: &Place, bytes: &[u8]) -> bool {
    let worker = preview::Worker::new(std::env::current_exe().unwrap_or_default())
        .with_patience(Duration::from_secs(15));
    let asked = preview::Request::Render {
        page: 1,
        width_px: 120,
        rotate: preview::Rotation::default(),
    };
    match worker.ask(bytes, asked) {
        Ok(_) => true,
        Err(why) => {
            plain(&why.to_string());
            false
        }
    }
}
