#include "worker/commands/report.h"

#include "core/text.h"

#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

Json sum_of_rows(const Json& exports) {
  std::int64_t seen = 0;
  std::int64_t filed = 0;
  std::int64_t excluded = 0;
  std::int64_t rejected = 0;
  for (const Json& row : exports.at("exports")) {
    const Json& rows = row.at("rows");
    seen += rows.at("seen").get<std::int64_t>();
    filed += rows.at("filed").get<std::int64_t>();
    excluded += rows.at("excluded").get<std::int64_t>();
    rejected += rows.at("rejected").get<std::int64_t>();
  }
  return Json{{"seen", seen},
              {"filed", filed},
              {"excluded", excluded},
              {"rejected", rejected},
              {"holds", seen == filed + excluded + rejected}};
}

std::string place_for_people(const Json& place) {
  std::string text;
  if (place.contains("item")) {
    text += fmt::format("file {}", place["item"].get<int>() + 1);
  }
  const auto more = [&](std::string part) { text += (text.empty() ? "" : ", ") + std::move(part); };
  if (place.contains("time")) {
    more(fmt::format("{:.2f}-{:.2f} s",
                     place["time"]["start_ms"].get<double>() / 1000,
                     place["time"]["end_ms"].get<double>() / 1000));
  }
  if (place.contains("box")) {
    const Json& box = place["box"];
    more(fmt::format("at {:.0f} %, {:.0f} % of the frame, {:.0f} x {:.0f} %",
                     100 * box["x"].get<double>(),
                     100 * box["y"].get<double>(),
                     100 * box["width"].get<double>(),
                     100 * box["height"].get<double>()));
  }
  if (place.contains("text")) {
    more(fmt::format("caption characters {}-{}",
                     place["text"]["begin"].get<int>() + 1,
                     place["text"]["end"].get<int>()));
  }
  if (place.contains("document")) {
    more(place["document"].get<std::string>());
  }
  return text;
}

}  // namespace

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) {
    return {};
  }
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

void print(const Json& answer, const Table& table, Format format) {
  switch (format) {
    case Format::json:
      std::fputs((dump_pretty(answer) + "\n").c_str(), stdout);
      break;
    case Format::csv:
      std::fputs(table.as_csv().c_str(), stdout);
      break;
    case Format::table:
      std::fputs(table.empty() ? "nothing found\n" : table.for_people().c_str(), stdout);
      break;
  }
}

std::string identity_line(std::string_view what, const Json& identity) {
  std::string text = fmt::format("{:<12} seen {} =", what, identity.at("seen").get<std::int64_t>());
  bool first = true;
  for (const auto& [name, value] : identity.items()) {
    if (name == "seen" || name == "holds") {
      continue;
    }
    text += fmt::format(
        "{} {} {}", first ? "" : " +", styled(name, style_of(name)), value.get<std::int64_t>());
    first = false;
  }
  if (!identity.at("holds").get<bool>()) {
    text += styled("   DOES NOT ADD UP: run muster verify", Style::bad);
  }
  return text;
}

void print_pass_report(const Json& status, const Json& exports, Format format) {
  const Json rows = sum_of_rows(exports);
  const std::array<std::pair<const char*, const Json*>, 3> identities = {
      {{"submissions", &status.at("submissions")},
       {"exports", &status.at("exports")},
       {"survey rows", &rows}}};
  if (format == Format::json) {
    const Json report{{"submissions", status.at("submissions")},
                      {"exports", status.at("exports")},
                      {"survey_rows", rows},
                      {"sources", status.at("sources")}};
    std::fputs((dump_pretty(report) + "\n").c_str(), stdout);
    return;
  }
  if (format == Format::csv) {
    Table table({{"what"}, {"term"}, {"count"}});
    for (const auto& [what, identity] : identities) {
      for (const auto& [term, count] : identity->items()) {
        if (term != "holds") {
          table.add({what, term, count.dump()});
        }
      }
    }
    std::fputs(table.as_csv().c_str(), stdout);
    return;
  }
  for (const auto& [what, identity] : identities) {
    fmt::print("{}\n", identity_line(what, *identity));
  }
  for (const Json& source : status.at("sources")) {
    if (const std::string error = text_of(source, "last_error"); !error.empty()) {
      fmt::print("source {}: {}\n",
                 printable(text_of(source, "source")),
                 styled(printable(error), Style::bad));
    }
    for (const Json& item : source.at("waiting")) {
      fmt::print("waiting: {}: {}\n",
                 printable(text_of(item, "external_id")),
                 printable(text_of(item, "why")));
    }
  }
}

