//! Seals one file as a bundle with a key that is made for it, and encrypts it where recipients are given: what `cargo xtask bench` times.

use bundle::{BagName, Content, Draft, PayloadPath, Purpose, sign_filing};
use ssh_key::{
    PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};
use std::{error::Error, fs::File, io::Read, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: seal_one FILE OUT [RECIPIENTS]".into());
    };
    let out = Path::new(&out);
    let key = PrivateKey::new(
        KeypairData::Ed25519(Ed25519Keypair::from_seed(&[7; 32])),
        "bench",
    )?;
    let draft = Draft {
        purpose: Purpose::Filing,
        name: BagName::new("F4-2026-0001-00000000")?,
        info: vec![("Bagging-Date".to_owned(), "2026-01-01".to_owned())],
        files: vec![
            (
                PayloadPath::new("filing.json")?,
                Content::Bytes(b"{}".to_vec()),
            ),
            (
                PayloadPath::new("documents/0001.bin")?,
                Content::Reader {
                    bytes: std::fs::metadata(&file)?.len(),
                    open: Box::new(move || Ok(Box::new(File::open(file)?) as Box<dyn Read>)),
                },
            ),
        ],
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
        // As an export does: sealed where nobody can read it, and written in clear nowhere.
        Some(recipients) => {
            let recipients = bundle::parse_recipients(&recipients)?;
            let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
            let (sealed, mut medium) = bundle::seal_hidden(
                draft,
                &sign,
                folder.unwrap_or(Path::new(".")),
                &mut bundle::silent,
            )?;
            let written = bundle::encrypt_from(
                &mut medium,
                sealed.bytes,
                &recipients,
                out,
                &mut bundle::silent,
            )?;
            eprintln!("{}", written.bytes);
        }
    }
    Ok(())
}
