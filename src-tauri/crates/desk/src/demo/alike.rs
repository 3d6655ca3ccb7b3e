//! Invented people who signed up twice, and customers who share more than they should.

use crate::{error::Result, open_vault::OpenVault};
use contract as c;
use domain::customer::{CustomerFile, PartyKind};

fn write(vault: &OpenVault, customer: &str, fields: &[(&str, String)]) -> Result<()> {
    let revision = vault
        .read(|read| Ok(read.customer_file(customer)?))?
        .revision;
    vault.customer_change(&c::CustomerChangeReq {
        r#ref: customer.to_owned(),
        revision,
        fields: fields
            .iter()
            .map(|(id, value)| c::FieldChange {
                id: (*id).to_owned(),
                values: vec![value.clone()],
            })
            .collect(),
        reason: None,
        occurred_on: None,
        proved_by: None,
    })?;
    Ok(())
}

/// "Ana Lima" as "Lima Ana": as somebody else's form asks for it.
fn turned(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().rev().collect();
    words.join(" ")
}

pub(super) fn alike(vault: &OpenVault) -> Result<()> {
    let open = vault.read(|read| Ok(read.customers_in("collecting")?))?;
    let people: Vec<&CustomerFile> = open
        .iter()
        .skip(4)
        .filter(|file| file.kind == PartyKind::Individual)
        .collect();
    // Twice the same person, once with the same mailbox, once with the same name and address alone.
    if let [first, again, second, once_more, ..] = people.as_slice() {
        let address = |file: &CustomerFile| {
            file.value("street_address")
                .unwrap_or("12 Harbour Street, Halifax, Canada")
                .to_owned()
        };
        let country = |file: &CustomerFile| file.country().to_owned();
        write(
            vault,
            &first.reference,
            &[
                ("street_address", address(first)),
                ("date_of_birth", "1988-04-19".to_owned()),
            ],
        )?;
        write(
            vault,
            &again.reference,
            &[
                ("full_legal_name", turned(first.name())),
                ("name_original", String::new()),
                ("country", country(first)),
                (
                    "email",
                    first
                        .value("email")
                        .unwrap_or("signup@example.org")
                        .to_owned(),
                ),
                ("date_of_birth", "1988-04-19".to_owned()),
            ],
        )?;
        write(
            vault,
            &second.reference,
            &[("street_address", address(second))],
        )?;
        write(
            vault,
            &once_more.reference,
            &[
                ("full_legal_name", second.name().to_uppercase()),
                ("country", country(second)),
                ("street_address", address(second)),
            ],
        )?;
    }
    // Three firms that know nothing of each other are paid for from one wallet.
    let firms = open
        .iter()
        .filter(|file| file.kind == PartyKind::Entity && !file.accounts.is_empty())
        .take(3);
    for file in firms {
        for account in file.accounts.iter().take(1) {
            vault.payment_save(&c::PaymentSaveReq {
                customer: file.reference.clone(),
                account: account.id.clone(),
                kind: "wallet".to_owned(),
                institution: "SPECIMEN Wallet".to_owned(),
                source: "A third party, by the statement".to_owned(),
                identifier: Some("bc1qspecimen0wallet0of0nobody7q4".to_owned()),
                country: None,
                proved_by: None,
            })?;
        }
    }
    Ok(())
}
