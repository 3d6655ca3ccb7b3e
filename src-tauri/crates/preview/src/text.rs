//! Turns a text file of any common encoding into text that is safe to look at. Knows no markup.

use crate::protocol::MAX_TEXT;

/// The first [`MAX_TEXT`] bytes of `bytes` as escaped text, and whether the file goes on.
///
/// UTF-16 by its byte-order mark, else UTF-8, else Latin-1, in which every byte is a character: a legacy file then
/// shows with some letters wrong rather than not at all.
pub(crate) fn excerpt(bytes: &[u8]) -> (String, bool) {
    let truncated = bytes.len() > MAX_TEXT;
    let head = bytes.get(..MAX_TEXT).unwrap_or(bytes);
    let text: String = if let Some(units) = utf16_units(head) {
        char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect()
    } else {
        match std::str::from_utf8(head) {
            Ok(text) => text.to_owned(),
            // Cut inside the last character: only possible where the file goes on.
            Err(error) if truncated && error.error_len().is_none() => {
                String::from_utf8_lossy(head.get(..error.valid_up_to()).unwrap_or_default())
                    .into_owned()
            }
            Err(_) => head.iter().copied().map(char::from).collect(),
        }
    };
    (escape(&text), truncated)
}

/// The code units behind a UTF-16 byte-order mark.
pub(crate) fn utf16_units(bytes: &[u8]) -> Option<impl Iterator<Item = u16> + '_> {
    let (mark, units) = bytes.split_first_chunk::<2>()?;
    let read: fn([u8; 2]) -> u16 = match mark {
        b"\xff\xfe" => u16::from_le_bytes,
        b"\xfe\xff" => u16::from_be_bytes,
        _ => return None,
    };
    Some(units.chunks_exact(2).map(move |pair| {
        read([
            pair.first().copied().unwrap_or(0),
            pair.last().copied().unwrap_or(0),
        ])
    }))
}

/// Line ends become `\n`; what a person cannot see, or what turns the direction of writing, becomes `\u{...}`.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text
        .strip_prefix('\u{FEFF}')
        .unwrap_or(text)
        .chars()
        .peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\t' => out.push(c),
            c if c.is_control() || is_invisible(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Bidirectional controls, zero-width characters and tags (security.md 3.15), except the joiners that Persian and
/// Indic words are written with.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200B}' | '\u{200E}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{2028}'..='\u{2029}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}
