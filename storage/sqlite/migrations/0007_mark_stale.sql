-- A verdict is stale where its brief, packs, kits or engine are other ones by now: which, with commas; '' where it is
-- current.
ALTER TABLE revision ADD COLUMN stale TEXT NOT NULL DEFAULT '';
CREATE INDEX revision_stale ON revision (submission_id) WHERE stale <> '';

-- The rules that verdicts were last compared with; one row.
CREATE TABLE present_rules (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  digest BLOB NOT NULL CHECK (length(digest) = 32)
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
  s.filed_at,
  r.stale
FROM submission s
JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number
JOIN source src ON src.id = s.source_id;
