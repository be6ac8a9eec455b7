#pragma once

#include "samples/render/clips.h"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What one file of a submission shows and what is wrong with it.
struct SampleMedia {
  std::string file;          // name in the drop folder
  std::string scene;         // a photo, or
  std::string clip;          // a video, or neither
  std::string fault;         // "", "png", "small", "truncated", "empty", "text"
  int quality = 82;          // JPEG
  std::vector<double> crop;  // x, y, width, height as shares; empty: the whole photo
};

// One entry of items.json.
struct SampleItem {
  std::string id;
  std::string
      form;  // "folder" with submission.json, "single" with NAME.json, "bare" without a manifest
  std::string manifest;  // JSON text; empty for "bare"
  std::vector<SampleMedia> media;
  std::string
      bucket;  // what Muster should say: filed, flagged, returned, rejected, failed or waiting
  std::string rule;  // how the deciding rule's id begins
  std::string campaign;
};

// Throws std::runtime_error where items.json is not as expected.
std::vector<SampleItem> read_items(std::string_view json);

std::set<std::string> scenes_of(const std::vector<SampleItem>& items);
std::set<std::string> clips_of(const std::vector<SampleItem>& items);

using Movies = std::map<std::string, std::string, std::less<>>;
// Writes the drop folder.
void write_inbox(const std::filesystem::path& inbox,
                 const std::vector<SampleItem>& items,
                 const Photos& photos,
                 const Movies& movies);
// "external_id,campaign,bucket,rule" for a test to hold against what Muster decided.
std::string expectations(const std::vector<SampleItem>& items);

}  // namespace muster
