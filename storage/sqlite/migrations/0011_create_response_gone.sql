-- Responses that were deleted where they came from, and came back: once for each time.
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
CREATE UNIQUE INDEX response_gone_open ON response_gone (response) WHERE returned_at IS NULL;

-- Why an export is not filed unless a person says so, and who did.
DROP VIEW v_exports;
ALTER TABLE export ADD COLUMN doubt TEXT NOT NULL DEFAULT 'none'
  CHECK (doubt IN ('none', 'another_survey', 'much_smaller'));
ALTER TABLE export ADD COLUMN accepted_by TEXT;
ALTER TABLE export ADD COLUMN accepted_note TEXT;
ALTER TABLE export ADD COLUMN accepted_at INTEGER;

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
