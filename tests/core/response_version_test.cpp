#include "core/response_version.h"

#include <catch2/catch.hpp>

using namespace muster;

namespace {

Timestamp hour(int hours) {
  return Timestamp(std::chrono::hours(hours));
}

ResponseVersion submitted(int hours, ResponseStatus status = ResponseStatus::completed) {
  return {status, std::nullopt, hour(hours), std::nullopt};
}

}  // namespace

TEST_CASE("the later version of a response replaces the earlier one, of equal ones the later row") {
  CHECK(replaces(submitted(2), submitted(1)));
  CHECK(replaces(submitted(1), submitted(1)));
  CHECK_FALSE(replaces(submitted(1), submitted(2)));
  CHECK(replaces({}, {}));
}

TEST_CASE("a part never replaces the whole, and the whole always a part, unless an edit says so") {
  const auto part = submitted(9, ResponseStatus::partial);
  CHECK_FALSE(replaces(part, submitted(1)));
  CHECK(replaces(submitted(1), part));
  ResponseVersion edited_part = part;
  ResponseVersion edited_whole = submitted(1);
  edited_part.updated_at = hour(3);
  edited_whole.updated_at = hour(2);
  CHECK(replaces(edited_part, edited_whole));
  CHECK_FALSE(replaces(edited_whole, edited_part));
}
