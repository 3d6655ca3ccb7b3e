//! The text files of a bag: names, manifests, bag-info. Knows no container and no signature.

use crate::{
    error::{Class, Refusal},
    names,
};
use std::{collections::BTreeMap, fmt, fmt::Write as _};

/// The exact text of `bagit.txt`.
pub(crate) const BAGIT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The version of the bundle's own rules, in bag-info.
pub(crate) const FORMAT: &str = "cipdesk-bundle/1";
/// Tag files that the tag manifest lists, sorted by bytes.
pub(crate) const LISTED_TAGS: [&str; 5] = [
    "VERIFY.txt",
    "allowed_signers",
    "bag-info.txt",
    "bagit.txt",
    "manifest-sha256.txt",
];
pub(crate) const MANIFEST: &str = "manifest-sha256.txt";
pub(crate) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
pub(crate) const SIGNATURE: &str = "tagmanifest-sha256.txt.sig";

/// A SHA-256.
pub(crate) type Digest = [u8; 32];

/// The name of a bundle's one top folder, such as `F4-2026-0007-7f3a9c21`: letters, digits, hyphens; at most 64.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BagName(String);

impl BagName {
    /// Checks a name.
    ///
    /// # Errors
    /// `E-BUNDLE-DRAFT` if it is empty, longer than 64, begins with a hyphen, holds anything but `[A-Za-z0-9-]`, or is reserved by Windows.
    pub fn new(name: &str) -> Result<Self, Refusal> {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if plain && names::unsafe_component(name).is_none() {
            Ok(Self(name.to_owned()))
        } else {
            Err(draft(format!(
                "the folder name {name:?} may hold letters, digits and hyphens only, at most 64, beginning with a letter or digit"
            )))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BagName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The filing's reference in a bag name: all but the eight hex digits at its end.
pub(crate) fn reference_in(name: &str) -> Option<String> {
    let (reference, mark) = name.rsplit_once('-')?;
    let hex = mark.len() == 8 && mark.bytes().all(|b| b.is_ascii_hexdigit());
    (hex && BagName::new(name).is_ok()).then(|| reference.to_owned())
}

/// Where a file lies below `data/`: `filing.pdf`, `documents/0001.pdf`. Safe on every system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PayloadPath(String);

impl PayloadPath {
    /// Checks a path below `data/` (without that prefix).
    ///
    /// # Errors
    /// `E-BUNDLE-DRAFT` if a component is not `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, ends with a dot or is reserved by Windows, or if
    /// the path has more than four levels or is longer than 115 bytes.
    pub fn new(below_data: &str) -> Result<Self, Refusal> {
        let path = format!("data/{below_data}");
        match unsafe_path(&path) {
            None => Ok(Self(path)),
            Some(why) => Err(draft(format!("the file name {below_data:?} has {why}"))),
        }
    }

    /// The path inside the bag, beginning with `data/`.
    pub fn in_bag(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PayloadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What makes a path inside a bundle unsafe, in words.
pub(crate) fn unsafe_path(path: &str) -> Option<&'static str> {
    too_long(path).or_else(|| path.split('/').find_map(names::unsafe_component))
}

fn too_long(path: &str) -> Option<&'static str> {
    if path.len() > names::MAX_PATH {
        Some("more than 120 characters")
    } else {
        (path.split('/').count() > names::MAX_LEVELS).then_some("more than five levels")
    }
}

pub(crate) fn draft(what: String) -> Refusal {
    Refusal::new(
        "E-BUNDLE-DRAFT",
        Class::BadInput,
        format!("Sealing a bundle: {what}."),
    )
}

fn digest_from_hex(text: &str) -> Option<Digest> {
    let mut digest = [0; 32];
    if !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    hex::decode_to_slice(text, &mut digest).ok()?;
    Some(digest)
}

/// The one form of a manifest: two spaces, LF, sorted by bytes. `sha256sum -c` and BagIt read it alike.
pub(crate) fn manifest_text(entries: &BTreeMap<String, Digest>) -> String {
    entries
        .iter()
        .fold(String::new(), |mut text, (path, digest)| {
            let _ = writeln!(text, "{}  {path}", hex::encode(digest));
            text
        })
}

/// Why a manifest is not read: the code and the sentence.
pub(crate) type Unread = (&'static str, String);

/// Reads a manifest in the one form that [`manifest_text`] writes, and no other.
pub(crate) fn read_manifest(bytes: &[u8]) -> Result<BTreeMap<String, Digest>, Unread> {
    let odd = |line: usize| {
        (
            "B-23",
            format!(
                "line {line} is not in the form that a bundle uses (64 hex digits, two spaces, a path)"
            ),
        )
    };
    let text = std::str::from_utf8(bytes).map_err(|_| odd(1))?;
    let mut entries = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let line = line.strip_suffix('\n').ok_or_else(|| odd(number + 1))?;
        let (digest, path) = line.split_once("  ").ok_or_else(|| odd(number + 1))?;
        let digest = digest_from_hex(digest).ok_or_else(|| odd(number + 1))?;
        if names::escapes(path) {
            return Err((
                "B-11",
                format!("line {} leads outside the bundle", number + 1),
            ));
        }
        // Before names are compared: comparing costs the square of a name's length.
        if let Some(why) = too_long(path) {
            return Err(("B-14", format!("the name in line {} has {why}", number + 1)));
        }
        entries.insert(path.to_owned(), digest);
        order.push(path);
    }
    if let Some(path) = names::collision(order.iter().copied()) {
        return Err((
            "B-13",
            format!(
                "{path} is listed twice, or differs from another name only by case or Unicode form"
            ),
        ));
    }
    if let Some((path, why)) = order
        .iter()
        .find_map(|path| unsafe_path(path).map(|why| (path, why)))
    {
        return Err(("B-14", format!("{path:?} is an unsafe name: it has {why}")));
    }
    if !order.is_sorted() {
        return Err(("B-23", "its lines are not in order".to_owned()));
    }
    Ok(entries)
}

/// `bag-info.txt`: labels and values, one line each, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BagInfo(pub(crate) Vec<(String, String)>);

impl BagInfo {
    /// Reads the form that [`BagInfo::text`] writes: `Label: value`, LF, no folded lines.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let lines = text.strip_suffix('\n')?.split('\n');
        let pairs = lines.map(|line| {
            let (label, value) = line.split_once(": ")?;
            (label_is_plain(label) && value_is_plain(value))
                .then(|| (label.to_owned(), value.to_owned()))
        });
        pairs.collect::<Option<Vec<_>>>().map(Self)
    }

    pub(crate) fn text(&self) -> String {
        self.0
            .iter()
            .fold(String::new(), |mut text, (label, value)| {
                let _ = writeln!(text, "{label}: {value}");
                text
            })
    }

    /// The value of a label that stands exactly once.
    pub(crate) fn one(&self, label: &str) -> Option<&str> {
        let mut found = self
            .0
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(label));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

pub(crate) fn label_is_plain(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 64
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// One printable line without space at its ends: readers fold and trim, so anything else would be read in two ways.
pub(crate) fn value_is_plain(value: &str) -> bool {
    let invisible = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    !value.is_empty() && value.len() <= 4096 && value.trim() == value && !value.contains(invisible)
}

/// A civil date `YYYY-MM-DD` between 1980 and 2107, the years that a zip entry can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    year: u16,
    month: u16,
    day: u16,
}

impl Date {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = |range: std::ops::Range<usize>| -> Option<u16> {
            let part = text.get(range)?;
            part.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| part.parse().ok())?
        };
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
            return None;
        }
        let date = Self {
            year: digits(0..4)?,
            month: digits(5..7)?,
            day: digits(8..10)?,
        };
        let leap = date.year.is_multiple_of(4)
            && (!date.year.is_multiple_of(100) || date.year.is_multiple_of(400));
        let days = match date.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((1980..=2107).contains(&date.year) && (1..=days).contains(&date.day)).then_some(date)
    }

