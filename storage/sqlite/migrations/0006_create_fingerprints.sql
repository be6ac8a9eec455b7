-- What files show, to find the same again under other bytes. A new row for each new look: processes that keep the hashes
-- in memory read on from the last id that they know.
CREATE TABLE asset_fingerprint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  asset_id INTEGER NOT NULL UNIQUE REFERENCES asset (id) ON DELETE CASCADE,
  content BLOB NOT NULL CHECK (length(content) = 32),  -- over the decoded pictures and sound
  -- 40 bytes a hashed picture, little endian: its time and duration in ms (32 bits each), 256 bits of hash.
  frames BLOB NOT NULL CHECK (length(frames) % 40 = 0),
  light BLOB NOT NULL CHECK (length(light) IN (0, 1024))  -- stills: 32 x 32 parts, 0 to 255
) STRICT;
CREATE INDEX asset_fingerprint_content ON asset_fingerprint (content);

-- Files that show the same as another one. `share` is of the shorter of both.
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
CREATE INDEX asset_duplicate_other ON asset_duplicate (other_asset_id);

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
