//! `cipdesk-cli reseller`: the register of resellers, what is known of each as of a day, and what is recorded of it. Judges nothing itself.

use crate::{
    args::Common,
    print,
    run::{done, reading, watch, writing, wrote},
};
use clap::{Args, Subcommand};
use contract as c;
use desk::{Result, Source};
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum ResellerCommand {
    /// Register a reseller, with its CIP document if there is one.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller add Acme.cipdesk --name \"Lion City Hosting\" --country SG --cip cip.pdf --effective 2026-01-01"
    )]
    Add {
        /// The vault's folder.
        vault: PathBuf,
        /// Its legal name.
        #[arg(long)]
        name: String,
        /// Its country: code or English name.
        #[arg(long, value_name = "CC")]
        country: String,
        /// Its CIP document.
        #[arg(long, value_name = "FILE", requires = "effective")]
        cip: Option<PathBuf>,
        /// The day from which that CIP is in force.
        #[arg(long, value_name = "DATE", requires = "cip")]
        effective: Option<String>,
        /// The version as the reseller calls it.
        #[arg(
            long = "cip-version",
            id = "cip_version",
            value_name = "TEXT",
            requires = "cip"
        )]
        cip_version: Option<String>,
    },
    /// Say which customers of the record came through a reseller, all of them: a sweep that meets the reseller meets them too.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller customers Acme.cipdesk RS-0001 --customer C-000012 C-000031"
    )]
    Customers {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller.
        reseller: String,
        /// The customers; none takes them all away.
        #[arg(long, num_args = 0..)]
        customer: Vec<String>,
    },
    /// Take a buyer that a reseller stated by file into the chain of resale: as a reseller that is new, as one of the register, or as a customer.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller take Acme.cipdesk RS-0002 --buyer \"Fjordlys Drift AS\"\n  cipdesk-cli reseller take Acme.cipdesk RS-0002 --buyer \"Fjordlys Drift AS\" --is C-000012"
    )]
    Take {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller that stated it.
        reseller: String,
        /// The buyer's name, as it was stated; `reseller scorecard --json` lists them.
        #[arg(long, value_name = "NAME")]
        buyer: String,
        /// The reseller or the customer of the record that it is; a reseller that is new to the register unless given.
        #[arg(long, value_name = "REF")]
        is: Option<String>,
    },
    /// Show how a reseller stood on a day, point by point, or save it as PDF. The points are the house's own.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller scorecard Acme.cipdesk RS-0001 --on 2026-06-30 --to scorecard.pdf"
    )]
    Scorecard {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller.
        reseller: String,
        /// The day; today unless given.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
        /// A new PDF file.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// List resellers.
    #[command(after_help = "Example:\n  cipdesk-cli reseller list Acme.cipdesk")]
    List {
        /// The vault's folder.
        vault: PathBuf,
    },
    /// Show a reseller as it stood on a day: its CIP versions, chain of resale, contract, attestations, counts, cases and clocks.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller show Acme.cipdesk RS-0001\n  cipdesk-cli reseller show Acme.cipdesk RS-0001 --on 2026-06-30"
    )]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller.
        reseller: String,
        /// The day as of which its chain, attestations and counts are shown; today unless given.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// Record what is known of a reseller; what is not given stays as it is.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller record Acme.cipdesk RS-0002 --upstream RS-0001 --clause \"Section 9.2\"\n  cipdesk-cli reseller record Acme.cipdesk RS-0001 --attested 2026-01-31 --signatory \"Lim Wei, director\"\n  cipdesk-cli reseller record Acme.cipdesk RS-0001 --counted 2026-01-31 --customers 420 --unverified 3"
    )]
    Record(Record),
    /// Review a version of a reseller's CIP against the minimum elements of the rule packs: where each stands, and on which page.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller review Acme.cipdesk RS-0001 CIP-0001 --note \"Read whole; payment is missing\" --mark written=met:1 name=met:4-6 payment=missing\n\nThe elements: `reseller show --json`, under oversight.review."
    )]
    Review {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller.
        reseller: String,
        /// The version; `reseller show` lists them.
        #[arg(value_name = "CIP")]
        cip: String,
        /// What was found, in words.
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// The day; today unless given.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
        /// Where an element stands; may be given several times.
        #[arg(long = "mark", value_name = "ELEMENT=STANDING[:PAGE]", num_args = 1..)]
        marks: Vec<String>,
    },
    /// Compare two versions of a reseller's CIP, line by line.
    #[command(
        after_help = "Example:\n  cipdesk-cli reseller compare Acme.cipdesk RS-0001 CIP-0001 CIP-0002"
    )]
    Compare {
        /// The vault's folder.
        vault: PathBuf,
        /// The reseller.
        reseller: String,
        /// One version.
        first: String,
        /// The other.
        second: String,
    },
}

