-- Whether the platform's own label for advertising is on, as the sender said.
ALTER TABLE revision ADD COLUMN platform_label TEXT NOT NULL DEFAULT 'not_told'
  CHECK (platform_label IN ('not_told', 'on', 'off'));

DROP TRIGGER revision_is_immutable;
CREATE TRIGGER revision_is_immutable
BEFORE UPDATE OF submission_id, number, fingerprint, received_at, media, manifest_id, creator, platform, placement,
  campaign, caption, language, tags, markets, platform_label, rights_zone, rights_starts_at, rights_ends_at, rights_channels,
  rights_territories, rights_uses, rights_exclusive, rights_license, rights_credit,
  rights_starts_on, rights_term_days ON revision
BEGIN
  SELECT RAISE(ABORT, 'a revision never changes: a correction is a new revision');
END;

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
  (SELECT p.published_at FROM publication p WHERE p.revision_id = r.id) AS published_at,
  r.platform_label
FROM submission s
JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number
JOIN source src ON src.id = s.source_id;
