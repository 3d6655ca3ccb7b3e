//! Encrypted bundles that are for somebody else, cut, changed, or not what they say. What is inside is sound unless said otherwise.

use crate::{kinds::Kind, support::*};
use age::x25519;
use std::io::Write as _;

pub(crate) fn identity() -> x25519::Identity {
    x25519::Identity::generate()
}

fn secret(identity: &x25519::Identity) -> String {
    age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned()
}

pub(crate) fn reader(identity: &x25519::Identity) -> bundle::Identity {
    bundle::Identity::parse(&secret(identity), "key").unwrap()
}

fn closed_to(keys: &[x25519::Recipient], bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let to = keys.iter().map(|key| key as &dyn age::Recipient);
    let mut sink = age::Encryptor::with_recipients(to)
        .unwrap()
        .wrap_output(&mut out)
        .unwrap();
    sink.write_all(bytes).unwrap();
    sink.finish().unwrap();
    out
}

/// Where the header of an age file ends.
fn header(bytes: &[u8]) -> usize {
    let mark = bytes.windows(5).position(|five| five == b"\n--- ").unwrap() + 5;
    mark + bytes[mark..]
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap()
        + 1
}

/// A bundle of 200 KB, so that its ciphertext has several pieces.
fn large(bag: &Bag) -> Vec<u8> {
    let mut bag = bag.clone();
    bag.set("data/documents/0003.bin", vec![b'x'; 200_000]);
    bag.list();
    bag.sign(1);
    bag.zip().bytes()
}

