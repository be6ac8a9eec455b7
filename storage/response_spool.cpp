#include "storage/response_spool.h"

#include "core/error.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <span>

#include <fcntl.h>
#include <unistd.h>

namespace muster {
namespace {

constexpr std::size_t kBufferBytes = 4'000'000;
// A hostile export could make every text a new one.
constexpr std::size_t kMostTexts = 50'000;
constexpr std::size_t kLongestCommonText = 200;

// What an answer holds beside its question and state.
enum Holds : std::uint8_t { has_number = 1, has_text = 2, has_other = 4, has_choices = 8 };

constexpr int kStateShift = 4;

}  // namespace

void ResponseSpool::put_number(std::uint64_t number) {
  while (number >= 0x80) {
    buffer_ += static_cast<char>(number | 0x80);
    number >>= 7;
  }
  buffer_ += static_cast<char>(number);
}

void ResponseSpool::put_text(std::string_view text) {
  put_number(text.size());
  buffer_ += text;
}

// 0 and the text, or the number of a text that came before.
void ResponseSpool::put_common(std::string_view text) {
  const auto known = text_numbers_.find(text);
  if (known != text_numbers_.end()) {
    return put_number(known->second);
  }
  if (texts_.size() < kMostTexts && text.size() <= kLongestCommonText) {
    texts_.emplace_back(text);
    text_numbers_.emplace(text, texts_.size());
    return put_number(texts_.size());
  }
  put_number(0);
  put_text(text);
}

void ResponseSpool::put_answer(const Answer& answer) {
  put_common(answer.question_id);
  const int holds = (answer.number ? has_number : 0) | (answer.text.empty() ? 0 : has_text) |
                    (answer.other_text.empty() ? 0 : has_other) |
                    (answer.choices.empty() ? 0 : has_choices);
  buffer_ += static_cast<char>(holds | static_cast<int>(answer.state) << kStateShift);
  if (answer.number) {
    put_number(std::rotl(std::bit_cast<std::uint64_t>(*answer.number), 16));
  }
  if (!answer.text.empty()) {
    put_text(answer.text);
  }
  if (!answer.other_text.empty()) {
    put_text(answer.other_text);
  }
  if (!answer.choices.empty()) {
    put_number(answer.choices.size());
    for (const Choice& choice : answer.choices) {
      put_common(choice.id);
      put_common(choice.label);
    }
  }
}

void ResponseSpool::add(const PlacedResponse& placed) {
  const Response& response = placed.response;
  put_text(response.id);
  put_number(static_cast<std::uint64_t>(response.status));
  for (const auto& time : {response.started_at, response.submitted_at, response.updated_at}) {
    buffer_ += time ? '\1' : '\0';
    if (time) {
      put_number(static_cast<std::uint64_t>(time->time_since_epoch().count()));
    }
  }
  put_number(response.times_are_local ? 1 : 0);
  for (const auto* text : {&response.language, &placed.campaign, &placed.creator, &placed.wave}) {
    put_common(*text);
  }
  put_text(response.where);
  for (const auto* pairs : {&response.hidden, &response.respondent}) {
    put_number(pairs->size());
    for (const auto& [name, value] : *pairs) {
      put_common(name);
      put_text(value);
    }
  }
  put_number(response.answers.size());
  for (const Answer& answer : response.answers) {
    put_answer(answer);
  }
  put_number(response.raw_texts.size());
  for (const RawText& raw : response.raw_texts) {
    put_number(raw.answer);
    put_text(raw.text);
    put_text(raw.other_text);
  }
  ++size_;
  if (buffer_.size() >= kBufferBytes) {
    write_out();
  }
}

void ResponseSpool::write_out() {
  if (!file_.is_open()) {
    file_ = OpenFile(::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file_.is_open()) {
      std::string name = (folder_ / "muster-spool.XXXXXX").string();
      file_ = OpenFile(::mkostemp(name.data(), O_CLOEXEC));
      if (!file_.is_open()) {
        raise_errno("create a file in", folder_, errno);
      }
      ::unlink(name.c_str());
    }
  }
  write_all(file_.fd(), std::as_bytes(std::span(buffer_)), folder_);
  written_ += buffer_.size();
  buffer_.clear();
}

// Reads what add() wrote, from the file and then from the buffer.
class ResponseSpool::Reader {
 public:
  explicit Reader(const ResponseSpool& spool) : spool_(spool), left_(spool.written_) { fill(); }

