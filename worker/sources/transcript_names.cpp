#include "worker/sources/transcript_names.h"

#include "core/text.h"

#include <algorithm>

namespace muster {
namespace {

bool ends_in(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() &&
         equals_ignoring_case_ascii(name.substr(name.size() - ending.size()), ending);
}

// Without its last ending: "a.b/reel.mp4" -> "a.b/reel"; as it is where there is none.
std::string_view without_suffix(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos || dot <= begin ? path : path.substr(0, dot);
}

// "en", "pt-BR", "zh-Hans".
bool is_language(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  constexpr std::size_t kLongest = 8;
  return text.size() >= 2 && text.size() <= kLongest && std::ranges::all_of(text, fits) &&
         !is_video_name("x." + std::string(text));
}

}  // namespace

bool is_transcript_name(std::string_view name) {
  return ends_in(name, ".srt") || ends_in(name, ".vtt");
}

bool is_video_name(std::string_view name) {
  constexpr std::string_view kEndings[] = {".mp4", ".mov", ".m4v", ".webm", ".mkv"};
  return std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return ends_in(name, ending); });
}

std::vector<std::string_view> names_of_transcribed(std::string_view transcript) {
  const std::string_view own = without_suffix(transcript);
  std::vector<std::string_view> names{own};
  const std::string_view shorter = without_suffix(own);
  if (shorter.size() < own.size() && is_language(own.substr(shorter.size() + 1))) {
    names.push_back(shorter);
  }
  return names;
}

std::optional<std::size_t> best_transcribed(std::string_view transcript,
                                            std::span<const std::string_view> media) {
  for (const std::string_view name : names_of_transcribed(transcript)) {
    std::vector<std::size_t> videos;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < media.size(); ++i) {
      if (media[i] == name) {
        return i;
      }
      if (without_suffix(media[i]) == name) {
        all.push_back(i);
        if (is_video_name(media[i])) {
          videos.push_back(i);
        }
      }
    }
    if (videos.size() == 1 || (videos.empty() && all.size() == 1)) {
      return videos.empty() ? all.front() : videos.front();
    }
  }
  return std::nullopt;
}

}  // namespace muster
