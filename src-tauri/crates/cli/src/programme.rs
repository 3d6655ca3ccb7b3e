//! `cipdesk-cli program`: the organization's own program. Each record is given whole; nothing is judged here.

use crate::{
    args::Common,
    print,
    run::{reading, writing, wrote},
};
use clap::{Args, Subcommand};
use contract as c;
use desk::{Error, Result};
use std::path::PathBuf;

#[derive(Subcommand)]
pub(crate) enum ProgrammeCommand {
    /// Show the program as of a day, and what is missing.
    #[command(
        after_help = "Example:\n  cipdesk-cli program show Acme.cipdesk --on 2026-01-31 --json"
    )]
    Show {
        /// The vault's folder.
        vault: PathBuf,
        /// As of; today unless given.
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// Print one page for management as of today: counts, what is late and due, open cases, resellers, filings not sent.
    #[command(
        after_help = "Example:\n  cipdesk-cli program print Acme.cipdesk --to management.pdf"
    )]
    Print {
        /// The vault's folder.
        vault: PathBuf,
        /// The new file.
        #[arg(long, value_name = "FILE.pdf")]
        to: PathBuf,
    },
    /// State what the organization is to the rule. A new provider opens no account of a foreign customer before its first certification.
    #[command(
        after_help = "Example:\n  cipdesk-cli program standing Acme.cipdesk --role provider --jurisdiction US --new-provider --reason \"Furnishes no foreign customer yet\""
    )]
    Standing {
        /// The vault's folder.
        vault: PathBuf,
        /// provider, us_reseller, foreign_reseller or mixed.
        #[arg(long, value_parser = ["provider", "us_reseller", "foreign_reseller", "mixed"])]
        role: String,
        /// Where it was organized.
        #[arg(long, value_name = "COUNTRY")]
        jurisdiction: String,
        /// It has furnished no foreign customer yet.
        #[arg(long)]
        new_provider: bool,
        /// Why it is that.
        #[arg(long)]
        reason: String,
    },
    /// State how many people work there.
    #[command(
        after_help = "Example:\n  cipdesk-cli program employees Acme.cipdesk 42 --as-of 2026-11-01"
    )]
    Employees {
        /// The vault's folder.
        vault: PathBuf,
        /// How many.
        employees: u32,
        /// The day of the count.
        #[arg(long, value_name = "DATE")]
        as_of: String,
    },
    /// Record an offering and why it is in scope or not.
    #[command(
        after_help = "Example:\n  cipdesk-cli program product Acme.cipdesk --name \"Acme Compute\" --form virtualised --description \"Virtual machines by the hour\" --deploys-software --us-owned --in-us --in-scope yes --reason \"Customers run software of their own\""
    )]
    Product(ProductArgs),
    /// Record a version of the own CIP, and on which page each element stands.
    #[command(
        after_help = "Example:\n  cipdesk-cli program cip Acme.cipdesk --version 2026.1 --effective-from 2026-01-01 --approver \"Ana Lima, CEO\" --mark written=met:1 risk_based=met:4-6"
    )]
    Cip(CipArgs),
    /// Record an assessment of the risks under the heads of the rule pack.
    #[command(
        after_help = "Example:\n  cipdesk-cli program assess Acme.cipdesk --reviewer \"Ana Lima\" --head service_types=medium:\"Virtual machines, no accelerators\" opening_methods=high:\"Online, card alone\" information_available=low:\"All fields\" customer_base=medium:\"Twelve countries\""
    )]
    Assess(AssessArgs),
    /// Record a contact. A new primary contact takes the place of the one before.
    #[command(
        after_help = "Example:\n  cipdesk-cli program contact Acme.cipdesk --name \"Ana Lima\" --title Counsel --email ana@example.com --phone +13035550100 --primary --from 2026-01-01"
    )]
    Contact(ContactArgs),
    /// Record that another provider's CIP is relied on.
    #[command(
        after_help = "Example:\n  cipdesk-cli program rely Acme.cipdesk --provider \"Big Cloud Inc.\" --version 7 --extent \"The whole CIP\" --from 2026-01-01"
    )]
    Rely(RelyArgs),
}