pub(crate) fn kinds(mine: &x25519::Identity) -> Vec<Kind> {
    let key = mine.to_public();
    let closed = move |bytes: &[u8]| closed_to(std::slice::from_ref(&key), bytes);
    let mut kinds: Vec<Kind> = Vec::new();
    let mut add =
        |what, codes, make: Box<dyn Fn(&Bag, u8) -> Vec<u8>>| kinds.push((what, codes, make));
    add(
        "encrypted to another key",
        &["B-02"],
        Box::new(|bag, _| closed_to(&[identity().to_public()], &bag.zip().bytes())),
    );
    add(
        "encrypted to nineteen other keys",
        &["B-02"],
        Box::new(|bag, _| {
            let keys: Vec<_> = (0..19).map(|_| identity().to_public()).collect();
            closed_to(&keys, &bag.zip().bytes())
        }),
    );
    add(
        "encrypted to thirty keys",
        &["B-03"],
        Box::new(|bag, _| {
            let keys: Vec<_> = (0..30).map(|_| identity().to_public()).collect();
            closed_to(&keys, &bag.zip().bytes())
        }),
    );
    add(
        "encrypted with a passphrase",
        &["B-05"],
        Box::new(|_, _| {
            b"age-encryption.org/v1\n-> scrypt bG9uZ3NhbHRsb25nc2FsdA 30\nMFFVVVd1dUh1dHVodHV0aHV0aHV0aHV0aHV0aHV0aHU\n--- AAAA\n".to_vec()
        }),
    );
    add(
        "a header of one endless line",
        &["B-03"],
        Box::new(|_, seed| {
            [
                b"age-encryption.org/v1\n-> ".to_vec(),
                vec![b'a' + seed; 4 << 20],
            ]
            .concat()
        }),
    );
    add(
        "a header without an end",
        &["B-03", "B-04"],
        Box::new(|_, _| {
            let stanza = "-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\nEmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n";
            format!("age-encryption.org/v1\n{}", stanza.repeat(5_000)).into_bytes()
        }),
    );
    add(
        "another version of age",
        &["B-01"],
        Box::new(|_, seed| format!("age-encryption.org/v{}\n--- x\n", 2 + seed).into_bytes()),
    );
    add(
        "an armour of one endless line",
        &["B-04"],
        Box::new(|_, seed| {
            [
                b"-----BEGIN AGE ENCRYPTED FILE-----\n".to_vec(),
                vec![b'A' + seed; 8 << 20],
            ]
            .concat()
        }),
    );
    add(
        "an armour of blank lines",
        &["B-04"],
        Box::new(|_, _| {
            [
                b"-----BEGIN AGE ENCRYPTED FILE-----\n".to_vec(),
                vec![b'\n'; 1 << 20],
            ]
            .concat()
        }),
    );
    let with = |closed: &(dyn Fn(&[u8]) -> Vec<u8> + 'static),
                change: &dyn Fn(&mut Vec<u8>, u8),
                bag: &Bag,
                seed: u8| {
        let mut bytes = closed(&large(bag));
        change(&mut bytes, seed);
        bytes
    };
    let changes: [(&'static str, &'static [&'static str], fn(&mut Vec<u8>, u8)); 9] = [
        (
            "ciphertext cut in the header",
            &["B-04", "B-01"],
            |bytes, seed| bytes.truncate(30 + usize::from(seed) * 10),
        ),
        (
            "ciphertext cut after the header",
            &["B-04"],
            |bytes, seed| {
                let end = header(bytes);
                bytes.truncate(end + usize::from(seed));
            },
        ),
        (
            "ciphertext cut where a piece ends",
            &["B-04"],
            |bytes, seed| {
                let end = header(bytes) + 16;
                bytes.truncate(end + (65_536 + 16) * (1 + usize::from(seed) % 3));
            },
        ),
        ("ciphertext cut at its last byte", &["B-04"], |bytes, _| {
            bytes.pop();
        }),
        (
            "a byte changed in the header of ciphertext",
            &["B-04", "B-02", "B-01", "B-03"],
            |bytes, seed| {
                let end = header(bytes);
                bytes[22 + usize::from(seed) * 13 % (end - 22)] ^= 1;
            },
        ),
        ("a byte changed in ciphertext", &["B-04"], |bytes, seed| {
            let end = header(bytes);
            let place = end + usize::from(seed) * 20_011 % (bytes.len() - end);
            bytes[place] ^= 1 << (seed % 8);
        }),
        (
            "two pieces of ciphertext exchanged",
            &["B-04"],
            |bytes, _| {
                let start = header(bytes) + 16;
                let (one, two) = bytes[start..].split_at_mut(65_536 + 16);
                one.swap_with_slice(&mut two[..65_536 + 16]);
            },
        ),
        (
            "something after the end of ciphertext",
            &["B-04"],
            |bytes, seed| bytes.push(seed),
        ),
        ("a piece of ciphertext twice", &["B-04"], |bytes, _| {
            let start = header(bytes) + 16;
            let piece = bytes[start..start + 65_536 + 16].to_vec();
            bytes.splice(start..start, piece);
        }),
    ];
    for (what, codes, change) in changes {
        let closed = closed.clone();
        add(
            what,
            codes,
            Box::new(move |bag, seed| with(&closed, &change, bag, seed)),
        );
    }
    let closed_again = closed.clone();
    add(
        "ciphertext in ciphertext",
        &["B-01"],
        Box::new(move |bag, _| closed_again(&closed_again(&bag.zip().bytes()))),
    );
    let closed_again = closed.clone();
    add(
        "a text encrypted to us",
        &["B-01"],
        Box::new(move |_, seed| closed_again(&vec![b'a' + seed; 1000])),
    );
    let closed_again = closed.clone();
    add(
        "a changed document, encrypted to us",
        &["B-22"],
        Box::new(move |bag, seed| {
            let mut bag = bag.clone();
            bag.0.get_mut("data/filing.pdf").unwrap()[usize::from(seed)] ^= 1;
            closed_again(&bag.zip().bytes())
        }),
    );
    add(
        "a way out, encrypted to us",
        &["B-11"],
        Box::new(move |bag, seed| {
            let mut zip = bag.zip();
            zip.entries.insert(0, Raw::new("../../x", &[seed; 9]));
            closed(&zip.bytes())
        }),
    );
    kinds
}
