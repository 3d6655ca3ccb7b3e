//! What an access record is in each provider's words. Knows no files and no vault.

use super::{Problem, Record};
use chrono::{DateTime, NaiveDateTime};
use serde_json::Value;
use std::{collections::BTreeMap, net::IpAddr};

type Read = Result<Record, Problem>;

/// The text at a path of names; none where it is not there, not text, or empty.
fn text<'v>(item: &'v Value, path: &[&str]) -> Option<&'v str> {
    let found = path.iter().try_fold(item, |item, name| item.get(name))?;
    found
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn first<'v>(item: &'v Value, paths: &[&[&str]]) -> Option<&'v str> {
    paths.iter().find_map(|path| text(item, path))
}

/// An instant: RFC 3339 with its zone, or seconds or milliseconds since 1970.
pub(super) fn instant(field: &str, value: Option<&str>) -> Result<i64, Problem> {
    let Some(value) = value else {
        return Err(Problem::new(
            field,
            "",
            "E-ACCESS-TIME",
            "the time is missing. Write an instant with its zone, like 2026-11-24T15:04:05Z.",
        ));
    };
    if let Ok(at) = DateTime::parse_from_rfc3339(value) {
        return Ok(at.timestamp_millis());
    }
    if let Ok(number) = value.parse::<i64>() {
        match value.len() {
            10 => return Ok(number * 1000),
            13 => return Ok(number),
            _ => {}
        }
    }
    let plain = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .any(|form| NaiveDateTime::parse_from_str(value, form).is_ok());
    let shown: String = value.chars().take(40).collect();
    Err(Problem::new(
        field,
        value,
        "E-ACCESS-TIME",
        &if plain {
            format!(
                "\"{shown}\" has no zone. Write an instant with its zone, like 2026-11-24T15:04:05Z."
            )
        } else {
            format!(
                "\"{shown}\" is no instant. Write one with its zone, like 2026-11-24T15:04:05Z."
            )
        },
    ))
}

/// An address, with or without a port, or what stands in its place.
pub(super) fn address(value: Option<&str>) -> (Option<IpAddr>, Option<&str>) {
    let Some(value) = value else {
        return (None, None);
    };
    let bare = value
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map_or(value, |(inside, _)| inside);
    let found = bare
        .parse()
        .ok()
        .or_else(|| bare.parse::<std::net::SocketAddr>().ok().map(|at| at.ip()));
    match found {
        Some(ip) => (Some(canonical(ip)), None),
        None => (None, Some(value)),
    }
}

/// An IPv4 address in IPv6 clothes is the IPv4 address.
fn canonical(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}

/// An action, and where it came from when that is no address: "GetObject (s3) [AWS Internal]".
fn action(name: Option<&str>, service: Option<&str>, origin: Option<&str>) -> String {
    let mut words = name.unwrap_or("access").to_owned();
    if let Some(service) = service {
        words.push_str(&format!(" ({service})"));
    }
    if let Some(origin) = origin {
        words.push_str(&format!(" [{origin}]"));
    }
    words
        .chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .take(200)
        .collect()
}

/// One object, by whichever provider's names it bears.
pub(super) fn of_json(item: &Value, names: &Names) -> Read {
    if !item.is_object() {
        return Err(Problem::new(
            "",
            "",
            "E-ACCESS-RECORD",
            "this is no record. Each record is a JSON object.",
        ));
    }
    match provider(item).filter(|_| names.is_empty()) {
        Some(read) => read(item),
        None => plain(item, names),
    }
}

/// Who speaks so.
fn provider(item: &Value) -> Option<fn(&Value) -> Read> {
    let has = |name: &str| item.get(name).is_some();
    if has("eventTime") && has("eventSource") {
        Some(cloudtrail)
    } else if has("protoPayload") || has("insertId") {
        Some(google)
    } else if has("callerIpAddress") || has("operationName") || has("eventTimestamp") {
        Some(azure)
    } else {
        None
    }
}

fn cloudtrail(item: &Value) -> Read {
    let (ip, origin) = address(text(item, &["sourceIPAddress"]));
    let service =
        text(item, &["eventSource"]).map(|source| source.trim_end_matches(".amazonaws.com"));
    Ok(Record {
        account: first(
            item,
            &[&["recipientAccountId"], &["userIdentity", "accountId"]],
        )
        .map(str::to_owned),
        at_ms: instant("eventTime", text(item, &["eventTime"]))?,
        ip,
        action: action(text(item, &["eventName"]), service, origin),
        event: text(item, &["eventID"]).map(str::to_owned),
        mistyped: false,
    })
}

