//! Encrypts a sealed bundle to age recipients, and proves from the written file to how many. Knows no bags and no identities.

use crate::{
    age_file::{MAX_STANZAS, take_header},
    bag::Digest,
    error::{Class, Refusal},
    progress::{Doing, Meter, Progress},
    seal::publish,
};
use aside::{Aside, Direct, Piece};
use sha2::{Digest as _, Sha256};
use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read, Seek, Write},
    path::Path,
    str::FromStr,
};

/// Most recipients of one bundle: a reader takes twenty stanzas, and one is noise that age adds.
const MAX_RECIPIENTS: usize = MAX_STANZAS - 1;

/// Somebody a bundle is encrypted to: an `age1...` public key.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(age::x25519::Recipient);

impl FromStr for Recipient {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let unusable =
            |why: &str| Refusal::input("E-BUNDLE-RECIPIENT", format!("Encrypting: {why}"));
        let text = text.trim();
        if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
            // Not repeated: it is a secret.
            return Err(unusable(
                "this is a secret key, not a recipient. Give the public key, which begins with age1; it stands in a comment of the identity file.",
            ));
        }
        // The words before the last 1 name the kind of key; an X25519 key may begin with the same letters by chance.
        if text.starts_with("age1pq1")
            || text.starts_with("age1tag1")
            || text.starts_with("age1tagpq1")
        {
            return Err(unusable(
                "this kind of age key is not supported. Ask the recipient for an X25519 key (made with age-keygen; age1 and 58 characters).",
            ));
        }
        if text.starts_with("ssh-") {
            return Err(unusable(
                "SSH keys are not supported as recipients. Ask the recipient for an age key (age1...).",
            ));
        }
        text.parse().map(Self).map_err(|_| unusable(&format!("{:?} is no age recipient: check it for missing or wrong characters (age1 and 58 characters).", shortened(text))))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(70).collect()
}

/// What one `--encrypt-to` means: an `age1...` key, or the name of a recipients file.
///
/// # Errors
/// `E-BUNDLE-RECIPIENT` if it is neither, or the file holds something else or nothing; errors of the disk.
pub fn parse_recipients(key_or_file: &str) -> Result<Vec<Recipient>, Refusal> {
    let path = Path::new(key_or_file);
    if !path.exists()
        && ["age1", "ssh-", "AGE-SECRET-KEY-"]
            .iter()
            .any(|prefix| key_or_file.starts_with(prefix))
    {
        return Ok(vec![key_or_file.parse()?]);
    }
    let mut text = String::new();
    held::retry(|| File::open(path))
        .and_then(|file| file.take(1 << 20).read_to_string(&mut text))
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => Refusal::input(
                "E-BUNDLE-RECIPIENT",
                format!(
                    "Encrypting: {} is not a text file with age recipients.",
                    path.display()
                ),
            ),
            _ => Refusal::machine("Reading the recipients file", path, &error),
        })?;
    recipients_from_text(&text, key_or_file)
}

