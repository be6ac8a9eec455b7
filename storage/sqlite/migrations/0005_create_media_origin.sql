-- What files say of themselves in EXIF, XMP and IPTC, apart from the facts: it may name people and places, so no view,
-- sidecar, export or preview reads these tables.
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

-- Where it was taken; a table of its own, so that it can be emptied without losing the rest.
CREATE TABLE asset_place (
  asset_id INTEGER PRIMARY KEY REFERENCES asset (id) ON DELETE CASCADE,
  latitude REAL NOT NULL CHECK (latitude BETWEEN -90 AND 90), -- degrees, WGS 84
  longitude REAL NOT NULL CHECK (longitude BETWEEN -180 AND 180)
) STRICT;
