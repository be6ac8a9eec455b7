#include "core/error.h"
#include "core/text.h"
#include "storage/picture_index.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/workflow.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

constexpr std::size_t kFrameBytes = 40;
// Of a video, one hash a second is kept for searching; those who search look with all of theirs.
constexpr std::int64_t kIndexedEveryMs = 1000;

void put_number(std::string& bytes, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) {
    bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  }
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return value;
}

std::string pack_frames(const std::vector<HashedFrame>& frames) {
  std::string bytes;
  bytes.reserve(frames.size() * kFrameBytes);
  for (const HashedFrame& frame : frames) {
    put_number(bytes, static_cast<std::uint64_t>(frame.time_ms), 4);
    put_number(bytes, static_cast<std::uint64_t>(frame.duration_ms), 4);
    for (const std::uint64_t word : frame.hash.words) {
      put_number(bytes, word, 8);
    }
  }
  return bytes;
}

std::vector<HashedFrame> unpack_frames(std::string_view bytes) {
  std::vector<HashedFrame> frames;
  for (std::size_t at = 0; at + kFrameBytes <= bytes.size(); at += kFrameBytes) {
    HashedFrame frame;
    frame.time_ms = static_cast<std::int64_t>(number_at(bytes, at, 4));
    frame.duration_ms = static_cast<std::int64_t>(number_at(bytes, at + 4, 4));
    for (std::size_t i = 0; i < frame.hash.words.size(); ++i) {
      frame.hash.words[i] = number_at(bytes, at + 8 + 8 * i, 8);
    }
    frames.push_back(frame);
  }
  return frames;
}

// Columns content, frames, light.
std::optional<MediaFingerprint> read_fingerprint(const Statement& row, int first) {
  if (row.is_null(first)) {
    return std::nullopt;
  }
  MediaFingerprint fingerprint;
  fingerprint.content = row.hash(first);
  fingerprint.frames = unpack_frames(row.text(first + 1));
  const std::string light = row.text(first + 2);
  fingerprint.light.assign(light.begin(), light.end());
  return fingerprint;
}

std::string_view light_bytes(const MediaFingerprint& fingerprint) {
  return {reinterpret_cast<const char*>(fingerprint.light.data()), fingerprint.light.size()};
}

// Of the pair in either order, by bytes: the same files sent once more are not asked about again.
constexpr std::string_view kEligible =
    "SELECT a.id, r.submission_id, a.position, r.id = me.revision_id, a.blob = me.blob, r.creator, "
    "r.campaign, r.placement, s.state, r.received_at, f.content, f.frames, f.light "
    "FROM asset me JOIN revision mine ON mine.id = me.revision_id, "
    "asset a JOIN revision r ON r.id = a.revision_id JOIN submission s ON s.id = r.submission_id "
    "LEFT JOIN asset_fingerprint f ON f.asset_id = a.id "
    "WHERE me.id = ? AND a.id = ? "
    "AND ((r.submission_id <> mine.submission_id AND r.number = s.revision_number) "
    "OR (r.id = mine.id AND a.position < me.position)) "
    "AND NOT EXISTS (SELECT 1 FROM asset x JOIN asset_duplicate d ON d.asset_id = x.id "
    "JOIN asset y ON y.id = d.other_asset_id WHERE d.dismissed_by <> '' "
    "AND ((x.blob = me.blob AND y.blob = a.blob) OR (x.blob = a.blob AND y.blob = me.blob)) "
    "AND x.blob IN (me.blob, a.blob))";

constexpr std::string_view kDuplicateColumns =
    "SELECT d.id, d.asset_id, r.submission_id, a.position, r.creator, r.campaign, "
    "d.other_asset_id, o.submission_id, b.position, o.creator, o.campaign, os.state, d.tier, "
    "d.share, d.start_ms, d.end_ms, d.other_start_ms, d.other_end_ms, d.found_at, d.dismissed_by, "
    "d.dismissed_why "
    "FROM asset_duplicate d "
    "JOIN asset a ON a.id = d.asset_id JOIN revision r ON r.id = a.revision_id "
    "JOIN submission s ON s.id = r.submission_id "
    "JOIN asset b ON b.id = d.other_asset_id JOIN revision o ON o.id = b.revision_id "
    "JOIN submission os ON os.id = o.submission_id ";

