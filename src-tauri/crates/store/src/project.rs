//! Applying an entry to the tables. The same function serves a new entry and the replay of an old one.

use crate::{
    access::drop_import,
    casework::{keep_usage, keep_work},
    connection::Write,
    disposal,
    error::StoreError,
    handling::{put_comment, put_handling, put_task, put_view},
    likeness::put_due,
    records::{load, put_customer, rated, remove_customer},
};
use domain::{
    casefile::Case,
    change::Change,
    customer::CustomerFile,
    entry::Entry,
    intake::Intake,
    record::{ClockRecord, Filing, Reseller, Staff, Validated},
    retention::{Disposal, Hold},
    rulebook::Rulebook,
};
use rusqlite::{Connection, params};
use serde::{Serialize, de::DeserializeOwned};

/// Applies one change. `document_key` is the secret half of a new document's key; a replay has none and leaves the column empty.
pub(crate) fn apply(
    write: &mut Write<'_>,
    rules: &mut Rulebook,
    seq: u64,
    entry: &Entry,
    change: &Change,
    document_key: Option<&str>,
) -> Result<(), StoreError> {
    let sql = write.sql();
    match change {
        Change::VaultCreated { organisation } => {
            sql.execute(
                "INSERT INTO organisation (id, body) VALUES (1, ?1)",
                [json(organisation)?],
            )?;
        }
        Change::HouseRulesSet { after, .. } => {
            let mut organisation = write.organisation()?;
            organisation.house.clone_from(after);
            sql.execute(
                "UPDATE organisation SET body = ?1 WHERE id = 1",
                [json(&organisation)?],
            )?;
        }
        Change::DrillSkipped { ms } => {
            let mut organisation = write.organisation()?;
            let drill = organisation
                .drill
                .as_mut()
                .ok_or(StoreError::Record("rehearsal"))?;
            drill.skipped_ms = drill.skipped_ms.saturating_add(*ms);
            sql.execute(
                "UPDATE organisation SET body = ?1 WHERE id = 1",
                [json(&organisation)?],
            )?;
        }
        Change::PackAdopted { pack } => {
            rules
                .adopt(pack)
                .map_err(|_| StoreError::Record("rule pack"))?;
            sql.execute(
                "INSERT INTO pack (id, version, in_use, place, body) VALUES (?1, ?2, 1, 0, ?3) ON CONFLICT (id, version) DO NOTHING",
                params![pack.id, pack.version, json(pack)?],
            )?;
            put_packs(sql, rules)?;
        }
        Change::PackRetired { id } => {
            rules.retire(id);
            put_packs(sql, rules)?;
        }
        Change::FieldSwitched { field, on } => {
            rules.collect(field, *on);
            let mut organisation = write.organisation()?;
            organisation.collects.retain(|one| one != field);
            if *on {
                organisation.collects.push(field.clone());
                organisation.collects.sort();
            }
            sql.execute(
                "UPDATE organisation SET body = ?1 WHERE id = 1",
                [json(&organisation)?],
            )?;
        }
        Change::StaffAdded { staff } => {
            sql.execute(
                "INSERT INTO staff (label, name, body) VALUES (?1, ?2, ?3)",
                params![staff.label, staff.name, json(staff)?],
            )?;
        }
        Change::StaffRoles { label, roles, .. } => {
            change_staff(write, label, |staff| staff.roles.clone_from(roles))?
        }
        Change::StaffRevoked { label, on } => {
            change_staff(write, label, |staff| staff.until = Some(on.clone()))?
        }
        Change::StaffEnrolled { staff: new, .. } => change_staff(write, &new.label, |staff| {
            *staff = staff.enrolled_again(new)
        })?,
        Change::CustomerRecorded {
            reference,
            external_id,
            party,
            ..
        } => {
            let mut file = CustomerFile::new(reference, external_id.as_deref(), *party);
            file.apply(change, seq, entry.recorded_at);
            count(sql, reference)?;
            put_customer(sql, rules, &file, true)?;
        }
        Change::CustomerChanged {
            reference: customer,
            ..
        }
        | Change::OwnerRecorded { customer, .. }
        | Change::NoneIdentified { customer, .. }
        | Change::AccountRecorded { customer, .. }
        | Change::NoticeDelivered { customer, .. }
        | Change::Determined { customer, .. }
        | Change::Verified { customer, .. }
        | Change::DiscrepancyRecorded { customer, .. }
        | Change::DocumentReviewed { customer, .. }
        | Change::ProofRecorded { customer, .. }
        | Change::KeptLonger { customer, .. }
        | Change::LetterSaved { customer, .. }
        | Change::RiskDecided { customer, .. }
        | Change::RedressRecorded { customer, .. }
        | Change::SignatoryRecorded { customer, .. }
        | Change::RedFlagRecorded { customer, .. }
        | Change::KeptApart { customer, .. }
        | Change::CustomerAdvanced { customer, .. } => {
            let mut file = write.customer_file(customer)?;
            if !file.is_continued_by(change) {
                return Err(StoreError::Record("customer"));
            }
            file.apply(change, seq, entry.recorded_at);
            put_customer(sql, rules, &file, false)?;
            if matches!(change, Change::DocumentReviewed { .. }) {
                put_expiries(sql, &file)?;
            }
        }
        Change::CustomerRestored { .. }
        | Change::CustomerMerged { .. }
        | Change::MergedAway { .. } => {
            let mut file = write.customer_file(change.subject())?;
            file.apply(change, seq, entry.recorded_at);
            sql.prepare_cached("DELETE FROM account WHERE customer = ?1")?
                .execute([change.subject()])?;
            put_customer(sql, rules, &file, false)?;
        }
        Change::CustomerRemoved { reference, .. } => {
            if !remove_customer(sql, reference)? {
                return Err(StoreError::not_found("customer", reference));
            }
        }
        Change::ImportUndone { import, .. } => drop_import(sql, *import)?,
        // These leave their trace in the journal alone.
        Change::Imported { .. }
        | Change::ValueRevealed { .. }
        | Change::MappingSaved { .. }
        | Change::MergeUndone { .. }
        | Change::AccessImported { .. }
        | Change::KeysRotated { .. }
        | Change::RecoveryMade { .. }
        | Change::PassphraseChanged { .. }
        | Change::RollbackAccepted { .. }
        | Change::VaultImported { .. }
        | Change::FilingExported { .. } => {}
        Change::KeyKnown { key, .. } => {
            sql.execute(
                "INSERT INTO signer_key (fingerprint, standing, body) VALUES (?1, ?2, ?3)
                 ON CONFLICT (fingerprint) DO UPDATE SET standing = excluded.standing, body = excluded.body",
                params![key.fingerprint, key.standing(), json(key)?],
            )?;
        }
        Change::KeyBound { label, keys, .. } => {
            change_staff(write, label, |staff| staff.signing.clone_from(keys))?
        }
        Change::BundleReceived { bundle } => {
            count(sql, &bundle.reference)?;
            sql.execute(
                "INSERT INTO received (ref, sha256, body) VALUES (?1, ?2, ?3)",
                params![bundle.reference, bundle.sha256, json(bundle)?],
            )?;
        }
        Change::IntakeAsked { intake } => {
            count(sql, &intake.reference)?;
            sql.execute(
                "INSERT INTO intake (ref, reseller, standing, identity, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    intake.reference,
                    intake.reseller,
                    intake.standing().word(),
                    document_key.unwrap_or_default(),
                    json(intake)?
                ],
            )?;
        }
        Change::IntakeAnswered { intake, answer, .. } => change_intake(sql, intake, |intake| {
            intake.answers.push(answer.as_ref().clone());
        })?,
        Change::IntakeJudged {
            intake, verdict, ..
        } => change_intake(sql, intake, |intake| intake.judge(verdict))?,
        Change::IntakeWithdrawn { intake, word, .. } => change_intake(sql, intake, |intake| {
            intake.withdrawn = Some(word.clone());
        })?,
        Change::TemplateSaved { template } => {
            sql.execute(
                "INSERT INTO template (id, language, version, body) VALUES (?1, ?2, ?3, ?4)",
                params![
                    template.id,
                    template.language,
                    template.version,
                    json(template)?
                ],
            )?;
        }
        Change::AccessDisposed { left, .. } => disposal::apply_access(sql, left)?,
        Change::HoldPlaced { hold } => {
            count(sql, &hold.reference)?;
            put_hold(sql, hold)?;
        }
        Change::HoldReleased { hold, release } => {
            let mut hold: Hold = load(sql, "hold", hold)?;
            hold.release = Some(release.clone());
            put_hold(sql, &hold)?;
        }
        Change::DisposalApproved { disposal } => {
            count(sql, &disposal.reference)?;
            put_disposal(sql, disposal)?;
        }
        Change::Disposed {
            disposal,
            stub,
            destroyed,
        } => {
            disposal::apply(sql, seq, disposal, stub, destroyed)?;
            count(sql, &stub.reference)?;
            for clock in &destroyed.clocks {
                count(sql, clock)?;
            }
        }
        Change::DisposalDone { disposal, done } => {
            let mut disposal: Disposal = load(sql, "disposal", disposal)?;
            disposal.done = Some(done.clone());
            put_disposal(sql, &disposal)?;
        }
        Change::DocumentAttached { document } => {
            sql.prepare_cached(
                "INSERT INTO document (id, identity, sha256, media_type, original_name, subject, type, bytes, recorded_at, recorded_by, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                document.id,
                document_key.unwrap_or_default(),
                document.sha256,
                document.media_type,
                document.name,
                document.subject,
                document.kind,
                document.bytes.cast_signed(),
                entry.recorded_at,
                entry.author,
                json(document)?
            ])?;
        }
        Change::ProgrammeStated { stated } => {
            let mut programme = write.programme()?;
            programme.apply(stated);
            if let Some(reference) = stated.reference() {
                count(sql, reference)?;
            }
            sql.execute(
                "INSERT INTO programme (id, body) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET body = ?1",
                [json(&programme)?],
            )?;
        }
        Change::ResellerRecorded { reseller, .. } => {
            count(sql, &reseller.reference)?;
            put_reseller(sql, reseller)?;
        }
        Change::ResellerOverseen {
            reseller, after, ..
        } => {
            let mut reseller: Reseller = load(sql, "reseller", reseller)?;
            reseller.oversight = after.as_ref().clone();
            reseller.revision += 1;
            put_reseller(sql, &reseller)?;
        }
        Change::CipFiled { cip } => {
            let mut reseller: Reseller = load(sql, "reseller", &cip.reseller)?;
            reseller.cips.push(cip.clone());
            reseller.revision += 1;
            count(sql, &cip.reference)?;
            put_reseller(sql, &reseller)?;
        }
        Change::CaseOpened { case } => {
            count(sql, &case.reference)?;
            put_case(sql, case)?;
        }
        Change::CaseAdvanced { case, taken, .. } => {
            let mut case = continued(sql, case, change)?;
            case.advance(taken.clone());
            put_case(sql, &case)?;
        }
        Change::CaseItem { case, item, .. } => {
            let mut case = continued(sql, case, change)?;
            case.put_item(item.as_ref().clone());
            put_case(sql, &case)?;
        }
        Change::CaseWork { case, work } => {
            load::<Case>(sql, "casefile", case)?;
            keep_work(sql, case, work)?;
        }
        Change::TaskSet { about, task, .. } => put_task(sql, about, task)?,
        Change::CommentMade { about, comment } => {
            put_comment(sql, about, comment, entry.recorded_at, &entry.author)?
        }
        Change::HandlingSet { about, after, .. } => put_handling(sql, about, after)?,
        Change::ViewSaved { before, view } => put_view(sql, before.as_ref(), view.as_ref())?,
        Change::UsageImported { lines, .. } => keep_usage(sql, lines)?,
        Change::CaseChanged { case, after, .. } => {
            let mut case: Case = load(sql, "casefile", case)?;
            case.know(after);
            put_case(sql, &case)?;
        }
        Change::ClockStarted { clock } => {
            count(sql, &clock.reference)?;
            put_clock(sql, clock)?;
        }
        Change::ClockRevised { clock } => {
            load::<ClockRecord>(sql, "clock", &clock.reference)?;
            put_clock(sql, clock)?;
        }
        Change::ClockPlanned { clock, plan } => {
            let mut clock: ClockRecord = load(sql, "clock", clock)?;
            clock.plan(plan);
            put_clock(sql, &clock)?;
        }
        Change::ClockStopped { clock, stop } => {
            let mut clock: ClockRecord = load(sql, "clock", clock)?;
            clock.stop = Some(stop.clone());
            put_clock(sql, &clock)?;
        }
        Change::FilingDrafted { filing } => {
            count(sql, &filing.reference)?;
            put_filing(sql, filing)?;
        }
        Change::FilingEdited { filing, after, .. } => {
            change_filing(sql, filing, |filing| filing.edit(after))?
        }
        Change::FilingSealed { filing, seal, .. } => change_filing(sql, filing, |filing| {
            filing.seal = Some(seal.clone());
            "sealed".clone_into(&mut filing.state);
        })?,
        Change::FilingValidated {
            filing,
            content,
            on,
        } => change_filing(sql, filing, |filing| {
            filing.validated = Some(Validated {
                content: content.clone(),
                on: on.clone(),
                approval: None,
            });
            "validated".clone_into(&mut filing.state);
        })?,
        Change::FilingApproved {
            filing,
            content,
            on,
            approval,
        } => change_filing(sql, filing, |filing| {
            filing.validated = Some(Validated {
                content: content.clone(),
                on: on.clone(),
                approval: Some(approval.clone()),
            });
            "approved".clone_into(&mut filing.state);
        })?,
        Change::FilingSent { filing, sending } => {
            let sent: Filing = load(sql, "filing", filing)?;
            change_filing(sql, filing, |filing| {
                filing.sending = Some(sending.clone());
                "sent".clone_into(&mut filing.state);
            })?;
            // What is replaced is replaced when the whole restatement has gone out, not before.
            if let Some(replaces) = sent.replaces {
                change_filing(sql, &replaces.reference, |before| {
                    before.replaced_by = Some(filing.clone());
                    "superseded".clone_into(&mut before.state);
                })?;
            }
        }
        Change::FilingAnswered { filing, reply } => change_filing(sql, filing, |filing| {
            filing.replies.push(reply.clone());
            if filing.replaced_by.is_none() {
                filing.state.clone_from(&reply.outcome);
            }
        })?,
    }
    Ok(())
}