fn google(item: &Value) -> Read {
    let (ip, origin) = address(first(
        item,
        &[
            &["protoPayload", "requestMetadata", "callerIp"],
            &["httpRequest", "remoteIp"],
        ],
    ));
    let project = text(item, &["logName"])
        .and_then(|name| name.strip_prefix("projects/"))
        .and_then(|rest| rest.split('/').next());
    Ok(Record {
        account: text(item, &["resource", "labels", "project_id"])
            .or(project)
            .map(str::to_owned),
        at_ms: instant(
            "timestamp",
            first(item, &[&["timestamp"], &["receiveTimestamp"]]),
        )?,
        ip,
        action: action(
            text(item, &["protoPayload", "methodName"]),
            text(item, &["protoPayload", "serviceName"])
                .map(|name| name.trim_end_matches(".googleapis.com")),
            origin,
        ),
        event: text(item, &["insertId"]).map(str::to_owned),
        mistyped: false,
    })
}

fn azure(item: &Value) -> Read {
    let (ip, origin) = address(first(
        item,
        &[
            &["callerIpAddress"],
            &["httpRequest", "clientIpAddress"],
            &["properties", "ipAddress"],
            &["ipAddress"],
        ],
    ));
    // "/SUBSCRIPTIONS/<id>/RESOURCEGROUPS/..."; sign-in logs have a tenant alone.
    let subscription = text(item, &["resourceId"]).and_then(|path| {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        parts
            .next()
            .filter(|word| word.eq_ignore_ascii_case("subscriptions"))?;
        parts.next()
    });
    let operation = first(
        item,
        &[
            &["operationName"],
            &["operationName", "value"],
            &["operationName", "localizedValue"],
        ],
    );
    Ok(Record {
        account: first(item, &[&["subscriptionId"]])
            .or(subscription)
            .or_else(|| first(item, &[&["tenantId"], &["properties", "tenantId"]]))
            .map(str::to_lowercase),
        at_ms: instant(
            "time",
            first(
                item,
                &[&["time"], &["eventTimestamp"], &["createdDateTime"]],
            ),
        )?,
        ip,
        action: action(operation, None, origin),
        event: first(item, &[&["eventDataId"], &["properties", "eventDataId"]])
            .or_else(|| {
                // Elsewhere `properties.id` names the resource, and many events would be one.
                text(item, &["category"])
                    .filter(|category| category.contains("SignIn"))
                    .and_then(|_| text(item, &["properties", "id"]))
            })
            .map(str::to_owned),
        mistyped: false,
    })
}

/// Names that our own columns go by, in CSV and in JSON lines.
pub(super) const COLUMNS: &[(&str, &[&str])] = &[
    (
        "account",
        &[
            "account",
            "account_id",
            "account_ref",
            "accountid",
            "account_number",
            "recipientaccountid",
        ],
    ),
    (
        "time",
        &[
            "time",
            "timestamp",
            "at",
            "instant",
            "eventtime",
            "event_time",
            "date",
        ],
    ),
    (
        "ip",
        &[
            "ip",
            "ip_address",
            "ipaddress",
            "source_ip",
            "sourceipaddress",
            "address",
            "client_ip",
        ],
    ),
    (
        "action",
        &[
            "action",
            "event",
            "operation",
            "eventname",
            "event_name",
            "what",
        ],
    ),
    // Not `id` or `request_id`: files number their rows, and a number is no identity across files.
    ("event_id", &["event_id", "eventid", "insertid"]),
];

/// Which name of theirs is which column of ours, where a file has other names than those we know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, &'static str>);

