#pragma once

// JSON as Muster writes it: the API, --format json, sidecars and evidence columns all use these, so
// that the names are the same everywhere. Only the forward header of nlohmann/json is included
// here.

#include "core/decision.h"
#include "core/finding.h"
#include "core/insight.h"
#include "core/job.h"
#include "core/media.h"
#include "core/submission.h"
#include "core/survey.h"

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace muster {

using Json = nlohmann::ordered_json;

void to_json(Json& json, const ContentHash& hash);
void from_json(const Json& json, ContentHash& hash);
void to_json(Json& json, const VideoContent& content);
void from_json(const Json& json, VideoContent& content);
void to_json(Json& json, const SoundContent& content);
void from_json(const Json& json, SoundContent& content);
void to_json(Json& json, const MediaFacts& facts);
void from_json(const Json& json, MediaFacts& facts);
void to_json(Json& json, const Place& place);
void from_json(const Json& json, Place& place);
void to_json(Json& json, const Finding& finding);
void from_json(const Json& json, Finding& finding);
void to_json(Json& json, const Provenance& provenance);
void from_json(const Json& json, Provenance& provenance);
void to_json(Json& json, const Verdict& verdict);
void from_json(const Json& json, Verdict& verdict);
void to_json(Json& json, const Rights& rights);
void from_json(const Json& json, Rights& rights);
void to_json(Json& json, const Manifest& manifest);
void from_json(const Json& json, Manifest& manifest);
void to_json(Json& json, const Decision& decision);
void to_json(Json& json, const Job& job);
void to_json(Json& json, const Choice& choice);
void from_json(const Json& json, Choice& choice);
void to_json(Json& json, const Answer& answer);
void from_json(const Json& json, Answer& answer);
void to_json(Json& json, const Question& question);
void from_json(const Json& json, Question& question);
void to_json(Json& json, const SurveyDefinition& definition);
void from_json(const Json& json, SurveyDefinition& definition);
void to_json(Json& json, const Figure& figure);
void to_json(Json& json, const Insight& insight);

// One line, no spaces; invalid UTF-8 becomes U+FFFD instead of an exception.
std::string dump(const Json& json);
// Indented by two spaces.
std::string dump_pretty(const Json& json);

}  // namespace muster