std::optional<TimeSpan> read_span(const Statement& row, int first) {
  return row.is_null(first) ? std::nullopt
                            : std::optional(TimeSpan{row.integer(first), row.integer(first + 1)});
}

DuplicateRow read_duplicate(const Statement& row) {
  DuplicateRow duplicate;
  duplicate.id = row.integer(0);
  duplicate.asset = row.id<AssetId>(1);
  duplicate.submission = row.id<SubmissionId>(2);
  duplicate.position = static_cast<int>(row.integer(3));
  duplicate.creator = row.text(4);
  duplicate.campaign = row.text(5);
  duplicate.other_asset = row.id<AssetId>(6);
  duplicate.other_submission = row.id<SubmissionId>(7);
  duplicate.other_position = static_cast<int>(row.integer(8));
  duplicate.other_creator = row.text(9);
  duplicate.other_campaign = row.text(10);
  duplicate.other_state = row.name_of<SubmissionState>(11);
  duplicate.match = {
      row.name_of<DuplicateTier>(12), row.real(13), read_span(row, 14), read_span(row, 16)};
  duplicate.found_at = row.time(18);
  duplicate.dismissed_by = row.text(19);
  duplicate.dismissed_why = row.text(20);
  return duplicate;
}

// The index may still hold what a file looked like before it was looked at anew.
bool still_likely(const OtherMedia& other,
                  bool by_bytes,
                  const std::optional<MediaFingerprint>& fingerprint) {
  if (by_bytes || !fingerprint || !other.fingerprint) {
    return by_bytes;
  }
  return fingerprint->content == other.fingerprint->content ||
         std::ranges::any_of(fingerprint->frames, [&](const HashedFrame& mine) {
           return std::ranges::any_of(other.fingerprint->frames, [&](const HashedFrame& theirs) {
             return distance(mine.hash, theirs.hash) <= kPictureRadius;
           });
         });
}

std::optional<std::int64_t> start_of(const std::optional<TimeSpan>& span) {
  return span ? std::optional(span->start_ms) : std::nullopt;
}
std::optional<std::int64_t> end_of(const std::optional<TimeSpan>& span) {
  return span ? std::optional(span->end_ms) : std::nullopt;
}

class SqliteFingerprints final : public Fingerprints {
 public:
  explicit SqliteFingerprints(Database& database) : database_(database) {}

  void put(AssetId asset, const MediaFingerprint& fingerprint) override {
    if (get(asset) == fingerprint) {
      return;  // a check that runs once more finds the same
    }
    database_.write("store a fingerprint", [&](Connection& connection) {
      connection.run("DELETE FROM asset_fingerprint WHERE asset_id = ?", asset);
      connection.run(
          "INSERT INTO asset_fingerprint (asset_id, content, frames, light) VALUES (?, ?, ?, ?)",
          asset,
          fingerprint.content,
          BlobBytes{pack_frames(fingerprint.frames)},
          BlobBytes{light_bytes(fingerprint)});
    });
  }

  std::optional<MediaFingerprint> get(AssetId asset) override {
    return database_.read(
        "read a fingerprint", [&](Connection& connection) -> std::optional<MediaFingerprint> {
          Statement row = connection.prepare(
              "SELECT content, frames, light FROM asset_fingerprint WHERE asset_id = ?");
          row.bind(asset);
          return row.step() ? read_fingerprint(row, 0) : std::nullopt;
        });
  }

  std::vector<OtherMedia> candidates(AssetId asset,
                                     const std::optional<MediaFingerprint>& fingerprint,
                                     int limit) override {
    return database_.read("find duplicates", [&](Connection& connection) {
      std::vector<AssetId> ids = same_bytes(connection, asset, limit);
      if (fingerprint) {
        append(ids, same_content(connection, *fingerprint, limit));
        append(ids, near_assets(connection, *fingerprint));
      }
      std::vector<OtherMedia> others;
      for (const AssetId id : ids) {
        if (static_cast<int>(others.size()) == limit) {
          break;
        }
        auto other = eligible(connection, asset, id);
        if (other && still_likely(*other, other->same_bytes, fingerprint)) {
          others.push_back(std::move(*other));
        }
      }
      return others;
    });
  }