/// Which packs are in use, in their order; and what is missing of each customer by what they now require.
fn put_packs(sql: &Connection, rules: &Rulebook) -> Result<(), StoreError> {
    for (place, kept) in rules.kept().iter().enumerate() {
        sql.prepare_cached(
            "UPDATE pack SET in_use = ?3, place = ?4 WHERE id = ?1 AND version = ?2",
        )?
        .execute(params![
            kept.pack.id(),
            kept.pack.version(),
            i64::from(kept.in_use),
            i64::try_from(place).unwrap_or(i64::MAX)
        ])?;
    }
    // What is required, how risk is rated and when somebody is verified again is the packs' business: each record is read again.
    let mut read = sql.prepare("SELECT id, missing, risk, risk_rank, body FROM customer")?;
    let mut write =
        sql.prepare("UPDATE customer SET missing = ?2, risk = ?3, risk_rank = ?4 WHERE id = ?1")?;
    let mut rows = read.query([])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row
            .get_ref(4)?
            .as_str()
            .map_err(|_| StoreError::Record("customer"))?;
        let file: CustomerFile = parse("customer", text)?;
        let missing = file.completeness(rules).missing();
        let (tier, rank) = rated(&file, rules);
        let id: i64 = row.get(0)?;
        put_due(sql, id, &file, rules, false)?;
        if (missing, &tier, rank) != (row.get::<_, u32>(1)?, &row.get(2)?, row.get(3)?) {
            changed.push((id, missing, tier, rank));
        }
    }
    for (id, missing, tier, rank) in changed {
        write.execute(params![id, missing, tier, rank])?;
    }
    Ok(())
}

