#include "bench/bench.h"
#include "extractors/surveys/csv_reader.h"
#include "extractors/surveys/csv_survey.h"
#include "extractors/surveys/typeform.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace muster {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr const char* kComments[] = {"It looked really good in the video and I wanted it at once.",
                                     "A friend had \"one\" already",
                                     "",
                                     "Größe und Farbe, beides passt; würde es wieder kaufen",
                                     "no"};
constexpr const char* kShops[] = {"In a shop", "Online, at home", "At a friend's", "Nowhere"};

// One page of the Responses API as compact as Typeform sends it: about 1.4 kB a response with six
// answers.
std::string make_typeform_page(int responses) {
  std::mt19937 random(20260301);
  std::string text = fmt::format(R"({{"total_items":{0},"page_count":1,"items":[)", responses);
  for (int i = 0; i < responses; ++i) {
    const std::string token = fmt::format("{:016x}{:016x}", static_cast<unsigned>(random()), i);
    text += fmt::format(
        R"({}{{"landing_id":"{}","token":"{}","response_id":"{}","landed_at":"2026-03-01T12:00:00Z","submitted_at":"2026-03-01T12:{:02}:{:02}Z",)",
        i == 0 ? "" : ",",
        token,
        token,
        token,
        i % 60,
        random() % 60);
    text +=
        R"("metadata":{"user_agent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36","platform":"other","referer":"https://example.typeform.com/to/abc123","network_id":"af1c093cc3","browser":"default"},)";
    text += fmt::format(
        R"("hidden":{{"utm_source":"instagram","creator":"creator_{}"}},"calculated":{{"score":{}}},"answers":[)",
        random() % 50,
        random() % 10);
    text += fmt::format(
        R"({{"field":{{"id":"Jh8sBM9KyUUG","type":"opinion_scale","ref":"nps"}},"type":"number","number":{}}},)",
        random() % 11);
    text += fmt::format(
        R"({{"field":{{"id":"qwHwfPR5CyVm","type":"multiple_choice","ref":"where"}},"type":"choice","choice":{{"id":"choice{:06}","ref":"r{}","label":"Shop {}"}}}},)",
        i % 4,
        i % 4,
        i % 4);
    text += fmt::format(
        R"({{"field":{{"id":"OEXIx8deNahg","type":"long_text","ref":"why"}},"type":"text","text":{}}},)",
        nlohmann::json(kComments[random() % std::size(kComments)]).dump());
    text += fmt::format(
        R"({{"field":{{"id":"RQ26eUMXJvfr","type":"yes_no","ref":"seen"}},"type":"boolean","boolean":{}}},)",
        i % 2 == 0);
    text +=
        R"({"field":{"id":"a2wQaS5A6MyD","type":"multiple_choice","ref":"colors"},"type":"choices","choices":{"ids":["colorred0001","colorblue002"],"refs":["x","y"],"labels":["Red","Blue"]}},)";
    text +=
        R"({"field":{"id":"nLZ95TAWPkRx","type":"website","ref":"site"},"type":"url","url":"https://example.org/"}]})";
  }
  return text + "]}";
}

// A table of 20 columns, without and with quotes.
std::string make_table(int rows, bool quotes) {
  std::mt19937 random(20260302);
  std::string text =
      "id,submitted_at,utm_source,creator,How likely are you to recommend us?,Where?,Why?";
  for (int i = 8; i <= 20; ++i) {
    text += fmt::format(",Rate item {}", i);
  }
  for (int i = 0; i < rows; ++i) {
    const std::string shop = kShops[random() % std::size(kShops)];
    const std::string plain = shop.substr(0, shop.find(','));
    text += fmt::format("\n{},2026-03-01T12:{:02}:{:02}Z,instagram,creator_{},{},{},",
                        7000000000LL + i,
                        i % 60,
                        random() % 60,
                        random() % 50,
                        random() % 11,
                        quotes ? "\"" + shop + "\"" : plain);
    text += quotes
                ? "\"It looked \"\"good\"\" in the video, number " + std::to_string(i) + "\""
                : "It looked good in the video and I wanted it at once number " + std::to_string(i);
    for (int c = 8; c <= 20; ++c) {
      text += "," + std::to_string(1 + random() % 5);
    }
  }
  return text + "\n";
}

// Time that this thread had the processor for, in seconds: other programs on the machine don't
// count.
double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The best of `rounds` runs, in MB (10^6 bytes) a second of processor time: noise only ever slows a
// run down.
template <typename Run>
double best_rate(std::size_t bytes, int rounds, Run run) {
  double best = 0;
  for (int i = 0; i < rounds; ++i) {
    const double begin = cpu_seconds();
    run();
    best = std::max(best, static_cast<double>(bytes) / (cpu_seconds() - begin) / 1e6);
  }
  return best;
}

