//! Reading an age file that somebody else wrote: its header is bounded before it is parsed, and nothing is used before its clean end. Knows no bundles.

use crate::{
    error::Refusal,
    medium::Medium,
    progress::{Doing, Meter, Progress},
};
use aside::{Aside, Piece};
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Cursor, Read, Seek},
    path::Path,
};
use zeroize::Zeroizing;

/// Longest header that is parsed, in bytes; the parser's time grows with the square of it.
const MAX_HEADER: usize = 16 * 1024;
/// Most recipients of a file that is read.
pub(crate) const MAX_STANZAS: usize = 20;
const ARMOUR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const MAGIC: &[u8] = b"age-encryption.org/v1\n";

/// Our age identity: opens what was encrypted to us. Never printed.
pub struct Identity {
    keys: Vec<age::x25519::Identity>,
}

impl Identity {
    /// Reads an identity file: lines with `AGE-SECRET-KEY-1...`, comments with `#`.
    ///
    /// # Errors
    /// Errors of the disk; `E-BUNDLE-IDENTITY` as for [`Identity::parse`].
    pub fn read(file: &Path) -> Result<Self, Refusal> {
        let failed = |error| Refusal::machine("Reading the age identity", file, &error);
        let mut text = Zeroizing::new(Vec::with_capacity(64 * 1024));
        held::retry(|| File::open(file))
            .and_then(|open| open.take(64 * 1024).read_to_end(&mut text))
            .map_err(failed)?;
        Self::parse(
            std::str::from_utf8(&text).unwrap_or_default(),
            &file.display().to_string(),
        )
    }

    /// Reads identities from text; `origin` names it in messages.
    ///
    /// # Errors
    /// `E-BUNDLE-IDENTITY` if there is none, or a line is something else. The text is never repeated.
    pub fn parse(text: &str, origin: &str) -> Result<Self, Refusal> {
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines
            .map(str::parse)
            .collect::<Result<Vec<age::x25519::Identity>, _>>();
        match keys {
            Ok(keys) if !keys.is_empty() => Ok(Self { keys }),
            _ => Err(Refusal::input(
                "E-BUNDLE-IDENTITY",
                format!(
                    "{origin} is not an age identity file: its lines begin with AGE-SECRET-KEY-1. If it is protected by a passphrase, decrypt it with age first."
                ),
            )),
        }
    }

