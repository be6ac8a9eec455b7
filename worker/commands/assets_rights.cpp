#include "worker/commands/assets_rights.h"

#include "core/clock.h"
#include "core/error.h"
#include "core/rights.h"
#include "core/submission.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/report.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

constexpr int kPage = 500;

const CommandSpec kRightsSpec{
    .name = "assets rights",
    .synopsis = "",
    .about =
        "Reports what may be used until when: how many filed assets are upcoming, active, expiring "
        "or expired, or have no rights on record, and those that need somebody's attention, the "
        "soonest end first. Ends are shown in the contract's own zone; notices come 45, 30, 14 and "
        "0 "
        "days before.",
    .examples = "muster assets rights\nmuster assets rights --within 14 --format csv",
    .options = {{"campaign", "ID", "only of this campaign"},
                {"creator", "HANDLE", "only of this creator"},
                {"within", "DAYS", "list those that end in so many days (45)"},
                {"all", "", "list every asset"}}};

std::vector<Json> all_assets(ApiClient& client, const CommandLine& line) {
  std::vector<Json> assets;
  std::string after;
  while (true) {
    const Json answer =
        client.get("/api/v1/assets" + query_string({{"campaign", line.get("campaign")},
                                                    {"creator", line.get("creator")},
                                                    {"after", after},
                                                    {"limit", std::to_string(kPage)}}));
    const Json& page = answer.at("assets");
    assets.insert(assets.end(), page.begin(), page.end());
    if (page.size() < kPage) {
      return assets;
    }
    after = text_of(page.back(), "id");
  }
}

int within_days(const CommandLine& line) {
  const std::string text = line.get("within", "45");
  int days = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), days);
  if (failure != std::errc() || end != text.data() + text.size() || days < 0 || days > 36'500) {
    throw UsageError(fmt::format("--within: '{}' is no number of days", printable(text)));
  }
  return days;
}

std::optional<Timestamp> time_of(const Json& asset, const char* key) {
  return asset.contains("rights") && asset["rights"].contains(key)
             ? parse_iso8601(text_of(asset["rights"], key))
             : std::nullopt;
}

// Usable without end, or for longer than was asked about, needs nobody.
bool needs_attention(const Json& asset, Timestamp now, int days) {
  const auto state = parse_enum<RightsState>(text_of(asset, "rights_state"));
  if (state != RightsState::active && state != RightsState::expiring) {
    return true;
  }
  const auto ends = time_of(asset, "ends_at");
  return ends && now >= days_before(*ends, days, text_of(asset["rights"], "zone"));
}

std::string list_text(const Json& asset, const char* key, std::string_view empty) {
  std::vector<std::string> values;
  if (asset.contains("rights")) {
    values = asset["rights"].value(key, std::vector<std::string>{});
  }
  return !values.empty() || !asset.contains("rights") ? join(values, " ") : std::string(empty);
}

std::string moment_text(const Json& asset, const char* key) {
  const auto moment = time_of(asset, key);
  return moment ? time_in_zone(*moment, text_of(asset["rights"], "zone")) : "";
}

Table rights_table(const std::vector<Json>& assets) {
  Table table({{"asset", Table::Align::right},
               {"state"},
               {"notice", Table::Align::right},
               {"from"},
               {"until"},
               {"zone"},
               {"channels", Table::Align::left, true},
               {"territories", Table::Align::left, true},
               {"uses"},
               {"exclusive"},
               {"creator", Table::Align::left, true},
               {"campaign", Table::Align::left, true}});
  for (const Json& asset : assets) {
    const bool known = asset.contains("rights");
    table.add({text_of(asset, "id"),
               text_of(asset, "rights_state"),
               text_of(asset, "rights_notice_days"),
               moment_text(asset, "starts_at"),
               moment_text(asset, "ends_at"),
               known ? text_of(asset["rights"], "zone") : "",
               list_text(asset, "channels", "any"),
               list_text(asset, "territories", "worldwide"),
               list_text(asset, "uses", "organic"),
               known && asset["rights"].value("exclusive", false) ? "yes" : "",
               text_of(asset, "creator"),
               text_of(asset, "campaign")});
  }
  return table;
}

Json counts_by_state(const std::vector<Json>& assets) {
  Json counts = Json::object();
  for (const auto& [state, name] : kEnumNames<RightsState>) {
    counts[std::string(name)] =
        std::count_if(assets.begin(), assets.end(), [&, wanted = name](const Json& asset) {
          return text_of(asset, "rights_state") == wanted;
        });
  }
  return counts;
}

const CommandSpec kPublishedSpec{
    .name = "assets published",
    .synopsis = "SUBMISSION --at TIME",
    .about =
        "Writes down when a submission was published. Rights that start with the publication begin "
        "then, and its assets are filed anew with their end. A day or time without a zone is read "
        "in the zone of the rights. Said again, it corrects what was said before; both are in the "
        "log.",
    .examples =
        "muster assets published 12 --at 2026-03-01T18:00 --address "
        "https://www.instagram.com/reel/abc/ --as dana@agency.example",
    .options = {{"at", "TIME", "when: 2026-03-01, 2026-03-01T18:00, 2026-03-01T18:00+01:00"},
                {"address", "URL", "of the post"},
                actor_option()},
    .takes_words = true};

}  // namespace

Exit assets_published(Args args) {
  const auto line = CommandLine::parse(kPublishedSpec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1 || !line->has("at")) {
    throw UsageError("muster assets published: name one submission by its id, and --at");
  }
  const Json submission =
      connect(line->load_config())
          ->send("POST",
                 "/api/v1/submissions/" + line->words().front() + "/publication",
                 Json{{"actor", line->actor()},
                      {"published_at", line->get("at")},
                      {"address", line->get("address")}});
  const Json rights = submission.at("manifest").value("rights", Json::object());
  Table table({{"submission", Table::Align::right}, {"rights from"}, {"until"}, {"zone"}});
  table.add({text_of(submission, "id"),
             text_of(rights, "starts_at"),
             text_of(rights, "ends_at"),
             text_of(rights, "zone")});
  print(submission, table, line->format());
  return Exit::done;
}

Exit assets_rights(Args args) {
  const auto line = CommandLine::parse(kRightsSpec, args);
  if (!line) {
    return Exit::done;
  }
  const int days = within_days(*line);
  const std::vector<Json> assets = all_assets(*connect(line->load_config()), *line);
  const Timestamp now = make_system_clock()->now();
  std::vector<Json> listed;
  for (const Json& asset : assets) {
    if (line->has("all") || needs_attention(asset, now, days)) {
      listed.push_back(asset);
    }
  }
  std::stable_sort(listed.begin(), listed.end(), [](const Json& a, const Json& b) {
    return time_of(a, "ends_at").value_or(Timestamp::max()) <
           time_of(b, "ends_at").value_or(Timestamp::max());
  });
  const Json counts = counts_by_state(assets);
  if (line->format() == Format::table) {
    fmt::print("{} filed assets:", assets.size());
    for (const auto& [name, count] : counts.items()) {
      fmt::print(" {} {}", count.get<std::int64_t>(), name);
    }
    fmt::print("\n");
  }
  print(Json{{"assets", listed}, {"counts", counts}}, rights_table(listed), line->format());
  return Exit::done;
}

}  // namespace muster
