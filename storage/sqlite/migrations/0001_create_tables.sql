-- Times are UTC milliseconds since 1970, lease times milliseconds since the machine booted (they never jump).
-- Hashes are the 32 bytes of a SHA-256. Ids from outside are TEXT. Lists are JSON arrays; `facts`, `place`, `detail`,
-- `definition` and `body` are JSON objects as core/json.h writes them. (No CHECK says so: SQLite before 3.42 takes json_valid() for
-- unsafe in a schema that is not trusted.)

-- Numbers that are shown often, kept by the triggers below so that nothing is counted over a whole table:
-- submission/BUCKET/STATE, export/STATE, job/KIND/STATE.
CREATE TABLE counter (
  name TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL CHECK (value >= 0)
) STRICT, WITHOUT ROWID;

----------------------------------------------------------------------------------------------- where items come from

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  holds TEXT CHECK (holds IN ('submissions', 'exports')),  -- NULL until it gave something
  has_cursor INTEGER NOT NULL DEFAULT 0 CHECK (has_cursor IN (0, 1)),
  cursor_position TEXT NOT NULL DEFAULT '',
  cursor_etag TEXT NOT NULL DEFAULT '',
  cursor_last_modified TEXT NOT NULL DEFAULT '',
  items_seen INTEGER NOT NULL DEFAULT 0,  -- submissions and exports of this source
  polled_at INTEGER,
  last_error TEXT NOT NULL DEFAULT ''
) STRICT;