/// The recipients in a text: one `age1...` a line, blank lines and `#` comments between; `origin` names it in messages.
///
/// # Errors
/// `E-BUNDLE-RECIPIENT` with the number of the first line that is none, or if there is none at all.
pub fn recipients_from_text(text: &str, origin: &str) -> Result<Vec<Recipient>, Refusal> {
    let lines = text
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let found = lines.map(|(number, line)| {
        line.parse::<Recipient>().map_err(|refusal| Refusal {
            message: format!("{origin} line {number}: {}", refusal.message),
            ..refusal
        })
    });
    let found = found.collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() {
        return Err(Refusal::input(
            "E-BUNDLE-RECIPIENT",
            format!("Encrypting: {origin} holds no recipient. Put one age1... key on each line."),
        ));
    }
    Ok(found)
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encrypted {
    /// Size of the encrypted file.
    pub bytes: u64,
    /// To how many the written file's header is addressed, read back from the disk.
    pub recipients: usize,
    /// SHA-256 of what was written, in hexadecimal.
    pub sha256: String,
}

/// A new file, hashed while it is written: a file of gigabytes need not be read once more to be named.
struct Hashed {
    file: Direct,
    hash: Sha256,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Encrypts `zip` to `recipients` as the new file `out`. The same recipient given twice counts once. Nothing is left on failure.
///
/// # Errors
/// `E-BUNDLE-RECIPIENT` for none or more than 19, `E-BUNDLE-EXISTS` if `out` is there, `E-BUNDLE-READBACK` if the written header is not
/// addressed to exactly that many, errors of the disk, and a stop by the caller.
pub fn encrypt(
    zip: &Path,
    recipients: &[Recipient],
    out: &Path,
    progress: Progress<'_>,
) -> Result<Encrypted, Refusal> {
    let failed = |error| Refusal::machine("Reading", zip, &error);
    let mut input = held::retry(|| File::open(zip)).map_err(failed)?;
    let length = input.metadata().map_err(failed)?.len();
    encrypt_from(&mut input, length, recipients, out, progress)
}

/// Encrypts like [`encrypt`], out of a reader that will give `length` bytes.
///
/// # Errors
/// As [`encrypt`]; `E-BUNDLE-LENGTH` if the reader gives another number of bytes.
pub fn encrypt_from(
    input: &mut dyn Read,
    length: u64,
    recipients: &[Recipient],
    out: &Path,
    progress: Progress<'_>,
) -> Result<Encrypted, Refusal> {
    let mut unique: Vec<&Recipient> = Vec::new();
    for recipient in recipients {
        if !unique.contains(&recipient) {
            unique.push(recipient);
        }
    }
    if unique.is_empty() {
        return Err(Refusal::input(
            "E-BUNDLE-RECIPIENT",
            "Encrypting: no recipient was given.",
        ));
    }
    if unique.len() > MAX_RECIPIENTS {
        return Err(Refusal::new(
            "E-BUNDLE-RECIPIENT",
            Class::Limit,
            format!(
                "Encrypting: {} recipients are too many for one bundle (limit {MAX_RECIPIENTS}).",
                unique.len()
            ),
        ));
    }
    let writing = |error: io::Error| Refusal::machine("Writing", out, &error);
    publish(out, |file| {
        let encryptor = age::Encryptor::with_recipients(
            unique
                .iter()
                .map(|recipient| &recipient.0 as &dyn age::Recipient),
        )
        .map_err(|_| {
            Refusal::input(
                "E-BUNDLE-RECIPIENT",
                "Encrypting: these recipients cannot be combined in one file.",
            )
        })?;
        // Read here, encrypted there, hashed and written by a third: the second and the third are as much work as each other.
        let own = Aside::new(Hashed {
            file: Direct::new(file.try_clone().map_err(writing)?),
            hash: Sha256::new(),
        });
        let mut sink = Aside::new(encryptor.wrap_output(own).map_err(writing)?);
        let mut meter = Meter::new(Doing::Encrypting, length, progress);
        let mut piece = Piece::new();
        let mut done = 0u64;
        while piece
            .fill(input)
            .map_err(|error| Refusal::machine("Reading what is encrypted into", out, &error))?
        {
            let got = piece.bytes().len();
            done += got as u64;
            sink.pass(&mut piece).map_err(writing)?;
            meter.add(got)?;
        }
        if done != length {
            return Err(Refusal::new(
                "E-BUNDLE-LENGTH",
                Class::Damaged,
                format!(
                    "Encrypting into {}: the bundle holds {done} bytes where {length} were announced. Nothing was written; check the vault.",
                    out.display()
                ),
            ));
        }
        let Hashed { file: own, hash } = sink
            .finish()
            .and_then(|stream| stream.finish())
            .and_then(Aside::finish)
            .map_err(writing)?;
        own.finish().map_err(writing)?;
        let digest = Digest::from(hash.finalize());
        file.rewind().map_err(writing)?;
        let addressed = addressed(&mut BufReader::new(&mut *file))?;
        if addressed != unique.len() {
            return Err(Refusal::new(
                "E-BUNDLE-READBACK",
                Class::Machine,
                format!(
                    "Writing {}: the file read back is not encrypted as it should be. It was removed; try again.",
                    out.display()
                ),
            ));
        }
        let bytes = file.metadata().map_err(writing)?.len();
        Ok(Encrypted {
            bytes,
            recipients: addressed,
            sha256: hex::encode(digest),
        })
    })
}

/// To how many X25519 keys a file is encrypted; any other kind but age's own noise is an error.
fn addressed(file: &mut impl io::BufRead) -> Result<usize, Refusal> {
    let kinds = take_header(file)?.kinds;
    let others = kinds
        .iter()
        .filter(|kind| *kind != "X25519" && !kind.ends_with("-grease"))
        .count();
    if others > 0 {
        return Err(Refusal::new(
            "E-BUNDLE-READBACK",
            Class::Machine,
            "The encrypted file names a recipient that nobody asked for. It was removed; try again.",
        ));
    }
    Ok(kinds.iter().filter(|kind| *kind == "X25519").count())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

    #[test]
    fn a_recipients_file_has_comments_and_one_key_a_line() {
        let found =
            recipients_from_text(&format!("# Commerce\n\n{ALICE}\n  {ALICE}  \n"), "list").unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].to_string(), ALICE);
        let error = recipients_from_text(&format!("{ALICE}\nage1nonsense\n"), "list").unwrap_err();
        assert!(error.message.starts_with("list line 2:"), "{error}");
        assert_eq!(
            recipients_from_text("# nobody\n", "list").unwrap_err().code,
            "E-BUNDLE-RECIPIENT"
        );
    }

    #[test]
    fn a_secret_key_given_by_mistake_is_not_repeated() {
        let error = "AGE-SECRET-KEY-1QQQQQQ".parse::<Recipient>().unwrap_err();
        assert!(
            !error.to_string().contains("QQQQ"),
            "the message must not repeat a secret: {error}"
        );
    }
}
