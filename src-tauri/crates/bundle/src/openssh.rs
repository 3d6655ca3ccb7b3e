//! Signing with keys that lie outside the vault: an OpenSSH key file, or a key that an SSH agent holds. Knows no bundle and no member.

use crate::{
    error::{Class, Refusal},
    sshsig::{fingerprint_of, key_words, parse_public},
};
use ssh_key::{
    Algorithm, HashAlg, LineEnding, PrivateKey, Signature, SshSig, private::Ed25519Keypair,
    public::KeyData,
};
use std::{fs::File, io::Read, path::Path};
use zeroize::Zeroizing;

/// Largest key file, and largest answer of an agent, in bytes.
const MAX: usize = 256 * 1024;

/// A key that can sign.
pub struct OpenSshKey {
    public: KeyData,
    with: With,
}

enum With {
    File(Box<PrivateKey>),
    #[cfg(unix)]
    Agent(std::path::PathBuf),
}

impl std::fmt::Debug for OpenSshKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSshKey").finish_non_exhaustive()
    }
}

fn unusable(what: &str, why: &str) -> Refusal {
    Refusal::new(
        "E-BUNDLE-SIGNING-KEY",
        Class::BadInput,
        format!("Signing with {what}: {why}"),
    )
}

impl OpenSshKey {
    /// Reads a key file as `ssh-keygen -t ed25519` writes it.
    ///
    /// # Errors
    /// Errors of the disk; `E-BUNDLE-SIGNING-KEY` if it is no private key, is protected by a passphrase, or is no Ed25519 key.
    pub fn read(file: &Path) -> Result<Self, Refusal> {
        let what = file.display().to_string();
        let mut text = Zeroizing::new(Vec::with_capacity(MAX));
        held::retry(|| File::open(file))
            .and_then(|open| open.take(MAX as u64).read_to_end(&mut text))
            .map_err(|error| Refusal::machine("Reading the key", file, &error))?;
        let key = PrivateKey::from_openssh(text.as_slice()).map_err(|_| {
            unusable(&what, "it is not an OpenSSH private key. Choose the file without .pub, as ssh-keygen -t ed25519 writes it.")
        })?;
        if key.is_encrypted() {
            return Err(unusable(
                &what,
                "it is protected by a passphrase, which is not asked for here. Give it to the SSH agent (ssh-add FILE), then sign with the agent.",
            ));
        }
        only_ed25519(key.algorithm(), &what)?;
        Ok(Self {
            public: key.public_key().key_data().clone(),
            with: With::File(Box::new(key)),
        })
    }

    /// A key that is kept nowhere, as a page that answers a request makes one.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn fresh() -> Result<Self, Refusal> {
        let mut seed = Zeroizing::new([0u8; 32]);
        getrandom::fill(seed.as_mut())
            .map_err(|_| unusable("a new key", "the system gave no random numbers. Try again."))?;
        let key = PrivateKey::from(Ed25519Keypair::from_seed(&seed));
        Ok(Self {
            public: key.public_key().key_data().clone(),
            with: With::File(Box::new(key)),
        })
    }

    /// `SHA256:...`, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        fingerprint_of(&self.public)
    }

    /// The key as OpenSSH writes it: kind and base64.
    pub fn public_openssh(&self) -> String {
        key_words(&self.public)
            .map(|(kind, base64)| format!("{kind} {base64}"))
            .unwrap_or_default()
    }

    /// An SSHSIG in armour, as `ssh-keygen -Y sign` would make it.
    ///
    /// # Errors
    /// `E-BUNDLE-AGENT` if the agent does not answer or refuses; `E-BUNDLE-SIGNING-KEY` if the key cannot be used.
    pub fn sign(&self, namespace: &str, text: &[u8]) -> Result<String, Refusal> {
        let failed = || {
            unusable(
                "this key",
                "it cannot sign. Use an Ed25519 key that is not on a security key.",
            )
        };
        let signature = match &self.with {
            With::File(key) => {
                SshSig::sign(&**key, namespace, HashAlg::Sha512, text).map_err(|_| failed())?
            }
            #[cfg(unix)]
            With::Agent(socket) => {
                let data =
                    SshSig::signed_data(namespace, HashAlg::Sha512, text).map_err(|_| failed())?;
                let raw = agent::sign(socket, &self.public, &data)?;
                let made =
                    Signature::new(Algorithm::Ed25519, raw.to_vec()).map_err(|_| failed())?;
                SshSig::new(self.public.clone(), namespace, HashAlg::Sha512, made)
                    .map_err(|_| failed())?
            }
        };
        let mut text = signature.to_pem(LineEnding::LF).map_err(|_| failed())?;
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    }
}

fn only_ed25519(algorithm: Algorithm, what: &str) -> Result<(), Refusal> {
    if algorithm == Algorithm::Ed25519 {
        Ok(())
    } else {
        Err(unusable(
            what,
            "it is no Ed25519 key. Make one with ssh-keygen -t ed25519.",
        ))
    }
}

/// The Ed25519 keys that an SSH agent offers.
///
/// # Errors
/// `E-BUNDLE-AGENT` if no agent answers at `socket`.
#[cfg(unix)]
pub fn agent_keys(socket: &Path) -> Result<Vec<OpenSshKey>, Refusal> {
    Ok(agent::keys(socket)?
        .into_iter()
        .map(|public| OpenSshKey {
            public,
            with: With::Agent(socket.to_owned()),
        })
        .collect())
}

