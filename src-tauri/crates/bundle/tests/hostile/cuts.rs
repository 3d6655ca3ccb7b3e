//! Bundles that were cut where one part ends and the next begins, and bundles with one byte changed in each part that a zip has.

use crate::{kinds::Kind, support::*};

/// A part of an archive: what it is, and where it lies.
struct Part {
    what: &'static str,
    codes: &'static [&'static str],
    start: usize,
    length: usize,
}

/// Every part of a bundle's zip in the order of its bytes.
fn parts(bytes: &[u8]) -> Vec<Part> {
    let half = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    // Where a name in front of the data is changed, it is another name than that in the directory.
    const HEADER: &[&str] = &["B-15", "B-16"];
    const DIRECTORY: &[&str] = &[
        "B-11", "B-12", "B-13", "B-14", "B-15", "B-16", "B-17", "B-18", "B-21", "B-23", "B-30",
        "B-01",
    ];
    const CONTENT: &[&str] = &[
        "B-22", "B-23", "B-31", "B-32", "B-33", "B-35", "B-36", "B-41", "B-15", "B-14", "B-11",
    ];
    let mut found = Vec::new();
    let mut at = 0;
    let mut add = |what, codes, length: usize| {
        if length > 0 {
            found.push(Part {
                what,
                codes,
                start: at,
                length,
            });
        }
        at += length;
        at
    };
    let mut at = 0;
    while word(at) == 0x0403_4b50 {
        let (size, name) = (word(at + 22), half(at + 26));
        let path = String::from_utf8_lossy(&bytes[at + 30..at + 30 + name]).into_owned();
        for (what, length) in [
            ("a byte changed in the mark before an entry", 4),
            ("a byte changed in the version before an entry", 2),
            ("a byte changed in the flags before an entry", 2),
            ("a byte changed in the method before an entry", 2),
            ("a byte changed in the time and date before an entry", 4),
            ("a byte changed in the checksum before an entry", 4),
            ("a byte changed in the sizes before an entry", 8),
            ("a byte changed in the lengths before an entry", 4),
        ] {
            add(what, HEADER, length);
        }
        add("a byte changed in the name before an entry", HEADER, name);
        let what = match path.rsplit('/').next().unwrap() {
            "tagmanifest-sha256.txt.sig" => "a byte changed in the signature",
            "tagmanifest-sha256.txt" => "a byte changed in the list of tag files",
            "manifest-sha256.txt" => "a byte changed in the list of files",
            "allowed_signers" => "a byte changed in allowed_signers",
            "bag-info.txt" => "a byte changed in bag-info.txt",
            "bagit.txt" => "a byte changed in bagit.txt",
            "VERIFY.txt" => "a byte changed in VERIFY.txt",
            _ => "a byte changed in a document",
        };
        at = add(what, CONTENT, size);
    }
    while word(at) == 0x0201_4b50 {
        let name = half(at + 28);
        for (what, length) in [
            ("a byte changed in a mark of the directory", 4),
            ("a byte changed in the versions in the directory", 4),
            ("a byte changed in the flags and method in the directory", 4),
            ("a byte changed in the time and date in the directory", 4),
            ("a byte changed in a checksum in the directory", 4),
            ("a byte changed in the sizes in the directory", 8),
            ("a byte changed in the lengths in the directory", 6),
            (
                "a byte changed in the disk and attributes in the directory",
                8,
            ),
            ("a byte changed in an offset in the directory", 4),
        ] {
            add(what, DIRECTORY, length);
        }
        at = add("a byte changed in a name of the directory", DIRECTORY, name);
    }
    add("a byte changed in the end", DIRECTORY, bytes.len() - at);
    found
}

/// One kind for the boundaries of the parts, and one for each class of bytes.
pub(crate) fn cuts(sample: &Bag) -> Vec<Kind> {
    let parts = parts(&sample.zip().bytes());
    let mut kinds: Vec<Kind> = Vec::new();
    for place in 0..parts.len() {
        kinds.push((
            "cut where a part ends",
            &["B-16", "B-01"],
            Box::new(move |bag, _| {
                let mut bytes = bag.zip().bytes();
                let start = self::parts(&bytes)[place].start;
                bytes.truncate(start);
                bytes
            }),
        ));
    }
    let mut classes: Vec<(&'static str, &'static [&'static str])> =
        parts.iter().map(|part| (part.what, part.codes)).collect();
    classes.sort_unstable();
    classes.dedup();
    for (what, codes) in classes {
        kinds.push((
            what,
            codes,
            Box::new(move |bag, seed| {
                let mut bytes = bag.zip().bytes();
                let mut of: Vec<Part> = self::parts(&bytes)
                    .into_iter()
                    .filter(|part| part.what == what)
                    .collect();
                // Each seed takes another entry, byte and bit.
                let seed = usize::from(seed);
                let part = of.swap_remove(seed * 7 % of.len());
                bytes[part.start + seed * 31 % part.length] ^= 1 << (seed % 8);
                bytes
            }),
        ));
    }
    kinds
}