-- Seen and not taken yet, as of the last poll.
CREATE TABLE source_waiting (
  source_id INTEGER NOT NULL REFERENCES source (id),
  position INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (source_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE creator (
  id INTEGER PRIMARY KEY,
  handle TEXT NOT NULL CHECK (handle <> ''),
  platform TEXT NOT NULL,
  name TEXT NOT NULL,
  followers INTEGER CHECK (followers >= 0),
  tier TEXT NOT NULL CHECK (tier IN ('unknown', 'micro', 'macro', 'mega')),
  country TEXT NOT NULL,
  UNIQUE (handle, platform)
) STRICT;

---------------------------------------------------------------------------------------------------------- submissions

CREATE TABLE submission (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  external_id TEXT NOT NULL,
  revision_number INTEGER NOT NULL CHECK (revision_number >= 1),  -- the current one
  state TEXT NOT NULL CHECK (state IN ('received', 'checking', 'in_review', 'needs_work', 'approved',
    'approved_with_corrections', 'rejected', 'withdrawn', 'expired', 'quarantined')),
  -- Of a quarantined submission: what it was before and why it is not tried again.
  state_before TEXT CHECK (state_before IN ('received', 'checking', 'in_review', 'needs_work', 'approved',
    'approved_with_corrections', 'rejected', 'withdrawn', 'expired')),
  state_reason TEXT NOT NULL DEFAULT '',
  severity INTEGER NOT NULL DEFAULT 0,  -- orders the review queue: fails, then unchecked, then warnings
  received_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  filed_at INTEGER,
  bucket TEXT NOT NULL GENERATED ALWAYS AS (
    CASE
      WHEN filed_at IS NOT NULL THEN 'filed'
      WHEN state = 'in_review' THEN 'flagged'
      WHEN state = 'needs_work' THEN 'returned'
      WHEN state IN ('rejected', 'withdrawn', 'expired') THEN 'rejected'
      WHEN state = 'quarantined' THEN 'failed'
      ELSE 'waiting'
    END) VIRTUAL,
  UNIQUE (source_id, external_id),
  CHECK ((state = 'quarantined') = (state_before IS NOT NULL)),
  CHECK (filed_at IS NULL OR state IN ('approved', 'approved_with_corrections'))
) STRICT;
CREATE INDEX submission_state ON submission (state);
CREATE INDEX submission_review ON submission (severity DESC, id) WHERE state = 'in_review';

-- What a submission said at one time. Never changed; a correction is a new revision.
CREATE TABLE revision (
  id INTEGER PRIMARY KEY,
  submission_id INTEGER NOT NULL REFERENCES submission (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  fingerprint TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  media TEXT NOT NULL,  -- what to fetch: locator, display_name, byte_size
  manifest_id TEXT NOT NULL,  -- the sender's own id
  creator TEXT NOT NULL,
  platform TEXT NOT NULL,
  placement TEXT NOT NULL,
  campaign TEXT NOT NULL,
  caption TEXT NOT NULL,
  language TEXT NOT NULL,
  tags TEXT NOT NULL,
  markets TEXT NOT NULL,
  -- Rights: all NULL where none were given.
  rights_zone TEXT,
  rights_starts_at INTEGER,
  rights_ends_at INTEGER,
  rights_channels TEXT,
  rights_territories TEXT,
  rights_uses TEXT,
  rights_exclusive INTEGER CHECK (rights_exclusive IN (0, 1)),
  rights_license TEXT,
  rights_credit TEXT,
  content BLOB CHECK (length(content) = 32),  -- content hash; NULL until the media are here
  -- The verdict: all NULL until the checks ran.
  verdict TEXT CHECK (verdict IN ('clear', 'flagged', 'returned', 'quarantined')),
  verdict_rule TEXT,
  verdict_why TEXT,
  verdict_reason_codes TEXT,
  verdict_approve_by_rule INTEGER CHECK (verdict_approve_by_rule IN (0, 1)),
  brief BLOB CHECK (length(brief) = 32),
  packs BLOB CHECK (length(packs) = 32),
  kit BLOB CHECK (length(kit) = 32),
  engine TEXT,
  checked_at INTEGER,
  fails INTEGER NOT NULL DEFAULT 0,
  warns INTEGER NOT NULL DEFAULT 0,
  could_not_check INTEGER NOT NULL DEFAULT 0,
  UNIQUE (submission_id, number),
  CHECK ((verdict IS NULL) = (checked_at IS NULL)),
  CHECK (verdict IS NULL OR (content IS NOT NULL AND engine IS NOT NULL))
) STRICT;
CREATE INDEX revision_campaign ON revision (campaign, submission_id);
CREATE INDEX revision_creator ON revision (creator, submission_id);
CREATE INDEX revision_rights_end ON revision (rights_ends_at) WHERE rights_ends_at IS NOT NULL;

CREATE TRIGGER revision_is_immutable
BEFORE UPDATE OF submission_id, number, fingerprint, received_at, media, manifest_id, creator, platform, placement,
  campaign, caption, language, tags, markets, rights_zone, rights_starts_at, rights_ends_at, rights_channels,
  rights_territories, rights_uses, rights_exclusive, rights_license, rights_credit ON revision
BEGIN
  SELECT RAISE(ABORT, 'a revision never changes: a correction is a new revision');
END;
CREATE TRIGGER revision_content_is_immutable
BEFORE UPDATE OF content ON revision WHEN OLD.content IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'the content of a revision never changes: a correction is a new revision');
END;

CREATE TABLE asset (
  id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revision (id),
  position INTEGER NOT NULL CHECK (position >= 0),
  blob BLOB NOT NULL CHECK (length(blob) = 32),
  byte_size INTEGER NOT NULL CHECK (byte_size >= 0),
  display_name TEXT NOT NULL,
  -- After the check; `facts` holds everything, the columns what is filtered.
  facts TEXT,
  media_kind TEXT CHECK (media_kind IN ('unknown', 'image', 'video')),
  media_type TEXT CHECK (media_type IN ('unknown', 'jpeg', 'png', 'webp', 'gif', 'heic', 'avif', 'mp4', 'mov', 'webm',
    'mkv')),
  integrity TEXT CHECK (integrity IN ('whole', 'truncated', 'damaged', 'unreadable', 'refused', 'crashed')),
  width INTEGER,
  height INTEGER,
  duration_ms INTEGER,
  text_seen TEXT NOT NULL DEFAULT '',
  UNIQUE (revision_id, position)
) STRICT;
CREATE INDEX asset_blob ON asset (blob);

CREATE TRIGGER asset_is_immutable
BEFORE UPDATE OF revision_id, position, blob, byte_size, display_name ON asset
BEGIN
  SELECT RAISE(ABORT, 'the media of a revision never change: a correction is a new revision');
END;

CREATE TABLE finding (
  id INTEGER PRIMARY KEY,
  revision_id INTEGER NOT NULL REFERENCES revision (id),
  phase TEXT NOT NULL CHECK (phase IN ('intake', 'check')),  -- found on arrival, or by the checks
  position INTEGER NOT NULL CHECK (position >= 0),
  check_name TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('pass', 'warn', 'fail', 'could_not_check', 'not_applicable')),
  message TEXT NOT NULL,
  remedy TEXT NOT NULL,
  measured TEXT NOT NULL,
  measured_value REAL,
  threshold TEXT NOT NULL,
  unit TEXT NOT NULL,
  score REAL,
  item INTEGER,  -- position of the asset; NULL: about the submission as a whole
  place TEXT NOT NULL,
  brand TEXT NOT NULL,
  reason_code TEXT NOT NULL,
  pack_id TEXT NOT NULL,
  pack_version TEXT NOT NULL,
  source_text TEXT NOT NULL,
  source_date TEXT NOT NULL,
  source_seen TEXT NOT NULL,
  source_confidence TEXT NOT NULL,
  UNIQUE (revision_id, phase, position)
) STRICT;
CREATE INDEX finding_rule ON finding (rule_id, revision_id) WHERE outcome IN ('fail', 'warn');
CREATE INDEX finding_brand ON finding (brand, revision_id) WHERE outcome = 'pass' AND brand <> '';

-- Approved revisions that are in the catalog.
CREATE TABLE filing (
  revision_id INTEGER PRIMARY KEY REFERENCES revision (id),
  decision_id INTEGER NOT NULL REFERENCES decision (id),
  filed_at INTEGER NOT NULL,
  sidecar TEXT NOT NULL
) STRICT;

------------------------------------------------------------------------------------------------------------ decisions

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  submission_id INTEGER NOT NULL REFERENCES submission (id),
  revision_id INTEGER NOT NULL REFERENCES revision (id),
  kind TEXT NOT NULL CHECK (kind IN ('approve', 'approve_with_corrections', 'request_changes', 'reject', 'withdraw',
    'undo')),
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('person', 'rule')),
  actor_name TEXT NOT NULL CHECK (actor_name <> ''),
  reason_code TEXT NOT NULL CHECK (reason_code <> '' OR kind = 'approve'),
  note TEXT NOT NULL,
  content BLOB CHECK (length(content) = 32),  -- what it is bound to; NULL: the media were not here yet
  decided_at INTEGER NOT NULL,
  undoes INTEGER UNIQUE REFERENCES decision (id),
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
  CHECK ((kind = 'undo') = (undoes IS NOT NULL))
) STRICT;
CREATE INDEX decision_submission ON decision (submission_id);
CREATE INDEX decision_revision ON decision (revision_id);

