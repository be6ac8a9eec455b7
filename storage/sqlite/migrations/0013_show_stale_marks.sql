-- Whoever reads assets or findings from outside sees which of them a verdict of other rules than today's stands behind.
DROP VIEW v_assets;
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
  r.rights_ends_at,
  r.stale
FROM asset a
JOIN revision r ON r.id = a.revision_id
JOIN submission s ON s.id = r.submission_id
LEFT JOIN filing f ON f.revision_id = r.id;

DROP VIEW v_findings;
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
