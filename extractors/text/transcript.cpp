#include "extractors/text/transcript.h"

#include "core/text.h"
#include "extractors/text/json_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::string_view kArrow = "-->";
constexpr std::int64_t kLongestMs = 24 * 3'600'000;

std::string line_place(std::size_t line) {
  return fmt::format("line {}", line);
}

// What stands in a file, in short enough a form to be quoted.
std::string quoted(std::string_view text) {
  constexpr std::size_t kMostQuoted = 60;
  text = trim(text);
  const bool cut = text.size() > kMostQuoted;
  return printable(sanitize_utf8(text.substr(0, kMostQuoted))) + (cut ? "..." : "");
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes lines off a text that end in LF, CR LF or CR.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool next(std::string_view& line) {
    if (rest_.empty()) {
      return false;
    }
    ++number_;
    const std::size_t end = std::min(rest_.find_first_of("\r\n"), rest_.size());
    line = rest_.substr(0, end);
    const bool pair = rest_.substr(end).starts_with("\r\n");
    rest_.remove_prefix(std::min(end + (pair ? 2 : 1), rest_.size()));
    return true;
  }
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

// "01:02:03,456", "02:03.456": hours may be left out, and so may the fraction; a fraction has three
// digits, since of "1,5" nobody knows whether it is half a second or five milliseconds.
Parsed<std::int64_t> read_cue_time(std::string_view text) {
  std::int64_t fraction = 0;
  std::string_view clock = text;
  if (const std::size_t mark = text.find_first_of(",."); mark != std::string_view::npos) {
    const std::string_view digits = text.substr(mark + 1);
    clock = text.substr(0, mark);
    if (!is_number(digits) || digits.size() != 3) {
      return parse_error("", fmt::format("'{}' has no milliseconds of three digits", quoted(text)));
    }
    std::from_chars(digits.data(), digits.data() + digits.size(), fraction);
  }
  const std::vector<std::string> parts = split(clock, ':');
  if (parts.size() < 2 || parts.size() > 3) {
    return parse_error(
        "", fmt::format("'{}' is no time; write one such as 00:01:02,500", quoted(text)));
  }
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    constexpr std::size_t kMostDigits = 4;
    std::int64_t number = 0;
    if (!is_number(parts[i]) || parts[i].size() > kMostDigits) {
      return parse_error(
          "", fmt::format("'{}' is no time; write one such as 00:01:02,500", quoted(text)));
    }
    std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), number);
    const bool is_hours = parts.size() == 3 && i == 0;
    if (!is_hours && number > 59) {
      return parse_error("", fmt::format("'{}' has more than 59 minutes or seconds", quoted(text)));
    }
    seconds = seconds * 60 + number;
  }
  const std::int64_t time = seconds * 1000 + fraction;
  if (time > kLongestMs) {
    return parse_error("", fmt::format("'{}' is beyond 24 hours", quoted(text)));
  }
  return time;
}

// "START --> END", and in what follows on the line the place of the cue, which does not matter
// here.
Parsed<TimeSpan> read_times(std::string_view line) {
  const std::size_t arrow = line.find(kArrow);
  const std::string_view start = trim(line.substr(0, arrow));
  std::string_view end = trim(line.substr(arrow + kArrow.size()));
  end = end.substr(0, std::min(end.find_first_of(" \t"), end.size()));
  if (start.empty() || end.empty()) {
    return parse_error("", fmt::format("it has no {}", start.empty() ? "start" : "end"));
  }
  const Parsed<std::int64_t> from = read_cue_time(start);
  if (!from) {
    return tl::unexpected(from.error());
  }
  const Parsed<std::int64_t> to = read_cue_time(end);
  if (!to) {
    return tl::unexpected(to.error());
  }
  if (*to <= *from) {
    return parse_error(
        "", fmt::format("it ends at '{}', which is not after '{}'", quoted(end), quoted(start)));
  }
  return TimeSpan{*from, *to};
}

// A character reference of WebVTT ("&amp;") at the front of the text: what it stands for, and its
// length; nullopt where it is none.
std::optional<std::pair<std::string_view, std::size_t>> reference_at(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kKnown = {{
      {"&amp;", "&"},
      {"&lt;", "<"},
      {"&gt;", ">"},
      {"&nbsp;", " "},
      {"&lrm;", ""},
      {"&rlm;", ""},
  }};
  for (const auto& [name, meaning] : kKnown) {
    if (text.starts_with(name)) {
      return std::pair(meaning, name.size());
    }
  }
  return std::nullopt;
}

