#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace muster {

// By its name: reel.srt, reel.mp4.vtt, in any case.
bool is_transcript_name(std::string_view name);
bool is_video_name(std::string_view name);

// What the file may be called in which the transcript's words are said, best first:
// "a/reel.mp4.srt" belongs to "a/reel.mp4", or else to a file of that stem; "a/reel.en.srt" also to
// "a/reel".
std::vector<std::string_view> names_of_transcribed(std::string_view transcript);

// Which of the media the transcript belongs to, by their names: the one whose whole name it bears,
// else the only video, else the only file, of its stem. nullopt where nobody can tell.
std::optional<std::size_t> best_transcribed(std::string_view transcript,
                                            std::span<const std::string_view> media);

}  // namespace muster
