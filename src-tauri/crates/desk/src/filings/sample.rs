//! Material for an assessment (F12): a random sample that its recipient can draw again, registers, and what was left out.
//!
//! The sample: sort the references of `registers/population.txt` by the SHA-256 of "SEED REFERENCE", in hex, and take the first ones.

use super::assessment;
use super::{
    facts::{Facts, as_csv},
    fill::Finding,
};
use crate::{error::Result, open_vault::OpenVault};
use domain::{
    customer::UsStatus,
    entry::hex,
    onboarding,
    pack::RulePack,
    record::{Filing, FormRow},
};
use filing as form;
use sha2::{Digest as _, Sha256};
use store::Read;

const METHOD: &str = "Each reference of registers/population.txt is written behind the seed and one space; the SHA-256 of that line, in hexadecimal and without a line end, is its rank. The sample is the lowest ranks. In a shell: while read r; do printf '%s %s' SEED \"$r\" | sha256sum | cut -c1-64 | tr '\\n' ' '; echo \"$r\"; done < population.txt | sort | head -n SIZE";
/// How many case files are drawn where nobody says.
const SIZE: usize = 5;

/// The lowest ranks of a list under a seed.
pub(crate) fn draw<'a>(seed: &str, population: &'a [String], size: usize) -> Vec<&'a String> {
    let mut ranked: Vec<(String, &String)> = population
        .iter()
        .map(|one| (hex(&Sha256::digest(format!("{seed} {one}"))), one))
        .collect();
    ranked.sort();
    ranked.into_iter().take(size).map(|(_, one)| one).collect()
}