impl Names {
    /// Their names with our columns: account, time, ip, action, event_id. In JSON a name may be a path, like `actor.ip`.
    ///
    /// # Errors
    /// The column that is none of ours.
    pub fn new<'n>(pairs: impl Iterator<Item = (&'n str, &'n str)>) -> Result<Self, String> {
        pairs
            .map(|(theirs, ours)| {
                let column = COLUMNS.iter().find(|(column, _)| *column == ours);
                column
                    .map(|(column, _)| (plain_name(theirs), *column))
                    .ok_or_else(|| ours.to_owned())
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The same out of a mapping file: `[columns]` with `"Their column" = "our column"`.
    ///
    /// # Errors
    /// `E-ACCESS-MAP` with what is wrong with it.
    pub fn from_toml(text: &str) -> crate::Result<Self> {
        Self::of(&crate::imports::columns_of(text, "E-ACCESS-MAP", "time")?)
    }

    /// Out of pairs of names.
    pub(crate) fn of(columns: &BTreeMap<String, String>) -> crate::Result<Self> {
        let pairs = columns
            .iter()
            .map(|(theirs, ours)| (theirs.as_str(), ours.as_str()));
        Self::new(pairs).map_err(|ours| {
            let what = format!(
                "The mapping names \"{ours}\", which is no column of an access record. They are account, time, ip, action and event_id."
            );
            crate::Error::input("E-ACCESS-MAP", what)
        })
    }

    /// Their names with ours.
    pub(crate) fn pairs(&self) -> BTreeMap<String, String> {
        let pairs = self.0.iter();
        pairs
            .map(|(theirs, ours)| (theirs.clone(), (*ours).to_owned()))
            .collect()
    }

    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Which of our columns a name stands for, and how far from its proper name. What was named outdoes what is guessed.
    pub(super) fn ranked(&self, name: &str) -> Option<(&'static str, usize)> {
        let name = plain_name(name);
        if let Some(ours) = self.0.get(&name) {
            return Some((*ours, 0));
        }
        COLUMNS
            .iter()
            .filter(|(ours, _)| !self.0.values().any(|named| named == ours))
            .find_map(|(ours, names)| {
                let rank = names.iter().position(|known| *known == name)?;
                Some((*ours, rank))
            })
    }
}

/// The names of a CSV file's first line, brought to the form in which mappings keep them; none where it is no CSV.
pub(super) fn header_of(start: &[u8]) -> Vec<String> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    if line.trim_start().starts_with(['{', '[']) {
        return Vec::new();
    }
    let delimiter = [',', ';', '\t']
        .into_iter()
        .max_by_key(|delimiter| line.matches(*delimiter).count())
        .unwrap_or(',');
    line.split(delimiter)
        .map(|name| plain_name(name.trim().trim_matches('"')))
        .collect()
}

fn plain_name(name: &str) -> String {
    name.trim()
        .trim_start_matches('\u{FEFF}')
        .to_lowercase()
        .replace([' ', '-'], "_")
}

/// The cells of an object that is a row in our own columns; none for a provider's event.
pub(super) fn cells(item: &Value, names: &Names) -> Option<Vec<(String, String)>> {
    if names.is_empty() && provider(item).is_some() {
        return None;
    }
    item.as_object()?
        .iter()
        .map(|(name, value)| match value {
            Value::String(text) => Some((name.clone(), text.clone())),
            Value::Number(number) => Some((name.clone(), number.to_string())),
            Value::Null => Some((name.clone(), String::new())),
            _ => None,
        })
        .collect()
}

/// A row in our own columns.
pub(super) fn row<'v>(get: impl Fn(&str) -> Option<&'v str>) -> Read {
    let value = |name| get(name).map(str::trim).filter(|text| !text.is_empty());
    let (ip, origin) = address(value("ip"));
    Ok(Record {
        account: value("account").map(str::to_owned),
        at_ms: instant("time", value("time"))?,
        ip,
        action: action(value("action"), None, origin),
        event: value("event_id").map(str::to_owned),
        // Words in the place of an address are the provider's; what looks like one and is none may be a mistake, which a person hears of.
        mistyped: origin.is_some_and(meant_as_address),
    })
}

/// Whether what is no address was meant to be one: digits, dots and colons.
fn meant_as_address(text: &str) -> bool {
    text.contains(['.', ':'])
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || b".:[]/".contains(&byte))
}

/// Every text and number of an object with its name, or its path of names.
fn leaves(prefix: &str, item: &Value, depth: u8, found: &mut Vec<(String, String)>) {
    for (name, value) in item.as_object().into_iter().flatten() {
        let name = format!("{prefix}{name}");
        match value {
            Value::String(text) => found.push((name, text.clone())),
            Value::Number(number) => found.push((name, number.to_string())),
            Value::Object(_) if depth > 0 => leaves(&format!("{name}."), value, depth - 1, found),
            _ => {}
        }
    }
}