-- The second wall before "nothing becomes approved without a decision"; the first is in the program.
CREATE TRIGGER approval_needs_decision
BEFORE UPDATE OF state ON submission
WHEN NEW.state IN ('approved', 'approved_with_corrections') AND OLD.state <> NEW.state
BEGIN
  SELECT RAISE(ABORT, 'a submission can not become approved without a decision on its present content')
  WHERE NOT EXISTS (
    SELECT 1
    FROM revision r JOIN decision d ON d.revision_id = r.id
    WHERE r.submission_id = NEW.id AND r.number = NEW.revision_number AND d.content = r.content AND d.undone = 0
      AND ((d.kind = 'approve' AND NEW.state = 'approved')
        OR (d.kind = 'approve_with_corrections' AND NEW.state = 'approved_with_corrections')));
END;
CREATE TRIGGER new_submission_is_not_approved
BEFORE INSERT ON submission WHEN NEW.state IN ('approved', 'approved_with_corrections')
BEGIN
  SELECT RAISE(ABORT, 'a submission can not become approved without a decision on its present content');
END;

-- Who looks at a flagged submission at present. A lease counts on the clock that never jumps; one that ends later than its
-- whole length from now was given before a reboot, so it is over too.
CREATE TABLE review_lease (
  submission_id INTEGER PRIMARY KEY REFERENCES submission (id),
  reviewer TEXT NOT NULL UNIQUE CHECK (reviewer <> ''),
  until INTEGER NOT NULL,  -- for people
  until_boot INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL CHECK (lease_ms > 0)
) STRICT;

