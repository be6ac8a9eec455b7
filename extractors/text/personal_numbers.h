#pragma once

#include "extractors/text/personal_data.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace muster {

// Bytes of a text that point to a person.
struct PersonalSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  PersonalDataKind kind = PersonalDataKind::email;
};

inline bool is_figure(char c) {
  return c >= '0' && c <= '9';
}
// Letters outside ASCII too: any byte of them.
inline bool is_wordlike(char c) {
  return is_figure(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

// Adds the phone numbers, payment cards and social security numbers in the text, as
// mask_personal_data() describes them. Linear in the size of the text.
void find_personal_numbers(std::string_view text, std::vector<PersonalSpan>& spans);

}  // namespace muster
