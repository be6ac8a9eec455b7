-- What reviewers look at: thumbnails, contact sheets and clips, encoded anew (storage/previews.h). `subject` is the hash
-- of what is shown: a file's bytes, or the content of a revision with several files.
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
