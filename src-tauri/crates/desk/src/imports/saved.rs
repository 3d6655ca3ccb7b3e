//! Which column is what, saved under a name: offered again when a file with the same header comes.

use super::table::{Mapping, Table};
use crate::{
    access::Names,
    error::{Error, Result},
    open_vault::OpenVault,
};
use domain::change::Change;
use std::collections::BTreeMap;

/// What mappings are of.
const REGISTER: &str = "register";
const ACCESS: &str = "access";
const USAGE: &str = "usage";

/// Their column with ours; an empty one is a custom field.
type Columns = BTreeMap<String, String>;

impl OpenVault {
    /// Saves which column of a file is what. The same again changes nothing; another under the same name takes its place.
    pub fn mapping_save(&self, name: &str, table: &Table, mapping: &Mapping) -> Result<()> {
        let columns = table
            .header
            .iter()
            .zip(mapping)
            .map(|(theirs, ours)| (theirs.clone(), ours.clone().unwrap_or_default()))
            .collect();
        self.keep_mapping(REGISTER, name, columns)
    }

    /// The mapping that was saved last for a file with this header, with its name.
    pub fn mapping_for(&self, table: &Table) -> Result<Option<(String, Mapping)>> {
        let fits = |columns: &Columns| {
            columns.len() == table.header.len()
                && table
                    .header
                    .iter()
                    .all(|column| columns.contains_key(column))
        };
        let found = self.find_mapping(REGISTER, |_, columns| fits(columns))?;
        Ok(found.map(|(name, columns)| {
            let ours = table.header.iter().map(|column| {
                let ours = columns.get(column).filter(|ours| !ours.is_empty());
                ours.cloned()
            });
            (name, ours.collect())
        }))
    }

    /// Saves the names of an access log's columns.
    pub fn access_names_save(&self, name: &str, names: &Names) -> Result<()> {
        self.keep_mapping(ACCESS, name, names.pairs())
    }

    /// The names of an access log's columns that were saved under a name.
    pub fn access_names(&self, name: &str) -> Result<Names> {
        let found = self.find_mapping(ACCESS, |there, _| there == name)?;
        let Some((_, columns)) = found else {
            let what = format!(
                "There is no file and no saved mapping \"{name}\". Give the file once with --map and save it with --save-map."
            );
            return Err(Error::input("E-ACCESS-MAP", what));
        };
        Names::of(&columns)
    }

    /// The mapping of an access log that was saved last and whose names all stand in a header, with its name.
    pub(crate) fn access_names_for(&self, header: &[String]) -> Result<Option<(String, Names)>> {
        let found = self.find_mapping(ACCESS, |_, columns| {
            !columns.is_empty() && columns.keys().all(|column| header.contains(column))
        })?;
        found
            .map(|(name, columns)| Ok((name, Names::of(&columns)?)))
            .transpose()
    }

    /// Saves which column of a usage export is what.
    pub(crate) fn usage_mapping_save(&self, name: &str, columns: Columns) -> Result<()> {
        self.keep_mapping(USAGE, name, columns)
    }

    /// The mapping that was saved last for a usage export whose header has every column of it.
    pub(crate) fn usage_mapping_for(&self, header: &[String]) -> Result<Option<Columns>> {
        let found = self.find_mapping(USAGE, |_, columns| {
            columns.keys().all(|column| header.contains(column))
        })?;
        Ok(found.map(|(_, columns)| columns))
    }

    fn find_mapping(
        &self,
        wanted: &str,
        fits: impl Fn(&str, &Columns) -> bool,
    ) -> Result<Option<(String, Columns)>> {
        self.read(|read| {
            let (_, entries) = read.timeline(&["mapping".to_owned()], 0, u32::MAX)?;
            Ok(entries
                .into_iter()
                .filter_map(|recorded| match recorded.body()?.change {
                    Change::MappingSaved { name, of, columns } if of == wanted => {
                        Some((name, columns))
                    }
                    _ => None,
                })
                .find(|(name, columns)| fits(name, columns)))
        })
    }

    fn keep_mapping(&self, of: &str, name: &str, columns: Columns) -> Result<()> {
        let name = crate::customers::clean("mapping", name)?;
        if name.is_empty() {
            return Err(Error::input(
                "E-IMPORT-MAP",
                "The name of the mapping is empty. Write one, like the system that the file comes from.",
            ));
        }
        let there = self.find_mapping(of, |there, _| there == name)?;
        if there.is_some_and(|(_, known)| known == columns) {
            return Ok(());
        }
        self.act(|act| {
            let change = Change::MappingSaved {
                name,
                of: of.to_owned(),
                columns,
            };
            act.push(change, None, None)?;
            Ok(())
        })
    }
}