  void record(AssetId asset,
              const std::vector<std::pair<AssetId, DuplicateMatch>>& matches) override {
    database_.write("record duplicates", [&](Connection& connection) {
      connection.run("DELETE FROM asset_duplicate WHERE asset_id = ? AND dismissed_by = ''", asset);
      for (const auto& [other, match] : matches) {
        connection.run(
            "INSERT INTO asset_duplicate (asset_id, other_asset_id, tier, share, start_ms, end_ms, "
            "other_start_ms, other_end_ms, found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            asset,
            other,
            match.tier,
            match.share,
            start_of(match.span),
            end_of(match.span),
            start_of(match.other_span),
            end_of(match.other_span),
            now());
      }
    });
  }

  std::vector<DuplicateRow> list(const DuplicateFilter& filter) override {
    return database_.read("list duplicates", [&](Connection& connection) {
      static const std::string kSelect = fmt::format(
          "{}WHERE r.number = s.revision_number AND d.id > ?1 "
          "AND (?2 IS NULL OR r.submission_id = ?2 OR o.submission_id = ?2) "
          "AND (?3 = '' OR r.campaign = ?3) AND (?4 OR d.dismissed_by = '') ORDER BY d.id LIMIT ?5",
          kDuplicateColumns);
      Statement row = connection.prepare(kSelect);
      row.bind(filter.after.value_or(0),
               filter.submission,
               filter.campaign,
               filter.dismissed,
               std::max(filter.limit, 0));
      std::vector<DuplicateRow> rows;
      while (row.step()) {
        rows.push_back(read_duplicate(row));
      }
      return rows;
    });
  }

  std::optional<DuplicateRow> dismiss(std::int64_t id,
                                      const Actor& actor,
                                      std::string_view reason) override {
    if (trim(reason).empty()) {
      throw PermanentError(fmt::format("dismiss duplicate {}: a reason is needed", id));
    }
    return database_.write(
        "dismiss a duplicate", [&](Connection& connection) -> std::optional<DuplicateRow> {
          auto row = find(connection, id);
          if (!row) {
            return std::nullopt;
          }
          if (!row->dismissed_by.empty()) {
            throw ConflictError(fmt::format(
                "duplicate {} was dismissed by {}: {}", id, row->dismissed_by, row->dismissed_why));
          }
          row->dismissed_by = log_actor(actor);
          row->dismissed_why = reason;
          connection.run(
              "UPDATE asset_duplicate SET dismissed_by = ?, dismissed_why = ? WHERE id = ?",
              row->dismissed_by,
              row->dismissed_why,
              id);
          append_log(connection,
                     now(),
                     row->dismissed_by,
                     "duplicate.dismissed",
                     fmt::format("submission/{}", raw(row->submission)),
                     {{"asset", raw(row->asset)},
                      {"other_asset", raw(row->other_asset)},
                      {"other_submission", raw(row->other_submission)},
                      {"tier", to_string(row->match.tier)},
                      {"reason", reason}});
          check_again(connection, row->submission);
          return row;
        });
  }

  Size index_size() override {
    const std::lock_guard lock(mutex_);
    return {index_.size(), index_.memory_bytes() + owners_.capacity() * sizeof(AssetId)};
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  static void append(std::vector<AssetId>& ids, const std::vector<AssetId>& more) {
    for (const AssetId id : more) {
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(id);
      }
    }
  }

  static std::vector<AssetId> read_ids(Statement& row) {
    std::vector<AssetId> ids;
    while (row.step()) {
      ids.push_back(row.id<AssetId>(0));
    }
    return ids;
  }

  // Older revisions, which do not count, may hold the same; so more than are wanted.
  static std::vector<AssetId> same_bytes(Connection& connection, AssetId asset, int limit) {
    Statement row = connection.prepare(
        "SELECT a.id FROM asset me JOIN asset a ON a.blob = me.blob WHERE me.id = ?1 AND a.id <> "
        "?1 ORDER BY a.id DESC LIMIT ?2");
    row.bind(asset, 4 * limit);
    return read_ids(row);
  }

