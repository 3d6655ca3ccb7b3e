//! Looking through the access log: by account, address or network, span of time and kind; and handing a part of it out with its proof.

use crate::{
    clocks::clock_error,
    error::{Error, Result},
    handed_out::{NewFile, no_formula},
    now::rfc3339,
    open_vault::OpenVault,
    watch::Watch,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use contract as c;
use domain::{change::Change, clock::Moment};
use ipnet::IpNet;
use serde_json::json;
use std::{collections::BTreeSet, io::Write as _, net::IpAddr, path::Path};
use store::{AccessLine, AccessQuery};

/// The most rows that the window is given at once.
const MOST_ROWS: u32 = 1_000;

/// An address, or a network: its first and its last address. IPv4 written as IPv6 is IPv4.
fn addresses(text: &str) -> Result<(IpAddr, IpAddr)> {
    let plain = |address: IpAddr| match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok((plain(address), plain(address)));
    }
    let short: String = text.chars().take(60).collect();
    let network: IpNet = text.parse().map_err(|_| {
        Error::input(
            "E-ACCESS-ADDRESS",
            format!("\"{short}\" is no address and no network. Write 203.0.113.9, or a network like 203.0.113.0/24 or 2001:db8::/32."),
        )
    })?;
    if network.addr() != network.network() {
        return Err(Error::input(
            "E-ACCESS-ADDRESS",
            format!(
                "\"{short}\" has bits behind its prefix. The network is {}; for one address leave the prefix out.",
                network.trunc()
            ),
        ));
    }
    let (first, last) = (plain(network.network()), plain(network.broadcast()));
    // A network of mapped addresses that is wider than IPv4 is asked for as IPv6.
    Ok(match (first, last) {
        (IpAddr::V4(_), IpAddr::V4(_)) | (IpAddr::V6(_), IpAddr::V6(_)) => (first, last),
        _ => (network.network(), network.broadcast()),
    })
}

impl OpenVault {
    /// The first moment of a day, or the moment itself; `after` asks for the first moment that is no longer part of the day.
    fn moment_ms(&self, text: &str, after: bool) -> Result<i64> {
        let start = |day: NaiveDate| -> Option<DateTime<Utc>> {
            let midnight = day.and_time(NaiveTime::MIN);
            let zone = self.zone();
            let local = zone.from_local_datetime(&midnight).earliest().or_else(|| {
                zone.from_local_datetime(&(midnight + chrono::Duration::hours(1)))
                    .earliest()
            })?;
            Some(local.to_utc())
        };
        let moment = match Moment::parse(text).map_err(clock_error)? {
            Moment::Instant(instant) => Some(instant),
            Moment::Date(day) if after => day.succ_opt().and_then(start),
            Moment::Date(day) => start(day),
        };
        moment
            .map(|at| at.timestamp_millis())
            .ok_or_else(|| Error::input("E-CLOCK-DATE", "That day does not begin in this zone."))
    }

