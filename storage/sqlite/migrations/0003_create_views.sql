-- The public reading side: docs/VIEWS.md describes every column. Columns are only ever added, at the end.

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
  r.rights_starts_at,
  r.rights_ends_at,
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
  s.filed_at
FROM submission s
JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number
JOIN source src ON src.id = s.source_id;

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
  r.rights_starts_at,
  r.rights_ends_at
FROM asset a
JOIN revision r ON r.id = a.revision_id
JOIN submission s ON s.id = r.submission_id
LEFT JOIN filing f ON f.revision_id = r.id;

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
  r.placement
FROM finding f
JOIN revision r ON r.id = f.revision_id
JOIN submission s ON s.id = r.submission_id;

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

CREATE VIEW v_jobs AS
SELECT
  id AS job_id,
  kind,
  subject,
  state,
  priority,
  attempt,
  max_attempts,
  crash_count,
  owner,
  created_at,
  scheduled_at,
  attempted_at,
  finalized_at,
  last_error
FROM job;

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
  e.parsed_at
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
  p.place
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
