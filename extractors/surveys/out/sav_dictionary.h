#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Several variables that are one question: each is 1 where its choice was made.
struct SavResponseSet {
  std::string name;  // without the '$'
  std::string label;
  std::vector<std::string> variables;  // by their long names
};

// Adds multiple response sets to the dictionary of a system file: readstat reads the record (type
// 7, subtype 7) and can't write it. `dictionary` is the file up to and with the record that ends
// the dictionary (type 999). Format: the PSPP developers' guide, "System File Format". Throws
// Error where the dictionary is not what readstat writes.
std::string add_response_sets(std::string_view dictionary, const std::vector<SavResponseSet>& sets);

}  // namespace muster
