//! Zips of others that `bag check` reads: bombs, shared data, lies. They are not bundles, and not refused for that.

use crate::{costs::Costs, support::*};
use std::{fs, io::Write as _, path::Path};

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// An entry that unpacks to so many zeros, and claims to unpack to `claimed` bytes.
fn bomb(name: &str, packed: &[u8], claimed: u32) -> Raw {
    let mut raw = Raw::new(&format!("{NAME}/{name}"), packed);
    (raw.method, raw.size) = (8, claimed);
    raw
}

fn checked(path: &Path) -> (String, Costs) {
    let (judged, cost) = Costs::of(|| bundle::bag_check(path, &mut bundle::silent));
    let code = match judged {
        Ok(report) => report
            .errors
            .first()
            .map_or("valid", |first| first.code)
            .to_owned(),
        Err(refusal) => refusal.code.to_owned(),
    };
    (code, cost)
}

pub(crate) fn bags_are_refused(path: &Path, bag: &Bag) {
    let zeros = deflated(&vec![0; 64 << 20]);
    let bag_of = |more: Vec<Raw>| {
        let own = ["bagit.txt", "manifest-sha256.txt"]
            .map(|name| Raw::new(&format!("{NAME}/{name}"), &bag.0[name]));
        Zip {
            entries: own.into_iter().chain(more).collect(),
            ..Zip::default()
        }
    };
    let many: Vec<Raw> = (0..40)
        .map(|number| bomb(&format!("data/{number}"), &zeros, 64 << 20))
        .collect();
    let mut shared = many.clone();
    let at = bag_of(Vec::new()).bytes();
    let directory = at
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap() as u32;
    for raw in &mut shared {
        raw.offset = Some(directory);
    }
    let mut lie = bag_of(vec![bomb("data/x", &zeros, 10)]);
    lie.entries[1] = Raw::new(
        &format!("{NAME}/manifest-sha256.txt"),
        format!("{}  data/x\n", "0".repeat(64)).as_bytes(),
    );
    let odd_line = format!("{}  data/{}\n", "0".repeat(64), "a/".repeat(200_000));
    let mut list = bag_of(Vec::new());
    list.entries[1] = Raw::new(&format!("{NAME}/manifest-sha256.txt"), odd_line.as_bytes());
    let mut lines = bag_of(Vec::new());
    lines.entries[1] = Raw::new(
        &format!("{NAME}/manifest-sha256.txt"),
        "x\n".repeat(1 << 20).as_bytes(),
    );
    for (what, zip, code) in [
        ("forty bombs of 64 MB each", bag_of(many), "B-17"),
        (
            "forty entries with the data of one bomb",
            bag_of(shared),
            "B-15",
        ),
        ("a bomb that claims ten bytes", lie, "E-BAG-DAMAGED"),
        (
            "a name of two hundred thousand parts",
            list,
            "E-BAG-MISSING",
        ),
        ("a list of a million bad lines", lines, "E-BAG-MANIFEST"),
    ] {
        fs::write(path, zip.bytes()).unwrap();
        let (found, cost) = checked(path);
        assert_eq!(found, code, "{what}");
        assert!(
            cost.memory < crate::MEMORY && cost.written == 0,
            "{what}: {cost:?}"
        );
        println!("    1  bag check, {what}: {found}, {} KiB", cost.memory);
    }
}
