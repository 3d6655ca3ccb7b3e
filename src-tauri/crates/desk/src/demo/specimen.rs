//! Specimen papers: a picture of a card and a one-page PDF, both marked SPECIMEN across.

use crate::error::{Error, Result};
use image::{ImageFormat, Rgb, RgbImage};

/// Five by seven dots for the letters of SPECIMEN.
const LETTERS: [(char, [u8; 7]); 6] = [
    (
        'S',
        [
            0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110,
        ],
    ),
    (
        'P',
        [
            0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000,
        ],
    ),
    (
        'E',
        [
            0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111,
        ],
    ),
    (
        'C',
        [
            0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111,
        ],
    ),
    (
        'I',
        [
            0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b11111,
        ],
    ),
    (
        'M',
        [
            0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001,
        ],
    ),
];
const N: [u8; 7] = [
    0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001,
];

/// A card with a face, some lines and the word SPECIMEN; its colours depend on the name.
pub(crate) fn card(name: &str, country: &str) -> Result<Vec<u8>> {
    let (width, height) = (640u32, 420u32);
    let tint = name
        .bytes()
        .chain(country.bytes())
        .fold(17u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(byte))
        });
    let shade = |shift: u32| u8::try_from(190 + (tint >> shift) % 50).unwrap_or(200);
    let mut image = RgbImage::from_fn(width, height, |x, y| {
        let wave = u8::try_from((x / 9 + y / 7) % 12).unwrap_or(0);
        Rgb([
            shade(0).saturating_sub(wave),
            shade(8).saturating_sub(wave),
            shade(16),
        ])
    });
    let mut fill = |x0: u32, y0: u32, w: u32, h: u32, colour: [u8; 3]| {
        for y in y0..(y0 + h).min(height) {
            for x in x0..(x0 + w).min(width) {
                image.put_pixel(x, y, Rgb(colour));
            }
        }
    };
    fill(0, 0, width, 56, [32, 74, 86]);
    fill(36, 96, 150, 190, [225, 225, 220]);
    fill(86, 130, 50, 60, [120, 110, 100]);
    fill(62, 200, 98, 86, [70, 90, 110]);
    for line in 0..6 {
        fill(
            220,
            104 + line * 32,
            120 + (tint >> line) % 240,
            12,
            [90, 96, 104],
        );
    }
    for line in 0..2 {
        for place in 0..40 {
            if (tint >> (place % 29)) & 1 == 1 || place % 3 == 0 {
                fill(36 + place * 14, 330 + line * 34, 10, 18, [60, 60, 64]);
            }
        }
    }
    for (place, letter) in "SPECIMEN".chars().enumerate() {
        let dots = LETTERS
            .iter()
            .find(|(known, _)| *known == letter)
            .map_or(N, |(_, dots)| *dots);
        let left = 90 + u32::try_from(place).unwrap_or(0) * 60;
        for (row, bits) in (0u32..).zip(dots) {
            for column in 0..5u32 {
                if bits >> (4 - column) & 1 == 1 {
                    fill(left + column * 9, 180 + row * 9, 8, 8, [176, 40, 46]);
                }
            }
        }
    }
    let mut out = std::io::Cursor::new(Vec::new());
    image
        .write_to(&mut out, ImageFormat::Png)
        .map_err(|_| Error::machine("E-DEMO-IMAGE", "The specimen picture could not be made."))?;
    Ok(out.into_inner())
}

/// A one-page PDF with a heading, lines and SPECIMEN across; text outside Latin-1 is written with question marks.
pub(crate) fn letter(heading: &str, lines: &[String]) -> Vec<u8> {
    let text = |text: &str| -> Vec<u8> {
        let mut out = Vec::new();
        for c in text.chars() {
            match u8::try_from(u32::from(c)) {
                Ok(byte @ (b'(' | b')' | b'\\')) => out.extend([b'\\', byte]),
                Ok(byte) => out.push(byte),
                Err(_) => out.push(b'?'),
            }
        }
        out
    };
    let mut page: Vec<u8> = Vec::new();
    page.extend(b"q 0.85 0.3 0.3 rg BT /F2 84 Tf 0.7 0.7 -0.7 0.7 120 220 Tm (SPECIMEN) Tj ET Q\n");
    page.extend(b"BT /F2 20 Tf 72 700 Td (");
    page.extend(text(heading));
    page.extend(b") Tj ET\n");
    for (place, line) in lines.iter().enumerate() {
        page.extend(
            format!(
                "BT /F1 12 Tf 72 {} Td (",
                660usize.saturating_sub(place * 22)
            )
            .bytes(),
        );
        page.extend(text(line));
        page.extend(b") Tj ET\n");
    }
    let mut pdf: Vec<u8> = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let objects: [Vec<u8>; 6] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>".to_vec(),
        [format!("<< /Length {} >>\nstream\n", page.len()).into_bytes(), page, b"\nendstream".to_vec()].concat(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (number, object) in (1..).zip(&objects) {
        offsets.push(pdf.len());
        pdf.extend(format!("{number} 0 obj\n").bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let start = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        pdf.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    pdf.extend(
        format!(
            "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    pdf
}
