-- What is said in a file, as a text with times that its sender put beside it (SRT or WebVTT).
CREATE TABLE transcript (
  asset_id INTEGER PRIMARY KEY REFERENCES asset (id),
  blob BLOB NOT NULL CHECK (length(blob) = 32),
  byte_size INTEGER NOT NULL CHECK (byte_size >= 0),
  display_name TEXT NOT NULL
) STRICT;

CREATE TRIGGER transcript_is_immutable
BEFORE UPDATE ON transcript
BEGIN
  SELECT RAISE(ABORT, 'the media of a revision never change: a correction is a new revision');
END;