// Visits every value of a document of our own making, so recursion and unchecked results are safe
// here.
std::size_t walk(ondemand::value value) {
  std::size_t sum = 0;
  switch (ondemand::json_type(value.type())) {
    case ondemand::json_type::array:
      for (auto entry : value.get_array()) {
        sum += walk(entry.value());
      }
      return sum;
    case ondemand::json_type::object:
      for (auto field : value.get_object()) {
        sum += std::string_view(field.unescaped_key()).size();
        sum += walk(field.value());
      }
      return sum;
    case ondemand::json_type::string:
      return std::string_view(value.get_string()).size();
    case ondemand::json_type::number:
      return static_cast<std::size_t>(double(value.get_double()));
    case ondemand::json_type::boolean:
      return bool(value.get_bool()) ? 1 : 0;
    default:
      return 0;
  }
}

// Looks at every response and keeps none.
class SeenRows final : public ResponseSink {
 public:
  void file(Response& response, const SurveyDefinition&) override {
    ++filed_;
    answers_ += response.answers.size();
  }
  void exclude(SkippedRow) override {}
  void reject(SkippedRow) override {}

  std::int64_t filed() const { return filed_; }
  std::size_t answers() const { return answers_; }

 private:
  std::int64_t filed_ = 0;
  std::size_t answers_ = 0;
};

std::size_t parsed_answers(const SurveyParser& parser,
                           std::string_view document,
                           const SurveyContext& context,
                           int expected) {
  SeenRows rows;
  const auto facts = parser.parse(document, context, rows);
  if (!facts || facts->rows_seen != expected || rows.filed() != expected) {
    std::cerr << "bench parse: the parser did not read its own sample\n";
    std::exit(1);
  }
  return rows.answers();
}

nlohmann::ordered_json bench_typeform(int rounds) {
  constexpr int kResponses = 1000;  // the largest page that Typeform sends
  const std::string page = make_typeform_page(kResponses);
  const simdjson::padded_string padded(page);
  const TypeformParser parser;
  SurveyContext context;
  std::size_t sink = 0;
  ondemand::parser iterator;
  const double stage1 =
      best_rate(page.size(), rounds, [&] { sink += iterator.iterate(padded).error() ? 1 : 0; });
  // Both in turns: the processor's clock drifts, and more so on a busy machine.
  double iterate = 0;
  double ours = 0;
  for (int i = 0; i < rounds; ++i) {
    iterate = std::max(iterate, best_rate(page.size(), 1, [&] {
                         ondemand::document document = iterator.iterate(padded);
                         sink += walk(document.get_value());
                       }));
    ours = std::max(ours, best_rate(page.size(), 1, [&] {
                      sink += parsed_answers(parser, page, context, kResponses);
                    }));
  }
  return {{"bytes", page.size()},
          {"muster_mb_s", ours},
          {"simdjson_ondemand_mb_s", iterate},
          {"simdjson_index_only_mb_s", stage1},
          {"ratio", ours / iterate},
          {"goal_ratio", 0.5},
          {"met", ours / iterate >= 0.5},
          {"checksum", sink % 1000}};
}

double read_rate(const std::string& table, int rounds) {
  std::size_t fields = 0;
  return best_rate(table.size(), rounds, [&] {
    const auto read = read_csv(table, ',', [&](const CsvRow& row) {
      fields += row.fields.size();
      return true;
    });
    if (!read || fields == 0) {
      std::exit(1);
    }
  });
}

nlohmann::ordered_json bench_csv(int rounds) {
  constexpr int kRows = 100'000;
  const std::string plain = make_table(kRows, false);
  const std::string quoted = make_table(kRows, true);
  const double reader = read_rate(plain, rounds);
  const CsvSurveyParser parser;
  SurveyContext context;
  const auto survey = [&](const std::string& table) {
    return best_rate(table.size(), std::max(1, rounds / 4), [&] {
      parsed_answers(parser, table, context, kRows);
    });
  };
  return {{"bytes", plain.size()},
          {"rows", kRows},
          {"reader_mb_s", reader},
          {"reader_quoted_mb_s", read_rate(quoted, rounds)},
          {"goal_reader_mb_s", 200},
          {"met", reader >= 200},
          {"survey_mb_s", survey(plain)},
          {"survey_quoted_mb_s", survey(quoted)}};
}

}  // namespace

// Prints one JSON object. An argument, if any, is the number of rounds (default 20).
int bench_parse(std::span<const std::string> args) {
  const int rounds = args.empty() ? 20 : std::max(1, std::atoi(args[0].c_str()));
  nlohmann::ordered_json out;
  out["bench"] = "parse";
  out["typeform"] = bench_typeform(rounds);
  out["csv"] = bench_csv(rounds);
  std::cout << out.dump(2) << "\n";
  return 0;
}

}  // namespace muster
