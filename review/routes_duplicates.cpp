#include "review/routes.h"
#include "review/rows.h"
#include "storage/fingerprints.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {

ApiResponse list_duplicates(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"submission", "campaign", "dismissed", "after", "limit"});
  DuplicateFilter filter;
  if (const auto submission = query_number(request, "submission", 1, INT64_MAX)) {
    filter.submission = SubmissionId{*submission};
  }
  filter.campaign = query(request, "campaign");
  filter.dismissed = query_flag(request, "dismissed");
  filter.after = query_number(request, "after", 1, INT64_MAX);
  filter.limit = static_cast<int>(query_number(request, "limit", 1, 500).value_or(50));
  const auto rows = context.store.fingerprints().list(filter);
  Json list = Json::array();
  for (const DuplicateRow& row : rows) {
    list.push_back(to_row(row));
  }
  Json body{{"duplicates", std::move(list)}};
  if (static_cast<int>(rows.size()) == filter.limit) {
    body["next_after"] = rows.back().id;
  }
  return answer(body);
}

ApiResponse dismiss_duplicate(ApiContext& context,
                              const ApiRequest& request,
                              const PathParameters& parameters) {
  const Json body = body_object(request, {"actor", "reason"});
  const std::int64_t id = path_id(parameters[0]);
  const Actor actor{ActorKind::person, required_text(body, "actor")};
  const auto row = context.store.fingerprints().dismiss(id, actor, required_text(body, "reason"));
  if (!row) {
    throw NotFound(fmt::format("there is no duplicate {}", id));
  }
  context.options.work_arrived();
  return answer(to_row(*row));
}

}  // namespace muster::route
