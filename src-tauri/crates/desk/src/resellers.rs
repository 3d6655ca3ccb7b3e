//! Resellers and the versions of their CIPs.

use crate::{
    cases,
    customers::Wrong,
    documents::Source,
    error::{Error, Result},
    open_vault::{Names, OpenVault},
    watch::Watch,
};
use contract as c;
use domain::{
    change::Change,
    country::Country,
    field::Input,
    record::{Cip, Reseller},
};
use store::Read;

/// A country's name, or the code where it is none.
pub(crate) fn country_name(code: &str) -> String {
    Country::parse(code).map_or_else(|_| code.to_owned(), |country| country.name().to_owned())
}

impl OpenVault {
    /// Resellers by name.
    pub fn reseller_list(&self) -> Result<c::ResellerList> {
        self.read(|read| {
            let rows = read
                .resellers()?
                .iter()
                .map(|reseller| self.reseller_row(read, reseller))
                .collect::<Result<_>>()?;
            Ok(c::ResellerList { rows })
        })
    }

    fn reseller_row(&self, read: &Read<'_>, reseller: &Reseller) -> Result<c::ResellerRow> {
        let today = self.today();
        let cip = reseller.cip_on(&today.to_string());
        let clocks = read.clocks_about(&reseller.reference)?;
        let running: Vec<c::ClockRow> = clocks
            .iter()
            .filter(|clock| clock.stop.is_none())
            .map(|clock| self.clock_row(clock, today))
            .collect();
        Ok(c::ResellerRow {
            r#ref: reseller.reference.clone(),
            name: reseller.name.clone(),
            country: reseller.country.clone(),
            country_name: country_name(&reseller.country),
            foreign: reseller.is_foreign(),
            state: reseller.state.clone(),
            cip_version: cip.map(|cip| cip.version.clone()),
            cip_effective: cip.map(|cip| cip.effective_from.clone()),
            open_clocks: u32::try_from(running.len()).unwrap_or(u32::MAX),
            next_due: running.first().map(|row| row.due.clone()),
            next_standing: running.first().map(|row| row.standing.clone()),
        })
    }

    /// One reseller, whole.
    pub fn reseller_show(&self, reference: &str) -> Result<c::ResellerView> {
        self.read(|read| {
            let reseller = read.reseller(reference)?;
            let names = self.names(read)?;
            let today = self.today();
            let mut cips = reseller
                .cips
                .iter()
                .map(|cip| cip_view(read, &names, &reseller, cip))
                .collect::<Result<Vec<_>>>()?;
            cips.sort_by(|a, b| b.effective_from.cmp(&a.effective_from));
            let filed: Vec<&str> = reseller
                .cips
                .iter()
                .map(|cip| cip.document.as_str())
                .collect();
            let documents = read.documents_of(&reseller.reference)?;
            let documents = documents
                .iter()
                .filter(|line| !filed.contains(&line.document.id.as_str()));
            let cases = read.cases()?;
            let cases = cases
                .iter()
                .filter(|case| case.resellers.contains(&reseller.reference));
            Ok(c::ResellerView {
                row: self.reseller_row(read, &reseller)?,
                revision: reseller.revision,
                address: reseller.address.clone(),
                email: reseller.email.clone(),
                notes: reseller.notes.clone(),
                cases: cases
                    .map(|case| cases::row(self, read, case))
                    .collect::<Result<_>>()?,
                clocks: read
                    .clocks_about(&reseller.reference)?
                    .iter()
                    .map(|clock| self.clock_row(clock, today))
                    .collect(),
                documents: documents
                    .map(|line| crate::documents::row(line, &names))
                    .collect(),
                cips,
            })
        })
    }