-- Everything that was decided or overridden, chained by hashes (storage/decision_log.h).
CREATE TABLE decision_log (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL CHECK (actor <> ''),
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX decision_log_subject ON decision_log (subject);

CREATE TRIGGER decision_log_no_update BEFORE UPDATE ON decision_log
BEGIN
  SELECT RAISE(ABORT, 'the decision log is append-only');
END;
CREATE TRIGGER decision_log_no_delete BEFORE DELETE ON decision_log
BEGIN
  SELECT RAISE(ABORT, 'the decision log is append-only');
END;
-- Also keeps INSERT OR REPLACE, which fires no delete trigger, from replacing an entry.
CREATE TRIGGER decision_log_no_gap BEFORE INSERT ON decision_log
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM decision_log)
BEGIN
  SELECT RAISE(ABORT, 'the decision log is append-only');
END;

----------------------------------------------------------------------------------------------------------------- jobs

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('fetch', 'check', 'file', 'parse', 'insight')),
  subject TEXT NOT NULL CHECK (subject <> ''),
  state TEXT NOT NULL CHECK (state IN ('available', 'running', 'retryable', 'completed', 'discarded', 'cancelled')),
  priority INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  attempt INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL DEFAULT 8 CHECK (max_attempts >= 1),
  crash_count INTEGER NOT NULL DEFAULT 0,
  again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),  -- its input changed while it ran: run it once more
  owner TEXT,
  lease_until INTEGER,  -- milliseconds since boot
  lease_ms INTEGER,     -- how long the lease was: one that ends later than that was given before a reboot
  created_at INTEGER NOT NULL,
  scheduled_at INTEGER NOT NULL,
  attempted_at INTEGER,
  finalized_at INTEGER,
  last_error TEXT NOT NULL DEFAULT '',
  CHECK ((state = 'running') = (owner IS NOT NULL)),
  CHECK ((state = 'running') = (lease_until IS NOT NULL AND lease_ms IS NOT NULL)),
  CHECK ((state IN ('completed', 'discarded', 'cancelled')) = (finalized_at IS NOT NULL))
) STRICT;
-- One open job a subject; also the way to find it.
CREATE UNIQUE INDEX job_open ON job (subject, kind) WHERE state IN ('available', 'running', 'retryable');
-- The claim reads nothing else. An id is part of every index entry, so it orders by it too.
CREATE INDEX job_due ON job (kind, priority DESC, scheduled_at) WHERE state IN ('available', 'retryable');
CREATE INDEX job_running ON job (owner) WHERE state = 'running';
CREATE INDEX job_completed ON job (finalized_at) WHERE state = 'completed';
CREATE INDEX job_discarded ON job (kind) WHERE state = 'discarded';

CREATE TABLE pause (
  scope TEXT PRIMARY KEY NOT NULL CHECK (scope IN ('all', 'fetch', 'check', 'file', 'parse', 'insight')),
  owner TEXT NOT NULL CHECK (owner <> ''),
  reason TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done, so that it is done once even if two jobs ask for it. `effect_key` says for which input.
CREATE TABLE effect (
  kind TEXT NOT NULL CHECK (kind IN ('fetch', 'check', 'file', 'parse', 'insight')),
  subject TEXT NOT NULL,
  effect_key TEXT NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (subject, kind, effect_key)
) STRICT, WITHOUT ROWID;

-- Bytes on which the decoder died; `since` is NULL until they are not tried any more.
CREATE TABLE quarantine (
  blob BLOB PRIMARY KEY NOT NULL CHECK (length(blob) = 32),
  deaths INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  since INTEGER
) STRICT, WITHOUT ROWID;

-- Briefs, packs and kits that verdicts depend on, kept as blobs for replay.
CREATE TABLE artifact (
  kind TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  name TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (kind, hash)
) STRICT, WITHOUT ROWID;

-------------------------------------------------------------------------------------------------------------- surveys

CREATE TABLE survey (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  external_id TEXT NOT NULL,
  title TEXT NOT NULL,
  hidden_fields TEXT NOT NULL,
  UNIQUE (provider, external_id)
) STRICT;
CREATE INDEX survey_external_id ON survey (external_id);

-- Each form of the questionnaire that an export brought, by the hash of its JSON.
CREATE TABLE survey_definition (
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  definition TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (survey_id, version),
  UNIQUE (survey_id, hash)
) STRICT, WITHOUT ROWID;

-- The questions as known by now: every one that any export had.
CREATE TABLE question (
  id INTEGER PRIMARY KEY,
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  question_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  ref TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('single_choice', 'multiple_choice', 'scale', 'nps', 'matrix', 'ranking', 'number',
    'boolean', 'text', 'date', 'file', 'other')),
  parent_id TEXT NOT NULL,
  scale_min REAL,
  scale_max REAL,
  UNIQUE (survey_id, question_id)
) STRICT;

