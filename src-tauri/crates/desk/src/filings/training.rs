//! What the records say in a report of the training of a large model.

use super::facts::Facts;
use crate::{error::Result, open_vault::OpenVault};
use domain::{
    customer::{CustomerFile, PartyKind, UsStatus},
    pack::RulePack,
    record::{ClockRecord, Filing, FormRow},
};
use store::Read;

impl OpenVault {
    /// A report of training (D-81, D-82): who it is comes from the customer's file; the run is written by hand.
    pub(super) fn training(
        &self,
        read: &Read<'_>,
        filing: &Filing,
        clock: Option<&ClockRecord>,
        pack: &RulePack,
        facts: &mut Facts,
    ) -> Result<()> {
        let rules = self.rules();
        let anchor = |event: &str| {
            let at = clock.and_then(|clock| clock.anchors.get(event));
            at.map(|at| at.chars().take(10).collect::<String>())
                .unwrap_or_default()
        };
        facts.one(
            "basis",
            [
                ("transaction_on", anchor("transaction")),
                ("knowledge_on", anchor("knowledge")),
            ],
        );
        if let Some(clock) = clock {
            facts.from("basis", &clock.reference);
        }
        let (mut persons, mut addresses, mut payments, mut access) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for subject in &filing.subjects {
            let Ok(file) = read.customer_file(subject) else {
                continue;
            };
            let role = |name: &str, kind: PartyKind, role: &str, country: &str, key: &str| {
                FormRow::of(
                    key,
                    [
                        ("name", name.to_owned()),
                        ("kind", kind.word().to_owned()),
                        ("role", role.to_owned()),
                        ("country", country.to_owned()),
                    ],
                )
            };
            persons.push(role(
                file.name(),
                file.kind,
                "customer",
                file.country(),
                &file.reference,
            ));
            let address = |file: &CustomerFile, field: &str| file.values(field).join("; ");
            let street = [
                address(&file, "street_address"),
                address(&file, "principal_place"),
            ]
            .concat();
            addresses.push(FormRow::of(
                &file.reference,
                [
                    ("name", file.name().to_owned()),
                    ("address", street),
                    ("use_locations", address(&file, "use_locations")),
                ],
            ));
            let beneficial = file.beneficial_owners(&rules);
            for owner in file.owners.iter().filter(|owner| {
                beneficial.contains(&owner.id) && file.us_status_of(&owner.id) != UsStatus::Us
            }) {
                let key = format!("{}/{}", file.reference, owner.id);
                persons.push(role(
                    &owner.name,
                    owner.kind,
                    "beneficial_owner",
                    owner.country.as_deref().unwrap_or_default(),
                    &key,
                ));
                addresses.push(FormRow::of(
                    &key,
                    [
                        ("name", owner.name.clone()),
                        ("address", owner.address.clone().unwrap_or_default()),
                    ],
                ));
                if !file.is_verified(&owner.id) {
                    facts.unverified.insert("persons".to_owned());
                }
            }
            for account in &file.accounts {
                for payment in &account.payments {
                    payments.push(FormRow::of(
                        &format!("{}/{}/{}", file.reference, account.id, payment.id),
                        [
                            ("means", payment.kind.clone()),
                            ("source", payment.source.clone()),
                            ("institution", payment.institution.clone()),
                            (
                                "identifiers",
                                payment.identifier.clone().unwrap_or_default(),
                            ),
                        ],
                    ));
                }
                let (records, last, _) = read.access_summary(&account.account_ref)?;
                access.push(FormRow::of(
                    &format!("{}/{}", file.reference, account.id),
                    [
                        ("account", account.account_ref.clone()),
                        ("records", records.to_string()),
                        ("to", last.map(crate::now::rfc3339).unwrap_or_default()),
                    ],
                ));
            }
            facts.one("email", [("value", file.values("email").join("; "))]);
            facts.one("phone", [("value", file.values("phone").join("; "))]);
            if !file.is_verified(&file.reference) {
                for item in ["persons", "addresses", "email", "phone"] {
                    facts.unverified.insert(item.to_owned());
                }
            }
            for item in [
                "persons",
                "addresses",
                "payment",
                "email",
                "phone",
                "access",
            ] {
                facts.from(item, &file.reference);
            }
        }
        facts.say("persons", persons);
        facts.say("addresses", addresses);
        facts.say("payment", payments);
        facts.say("access", access);
        let rows = pack
            .ai_conditions()
            .iter()
            .map(|one| {
                FormRow::of(
                    &one.id,
                    [
                        ("condition", one.label.clone()),
                        ("met", "uncertain".to_owned()),
                        ("pack", format!("{} {}", pack.id(), pack.version())),
                    ],
                )
            })
            .collect();
        facts.say("conditions", rows);
        Ok(())
    }
}
