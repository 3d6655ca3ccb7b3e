//! The desk locks by itself, forgets, and answers nothing while locked.

use crate::bench::PASSPHRASE;
use contract::{Class, Empty};
use desk::{Desk, NoListener, ScriptedPicker, Surroundings, SystemNow};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

#[test]
fn an_idle_desk_locks_after_its_minutes_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(
        Surroundings {
            now: Arc::new(SystemNow),
            state: Some(folder.path().join("state")),
            worker: None,
            work: 15,
        },
        Box::new(ScriptedPicker(vec![(
            "vault-create".to_owned(),
            folder.path().join("A.cipdesk"),
        )])),
        Box::new(NoListener),
    );
    let created = desk
        .vault_create(contract::VaultCreateReq {
            org: "Acme".to_owned(),
            role: "provider".to_owned(),
            zone: "America/New_York".to_owned(),
            staff: "Ana".to_owned(),
            passphrase: PASSPHRASE.to_owned(),
        })
        .unwrap()
        .unwrap();
    desk.vault_unlock(contract::VaultUnlockReq {
        vault: created.vault.id,
        label: None,
        passphrase: PASSPHRASE.to_owned(),
    })
    .unwrap();
    let minute = Duration::from_secs(60);
    assert!(!desk.lock_if_idle(Instant::now() + minute * 4));
    desk.today(Empty {}).unwrap();
    assert!(desk.lock_if_idle(Instant::now() + minute * 5));
    let refused = desk.today(Empty {}).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.class),
        ("U-01", Class::Locked)
    );
    assert!(
        !desk.lock_if_idle(Instant::now() + minute * 60),
        "locked already"
    );
}
