#pragma once

#include "core/error.h"
#include "storage/blob_store.h"
#include "storage/intake.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// The part of an Intake that sources use, in memory.
class FakeIntake final : public Intake {
 public:
  struct Item {
    FoundSubmission submission;  // of a submission source
    FoundExport found_export;    // of a survey source
    int revisions = 1;
    bool fetched = false;
  };

  RecordCounts record(std::string_view,
                      std::span<const FoundSubmission> found,
                      const std::optional<Cursor>& cursor) override {
    RecordCounts counts;
    batches.push_back(found.size());
    for (const FoundSubmission& submission : found) {
      count(submission.external_id, submission.fingerprint, counts).submission = submission;
    }
    keep(cursor);
    return counts;
  }
  RecordCounts record_exports(std::string_view,
                              std::span<const FoundExport> found,
                              const std::optional<Cursor>& cursor) override {
    RecordCounts counts;
    batches.push_back(found.size());
    for (const FoundExport& found_export : found) {
      order.push_back(found_export.external_id);
      count(found_export.external_id, found_export.fingerprint, counts).found_export = found_export;
    }
    keep(cursor);
    return counts;
  }
  void end_poll(std::string_view,
                std::span<const WaitingItem> notes,
                std::string_view text) override {
    waiting.assign(notes.begin(), notes.end());
    error = text;
    ++polls;
  }
  std::optional<Cursor> cursor(std::string_view) override { return position; }
  std::map<std::string, KnownItem> known(std::string_view,
                                         std::span<const std::string> external_ids) override {
    std::map<std::string, KnownItem> result;
    for (const std::string& id : external_ids) {
      if (const auto item = items.find(id); item != items.end()) {
        result[id] = {fingerprints.at(id), item->second.fetched};
      }
    }
    return result;
  }

  std::vector<SourceStatus> sources() override { return {}; }
  std::optional<FetchWork> fetch_work(RevisionId) override { return std::nullopt; }
  void finish_fetch(const Claim&, RevisionId, const FetchOutcome&) override {
    throw Error("not part of this fake");
  }
  Identity submissions_identity() override { return {}; }
  Identity exports_identity() override { return {}; }

  // What fetch jobs would do.
  void mark_all_fetched() {
    for (auto& [id, item] : items) {
      item.fetched = true;
    }
  }
  std::string why_waiting(const std::string& id) const {
    for (const WaitingItem& item : waiting) {
      if (item.external_id == id) {
        return item.why;
      }
    }
    return {};
  }

  std::map<std::string, Item> items;  // by external id
  std::map<std::string, std::string> fingerprints;
  std::vector<WaitingItem> waiting;
  std::vector<std::size_t> batches;  // sizes
  std::vector<std::string> order;    // of recorded exports
  std::vector<Cursor> cursors;       // as they were recorded
  std::optional<Cursor> position;
  std::string error;
  int polls = 0;

 private:
  Item& count(const std::string& id, const std::string& fingerprint, RecordCounts& counts) {
    const auto [item, is_new] = items.try_emplace(id);
    if (is_new) {
      ++counts.added;
    } else if (fingerprints[id] == fingerprint) {
      ++counts.unchanged;
    } else {
      ++counts.revised;
      ++item->second.revisions;
      item->second.fetched = false;
    }
    fingerprints[id] = fingerprint;
    return item->second;
  }
  void keep(const std::optional<Cursor>& cursor) {
    if (cursor) {
      position = cursor;
      cursors.push_back(*cursor);
    }
  }
};

// Keeps what is written.
class MemoryWriter final : public BlobWriter {
 public:
  void append(std::span<const std::byte> piece) override {
    bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  }
  std::uint64_t size() const override { return bytes.size(); }
  ContentHash commit() override { return sha256(std::string_view(bytes)); }

  std::string bytes;
};

}  // namespace muster
