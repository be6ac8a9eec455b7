#include "samples/render/submissions.h"

#include "samples/render/files.h"

#include <stdexcept>

#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

using Json = nlohmann::ordered_json;

// The part of an entry that goes into the manifest as it is.
Json manifest_of(const Json& item) {
  Json manifest;
  manifest["id"] = item.at("id");
  for (const char* key : {"creator", "placement", "campaign", "caption", "language", "tags"}) {
    if (item.contains(key)) {
      manifest[key] = item.at(key);
    }
  }
  const auto& placement = item.at("placement").get_ref<const std::string&>();
  manifest["platform"] = placement.substr(0, placement.find('-'));
  if (item.at("form") == "folder") {
    Json files = Json::array();
    for (const auto& media : item.at("media")) {
      files.push_back(media.at("file"));
    }
    for (const auto& missing : item.value("missing", Json::array())) {
      files.push_back(missing);
    }
    manifest["files"] = files;
  }
  return manifest;
}

SampleMedia media_of(const Json& json) {
  SampleMedia media;
  media.file = json.at("file");
  media.scene = json.value("scene", "");
  media.clip = json.value("clip", "");
  media.fault = json.value("fault", "");
  media.quality = json.value("quality", media.quality);
  media.crop = json.value("crop", std::vector<double>());
  return media;
}

SampleItem item_of(const Json& json) {
  SampleItem item;
  item.id = json.at("id");
  item.form = json.at("form");
  item.campaign = json.at("campaign");
  item.bucket = json.at("expect").at("bucket");
  item.rule = json.at("expect").at("rule");
  for (const auto& media : json.at("media")) {
    item.media.push_back(media_of(media));
  }
  if (item.form != "bare") {
    item.manifest = manifest_of(json).dump(2) + "\n";
  }
  if (json.value("manifest_fault", "") == "malformed") {
    // The way it happens: a quotation mark lost while editing by hand.
    item.manifest.erase(item.manifest.find("\"caption\"") + 8, 1);
  }
  return item;
}

cv::Mat cropped(const cv::Mat& photo, const std::vector<double>& crop) {
  if (crop.empty()) {
    return photo;
  }
  const cv::Rect part(cvRound(crop.at(0) * photo.cols),
                      cvRound(crop.at(1) * photo.rows),
                      cvRound(crop.at(2) * photo.cols),
                      cvRound(crop.at(3) * photo.rows));
  return photo(part & cv::Rect({}, photo.size()));
}

cv::Mat resized(const cv::Mat& photo, int width) {
  cv::Mat small;
  cv::resize(photo, small, cv::Size(width, photo.rows * width / photo.cols), 0, 0, cv::INTER_AREA);
  return small;
}

std::string photo_bytes(const SampleMedia& media, const cv::Mat& whole) {
  const cv::Mat photo = cropped(whole, media.crop);
  if (media.fault == "png") {
    return png(resized(photo, 540));
  }
  return jpeg(media.fault == "small" ? resized(photo, 240) : photo, media.quality);
}

std::string bytes_of(const SampleMedia& media, const Photos& photos, const Movies& movies) {
  if (media.fault == "empty") {
    return {};
  }
  if (media.fault == "text") {
    return "Hi! The video is too large for the upload, I will send you a link on Monday. Thea\n";
  }
  std::string bytes = media.clip.empty() ? photo_bytes(media, photos.find(media.scene)->second)
                                         : movies.find(media.clip)->second;
  if (media.fault == "truncated") {
    bytes.resize(bytes.size() * 6 / 10);
  }
  return bytes;
}

std::string with_json_ending(const std::string& file) {
  return file.substr(0, file.rfind('.')) + ".json";
}

}  // namespace

std::vector<SampleItem> read_items(std::string_view json) {
  std::vector<SampleItem> items;
  try {
    for (const auto& entry : Json::parse(json)) {
      items.push_back(item_of(entry));
    }
  } catch (const nlohmann::json::exception& e) {
    throw std::runtime_error("items.json: entry " + std::to_string(items.size()) + ": " + e.what());
  }
  return items;
}

std::set<std::string> scenes_of(const std::vector<SampleItem>& items) {
  std::set<std::string> scenes;
  for (const auto& item : items) {
    for (const auto& media : item.media) {
      if (!media.scene.empty()) {
        scenes.insert(media.scene);
      }
    }
  }
  return scenes;
}

std::set<std::string> clips_of(const std::vector<SampleItem>& items) {
  std::set<std::string> clips;
  for (const auto& item : items) {
    for (const auto& media : item.media) {
      if (!media.clip.empty()) {
        clips.insert(media.clip);
      }
    }
  }
  return clips;
}

void write_inbox(const std::filesystem::path& inbox,
                 const std::vector<SampleItem>& items,
                 const Photos& photos,
                 const Movies& movies) {
  for (const auto& item : items) {
    const auto folder = item.form == "folder" ? inbox / item.id : inbox;
    for (const auto& media : item.media) {
      write_file(folder / media.file, bytes_of(media, photos, movies));
    }
    if (item.form == "folder") {
      write_file(folder / "submission.json", item.manifest);
    } else if (item.form == "single") {
      write_file(folder / with_json_ending(item.media.front().file), item.manifest);
    }
  }
}

std::string expectations(const std::vector<SampleItem>& items) {
  std::string text = "external_id,campaign,bucket,rule\n";
  for (const auto& item : items) {
    // Without a readable manifest the source names an item by its path.
    const bool unnamed = item.form == "bare" || item.rule == "intake.manifest";
    text += (unnamed ? item.media.front().file : item.id) + "," +
            (item.campaign.empty() ? "spring-fizz" : item.campaign) + "," + item.bucket + "," +
            item.rule + "\n";
  }
  return text;
}

}  // namespace muster