fn plain(item: &Value, names: &Names) -> Read {
    let mut said = Vec::new();
    // Without a mapping only what stands at the top is looked at: deeper, a `time` may be anything's.
    leaves("", item, if names.is_empty() { 0 } else { 8 }, &mut said);
    let known: Vec<((&str, usize), String)> = said
        .into_iter()
        .filter_map(|(name, text)| Some((names.ranked(&name)?, text)))
        .collect();
    if known.is_empty() {
        return Err(Problem::new(
            "",
            "",
            "E-ACCESS-RECORD",
            "this is no access record that is known here: CloudTrail, Azure, Google Cloud, or account, time, ip, action, event_id.",
        ));
    }
    row(|name| {
        known
            .iter()
            .filter(|((ours, _), _)| *ours == name)
            .min_by_key(|((_, rank), _)| *rank)
            .map(|(_, text)| text.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_azure_activity_is_read_by_its_subscription() {
        let record = of_json(&json!({
            "time": "2026-03-01T08:00:00.1234567Z",
            "resourceId": "/SUBSCRIPTIONS/0B1F6471-1BF0-4DDA-AEC3-111122223333/RESOURCEGROUPS/RG",
            "operationName": "MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION",
            "callerIpAddress": "203.0.113.7:51234",
            "properties": { "eventDataId": "4f6f1c0e-1111-2222-3333-444455556666" },
        }), &Names::default())
        .unwrap();
        assert_eq!(
            record.account.as_deref(),
            Some("0b1f6471-1bf0-4dda-aec3-111122223333")
        );
        assert_eq!(record.ip, "203.0.113.7".parse().ok());
        assert_eq!(record.at_ms, 1_772_352_000_123);
        assert!(record.event.is_some());
    }

    #[test]
    fn a_google_audit_entry_is_read_by_its_project() {
        let record = of_json(&json!({
            "protoPayload": { "methodName": "v1.compute.instances.insert", "serviceName": "compute.googleapis.com",
                "requestMetadata": { "callerIp": "2001:db8::1" } },
            "insertId": "abc123", "timestamp": "2026-03-01T08:00:00Z",
            "resource": { "type": "gce_instance", "labels": { "project_id": "acme-prod" } },
            "logName": "projects/acme-prod/logs/cloudaudit.googleapis.com%2Factivity",
        }), &Names::default())
        .unwrap();
        assert_eq!(
            (
                record.account.as_deref(),
                record.action.as_str(),
                record.event.as_deref()
            ),
            (
                Some("acme-prod"),
                "v1.compute.instances.insert (compute)",
                Some("abc123")
            )
        );
    }

    #[test]
    fn what_is_no_address_is_said_and_kept() {
        let record = of_json(&json!({
            "eventTime": "2023-07-10T11:42:36Z", "eventSource": "s3.amazonaws.com", "eventName": "GetObject",
            "sourceIPAddress": "AWS Internal", "recipientAccountId": "123837392027", "eventID": "x",
        }), &Names::default())
        .unwrap();
        assert_eq!(
            (record.ip, record.action.as_str()),
            (None, "GetObject (s3) [AWS Internal]")
        );
    }

    #[test]
    fn a_time_without_its_zone_is_refused_with_the_remedy() {
        let problem = instant("time", Some("2026-03-01 08:00:00")).unwrap_err();
        assert!(
            problem.message.contains("has no zone") && problem.message.contains("Z."),
            "{}",
            problem.message
        );
        assert_eq!(
            instant("time", Some("1772352000")).unwrap(),
            1_772_352_000_000
        );
        assert_eq!(
            instant("time", Some("1772352000123")).unwrap(),
            1_772_352_000_123
        );
    }

    #[test]
    fn addresses_have_many_clothes() {
        for (written, meant) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:443", "203.0.113.7"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
        ] {
            assert_eq!(address(Some(written)).0, meant.parse().ok(), "{written}");
        }
        assert_eq!(address(Some("999.1.1.1")), (None, Some("999.1.1.1")));
        for (typed, meant) in [
            ("999.1.1.1", true),
            ("203.0.113", true),
            ("2001:db8::g", false),
            ("AWS Internal", false),
            ("s3.amazonaws.com", false),
            ("-", false),
        ] {
            assert_eq!(meant_as_address(typed), meant, "{typed}");
        }
    }
}