/// Which of a customer's documents expire when; of the others the expiry does not count.
fn put_expiries(sql: &Connection, file: &CustomerFile) -> Result<(), StoreError> {
    sql.prepare_cached("UPDATE document SET expires = NULL WHERE subject = ?1")?
        .execute([&file.reference])?;
    for (document, last) in file.expiries() {
        sql.prepare_cached("UPDATE document SET expires = ?2 WHERE id = ?1")?
            .execute(params![document, last.to_string()])?;
    }
    Ok(())
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Form)
}

/// Remembers the highest number given out behind a prefix: `C-000012`, `REQ-2026-0003`.
fn count(sql: &Connection, reference: &str) -> Result<(), StoreError> {
    let Some((prefix, number)) = reference.rsplit_once('-') else {
        return Ok(());
    };
    let Ok(number) = number.parse::<i64>() else {
        return Ok(());
    };
    sql.prepare_cached(
        "INSERT INTO counter (prefix, value) VALUES (?1, ?2) ON CONFLICT (prefix) DO UPDATE SET value = max(value, excluded.value)",
    )?
    .execute(params![prefix, number])?;
    Ok(())
}

/// A case that a change goes on with where it stands.
fn continued(sql: &Connection, reference: &str, change: &Change) -> Result<Case, StoreError> {
    let case: Case = load(sql, "casefile", reference)?;
    if case.is_continued_by(change) {
        Ok(case)
    } else {
        Err(StoreError::Record("case"))
    }
}