#[derive(Args)]
pub(crate) struct ProductArgs {
    /// The vault's folder.
    vault: PathBuf,
    /// The offering that is changed, such as PRD-0001.
    #[arg(long = "ref")]
    reference: Option<String>,
    /// Its name.
    #[arg(long)]
    name: String,
    /// What it is, and who uses it.
    #[arg(long)]
    description: String,
    /// virtualised, dedicated, managed, unmanaged, cdn, proxy, dns or other.
    #[arg(long)]
    form: String,
    /// Customers run software on it that was not chosen beforehand.
    #[arg(long)]
    deploys_software: bool,
    /// Given on trial or free of charge.
    #[arg(long)]
    trial: bool,
    /// Owned by a U.S. person.
    #[arg(long)]
    us_owned: bool,
    /// Operated in the United States.
    #[arg(long)]
    in_us: bool,
    /// yes, no or unclear.
    #[arg(long)]
    in_scope: String,
    /// Why.
    #[arg(long)]
    reason: String,
    /// The text that the reason was made of: see `letter memo`.
    #[arg(long, value_name = "TEXT")]
    memo: Option<String>,
    /// Offered since.
    #[arg(long, value_name = "DATE")]
    launched: Option<String>,
    /// Offered until.
    #[arg(long, value_name = "DATE")]
    retired: Option<String>,
}

#[derive(Args)]
pub(crate) struct CipArgs {
    /// The vault's folder.
    vault: PathBuf,
    /// The version that is changed, such as CIP-0007.
    #[arg(long = "ref")]
    reference: Option<String>,
    /// What it is called.
    #[arg(long)]
    version: String,
    /// In force from.
    #[arg(long, value_name = "DATE")]
    effective_from: String,
    /// Who approved it.
    #[arg(long)]
    approver: String,
    /// A document attached to `programme`, by id.
    #[arg(long)]
    document: Option<String>,
    /// When it is looked at again.
    #[arg(long, value_name = "DATE")]
    next_review_on: Option<String>,
    /// The reliance by which another's CIP is adopted, such as REL-0001.
    #[arg(long)]
    adopted_from: Option<String>,
    /// Where an element stands; may be given several times.
    #[arg(long = "mark", value_name = "ELEMENT=STANDING[:PAGE]", num_args = 1..)]
    marks: Vec<String>,
}

#[derive(Args)]
pub(crate) struct AssessArgs {
    /// The vault's folder.
    vault: PathBuf,
    /// The assessment that is changed, such as RA-0001.
    #[arg(long = "ref")]
    reference: Option<String>,
    /// The day; today unless given.
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// The version of the CIP that it belongs to; the one in force unless given.
    #[arg(long)]
    cip: Option<String>,
    /// A head, how it is rated, and why.
    #[arg(long = "head", value_name = "HEAD=RATING:WHY", num_args = 1.., required = true)]
    heads: Vec<String>,
    /// What changed in the threats outside.
    #[arg(long, default_value = "")]
    landscape: String,
    /// The text that it was made of: see `letter memo`.
    #[arg(long, value_name = "TEXT")]
    landscape_memo: Option<String>,
    /// Who made it.
    #[arg(long)]
    reviewer: String,
    /// When it is made again.
    #[arg(long, value_name = "DATE")]
    next_review_on: Option<String>,
}

#[derive(Args)]
pub(crate) struct ContactArgs {
    /// The vault's folder.
    vault: PathBuf,
    /// The contact that is changed, such as CT-0001.
    #[arg(long = "ref")]
    reference: Option<String>,
    /// Name.
    #[arg(long)]
    name: String,
    /// Title.
    #[arg(long)]
    title: String,
    /// E-mail address.
    #[arg(long)]
    email: String,
    /// Telephone.
    #[arg(long)]
    phone: String,
    /// The primary contact of the CIP.
    #[arg(long)]
    primary: bool,
    /// Signs certifications.
    #[arg(long)]
    signatory: bool,
    /// From.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Until.
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

#[derive(Args)]
pub(crate) struct RelyArgs {
    /// The vault's folder.
    vault: PathBuf,
    /// The reliance that is changed, such as REL-0001.
    #[arg(long = "ref")]
    reference: Option<String>,
    /// Whose CIP.
    #[arg(long)]
    provider: String,
    /// Which version.
    #[arg(long)]
    version: String,
    /// What is relied on.
    #[arg(long)]
    extent: String,
    /// A document attached to `programme`, by id.
    #[arg(long)]
    document: Option<String>,
    /// From.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// Until.
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
}

/// `NAME=WORD:REST`; the rest may be absent.
fn marked<'a>(text: &'a str, form: &str) -> Result<(&'a str, &'a str, Option<&'a str>)> {
    let Some((name, rest)) = text.split_once('=') else {
        let short: String = text.chars().take(60).collect();
        return Err(Error::input(
            "E-PROGRAMME-FORM",
            format!("\"{short}\" is not of the form {form}."),
        ));
    };
    Ok(match rest.split_once(':') {
        Some((word, rest)) => (name, word, Some(rest)),
        None => (name, rest, None),
    })
}

