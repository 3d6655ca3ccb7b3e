//! Invented access records.

use super::{Demo, people::Luck};
use crate::{error::Result, open_vault::OpenVault, watch::Watch};
use chrono::{DateTime, Duration, Utc};
use std::net::{IpAddr, Ipv4Addr};
use store::{AccessFile, AccessRow};

/// Where an account is used from: an address or two of its own, and for a few accounts now and then one that they share.
fn address_of(account: usize, draw: u32) -> Ipv4Addr {
    if account % 23 == 5 && draw < 40 {
        return Ipv4Addr::new(198, 51, 100, 77);
    }
    let own = account * 2 + draw as usize % 2;
    let net = [192, 203][own / 254 % 2];
    let octet = u8::try_from(own % 254).unwrap_or_default() + 1;
    match net {
        192 => Ipv4Addr::new(192, 0, 2, octet),
        _ => Ipv4Addr::new(203, 0, 113, octet),
    }
}

pub(super) fn access(
    vault: &OpenVault,
    demo: &Demo,
    accounts: &[String],
    end: DateTime<Utc>,
    luck: &mut Luck,
    watch: &dyn Watch,
) -> Result<()> {
    use sha2::{Digest, Sha256};
    if accounts.is_empty() {
        return Ok(());
    }
    const BATCH: u32 = 100_000;
    let mut done = 0;
    while done < demo.access_records {
        let count = BATCH.min(demo.access_records - done);
        let mut hash = Sha256::new();
        let mut rows = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let account = luck.below(u32::try_from(accounts.len()).unwrap_or(u32::MAX)) as usize;
            let at_ms =
                (end - Duration::seconds(i64::from(luck.below(60 * 86_400)))).timestamp_millis();
            let ip = address_of(account, luck.below(255));
            let action = if luck.below(12) == 0 {
                "administration"
            } else {
                "access"
            };
            hash.update(accounts.get(account).map_or("", String::as_str));
            hash.update(at_ms.to_be_bytes());
            hash.update(ip.octets());
            hash.update(action);
            rows.push((account, at_ms, ip, action));
        }
        let sha256 = domain::entry::hex(&hash.finalize());
        vault.act(|act| {
            let mut import = act.access_import();
            for (place, (account, at_ms, ip, action)) in (u64::from(done)..).zip(&rows) {
                let Some(account) = accounts.get(*account) else {
                    continue;
                };
                import.add(&AccessRow {
                    account,
                    at_ms: *at_ms,
                    ip: Some(IpAddr::V4(*ip)),
                    action,
                    event: None,
                    rest: place,
                })?;
            }
            let file = AccessFile {
                name: "demonstration",
                sha256: &sha256,
                account: None,
                skipped: 0,
                upto: None,
                ends: false,
            };
            act.access_imported(import, file)?;
            Ok(())
        })?;
        done += count;
        watch.step(
            "Inventing access records",
            done.into(),
            Some(demo.access_records.into()),
            "records",
        );
        if watch.cancelled() {
            return Err(crate::Error::cancelled());
        }
    }
    Ok(())
}
