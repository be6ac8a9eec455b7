-- Rights may start with something that happens later: the approval, or the publication. What was agreed never changes; when
-- they run by now does: rights_from and rights_until, which are rights_starts_at and rights_ends_at where the start is a date.
ALTER TABLE revision ADD COLUMN rights_starts_on TEXT CHECK (rights_starts_on IN ('date', 'approval', 'publication'));
ALTER TABLE revision ADD COLUMN rights_term_days INTEGER CHECK (rights_term_days >= 0);
ALTER TABLE revision ADD COLUMN rights_from INTEGER;
ALTER TABLE revision ADD COLUMN rights_until INTEGER;
UPDATE revision SET rights_starts_on = 'date', rights_term_days = 0, rights_from = rights_starts_at, rights_until = rights_ends_at
WHERE rights_zone IS NOT NULL;
DROP INDEX revision_rights_end;
CREATE INDEX revision_rights_end ON revision (rights_until) WHERE rights_until IS NOT NULL;

DROP TRIGGER revision_is_immutable;
CREATE TRIGGER revision_is_immutable
BEFORE UPDATE OF submission_id, number, fingerprint, received_at, media, manifest_id, creator, platform, placement,
  campaign, caption, language, tags, markets, rights_zone, rights_starts_at, rights_ends_at, rights_channels,
  rights_territories, rights_uses, rights_exclusive, rights_license, rights_credit,
  rights_starts_on, rights_term_days ON revision
BEGIN
  SELECT RAISE(ABORT, 'a revision never changes: a correction is a new revision');
END;

-- When and where a revision was published, as a person said.
CREATE TABLE publication (
  revision_id INTEGER PRIMARY KEY REFERENCES revision (id),
  published_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  actor TEXT NOT NULL,
  recorded_at INTEGER NOT NULL
) STRICT;

DROP VIEW v_submissions;
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
  (SELECT p.published_at FROM publication p WHERE p.revision_id = r.id) AS published_at
FROM submission s
JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number
JOIN source src ON src.id = s.source_id;

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
