CREATE INDEX answer_question ON answer (question, response);

CREATE INDEX asset_blob ON asset (blob);

CREATE INDEX asset_duplicate_other ON asset_duplicate (other_asset_id);

CREATE INDEX asset_fingerprint_content ON asset_fingerprint (content);

CREATE INDEX decision_log_subject ON decision_log (subject);

CREATE INDEX decision_revision ON decision (revision_id);

CREATE INDEX decision_submission ON decision (submission_id);

CREATE INDEX export_survey ON export (survey_id);

CREATE INDEX finding_brand ON finding (brand, revision_id) WHERE outcome = 'pass' AND brand <> '';

CREATE INDEX finding_rule ON finding (rule_id, revision_id) WHERE outcome IN ('fail', 'warn');

CREATE INDEX job_completed ON job (finalized_at) WHERE state = 'completed';

CREATE INDEX job_discarded ON job (kind) WHERE state = 'discarded';

CREATE INDEX job_due ON job (kind, priority DESC, scheduled_at) WHERE state IN ('available', 'retryable');

CREATE UNIQUE INDEX job_open ON job (subject, kind) WHERE state IN ('available', 'running', 'retryable');

CREATE INDEX job_running ON job (owner) WHERE state = 'running';

CREATE INDEX metric_series_campaign ON metric_series (campaign, creator);

CREATE INDEX metric_value_export ON metric_value (export_id);

CREATE INDEX quality_flag_rule ON quality_flag (rule, response);

CREATE INDEX response_campaign ON response (campaign, survey_id);

CREATE INDEX response_creator ON response (creator, survey_id);

CREATE UNIQUE INDEX response_exclusion_open ON response_exclusion (response) WHERE restored_at IS NULL;

CREATE UNIQUE INDEX response_gone_open ON response_gone (response) WHERE returned_at IS NULL;

CREATE INDEX response_left_out ON response (survey_id) WHERE counts = 0;

CREATE INDEX response_submitted ON response (survey_id, submitted_at);

CREATE INDEX revision_campaign ON revision (campaign, submission_id);

CREATE INDEX revision_creator ON revision (creator, submission_id);

CREATE INDEX revision_rights_end ON revision (rights_until) WHERE rights_until IS NOT NULL;

CREATE INDEX revision_stale ON revision (submission_id) WHERE stale <> '';

CREATE INDEX submission_review ON submission (severity DESC, id) WHERE state = 'in_review';

CREATE INDEX submission_state ON submission (state);

CREATE INDEX survey_external_id ON survey (external_id);

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