pub(super) fn assessment(
    vault: &OpenVault,
    read: &Read<'_>,
    filing: &Filing,
    pack: &RulePack,
    facts: &mut Facts,
) -> Result<()> {
    let rules = vault.rules();
    let profile = match filing.written("profile", "", "profile") {
        "all" => "all",
        _ => "foreign_only",
    };
    let seed = match filing.written("sampling", "", "seed") {
        "" => filing.reference.as_str(),
        seed => seed,
    };
    let size = filing
        .written("sampling", "", "size")
        .parse()
        .unwrap_or(SIZE);
    let mut population = Vec::new();
    let mut left_out = 0u64;
    read.each_customer(|file| {
        if profile == "all" || file.us_status() != UsStatus::Us {
            population.push(file.reference.clone());
        } else {
            left_out += 1;
        }
        Ok::<_, crate::error::Error>(())
    })?;
    population.sort();
    let list = population
        .iter()
        .map(|one| format!("{one}\n"))
        .collect::<String>();
    facts.one(
        "profile",
        [
            ("profile", profile.to_owned()),
            (
                "words",
                if profile == "all" {
                    "Nobody is left out."
                } else {
                    "Customers who were shown to be U.S. persons with U.S. owners only."
                }
                .to_owned(),
            ),
        ],
    );
    facts.one(
        "sampling",
        [
            ("seed", seed.to_owned()),
            ("size", size.to_string()),
            ("population", population.len().to_string()),
            ("population_sha256", hex(&Sha256::digest(&list))),
            ("method", METHOD.to_owned()),
        ],
    );
    facts.files.push((
        "registers/population.txt".to_owned(),
        "The list that the sample was drawn from".to_owned(),
        list.into_bytes(),
    ));
    assessment::programs(read, &vault.organisation().name, facts)?;
    let (mut ranges, mut imports) = (Vec::new(), std::collections::BTreeSet::new());
    let mut records_left = 0;
    let mut rows = Vec::new();
    let mut payments = 0u64;
    for reference in draw(seed, &population, size) {
        let mut file = read.customer_file(reference)?;
        // Who pays by which card is asked for by no assessment; that there is a means of payment is.
        for payment in file
            .accounts
            .iter_mut()
            .flat_map(|account| &mut account.payments)
        {
            payments += u64::from(payment.identifier.take().is_some());
        }
        let path = format!("case-files/{reference}.json");
        rows.push(FormRow::of(
            reference,
            [
                ("ref", reference.clone()),
                ("kind", file.kind.word().to_owned()),
                ("country", file.country().to_owned()),
                ("status", onboarding::MACHINE.label(&file.status).to_owned()),
                ("us_status", file.us_status().word().to_owned()),
                ("missing", file.completeness(&rules).missing().to_string()),
                ("file", path.clone()),
            ],
        ));
        facts.from("sample", reference);
        records_left += assessment::access(read, &file, facts, &mut imports, &mut ranges)?;
        let json = serde_json::to_vec_pretty(&file).unwrap_or_default();
        facts
            .files
            .push((path, "A case file of the sample".to_owned(), json));
    }
    facts.say("sample", rows);
    assessment::imports(read, &imports, facts)?;
    assessment::ranges_file(facts, ranges);
    assessment::guide(filing, seed, size, facts);
    let mut register = Facts::default();
    vault.reseller_register(read, &mut register)?;
    if let (Some(item), Some(rows)) = (
        form::form("F5").and_then(|form| form.item("resellers")),
        register.rows.get("resellers"),
    ) {
        facts.files.push((
            "registers/resellers.csv".to_owned(),
            "Register of foreign resellers".to_owned(),
            as_csv(item, rows),
        ));
    }
    let filings: Vec<serde_json::Value> = read
        .filings()?
        .iter()
        .filter_map(|one| {
            let seal = one.seal.as_ref()?;
            Some(serde_json::json!({"filing": one.reference, "form": one.form, "state": one.state, "bundle": seal.name, "sha256": seal.sha256, "sealed_at": seal.sealed_at}))
        })
        .collect();
    facts.files.push((
        "registers/filings.json".to_owned(),
        "Filings that were sealed, with the hash of each bundle".to_owned(),
        serde_json::to_vec_pretty(&filings).unwrap_or_default(),
    ));
    facts.files.push((
        "rule-pack.toml".to_owned(),
        format!("The rule pack {} {}, whole", pack.id(), pack.version()),
        pack.toml().as_bytes().to_vec(),
    ));
    assessment::certificate(vault, filing, pack, facts)?;
    let contents = facts
        .files
        .iter()
        .map(|(path, what, bytes)| {
            FormRow::of(
                path,
                [
                    ("file", path.clone()),
                    ("what", what.clone()),
                    ("sha256", hex(&Sha256::digest(bytes))),
                ],
            )
        })
        .collect();
    facts.say("contents", contents);
    let left = [
        (
            "Access records of the sample beyond the newest of an account",
            records_left,
            "Many; the form says how many there are, and they can be asked for",
        ),
        (
            "Access records and case files of customers outside the sample",
            (population.len() as u64).saturating_sub(size as u64),
            "The sample was asked for",
        ),
        (
            "Customers who are U.S. persons",
            left_out,
            "The rule asks nothing about them beyond their standing",
        ),
        (
            "Identifiers of means of payment in the sample",
            payments,
            "Personal, and not needed to assess a program",
        ),
        (
            "Copies of identity documents",
            0,
            "Shown on request; their descriptions stand in the case files",
        ),
    ];
    facts.say(
        "left_out",
        left.iter()
            .map(|(what, count, why)| {
                FormRow::of(
                    what,
                    [
                        ("what", (*what).to_owned()),
                        (
                            "count",
                            if *count == 0 {
                                String::new()
                            } else {
                                count.to_string()
                            },
                        ),
                        ("why", (*why).to_owned()),
                    ],
                )
            })
            .collect(),
    );
    if population.is_empty() {
        facts.findings.push(Finding {
            level: form::Level::Warns,
            code: "E-F12-NOBODY",
            message: "Nobody is in the population, so the sample is empty. Check that the customers are recorded.".to_owned(),
            go_to: "sampling".to_owned(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_sample_and_another_draws_another() {
        let population: Vec<String> = (0..200).map(|n| format!("C-{n:06}")).collect();
        let first = draw("a", &population, 10);
        assert_eq!(first, draw("a", &population, 10));
        assert_ne!(first, draw("b", &population, 10));
        assert_eq!(draw("a", &population, 500).len(), 200);
    }
}
