#include "worker/sources/submission_grouping.h"

#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

class Grouped {
 public:
  explicit Grouped(std::vector<std::string> names) {
    std::ranges::sort(names);
    for (std::string& name : names) {
      files_.push_back({std::move(name), {}});
    }
    items_ = group_files(files_);
  }

  const FolderItem& item(const std::string& path) const {
    const auto found = std::ranges::find(items_, path, &FolderItem::path);
    REQUIRE(found != items_.end());
    return *found;
  }
  std::string manifest_of(const std::string& path) const {
    const auto& manifest = item(path).manifest;
    return manifest ? files_[*manifest].path : "";
  }
  std::vector<std::string> media_of(const std::string& path) const {
    std::vector<std::string> names;
    for (const std::size_t i : item(path).media) {
      names.push_back(files_[i].path);
    }
    return names;
  }
  std::size_t size() const { return items_.size(); }
  // How often each file is used; every file must be somewhere.
  std::map<std::string, int> uses() const {
    std::map<std::string, int> count;
    for (const ScannedFile& file : files_) {
      count[file.path] = 0;
    }
    for (const FolderItem& item : items_) {
      std::vector<std::size_t> all = item.media;
      all.insert(all.end(), item.unused.begin(), item.unused.end());
      all.insert(all.end(), item.transcripts.begin(), item.transcripts.end());
      for (const auto& extra : {item.manifest, item.ambiguous_manifest}) {
        if (extra) {
          all.push_back(*extra);
        }
      }
      for (const std::size_t i : all) {
        ++count[files_[i].path];
      }
    }
    return count;
  }

 private:
  std::vector<ScannedFile> files_;
  std::vector<FolderItem> items_;
};

}  // namespace

TEST_CASE("each file is a submission of its own") {
  const Grouped grouped({"a.jpg", "b.mp4", "mia/a.jpg", "no-ending"});
  CHECK(grouped.size() == 4);
  CHECK(grouped.media_of("mia/a.jpg") == std::vector<std::string>{"mia/a.jpg"});
}

TEST_CASE("a manifest with the full name belongs to its file") {
  const Grouped grouped({"IMG_1.jpg", "IMG_1.MOV", "IMG_1.jpg.json", "IMG_1.MOV.json"});
  CHECK(grouped.size() == 2);
  CHECK(grouped.manifest_of("IMG_1.jpg") == "IMG_1.jpg.json");
  CHECK(grouped.manifest_of("IMG_1.MOV") == "IMG_1.MOV.json");
  CHECK(grouped.item("IMG_1.jpg").tie.empty());
}

TEST_CASE("a manifest with the short name belongs to the only file of that name") {
  const Grouped grouped({"IMG_1.jpg", "IMG_1.json", "mia/IMG_1.MOV"});
  CHECK(grouped.size() == 2);
  CHECK(grouped.manifest_of("IMG_1.jpg") == "IMG_1.json");
  CHECK(grouped.manifest_of("mia/IMG_1.MOV").empty());
}

TEST_CASE("a manifest that fits two files belongs to neither, and they stay together") {
  const Grouped grouped({"IMG_1.jpg", "IMG_1.MOV", "IMG_1.json"});
  CHECK(grouped.size() == 2);
  for (const char* name : {"IMG_1.jpg", "IMG_1.MOV"}) {
    CHECK(grouped.manifest_of(name).empty());
    CHECK(grouped.item(name).ambiguous_manifest.has_value());
    CHECK(grouped.item(name).tie == "IMG_1.json");
  }
}

TEST_CASE("the full name comes before the short one") {
  const Grouped one({"IMG_1.jpg", "IMG_1.jpg.json", "IMG_1.json"});
  CHECK(one.size() == 1);
  CHECK(one.manifest_of("IMG_1.jpg") == "IMG_1.jpg.json");
  CHECK(one.item("IMG_1.jpg").unused.size() == 1);

  const Grouped two({"IMG_1.jpg", "IMG_1.MOV", "IMG_1.jpg.json", "IMG_1.json"});
  CHECK(two.manifest_of("IMG_1.jpg") == "IMG_1.jpg.json");
  CHECK_FALSE(two.item("IMG_1.jpg").ambiguous_manifest);
  CHECK(two.item("IMG_1.MOV").ambiguous_manifest.has_value());
}

