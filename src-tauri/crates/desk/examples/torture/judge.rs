//! What must be true of a yard after whatever was done to it: the vault opens, `vault check` holds, what was acknowledged is there,
//! nothing is half done, and work goes on.

use crate::{
    deeds,
    yard::{ANA, NEW, Yard, customer, files, state},
};
use contract as c;
use desk::{OpenVault, Schema, Unwatched};
use std::path::Path;

/// `Err` says in words what does not hold.
pub(crate) fn judge(yard: &Yard, acknowledged: &[String]) -> Result<(), String> {
    judged(yard, acknowledged, true)
}

/// The same without the last step: nothing is written after the judgement.
pub(crate) fn judged(yard: &Yard, acknowledged: &[String], goes_on: bool) -> Result<(), String> {
    if let Some(vault) = fresh(yard, acknowledged)? {
        holds(&vault, "the new vault")?;
    }
    if acknowledged.iter().any(|line| line == "updated") {
        updated(yard)?;
    }
    let vault = opened(yard, acknowledged)?;
    holds(&vault, "the vault")?;
    for line in acknowledged {
        there(yard, &vault, line).map_err(|why| format!("acknowledged \"{line}\": {why}"))?;
    }
    nothing_left(&yard.vault())?;
    if goes_on {
        let name = "Afterwards Person";
        let reference =
            customer(&vault, name).map_err(|why| format!("work does not go on: {why}"))?;
        let shown = vault
            .customer_show(&reference)
            .map_err(|why| why.to_string())?;
        if shown.row.name != name {
            return Err("what was written afterwards is not there".to_owned());
        }
        vault
            .close()
            .map_err(|why| format!("it does not close: {why}"))?;
    }
    Ok(())
}

/// After an update only the later version opens the vault, and the earlier one what was kept of it.
fn updated(yard: &Yard) -> Result<(), String> {
    match yard.unlock_as(ANA, Schema::TODAY) {
        Err(error) if error.0.code == "V-03" => {}
        Err(error) => return Err(format!("the updated vault does not open: {error}")),
        Ok(_) => return Err("it was said to be updated, and is not".to_owned()),
    }
    let kept = yard.vault().join("backups/Before-version-2.cipdesk");
    let copy = OpenVault::unlock(
        &kept,
        Some("staff-1"),
        &ANA.to_owned().into(),
        yard.surroundings(crate::yard::WORKED),
    );
    holds(&copy.map_err(|why| why.to_string())?, "what was kept")
}

/// The vault that the deed `create` makes: whole, or not there.
fn fresh(yard: &Yard, acknowledged: &[String]) -> Result<Option<OpenVault>, String> {
    let path = yard.0.join("N.cipdesk");
    let made = acknowledged.iter().any(|line| line == "made");
    if !path.exists() {
        return if made {
            Err("the vault that was made is not there".to_owned())
        } else {
            Ok(None)
        };
    }
    let around = yard.surroundings(crate::yard::WORKED);
    OpenVault::unlock(&path, None, &ANA.to_owned().into(), around)
        .map(Some)
        .map_err(|why| format!("the new vault does not open: {why}"))
}

/// Opens with the passphrase that must open by now; while a change of it was under way, either may.
fn opened(yard: &Yard, acknowledged: &[String]) -> Result<OpenVault, String> {
    let changed = acknowledged.iter().any(|line| line == "passphrase new");
    let mut why = String::new();
    for passphrase in if changed { vec![NEW] } else { vec![ANA, NEW] } {
        no_pause(yard);
        match yard.unlock(passphrase) {
            Ok(vault) => return Ok(vault),
            Err(error) => {
                let wrong = error.0.code == "V-04";
                why = format!("it does not open: {error}");
                if !wrong {
                    break;
                }
            }
        }
    }
    Err(why)
}

/// The pause after a wrong passphrase is for people: what this computer remembers of failures is taken away, and nothing else.
fn no_pause(yard: &Yard) {
    state(yard, |known| {
        known.insert("failed_attempts".to_owned(), 0.into());
        known.insert("not_before".to_owned(), serde_json::Value::Null);
    });
}