fn change_staff(
    write: &Write<'_>,
    label: &str,
    change: impl FnOnce(&mut Staff),
) -> Result<(), StoreError> {
    let mut staff = write
        .staff()?
        .into_iter()
        .find(|staff| staff.label == label)
        .ok_or_else(|| StoreError::not_found("member", label))?;
    change(&mut staff);
    write.sql().execute(
        "UPDATE staff SET name = ?2, body = ?3 WHERE label = ?1",
        params![staff.label, staff.name, json(&staff)?],
    )?;
    Ok(())
}

fn put_hold(sql: &Connection, hold: &Hold) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO hold (ref, released, body) VALUES (?1, ?2, ?3) ON CONFLICT (ref) DO UPDATE SET released = ?2, body = ?3",
        params![
            hold.reference,
            i64::from(hold.release.is_some()),
            json(hold)?
        ],
    )?;
    Ok(())
}

fn put_disposal(sql: &Connection, disposal: &Disposal) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO disposal (ref, done, body) VALUES (?1, ?2, ?3) ON CONFLICT (ref) DO UPDATE SET done = ?2, body = ?3",
        params![
            disposal.reference,
            i64::from(disposal.done.is_some()),
            json(disposal)?
        ],
    )?;
    Ok(())
}

fn put_reseller(sql: &Connection, reseller: &Reseller) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO reseller (ref, name, name_fold, country, state, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (ref) DO UPDATE SET name = ?2, name_fold = ?3, country = ?4, state = ?5, body = ?6",
        params![
            reseller.reference,
            reseller.name,
            domain::text::searchable(&reseller.name),
            reseller.country,
            reseller.state,
            json(reseller)?
        ],
    )?;
    Ok(())
}