#[derive(Args)]
pub(crate) struct Record {
    /// The vault's folder.
    vault: PathBuf,
    /// The reseller.
    reseller: String,
    /// Another name that it uses, all of them; may be given several times.
    #[arg(long = "name", value_name = "NAME")]
    names: Option<Vec<String>>,
    /// The reseller that it buys from; empty where it buys from us.
    #[arg(long, value_name = "REF")]
    upstream: Option<String>,
    /// The clause of the contract that binds it; empty takes it away.
    #[arg(long, value_name = "TEXT")]
    clause: Option<String>,
    /// The document that holds the clause; empty takes it away.
    #[arg(long, value_name = "DOCUMENT-ID")]
    contract: Option<String>,
    /// Whether it reports AI training upstream.
    #[arg(long, value_parser = ["yes", "no"])]
    ai: Option<String>,
    /// The day on its attestation.
    #[arg(long, value_name = "DATE", requires = "signatory")]
    attested: Option<String>,
    /// Who signed the attestation.
    #[arg(long, value_name = "NAME", requires = "attested")]
    signatory: Option<String>,
    /// The attestation's document.
    #[arg(long, value_name = "DOCUMENT-ID", requires = "attested")]
    attestation: Option<String>,
    /// The day of which it gave its counts.
    #[arg(long, value_name = "DATE", requires_all = ["customers", "unverified"])]
    counted: Option<String>,
    /// How many customers it has.
    #[arg(long, value_name = "N", requires = "counted")]
    customers: Option<u32>,
    /// Of how many of them the identity is not verified.
    #[arg(long, value_name = "N", requires = "counted")]
    unverified: Option<u32>,
}

