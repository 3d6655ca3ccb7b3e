//! Specimens of passports and letters.

use super::{people::Place, specimen};
use crate::{documents::Source, error::Result, open_vault::OpenVault, watch::Unwatched};

/// A specimen passport and a specimen letter for some customers.
pub(super) fn papers(
    vault: &OpenVault,
    customers: &[(String, &'static Place, String)],
) -> Result<()> {
    for (number, (reference, place, name)) in customers.iter().enumerate() {
        let image = specimen::card(name, place.country)?;
        vault.document_add(
            reference,
            "passport",
            Source::Made {
                name: "passport-specimen.png".to_owned(),
                bytes: image,
            },
            &Unwatched,
        )?;
        if number % 2 == 0 {
            let lines = [
                format!("Statement of residence for {name}"),
                format!("{}, {}", place.city, place.country),
                "Invented for demonstration.".to_owned(),
            ];
            let pdf = specimen::letter("Proof of address", &lines);
            vault.document_add(
                reference,
                "proof_of_address",
                Source::Made {
                    name: "address-specimen.pdf".to_owned(),
                    bytes: pdf,
                },
                &Unwatched,
            )?;
        }
    }
    Ok(())
}
