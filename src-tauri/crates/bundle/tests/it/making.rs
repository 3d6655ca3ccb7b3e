//! Laws over random drafts: what is sealed verifies, and no single changed byte of the file survives.

use crate::support::*;
use proptest::prelude::*;
use std::{collections::BTreeMap, fs};

pub(crate) fn payload() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    // No name that Windows reserves ends so; "aux" ends in an x.
    let part = "[a-z0-9][a-z0-9_-]{0,12}q";
    let path =
        proptest::collection::vec(part, 1..4).prop_map(|parts| format!("{}.bin", parts.join("/")));
    proptest::collection::btree_map(path, proptest::collection::vec(any::<u8>(), 0..200), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sealed_verifies_and_a_flipped_bit_is_refused(files in payload(), places in proptest::collection::vec((any::<prop::sample::Index>(), 0u8..8), 24)) {
        let folder = tempfile::tempdir().unwrap();
        let zip = folder.path().join("x.zip");
        seal_to(draft(files.iter().map(|(path, bytes)| (path.as_str(), bytes.clone())).collect()), &zip).unwrap();
        let report = judge(&zip).unwrap();
        prop_assert!(report.valid, "{:?}", report.problems);
        prop_assert_eq!(report.files as usize, files.len());
        let bytes = fs::read(&zip).unwrap();
        for (index, bit) in places {
            let mut changed = bytes.clone();
            let place = index.index(changed.len());
            changed[place] ^= 1 << bit;
            fs::write(&zip, &changed).unwrap();
            prop_assert!(!codes(&zip).is_empty(), "bit {} of byte {} of {} may be changed unnoticed", bit, place, bytes.len());
        }
    }

    #[test]
    fn arbitrary_bytes_are_refused_without_a_crash(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"PK\x05\x06", b"age-encryption.org/v1\n"])) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, [head, &bytes].concat()).unwrap();
        prop_assert!(!codes(&path).is_empty());
        let _ = bundle::bag_check(&path, &mut bundle::silent);
    }
}

#[test]
fn every_single_byte_of_the_file_matters() {
    let (_folder, zip) = sealed(9);
    let bytes = fs::read(&zip).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1 << (place % 8);
        fs::write(&zip, &changed).unwrap();
        assert!(
            !codes(&zip).is_empty(),
            "byte {place} of {} may be changed unnoticed",
            bytes.len()
        );
    }
    for end in 0..bytes.len() {
        fs::write(&zip, &bytes[..end]).unwrap();
        let found = codes(&zip);
        assert!(
            found == ["B-16"] || (end < 4 && found == ["B-01"]),
            "cut at {end}: {found:?}"
        );
    }
    println!(
        "{} flips and {} cuts, all refused",
        bytes.len(),
        bytes.len()
    );
}
