//! The only module that touches `age`: headers are bounded before they are parsed, plain text is used only after a clean end,
//! and the crate's own error texts are never shown.

use crate::{error::VaultError, folder};
use age::secrecy::ExposeSecret;
use secrecy::SecretString;
use std::{
    io::{self, BufRead, BufReader, Cursor, Read, Write},
    path::Path,
    str::FromStr,
};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

const LARGEST_HEADER: usize = 16 * 1024;
const MOST_STANZAS: usize = 20;
const LONGEST_LINE: usize = 128;
/// The largest key file: identity, approval key, vault key.
const LARGEST_KEY_FILE: u64 = 64 * 1024;
/// The work that is accepted on reading (security 3.4).
const WORK: std::ops::RangeInclusive<u8> = 15..=20;

/// What a header asks for.
struct Header {
    stanzas: usize,
    /// log2 of scrypt's N, for a passphrase file.
    work: Option<u8>,
}

/// Reads the header's lines, within limits, without believing any of them: the crate's own parser is quadratic in the stanzas.
fn scan(header: &[u8], name: &str) -> Result<Header, VaultError> {
    let odd = || VaultError::Header(name.to_owned());
    let damaged = || VaultError::KeyFile(name.to_owned());
    let mut lines = header.split(|byte| *byte == b'\n');
    if lines.next() != Some(b"age-encryption.org/v1") {
        return Err(damaged());
    }
    let mut found = Header {
        stanzas: 0,
        work: None,
    };
    let mut read = 0;
    for line in lines {
        read += line.len() + 1;
        if line.len() > LONGEST_LINE || read > LARGEST_HEADER {
            return Err(odd());
        }
        if line.starts_with(b"---") {
            return Ok(found);
        }
        if let Some(stanza) = line.strip_prefix(b"-> ") {
            found.stanzas += 1;
            if found.stanzas > MOST_STANZAS {
                return Err(odd());
            }
            let words: Vec<&[u8]> = stanza.split(|byte| *byte == b' ').collect();
            if let [b"scrypt", _, work] = words.as_slice() {
                found.work = Some(
                    std::str::from_utf8(work)
                        .ok()
                        .and_then(|text| text.parse().ok())
                        .ok_or_else(damaged)?,
                );
            }
        }
    }
    Err(if header.len() >= LARGEST_HEADER {
        odd()
    } else {
        damaged()
    })
}

/// The passphrase as it goes into the function: NFKC, so that two keyboards give the same bytes.
fn normal(passphrase: &SecretString) -> SecretString {
    let text: String = passphrase.expose_secret().nfkc().collect();
    SecretString::from(text)
}

/// Seals a small text with a passphrase.
pub(crate) fn seal_with_passphrase(
    plain: &[u8],
    passphrase: &SecretString,
    work: u8,
) -> Result<Vec<u8>, VaultError> {
    let work = work.clamp(*WORK.start(), *WORK.end());
    enough_memory(work)?;
    let mut recipient = age::scrypt::Recipient::new(normal(passphrase));
    recipient.set_work_factor(work);
    seal_to(plain, std::iter::once(&recipient as &dyn age::Recipient))
}

/// Seals a small text to recipients (`age1...`).
pub(crate) fn seal_to_recipients(
    plain: &[u8],
    recipients: &[String],
) -> Result<Vec<u8>, VaultError> {
    let parsed: Vec<age::x25519::Recipient> = recipients
        .iter()
        .map(|text| age::x25519::Recipient::from_str(text).map_err(|_| VaultError::Key))
        .collect::<Result<_, _>>()?;
    seal_to(
        plain,
        parsed
            .iter()
            .map(|recipient| recipient as &dyn age::Recipient),
    )
}

fn seal_to<'a>(
    plain: &[u8],
    recipients: impl Iterator<Item = &'a dyn age::Recipient>,
) -> Result<Vec<u8>, VaultError> {
    let encryptor = age::Encryptor::with_recipients(recipients).map_err(|_| VaultError::Key)?;
    let mut out = Vec::new();
    let mut writer = encryptor
        .wrap_output(&mut out)
        .map_err(|_| VaultError::Key)?;
    writer
        .write_all(plain)
        .and_then(|()| writer.finish().map(|_| ()))
        .map_err(|_| VaultError::Key)?;
    Ok(out)
}