CREATE TABLE answer_choice (
  answer INTEGER NOT NULL REFERENCES answer (id),
  position INTEGER NOT NULL,
  choice_id TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (answer, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE answer_raw (
  response INTEGER NOT NULL REFERENCES response (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  position INTEGER NOT NULL,  -- of the answer in that version
  text TEXT NOT NULL,
  other_text TEXT NOT NULL,
  PRIMARY KEY (response, version, position)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE answer_text USING fts5 (
  text, other_text,
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE 'answer_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'answer_text_content'(id INTEGER PRIMARY KEY, c0, c1);

CREATE TABLE 'answer_text_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'answer_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'answer_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE artifact (
  kind TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  name TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (kind, hash)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE asset_duplicate (
  id INTEGER PRIMARY KEY,
  asset_id INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
  other_asset_id INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
  tier TEXT NOT NULL CHECK (tier IN ('same_bytes', 'same_content', 'reencoded', 'similar')),
  share REAL NOT NULL CHECK (share BETWEEN 0 AND 1),
  start_ms INTEGER,  -- where it is in this file; NULL for stills
  end_ms INTEGER,
  other_start_ms INTEGER,  -- and in the other
  other_end_ms INTEGER,
  found_at INTEGER NOT NULL,
  -- A person said that it does not matter.
  dismissed_by TEXT NOT NULL DEFAULT '',
  dismissed_why TEXT NOT NULL DEFAULT '' CHECK ((dismissed_by = '') = (dismissed_why = '')),
  UNIQUE (asset_id, other_asset_id)
) STRICT;

CREATE TABLE asset_fingerprint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  asset_id INTEGER NOT NULL UNIQUE REFERENCES asset (id) ON DELETE CASCADE,
  content BLOB NOT NULL CHECK (length(content) = 32),  -- over the decoded pictures and sound
  -- 40 bytes a hashed picture, little endian: its time and duration in ms (32 bits each), 256 bits of hash.
  frames BLOB NOT NULL CHECK (length(frames) % 40 = 0),
  light BLOB NOT NULL CHECK (length(light) IN (0, 1024))  -- stills: 32 x 32 parts, 0 to 255
) STRICT;

CREATE TABLE asset_origin (
  asset_id INTEGER PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
  camera_make TEXT NOT NULL,
  camera_model TEXT NOT NULL,
  software TEXT NOT NULL,
  taken_at TEXT NOT NULL, -- as the file says it, mostly local time without a zone
  author TEXT NOT NULL,
  copyright TEXT NOT NULL,
  digital_source_type TEXT NOT NULL, -- IPTC's term
  has_xmp INTEGER NOT NULL CHECK (has_xmp IN (0, 1)),
  has_iptc INTEGER NOT NULL CHECK (has_iptc IN (0, 1)),
  has_content_credentials INTEGER NOT NULL CHECK (has_content_credentials IN (0, 1))
) STRICT;

CREATE TABLE asset_place (
  asset_id INTEGER PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
  latitude REAL NOT NULL CHECK (latitude BETWEEN -90 AND 90), -- degrees, WGS 84
  longitude REAL NOT NULL CHECK (longitude BETWEEN -180 AND 180)
) STRICT;

CREATE VIRTUAL TABLE asset_text USING fts5 (
  caption, text_seen, creator, tags, findings,
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE 'asset_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'asset_text_content'(id INTEGER PRIMARY KEY, c0, c1, c2, c3, c4);

CREATE TABLE 'asset_text_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'asset_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB);

CREATE TABLE 'asset_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE choice (
  question INTEGER NOT NULL REFERENCES question (id),
  choice_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (question, choice_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE counter (
  name TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL CHECK (value >= 0)
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

CREATE TABLE effect (
  kind TEXT NOT NULL CHECK (kind IN ('fetch', 'check', 'file', 'parse', 'insight')),
  subject TEXT NOT NULL,
  effect_key TEXT NOT NULL,
  done_at INTEGER NOT NULL,
  PRIMARY KEY (subject, kind, effect_key)
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
  parsed_at INTEGER, is_full INTEGER NOT NULL DEFAULT 0 CHECK (is_full IN (0, 1)), gone INTEGER NOT NULL DEFAULT 0, returned INTEGER NOT NULL DEFAULT 0, definition_version INTEGER, doubt TEXT NOT NULL DEFAULT 'none'
  CHECK (doubt IN ('none', 'another_survey', 'much_smaller')), accepted_by TEXT, accepted_note TEXT, accepted_at INTEGER,
  UNIQUE (source_id, external_id),
  CHECK (rows_seen = filed + excluded + rejected),
  CHECK (filed = added + updated + unchanged)
) STRICT;

CREATE TABLE export_reading (
  export_id INTEGER NOT NULL REFERENCES export (id),
  blob BLOB NOT NULL CHECK (length(blob) = 32),
  read_at INTEGER NOT NULL,
  PRIMARY KEY (export_id, blob)
) STRICT, WITHOUT ROWID;

CREATE TABLE filing (
  revision_id INTEGER PRIMARY KEY REFERENCES revision (id),
  decision_id INTEGER NOT NULL REFERENCES decision (id),
  filed_at INTEGER NOT NULL,
  sidecar TEXT NOT NULL
) STRICT;

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

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('fetch', 'check', 'file', 'parse', 'insight')),
  subject TEXT NOT NULL CHECK (subject <> ''),
  state TEXT NOT NULL CHECK (state IN ('available', 'running', 'retryable', 'completed', 'discarded', 'cancelled')),
  priority INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  attempt INTEGER NOT NULL DEFAULT 0,
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

CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY,
  creator TEXT NOT NULL CHECK (creator <> ''),
  platform TEXT NOT NULL,
  post TEXT NOT NULL,  -- its id or address; '': the creator as a whole
  campaign TEXT NOT NULL,
  metric TEXT NOT NULL CHECK (metric <> ''),
  objective TEXT NOT NULL CHECK (objective IN ('engagement', 'traffic', 'conversions', 'email', 'survey', 'ugc')),
  unit TEXT NOT NULL CHECK (unit <> ''),
  UNIQUE (creator, campaign, platform, post, metric)
) STRICT;

CREATE TABLE metric_value (
  series INTEGER NOT NULL REFERENCES metric_series (id),
  period_start INTEGER NOT NULL,
  period_end INTEGER NOT NULL,
  as_of INTEGER,  -- of a total: when it was read off
  value REAL NOT NULL,
  export_id INTEGER NOT NULL REFERENCES export (id),
  place TEXT NOT NULL,  -- in that export: "line 12"
  PRIMARY KEY (series, period_start),
  CHECK (period_start < period_end OR (period_start = 0 AND period_end = 0))
) STRICT, WITHOUT ROWID;

CREATE TABLE pause (
  scope TEXT PRIMARY KEY NOT NULL CHECK (scope IN ('all', 'fetch', 'check', 'file', 'parse', 'insight')),
  owner TEXT NOT NULL CHECK (owner <> ''),
  reason TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE present_rules (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  digest BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;

CREATE TABLE preview (
  subject BLOB NOT NULL CHECK (length(subject) = 32),
  kind TEXT NOT NULL CHECK (kind IN ('thumbnail', 'contact_sheet', 'clip')),
  position INTEGER NOT NULL CHECK (position >= 0),
  form INTEGER NOT NULL,  -- grows when previews are made differently
  blob BLOB CHECK (length(blob) = 32),  -- its bytes; NULL: there is none
  why TEXT NOT NULL,  -- why there is none
  media_type TEXT NOT NULL CHECK (media_type IN ('unknown', 'jpeg', 'png', 'webp', 'gif', 'heic', 'avif', 'mp4', 'mov', 'webm',
    'mkv')),
  byte_size INTEGER NOT NULL CHECK (byte_size >= 0),
  width INTEGER NOT NULL CHECK (width >= 0),
  height INTEGER NOT NULL CHECK (height >= 0),
  duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
  made_at INTEGER NOT NULL,
  PRIMARY KEY (subject, kind),
  CHECK ((blob IS NULL) = (why <> ''))
) STRICT, WITHOUT ROWID;

CREATE TABLE publication (
  revision_id INTEGER PRIMARY KEY REFERENCES revision (id),
  published_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  actor TEXT NOT NULL,
  recorded_at INTEGER NOT NULL
) STRICT;

CREATE TABLE quality_baseline (
  id INTEGER PRIMARY KEY,
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  rules_version INTEGER NOT NULL CHECK (rules_version >= 1),
  responses INTEGER NOT NULL CHECK (responses >= 0),
  timed INTEGER NOT NULL CHECK (timed >= 0),
  median_seconds REAL,
  limits TEXT NOT NULL,  -- JSON
  made_by TEXT NOT NULL CHECK (made_by <> ''),
  note TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  UNIQUE (survey_id, number)
) STRICT;

CREATE TABLE quality_flag (
  response INTEGER NOT NULL REFERENCES response (id),
  rule TEXT NOT NULL CHECK (rule IN ('speeding', 'straight_lining', 'gibberish', 'duplicate_answers', 'pasted_text',
    'out_of_range')),
  question_id TEXT NOT NULL,  -- '' for the response as a whole
  baseline INTEGER NOT NULL REFERENCES quality_baseline (id),
  measured TEXT NOT NULL,
  threshold TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (response, rule, question_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  blob BLOB PRIMARY KEY NOT NULL CHECK (length(blob) = 32),
  deaths INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  since INTEGER
) STRICT, WITHOUT ROWID;

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

CREATE TABLE respondent (
  response INTEGER NOT NULL REFERENCES response (id),
  version INTEGER NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (response, version, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE response (
  id INTEGER PRIMARY KEY,
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  response_id TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  status TEXT NOT NULL CHECK (status IN ('started', 'partial', 'completed', 'screened_out', 'over_quota', 'deleted',
    'preview', 'test', 'spam')),
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
  stored_at INTEGER NOT NULL, gone_at INTEGER, excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1)), definition_version INTEGER, counts INTEGER GENERATED ALWAYS AS (
  status IN ('completed', 'partial') AND gone_at IS NULL AND excluded = 0) VIRTUAL,
  UNIQUE (survey_id, response_id)
) STRICT;

CREATE TABLE response_exclusion (
  id INTEGER PRIMARY KEY,
  response INTEGER NOT NULL REFERENCES response (id),
  rule TEXT NOT NULL,             -- '' where a person named the response without a rule
  rules_version INTEGER,
  baseline INTEGER REFERENCES quality_baseline (id),
  actor TEXT NOT NULL CHECK (actor <> ''),
  note TEXT NOT NULL,
  excluded_at INTEGER NOT NULL,
  restored_at INTEGER,
  restored_by TEXT,
  restore_note TEXT,
  CHECK ((restored_at IS NULL) = (restored_by IS NULL))
) STRICT;

CREATE TABLE response_gone (
  id INTEGER PRIMARY KEY,
  response INTEGER NOT NULL REFERENCES response (id),
  -- A full export of its source lacked it, or an export said that it was deleted.
  cause TEXT NOT NULL CHECK (cause IN ('full_export', 'deleted_at_source')),
  export_id INTEGER NOT NULL REFERENCES export (id),
  said_at INTEGER,  -- when the source says that it was deleted
  gone_at INTEGER NOT NULL,
  returned_export INTEGER REFERENCES export (id),  -- that had it again
  returned_at INTEGER,
  CHECK ((returned_export IS NULL) = (returned_at IS NULL))
) STRICT;

CREATE TABLE response_hidden (
  response INTEGER NOT NULL REFERENCES response (id),
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (response, name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE response_version (
  response INTEGER NOT NULL REFERENCES response (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  body TEXT NOT NULL,
  replaced_at INTEGER NOT NULL,
  PRIMARY KEY (response, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_lease (
  submission_id INTEGER PRIMARY KEY REFERENCES submission (id),
  reviewer TEXT NOT NULL UNIQUE CHECK (reviewer <> ''),
  until INTEGER NOT NULL,  -- for people
  until_boot INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL CHECK (lease_ms > 0)
) STRICT;

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
  could_not_check INTEGER NOT NULL DEFAULT 0, stale TEXT NOT NULL DEFAULT '', rights_starts_on TEXT CHECK (rights_starts_on IN ('date', 'approval', 'publication')), rights_term_days INTEGER CHECK (rights_term_days >= 0), rights_from INTEGER, rights_until INTEGER, platform_label TEXT NOT NULL DEFAULT 'not_told'
  CHECK (platform_label IN ('not_told', 'on', 'off')),
  UNIQUE (submission_id, number),
  CHECK ((verdict IS NULL) = (checked_at IS NULL)),
  CHECK (verdict IS NULL OR (content IS NOT NULL AND engine IS NOT NULL))
) STRICT;

CREATE TABLE schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;

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

CREATE TABLE source_waiting (
  source_id INTEGER NOT NULL REFERENCES source (id),
  position INTEGER NOT NULL,
  external_id TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (source_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sqlite_sequence(name,seq);

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

CREATE TABLE survey (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  external_id TEXT NOT NULL,
  title TEXT NOT NULL,
  hidden_fields TEXT NOT NULL,
  UNIQUE (provider, external_id)
) STRICT;

CREATE TABLE survey_definition (
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  definition TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (survey_id, version),
  UNIQUE (survey_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE survey_drift (
  survey_id INTEGER NOT NULL REFERENCES survey (id),
  to_version INTEGER NOT NULL CHECK (to_version >= 2),
  position INTEGER NOT NULL,
  from_version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  question_id TEXT NOT NULL,
  question TEXT NOT NULL,
  before_value TEXT NOT NULL,
  after_value TEXT NOT NULL,
  breaks_comparison INTEGER NOT NULL CHECK (breaks_comparison IN (0, 1)),
  export_id INTEGER NOT NULL REFERENCES export (id),
  seen_at INTEGER NOT NULL,
  -- A person's decision that numbers of both sides may be compared.
  accepted_by TEXT,
  accepted_note TEXT,
  accepted_at INTEGER,
  PRIMARY KEY (survey_id, to_version, position),
  CHECK ((accepted_by IS NULL) = (accepted_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE transcript (
  asset_id INTEGER PRIMARY KEY REFERENCES asset (id),
  blob BLOB NOT NULL CHECK (length(blob) = 32),
  byte_size INTEGER NOT NULL CHECK (byte_size >= 0),
  display_name TEXT NOT NULL
) STRICT;

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

CREATE TRIGGER asset_is_immutable
BEFORE UPDATE OF revision_id, position, blob, byte_size, display_name ON asset
BEGIN
  SELECT RAISE(ABORT, 'the media of a revision never change: a correction is a new revision');
END;

CREATE TRIGGER count_dropped_export AFTER DELETE ON export
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'export/' || OLD.state;
  UPDATE source SET items_seen = items_seen - 1 WHERE id = OLD.source_id;
END;

CREATE TRIGGER count_dropped_job AFTER DELETE ON job
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'job/' || OLD.kind || '/' || OLD.state;
END;

CREATE TRIGGER count_dropped_submission AFTER DELETE ON submission
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'submission/' || OLD.bucket || '/' || OLD.state;
  UPDATE source SET items_seen = items_seen - 1 WHERE id = OLD.source_id;
END;

CREATE TRIGGER count_moved_export AFTER UPDATE OF state ON export WHEN OLD.state <> NEW.state
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'export/' || OLD.state;
  INSERT INTO counter VALUES ('export/' || NEW.state, 1) ON CONFLICT DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER count_moved_job AFTER UPDATE OF state ON job WHEN OLD.state <> NEW.state
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'job/' || OLD.kind || '/' || OLD.state;
  INSERT INTO counter VALUES ('job/' || NEW.kind || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER count_moved_submission AFTER UPDATE OF state, filed_at ON submission
WHEN OLD.state <> NEW.state OR (OLD.filed_at IS NULL) <> (NEW.filed_at IS NULL)
BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'submission/' || OLD.bucket || '/' || OLD.state;
  INSERT INTO counter VALUES ('submission/' || NEW.bucket || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER count_new_export AFTER INSERT ON export
BEGIN
  INSERT INTO counter VALUES ('export/' || NEW.state, 1) ON CONFLICT DO UPDATE SET value = value + 1;
  UPDATE source SET items_seen = items_seen + 1 WHERE id = NEW.source_id;
END;

CREATE TRIGGER count_new_job AFTER INSERT ON job
BEGIN
  INSERT INTO counter VALUES ('job/' || NEW.kind || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
END;

CREATE TRIGGER count_new_submission AFTER INSERT ON submission
BEGIN
  INSERT INTO counter VALUES ('submission/' || NEW.bucket || '/' || NEW.state, 1)
    ON CONFLICT DO UPDATE SET value = value + 1;
  UPDATE source SET items_seen = items_seen + 1 WHERE id = NEW.source_id;
END;

CREATE TRIGGER decision_log_no_delete BEFORE DELETE ON decision_log
BEGIN
  SELECT RAISE(ABORT, 'the decision log is append-only');
END;

CREATE TRIGGER decision_log_no_gap BEFORE INSERT ON decision_log
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM decision_log)
BEGIN
  SELECT RAISE(ABORT, 'the decision log is append-only');
END;

CREATE TRIGGER decision_log_no_update BEFORE UPDATE ON decision_log
BEGIN
  SELECT RAISE(ABORT, 'the decision log is append-only');
END;

CREATE TRIGGER new_submission_is_not_approved
BEFORE INSERT ON submission WHEN NEW.state IN ('approved', 'approved_with_corrections')
BEGIN
  SELECT RAISE(ABORT, 'a submission can not become approved without a decision on its present content');
END;

CREATE TRIGGER quality_baseline_is_frozen BEFORE UPDATE ON quality_baseline
BEGIN
  SELECT RAISE(ABORT, 'a baseline is frozen: make another one');
END;

CREATE TRIGGER revision_content_is_immutable
BEFORE UPDATE OF content ON revision WHEN OLD.content IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'the content of a revision never changes: a correction is a new revision');
END;

CREATE TRIGGER revision_is_immutable
BEFORE UPDATE OF submission_id, number, fingerprint, received_at, media, manifest_id, creator, platform, placement,
  campaign, caption, language, tags, markets, platform_label, rights_zone, rights_starts_at, rights_ends_at, rights_channels,
  rights_territories, rights_uses, rights_exclusive, rights_license, rights_credit,
  rights_starts_on, rights_term_days ON revision
BEGIN
  SELECT RAISE(ABORT, 'a revision never changes: a correction is a new revision');
END;

CREATE TRIGGER transcript_is_immutable
BEFORE UPDATE ON transcript
BEGIN
  SELECT RAISE(ABORT, 'the media of a revision never change: a correction is a new revision');
END;

CREATE VIEW v_answer_choices AS
SELECT
  c.answer,
  a.response,
  y.provider || '/' || y.external_id AS survey,
  p.response_id,
  q.question_id,
  c.position,
  c.choice_id,
  c.label,
  p.counts
FROM answer_choice c
JOIN answer a ON a.id = c.answer
JOIN response p ON p.id = a.response
JOIN survey y ON y.id = p.survey_id
JOIN question q ON q.id = a.question;

CREATE VIEW v_answers AS
SELECT
  a.id AS answer,
  p.id AS response,
  y.provider || '/' || y.external_id AS survey,
  p.response_id,
  q.question_id,
  q.title AS question,
  q.kind,
  q.parent_id,
  a.state,
  a.number,
  a.text,
  a.other_text,
  (SELECT group_concat(label, '; ') FROM
    (SELECT c.label FROM answer_choice c WHERE c.answer = a.id ORDER BY c.position)) AS choices,
  p.status,
  p.counts,
  p.submitted_at,
  p.campaign,
  p.creator,
  coalesce((
    SELECT c.tier FROM creator c WHERE c.handle = p.creator AND c.tier <> 'unknown'
    ORDER BY c.followers DESC, c.platform LIMIT 1), 'unknown') AS tier,
  p.wave
FROM answer a
JOIN response p ON p.id = a.response
JOIN survey y ON y.id = p.survey_id
JOIN question q ON q.id = a.question;

CREATE VIEW v_assets AS
SELECT
  a.id AS asset_id,
  r.submission_id,
  r.number AS revision,
  r.number = s.revision_number AS is_current,
  a.position,
  lower(hex(a.blob)) AS blob_hash,
  a.byte_size,
  a.display_name,
  a.media_kind,
  a.media_type,
  a.integrity,
  a.width,
  a.height,
  a.duration_ms,
  a.text_seen,
  s.state,
  f.filed_at,
  r.campaign,
  r.creator,
  coalesce((
    SELECT c.tier FROM creator c
    WHERE c.handle = r.creator AND c.platform IN (r.platform, '') AND c.tier <> 'unknown'
    ORDER BY c.platform DESC LIMIT 1), 'unknown') AS tier,
  r.platform,
  r.placement,
  r.caption,
  r.rights_from AS rights_starts_at,
  r.rights_until AS rights_ends_at,
  r.stale,
  r.rights_starts_on,
  r.rights_term_days,
  (SELECT p.published_at FROM publication p WHERE p.revision_id = r.id) AS published_at
FROM asset a
JOIN revision r ON r.id = a.revision_id
JOIN submission s ON s.id = r.submission_id
LEFT JOIN filing f ON f.revision_id = r.id;

CREATE VIEW v_decisions AS
SELECT
  d.id AS decision_id,
  d.submission_id,
  r.number AS revision,
  d.kind,
  d.actor_kind,
  d.actor_name AS actor,
  d.reason_code,
  d.note,
  lower(hex(d.content)) AS content_hash,
  d.decided_at,
  d.undoes,
  d.undone,
  d.kind <> 'undo' AND d.undone = 0 AND r.number = s.revision_number AND d.content IS r.content AS stands,
  r.campaign,
  r.creator
FROM decision d
JOIN revision r ON r.id = d.revision_id
JOIN submission s ON s.id = d.submission_id;

CREATE VIEW v_duplicates AS
SELECT
  d.id AS duplicate_id,
  r.submission_id,
  r.number AS revision,
  r.number = s.revision_number AS is_current,
  d.asset_id,
  a.position,
  r.creator,
  r.campaign,
  d.tier,
  d.share,
  d.start_ms,
  d.end_ms,
  o.submission_id AS other_submission_id,
  o.number AS other_revision,
  d.other_asset_id,
  b.position AS other_position,
  o.creator AS other_creator,
  o.campaign AS other_campaign,
  d.other_start_ms,
  d.other_end_ms,
  d.found_at,
  d.dismissed_by,
  d.dismissed_why
FROM asset_duplicate d
JOIN asset a ON a.id = d.asset_id
JOIN revision r ON r.id = a.revision_id
JOIN submission s ON s.id = r.submission_id
JOIN asset b ON b.id = d.other_asset_id
JOIN revision o ON o.id = b.revision_id;

CREATE VIEW v_exports AS
SELECT
  e.id AS export_id,
  src.name AS source,
  e.external_id,
  coalesce(y.provider || '/' || y.external_id, e.survey_name) AS survey,
  y.provider,
  e.state,
  e.error,
  lower(hex(e.blob)) AS blob_hash,
  e.byte_size,
  e.rows_seen,
  e.filed,
  e.excluded,
  e.rejected,
  e.added,
  e.updated,
  e.unchanged,
  e.notes,
  e.skipped,
  e.seen_at,
  e.parsed_at,
  e.is_full,
  e.gone,
  e.returned,
  e.definition_version,
  e.doubt,
  e.accepted_by,
  e.accepted_note,
  e.accepted_at
FROM export e
JOIN source src ON src.id = e.source_id
LEFT JOIN survey y ON y.id = e.survey_id;

CREATE VIEW v_findings AS
SELECT
  f.id AS finding_id,
  r.submission_id,
  r.number AS revision,
  r.number = s.revision_number AS is_current,
  f.phase,
  f.check_name,
  f.rule_id,
  f.outcome,
  f.message,
  f.remedy,
  f.measured,
  f.measured_value,
  f.threshold,
  f.unit,
  f.score,
  f.item,
  (SELECT a.id FROM asset a WHERE a.revision_id = r.id AND a.position = f.item) AS asset_id,
  f.place,
  f.brand,
  f.reason_code,
  f.pack_id,
  f.pack_version,
  f.source_text,
  f.source_date,
  f.source_seen,
  f.source_confidence,
  r.campaign,
  r.creator,
  r.platform,
  r.placement,
  r.stale
FROM finding f
JOIN revision r ON r.id = f.revision_id
JOIN submission s ON s.id = r.submission_id;

CREATE VIEW v_insights AS
SELECT
  i.id AS insight,
  y.provider || '/' || y.external_id AS survey,
  i.metric,
  i.question_id,
  i.question,
  i.group_by,
  f.group_value,
  f.label,
  f.value,
  f.n,
  f.base,
  f.lower,
  f.upper,
  f.confidence,
  f.method,
  f.small_base,
  i.notes,
  i.filed_at
FROM insight i
JOIN survey y ON y.id = i.survey_id
JOIN insight_figure f ON f.insight = i.id;

CREATE VIEW v_jobs AS
SELECT
  id AS job_id,
  kind,
  subject,
  state,
  priority,
  attempt,
  crash_count,
  owner,
  created_at,
  scheduled_at,
  attempted_at,
  finalized_at,
  last_error
FROM job;

CREATE VIEW v_journey AS
WITH
  series_total AS (
    SELECT s.creator, s.campaign, s.platform, s.post, s.metric, sum(v.value) AS value
    FROM metric_series s JOIN metric_value v ON v.series = s.id
    GROUP BY s.id),
  -- Engagements as told, or likes, comments, shares and saves, whichever tells more: the latter are part of the former.
  post_engagement AS (
    SELECT creator, campaign, max(
      coalesce(sum(value) FILTER (WHERE metric IN ('likes', 'comments', 'shares', 'saves')), 0),
      coalesce(sum(value) FILTER (WHERE metric = 'engagements'), 0)) AS value
    FROM series_total GROUP BY creator, campaign, platform, post),
  engaged AS (
    SELECT creator, campaign, sum(value) AS value FROM post_engagement GROUP BY creator, campaign),
  moved AS (
    SELECT
      creator,
      campaign,
      coalesce(sum(value) FILTER (WHERE metric = 'views'), 0) AS views,
      coalesce(sum(value) FILTER (WHERE metric = 'clicks'), 0) AS clicks,
      coalesce(sum(value) FILTER (WHERE metric = 'conversions'), 0) AS conversions,
      coalesce(sum(value) FILTER (WHERE metric = 'signups'), 0) AS signups
    FROM series_total GROUP BY creator, campaign),
  filed AS (
    SELECT
      creator,
      campaign,
      count(*) AS assets_filed,
      sum(seconds_visible) AS seconds_visible,
      max(share_of_frame) AS share_of_frame
    FROM v_visibility GROUP BY creator, campaign),
  answered AS (
    SELECT creator, campaign, count(*) AS responses FROM response WHERE counts GROUP BY creator, campaign),
  recommended AS (
    SELECT
      p.creator,
      p.campaign,
      count(*) AS nps_answers,
      sum(a.number >= 9) AS promoters,
      sum(a.number <= 6) AS detractors
    FROM question q JOIN answer a ON a.question = q.id JOIN response p ON p.id = a.response
    WHERE q.kind = 'nps' AND a.state = 'answered' AND a.number BETWEEN 0 AND 10 AND p.counts
    GROUP BY p.creator, p.campaign),
  pair AS (
    SELECT creator, campaign FROM moved
    UNION SELECT creator, campaign FROM filed
    UNION SELECT creator, campaign FROM answered)
SELECT
  pair.campaign,
  pair.creator,
  coalesce((
    SELECT c.tier FROM creator c WHERE c.handle = pair.creator AND c.tier <> 'unknown'
    ORDER BY c.followers DESC, c.platform LIMIT 1), 'unknown') AS tier,
  coalesce(filed.assets_filed, 0) AS assets_filed,
  filed.seconds_visible,
  filed.share_of_frame,
  coalesce(engaged.value, 0) AS engagements,
  coalesce(moved.views, 0) AS views,
  coalesce(moved.clicks, 0) AS clicks,
  coalesce(moved.conversions, 0) AS conversions,
  coalesce(moved.signups, 0) AS signups,
  coalesce(answered.responses, 0) AS responses,
  coalesce(recommended.nps_answers, 0) AS nps_answers,
  coalesce(recommended.promoters, 0) AS promoters,
  coalesce(recommended.detractors, 0) AS detractors
FROM pair
LEFT JOIN filed USING (creator, campaign)
LEFT JOIN engaged USING (creator, campaign)
LEFT JOIN moved USING (creator, campaign)
LEFT JOIN answered USING (creator, campaign)
LEFT JOIN recommended USING (creator, campaign);

CREATE VIEW v_metrics AS
SELECT
  s.creator,
  coalesce((
    SELECT c.tier FROM creator c
    WHERE c.handle = s.creator AND c.tier <> 'unknown' AND (s.platform = '' OR c.platform IN (s.platform, ''))
    ORDER BY c.followers DESC, c.platform LIMIT 1), 'unknown') AS tier,
  s.platform,
  s.post,
  s.campaign,
  s.objective,
  s.metric,
  s.unit,
  v.value,
  nullif(v.period_start, 0) AS period_start,
  nullif(v.period_end, 0) AS period_end,
  v.as_of,
  v.export_id,
  e.external_id AS export,
  v.place
FROM metric_series s
JOIN metric_value v ON v.series = s.id
JOIN export e ON e.id = v.export_id;

CREATE VIEW v_quality_flags AS
SELECT
  y.provider || '/' || y.external_id AS survey,
  p.response_id,
  f.response,
  f.rule,
  f.question_id,
  b.rules_version,
  b.number AS baseline,
  f.measured,
  f.threshold,
  f.why,
  p.excluded
FROM quality_flag f
JOIN response p ON p.id = f.response
JOIN survey y ON y.id = p.survey_id
JOIN quality_baseline b ON b.id = f.baseline;

CREATE VIEW v_response_exclusions AS
SELECT
  x.id AS exclusion,
  y.provider || '/' || y.external_id AS survey,
  p.response_id,
  x.response,
  x.rule,
  x.rules_version,
  b.number AS baseline,
  x.actor,
  x.note,
  x.excluded_at,
  x.restored_at,
  x.restored_by,
  x.restore_note
FROM response_exclusion x
JOIN response p ON p.id = x.response
JOIN survey y ON y.id = p.survey_id
LEFT JOIN quality_baseline b ON b.id = x.baseline;

CREATE VIEW v_responses AS
SELECT
  p.id AS response,
  y.provider || '/' || y.external_id AS survey,
  p.response_id,
  p.version,
  p.status,
  p.counts,
  p.started_at,
  p.submitted_at,
  p.updated_at,
  p.times_are_local,
  p.language,
  p.campaign,
  p.creator,
  coalesce((
    SELECT c.tier FROM creator c WHERE c.handle = p.creator AND c.tier <> 'unknown'
    ORDER BY c.followers DESC, c.platform LIMIT 1), 'unknown') AS tier,
  p.wave,
  p.export_id,
  p.place,
  p.gone_at,
  p.excluded,
  p.definition_version
FROM response p
JOIN survey y ON y.id = p.survey_id;

CREATE VIEW v_responses_gone AS
SELECT
  y.provider || '/' || y.external_id AS survey,
  p.response_id,
  g.response,
  g.cause,
  g.export_id,
  g.said_at,
  g.gone_at,
  g.returned_export,
  g.returned_at
FROM response_gone g
JOIN response p ON p.id = g.response
JOIN survey y ON y.id = p.survey_id;

CREATE VIEW v_sources AS
SELECT
  s.name AS source,
  s.holds,
  s.items_seen,
  (SELECT count(*) FROM source_waiting w WHERE w.source_id = s.id) AS items_waiting,
  s.polled_at,
  s.last_error
FROM source s;

CREATE VIEW v_submissions AS
SELECT
  s.id AS submission_id,
  src.name AS source,
  s.external_id,
  r.id AS revision_id,
  r.number AS revision,
  s.state,
  s.bucket,
  s.state_reason,
  r.campaign,
  r.creator,
  coalesce((
    SELECT c.tier FROM creator c
    WHERE c.handle = r.creator AND c.platform IN (r.platform, '') AND c.tier <> 'unknown'
    ORDER BY c.platform DESC LIMIT 1), 'unknown') AS tier,
  r.platform,
  r.placement,
  r.caption,
  r.language,
  r.tags,
  r.markets,
  r.rights_zone IS NOT NULL AS has_rights,
  r.rights_from AS rights_starts_at,
  r.rights_until AS rights_ends_at,
  r.rights_zone,
  r.rights_channels,
  r.rights_territories,
  r.rights_uses,
  r.rights_exclusive,
  r.rights_license,
  r.rights_credit,
  lower(hex(r.content)) AS content_hash,
  r.verdict,
  r.verdict_rule,
  r.verdict_why,
  lower(hex(r.brief)) AS brief_hash,
  lower(hex(r.packs)) AS packs_hash,
  lower(hex(r.kit)) AS kit_hash,
  r.engine,
  r.fails,
  r.warns,
  r.could_not_check,
  s.received_at,
  r.checked_at,
  s.updated_at,
  s.filed_at,
  r.stale,
  r.rights_starts_on,
  r.rights_term_days,
  (SELECT p.published_at FROM publication p WHERE p.revision_id = r.id) AS published_at,
  r.platform_label
FROM submission s
JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number
JOIN source src ON src.id = s.source_id;

CREATE VIEW v_survey_drift AS
SELECT
  y.provider || '/' || y.external_id AS survey,
  d.from_version,
  d.to_version,
  d.kind,
  d.question_id,
  d.question,
  d.before_value,
  d.after_value,
  d.breaks_comparison,
  d.export_id,
  d.seen_at,
  d.accepted_by,
  d.accepted_note,
  d.accepted_at
FROM survey_drift d
JOIN survey y ON y.id = d.survey_id;

CREATE VIEW v_visibility AS
SELECT
  a.id AS asset_id,
  r.submission_id,
  r.creator,
  coalesce((
    SELECT c.tier FROM creator c
    WHERE c.handle = r.creator AND c.platform IN (r.platform, '') AND c.tier <> 'unknown'
    ORDER BY c.platform DESC LIMIT 1), 'unknown') AS tier,
  r.campaign,
  r.platform,
  r.placement,
  a.media_kind,
  (SELECT max(f.measured_value) FROM finding f
    WHERE f.revision_id = r.id AND f.item = a.position AND f.rule_id = 'brand.seconds') AS seconds_visible,
  (SELECT max(f.measured_value) FROM finding f
    WHERE f.revision_id = r.id AND f.item = a.position AND f.rule_id = 'brand.size') AS share_of_frame,
  g.filed_at
FROM filing g
JOIN revision r ON r.id = g.revision_id
JOIN asset a ON a.revision_id = r.id;

