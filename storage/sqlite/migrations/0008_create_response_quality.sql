-- What is decided about responses: which ones are left out of figures, by whom and why, and what else may not be mixed.
DROP VIEW v_responses;
DROP VIEW v_answers;
DROP VIEW v_answer_choices;
DROP VIEW v_exports;

ALTER TABLE response DROP COLUMN counts;
-- When a full export did not have it any more. It stays, and counts again when it reappears.
ALTER TABLE response ADD COLUMN gone_at INTEGER;
-- A person left it out (response_exclusion says who and why); kept here so that figures need not look there.
ALTER TABLE response ADD COLUMN excluded INTEGER NOT NULL DEFAULT 0 CHECK (excluded IN (0, 1));
-- The form of the questionnaire that its export brought; NULL for those from before it was kept.
ALTER TABLE response ADD COLUMN definition_version INTEGER;
ALTER TABLE response ADD COLUMN counts INTEGER GENERATED ALWAYS AS (
  status IN ('completed', 'partial') AND gone_at IS NULL AND excluded = 0) VIRTUAL;
-- Figures say how many responses they leave out; most surveys have few.
CREATE INDEX response_left_out ON response (survey_id) WHERE counts = 0;

ALTER TABLE export ADD COLUMN is_full INTEGER NOT NULL DEFAULT 0 CHECK (is_full IN (0, 1));  -- held all responses
ALTER TABLE export ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;       -- known responses that a full export lacked
ALTER TABLE export ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;   -- of these: seen again
ALTER TABLE export ADD COLUMN definition_version INTEGER;

-- Open text as it was written, where it held personal data: answer.text and answer.other_text are masked. Apart like
-- respondent, so that no view, search or export reads it, and it can be emptied without losing the answers.
CREATE TABLE answer_raw (
  response INTEGER NOT NULL REFERENCES response (id),
  version INTEGER NOT NULL CHECK (version >= 1),
  position INTEGER NOT NULL,  -- of the answer in that version
  text TEXT NOT NULL,
  other_text TEXT NOT NULL,
  PRIMARY KEY (response, version, position)
) STRICT, WITHOUT ROWID;

-- What quality rules compare with, frozen: flags name it, and it never changes.
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
CREATE TRIGGER quality_baseline_is_frozen BEFORE UPDATE ON quality_baseline
BEGIN
  SELECT RAISE(ABORT, 'a baseline is frozen: make another one');
END;

-- The present flags of a survey, by its newest baseline.
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
CREATE INDEX quality_flag_rule ON quality_flag (rule, response);

-- Responses that a person left out, and took back.
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
CREATE UNIQUE INDEX response_exclusion_open ON response_exclusion (response) WHERE restored_at IS NULL;

-- What changed between two forms of a questionnaire, as found when the later one was imported.
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
  e.definition_version
FROM export e
JOIN source src ON src.id = e.source_id
LEFT JOIN survey y ON y.id = e.survey_id;

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