    fn access_query(&self, req: &c::AccessListReq) -> Result<AccessQuery> {
        let given = |text: &Option<String>| {
            text.as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let query = AccessQuery {
            account: given(&req.account),
            addresses: given(&req.ip).map(|ip| addresses(&ip)).transpose()?,
            from_ms: given(&req.from)
                .map(|at| self.moment_ms(&at, false))
                .transpose()?,
            before_ms: given(&req.to)
                .map(|at| self.moment_ms(&at, true))
                .transpose()?,
            action: given(&req.action),
            offset: req.offset,
            limit: req.limit.clamp(1, MOST_ROWS),
        };
        if let (Some(from), Some(before)) = (query.from_ms, query.before_ms)
            && before <= from
        {
            return Err(Error::input(
                "E-ACCESS-SPAN",
                "The span ends before it begins. Write the earlier day first.",
            ));
        }
        Ok(query)
    }

    /// Access records, the newest first.
    pub fn access_list(&self, req: &c::AccessListReq) -> Result<c::AccessList> {
        let mut query = self.access_query(req)?;
        query.limit += 1;
        self.read(|read| {
            let mut lines = read.access_find(&query)?;
            let more = lines.len() >= usize::try_from(query.limit).unwrap_or(usize::MAX);
            if more {
                lines.pop();
            }
            let rows = lines
                .into_iter()
                .map(|line| {
                    Ok(c::AccessRow {
                        customer: read.account_owner(&line.account)?,
                        at: rfc3339(line.at_ms),
                        ip: line.ip.map(|ip| ip.to_string()),
                        action: line.action,
                        account: line.account,
                        entry: u32::try_from(line.entry).unwrap_or(u32::MAX),
                    })
                })
                .collect::<Result<_>>()?;
            Ok(c::AccessList {
                rows,
                more,
                zone: self.organisation().zone.clone(),
            })
        })
    }

    /// Writes what is asked for as CSV, by account and time, and beside it a proof: the file's hash, the imports that the rows came with, and the
    /// journal's signed checkpoint, so that a reader can tell that nothing was put in or left out since. The rows go to the disk as they
    /// are read; stopped or failed, it leaves nothing.
    pub fn access_export(
        &self,
        req: &c::AccessListReq,
        to: &Path,
        watch: &dyn Watch,
    ) -> Result<c::Saved> {
        self.needs(domain::may::Right::Export)?;
        let query = self.access_query(req)?;
        let (note, signature) = self.checkpoint()?;
        let mut beside = to.as_os_str().to_owned();
        beside.push(".proof.json");
        let mut proof_file = NewFile::beside(Path::new(&beside))?;
        let mut out = csv::WriterBuilder::new()
            .buffer_capacity(1 << 16)
            .from_writer(NewFile::beside(to)?);
        let csv_failed = |error: csv::Error| -> Error { std::io::Error::from(error).into() };
        out.write_record(["account", "time_utc", "ip", "action", "journal_entry"])
            .map_err(csv_failed)?;
        let mut rows = 0u64;
        let mut entries = BTreeSet::new();
        self.read(|read| {
            read.access_each(&query, |line: AccessLine| -> Result<()> {
                rows += 1;
                if rows.is_multiple_of(4_096) {
                    watch.step("Writing", rows, None, "records");
                    if watch.cancelled() {
                        return Err(Error::cancelled());
                    }
                }
                entries.insert(line.entry);
                out.write_record([
                    no_formula(&line.account).as_ref(),
                    &rfc3339(line.at_ms),
                    &line.ip.map(|ip| ip.to_string()).unwrap_or_default(),
                    no_formula(&line.action).as_ref(),
                    &line.entry.to_string(),
                ])
                .map_err(csv_failed)
            })
        })?;
        let file = out
            .into_inner()
            .map_err(|error| std::io::Error::from(error.error().kind()))?;
        let imports = self.read(|read| {
            let mut imports = Vec::new();
            for seq in &entries {
                let Some(entry) = read.entry(*seq)? else {
                    continue;
                };
                let said = read.body(*seq)?;
                let (file, rows_sha256) = match said.map(|body| body.change) {
                    Some(Change::AccessImported {
                        sha256,
                        rows_sha256,
                        ..
                    }) => (Some(sha256), Some(rows_sha256)),
                    _ => (None, None),
                };
                imports.push(json!({
                    "entry": seq,
                    "hash": domain::entry::hex(&entry.hash),
                    "file_sha256": file,
                    "rows_sha256": rows_sha256,
                }));
            }
            Ok::<_, Error>(imports)
        })?;
        let (saved, sha256) = file.keep()?;
        let proof = json!({
            "format": "cipdesk.access/1",
            "vault": self.vault().vault_id(),
            "zone": self.organisation().zone,
            "asked": {"account": req.account, "ip": req.ip, "from": req.from, "to": req.to, "action": req.action},
            "rows": rows,
            "sha256": sha256,
            "imports": imports,
            "checkpoint": note,
            "signature": signature,
        });
        let proved = writeln!(proof_file, "{proof:#}")
            .map_err(Error::from)
            .and_then(|()| proof_file.keep());
        if let Err(error) = proved {
            // Rows without their proof are not what was asked for.
            held::retry(|| std::fs::remove_file(to))?;
            return Err(error);
        }
        Ok(saved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    #[test]
    fn an_address_a_network_and_a_mapped_one_are_spans_and_nothing_else_is() {
        let span = |text: &str| addresses(text).map(|(a, b)| (a.to_string(), b.to_string()));
        let of = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            span("203.0.113.9").unwrap(),
            of("203.0.113.9", "203.0.113.9")
        );
        assert_eq!(
            span("203.0.113.0/24").unwrap(),
            of("203.0.113.0", "203.0.113.255")
        );
        assert_eq!(
            span("::ffff:203.0.113.9").unwrap(),
            of("203.0.113.9", "203.0.113.9")
        );
        assert_eq!(
            span("2001:db8::/32").unwrap(),
            of("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")
        );
        assert_eq!(span("::/0").unwrap().0, Ipv6Addr::UNSPECIFIED.to_string());
        for bad in [
            "203.0.113.9/24",
            "203.0.113.256",
            "10.0.0.0/33",
            "",
            "example.com",
            "203.0.113.0/",
        ] {
            assert_eq!(
                addresses(bad).unwrap_err().0.code,
                "E-ACCESS-ADDRESS",
                "{bad}"
            );
        }
    }
}
