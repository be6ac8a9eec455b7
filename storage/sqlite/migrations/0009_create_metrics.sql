-- Series of the other objectives (engagement, traffic, conversions, e-mail), as exports tell them per creator and post.
CREATE TABLE metric_series (
  id INTEGER PRIMARY KEY,
  creator TEXT NOT NULL CHECK (creator <> ''),
  platform TEXT NOT NULL,
  post TEXT NOT NULL,  -- its id or address; '': the creator as a whole
  campaign TEXT NOT NULL,
  metric TEXT NOT NULL CHECK (metric <> ''),
  objective TEXT NOT NULL CHECK (objective IN ('engagement', 'traffic', 'conversions', 'email', 'survey', 'ugc')),
  unit TEXT NOT NULL CHECK (unit <> ''),
  UNIQUE (creator, campaign, platform, post, metric)
) STRICT;
CREATE INDEX metric_series_campaign ON metric_series (campaign, creator);

-- One value a period, or one total (period 0 to 0). Periods of a series do not overlap, and no total stands beside periods: a
-- sum never counts anything twice.
CREATE TABLE metric_value (
  series INTEGER NOT NULL REFERENCES metric_series (id),
  period_start INTEGER NOT NULL,
  period_end INTEGER NOT NULL,
  as_of INTEGER,  -- of a total: when it was read off
  value REAL NOT NULL,
  export_id INTEGER NOT NULL REFERENCES export (id),
  place TEXT NOT NULL,  -- in that export: "line 12"
  PRIMARY KEY (series, period_start),
  CHECK (period_start < period_end OR (period_start = 0 AND period_end = 0))
) STRICT, WITHOUT ROWID;
CREATE INDEX metric_value_export ON metric_value (export_id);

CREATE VIEW v_metrics AS
SELECT
  s.creator,
  coalesce((
    SELECT c.tier FROM creator c
    WHERE c.handle = s.creator AND c.tier <> 'unknown' AND (s.platform = '' OR c.platform IN (s.platform, ''))
    ORDER BY c.followers DESC, c.platform LIMIT 1), 'unknown') AS tier,
  s.platform,
  s.post,
  s.campaign,
  s.objective,
  s.metric,
  s.unit,
  v.value,
  nullif(v.period_start, 0) AS period_start,
  nullif(v.period_end, 0) AS period_end,
  v.as_of,
  v.export_id,
  e.external_id AS export,
  v.place
FROM metric_series s
JOIN metric_value v ON v.series = s.id
JOIN export e ON e.id = v.export_id;

CREATE VIEW v_visibility AS
SELECT
  a.id AS asset_id,
  r.submission_id,
  r.creator,
  coalesce((
    SELECT c.tier FROM creator c
    WHERE c.handle = r.creator AND c.platform IN (r.platform, '') AND c.tier <> 'unknown'
    ORDER BY c.platform DESC LIMIT 1), 'unknown') AS tier,
  r.campaign,
  r.platform,
  r.placement,
  a.media_kind,
  (SELECT max(f.measured_value) FROM finding f
    WHERE f.revision_id = r.id AND f.item = a.position AND f.rule_id = 'brand.seconds') AS seconds_visible,
  (SELECT max(f.measured_value) FROM finding f
    WHERE f.revision_id = r.id AND f.item = a.position AND f.rule_id = 'brand.size') AS share_of_frame,
  g.filed_at
FROM filing g
JOIN revision r ON r.id = g.revision_id
JOIN asset a ON a.revision_id = r.id;

-- The whole journey of each creator in each campaign. Sums of metrics over posts; an audience's answers beside them.
CREATE VIEW v_journey AS
WITH
  series_total AS (
    SELECT s.creator, s.campaign, s.platform, s.post, s.metric, sum(v.value) AS value
    FROM metric_series s JOIN metric_value v ON v.series = s.id
    GROUP BY s.id),
  -- Engagements as told, or likes, comments, shares and saves, whichever tells more: the latter are part of the former.
  post_engagement AS (
    SELECT creator, campaign, max(
      coalesce(sum(value) FILTER (WHERE metric IN ('likes', 'comments', 'shares', 'saves')), 0),
      coalesce(sum(value) FILTER (WHERE metric = 'engagements'), 0)) AS value
    FROM series_total GROUP BY creator, campaign, platform, post),
  engaged AS (
    SELECT creator, campaign, sum(value) AS value FROM post_engagement GROUP BY creator, campaign),
  moved AS (
    SELECT
      creator,
      campaign,
      coalesce(sum(value) FILTER (WHERE metric = 'views'), 0) AS views,
      coalesce(sum(value) FILTER (WHERE metric = 'clicks'), 0) AS clicks,
      coalesce(sum(value) FILTER (WHERE metric = 'conversions'), 0) AS conversions,
      coalesce(sum(value) FILTER (WHERE metric = 'signups'), 0) AS signups
    FROM series_total GROUP BY creator, campaign),
  filed AS (
    SELECT
      creator,
      campaign,
      count(*) AS assets_filed,
      sum(seconds_visible) AS seconds_visible,
      max(share_of_frame) AS share_of_frame
    FROM v_visibility GROUP BY creator, campaign),
  answered AS (
    SELECT creator, campaign, count(*) AS responses FROM response WHERE counts GROUP BY creator, campaign),
  recommended AS (
    SELECT
      p.creator,
      p.campaign,
      count(*) AS nps_answers,
      sum(a.number >= 9) AS promoters,
      sum(a.number <= 6) AS detractors
    FROM question q JOIN answer a ON a.question = q.id JOIN response p ON p.id = a.response
    WHERE q.kind = 'nps' AND a.state = 'answered' AND a.number BETWEEN 0 AND 10 AND p.counts
    GROUP BY p.creator, p.campaign),
  pair AS (
    SELECT creator, campaign FROM moved
    UNION SELECT creator, campaign FROM filed
    UNION SELECT creator, campaign FROM answered)
SELECT
  pair.campaign,
  pair.creator,
  coalesce((
    SELECT c.tier FROM creator c WHERE c.handle = pair.creator AND c.tier <> 'unknown'
    ORDER BY c.followers DESC, c.platform LIMIT 1), 'unknown') AS tier,
  coalesce(filed.assets_filed, 0) AS assets_filed,
  filed.seconds_visible,
  filed.share_of_frame,
  coalesce(engaged.value, 0) AS engagements,
  coalesce(moved.views, 0) AS views,
  coalesce(moved.clicks, 0) AS clicks,
  coalesce(moved.conversions, 0) AS conversions,
  coalesce(moved.signups, 0) AS signups,
  coalesce(answered.responses, 0) AS responses,
  coalesce(recommended.nps_answers, 0) AS nps_answers,
  coalesce(recommended.promoters, 0) AS promoters,
  coalesce(recommended.detractors, 0) AS detractors
FROM pair
LEFT JOIN filed USING (creator, campaign)
LEFT JOIN engaged USING (creator, campaign)
LEFT JOIN moved USING (creator, campaign)
LEFT JOIN answered USING (creator, campaign)
LEFT JOIN recommended USING (creator, campaign);