  static std::vector<AssetId> same_content(Connection& connection,
                                           const MediaFingerprint& fingerprint,
                                           int limit) {
    Statement row = connection.prepare(
        "SELECT asset_id FROM asset_fingerprint WHERE content = ? ORDER BY asset_id DESC LIMIT ?");
    row.bind(fingerprint.content, 4 * limit);
    return read_ids(row);
  }

  // Those that share most of the pictures first, and of these the latest.
  std::vector<AssetId> near_assets(Connection& connection, const MediaFingerprint& fingerprint) {
    constexpr std::size_t kMost = 200;
    const std::lock_guard lock(mutex_);
    catch_up(connection);
    std::unordered_map<std::uint32_t, int> shared;
    std::vector<PictureIndex::Hit> hits;
    for (const HashedFrame& frame : fingerprint.frames) {
      hits.clear();
      index_.find(frame.hash, hits);
      std::vector<std::uint32_t> owners;
      for (const PictureIndex::Hit& hit : hits) {
        owners.push_back(hit.owner);
      }
      std::sort(owners.begin(), owners.end());
      owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
      for (const std::uint32_t owner : owners) {
        ++shared[owner];
      }
    }
    std::vector<std::pair<int, std::uint32_t>> order;
    for (const auto& [owner, count] : shared) {
      order.emplace_back(count, owner);
    }
    std::sort(order.rbegin(), order.rend());
    std::vector<AssetId> ids;
    for (std::size_t i = 0; i < std::min(order.size(), kMost); ++i) {
      ids.push_back(owners_[order[i].second]);
    }
    return ids;
  }

  // Reads what this or another process stored since the last time.
  void catch_up(Connection& connection) {
    Statement row = connection.prepare(
        "SELECT id, asset_id, frames FROM asset_fingerprint WHERE id > ? ORDER BY id");
    row.bind(last_id_);
    while (row.step()) {
      last_id_ = row.integer(0);
      const auto owner = static_cast<std::uint32_t>(owners_.size());
      owners_.push_back(row.id<AssetId>(1));
      std::int64_t next_ms = 0;
      for (const HashedFrame& frame : unpack_frames(row.text(2))) {
        if (frame.time_ms >= next_ms) {
          index_.add(frame.hash, owner);
          next_ms = frame.time_ms + kIndexedEveryMs;
        }
      }
    }
    index_.settle();
  }

  static std::optional<OtherMedia> eligible(Connection& connection, AssetId mine, AssetId other) {
    Statement row = connection.prepare(kEligible);
    row.bind(mine, other);
    if (mine == other || !row.step()) {
      return std::nullopt;
    }
    OtherMedia media;
    media.asset = row.id<AssetId>(0);
    media.submission = row.id<SubmissionId>(1);
    media.position = static_cast<int>(row.integer(2));
    media.same_submission = row.boolean(3);
    media.same_bytes = row.boolean(4);
    media.creator = row.text(5);
    media.campaign = row.text(6);
    media.placement = row.text(7);
    media.state = row.name_of<SubmissionState>(8);
    media.received_at = row.time(9);
    media.fingerprint = read_fingerprint(row, 10);
    return media;
  }

  static std::optional<DuplicateRow> find(Connection& connection, std::int64_t id) {
    static const std::string kSelect = fmt::format("{}WHERE d.id = ?", kDuplicateColumns);
    Statement row = connection.prepare(kSelect);
    row.bind(id);
    return row.step() ? std::optional(read_duplicate(row)) : std::nullopt;
  }

  // What was found before no longer counts, so the verdict may be another.
  void check_again(Connection& connection, SubmissionId submission) {
    const auto current = find_current(connection, submission);
    if (current && current->state == SubmissionState::in_review) {
      const std::string subject = revision_subject(current->revision);
      forget_effects(connection, JobKind::check, subject);
      add_job_again(connection, JobKind::check, subject, now());
    }
  }

  Database& database_;
  std::mutex mutex_;  // guards what follows
  PictureIndex index_;
  std::vector<AssetId> owners_;  // by the index's owner
  std::int64_t last_id_ = 0;
};

}  // namespace

std::unique_ptr<Fingerprints> make_sqlite_fingerprints(Database& database) {
  return std::make_unique<SqliteFingerprints>(database);
}

}  // namespace muster