/// Asks for the memory that scrypt will ask for (128 bytes times r times N, with r = 8), because a refusal there would end the program.
fn enough_memory(work: u8) -> Result<(), VaultError> {
    let bytes = 1024usize << work;
    let mut asked: Vec<u8> = Vec::new();
    asked
        .try_reserve_exact(bytes + bytes / 16)
        .map_err(|_| VaultError::Memory(bytes >> 20))
}

/// Opens a passphrase file of the keyring. `label` names the member in the message.
pub(crate) fn open_with_passphrase(
    path: &Path,
    passphrase: &SecretString,
    label: &str,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let name = folder::name(path);
    let bytes = match folder::read(path, LARGEST_KEY_FILE) {
        Err(VaultError::Disk(_, io::ErrorKind::NotFound)) => {
            return Err(VaultError::KeyFile(name));
        }
        read => read?,
    };
    let header = scan(&bytes, &name)?;
    match header.work {
        Some(work) if header.stanzas == 1 && WORK.contains(&work) => enough_memory(work)?,
        Some(_) if header.stanzas == 1 => return Err(VaultError::Work(name)),
        _ => return Err(VaultError::KeyFile(name)),
    }
    let mut identity = age::scrypt::Identity::new(normal(passphrase));
    identity.set_max_work_factor(*WORK.end());
    match decrypt(&bytes, &identity) {
        Ok(plain) => Ok(plain),
        // Exactly this error on a well-formed file is a wrong passphrase; everything else is damage (security 3.5, step 4).
        Err(Refused::Key) => Err(VaultError::Passphrase(label.to_owned())),
        Err(Refused::Damaged) => Err(VaultError::KeyFile(name)),
    }
}

/// Opens a file sealed to an identity (`AGE-SECRET-KEY-1...`).
pub(crate) fn open_with_identity(
    path: &Path,
    identity: &str,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let name = folder::name(path);
    let bytes = folder::read(path, LARGEST_KEY_FILE)?;
    scan(&bytes, &name)?;
    let identity = age::x25519::Identity::from_str(identity).map_err(|_| VaultError::Key)?;
    decrypt(&bytes, &identity).map_err(|_| VaultError::KeyFile(name))
}

enum Refused {
    Key,
    Damaged,
}

fn decrypt(bytes: &[u8], identity: &dyn age::Identity) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let decryptor =
        age::Decryptor::new_buffered(Cursor::new(bytes)).map_err(|_| Refused::Damaged)?;
    let mut reader = decryptor
        .decrypt(std::iter::once(identity))
        .map_err(|error| match error {
            age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => Refused::Key,
            _ => Refused::Damaged,
        })?;
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader
        .read_to_end(&mut plain)
        .map_err(|_| Refused::Damaged)?;
    Ok(plain)
}

/// A new X25519 identity and its public half.
pub fn new_identity() -> (Zeroizing<String>, String) {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    (
        Zeroizing::new(identity.to_string().expose_secret().to_owned()),
        recipient,
    )
}

/// The public half of an identity; none where it is no identity.
pub fn recipient_of(identity: &str) -> Option<String> {
    Some(
        age::x25519::Identity::from_str(identity.trim())
            .ok()?
            .to_public()
            .to_string(),
    )
}

/// A writer that encrypts to one recipient.
pub(crate) fn encrypt_stream<W: Write>(
    to: &str,
    out: W,
) -> io::Result<age::stream::StreamWriter<W>> {
    let recipient =
        age::x25519::Recipient::from_str(to).map_err(|_| io::ErrorKind::InvalidInput)?;
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
            .map_err(|_| io::ErrorKind::InvalidInput)?;
    encryptor.wrap_output(out)
}

/// A reader of a file sealed to one identity. It fails at its end unless the file ended cleanly.
pub(crate) fn decrypt_stream<R: Read>(identity: &str, file: R) -> io::Result<impl Read + use<R>> {
    let mut buffered = BufReader::with_capacity(LARGEST_HEADER + 1, file);
    // One fill is enough for a header of ours, which is a few hundred bytes.
    scan(buffered.fill_buf()?, "document").map_err(|_| io::ErrorKind::InvalidData)?;
    let identity =
        age::x25519::Identity::from_str(identity).map_err(|_| io::ErrorKind::InvalidInput)?;
    let decryptor =
        age::Decryptor::new_buffered(buffered).map_err(|_| io::ErrorKind::InvalidData)?;
    decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(|_| io::ErrorKind::InvalidData.into())
}
