-- The journal: what stays for ever. Bodies and salts lie apart, so that disposal can shred them.
CREATE TABLE journal (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL,
  act         INTEGER NOT NULL,
  author      TEXT NOT NULL,
  author_seq  INTEGER NOT NULL,
  author_prev BLOB NOT NULL,
  kind        TEXT NOT NULL,
  subject     TEXT NOT NULL,
  occurred_on TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  zone        TEXT NOT NULL,
  clock_state TEXT NOT NULL,
  commitment  BLOB NOT NULL,
  hash        BLOB NOT NULL,
  chain       BLOB NOT NULL
) STRICT;
CREATE INDEX journal_subject ON journal (subject, seq);

CREATE TABLE body (
  seq  INTEGER PRIMARY KEY,
  salt BLOB NOT NULL,
  json TEXT NOT NULL
) STRICT;

-- One act of one author: one signature over the Merkle root of its entries.
CREATE TABLE act (
  id        INTEGER PRIMARY KEY,
  author    TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq  INTEGER NOT NULL,
  root      BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoint (
  count     INTEGER PRIMARY KEY,
  note      TEXT NOT NULL,
  signer    TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;

-- What people are typing. No record, and in no journal.
CREATE TABLE draft (
  key      TEXT PRIMARY KEY,
  body     TEXT NOT NULL,
  saved_at INTEGER NOT NULL
) STRICT;

-- Projections: each can be rebuilt from the journal, and `vault check` does so.
CREATE TABLE counter (
  prefix TEXT PRIMARY KEY,
  value  INTEGER NOT NULL
) STRICT;

CREATE TABLE organisation (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
) STRICT;

-- The organisation's own programme: scope, CIP, assessments, contacts, reliances.
CREATE TABLE programme (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
) STRICT;

-- Every version of a rule pack that was adopted, with its text; running clocks keep the one that started them.
CREATE TABLE pack (
  id      TEXT NOT NULL,
  version TEXT NOT NULL,
  in_use  INTEGER NOT NULL,
  place   INTEGER NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
  label TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  body  TEXT NOT NULL
) STRICT;

CREATE TABLE customer (
  id          INTEGER PRIMARY KEY,
  ref         TEXT NOT NULL UNIQUE,
  external_id TEXT UNIQUE,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  name_fold   TEXT NOT NULL,
  name_original TEXT,
  country     TEXT NOT NULL,
  us_status   TEXT NOT NULL,
  status      TEXT NOT NULL,
  risk        TEXT,
  risk_rank   INTEGER NOT NULL,
  missing     INTEGER NOT NULL,
  changed_at  INTEGER NOT NULL,
  body        TEXT NOT NULL
) STRICT;
CREATE INDEX customer_name ON customer (name_fold, id);
CREATE INDEX customer_country ON customer (country, id);
CREATE INDEX customer_status ON customer (status, id);
CREATE INDEX customer_us_status ON customer (us_status, id);
CREATE INDEX customer_risk ON customer (risk_rank, id);
CREATE INDEX customer_missing ON customer (missing, id);
CREATE INDEX customer_changed ON customer (changed_at, id);
-- Everything that lists are filtered, counted and sorted by, so that a row with its whole record is read for what is shown alone.
CREATE INDEX customer_facets ON customer (status, country, us_status, kind, risk, missing, risk_rank, changed_at, name_fold, ref);
-- How many customers there are of each combination of what lists count, so that a list's counts cost no walk through all of it.
-- `missing` is 1 where something required is missing. The database keeps it itself whatever changes a customer; a new one is counted by the
-- program (records.rs): a trigger would give each new row a way back of its own, at which FTS5 writes out the little that it has gathered.
CREATE TABLE customer_tally (
  status    TEXT NOT NULL,
  country   TEXT NOT NULL,
  us_status TEXT NOT NULL,
  kind      TEXT NOT NULL,
  risk      TEXT NOT NULL,
  missing   INTEGER NOT NULL,
  n         INTEGER NOT NULL,
  PRIMARY KEY (status, country, us_status, kind, risk, missing)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER customer_tally_gone AFTER DELETE ON customer BEGIN
  UPDATE customer_tally SET n = n - 1 WHERE status = old.status AND country = old.country AND us_status = old.us_status
    AND kind = old.kind AND risk = coalesce(old.risk, '') AND missing = (old.missing > 0);
  DELETE FROM customer_tally WHERE n = 0;
END;
CREATE TRIGGER customer_tally_moved AFTER UPDATE ON customer
  WHEN (old.status, old.country, old.us_status, old.kind, coalesce(old.risk, ''), old.missing > 0)
    IS NOT (new.status, new.country, new.us_status, new.kind, coalesce(new.risk, ''), new.missing > 0) BEGIN
  UPDATE customer_tally SET n = n - 1 WHERE status = old.status AND country = old.country AND us_status = old.us_status
    AND kind = old.kind AND risk = coalesce(old.risk, '') AND missing = (old.missing > 0);
  DELETE FROM customer_tally WHERE n = 0;
  INSERT INTO customer_tally VALUES (new.status, new.country, new.us_status, new.kind, coalesce(new.risk, ''), new.missing > 0, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE VIRTUAL TABLE customer_search USING fts5 (
  text, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO customer_search (customer_search, rank) VALUES ('secure-delete', 1);

-- What other customers may have too, by which two records are found beside each other. `part` is whose: empty, or an owner's id.
CREATE TABLE mark (
  kind     TEXT NOT NULL,
  value    TEXT NOT NULL,
  customer INTEGER NOT NULL,
  part     TEXT NOT NULL,
  PRIMARY KEY (kind, value, customer, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX mark_customer ON mark (customer);

CREATE TABLE account (
  account_ref TEXT NOT NULL,
  customer    TEXT NOT NULL,
  id          TEXT NOT NULL,
  PRIMARY KEY (customer, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_by_ref ON account (account_ref);

-- Every version of the texts for letters that somebody wrote; the program's own are no rows.
CREATE TABLE template (
  id       TEXT NOT NULL,
  language TEXT NOT NULL,
  version  INTEGER NOT NULL,
  body     TEXT NOT NULL,
  PRIMARY KEY (id, language, version)
) STRICT, WITHOUT ROWID;

-- Keys of others that sign bundles, and the bundles that came from others.
CREATE TABLE signer_key (
  fingerprint TEXT PRIMARY KEY,
  standing    TEXT NOT NULL,
  body        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE received (
  ref    TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  body   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Requests made by file, and what came back. Answers are encrypted to a key of the request alone, whose secret half is `identity`.
CREATE TABLE intake (
  ref      TEXT PRIMARY KEY,
  reseller TEXT NOT NULL,
  standing TEXT NOT NULL,
  identity TEXT NOT NULL,
  body     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
  id            TEXT PRIMARY KEY,
  identity      TEXT NOT NULL,
  sha256        TEXT NOT NULL,
  media_type    TEXT NOT NULL,
  original_name TEXT NOT NULL,
  subject       TEXT NOT NULL,
  type          TEXT NOT NULL,
  bytes         INTEGER NOT NULL,
  recorded_at   INTEGER NOT NULL,
  recorded_by   TEXT NOT NULL,
  -- The last day on which it identifies somebody, where that counts.
  expires       TEXT,
  body          TEXT NOT NULL
) STRICT;
CREATE INDEX document_expires ON document (expires) WHERE expires IS NOT NULL;
CREATE INDEX document_subject ON document (subject, recorded_at);
CREATE INDEX document_sha256 ON document (sha256);

CREATE TABLE reseller (
  ref       TEXT PRIMARY KEY,
  name      TEXT NOT NULL,
  name_fold TEXT NOT NULL,
  country   TEXT NOT NULL,
  state     TEXT NOT NULL,
  body      TEXT NOT NULL
) STRICT;

CREATE TABLE casefile (
  ref         TEXT PRIMARY KEY,
  kind        TEXT NOT NULL,
  state       TEXT NOT NULL,
  received_on TEXT NOT NULL,
  body        TEXT NOT NULL
) STRICT;

-- What a case holds beyond its steps and parts: worksheets, sweeps, frozen counts.
CREATE TABLE casework (
  ref  TEXT PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

-- What the house does about a customer, a case or a filing beside what a rule asks.
CREATE TABLE task (
  about TEXT NOT NULL,
  id    TEXT NOT NULL,
  open  INTEGER NOT NULL,
  body  TEXT NOT NULL,
  PRIMARY KEY (about, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_open ON task (open);

CREATE TABLE comment (
  about TEXT NOT NULL,
  id    TEXT NOT NULL,
  at    INTEGER NOT NULL,
  by    TEXT NOT NULL,
  body  TEXT NOT NULL,
  PRIMARY KEY (about, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE handling (
  about    TEXT PRIMARY KEY,
  assignee TEXT,
  due      TEXT,
  body     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX handling_assignee ON handling (assignee);

CREATE TABLE tag (
  tag   TEXT NOT NULL,
  about TEXT NOT NULL,
  PRIMARY KEY (tag, about)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_about ON tag (about);

-- Queries that members keep under a name.
CREATE TABLE saved_view (
  member TEXT NOT NULL,
  list   TEXT NOT NULL,
  name   TEXT NOT NULL,
  query  TEXT NOT NULL,
  PRIMARY KEY (member, list, name)
) STRICT, WITHOUT ROWID;

-- Accelerator hours out of schedulers and bills; a line is known by what it says.
CREATE TABLE usage_line (
  id      TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  body    TEXT NOT NULL
) STRICT;
CREATE INDEX usage_line_account ON usage_line (account);

CREATE TABLE clock (
  ref     TEXT PRIMARY KEY,
  clock   TEXT NOT NULL,
  subject TEXT NOT NULL,
  casefile TEXT,
  due     TEXT NOT NULL,
  running INTEGER NOT NULL,
  body    TEXT NOT NULL
) STRICT;
CREATE INDEX clock_running ON clock (running, due);
CREATE INDEX clock_subject ON clock (subject);
CREATE INDEX clock_casefile ON clock (casefile);

CREATE TABLE filing (
  ref      TEXT PRIMARY KEY,
  form     TEXT NOT NULL,
  state    TEXT NOT NULL,
  casefile TEXT NOT NULL,
  body     TEXT NOT NULL
) STRICT;
CREATE INDEX filing_state ON filing (state);

CREATE TABLE hold (
  ref      TEXT PRIMARY KEY,
  released INTEGER NOT NULL,
  body     TEXT NOT NULL
) STRICT;

CREATE TABLE disposal (
  ref  TEXT PRIMARY KEY,
  done INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- What is left of customers who were disposed of: nothing personal.
CREATE TABLE disposed (
  ref      TEXT PRIMARY KEY,
  disposal TEXT NOT NULL,
  body     TEXT NOT NULL
) STRICT;

-- Bulk rows: an import of them is one entry with a hash over the rows (design, section 2). Account numbers and actions are
-- words that come again and again, so the rows name them by number.
CREATE TABLE access_account (
  id          INTEGER PRIMARY KEY,
  account_ref TEXT NOT NULL UNIQUE,
  records     INTEGER NOT NULL,
  last_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX access_account_last ON access_account (last_ms);
CREATE TABLE access_action (
  id     INTEGER PRIMARY KEY,
  action TEXT NOT NULL UNIQUE
) STRICT;
-- An account's records lie together, in the order of time. `identity` tells one from another: the provider's event id, a BLOB where
-- it is a UUID and TEXT otherwise; or, where there is none, an INTEGER made of the rest of the row.
CREATE TABLE access_record (
  account  INTEGER NOT NULL,
  at_ms    INTEGER NOT NULL,
  identity ANY NOT NULL,
  ip       BLOB,
  action   INTEGER NOT NULL,
  import   INTEGER NOT NULL,
  PRIMARY KEY (account, at_ms, identity)
) STRICT, WITHOUT ROWID;
-- Hashes of the event ids that are there, under whatever account and time.
CREATE TABLE access_event (
  hash BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
-- From where each account was used, when and how often: made from the records, so that an address is found without walking through them.
CREATE TABLE access_address (
  ip       BLOB NOT NULL,
  account  INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms  INTEGER NOT NULL,
  records  INTEGER NOT NULL,
  PRIMARY KEY (ip, account)
) STRICT, WITHOUT ROWID;
