//! Invented structures of ownership: three tiers with a range, a circle, a nominee, and a company that nobody owns enough of.

use super::specimen;
use crate::{documents::Source, error::Result, open_vault::OpenVault, watch::Unwatched};
use chrono::{Datelike as _, NaiveDate};
use contract as c;

/// How many customers are made here.
pub(super) const COUNT: u32 = 4;

/// A tie as the form sends it; `of` is the place of an owner in the same structure, from 1.
fn tie(of: Option<u32>, kind: &str, share: &str, means: &str, from: &str) -> c::InterestReq {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    c::InterestReq {
        of: of.map(|place| format!("O-{place}")),
        kind: kind.to_owned(),
        share: given(share),
        means: given(means),
        held_for: None,
        indirect: false,
        via: Vec::new(),
        from: given(from),
        to: None,
    }
}

fn own(
    vault: &OpenVault,
    customer: &str,
    (name, country, kind): (&str, &str, c::PartyKind),
    interests: Vec<c::InterestReq>,
) -> Result<()> {
    vault.owner_save(&c::OwnerSaveReq {
        customer: customer.to_owned(),
        id: None,
        name: name.to_owned(),
        name_original: None,
        kind,
        unspecified: None,
        interests: moved(interests, vault.today()),
        country: Some(country.to_owned()),
        address: Some(format!("1 Harbour Street, {country}")),
        email: None,
        phone: None,
        source: Some("Register extract".to_owned()),
        valid_from: None,
        valid_to: None,
        proved_by: None,
    })?;
    Ok(())
}