fn holds(vault: &OpenVault, what: &str) -> Result<(), String> {
    let report = vault
        .check(&Unwatched)
        .map_err(|why| format!("{what} cannot be checked: {why}"))?;
    match report.problems.first() {
        None => Ok(()),
        Some(first) => Err(format!(
            "{what} does not hold: {} {}: {}",
            first.code, first.at, first.message
        )),
    }
}

fn customers(vault: &OpenVault) -> Result<usize, String> {
    let req = c::CustomerListReq {
        query: String::new(),
        sort: c::CustomerSort::Ref,
        descending: false,
        offset: 0,
        limit: 0,
        counts: false,
    };
    let list = vault.customer_list(&req).map_err(|why| why.to_string())?;
    Ok(list.rows.len())
}

fn there(yard: &Yard, vault: &OpenVault, line: &str) -> Result<(), String> {
    let missing = |what: &str| Err(what.to_owned());
    let words: Vec<&str> = line.splitn(3, ' ').collect();
    match words.as_slice() {
        ["made" | "unlocked" | "updated"] | ["passphrase", ..] => Ok(()),
        ["customer", reference, name] => {
            let view = vault
                .customer_show(reference)
                .map_err(|why| why.to_string())?;
            if view.row.name == *name {
                Ok(())
            } else {
                missing("another name")
            }
        }
        ["account", reference, number] => {
            let view = vault
                .customer_show(reference)
                .map_err(|why| why.to_string())?;
            if view.accounts.iter().any(|one| one.account_ref == *number) {
                Ok(())
            } else {
                missing("no such account")
            }
        }
        ["document", id, sha256] => {
            let view = vault.document_show(id).map_err(|why| why.to_string())?;
            if view.row.sha256 == *sha256 {
                Ok(())
            } else {
                missing("another document")
            }
        }
        ["sealed", reference] => {
            let view = vault
                .filing_show(reference)
                .map_err(|why| why.to_string())?;
            if view.seal.is_some() {
                Ok(())
            } else {
                missing("not sealed")
            }
        }
        ["customers", number] => {
            let found = customers(vault)?;
            if number.parse() == Ok(found) {
                Ok(())
            } else {
                missing(&format!("there are {found}"))
            }
        }
        ["records", number] => {
            let req = c::AccessListReq {
                account: None,
                ip: None,
                from: None,
                to: None,
                action: None,
                offset: 0,
                limit: 1000,
            };
            let found = vault
                .access_list(&req)
                .map_err(|why| why.to_string())?
                .rows
                .len();
            if number.parse() == Ok(found) {
                Ok(())
            } else {
                missing(&format!("there are {found}"))
            }
        }
        ["file", name, hash] => {
            if deeds::is(&yard.out().join(name), hash) {
                Ok(())
            } else {
                missing("the file is not what it was")
            }
        }
        ["backup", name] => {
            let around = yard.surroundings(crate::yard::WORKED);
            let copy = OpenVault::unlock(
                &yard.out().join(name),
                Some("staff-1"),
                &ANA.to_owned().into(),
                around,
            );
            holds(&copy.map_err(|why| why.to_string())?, "the backup")
        }
        ["members", active, generation] => {
            let people = vault.people().map_err(|why| why.to_string())?;
            let found = people
                .members
                .iter()
                .filter(|one| one.until.is_none())
                .count();
            let there = people.generation;
            if active.parse() == Ok(found) && generation.parse() == Ok(there) {
                Ok(())
            } else {
                missing(&format!("{found} members in generation {there}"))
            }
        }
        ["disposed", reference] => match vault.customer_show(reference) {
            Err(why) if why.0.code == "E-CUSTOMER-DISPOSED" => Ok(()),
            _ => missing("it can still be shown"),
        },
        _ => missing("the judge does not know this line"),
    }
}

/// What an interruption leaves is swept at the next unlocking.
fn nothing_left(vault: &Path) -> Result<(), String> {
    let left: Vec<String> = files(vault)
        .iter()
        .filter_map(|path| {
            path.strip_prefix(vault)
                .ok()
                .map(|path| path.display().to_string())
        })
        .filter(|name| name.starts_with("tmp/") || name.contains(".new-"))
        .collect();
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("left over: {}", left.join(", ")))
    }
}