CREATE TABLE choice (
  question INTEGER NOT NULL REFERENCES question (id),
  choice_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (question, choice_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE export (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source (id),
  external_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  locator TEXT NOT NULL,
  survey_name TEXT NOT NULL,  -- by the source's rule
  byte_size INTEGER NOT NULL CHECK (byte_size >= 0),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'parsed', 'failed')),
  error TEXT NOT NULL DEFAULT '',
  survey_id INTEGER REFERENCES survey (id),  -- NULL until it was parsed
  blob BLOB CHECK (length(blob) = 32),       -- of the last reading
  rows_seen INTEGER NOT NULL DEFAULT 0,
  filed INTEGER NOT NULL DEFAULT 0,
  excluded INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  notes TEXT NOT NULL DEFAULT '[]',
  skipped TEXT NOT NULL DEFAULT '[]',
  seen_at INTEGER NOT NULL,
  parsed_at INTEGER,
  UNIQUE (source_id, external_id),
  CHECK (rows_seen = filed + excluded + rejected),
  CHECK (filed = added + updated + unchanged)
) STRICT;
CREATE INDEX export_survey ON export (survey_id);

-- Every raw export that was read: answers of earlier readings still point into it.
CREATE TABLE export_reading (
  export_id INTEGER NOT NULL REFERENCES export (id),
  blob BLOB NOT NULL CHECK (length(blob) = 32),
  read_at INTEGER NOT NULL,
  PRIMARY KEY (export_id, blob)
) STRICT, WITHOUT ROWID;

-- The current version of each response.
CREATE TABLE response (
  id INTEGER PRIMARY KEY,
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  response_id TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  status TEXT NOT NULL CHECK (status IN ('started', 'partial', 'completed', 'screened_out', 'over_quota', 'deleted',
    'preview', 'test', 'spam')),
  counts INTEGER NOT NULL GENERATED ALWAYS AS (status IN ('completed', 'partial')) VIRTUAL,
  started_at INTEGER,
  submitted_at INTEGER,
  updated_at INTEGER,
  times_are_local INTEGER NOT NULL CHECK (times_are_local IN (0, 1)),
  language TEXT NOT NULL,
  campaign TEXT NOT NULL,
  creator TEXT NOT NULL,
  wave TEXT NOT NULL,
  export_id INTEGER NOT NULL REFERENCES export (id),
  place TEXT NOT NULL,  -- in that export: "row 12"
  digest BLOB NOT NULL CHECK (length(digest) = 32),  -- of everything that the provider said
  stored_at INTEGER NOT NULL,
  UNIQUE (survey_id, response_id)
) STRICT;
CREATE INDEX response_creator ON response (creator, survey_id);
CREATE INDEX response_campaign ON response (campaign, survey_id);
CREATE INDEX response_submitted ON response (survey_id, submitted_at);