/// Where the elements of a CIP stand: `ELEMENT=STANDING[:PAGE]` each.
pub(crate) fn marks(given: &[String]) -> Result<Vec<c::MarkReq>> {
    let read = given.iter().map(|text| {
        let (id, standing, page) = marked(text, "ELEMENT=STANDING[:PAGE]")?;
        Ok(c::MarkReq {
            id: id.to_owned(),
            standing: standing.to_owned(),
            page: page.map(str::to_owned),
        })
    });
    read.collect()
}

fn show(common: &Common, view: &c::ProgrammeView) {
    if common.json {
        print::json(view);
        return;
    }
    let or = |text: &Option<String>, none: &str| text.clone().unwrap_or_else(|| none.to_owned());
    print::line(&format!("Program as of {}", view.on));
    if let Some(one) = &view.standing {
        print::line(&print::plain(&format!(
            "{}, organized in {}. {}",
            one.role_label, one.jurisdiction_name, one.reason
        )));
    }
    if let (Some(count), Some(day)) = (view.employees, &view.employees_as_of) {
        print::line(&format!("Employees: {count}, as of {day}"));
    }
    if let Some(why) = &view.gate {
        print::line(why);
    }
    let table = |header: &[&str], rows: Vec<Vec<String>>| {
        if !rows.is_empty() {
            print::table(header, &rows);
        }
    };
    table(
        &["offering", "name", "kind", "scope", "why"],
        view.products
            .iter()
            .map(|one| {
                vec![
                    one.r#ref.clone(),
                    one.name.clone(),
                    one.form_label.clone(),
                    one.scope_label.clone(),
                    one.reason.clone(),
                ]
            })
            .collect(),
    );
    table(
        &[
            "cip",
            "version",
            "from",
            "in force",
            "elements",
            "review by",
        ],
        view.cips
            .iter()
            .map(|one| {
                vec![
                    one.r#ref.clone(),
                    one.version.clone(),
                    one.effective_from.clone(),
                    if one.in_force { "yes" } else { "" }.to_owned(),
                    format!("{} of {}", one.met, one.elements.len()),
                    or(&one.next_review_on, ""),
                ]
            })
            .collect(),
    );
    table(
        &["assessment", "on", "ratings", "by"],
        view.assessments
            .iter()
            .map(|one| {
                let ratings: Vec<String> = one
                    .heads
                    .iter()
                    .map(|head| format!("{}: {}", head.label, or(&head.rating, "not rated")))
                    .collect();
                vec![
                    one.r#ref.clone(),
                    one.on.clone(),
                    ratings.join("; "),
                    one.reviewer.clone(),
                ]
            })
            .collect(),
    );
    table(
        &["contact", "name", "title", "primary", "from", "to"],
        view.contacts
            .iter()
            .map(|one| {
                vec![
                    one.r#ref.clone(),
                    one.name.clone(),
                    one.title.clone(),
                    if one.primary { "yes" } else { "" }.to_owned(),
                    one.from.clone(),
                    or(&one.to, ""),
                ]
            })
            .collect(),
    );
    table(
        &["reliance", "on", "version", "extent", "from", "to"],
        view.reliances
            .iter()
            .map(|one| {
                vec![
                    one.r#ref.clone(),
                    one.provider.clone(),
                    one.version.clone(),
                    one.extent.clone(),
                    one.from.clone(),
                    or(&one.to, ""),
                ]
            })
            .collect(),
    );
    if let Some(case) = &view.opened {
        print::line(&format!(
            "Opened {case}: a change of the primary contact is reported outside the yearly certification."
        ));
    }
    for gap in &view.gaps {
        print::line(&print::plain(&format!("Missing: {gap}")));
    }
}

