-- How often a job is tried is said by the configuration ([jobs] max_attempts) of who runs it, not by the job.
DROP VIEW v_jobs;
ALTER TABLE job DROP COLUMN max_attempts;
CREATE VIEW v_jobs AS
SELECT
  id AS job_id,
  kind,
  subject,
  state,
  priority,
  attempt,
  crash_count,
  owner,
  created_at,
  scheduled_at,
  attempted_at,
  finalized_at,
  last_error
FROM job;