    fn public(&self) -> String {
        self.keys
            .iter()
            .map(|key| key.to_public().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Whether a file's first bytes are those of an age file, armoured or not.
pub(crate) fn looks_like_age(head: &[u8]) -> bool {
    head.starts_with(b"age-encryption.org/") || head.starts_with(ARMOUR)
}

/// The stanzas of an age header: each one's type.
pub(crate) struct Header {
    pub(crate) kinds: Vec<String>,
    bytes: Vec<u8>,
}

/// Takes the header, and no byte more, off a reader; at most 16 KiB and 20 stanzas.
pub(crate) fn take_header(from: &mut impl BufRead) -> Result<Header, Refusal> {
    let mut header = Header {
        kinds: Vec::new(),
        bytes: Vec::new(),
    };
    let cut = || {
        Refusal::coded(
            "B-04",
            "The file is incomplete or was changed on the way (stopped in its header). Ask for it again.",
        )
    };
    loop {
        let start = header.bytes.len();
        let room = (MAX_HEADER + 1 - start) as u64;
        from.take(room)
            .read_until(b'\n', &mut header.bytes)
            .map_err(|_| cut())?;
        let line = header.bytes.get(start..).unwrap_or_default();
        if header.bytes.len() > MAX_HEADER {
            return Err(Refusal::coded(
                "B-03",
                format!(
                    "The file's header is too large and was not read (limit {MAX_HEADER} bytes)."
                ),
            ));
        }
        if !line.ends_with(b"\n") {
            return Err(cut());
        }
        if start == 0 && line != MAGIC {
            return Err(Refusal::coded(
                "B-01",
                "Not a CIP Desk bundle: it is an encrypted file of another version of age.",
            ));
        }
        if let Some(stanza) = line.strip_prefix(b"-> ") {
            let kind = stanza
                .split(|b| *b == b' ' || *b == b'\n')
                .next()
                .unwrap_or_default();
            header
                .kinds
                .push(String::from_utf8_lossy(kind).into_owned());
        }
        if header.kinds.len() > MAX_STANZAS {
            return Err(Refusal::coded(
                "B-03",
                format!(
                    "The file is encrypted to too many recipients and was not read (limit {MAX_STANZAS})."
                ),
            ));
        }
        if line.starts_with(b"---") {
            return Ok(header);
        }
    }
}

/// Decrypts into a file without a name, in a folder that only this user may enter; both vanish with it.
pub(crate) fn decrypt(
    path: &Path,
    file: File,
    identity: Option<&Identity>,
    staging: Option<&Path>,
    progress: Progress<'_>,
) -> Result<Medium, Refusal> {
    let failed = |error: io::Error| Refusal::machine("Reading", path, &error);
    let length = file.metadata().map_err(failed)?.len();
    let mut input = BufReader::with_capacity(256 * 1024, file);
    let armoured = input.fill_buf().map_err(failed)?.starts_with(ARMOUR);
    if armoured {
        let mut plain = BufReader::new(age::armor::ArmoredReader::new(ShortLines {
            inner: input,
            since: 0,
        }));
        decrypt_from(&mut plain, length, identity, staging, progress)
    } else {
        decrypt_from(&mut input, length, identity, staging, progress)
    }
}

/// Longest line of an armour that is read; the form has 64 characters.
const MAX_LINE: usize = 128;

/// Gives an armour on, and refuses a line without an end: its reader would collect it whole.
struct ShortLines<R> {
    inner: R,
    since: usize,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        for byte in buffer.get(..got).unwrap_or_default() {
            self.since = if *byte == b'\n' { 0 } else { self.since + 1 };
            if self.since > MAX_LINE {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(got)
    }
}

fn decrypt_from(
    input: &mut impl BufRead,
    length: u64,
    identity: Option<&Identity>,
    staging: Option<&Path>,
    progress: Progress<'_>,
) -> Result<Medium, Refusal> {
    let header = take_header(input)?;
    if header.kinds.iter().any(|kind| kind == "scrypt") {
        return Err(Refusal::coded(
            "B-05",
            "Protected by a passphrase, not by a key. Decrypt it with age first, then verify the zip.",
        ));
    }
    let Some(identity) = identity else {
        return Err(Refusal::coded(
            "B-02",
            "Encrypted. Give the file with your age identity to open it.",
        ));
    };
    let stopped = |done: u64| {
        Refusal::coded(
            "B-04",
            format!(
                "The file is incomplete or was changed on the way (stopped after {} KB). Nothing of it was used. Ask for it again.",
                done / 1000
            ),
        )
    };
    let decryptor =
        age::Decryptor::new_buffered(BufReader::new(Cursor::new(header.bytes).chain(input)))
            .map_err(|_| stopped(0))?;
    let mut plain = decryptor
        .decrypt(identity.keys.iter().map(|key| key as &dyn age::Identity))
        .map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => Refusal::coded(
                "B-02",
                format!(
                    "Encrypted for someone else. Your key is {}; ask the sender to encrypt to it.",
                    identity.public()
                ),
            ),
            _ => stopped(0),
        })?;
    let base = staging.map_or_else(std::env::temp_dir, Path::to_owned);
    let writing = |error: io::Error| Refusal::machine("Decrypting in", &base, &error);
    room(&base, length)?;
    // The plaintext of what was encrypted on purpose never stands on a disk.
    let mut out = Aside::new(Medium::hidden(&base).map_err(writing)?);
    let mut meter = Meter::new(Doing::Decrypting, length, progress);
    let mut piece = Piece::new();
    let mut done = 0;
    while piece.fill(&mut plain).map_err(|_| stopped(done))? {
        let got = piece.bytes().len();
        out.pass(&mut piece).map_err(writing)?;
        done += got as u64;
        meter.add(got)?;
    }
    let mut out = out.finish().map_err(writing)?;
    out.rewind().map_err(writing)?;
    Ok(out)
}

/// Says before starting that there is too little room.
fn room(folder: &Path, needed: u64) -> Result<(), Refusal> {
    #[cfg(unix)]
    if let Ok(facts) = rustix::fs::statvfs(folder) {
        let free = facts.f_bavail.saturating_mul(facts.f_frsize);
        if free < needed {
            let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
            return Err(Refusal::coded(
                "B-59",
                format!(
                    "Decrypting needs {} MB free in {}; {} MB are available.",
                    megabytes(needed),
                    folder.display(),
                    megabytes(free)
                ),
            ));
        }
    }
    #[cfg(not(unix))]
    let _ = (folder, needed);
    Ok(())
}

/// Opens a path for judging: a regular file, not a link to a device, not empty.
pub(crate) fn open_regular(path: &Path) -> Result<(File, Vec<u8>), Refusal> {
    let failed = |error: io::Error| Refusal::machine("Reading", path, &error);
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Refusal::coded(
            "B-01",
            format!(
                "{} is not a bundle: it is neither a file nor a folder.",
                path.display()
            ),
        ));
    }
    let mut file = held::retry(|| File::open(path)).map_err(failed)?;
    let mut head = Vec::new();
    (&mut file)
        .take(64)
        .read_to_end(&mut head)
        .map_err(failed)?;
    file.rewind().map_err(failed)?;
    if head.is_empty() {
        return Err(Refusal::coded(
            "B-01",
            format!("{} is not a bundle: it is empty.", path.display()),
        ));
    }
    Ok((file, head))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(header: &[u8]) -> &'static str {
        take_header(&mut &header[..])
            .map(|_| "read")
            .unwrap_or_else(|refusal| refusal.code)
    }

    #[test]
    fn too_little_room_is_said_before_anything_is_written() {
        let folder = std::env::temp_dir();
        assert!(room(&folder, 1).is_ok());
        let refusal = room(&folder, u64::MAX).unwrap_err();
        assert_eq!(refusal.code, "B-59");
        assert!(refusal.to_string().contains("MB free"), "{refusal}");
    }

    #[test]
    fn a_header_is_bounded_before_it_is_parsed() {
        let magic = String::from_utf8_lossy(MAGIC);
        let stanza = "-> X25519 abc\nbody\n";
        assert_eq!(
            code(format!("{magic}{}--- mac\n", stanza.repeat(20)).as_bytes()),
            "read",
            "twenty recipients are read"
        );
        assert_eq!(
            code(format!("{magic}{}--- mac\n", stanza.repeat(21)).as_bytes()),
            "B-03",
            "one more is not"
        );
        assert_eq!(
            code(format!("{magic}-> X25519 {}\n", "a".repeat(20_000)).as_bytes()),
            "B-03",
            "nor 20 KB of one line"
        );
        assert_eq!(
            code(format!("{magic}{stanza}").as_bytes()),
            "B-04",
            "a cut header"
        );
        assert_eq!(
            code(b"age-encryption.org/v9\n--- x\n"),
            "B-01",
            "another version"
        );
    }
}