/// Where a system has no agent of this kind.
///
/// # Errors
/// Always `E-BUNDLE-AGENT`.
#[cfg(not(unix))]
pub fn agent_keys(_: &Path) -> Result<Vec<OpenSshKey>, Refusal> {
    Err(Refusal::new(
        "E-BUNDLE-AGENT",
        Class::Machine,
        "An SSH agent is not reached on this system. Sign with the key file.",
    ))
}

/// A line as in a `.pub` file or the end of a line of allowed_signers, as fingerprint and `kind base64`.
///
/// # Errors
/// `E-BUNDLE-DRAFT` if it is no public key.
pub fn public_key(line: &str) -> Result<(String, String), Refusal> {
    let key = parse_public(line)?;
    let (kind, base64) = key_words(&key)
        .ok_or_else(|| crate::bag::draft("the public key is of an unknown kind".to_owned()))?;
    Ok((fingerprint_of(&key), format!("{kind} {base64}")))
}

/// Whether `armour` is this public key's signature over a text for a purpose.
pub fn signed_by(public_openssh: &str, namespace: &str, armour: &str, text: &[u8]) -> bool {
    let Ok(wanted) = parse_public(public_openssh) else {
        return false;
    };
    let (key, fault) = crate::sshsig::examine(namespace, armour.as_bytes(), text);
    fault.is_none() && key == Some(wanted)
}

/// The agent's protocol (draft-miller-ssh-agent), as much of it as listing and signing need.
#[cfg(unix)]
mod agent {
    use super::MAX;
    use crate::error::{Class, Refusal};
    use ssh_key::{Algorithm, PublicKey, public::KeyData};
    use std::{
        io::{Read as _, Write as _},
        os::unix::net::UnixStream,
        path::Path,
        time::Duration,
    };

    const FAILURE: u8 = 5;
    const REQUEST_IDENTITIES: u8 = 11;
    const IDENTITIES: u8 = 12;
    const SIGN_REQUEST: u8 = 13;
    const SIGNED: u8 = 14;
    /// Agents may ask a person first.
    const PATIENCE: Duration = Duration::from_secs(120);

    fn refused(why: &str) -> Refusal {
        Refusal::new(
            "E-BUNDLE-AGENT",
            Class::Machine,
            format!("Signing with the SSH agent: {why}"),
        )
    }

    fn ask(socket: &Path, kind: u8, body: &[u8]) -> Result<(u8, Vec<u8>), Refusal> {
        let failed = |_| {
            refused(
                "it does not answer. Start it and add the key (ssh-add), or sign with the key file.",
            )
        };
        let mut stream = UnixStream::connect(socket).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        let length = u32::try_from(body.len() + 1).map_err(|_| refused("the text is too long."))?;
        stream
            .write_all(&[&length.to_be_bytes()[..], &[kind], body].concat())
            .map_err(failed)?;
        let mut length = [0; 4];
        stream.read_exact(&mut length).map_err(failed)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 || length > MAX {
            return Err(refused("its answer is none of the protocol's."));
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).map_err(failed)?;
        let kind = answer.remove(0);
        Ok((kind, answer))
    }

    fn string<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
        let (length, rest) = from.split_at_checked(4)?;
        let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
        let (one, rest) = rest.split_at_checked(length)?;
        *from = rest;
        Some(one)
    }

    fn with_length(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], bytes].concat()
    }

    pub(super) fn keys(socket: &Path) -> Result<Vec<KeyData>, Refusal> {
        let (kind, answer) = ask(socket, REQUEST_IDENTITIES, &[])?;
        if kind != IDENTITIES {
            return Err(refused(
                "it does not say which keys it holds. It may be locked (ssh-add -X).",
            ));
        }
        let mut rest = answer.get(4..).unwrap_or_default();
        let mut found = Vec::new();
        while let (Some(blob), Some(_comment)) = (string(&mut rest), string(&mut rest)) {
            if let Ok(key) = PublicKey::from_bytes(blob)
                && key.algorithm() == Algorithm::Ed25519
            {
                found.push(key.key_data().clone());
            }
        }
        Ok(found)
    }

    pub(super) fn sign(socket: &Path, key: &KeyData, data: &[u8]) -> Result<[u8; 64], Refusal> {
        let blob = PublicKey::from(key.clone())
            .to_bytes()
            .map_err(|_| refused("the key cannot be named to it."))?;
        let body = [with_length(&blob), with_length(data), vec![0; 4]].concat();
        let (kind, answer) = ask(socket, SIGN_REQUEST, &body)?;
        if kind == FAILURE {
            return Err(refused(
                "it refused. Confirm the request, or unlock it (ssh-add -X), then try again.",
            ));
        }
        let odd = || refused("its answer is no Ed25519 signature.");
        if kind != SIGNED {
            return Err(odd());
        }
        let mut answer = answer.as_slice();
        let mut signature = string(&mut answer).ok_or_else(odd)?;
        let (algorithm, raw) = (
            string(&mut signature).ok_or_else(odd)?,
            string(&mut signature).ok_or_else(odd)?,
        );
        if algorithm != b"ssh-ed25519" {
            return Err(odd());
        }
        raw.try_into().map_err(|_| odd())
    }
}
