//! Large files: a document into the vault and out of it, a bundle sealed, verified and encrypted.

use super::{Bench, Dice, Outcome};
use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
    process::Command,
};

/// So many MiB that do not compress.
pub(super) fn noise(path: &Path, mib: u32) -> Outcome<()> {
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    let mut out = BufWriter::new(File::create(path).map_err(|why| why.to_string())?);
    for _ in 0..mib * 1024 * 128 {
        out.write_all(&dice.next().to_le_bytes())
            .map_err(|why| why.to_string())?;
    }
    out.flush().map_err(|why| why.to_string())
}

pub(super) fn document(bench: &mut Bench) -> Outcome<()> {
    bench.vault("D.cipdesk")?;
    let person = "external_id,party_type,name,country\nx,person,Ada Byron,GB\n";
    fs::write(bench.path("one.csv"), person).map_err(|why| why.to_string())?;
    bench.time(&mut bench.cli(&["customer", "import", "D.cipdesk", "one.csv"]))?;
    bench.recipient()?;
    let start = bench.best(&mut bench.cli(&["vault", "status", "D.cipdesk"]))?;
    let sizes: &[u32] = if bench.quick {
        &[16, 64]
    } else {
        &[16, 64, 256]
    };
    for mib in sizes {
        let name = format!("d{mib}.bin");
        noise(&bench.path(&name), *mib)?;
        let into = bench.time(&mut bench.cli(&[
            "document",
            "add",
            "D.cipdesk",
            "C-000001",
            &name,
            "--type",
            "other",
        ]))?;
        let plain = bench.time(&mut bench.shell(&format!(
            "age -r \"$(cat to.txt)\" -o {name}.age {name} && sync {name}.age"
        )))?;
        bench.row(
            "document in",
            format!("{mib} MiB"),
            (into.0 - start.0, into.1),
            Some(plain.0),
            "age, beyond start and unlock",
        );
        let shown = Command::new(&bench.cli)
            .args(["customer", "show", "D.cipdesk", "C-000001", "--json"])
            .current_dir(&bench.folder)
            .env("CIPDESK_PASSPHRASE_FILE", bench.path("pass.txt"))
            .env("CIPDESK_STATE", bench.path("state"))
            .output()
            .map_err(|why| why.to_string())?;
        // The id stands before the name in a document's object.
        let text = String::from_utf8_lossy(&shown.stdout).into_owned();
        let id = text
            .split(&format!("\"{name}\""))
            .next()
            .and_then(|before| before.rsplit("\"id\":").next())
            .and_then(|rest| rest.split('"').nth(1))
            .ok_or("customer show names no document")?
            .to_owned();
        let out = format!("o{mib}.bin");
        let back =
            bench.time(&mut bench.cli(&["document", "extract", "D.cipdesk", &id, "--to", &out]))?;
        let plain = bench.time(&mut bench.shell(&format!(
            "age -d -i key.txt -o back.bin {name}.age && sync back.bin"
        )))?;
        bench.row(
            "document out",
            format!("{mib} MiB"),
            (back.0 - start.0, back.1),
            Some(plain.0),
            "age, beyond start and unlock",
        );
    }
    Ok(())
}

/// What the plain tools take for a file, in seconds: to copy it, and to encrypt it, each until it is on the disk.
pub(super) fn copied_and_encrypted(bench: &Bench, file: &str) -> Outcome<(f64, f64)> {
    let until_kept = |script: &str, made: &str| {
        let took = bench.time(&mut bench.shell(&format!("{script} && sync {made}")))?;
        fs::remove_file(bench.path(made)).map_err(|why| why.to_string())?;
        Ok::<f64, String>(took.0)
    };
    let copied = until_kept(&format!("cp {file} copy.bin"), "copy.bin")?;
    let encrypted = until_kept(&format!("age -R to.txt -o plain.age {file}"), "plain.age")?;
    Ok((copied, encrypted))
}

pub(super) fn bundle(bench: &mut Bench) -> Outcome<()> {
    let seal = bench.cli.with_file_name("examples").join("seal_one");
    bench.recipient()?;
    for mib in bench.mebibytes() {
        let (file, out) = (format!("b{mib}.bin"), format!("b{mib}.bundle.zip"));
        noise(&bench.path(&file), *mib)?;
        let size = format!("{mib} MiB");
        let (copied, plain) = copied_and_encrypted(bench, &file)?;
        // As many files as a vault would have: no document may be larger than 512 MiB.
        bench.time(&mut bench.shell(&format!(
            "mkdir parts && split -d -a 3 -b 512M {file} parts/ && rm {file}"
        )))?;
        let hashed = bench.time(&mut bench.shell("sha256sum parts/* > sums.txt"))?;
        let slower = hashed.0.max(copied);
        let ours = bench.time(Command::new(&seal).args(["sums.txt", &out]))?;
        bench.row(
            "seal a bundle, read it back",
            size.clone(),
            ours,
            Some(slower),
            "the slower of sha256sum and cp with sync; hashes known, as a vault knows its documents'",
        );
        let verify = bench.time(&mut bench.cli(&["bundle", "verify", &out]))?;
        bench.row(
            "verify a bundle",
            size.clone(),
            verify,
            Some(hashed.0),
            "sha256sum of its payload",
        );
        let _ = fs::remove_file(bench.path(&out));
        let bag = bench.time(&mut bench.shell(
            "cp -rl parts bag && bagit.py --quiet --sha256 bag && bagit.py --quiet --validate bag && python3 -c \"import os, shutil; shutil.make_archive('bag', 'zip', '.', 'bag')\" && sync bag.zip; rm -rf bag bag.zip",
        ));
        match bag {
            Ok(bag) => bench.row(
                "hash files, seal a bundle, read it back",
                size.clone(),
                (hashed.0 + ours.0, ours.1),
                Some(bag.0),
                "bagit-python: bag, validate, zip; ours with sha256sum before it",
            ),
            Err(why) => eprintln!("bagit-python is not there: {why}"),
        }
        let ours = bench.time(Command::new(&seal).args(["sums.txt", "sealed.age", "to.txt"]))?;
        let _ = fs::remove_file(bench.path("sealed.age"));
        bench.row(
            "seal and encrypt a bundle",
            size,
            ours,
            Some(plain),
            "age of the same file, with sync",
        );
        fs::remove_dir_all(bench.path("parts")).map_err(|why| why.to_string())?;
    }
    Ok(())
}