    /// The date as a zip entry carries it.
    pub(crate) fn dos(self) -> u16 {
        (self.year - 1980) << 9 | self.month << 5 | self.day
    }

    /// The date as the number `YYYYMMDD`, as allowed_signers writes its limits.
    pub(crate) fn number(self) -> u64 {
        u64::from(self.year) * 10_000 + u64::from(self.month) * 100 + u64::from(self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_only_in_its_one_form() {
        let entries = BTreeMap::from([
            ("data/a".to_owned(), [7; 32]),
            ("data/b/c.pdf".to_owned(), [9; 32]),
        ]);
        let text = manifest_text(&entries);
        assert_eq!(
            read_manifest(text.as_bytes()),
            Ok(entries),
            "what was written is read"
        );
        let code = |text: String| read_manifest(text.as_bytes()).map_err(|(code, _)| code);
        let hash = "0".repeat(64);
        assert_eq!(
            code(text.replace("  ", " *")),
            Err("B-23"),
            "binary marks are another form"
        );
        assert_eq!(
            code(text.replace('\n', "\r\n")),
            Err("B-14"),
            "CRLF makes another name"
        );
        assert_eq!(
            code(text.trim_end().to_owned()),
            Err("B-23"),
            "a cut last line"
        );
        assert_eq!(
            code(format!("{hash}  data/../../x\n")),
            Err("B-11"),
            "a way out"
        );
        assert_eq!(
            code(format!("{hash}  data/x\n{hash}  data/X\n")),
            Err("B-13"),
            "a case twin"
        );
        assert_eq!(
            code(format!("{hash}  data/x%2fy\n")),
            Err("B-14"),
            "an encoded slash"
        );
        assert_eq!(
            code(format!("{hash}  data/x\n{hash}  data/a\n")),
            Err("B-23"),
            "not in order"
        );
    }

    #[test]
    fn bag_info_is_read_as_it_is_written() {
        let info = BagInfo(vec![
            ("Bagging-Date".into(), "2026-11-23".into()),
            ("Source-Organization".into(), "Łódź Cloud: GmbH".into()),
        ]);
        assert_eq!(
            BagInfo::read(info.text().as_bytes()),
            Some(info),
            "a colon and letters of any script survive"
        );
        for bad in [
            "",
            "A: b",
            "A : b\n",
            "A: b\n  folded\n",
            "A: b\r\n",
            "A:b\n",
        ] {
            assert_eq!(
                BagInfo::read(bad.as_bytes()),
                None,
                "{bad:?} is another form"
            );
        }
    }

    #[test]
    fn the_reference_stands_in_the_folder_name() {
        assert_eq!(
            reference_in("F4-2026-0007-7f3a9c21").as_deref(),
            Some("F4-2026-0007")
        );
        assert_eq!(reference_in("holiday-photos"), None);
    }

    #[test]
    fn dates_are_real_days() {
        assert_eq!(
            Date::parse("2028-02-29").map(Date::number),
            Some(20_280_229)
        );
        for bad in [
            "2026-02-29",
            "2026-13-01",
            "1979-01-01",
            "2026-1-01",
            "2026-01-00",
            "2108-01-01",
            "+026-01-01",
        ] {
            assert_eq!(
                Date::parse(bad),
                None,
                "{bad} is no day that a bundle can carry"
            );
        }
    }
}