-- What earlier versions of a response said, whole.
CREATE TABLE response_version (
  response INTEGER NOT NULL REFERENCES response (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  body TEXT NOT NULL,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (response, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE answer (
  id INTEGER PRIMARY KEY,
  response INTEGER NOT NULL REFERENCES response (id),
  position INTEGER NOT NULL,
  question INTEGER NOT NULL REFERENCES question (id),
  state TEXT NOT NULL CHECK (state IN ('answered', 'empty', 'not_answered', 'not_shown', 'not_applicable')),
  number REAL,
  text TEXT NOT NULL,
  other_text TEXT NOT NULL,
  UNIQUE (response, position)
) STRICT;
CREATE INDEX answer_question ON answer (question, response);

CREATE TABLE answer_choice (
  answer INTEGER NOT NULL REFERENCES answer (id),
  position INTEGER NOT NULL,
  choice_id TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (answer, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE response_hidden (
  response INTEGER NOT NULL REFERENCES response (id),
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (response, name, position)
) STRICT, WITHOUT ROWID;

-- Personal references (network id, e-mail, IP), apart from the answers and never searched.
CREATE TABLE respondent (
  response INTEGER NOT NULL REFERENCES response (id),
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (response, version, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE insight (
  id INTEGER PRIMARY KEY,
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  position INTEGER NOT NULL,
  metric TEXT NOT NULL,
  question_id TEXT NOT NULL,
  question TEXT NOT NULL,
  group_by TEXT NOT NULL,
  notes TEXT NOT NULL,
  filed_at INTEGER NOT NULL,
  UNIQUE (survey_id, position)
) STRICT;

CREATE TABLE insight_figure (
  insight INTEGER NOT NULL REFERENCES insight (id),
  position INTEGER NOT NULL,
  group_value TEXT NOT NULL,
  label TEXT NOT NULL,
  value REAL NOT NULL,
  n INTEGER NOT NULL,
  base INTEGER NOT NULL,
  lower REAL,
  upper REAL,
  confidence REAL NOT NULL,
  method TEXT NOT NULL,
  small_base INTEGER NOT NULL CHECK (small_base IN (0, 1)),
  PRIMARY KEY (insight, position)
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------------------- counters

CREATE TRIGGER count_new_submission AFTER INSERT ON submission
BEGIN
  INSERT INTO counter VALUES ('submission/' || NEW.bucket || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
  UPDATE source SET items_seen = items_seen + 1 WHERE id = NEW.source_id;
END;
CREATE TRIGGER count_moved_submission AFTER UPDATE OF state, filed_at ON submission
WHEN OLD.state <> NEW.state OR (OLD.filed_at IS NULL) <> (NEW.filed_at IS NULL)
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'submission/' || OLD.bucket || '/' || OLD.state;
  INSERT INTO counter VALUES ('submission/' || NEW.bucket || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER count_dropped_submission AFTER DELETE ON submission
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'submission/' || OLD.bucket || '/' || OLD.state;
  UPDATE source SET items_seen = items_seen - 1 WHERE id = OLD.source_id;
END;

CREATE TRIGGER count_new_export AFTER INSERT ON export
BEGIN
  INSERT INTO counter VALUES ('export/' || NEW.state, 1) ON CONFLICT DO UPDATE SET value = value + 1;
  UPDATE source SET items_seen = items_seen + 1 WHERE id = NEW.source_id;
END;
CREATE TRIGGER count_moved_export AFTER UPDATE OF state ON export WHEN OLD.state <> NEW.state
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'export/' || OLD.state;
  INSERT INTO counter VALUES ('export/' || NEW.state, 1) ON CONFLICT DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER count_dropped_export AFTER DELETE ON export
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'export/' || OLD.state;
  UPDATE source SET items_seen = items_seen - 1 WHERE id = OLD.source_id;
END;

CREATE TRIGGER count_new_job AFTER INSERT ON job
BEGIN
  INSERT INTO counter VALUES ('job/' || NEW.kind || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER count_moved_job AFTER UPDATE OF state ON job WHEN OLD.state <> NEW.state
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'job/' || OLD.kind || '/' || OLD.state;
  INSERT INTO counter VALUES ('job/' || NEW.kind || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER count_dropped_job AFTER DELETE ON job
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'job/' || OLD.kind || '/' || OLD.state;
END;
