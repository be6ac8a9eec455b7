#include "storage/sqlite/stale_marks.h"

#include "core/text.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/workflow.h"

#include <string>
#include <vector>

namespace muster {
namespace {

// Verdicts that depend on the same rules.
struct Group {
  std::string campaign;
  std::string placement;
  std::string markets;  // JSON, as stored
  Provenance provenance;
};

std::vector<Group> read_groups(Connection& connection) {
  Statement row = connection.prepare(
      "SELECT DISTINCT campaign, placement, markets, brief, packs, kit, engine FROM revision "
      "WHERE verdict IS NOT NULL");
  std::vector<Group> groups;
  while (row.step()) {
    Group group;
    group.campaign = row.text(0);
    group.placement = row.text(1);
    group.markets = row.text(2);
    group.provenance = {{}, row.hash(3), row.hash(4), row.hash(5), row.text(6)};
    groups.push_back(std::move(group));
  }
  return groups;
}

std::string changed_parts(const Provenance& then, const Provenance& now) {
  std::vector<std::string> parts;
  const auto note = [&](const char* name, bool same) {
    if (!same) {
      parts.emplace_back(name);
    }
  };
  note("brief", then.brief == now.brief);
  note("packs", then.packs == now.packs);
  note("kit", then.kit == now.kit);
  note("engine", then.engine == now.engine);
  return join(parts, ",");
}

bool compared_before(Connection& connection, const ContentHash& digest) {
  Statement row = connection.prepare("SELECT digest FROM present_rules");
  return row.step() && row.hash(0) == digest;
}

int count_stale(Connection& connection) {
  Statement row = connection.prepare(
      "SELECT count(*) FROM revision r JOIN submission s ON s.id = r.submission_id AND "
      "s.revision_number = r.number WHERE r.stale <> ''");
  row.step();
  return static_cast<int>(row.integer(0));
}

int check_waiting_again(Connection& connection, Timestamp now) {
  std::vector<RevisionId> revisions;
  {
    Statement row = connection.prepare(
        "SELECT r.id FROM submission s JOIN revision r ON r.submission_id = s.id AND r.number = "
        "s.revision_number WHERE s.state = 'in_review' AND r.stale <> ''");
    while (row.step()) {
      revisions.push_back(row.id<RevisionId>(0));
    }
  }
  for (const RevisionId revision : revisions) {
    // The rules may be such as judged it once before.
    forget_effects(connection, JobKind::check, revision_subject(revision));
    add_job_again(connection, JobKind::check, revision_subject(revision), now);
  }
  return static_cast<int>(revisions.size());
}

}  // namespace

StaleMarks mark_stale_verdicts(Connection& connection,
                               const ContentHash& digest,
                               const std::function<Provenance(const Manifest&)>& present,
                               Timestamp now) {
  if (compared_before(connection, digest)) {
    return {count_stale(connection), 0};
  }
  for (const Group& group : read_groups(connection)) {
    Manifest manifest;
    manifest.campaign = group.campaign;
    manifest.placement = group.placement;
    manifest.markets = read_json_list(group.markets);
    const Provenance& then = group.provenance;
    const std::string stale = changed_parts(then, present(manifest));
    connection.run(
        "UPDATE revision SET stale = ?1 WHERE verdict IS NOT NULL AND campaign = ?2 AND placement "
        "= ?3 AND markets = ?4 AND coalesce(brief, zeroblob(32)) = ?5 AND coalesce(packs, "
        "zeroblob(32)) = ?6 AND coalesce(kit, zeroblob(32)) = ?7 AND engine = ?8 AND stale <> ?1",
        stale,
        group.campaign,
        group.placement,
        group.markets,
        then.brief,
        then.packs,
        then.kit,
        then.engine);
  }
  connection.run(
      "INSERT INTO present_rules VALUES (1, ?) ON CONFLICT DO UPDATE SET digest = excluded.digest",
      digest);
  return {count_stale(connection), check_waiting_again(connection, now)};
}

}  // namespace muster
