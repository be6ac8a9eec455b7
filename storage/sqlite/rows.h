#pragma once

#include "core/decision.h"
#include "core/finding.h"
#include "core/submission.h"
#include "storage/checks.h"
#include "storage/sqlite/connection.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How the values of the domain lie in rows. Readers take the number of their first column; the
// lists of columns here are written against the table aliases that their comment names.

namespace muster {

// JSON columns. Reading throws Error for text that does not hold what it should.
std::string json_list(const std::vector<std::string>& values);
std::vector<std::string> read_json_list(const std::string& json);
std::string json_media(const std::vector<MediaRef>& media);
std::vector<MediaRef> read_json_media(const std::string& json);

// Columns of a manifest in revision r.
inline constexpr std::string_view kManifestColumns =
    "r.manifest_id, r.creator, r.platform, r.placement, r.campaign, r.caption, r.language, r.tags, "
    "r.markets, r.platform_label, "
    "r.rights_zone, r.rights_starts_at, r.rights_ends_at, r.rights_channels, r.rights_territories, "
    "r.rights_uses, "
    "r.rights_exclusive, r.rights_license, r.rights_credit, r.rights_starts_on, r.rights_term_days";
inline constexpr int kManifestColumnCount = 21;
Manifest read_manifest(const Statement& row, int first);
// The same with the rights as they run by now, where they start with something that happens; takes
// kPresentColumns after those of the manifest.
inline constexpr std::string_view kPresentColumns = ", r.rights_from, r.rights_until";
Manifest read_present_manifest(const Statement& row, int first);
void bind_manifest(Statement& statement, int first_index, const Manifest& manifest);

// The tier of revision r's creator: as listed for its platform, else for no platform.
inline constexpr std::string_view kRevisionTier =
    "coalesce((SELECT c.tier FROM creator c WHERE c.handle = r.creator AND c.platform IN "
    "(r.platform, '') "
    "AND c.tier <> 'unknown' ORDER BY c.platform DESC LIMIT 1), 'unknown')";
// The tier of response p's creator: that of its largest audience, for a response names no platform.
inline constexpr std::string_view kResponseTier =
    "coalesce((SELECT c.tier FROM creator c WHERE c.handle = p.creator AND c.tier <> 'unknown' "
    "ORDER BY c.followers DESC, c.platform LIMIT 1), 'unknown')";

void insert_finding(Connection& connection,
                    RevisionId revision,
                    std::string_view phase,
                    int position,
                    const Finding& finding);
// Those of one phase, or of both (those found on arrival first) where `phase` is empty.
std::vector<Finding> read_findings(Connection& connection,
                                   RevisionId revision,
                                   std::string_view phase);

std::vector<AssetRow> read_assets(Connection& connection, RevisionId revision);
// The bound content of a revision; Error where its rows hold what they can't.
RevisionContent read_content(Connection& connection, RevisionId revision);
// nullopt before the checks ran.
std::optional<Verdict> read_verdict(Connection& connection, RevisionId revision);

// Columns of decision d on revision r.
inline constexpr std::string_view kDecisionColumns =
    "d.id, d.submission_id, r.number, d.kind, d.actor_kind, d.actor_name, d.reason_code, d.note, "
    "d.content, "
    "d.decided_at, d.undoes, d.undone";
Decision read_decision(const Statement& row);

// Writes facts as one JSON text, and reads them back.
std::string json_facts(const MediaFacts& facts);
std::optional<MediaFacts> read_json_facts(const Statement& row, int column);

// What a user typed as an FTS5 query: every word and every "quoted phrase" must occur, a word that
// ends in * may go on. Nothing in it acts as an operator. Empty when there is no word in it.
std::string full_text_query(std::string_view text);

// The rule filter of a list over revision r; takes the prefix twice. It matches literally, unlike
// LIKE.
inline constexpr std::string_view kFailedRulePrefix =
    "EXISTS (SELECT 1 FROM finding f WHERE f.revision_id = r.id AND f.outcome IN ('fail', 'warn') "
    "AND substr(f.rule_id, 1, length(?)) = ?)";

}  // namespace muster