TEST_CASE("a folder with a submission.json is one submission with all below it") {
  const Grouped grouped({"mia/post/submission.json",
                         "mia/post/b.jpg",
                         "mia/post/a.jpg",
                         "mia/post/more/c.jpg",
                         "mia/post/a.jpg.json",
                         "mia/other.jpg",
                         "mia/post.jpg",
                         "mia/post/inner/submission.json",
                         "mia/post/inner/d.jpg"});
  CHECK(grouped.size() == 4);
  CHECK(grouped.media_of("mia/post") ==
        std::vector<std::string>{"mia/post/a.jpg", "mia/post/b.jpg", "mia/post/more/c.jpg"});
  CHECK(grouped.item("mia/post").unused.size() == 1);
  CHECK(grouped.media_of("mia/post/inner") == std::vector<std::string>{"mia/post/inner/d.jpg"});
  CHECK(grouped.media_of("mia/post.jpg") == std::vector<std::string>{"mia/post.jpg"});
}

TEST_CASE("a submission.json at the top does not swallow the drop folder") {
  const Grouped grouped({"submission.json", "a.jpg", "b/c.jpg"});
  CHECK(grouped.size() == 3);
  CHECK(grouped.item("submission.json").media.empty());
}

TEST_CASE("a manifest without media stands alone") {
  const Grouped grouped({"lost.jpg.json", "x.json"});
  CHECK(grouped.size() == 2);
  CHECK(grouped.item("lost.jpg.json").media.empty());
  CHECK(grouped.manifest_of("x.json") == "x.json");
}

TEST_CASE("every file is in an item, and only ambiguous manifests in several") {
  const std::vector<std::string> parts = {"a.jpg",
                                          "a.mov",
                                          "a.json",
                                          "a.jpg.json",
                                          "f/a.jpg",
                                          "f/submission.json",
                                          "f/a.json",
                                          "a.json.json"};
  for (unsigned mask = 0; mask < 1u << parts.size(); ++mask) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (mask >> i & 1) {
        names.push_back(parts[i]);
      }
    }
    CAPTURE(mask);
    for (const auto& [name, uses] : Grouped(names).uses()) {
      CAPTURE(name);
      CHECK(uses >= 1);
      CHECK((uses == 1 || name == "a.json"));
    }
  }
}

TEST_CASE("a transcript goes to the file whose name it bears") {
  const Grouped grouped({"reel.mp4",
                         "reel.mp4.srt",
                         "two.mov",
                         "two.VTT",
                         "three.mp4",
                         "three.pt-BR.srt",
                         "IMG_1.jpg",
                         "IMG_1.MOV",
                         "IMG_1.srt",
                         "sub/reel.srt",
                         "four.mp4",
                         "four.webm",
                         "four.vtt",
                         "long.words.srt"});
  const auto transcripts = [&](const std::string& path) {
    return grouped.item(path).transcripts.size();
  };
  CHECK(transcripts("reel.mp4") == 1);
  CHECK(transcripts("two.mov") == 1);
  CHECK(transcripts("three.mp4") == 1);
  CHECK(transcripts("IMG_1.jpg") == 0);
  CHECK(transcripts("IMG_1.MOV") == 1);
  CHECK(transcripts("four.mp4") == 0);
  // Nobody knows whose they are.
  for (const char* lone : {"sub/reel.srt", "four.vtt", "long.words.srt"}) {
    CHECK(grouped.item(lone).media.empty());
    CHECK(transcripts(lone) == 1);
  }
  for (const auto& [path, count] : grouped.uses()) {
    CAPTURE(path);
    CHECK(count == 1);
  }
}

TEST_CASE("the transcripts of a folder with a manifest belong to its submission") {
  const Grouped grouped({"post/submission.json", "post/a.mp4", "post/more/said.srt"});
  CHECK(grouped.size() == 1);
  CHECK(grouped.media_of("post") == std::vector<std::string>{"post/a.mp4"});
  CHECK(grouped.item("post").transcripts.size() == 1);
}
