//! Archives that say two things, hide something, or are none.

use crate::{kinds::*, support::*};

pub(crate) fn forms() -> Vec<Kind> {
    let extra = |id: u16| [&id.to_le_bytes()[..], &[4, 0, 1, 2, 3, 4]].concat();
    let zip64 = |size: u32| {
        [
            &[1, 0, 16, 0][..],
            &u64::from(size).to_le_bytes(),
            &u64::from(size).to_le_bytes(),
        ]
        .concat()
    };
    vec![
        archive("a data descriptor", &["B-15"], |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            raw.flags = 8;
            raw.after = [
                &0x0807_4b50u32.to_le_bytes()[..],
                &raw.crc.to_le_bytes(),
                &raw.size.to_le_bytes(),
                &raw.size.to_le_bytes(),
            ]
            .concat();
        }),
        archive("an encryption flag", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").flags = 1
        }),
        archive("a UTF-8 flag", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").flags = 0x800
        }),
        archive("compression", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").method = 8
        }),
        archive("an unknown method", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").method = 99
        }),
        archive("another version", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").version = 20
        }),
        archive("an entry's comment", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").comment = b"hello".to_vec()
        }),
        archive("an archive comment", &["B-15"], |zip, _| {
            zip.comment = b"hello".to_vec()
        }),
        archive("a timestamp field", &["B-15"], move |zip, _| {
            zip.entry("data/filing.pdf").central_extra = extra(0x5455)
        }),
        archive("a Unicode-path field", &["B-15"], move |zip, _| {
            zip.entry("data/filing.pdf").local_extra = extra(0x7075)
        }),
        archive("zip64 where none is needed", &["B-15"], move |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.local_extra, raw.central_extra) = (zip64(raw.size), zip64(raw.size));
        }),
        archive("a zip64 lie", &["B-15"], move |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.size, raw.packed, raw.version) = (u32::MAX, u32::MAX, 45);
            (raw.local_extra, raw.central_extra) = (zip64(300), zip64(300));
        }),
        archive("a zip64 end where none is needed", &["B-15"], |zip, _| {
            zip.zip64 = true
        }),
        archive("another name before the data", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").local_name =
                Some(format!("{NAME}/data/filing.exe").into_bytes())
        }),
        archive("another size before the data", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").local_size = Some(1)
        }),
        archive("a size beyond the data", &["B-15"], |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.size, raw.packed) = (100_000, 100_000);
        }),
        archive("a size short of the data", &["B-16"], |zip, _| {
            let raw = zip.entry("data/filing.pdf");
            (raw.size, raw.packed) = (1, 1);
        }),
        archive("two sizes", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").packed = 299
        }),
        archive("a wrong checksum", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").crc ^= 1
        }),
        archive("a wrong checksum of the signature", &["B-33"], |zip, _| {
            zip.entry(SIGNATURE).crc ^= 1
        }),
        archive("another date on one entry", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").date += 1
        }),
        archive("another date on all entries", &["B-15"], |zip, _| {
            zip.entries.iter_mut().for_each(|raw| raw.date += 1)
        }),
        archive("other permissions", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").attributes = 0o104_755 << 16
        }),
        archive("another order", &["B-15"], |zip, seed| {
            zip.entries.rotate_left(1 + usize::from(seed) % 3)
        }),
        archive("hidden data between entries", &["B-16"], |zip, seed| {
            zip.entry("data/filing.json").after = vec![seed; 40]
        }),
        archive(
            "hidden data before the directory",
            &["B-16"],
            |zip, seed| zip.between = vec![seed; 40],
        ),
        archive("data before the beginning", &["B-16"], |zip, seed| {
            zip.before = vec![seed | 1; 64]
        }),
        archive("an archive before the beginning", &["B-16"], |zip, _| {
            zip.before = zip.bytes()
        }),
        archive("data after the end", &["B-16"], |zip, seed| {
            zip.after = vec![seed; 30]
        }),
        archive("a second archive after the end", &["B-16"], |zip, _| {
            let mut other = zip.clone();
            other.entry("data/filing.pdf").data[0] ^= 1;
            zip.after = other.bytes();
        }),
        archive("a second directory", &["B-16"], |zip, _| {
            let bytes = zip.bytes();
            let start = bytes
                .windows(4)
                .position(|part| part == [0x50, 0x4b, 1, 2])
                .unwrap();
            zip.between = bytes[start..bytes.len() - 22].to_vec();
        }),
        archive("two entries sharing their data", &["B-15"], |zip, _| {
            zip.entry("data/filing.pdf").offset = Some(0)
        }),
        archive("a count too low", &["B-16"], |zip, _| {
            zip.count = Some(zip.entries.len() as u16 - 1)
        }),
        archive("a count too high", &["B-16"], |zip, _| {
            zip.count = Some(zip.entries.len() as u16 + 1)
        }),
        (
            "a bare end record",
            &["B-16"],
            Box::new(|_, _| Zip::default().bytes()),
        ),
        ("nothing", &["B-01"], Box::new(|_, _| Vec::new())),
        (
            "a text",
            &["B-01"],
            Box::new(|_, seed| vec![b'a' + seed % 26; 500]),
        ),
        (
            "a tar",
            &["B-01"],
            Box::new(|bag, _| [bag.0["data/filing.pdf"].clone(), vec![0; 1024]].concat()),
        ),
        (
            "another archive",
            &["B-01"],
            Box::new(|_, seed| {
                Zip {
                    entries: vec![Raw::new("holiday/beach.jpg", &[seed])],
                    ..Zip::default()
                }
                .bytes()
            }),
        ),
    ]
}
