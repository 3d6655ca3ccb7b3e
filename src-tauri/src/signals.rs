//! The desktop's own signals that lock: the computer goes to sleep, the session is locked or left, the screen saver comes (security 3.10).
//! Whoever sends one can do no more than lock.

use futures_lite::StreamExt as _;
use std::{collections::HashMap, time::Duration};
use zbus::{Connection, MessageStream, OwnedFd, OwnedObjectPath, OwnedVariant, message::Type};

/// How long is waited before a bus that was not there, or went away, is looked for again.
const AGAIN: Duration = Duration::from_secs(60);

/// Listens until the program ends, and calls back at every reason to lock.
pub(crate) fn listen(lock: impl Fn(&'static str) + Clone + Send + 'static) {
    for bus in [Bus::System, Bus::Session] {
        let lock = lock.clone();
        std::thread::spawn(move || {
            loop {
                // No bus is no fault: a desktop without one has no such signals, and idleness locks all the same.
                let _ = tauri::async_runtime::block_on(follow(bus, &lock));
                std::thread::sleep(AGAIN);
            }
        });
    }
}

#[derive(Debug, Clone, Copy)]
enum Bus {
    /// logind: sleep, and the session that is locked or left.
    System,
    /// Screen savers of the desktops.
    Session,
}

const LOGIND: &str = "org.freedesktop.login1";

impl Bus {
    /// Interface and member of the signals.
    fn signals(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::System => &[
                ("org.freedesktop.login1.Manager", "PrepareForSleep"),
                ("org.freedesktop.login1.Session", "Lock"),
                ("org.freedesktop.DBus.Properties", "PropertiesChanged"),
            ],
            Self::Session => &[
                ("org.freedesktop.ScreenSaver", "ActiveChanged"),
                ("org.gnome.ScreenSaver", "ActiveChanged"),
                ("org.mate.ScreenSaver", "ActiveChanged"),
                ("org.cinnamon.ScreenSaver", "ActiveChanged"),
                ("org.xfce.ScreenSaver", "ActiveChanged"),
            ],
        }
    }
}

async fn follow(bus: Bus, lock: &impl Fn(&'static str)) -> zbus::Result<()> {
    let connection = match bus {
        Bus::System => Connection::system().await?,
        Bus::Session => Connection::session().await?,
    };
    let mine = match bus {
        Bus::System => own_session(&connection).await,
        Bus::Session => None,
    };
    for (interface, member) in bus.signals() {
        let rule = format!("type='signal',interface='{interface}',member='{member}'");
        connection
            .call_method(
                Some("org.freedesktop.DBus"),
                "/org/freedesktop/DBus",
                Some("org.freedesktop.DBus"),
                "AddMatch",
                &rule,
            )
            .await?;
    }
    let mut messages = MessageStream::from(&connection);
    // While this is held, the computer waits with sleeping until the vault is locked, for as long as it gives anybody.
    let mut awake = hold_sleep(bus, &connection).await;
    while let Some(message) = messages.next().await {
        let message = message?;
        if message.message_type() != Type::Signal {
            continue;
        }
        let header = message.header();
        let member = header.member().map(|member| member.to_string());
        let path = header.path().map(|path| path.to_string());
        match member.as_deref() {
            Some("PrepareForSleep") => {
                let going: bool = message.body().deserialize().unwrap_or(true);
                if going {
                    lock("sleep");
                    drop(awake.take());
                } else {
                    awake = hold_sleep(bus, &connection).await;
                }
            }
            Some("Lock") if mine.is_none() || mine == path => lock("session"),
            Some("ActiveChanged") if message.body().deserialize().unwrap_or(true) => lock("screen"),
            Some("PropertiesChanged")
                if path.is_some() && mine == path && says_inactive(&message) =>
            {
                lock("user switch");
            }
            _ => {}
        }
    }
    Ok(())
}

/// The session this program runs in, where logind knows it.
async fn own_session(connection: &Connection) -> Option<String> {
    let path: OwnedObjectPath = connection
        .call_method(
            Some(LOGIND),
            "/org/freedesktop/login1",
            Some("org.freedesktop.login1.Manager"),
            "GetSessionByPID",
            &std::process::id(),
        )
        .await
        .ok()?
        .body()
        .deserialize()
        .ok()?;
    Some(path.to_string())
}

async fn hold_sleep(bus: Bus, connection: &Connection) -> Option<OwnedFd> {
    if matches!(bus, Bus::Session) {
        return None;
    }
    connection
        .call_method(
            Some(LOGIND),
            "/org/freedesktop/login1",
            Some("org.freedesktop.login1.Manager"),
            "Inhibit",
            &("sleep", "CIP Desk", "Locks the vault first", "delay"),
        )
        .await
        .ok()?
        .body()
        .deserialize()
        .ok()
}

/// Whether a change of a session's properties says that another one is in front.
fn says_inactive(message: &zbus::Message) -> bool {
    let body = message.body();
    let Ok((interface, changed, _)) =
        body.deserialize::<(String, HashMap<String, OwnedVariant>, Vec<String>)>()
    else {
        return false;
    };
    interface == "org.freedesktop.login1.Session"
        && changed
            .get("Active")
            .and_then(|value| bool::try_from(value).ok())
            == Some(false)
}
