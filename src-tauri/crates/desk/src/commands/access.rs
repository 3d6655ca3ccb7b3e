//! Access records, as the window asks for them.

use super::{Answer, Desk, answer, ask};
use crate::{access::AccessHow, documents::Source, error::Error, watch::Watch};
use contract as c;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn access_list(&self, req: c::AccessListReq) -> Answer<c::AccessList> {
        self.with(|vault| vault.access_list(&req))
    }

    pub fn access_export(
        &self,
        req: c::AccessListReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::Saved>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask("Save the access records", "access-export");
        ask.name = Some("access.csv".to_owned());
        let Some(path) = self.picker.save(&ask) else {
            return Ok(None);
        };
        self.with(|vault| vault.access_export(&req, &path, watch))
            .map(Some)
    }

    pub fn access_import(
        &self,
        req: c::AccessImportReq,
        watch: &dyn Watch,
    ) -> Answer<Option<c::AccessReport>> {
        answer(self.vault().map(|_| ()))?;
        let mut sources = answer(self.sources(
            req.handle.as_deref(),
            &ask("Choose an access log", "access"),
        ))?;
        match (sources.pop(), sources.is_empty()) {
            (None, _) => Ok(None),
            (Some(Source::File(path)), true) => self
                .with(|vault| {
                    let named = req
                        .columns
                        .iter()
                        .map(|one| (one.label.trim(), one.value.as_str()))
                        .filter(|(theirs, _)| !theirs.is_empty());
                    let names = crate::access::Names::new(named).map_err(|ours| {
                        Error::input(
                            "E-ACCESS-MAP",
                            format!("\"{ours}\" is no column of an access record."),
                        )
                    })?;
                    let how = AccessHow {
                        account: req.account.as_deref(),
                        skip_bad_rows: req.skip_bad_rows,
                        names: (!names.is_empty()).then_some(&names),
                        ..AccessHow::default()
                    };
                    let report = vault.access_import(&path, how, watch)?;
                    if let Some(name) = req.save_as.as_deref().filter(|_| !names.is_empty()) {
                        vault.access_names_save(name, &names)?;
                    }
                    Ok(report)
                })
                .map(Some),
            _ => answer(Err(Error::input(
                "E-ACCESS-FILES",
                "Several files were chosen, and none was imported. Import one access log at a time.",
            ))),
        }
    }
}