pub(crate) fn run(common: &Common, command: ProgrammeCommand) -> Result<u8> {
    let view = match command {
        ProgrammeCommand::Print { vault, to } => {
            let vault = reading(common, &vault)?;
            wrote(
                common,
                &to,
                &vault.print_to(&to, &vault.management_page()?)?,
            );
            return Ok(0);
        }
        ProgrammeCommand::Show { vault, on } => {
            reading(common, &vault)?.programme(on.as_deref())?
        }
        ProgrammeCommand::Standing {
            vault,
            role,
            jurisdiction,
            new_provider,
            reason,
        } => {
            let req = c::StandingReq {
                role,
                jurisdiction,
                new_provider,
                reason,
            };
            writing(common, &vault, |vault| vault.programme_standing(&req))?
        }
        ProgrammeCommand::Employees {
            vault,
            employees,
            as_of,
        } => {
            let req = c::HeadcountReq { employees, as_of };
            writing(common, &vault, |vault| vault.programme_headcount(&req))?
        }
        ProgrammeCommand::Product(args) => {
            let mut req = c::ProductReq {
                r#ref: args.reference,
                name: args.name,
                description: args.description,
                form: args.form,
                deploys_software: args.deploys_software,
                trial: args.trial,
                us_owned: args.us_owned,
                in_us: args.in_us,
                in_scope: args.in_scope,
                reason: args.reason,
                launched: args.launched,
                retired: args.retired,
                made_of: None,
            };
            writing(common, &args.vault, |vault| {
                req.made_of = crate::letters::made_of(vault, args.memo.as_deref())?;
                vault.programme_product(&req)
            })?
        }
        ProgrammeCommand::Cip(args) => {
            let marks = marks(&args.marks)?;
            let req = c::OwnCipReq {
                r#ref: args.reference,
                version: args.version,
                effective_from: args.effective_from,
                approver: args.approver,
                document: args.document,
                next_review_on: args.next_review_on,
                adopted_from: args.adopted_from,
                marks,
            };
            writing(common, &args.vault, |vault| vault.programme_cip(&req))?
        }
        ProgrammeCommand::Assess(args) => {
            let heads = args
                .heads
                .iter()
                .map(|text| {
                    let (id, rating, why) = marked(text, "HEAD=RATING:WHY")?;
                    Ok(c::HeadReq {
                        id: id.to_owned(),
                        rating: rating.to_owned(),
                        text: why.unwrap_or_default().to_owned(),
                        made_of: None,
                    })
                })
                .collect::<Result<_>>()?;
            let mut req = c::AssessmentReq {
                r#ref: args.reference,
                on: args.on,
                cip: args.cip,
                heads,
                landscape: args.landscape,
                reviewer: args.reviewer,
                next_review_on: args.next_review_on,
                landscape_of: None,
            };
            writing(common, &args.vault, |vault| {
                req.landscape_of = crate::letters::made_of(vault, args.landscape_memo.as_deref())?;
                vault.programme_assessment(&req)
            })?
        }
        ProgrammeCommand::Contact(args) => {
            let req = c::ContactReq {
                r#ref: args.reference,
                name: args.name,
                title: args.title,
                email: args.email,
                phone: args.phone,
                primary: args.primary,
                signatory: args.signatory,
                from: args.from,
                to: args.to,
            };
            writing(common, &args.vault, |vault| vault.programme_contact(&req))?
        }
        ProgrammeCommand::Rely(args) => {
            let req = c::RelianceReq {
                r#ref: args.reference,
                provider: args.provider,
                version: args.version,
                extent: args.extent,
                document: args.document,
                from: args.from,
                to: args.to,
            };
            writing(common, &args.vault, |vault| vault.programme_reliance(&req))?
        }
    };
    show(common, &view);
    Ok(0)
}
