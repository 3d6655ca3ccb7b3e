//! Values that were typed or imported, checked field by field before they are recorded.

use super::{PartyKind, Values};
use crate::{field, rulebook::Rulebook};
use chrono::NaiveDate;

/// Checks values that were typed or imported, field by field: the values to keep, or what is wrong with which field.
pub fn check_fields<'a>(
    rules: &Rulebook,
    kind: PartyKind,
    today: NaiveDate,
    fields: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> (Values, Vec<(String, field::ValueError)>) {
    let mut kept = Values::new();
    let mut wrong = Vec::new();
    for (id, values) in fields {
        let of = |field: &&field::Field| match field.of {
            field::Of::Both => true,
            field::Of::Individual => kind == PartyKind::Individual,
            field::Of::Entity => kind == PartyKind::Entity,
        };
        let known = field::find(id).filter(of);
        let known = known.map(|spec| (spec.input, spec.multiple)).or_else(|| {
            let added = rules.added_fields(kind.word());
            let spec = added.iter().find(|added| added.rule.field == id)?;
            Some((spec.input, false))
        });
        let Some((input, multiple)) = known else {
            wrong.push((id.to_owned(), field::ValueError::Unknown));
            continue;
        };
        let given = values.iter().any(|value| !value.trim().is_empty());
        if let Some(off) = rules
            .off_by(kind.word(), id)
            .filter(|_| given && rules.is_off(kind.word(), id))
        {
            let why = format!("{} ({})", off.text, off.cite);
            wrong.push((id.to_owned(), field::ValueError::Off(why)));
            continue;
        }
        let mut checked = Vec::new();
        for value in values {
            match field::check(input, value) {
                Ok(Some(value)) if field::lies_ahead(input, &value, today) => {
                    wrong.push((id.to_owned(), field::ValueError::Future(value)));
                }
                Ok(value) => checked.extend(value),
                Err(why) => wrong.push((id.to_owned(), why)),
            }
        }
        if checked.len() > 1 && !multiple {
            wrong.push((id.to_owned(), field::ValueError::Several(checked.len())));
        }
        kept.insert(id.to_owned(), checked);
    }
    (kept, wrong)
}
