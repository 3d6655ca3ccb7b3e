//! How a kind of bad bundle is made: by a change of its files, or by a change of the archive around them.

use crate::support::*;

/// What a kind is called, the code that it must be refused with, and how one is made of a sound bundle and a seed.
pub(crate) type Kind = (
    &'static str,
    &'static [&'static str],
    Box<dyn Fn(&Bag, u8) -> Vec<u8>>,
);

/// A change of the bag's files; the archive around them is perfect.
pub(crate) fn files(
    what: &'static str,
    code: &'static [&'static str],
    change: impl Fn(&mut Bag, u8) + 'static,
) -> Kind {
    let make = move |bag: &Bag, seed| {
        let mut bag = bag.clone();
        change(&mut bag, seed);
        bag.zip().bytes()
    };
    (what, code, Box::new(make))
}

/// A change of the archive; the bag in it is perfect.
pub(crate) fn archive(
    what: &'static str,
    code: &'static [&'static str],
    change: impl Fn(&mut Zip, u8) + 'static,
) -> Kind {
    let make = move |bag: &Bag, seed| {
        let mut zip = bag.zip();
        change(&mut zip, seed);
        zip.bytes()
    };
    (what, code, Box::new(make))
}

/// One more entry under a hostile name, wherever it sorts.
pub(crate) fn named(what: &'static str, code: &'static [&'static str], name: &'static str) -> Kind {
    archive(what, code, move |zip, seed| {
        let mut raw = Raw::new("", &[seed; 9]);
        raw.name = name.replace("NAME", NAME).into_bytes();
        zip.entries.push(raw);
        zip.entries.sort_by(|one, two| one.name.cmp(&two.name));
    })
}

pub(crate) fn typed(what: &'static str, mode: u32) -> Kind {
    archive(what, &["B-12"], move |zip, _| {
        zip.entry("data/filing.pdf").attributes = mode << 16
    })
}
