//! The fonts, which are part of the program, and what they can show.

use std::sync::OnceLock;

/// Name for the layout, and content.
pub(crate) const FONTS: &[(&str, &[u8])] = &[
    ("Noto Sans", include_bytes!("../fonts/NotoSans-Regular.ttf")),
    ("Noto Sans", include_bytes!("../fonts/NotoSans-Bold.ttf")),
    (
        "Noto Sans Arabic",
        include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    ),
    (
        "Noto Sans Hebrew",
        include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
    ),
    (
        "Noto Sans Devanagari",
        include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf"),
    ),
    (
        "Noto Sans Thai",
        include_bytes!("../fonts/NotoSansThai-Regular.ttf"),
    ),
    (
        "Noto Sans CJK SC",
        include_bytes!("../fonts/NotoSansCJKsc-Regular.otf"),
    ),
];

/// The text with each character that no font can show written as `[U+1F600]`: a name must never stop a filing.
pub(crate) fn printable(text: &str) -> String {
    static FACES: OnceLock<Vec<ttf_parser::Face<'static>>> = OnceLock::new();
    let faces = FACES.get_or_init(|| {
        FONTS
            .iter()
            .filter_map(|(_, bytes)| ttf_parser::Face::parse(bytes, 0).ok())
            .collect()
    });
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let shown = c == '\n'
            || (!c.is_control() && faces.iter().any(|face| face.glyph_index(c).is_some()));
        if shown {
            out.push(c);
        } else if !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\t' | '\r')
        {
            out.push_str(&format!("[U+{:04X}]", u32::from(c)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_scripts_are_shown_and_a_picture_is_spelled_out() {
        for name in [
            "Ana Lima",
            "Пётр Иванов",
            "Ελένη",
            "李小龙",
            "渡辺健二",
            "김민준",
            "عمر حداد",
            "נועה לוי",
            "प्रिया शर्मा",
            "สมชาย",
        ] {
            assert_eq!(printable(name), name);
        }
        assert_eq!(printable("Smile 😀 Ltd"), "Smile [U+1F600] Ltd");
    }
}
