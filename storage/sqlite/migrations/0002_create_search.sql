-- Text search. The program writes these beside the rows that they index: row ids are asset.id and answer.id.
CREATE VIRTUAL TABLE asset_text USING fts5 (
  caption, text_seen, creator, tags, findings,
  tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE answer_text USING fts5 (
  text, other_text,
  tokenize = 'unicode61 remove_diacritics 2'
);
