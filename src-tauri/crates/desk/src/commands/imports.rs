//! Files of customers, owners and structures that are taken in, as the window asks for them.

use super::{Answer, Desk, answer, ask, handle, lock};
use crate::{
    imports::{Structure, Table},
    open_vault::OpenVault,
    watch::Watch,
};
use contract as c;
use contract::{Empty, Failure};
use std::sync::Arc;

#[allow(missing_docs)] // each is the method of the same name on `OpenVault`
impl Desk {
    pub fn import_pick(&self, _: Empty) -> Answer<Option<c::ImportSource>> {
        answer(self.vault().map(|_| ()))?;
        let mut ask = ask(
            "Choose a CSV or Excel file of customers or owners, or a BODS or FollowTheMoney file",
            "import",
        );
        ask.kinds = vec![(
            "CSV, Excel, BODS or FollowTheMoney",
            &["csv", "tsv", "txt", "xlsx", "json", "jsonl"],
        )];
        let Some(path) = self.picker.files(&ask).into_iter().next() else {
            return Ok(None);
        };
        answer((|| {
            let handle = handle()?;
            if Structure::is_in(&path) {
                let structure = Structure::read(&path)?;
                let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
                let source = c::ImportSource {
                    handle: handle.clone(),
                    name: structure.name().to_owned(),
                    sample: structure.sample(),
                    rows: structure.len(),
                    mapping: Vec::new(),
                    targets: Vec::new(),
                    exact: true,
                    header: words(&["Type", "Name", "Country"]),
                    saved: None,
                    owners: true,
                    structure: Some(structure.standard().to_owned()),
                };
                lock(&self.desk)
                    .structures
                    .insert(handle, Arc::new(structure));
                return Ok(Some(source));
            }
            let table = Table::read(&path)?;
            let known = self.vault()?.mapping_for(&table)?;
            let (saved, guess) = match known.filter(|_| !table.is_exact()) {
                Some((name, mapping)) => (Some(name), mapping),
                None => (None, table.guess()),
            };
            let source = c::ImportSource {
                handle: handle.clone(),
                name: table.name.clone(),
                sample: table.sample(),
                rows: u32::try_from(table.len()).unwrap_or(u32::MAX),
                mapping: table
                    .header
                    .iter()
                    .zip(guess)
                    .map(|(column, target)| c::ColumnMapping {
                        column: column.clone(),
                        target,
                    })
                    .collect(),
                targets: table
                    .register
                    .columns()
                    .iter()
                    .map(|(value, label)| c::Choice {
                        value: (*value).to_owned(),
                        label: (*label).to_owned(),
                    })
                    .collect(),
                exact: table.is_exact(),
                header: table.header.clone(),
                saved,
                owners: table.register == crate::imports::Register::Owners,
                structure: None,
            };
            lock(&self.desk).tables.insert(handle, Arc::new(table));
            Ok(Some(source))
        })())
    }

    fn import(
        &self,
        req: &c::ImportReq,
        dry_run: bool,
        watch: &dyn Watch,
    ) -> Answer<c::ImportReport> {
        let structure = lock(&self.desk).structures.get(&req.handle).cloned();
        if let Some(structure) = structure {
            return self.with(|vault| {
                vault.structure_import(&structure, dry_run, req.skip_bad_rows, watch)
            });
        }
        let table = lock(&self.desk).tables.get(&req.handle).cloned();
        let Some(table) = table else {
            return Err(Failure::new(
                "E-IMPORT-GONE",
                c::Class::BadInput,
                "The file is no longer open here. Choose it again.",
            ));
        };
        let mapping = table
            .header
            .iter()
            .map(|column| {
                req.mapping
                    .iter()
                    .find(|mapped| mapped.column == *column)
                    .and_then(|mapped| mapped.target.clone())
            })
            .collect();
        self.with(|vault| {
            let report = vault.import(&table, &mapping, dry_run, req.skip_bad_rows, watch)?;
            if let Some(name) = req
                .save_as
                .as_deref()
                .filter(|name| !dry_run && !name.trim().is_empty())
            {
                vault.mapping_save(name, &table, &mapping)?;
            }
            Ok(report)
        })
    }

    pub fn import_check(&self, req: c::ImportReq, watch: &dyn Watch) -> Answer<c::ImportReport> {
        self.import(&req, true, watch)
    }

    pub fn import_run(&self, req: c::ImportReq, watch: &dyn Watch) -> Answer<c::ImportReport> {
        self.import(&req, false, watch)
    }

    pub fn import_list(&self, _: Empty) -> Answer<Vec<c::ImportRow>> {
        self.with(OpenVault::import_list)
    }

    pub fn import_undo(&self, req: c::ImportUndoReq) -> Answer<Vec<c::ImportRow>> {
        self.with(|vault| vault.import_undo(req.entry.into()))
    }
}
