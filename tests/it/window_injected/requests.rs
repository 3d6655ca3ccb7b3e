//! The requests in which a person writes free text: a `¶` is what is written, `$name` what an earlier answer gave, and beside each what later
//! ones ask of its answer.

/// A command, its request, and what is kept of its answer: a name and a place.
pub(super) type Row = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

pub(super) const FIRST: &[Row] = &[
    (
        "customer_create",
        r#"{"kind": "individual", "name": "¶", "name_original": "¶", "country": "GB", "external_id": "¶"}"#,
        &[("person", "/ref")],
    ),
    (
        "customer_create",
        r#"{"kind": "entity", "name": "¶", "name_original": "¶", "country": "DE"}"#,
        &[("firm", "/ref")],
    ),
    (
        "owner_save",
        r#"{"customer": "$firm", "name": "¶", "name_original": "¶", "kind": "individual", "country": "DE", "address": "¶", "source": "¶",
            "interests": [{"kind": "control", "means": "¶", "indirect": false, "via": []}]}"#,
        &[("owner", "/owners/0/id")],
    ),
    (
        "owner_save",
        r#"{"customer": "$firm", "name": "¶", "unspecified": "¶", "kind": "entity",
            "interests": [{"kind": "equity", "share": "5", "indirect": false, "via": []}]}"#,
        &[],
    ),
    (
        "none_identified",
        r#"{"ref": "$firm", "explanation": "¶"}"#,
        &[],
    ),
    (
        "account_save",
        r#"{"customer": "$firm", "account_ref": "¶", "state": "restricted", "products": "¶", "added": []}"#,
        &[
            ("account", "/accounts/0/id"),
            ("number", "/accounts/0/account_ref"),
        ],
    ),
    (
        "payment_save",
        r#"{"customer": "$firm", "account": "$account", "kind": "other", "institution": "¶", "source": "¶", "identifier": "¶"}"#,
        &[],
    ),
    (
        "determination_record",
        r#"{"customer": "$firm", "about": "$firm", "test": "none_met", "evidence": "¶", "documents": []}"#,
        &[],
    ),
    (
        "verification_record",
        r#"{"customer": "$firm", "about": "$firm", "method": "non_documentary", "result": "mismatch", "basis": "¶", "notes": "¶"}"#,
        &[],
    ),
    (
        "discrepancy_save",
        r#"{"customer": "$firm", "about": "$firm", "what": "¶", "claimed": "¶", "found": "¶", "source": "¶", "substantive": true, "resolution": "¶"}"#,
        &[],
    ),
    (
        "signatory_save",
        r#"{"customer": "$firm", "name": "¶", "name_original": "¶", "role": "signatory", "authority": "¶", "address": "¶", "source": "¶"}"#,
        &[],
    ),
    (
        "red_flag_save",
        r#"{"customer": "$firm", "what": "¶", "source": "¶", "seen_on": "$today", "outcome": "¶", "settled_on": "$today"}"#,
        &[],
    ),
    (
        "risk_decide",
        r#"{"customer": "$firm", "tier": "high", "reason": "¶"}"#,
        &[],
    ),
    (
        "notice_record",
        r#"{"ref": "$firm", "delivered_on": "$today", "channel": "form"}"#,
        &[],
    ),
    (
        "notice_record",
        r#"{"ref": "$person", "delivered_on": "$today", "channel": "form"}"#,
        &[],
    ),
    (
        "template_save",
        r#"{"id": "closure", "language": "en", "subject": "¶", "body": "¶", "effective_from": "$today", "reason": "¶"}"#,
        &[],
    ),
    (
        "letter_save",
        r#"{"customer": "$firm", "template": "closure", "language": "en", "to": "¶", "subject": "¶", "body": "¶"}"#,
        &[("letter", "/letters/0/id")],
    ),
    (
        "letter_sent",
        r#"{"customer": "$firm", "id": "$letter", "on": "$today", "channel": "letter", "recipient": "¶"}"#,
        &[],
    ),
    (
        "letter_answered",
        r#"{"customer": "$firm", "id": "$letter", "on": "$today", "what": "¶"}"#,
        &[],
    ),
    (
        "redress_save",
        r#"{"customer": "$firm", "kind": "complaint", "received_on": "$today", "what": "¶", "outcome": "¶", "answered_on": "$today"}"#,
        &[],
    ),
    ("comment_add", r#"{"about": "$firm", "text": "¶"}"#, &[]),
    (
        "comment_add",
        r#"{"about": "$firm", "text": "¶", "corrects": "N-1"}"#,
        &[],
    ),
    (
        "task_save",
        r#"{"about": "$firm", "title": "¶", "note": "¶"}"#,
        &[("task", "/tasks/0/ref")],
    ),
    (
        "task_advance",
        r#"{"task": "$task", "step": "done", "note": "¶"}"#,
        &[],
    ),
    (
        "hold_place",
        r#"{"scope": ["$firm"], "reason": "¶", "authority": "¶"}"#,
        &[("hold", "/holds/0/ref")],
    ),
    (
        "hold_release",
        r#"{"ref": "$hold", "writing": "¶", "passphrase": "$passphrase", "override_reason": "¶"}"#,
        &[],
    ),
    (
        "retention_keep",
        r#"{"customer": "$person", "reason": "¶"}"#,
        &[],
    ),
    (
        "reseller_save",
        r#"{"name": "¶", "country": "SG", "address": "¶", "notes": "¶"}"#,
        &[("reseller", "/ref")],
    ),
    (
        "reseller_oversee",
        r#"{"ref": "$reseller", "names": ["¶"], "clause": "¶", "attestation": {"on": "$today", "signatory": "¶"}}"#,
        &[],
    ),
    (
        "view_save",
        r#"{"list": "customers", "name": "¶", "query": "¶"}"#,
        &[],
    ),
    (
        "view_save",
        r#"{"list": "cases", "name": "$view", "query": "¶"}"#,
        &[],
    ),
    (
        "house_rules_save",
        r#"{"abandon_after_days": 90, "decide_within_days": "$days", "verify_again_within_days": 30, "attempts": 2, "reverify_by_itself": true,
            "expired_by_itself": true, "reason": "¶"}"#,
        &[],
    ),
    (
        "field_switch",
        r#"{"field": "date_of_birth", "on": "$on", "reason": "¶"}"#,
        &[],
    ),
    (
        "signer_save",
        r#"{"key": "$key", "label": "¶", "principal": "someone@example.com", "act": "note"}"#,
        &[],
    ),
    (
        "signer_save",
        r#"{"key": "$signer", "label": "¶", "act": "trust", "how": "¶"}"#,
        &[],
    ),
    (
        "signer_save",
        r#"{"key": "$signer", "label": "¶", "act": "withdraw", "how": "¶"}"#,
        &[],
    ),
    (
        "programme_standing",
        r#"{"role": "provider", "jurisdiction": "US", "new_provider": false, "reason": "¶"}"#,
        &[],
    ),
    (
        "programme_product",
        r#"{"name": "¶", "description": "¶", "form": "virtualised", "deploys_software": true, "trial": false, "us_owned": true, "in_us": true,
            "in_scope": "yes", "reason": "¶"}"#,
        &[],
    ),
    (
        "programme_cip",
        r#"{"version": "¶", "effective_from": "$a_day", "approver": "¶", "marks": [{"id": "$element", "standing": "met", "page": "¶"}]}"#,
        &[],
    ),
    (
        "programme_assessment",
        r#"{"heads": "$heads", "landscape": "¶", "reviewer": "¶"}"#,
        &[],
    ),
    (
        "programme_contact",
        r#"{"name": "¶", "title": "¶", "email": "a@example.com", "phone": "+1 303 555 0100", "primary": false, "signatory": true, "from": "$today"}"#,
        &[],
    ),
    (
        "programme_reliance",
        r#"{"provider": "¶", "version": "¶", "extent": "¶", "from": "$today"}"#,
        &[],
    ),
    (
        "request_open",
        r#"{"received": "$today", "resellers": ["$reseller"], "reference": "¶", "how": "¶"}"#,
        &[("asked", "/case"), ("clock", "/clock")],
    ),
    (
        "demand_save",
        r#"{"ref": "$asked", "item": "I-1", "template": "cip-demand", "language": "en", "to": "¶", "subject": "¶", "body": "¶"}"#,
        &[],
    ),
    (
        "demand_sent",
        r#"{"ref": "$asked", "item": "I-1", "id": "L-1", "on": "$today", "channel": "registered", "clause": "¶", "note": "¶"}"#,
        &[],
    ),
    ("clock_pause", r#"{"ref": "$clock", "reason": "¶"}"#, &[]),
    (
        "clock_correct",
        r#"{"ref": "$clock", "at": [{"event": "department_request_received", "at": "$yesterday"}], "reason": "¶"}"#,
        &[],
    ),
    (
        "clock_extend",
        r#"{"ref": "$clock", "due": "$later", "grant": "¶"}"#,
        &[],
    ),
    (
        "clock_start",
        r#"{"pack": "$pack", "clock": "$choice", "at": "$at", "subject": "programme", "note": "¶", "provisional": false}"#,
        &[("started", "/row/ref")],
    ),
    (
        "clock_stop",
        r#"{"ref": "$started", "outcome": "cancelled", "at": "$today", "by": "¶"}"#,
        &[],
    ),
    (
        "evidence_open",
        r#"{"reseller": "$reseller", "received": "$today", "summary": "¶", "signal": true}"#,
        &[("failing", "/case")],
    ),
    (
        "duplicate_apart",
        r#"{"one": "$firm", "other": "$person", "reason": "¶"}"#,
        &[],
    ),
    (
        "customer_create",
        r#"{"kind": "individual", "name": "¶", "country": "GB"}"#,
        &[("twin", "/ref")],
    ),
    (
        "customer_show",
        r#"{"ref": "$twin"}"#,
        &[("twins_revision", "/revision")],
    ),
    (
        "customer_show",
        r#"{"ref": "$person"}"#,
        &[("revision", "/revision")],
    ),
    (
        "customers_merge",
        r#"{"keep": "$person", "keep_revision": "$revision", "other": "$twin", "other_revision": "$twins_revision", "takes": [], "reason": "¶"}"#,
        &[],
    ),
];

