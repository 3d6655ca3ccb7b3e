//! Bundles over 4 GiB, where zip64 begins: sealed, read back, verified, read by the stock tools, with memory that does not grow.
//! Not run by default: it writes some 4.2 GB to the folder for temporary files. `CIPDESK_LARGE_MIB` takes another size.

use crate::support::*;
use bundle::{Content, PayloadPath};
use std::{fs, io::Read, time::Instant};

/// Bytes that are no zeros and cost nothing to make.
struct Counting(u64);

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.0).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        for (place, byte) in buffer[..count].iter_mut().enumerate() {
            *byte = (self.0 as u8).wrapping_add(place as u8);
        }
        self.0 -= count as u64;
        Ok(count)
    }
}

fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
#[ignore = "writes more than 4 GB: cargo test -p bundle --test it -- --ignored large"]
fn a_file_over_4_gib_is_sealed_and_verified_with_the_memory_of_a_small_one() {
    let mib: u64 = std::env::var("CIPDESK_LARGE_MIB")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(4_200);
    let bytes = mib << 20;
    let (_small, zip) = sealed(1);
    assert!(judge(&zip).unwrap().valid);
    let before = peak();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("large.bundle.zip");
    let mut draft = sample(1);
    // Two files: the second lies beyond 4 GiB and needs the wide offset too.
    for (path, bytes) in [
        ("documents/0003.bin", bytes),
        ("documents/0004.bin", 1 << 20),
    ] {
        draft.files.push((
            PayloadPath::new(path).unwrap(),
            Content::Reader {
                bytes,
                sha256: hash_of(&mut Counting(bytes)),
                open: Box::new(move || Ok(Box::new(Counting(bytes)))),
            },
        ));
    }
    let start = Instant::now();
    let made = seal_to(draft, &out).unwrap();
    let sealing = start.elapsed();
    assert!(made.bytes > bytes);
    let start = Instant::now();
    let report = judge(&out).unwrap();
    let verifying = start.elapsed();
    assert!(report.valid, "{:?}", report.problems);
    let grown = peak() - before;
    println!(
        "{mib} MiB: sealed and read back in {:.0} s, verified in {:.0} s, {grown} KiB more memory than for 1 KiB",
        sealing.as_secs_f64(),
        verifying.as_secs_f64()
    );
    assert!(grown < 32 * 1024, "memory grew by {grown} KiB");
    // The stock tool reads the same archive, and the same names and sizes in it.
    let listed = run_ok("unzip", &["-l", out.to_str().unwrap()], folder.path());
    assert!(listed.contains(&bytes.to_string()), "{listed}");
    // What is deep inside matters like everything else.
    let file = fs::OpenOptions::new().write(true).open(&out).unwrap();
    std::os::unix::fs::FileExt::write_at(&file, b"!", bytes / 2).unwrap();
    assert_eq!(codes(&out), ["B-22"]);
}
