//! Seals files as a bundle with a key that is made for it, and encrypts it where recipients are given: what `cargo xtask bench` times. Their
//! hashes are given, as a vault gives those of its documents: what `sha256sum` printed.

use bundle::{BagName, Content, Draft, PayloadPath, Purpose, sign_filing};
use ssh_key::{
    PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};
use std::{error::Error, fs, fs::File, io::Read, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(sums), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: seal_one SUMS OUT [RECIPIENTS]".into());
    };
    let out = Path::new(&out);
    let key = PrivateKey::new(
        KeypairData::Ed25519(Ed25519Keypair::from_seed(&[7; 32])),
        "bench",
    )?;
    let mut files = vec![(
        PayloadPath::new("filing.json")?,
        Content::Bytes(b"{}".to_vec()),
    )];
    for line in fs::read_to_string(sums)?.lines() {
        let (sum, path) = line.split_once("  ").ok_or("no line of sha256sum")?;
        let mut sha256 = [0; 32];
        hex::decode_to_slice(sum, &mut sha256)?;
        let path = path.to_owned();
        files.push((
            PayloadPath::new(&format!("documents/{:04}.bin", files.len()))?,
            Content::Reader {
                bytes: fs::metadata(&path)?.len(),
                sha256,
                open: Box::new(move || Ok(Box::new(File::open(&path)?) as Box<dyn Read>)),
            },
        ));
    }
    let draft = Draft {
        purpose: Purpose::Filing,
        name: BagName::new("F4-2026-0001-00000000")?,
        info: vec![("Bagging-Date".to_owned(), "2026-01-01".to_owned())],
        files,
        principal: "staff-1.bench@cipdesk".to_owned(),
        signer_public_openssh: key.public_key().to_openssh()?,
        signer_name: "Bench".to_owned(),
        verify_notes: String::new(),
    };
    let sign = |manifest: &[u8]| sign_filing(&key, manifest);
    match arguments.next() {
        None => {
            let sealed = bundle::seal(draft, &sign, out, &mut bundle::silent)?;
            eprintln!("{}", sealed.bytes);
        }
        Some(recipients) => {
            let recipients = bundle::parse_recipients(&recipients)?;
            let (_, written) =
                bundle::seal_through(draft, &sign, &mut bundle::silent, |zip, length| {
                    bundle::encrypt_from(zip, length, &recipients, out, &mut bundle::silent)
                })?;
            eprintln!("{}", written.bytes);
        }
    }
    Ok(())
}
