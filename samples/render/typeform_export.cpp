#include "samples/render/audience.h"
#include "samples/render/survey_exports.h"

#include <nlohmann/json.hpp>

namespace muster {

namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::string_view kFormId = "fZ9spRnG";

OrderedJson field(
    const char* id, const char* ref, const char* type, const char* title, OrderedJson properties) {
  return {{"id", id},
          {"ref", ref},
          {"type", type},
          {"title", title},
          {"properties", std::move(properties)},
          {"validations", {{"required", false}}}};
}

OrderedJson choice_list() {
  OrderedJson choices = OrderedJson::array();
  int number = 0;
  for (const char* brand : kAwarenessBrands) {
    choices.push_back({{"id", "chAw" + std::to_string(number)},
                       {"ref", "aware-" + std::to_string(number)},
                       {"label", brand}});
    ++number;
  }
  return choices;
}

OrderedJson answer(
    const char* id, const char* ref, const char* field_type, const char* type, OrderedJson value) {
  return {{"field", {{"id", id}, {"ref", ref}, {"type", field_type}}},
          {"type", type},
          {type, std::move(value)}};
}

OrderedJson chosen_brands(const Person& person) {
  OrderedJson ids = OrderedJson::array();
  OrderedJson refs = OrderedJson::array();
  OrderedJson labels = OrderedJson::array();
  for (const int i : person.aware) {
    ids.push_back("chAw" + std::to_string(i));
    refs.push_back("aware-" + std::to_string(i));
    labels.push_back(kAwarenessBrands[i]);
  }
  return {{"ids", ids}, {"refs", refs}, {"labels", labels}};
}

OrderedJson typeform_item(const Person& person, Random& random) {
  const std::string token = random_id(random, 32);
  OrderedJson item = {{"landing_id", token},
                      {"token", token},
                      {"response_id", token},
                      {"response_type", "completed"},
                      {"landed_at", iso_time(person.started_s)}};
  item["submitted_at"] = iso_time(person.started_s + person.seconds_taken);
  item["metadata"] = {{"user_agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X)"},
                      {"platform", "mobile"},
                      {"referer", "https://example.com/to/" + std::string(kFormId)},
                      {"network_id", random_id(random, 10)},
                      {"browser", "touch"}};
  item["hidden"] = {
      {"creator", person.creator.handle}, {"utm_campaign", kCampaign}, {"wave", person.wave}};
  item["calculated"] = {{"score", 0}};
  OrderedJson answers = OrderedJson::array();
  answers.push_back(answer("npsFz1", "recommend", "nps", "number", person.nps));
  answers.push_back(answer("ratFz2", "taste", "rating", "number", person.taste));
  answers.push_back(answer("mulFz3", "aware", "multiple_choice", "choices", chosen_brands(person)));
  answers.push_back(answer("yesFz4", "recall", "yes_no", "boolean", person.recalls));
  const std::string number = std::to_string(person.likely);
  answers.push_back(answer("chcFz5",
                           "buy",
                           "multiple_choice",
                           "choice",
                           {{"id", "chBy" + number},
                            {"ref", "buy-" + number},
                            {"label", kLikelihoods[person.likely - 1]}}));
  if (!person.comment.empty()) {
    answers.push_back(answer("txtFz6", "comment", "long_text", "text", person.comment));
  }
  item["answers"] = answers;
  return item;
}

// Opened and left: Typeform sends no answers and a date before its time.
OrderedJson unfinished(OrderedJson item) {
  item["response_type"] = "started";
  item["submitted_at"] = "0001-01-01T00:00:00Z";
  item["answers"] = nullptr;
  return item;
}

}  // namespace

std::string typeform_form() {
  OrderedJson fields = OrderedJson::array();
  fields.push_back(field("npsFz1",
                         "recommend",
                         "nps",
                         "How likely are you to recommend *Fizzolo* to a friend?",
                         {{"steps", 11},
                          {"start_at_one", false},
                          {"labels", {{"left", "Not at all"}, {"right", "Extremely"}}}}));
  fields.push_back(
      field("ratFz2", "taste", "rating", "How did it taste?", {{"shape", "star"}, {"steps", 5}}));
  fields.push_back(field("mulFz3",
                         "aware",
                         "multiple_choice",
                         "Which of these sparkling drinks have you heard of?",
                         {{"randomize", true},
                          {"allow_multiple_selection", true},
                          {"allow_other_choice", false},
                          {"choices", choice_list()}}));
  fields.push_back(field("yesFz4",
                         "recall",
                         "yes_no",
                         "Have you seen a post about Fizzolo in the last two weeks?",
                         OrderedJson::object()));
  OrderedJson likelihoods = OrderedJson::array();
  for (int i = 1; i <= 5; ++i) {
    likelihoods.push_back({{"id", "chBy" + std::to_string(i)},
                           {"ref", "buy-" + std::to_string(i)},
                           {"label", kLikelihoods[i - 1]}});
  }
  fields.push_back(field("chcFz5",
                         "buy",
                         "multiple_choice",
                         "Would you buy it next time you see it?",
                         {{"allow_multiple_selection", false},
                          {"allow_other_choice", false},
                          {"choices", likelihoods}}));
  fields.push_back(field("txtFz6",
                         "comment",
                         "long_text",
                         "Anything you would like to tell us?",
                         OrderedJson::object()));
  const OrderedJson form = {
      {"id", kFormId},
      {"type", "quiz"},
      {"title", "Fizzolo spring pulse"},
      {"settings", {{"language", "en"}}},
      {"hidden", {"creator", "utm_campaign", "wave"}},
      {"fields", fields},
      {"last_updated_at", iso_time(kCampaignStart - 86400)},
      {"_links", {{"display", "https://example.com/to/" + std::string(kFormId)}}}};
  return form.dump(1) + "\n";
}

std::string typeform_responses(std::string_view creators_csv, std::uint64_t seed) {
  constexpr int kPeople = 340;
  Random random(seed + 1);
  const auto creators = sample_creators(creators_csv);
  OrderedJson items = OrderedJson::array();
  for (int i = 0; i < kPeople; ++i) {
    OrderedJson item = typeform_item(answer_survey(random, creators, kCampaignStart), random);
    items.push_back(i % 19 == 7 ? unfinished(std::move(item)) : std::move(item));
  }
  // A page drifted while it was fetched: one response came twice.
  items.push_back(items[40]);
  const OrderedJson document = {{"total_items", items.size()}, {"page_count", 1}, {"items", items}};
  return document.dump() + "\n";
}

}  // namespace muster
