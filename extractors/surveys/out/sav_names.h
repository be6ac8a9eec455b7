#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace muster {

// Limits of SPSS system files (SPSS Statistics Command Syntax Reference, "Variable Names" and
// "Long string variables"; readstat holds files to the same).
inline constexpr std::size_t kSavNameBytes = 64;
inline constexpr std::size_t kSavVariableLabelBytes = 256;
inline constexpr std::size_t kSavValueLabelBytes = 120;
inline constexpr std::size_t kSavStringBytes = 32'767;

// Gives each column a name that SPSS takes and no other has: letters, digits, '_', '.' and '$',
// beginning with a letter, at most 64 bytes, no reserved word, whatever the case.
class SavNames {
 public:
  std::string name_of(std::string_view wanted);

 private:
  std::set<std::string> taken_;  // in lower case
};

// The text cut to at most `most` bytes, never within a character.
std::string_view cut_bytes(std::string_view text, std::size_t most);

}  // namespace muster