  void read(PlacedResponse& placed) {
    Response& response = placed.response;
    read_text(response.id);
    response.status = static_cast<ResponseStatus>(number());
    for (auto* time : {&response.started_at, &response.submitted_at, &response.updated_at}) {
      *time = byte() != 0
                  ? std::optional(Timestamp(Milliseconds(static_cast<std::int64_t>(number()))))
                  : std::nullopt;
    }
    response.times_are_local = number() != 0;
    for (auto* text : {&response.language, &placed.campaign, &placed.creator, &placed.wave}) {
      read_common(*text);
    }
    read_text(response.where);
    for (auto* pairs : {&response.hidden, &response.respondent}) {
      pairs->resize(number());
      for (auto& [name, value] : *pairs) {
        read_common(name);
        read_text(value);
      }
    }
    response.answers.resize(number());
    for (Answer& answer : response.answers) {
      read_answer(answer);
    }
    response.raw_texts.resize(number());
    for (RawText& raw : response.raw_texts) {
      raw.answer = static_cast<std::size_t>(number());
      read_text(raw.text);
      read_text(raw.other_text);
    }
  }

 private:
  void read_answer(Answer& answer) {
    read_common(answer.question_id);
    const int holds = static_cast<unsigned char>(byte());
    answer.state = static_cast<AnswerState>(holds >> kStateShift);
    answer.number = (holds & has_number) != 0
                        ? std::optional(std::bit_cast<double>(std::rotr(number(), 16)))
                        : std::nullopt;
    answer.text.clear();
    answer.other_text.clear();
    if ((holds & has_text) != 0) {
      read_text(answer.text);
    }
    if ((holds & has_other) != 0) {
      read_text(answer.other_text);
    }
    answer.choices.resize((holds & has_choices) != 0 ? number() : 0);
    for (Choice& choice : answer.choices) {
      read_common(choice.id);
      read_common(choice.label);
    }
  }

  char byte() {
    if (at_ == chunk_.size()) {
      fill();
    }
    return chunk_[at_++];
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto next = static_cast<unsigned char>(byte());
      value |= static_cast<std::uint64_t>(next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }

  void read_text(std::string& text) {
    auto size = static_cast<std::size_t>(number());
    text.clear();
    while (size > 0) {
      if (at_ == chunk_.size()) {
        fill();
      }
      const auto here = std::min(size, chunk_.size() - at_);
      text.append(chunk_.substr(at_, here));
      at_ += here;
      size -= here;
    }
  }

  void read_common(std::string& text) {
    const auto known = number();
    if (known == 0) {
      read_text(text);
    } else {
      text = spool_.texts_[static_cast<std::size_t>(known - 1)];
    }
  }

  void fill() {
    at_ = 0;
    if (left_ == 0) {
      chunk_ = spool_.buffer_;
      return;
    }
    constexpr std::uint64_t kChunk = 1'000'000;
    held_.resize(static_cast<std::size_t>(std::min(left_, kChunk)));
    const auto offset = static_cast<off_t>(spool_.written_ - left_);
    const auto got = ::pread(spool_.file_.fd(), held_.data(), held_.size(), offset);
    if (got <= 0) {
      raise_errno("read back from", spool_.folder_, got < 0 ? errno : EIO);
    }
    held_.resize(static_cast<std::size_t>(got));
    left_ -= held_.size();
    chunk_ = held_;
  }

  const ResponseSpool& spool_;
  std::uint64_t left_;  // bytes of the file that were not read yet
  std::string held_;
  std::string_view chunk_;
  std::size_t at_ = 0;
};

void ResponseSpool::for_each(const std::function<void(PlacedResponse& placed)>& visit) const {
  Reader reader(*this);
  PlacedResponse placed;
  for (std::int64_t i = 0; i < size_; ++i) {
    reader.read(placed);
    visit(placed);
  }
}

}  // namespace muster
