#include "extractors/surveys/out/sav_dictionary.h"

#include "core/error.h"
#include "core/text.h"

#include <cstdint>
#include <cstring>
#include <map>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::size_t kHeaderBytes = 176;

// Walks the records of a dictionary in the byte order of this machine, in which readstat writes.
class SavRecords {
 public:
  explicit SavRecords(std::string_view bytes) : bytes_(bytes), at_(kHeaderBytes) {}

  // Reads to the record that ends the dictionary; its offset.
  std::size_t walk() {
    while (true) {
      const std::size_t begin = at_;
      switch (integer()) {
        case 2:
          variable();
          break;
        case 3:
          value_labels();
          break;
        case 4:
          skip(4 * static_cast<std::size_t>(integer()));
          break;
        case 6:
          skip(80 * static_cast<std::size_t>(integer()));
          break;
        case 7:
          extension();
          break;
        case 999:
          return begin;
        default:
          damaged();
      }
    }
  }

  // The short name of a variable, by its long name in lower case.
  const std::string& short_name(const std::string& name) const {
    const auto found = short_names_.find(to_lower_ascii(name));
    if (found == short_names_.end()) {
      throw Error("write a system file: the dictionary has no variable " + name);
    }
    return found->second;
  }

 private:
  [[noreturn]] void damaged() const {
    throw Error(fmt::format("write a system file: byte {} of the dictionary is no record", at_));
  }

  std::int32_t integer() {
    std::int32_t value = 0;
    if (at_ + sizeof value > bytes_.size()) {
      damaged();
    }
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string_view take(std::size_t bytes) {
    if (bytes > bytes_.size() - at_) {
      damaged();
    }
    at_ += bytes;
    return bytes_.substr(at_ - bytes, bytes);
  }
  void skip(std::size_t bytes) { take(bytes); }

  void variable() {
    const std::int32_t width = integer();
    const bool labelled = integer() != 0;
    const std::int32_t missing = integer();
    skip(8);  // print and write format
    const std::string name(trim(take(8)));
    if (width >= 0) {  // -1: the rest of a long string
      short_names_.emplace(to_lower_ascii(name), to_lower_ascii(name));
    }
    if (labelled) {
      const auto length = static_cast<std::size_t>(integer());
      skip((length + 3) / 4 * 4);
    }
    skip(8 * static_cast<std::size_t>(missing < 0 ? -missing : missing));
  }

  void value_labels() {
    for (std::int32_t count = integer(); count > 0; --count) {
      skip(8);
      const auto length = static_cast<std::size_t>(static_cast<unsigned char>(take(1)[0]));
      skip((length + 1 + 7) / 8 * 8 - 1);
    }
  }

  void extension() {
    const std::int32_t subtype = integer();
    const auto size = static_cast<std::size_t>(integer());
    const auto count = static_cast<std::size_t>(integer());
    const std::string_view body = take(size * count);
    if (subtype != 13) {  // long names: "V1=some_long_name\tV2=..."
      return;
    }
    for (const std::string& pair : split(body, '\t')) {
      if (const std::size_t equals = pair.find('='); equals != std::string::npos) {
        short_names_[to_lower_ascii(pair.substr(equals + 1))] =
            to_lower_ascii(pair.substr(0, equals));
      }
    }
  }

  std::string_view bytes_;
  std::size_t at_;
  std::map<std::string, std::string> short_names_;
};

void append_integer(std::string& out, std::int32_t value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

std::string add_response_sets(std::string_view dictionary,
                              const std::vector<SavResponseSet>& sets) {
  SavRecords records(dictionary);
  const std::size_t end = records.walk();
  std::string body;
  for (const SavResponseSet& set : sets) {
    // D: dichotomies; the counted value and the label with their lengths before them.
    body += fmt::format("${}=D1 1 {} {}", set.name, set.label.size(), set.label);
    for (const std::string& name : set.variables) {
      body += " " + records.short_name(name);
    }
    body += "\n";
  }
  std::string out(dictionary.substr(0, end));
  if (!body.empty()) {
    for (const std::int32_t value : {7, 7, 1, static_cast<std::int32_t>(body.size())}) {
      append_integer(out, value);
    }
    out += body;
  }
  return out.append(dictionary.substr(end));
}

}  // namespace muster