/// What needs a case, a reseller or a document of the round.
pub(super) const LATER: &[Row] = &[
    (
        "worksheet_set",
        r#"{"ref": "$training", "runs": [{"label": "¶", "method": "model", "assumptions": [
            {"id": "parameters", "low": "1e12", "likely": "1e12", "high": "1e12", "source": "¶"},
            {"id": "tokens", "low": "1e12", "likely": "1e12", "high": "1e12", "source": "¶"}]}],
            "facts": [{"id": "co_located", "value": "yes", "source": "¶"}], "together": "¶", "keep": true}"#,
        &[],
    ),
    (
        "sweep_query",
        r#"{"ref": "$measure", "countries": ["Chile"], "places": ["location"], "networks": [], "names": ["¶"]}"#,
        &[],
    ),
    (
        "cip_add",
        r#"{"reseller": "$reseller", "version": "¶", "effective_from": "$today"}"#,
        &[("cip", "/cips/0/ref")],
    ),
    (
        "cip_review",
        r#"{"ref": "$reseller", "cip": "$cip", "note": "¶", "marks": [{"id": "$element", "standing": "met", "page": "¶"}]}"#,
        &[],
    ),
    (
        "intake_request",
        r#"{"reseller": "$reseller"}"#,
        &[("intake", "/ref")],
    ),
    ("intake_withdraw", r#"{"ref": "$intake", "why": "¶"}"#, &[]),
];

/// What makes or changes keys, which takes its time: by turns.
pub(super) const KEYS: &[Row] = &[
    (
        "member_add",
        r#"{"name": "¶", "roles": ["analyst"], "new_passphrase": "$another", "passphrase": "$passphrase"}"#,
        &[],
    ),
    (
        "member_revoke",
        r#"{"label": "$member", "reason": "¶", "passphrase": "$passphrase"}"#,
        &[],
    ),
    (
        "keys_rotate",
        r#"{"reason": "¶", "passphrase": "$passphrase"}"#,
        &[],
    ),
];