pub(crate) fn run(common: &Common, command: ResellerCommand) -> Result<u8> {
    match command {
        ResellerCommand::Add {
            vault,
            name,
            country,
            cip,
            effective,
            cip_version,
        } => {
            let req = c::ResellerSaveReq {
                r#ref: None,
                name,
                country,
                address: None,
                email: None,
                notes: None,
            };
            let created = writing(common, &vault, |vault| {
                let created = vault.reseller_save(&req)?;
                if let (Some(file), Some(effective)) = (cip, effective) {
                    let version = cip_version.unwrap_or_else(|| effective.clone());
                    vault.cip_file(
                        &created.r#ref,
                        &version,
                        &effective,
                        None,
                        Source::File(file),
                        &watch(),
                    )?;
                }
                Ok(created)
            })?;
            done(
                common,
                &json!({"reseller": created.r#ref}),
                &format!("Registered {}.", created.r#ref),
            );
        }
        ResellerCommand::Customers {
            vault,
            reseller,
            customer,
        } => {
            let req = c::ResellerCustomersReq {
                r#ref: reseller,
                customers: customer,
            };
            let view = writing(common, &vault, |vault| vault.reseller_customers(&req))?;
            done(
                common,
                &json!({"reseller": req.r#ref, "customers": view.customers}),
                &format!(
                    "{} customers came through {}.",
                    view.customers.len(),
                    req.r#ref
                ),
            );
        }
        ResellerCommand::Take {
            vault,
            reseller,
            buyer,
            is,
        } => {
            let req = c::BuyerTakeReq {
                r#ref: reseller,
                name: buyer,
                record: is,
            };
            let view = writing(common, &vault, |vault| vault.buyer_take(&req))?;
            done(
                common,
                &json!({"reseller": req.r#ref, "downstream": view.downstream, "customers": view.customers}),
                &format!("{} now stands below {}.", req.name, req.r#ref),
            );
        }
        ResellerCommand::Scorecard {
            vault,
            reseller,
            on,
            to,
        } => {
            let vault = reading(common, &vault)?;
            let req = c::OversightReq {
                r#ref: reseller,
                on,
            };
            if let Some(to) = to {
                let pdf = vault.scorecard_page(&req)?;
                wrote(common, &to, &vault.print_to(&to, &pdf)?);
                return Ok(0);
            }
            let view = vault.reseller_oversight(&req.r#ref, req.on.as_deref())?;
            if common.json {
                print::json(&view);
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = view
                .scores
                .iter()
                .map(|score| {
                    vec![
                        score.label.clone(),
                        score.grade.clone(),
                        score.words.clone(),
                    ]
                })
                .collect();
            print::table(&["point", "stands", "why"], &rows);
        }
        ResellerCommand::List { vault } => {
            let list = reading(common, &vault)?.reseller_list()?;
            if common.json {
                print::json(&list.rows);
            } else {
                let rows: Vec<Vec<String>> = list
                    .rows
                    .into_iter()
                    .map(|row| {
                        vec![
                            row.r#ref,
                            row.name,
                            row.country,
                            row.state,
                            row.cip_version.unwrap_or_default(),
                            row.next_standing.unwrap_or_default(),
                        ]
                    })
                    .collect();
                print::table(&["REF", "NAME", "COUNTRY", "STATE", "CIP", "NEXT"], &rows);
            }
        }
        ResellerCommand::Show {
            vault,
            reseller,
            on,
        } => {
            let vault = reading(common, &vault)?;
            let view = vault.reseller_show(&reseller)?;
            let seen = vault.reseller_oversight(&view.row.r#ref, on.as_deref())?;
            if common.json {
                print::json(&json!({"reseller": view, "oversight": seen}));
            } else {
                show(&view, &seen);
            }
        }
        ResellerCommand::Review {
            vault,
            reseller,
            cip,
            note,
            on,
            marks,
        } => {
            let req = c::CipReviewReq {
                r#ref: reseller,
                cip,
                on,
                note,
                marks: crate::programme::marks(&marks)?,
            };
            let seen = writing(common, &vault, |vault| vault.cip_review(&req))?;
            let marked = seen
                .review
                .iter()
                .flat_map(|review| &review.elements)
                .filter(|one| one.standing.is_some())
                .count();
            done(
                common,
                &json!({"reseller": req.r#ref, "cip": req.cip, "review": seen.review}),
                &format!(
                    "{} of {} is reviewed: {marked} elements are marked.",
                    req.cip, req.r#ref
                ),
            );
        }
        ResellerCommand::Compare {
            vault,
            reseller,
            first,
            second,
        } => {
            let lines = reading(common, &vault)?.cip_compare(&c::CipCompareReq {
                r#ref: reseller,
                first,
                second,
            })?;
            if common.json {
                print::json(&lines);
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = lines
                .into_iter()
                .map(|line| {
                    let mark = if line.differs { "differs" } else { "" };
                    vec![line.label, line.first, line.second, mark.to_owned()]
                })
                .collect();
            print::table(&["what", "first", "second", ""], &rows);
        }
        ResellerCommand::Record(record) => {
            let req = c::ResellerOverseeReq {
                r#ref: record.reseller,
                names: record.names,
                upstream: record.upstream,
                clause: record.clause,
                contract: record.contract,
                ai_reporting: record.ai.map(|answer| answer == "yes"),
                attestation: record
                    .attested
                    .zip(record.signatory)
                    .map(|(on, signatory)| c::AttestationReq {
                        on,
                        signatory,
                        document: record.attestation,
                    }),
                counts: record
                    .counted
                    .zip(record.customers.zip(record.unverified))
                    .map(|(as_of, (customers, unverified))| c::CountsReq {
                        as_of,
                        customers,
                        unverified,
                    }),
            };
            let seen = writing(common, &record.vault, |vault| vault.reseller_oversee(&req))?;
            done(
                common,
                &json!({"reseller": req.r#ref, "oversight": seen}),
                &format!("Recorded on {}.", req.r#ref),
            );
        }
    }
    Ok(0)
}

fn show(view: &c::ResellerView, seen: &c::OversightView) {
    let say = |text: &str| print::line(&print::plain(text));
    let row = &view.row;
    say(&format!(
        "{}  {} ({}): {}",
        row.r#ref,
        row.name,
        row.country_name,
        row.state.replace('_', " ")
    ));
    let named = |list: &[c::Choice]| {
        let names: Vec<String> = list
            .iter()
            .map(|one| format!("{} {}", one.value, one.label))
            .collect();
        names.join(", ")
    };
    let chain: Vec<&str> = seen.chain.iter().map(|one| one.label.as_str()).collect();
    let facts = [
        ("Other names", seen.names.join(", ")),
        ("Address", view.address.clone().unwrap_or_default()),
        ("E-mail", view.email.clone().unwrap_or_default()),
        ("Notes", view.notes.clone().unwrap_or_default()),
        ("Chain of resale", chain.join(" › ")),
        ("Sells on to", named(&seen.downstream)),
        ("Clause", seen.clause.clone().unwrap_or_default()),
        (
            "Contract",
            seen.contract
                .as_ref()
                .map(|one| one.label.clone())
                .unwrap_or_default(),
        ),
        (
            "Reports AI training",
            seen.ai_reporting
                .map(|ok| if ok { "yes" } else { "no" }.to_owned())
                .unwrap_or_default(),
        ),
        ("Customers that came through it", named(&seen.customers)),
    ];
    for (label, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        say(&format!("{label}: {value}"));
    }
    for cip in &view.cips {
        let until = cip
            .effective_to
            .as_ref()
            .map(|day| format!(" to {day}"))
            .unwrap_or_default();
        say(&format!(
            "{}  CIP {} in force from {}{until}: {}",
            cip.r#ref, cip.version, cip.effective_from, cip.document.name
        ));
    }
    for one in &seen.attestations {
        say(&format!("Attested on {} by {}", one.on, one.signatory));
    }
    for one in &seen.counts {
        say(&format!(
            "Counts as of {}: {} customers, {} of them not verified",
            one.as_of, one.customers, one.unverified
        ));
    }
    for buyer in &seen.buyers {
        say(&format!(
            "States that it sells on to {} ({}): {}",
            buyer.name, buyer.country_name, buyer.standing
        ));
    }
    for case in &view.cases {
        say(&format!(
            "{}  {}: {}",
            case.r#ref, case.kind_label, case.state_label
        ));
    }
    for clock in &view.clocks {
        say(&format!(
            "{}  {}, due {}: {}",
            clock.r#ref, clock.kind, clock.due, clock.standing
        ));
    }
}