    /// Registers or changes a reseller.
    pub fn reseller_save(&self, req: &c::ResellerSaveReq) -> Result<c::Created> {
        let mut wrong = Wrong::default();
        let name = wrong.one("name", Input::Text, Some(&req.name));
        let country = wrong.one("country", Input::Country, Some(&req.country));
        let address = wrong.one("address", Input::Long, req.address.as_deref());
        let email = wrong.one("email", Input::Email, req.email.as_deref());
        let notes = wrong.one("notes", Input::Long, req.notes.as_deref());
        if name.is_none() {
            wrong.add(
                "name",
                "E-RESELLER-NAME",
                "The name is empty. Write the reseller's legal name.".to_owned(),
            );
        }
        if req.country.trim().is_empty() {
            wrong.add(
                "country",
                "E-FIELD-COUNTRY",
                "The country is empty. Write an ISO 3166 code (SG) or an English name (Singapore)."
                    .to_owned(),
            );
        }
        wrong.done(req.r#ref.as_deref().unwrap_or("New reseller"))?;
        self.act(|act| {
            let before = req
                .r#ref
                .as_deref()
                .map(|reference| act.read().reseller(reference))
                .transpose()?;
            let name = name.clone().unwrap_or_default();
            if let Ok(there) = act.read().reseller(&name)
                && before
                    .as_ref()
                    .is_none_or(|before| before.reference != there.reference)
            {
                let message = format!(
                    "There is a reseller named \"{name}\" already: {}. Open that one.",
                    there.reference
                );
                return Err(Error::input("E-RESELLER-EXISTS", message));
            }
            let reseller = Reseller {
                reference: match &before {
                    Some(before) => before.reference.clone(),
                    None => act.read().next_reference("RS", 4)?,
                },
                name,
                country: country.clone().unwrap_or_default(),
                address,
                email,
                notes,
                state: before
                    .as_ref()
                    .map_or_else(|| "active".to_owned(), |before| before.state.clone()),
                cips: before
                    .as_ref()
                    .map(|before| before.cips.clone())
                    .unwrap_or_default(),
                oversight: before
                    .as_ref()
                    .map(|before| before.oversight.clone())
                    .unwrap_or_default(),
                revision: before.as_ref().map_or(0, |before| before.revision + 1),
            };
            let reference = reseller.reference.clone();
            act.push(Change::ResellerRecorded { before, reseller }, None, None)?;
            Ok(c::Created { r#ref: reference })
        })
    }

    /// Files a version of a reseller's CIP.
    pub fn cip_file(
        &self,
        reseller: &str,
        version: &str,
        effective_from: &str,
        received_on: Option<&str>,
        source: Source,
        watch: &dyn Watch,
    ) -> Result<c::CipView> {
        let mut wrong = Wrong::default();
        let version = wrong.one("version", Input::Text, Some(version));
        let effective = wrong.one("effective_from", Input::Date, Some(effective_from));
        if version.is_none() {
            wrong.add(
                "version",
                "E-CIP-VERSION",
                "The version is empty. Write what the reseller calls it, such as 2026.1."
                    .to_owned(),
            );
        }
        if effective.is_none() && wrong.is_empty() {
            wrong.add(
                "effective_from",
                "E-FIELD-DATE",
                "Write the day from which it is in force, like 2026-01-01.".to_owned(),
            );
        }
        wrong.done("CIP document")?;
        let (version, effective_from) =
            (version.unwrap_or_default(), effective.unwrap_or_default());
        let received_on = self
            .past_day(received_on)?
            .unwrap_or_else(|| self.today().to_string());
        let there = self.read(|read| Ok(read.reseller(reseller)?))?;
        if there
            .cips
            .iter()
            .any(|cip| cip.effective_from == effective_from)
        {
            let message = format!(
                "{} has a CIP in force from {effective_from} already. Two versions cannot begin on one day: check the date.",
                there.reference
            );
            return Err(Error::input("E-CIP-DATE", message));
        }
        let taken = self.take_in(source, watch)?;
        self.act(|act| {
            let reseller = act.read().reseller(&there.reference)?;
            let document = self.keep(act, &reseller.reference, "cip", taken)?;
            let cip = Cip {
                reference: act.read().next_reference("CIP", 4)?,
                reseller: reseller.reference.clone(),
                version: version.clone(),
                effective_from: effective_from.clone(),
                received_on: received_on.clone(),
                document,
            };
            act.push(
                Change::CipFiled { cip: cip.clone() },
                Some(&received_on),
                None,
            )?;
            let reseller = act.read().reseller(&reseller.reference)?;
            self.copy_arrived(act, &reseller)?;
            let names = self.names(act.read())?;
            cip_view(
                act.read(),
                &names,
                &act.read().reseller(&reseller.reference)?,
                &cip,
            )
        })
    }
}

pub(crate) fn cip_view(
    read: &Read<'_>,
    names: &Names,
    reseller: &Reseller,
    cip: &Cip,
) -> Result<c::CipView> {
    Ok(c::CipView {
        r#ref: cip.reference.clone(),
        version: cip.version.clone(),
        effective_from: cip.effective_from.clone(),
        effective_to: reseller.effective_to(cip),
        document: crate::documents::row(&read.document(&cip.document)?, names),
        received_on: cip.received_on.clone(),
    })
}