std::string finding_for_people(const Json& finding) {
  const std::string outcome = text_of(finding, "outcome");
  const std::string padding(outcome.size() < 15 ? 15 - outcome.size() : 0, ' ');
  std::string text = fmt::format("  {}{} {}  {}\n",
                                 styled(outcome, style_of(outcome)),
                                 padding,
                                 text_of(finding, "rule_id"),
                                 printable(text_of(finding, "message")));
  const auto detail = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) {
      text += fmt::format("{:18}{}: {}\n", "", label, printable(value));
    }
  };
  if (const std::string measured = text_of(finding, "measured");
      !measured.empty() && outcome != "pass") {
    const std::string unit = text_of(finding, "unit");
    detail("measured",
           fmt::format("{}{}{}{}",
                       measured,
                       unit.empty() ? "" : " " + unit,
                       text_of(finding, "threshold").empty() ? "" : ", limit ",
                       text_of(finding, "threshold")));
  }
  if (finding.contains("place") && outcome != "pass") {
    detail("where", place_for_people(finding["place"]));
  }
  if (outcome != "pass" && outcome != "not_applicable") {
    detail("what to do", text_of(finding, "remedy"));
    if (finding.contains("source")) {
      const Json& source = finding["source"];
      detail("source",
             fmt::format("{}{}{}",
                         text_of(source, "text"),
                         text_of(source, "date").empty() ? "" : ", ",
                         text_of(source, "date")));
    }
  }
  return text;
}

std::string stale_text(const Json& row) {
  std::vector<std::string> parts;
  for (const Json& part : row.value("stale", Json::array())) {
    parts.push_back(part);
  }
  return join(parts, ", ");
}

std::string submission_for_people(const Json& submission) {
  const Json& manifest = submission.at("manifest");
  std::string text;
  const auto fact = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) {
      text += fmt::format("{:<12} {}\n", label, printable(value));
    }
  };
  text += fmt::format("{}\n",
                      styled(fmt::format("Submission {}, revision {}: {}",
                                         submission.at("id").get<std::int64_t>(),
                                         submission.at("revision").get<int>(),
                                         text_of(submission, "state")),
                             Style::bold));
  fact("item", text_of(submission, "source") + " / " + text_of(submission, "external_id"));
  fact("creator",
       fmt::format("{} ({}{}{})",
                   text_of(manifest, "creator"),
                   text_of(submission, "tier"),
                   text_of(manifest, "platform").empty() ? "" : ", ",
                   text_of(manifest, "platform")));
  fact("campaign", text_of(manifest, "campaign"));
  fact("placement", text_of(manifest, "placement"));
  fact("caption", text_of(manifest, "caption"));
  fact("received", text_of(submission, "received_at"));
  fact("content", text_of(submission, "content"));
  if (const std::string stale = stale_text(submission); !stale.empty()) {
    fact("stale", "the verdict was given by other rules than today's: " + stale);
  }
  for (const Json& asset : submission.at("assets")) {
    std::string about = fmt::format("{} ({})",
                                    text_of(asset, "name"),
                                    format_bytes(asset.at("byte_size").get<std::uint64_t>()));
    if (asset.contains("facts")) {
      const Json& facts = asset["facts"];
      about += fmt::format(", {} {} x {}",
                           text_of(facts, "type"),
                           facts.at("width").get<int>(),
                           facts.at("height").get<int>());
      if (facts.contains("duration_ms")) {
        about += fmt::format(", {:.1f} s", facts["duration_ms"].get<double>() / 1000);
      }
    }
    fact(fmt::format("file {}", asset.at("position").get<int>() + 1), about);
  }
  if (!submission.at("assets").empty()) {
    fact("look at it",
         fmt::format("muster assets previews --submission {} --to FOLDER",
                     submission.at("id").get<std::int64_t>()));
  }
  if (submission.contains("judgement")) {
    fact("verdict",
         fmt::format("{}: {}",
                     text_of(submission["judgement"], "kind"),
                     text_of(submission["judgement"], "why")));
  } else {
    fact("why", text_of(submission, "why"));
  }
  text += "findings\n";
  for (const char* outcome : {"fail", "could_not_check", "warn", "pass", "not_applicable"}) {
    for (const Json& finding : submission.at("findings")) {
      if (text_of(finding, "outcome") == outcome) {
        text += finding_for_people(finding);
      }
    }
  }
  for (const Json& decision : submission.at("decisions")) {
    text += fmt::format(
        "decision {}   {} by {} {} at {}{}{}{}\n",
        decision.at("id").get<std::int64_t>(),
        text_of(decision, "kind"),
        text_of(decision.at("actor"), "kind"),
        printable(text_of(decision.at("actor"), "name")),
        text_of(decision, "decided_at"),
        text_of(decision, "reason_code").empty() ? ""
                                                 : ", reason " + text_of(decision, "reason_code"),
        text_of(decision, "note").empty() ? "" : ": " + printable(text_of(decision, "note")),
        decision.at("void").get<bool>()
            ? styled("   VOID: it does not hold for the present content", Style::bad)
            : "");
  }
  return text;
}

}  // namespace muster