fn put_case(sql: &Connection, case: &Case) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO casefile (ref, kind, state, received_on, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ref) DO UPDATE SET state = ?3, body = ?5",
        params![
            case.reference,
            case.kind,
            case.state,
            case.received_on,
            json(case)?
        ],
    )?;
    Ok(())
}

fn put_clock(sql: &Connection, clock: &ClockRecord) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO clock (ref, clock, subject, casefile, due, running, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (ref) DO UPDATE SET due = ?5, running = ?6, body = ?7",
        params![
            clock.reference,
            clock.computed.clock,
            clock.subject,
            clock.case,
            clock.computed.due.to_string(),
            i64::from(clock.stop.is_none()),
            json(clock)?
        ],
    )?;
    Ok(())
}

fn put_filing(sql: &Connection, filing: &Filing) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO filing (ref, form, state, casefile, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ref) DO UPDATE SET state = ?3, body = ?5",
        params![
            filing.reference,
            filing.form,
            filing.state,
            filing.case.as_deref().unwrap_or_default(),
            json(filing)?
        ],
    )?;
    Ok(())
}

fn change_intake(
    sql: &Connection,
    reference: &str,
    change: impl FnOnce(&mut Intake),
) -> Result<(), StoreError> {
    let mut intake: Intake = load(sql, "intake", reference)?;
    change(&mut intake);
    sql.execute(
        "UPDATE intake SET standing = ?2, body = ?3 WHERE ref = ?1",
        params![reference, intake.standing().word(), json(&intake)?],
    )?;
    Ok(())
}

fn change_filing(
    sql: &Connection,
    reference: &str,
    change: impl FnOnce(&mut Filing),
) -> Result<(), StoreError> {
    let mut filing: Filing = load(sql, "filing", reference)?;
    change(&mut filing);
    filing.revision += 1;
    put_filing(sql, &filing)
}

/// Reads a stored record.
pub(crate) fn parse<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Record(what))
}