fn company(vault: &OpenVault, name: &str, country: &str) -> Result<String> {
    let made = vault.customer_create(&c::CustomerCreateReq {
        kind: c::PartyKind::Entity,
        name: name.to_owned(),
        name_original: None,
        country: Some(country.to_owned()),
        external_id: None,
    })?;
    Ok(made.r#ref)
}

/// The dates below are those of a demonstration in 2026; in another year they lie as far back.
fn moved(interests: Vec<c::InterestReq>, today: NaiveDate) -> Vec<c::InterestReq> {
    let moved = |day: String| {
        let day: NaiveDate = day.parse().ok()?;
        let year = day.year() + today.year() - 2026;
        Some(day.with_year(year)?.to_string())
    };
    interests
        .into_iter()
        .map(|one| c::InterestReq {
            from: one.from.and_then(moved),
            ..one
        })
        .collect()
}

pub(super) fn owned(vault: &OpenVault) -> Result<()> {
    use c::PartyKind::{Entity, Individual};
    // Three tiers: 60 % x 70 % x 50 to 75 % is 21 to 31.5 %, and one of them sits in the trust that controls the holding.
    let one = company(vault, "Kestrel Compute B.V.", "NL")?;
    own(
        vault,
        &one,
        ("Kestrel Holding S.à r.l.", "LU", Entity),
        vec![tie(None, "equity", "60", "", "2023-04-01")],
    )?;
    own(
        vault,
        &one,
        ("Northlight Ventures LP", "GB", Entity),
        vec![
            tie(Some(1), "equity", "70", "", "2023-04-01"),
            tie(None, "equity", "15", "", "2024-09-01"),
        ],
    )?;
    own(
        vault,
        &one,
        ("Amira Haddad", "LB", Individual),
        vec![tie(Some(2), "equity", "50 to 75", "", "2023-04-01")],
    )?;
    own(
        vault,
        &one,
        ("Jonas Lindqvist", "SE", Individual),
        vec![tie(None, "equity", "25", "", "2025-02-15")],
    )?;
    own(
        vault,
        &one,
        ("Marta Kowalczyk", "PL", Individual),
        vec![tie(
            Some(1),
            "control",
            "",
            "appoints the board",
            "2024-01-10",
        )],
    )?;
    // The register shows the first two tiers; who stands behind the partnership is its own statement.
    let lines = [
        "Kestrel Compute B.V.: Kestrel Holding S.à r.l. 60 %, Northlight Ventures LP 15 %"
            .to_owned(),
        "Kestrel Holding S.à r.l.: Northlight Ventures LP 70 %".to_owned(),
        "Invented for demonstration.".to_owned(),
    ];
    let extract = vault.document_add(
        &one,
        "registry_extract",
        Source::Made {
            name: "shareholders-specimen.pdf".to_owned(),
            bytes: specimen::letter("Extract from the register of shareholders", &lines),
        },
        &Unwatched,
    )?;
    let shown = [("O-1", "ties"), ("O-1", "address"), ("O-2", "ties")];
    vault.value_prove(&c::ProofReq {
        customer: one,
        values: shown
            .map(|(of, value)| c::ValueAt {
                of: of.to_owned(),
                value: value.to_owned(),
            })
            .to_vec(),
        document: extract.id,
        holds: true,
    })?;
    // Two companies that own each other, and the person behind them.
    let two = company(vault, "Orbis Data Hosting Ltd", "CY")?;
    own(
        vault,
        &two,
        ("Orbis Nominees Ltd", "CY", Entity),
        vec![tie(None, "equity", "40", "", "2022-06-01")],
    )?;
    own(
        vault,
        &two,
        ("Halcyon Assets Ltd", "VG", Entity),
        vec![
            tie(None, "equity", "60", "", "2022-06-01"),
            tie(Some(1), "equity", "20", "", "2022-06-01"),
        ],
    )?;
    let view = vault.customer_show(&two)?;
    if let Some(first) = view.owners.first() {
        let again = vec![
            tie(None, "equity", "40", "", "2022-06-01"),
            tie(Some(2), "equity", "50", "", "2023-01-01"),
        ];
        vault.owner_save(&c::OwnerSaveReq {
            customer: two.clone(),
            id: Some(first.id.clone()),
            name: first.name.clone(),
            name_original: None,
            kind: Entity,
            unspecified: None,
            interests: moved(again, vault.today()),
            country: Some("CY".to_owned()),
            address: first.address.clone(),
            email: None,
            phone: None,
            source: first.source.clone(),
            valid_from: None,
            valid_to: None,
            proved_by: None,
        })?;
    }
    own(
        vault,
        &two,
        ("Dmitri Volkov", "CY", Individual),
        vec![tie(Some(1), "equity", "80", "", "2022-06-01")],
    )?;
    // A nominee, and whom it holds for.
    let three = company(vault, "Lumen Render Farm SIA", "LV")?;
    own(
        vault,
        &three,
        ("Ilze Ozola", "LV", Individual),
        vec![tie(None, "other", "", "founder", "2021-03-01")],
    )?;
    let held = c::InterestReq {
        held_for: Some("O-1".to_owned()),
        ..tie(None, "equity", "45", "", "2021-03-01")
    };
    own(
        vault,
        &three,
        ("Baltic Fiduciary AS", "LV", Entity),
        vec![held],
    )?;
    own(
        vault,
        &three,
        ("Peteris Krumins", "LV", Individual),
        vec![
            tie(None, "equity", "55", "", "2021-03-01"),
            tie(None, "votes", "20", "", "2024-05-01"),
        ],
    )?;
    // Widely held: nobody owns enough, somebody is in control.
    let four = company(vault, "Meridian Cloud Cooperative", "DE")?;
    for (place, name) in (1u32..).zip([
        "Lena Fischer",
        "Tobias Krause",
        "Farid Rahimi",
        "Mei Tanaka",
    ]) {
        own(
            vault,
            &four,
            (name, "DE", Individual),
            vec![tie(
                None,
                "equity",
                &format!("{}", 6 + place),
                "",
                "2020-10-01",
            )],
        )?;
    }
    own(
        vault,
        &four,
        ("Katharina Vogt", "DE", Individual),
        vec![tie(None, "control", "", "managing director", "2022-01-01")],
    )?;
    vault.none_identified(&c::NoneIdentifiedReq {
        r#ref: four,
        explanation: Some(
            "A cooperative of 41 members; by its register nobody holds more than 10 %.".to_owned(),
        ),
    })?;
    Ok(())
}