// The length of a tag at the front of the text: "<i>", "</v>", "<00:01.000>", "<v Mia>", and
// "{\an8}" of SRT; 0 where there is none: "<3" is a heart.
std::size_t tag_at(std::string_view text) {
  constexpr std::size_t kLongestTag = 200;
  const bool is_override = text.starts_with("{\\");
  const std::size_t end = text.substr(0, kLongestTag).find(is_override ? '}' : '>');
  if (end == std::string_view::npos || (!is_override && (text[0] != '<' || end < 2))) {
    return 0;
  }
  const char first = text[1];
  const bool is_name =
      (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/';
  const bool is_time =
      text.substr(1, end - 1).find_first_not_of("0123456789:.") == std::string_view::npos;
  return is_override || is_name || is_time ? end + 1 : 0;
}

// The words of a cue's line as people hear them.
void append_words(std::string_view line, std::string& text) {
  if (!text.empty()) {
    text += ' ';
  }
  while (!line.empty()) {
    if (const std::size_t tag = tag_at(line); tag > 0) {
      line.remove_prefix(tag);
    } else if (const auto reference = reference_at(line)) {
      text += reference->first;
      line.remove_prefix(reference->second);
    } else {
      text += line.front() == '\0' || line.front() == '\t' ? ' ' : line.front();
      line.remove_prefix(1);
    }
  }
}

// Reads line after line; a cue is open from its times to the next blank line or the next times.
class TranscriptReader {
 public:
  explicit TranscriptReader(bool is_vtt) : is_vtt_(is_vtt), in_header_(is_vtt) {}

  void take(std::string_view line, std::size_t number) {
    if (line.find(kArrow) != std::string_view::npos && !in_comment_) {
      open(line, number);
    } else if (trim(line).empty()) {
      close();
    } else if (open_) {
      lines_.push_back(line);
    } else {
      before_times(line, number);
    }
  }

  Parsed<Transcript> finish() {
    close();
    if (!saw_times_) {
      return parse_error("",
                         "it is neither SRT nor WebVTT: no line has times such as "
                         "00:00:01,000 --> 00:00:04,000");
    }
    std::stable_sort(transcript_.cues.begin(),
                     transcript_.cues.end(),
                     [](const Cue& a, const Cue& b) { return a.time.start_ms < b.time.start_ms; });
    return std::move(transcript_);
  }

 private:
  void fault(std::size_t line, std::string what) {
    ++transcript_.fault_count;
    if (transcript_.faults.size() < kMaxListedFaults) {
      transcript_.faults.push_back({line_place(line), std::move(what)});
    }
  }

  void open(std::string_view line, std::size_t number) {
    // The number of the next cue, where the blank line before it is missing.
    if (open_ && !lines_.empty() && is_number(trim(lines_.back()))) {
      lines_.pop_back();
    }
    pending_ = 0;
    close();
    saw_times_ = true;
    in_header_ = false;
    open_ = true;
    line_ = number;
    const Parsed<TimeSpan> times = read_times(line);
    usable_ = times.has_value();
    if (times) {
      time_ = *times;
    } else {
      fault(number, times.error().what);
    }
  }

  // A cue's number or name, a comment, or text that nobody knows the time of.
  void before_times(std::string_view line, std::size_t number) {
    const std::string_view word = trim(line);
    const auto begins = [&](std::string_view keyword) {
      return word.starts_with(keyword) &&
             (word.size() == keyword.size() || word[keyword.size()] == ' ' ||
              word[keyword.size()] == '\t');
    };
    if (is_vtt_ && pending_ == 0 && (begins("NOTE") || begins("STYLE") || begins("REGION"))) {
      in_comment_ = true;
    }
    pending_ = pending_ == 0 ? number : pending_;
  }

  void close() {
    if (pending_ != 0 && !in_comment_ && !in_header_) {
      fault(pending_, "it has no times");
    }
    pending_ = 0;
    in_comment_ = false;
    in_header_ = false;
    if (open_ && usable_) {
      keep();
    }
    open_ = false;
    lines_.clear();
  }

  void keep() {
    Cue cue{time_, "", line_};
    for (const std::string_view line : lines_) {
      if (find_invalid_utf8(line)) {
        fault(line_, "its text is not UTF-8; save the file as UTF-8");
        return;
      }
      append_words(trim(line), cue.text);
    }
    cue.text = trim(cue.text);
    if (cue.text.empty()) {
      // A cue of tags or nothing takes the words before it off the screen: nothing is lost.
      return;
    }
    transcript_.cues.push_back(std::move(cue));
  }

  bool is_vtt_;
  bool in_header_;  // the lines under WEBVTT, up to the first blank one
  bool in_comment_ = false;
  bool saw_times_ = false;
  bool open_ = false;
  bool usable_ = false;
  std::size_t line_ = 0;
  TimeSpan time_;
  std::vector<std::string_view> lines_;
  std::size_t pending_ = 0;  // the first line of a block that has no times yet; 0: none
  Transcript transcript_;
};

// "WEBVTT", alone or before a blank.
bool is_vtt_signature(std::string_view line) {
  constexpr std::string_view kSignature = "WEBVTT";
  return line.starts_with(kSignature) &&
         (line.size() == kSignature.size() || line[kSignature.size()] == ' ' ||
          line[kSignature.size()] == '\t');
}

}  // namespace

Parsed<Transcript> read_transcript(std::string_view bytes) {
  if (bytes.size() > kMaxTranscriptBytes) {
    return parse_error("",
                       fmt::format("it has {}; at most {} are read",
                                   format_bytes(bytes.size()),
                                   format_bytes(kMaxTranscriptBytes)));
  }
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    return parse_error("", "it is UTF-16; save it as UTF-8");
  }
  const std::string_view text = without_bom(bytes);
  if (trim(text).empty()) {
    return parse_error("", "it is empty");
  }
  Lines lines(text);
  std::string_view line;
  lines.next(line);
  TranscriptReader reader(is_vtt_signature(line));
  if (!is_vtt_signature(line)) {
    reader.take(line, lines.number());
  }
  while (lines.next(line)) {
    reader.take(line, lines.number());
  }
  return reader.finish();
}

}  // namespace muster
