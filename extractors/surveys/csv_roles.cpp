#include "extractors/surveys/csv_roles.h"

#include <algorithm>
#include <array>
#include <utility>

namespace muster {
namespace {

struct NamedRole {
  std::string_view name;
  ColumnRole role;
};

// Names as squeezed(): what the providers write, plus what people call such columns themselves.
constexpr auto kRoles = std::to_array<NamedRole>({
    {"#", ColumnRole::response_id},
    {"responseid", ColumnRole::response_id},
    {"recordid", ColumnRole::response_id},
    {"respondentid", ColumnRole::response_id},
    {"submissionid", ColumnRole::response_id},
    {"id", ColumnRole::response_id},
    {"token", ColumnRole::response_id},

    {"startdate", ColumnRole::started_at},
    {"startdateutc", ColumnRole::started_at},
    {"starttime", ColumnRole::started_at},
    {"startedat", ColumnRole::started_at},
    {"datecreated", ColumnRole::started_at},
    {"enddate", ColumnRole::submitted_at},
    {"submitdate", ColumnRole::submitted_at},
    {"submitdateutc", ColumnRole::submitted_at},
    {"submittedat", ColumnRole::submitted_at},
    {"submissiondate", ColumnRole::submitted_at},
    {"completedat", ColumnRole::submitted_at},
    {"timestamp", ColumnRole::submitted_at},
    {"recordeddate", ColumnRole::submitted_at},
    {"datestamp", ColumnRole::updated_at},
    {"datemodified", ColumnRole::updated_at},
    {"updatedat", ColumnRole::updated_at},
    // The Google sheet's first header in other languages.
    {"marcatemporal", ColumnRole::submitted_at},
    {"zeitstempel", ColumnRole::submitted_at},
    {"horodateur", ColumnRole::submitted_at},
    {"informazionicronologiche", ColumnRole::submitted_at},
    {"tijdstempel", ColumnRole::submitted_at},
    {"carimbodedatahora", ColumnRole::submitted_at},

    {"userlanguage", ColumnRole::language},
    {"startlanguage", ColumnRole::language},
    {"language", ColumnRole::language},

    {"ipaddress", ColumnRole::respondent},
    {"ipaddr", ColumnRole::respondent},
    {"ip", ColumnRole::respondent},
    {"networkid", ColumnRole::respondent},
    {"useragent", ColumnRole::respondent},
    {"email", ColumnRole::respondent},
    {"emailaddress", ColumnRole::respondent},
    {"username", ColumnRole::respondent},
    {"recipientemail", ColumnRole::respondent},
    {"recipientfirstname", ColumnRole::respondent},
    {"recipientlastname", ColumnRole::respondent},
    {"recipientid", ColumnRole::respondent},
    {"externalreference", ColumnRole::respondent},
    {"externaldatareference", ColumnRole::respondent},
    {"name", ColumnRole::respondent},
    {"fullname", ColumnRole::respondent},
    {"firstname", ColumnRole::respondent},
    {"lastname", ColumnRole::respondent},
    {"phone", ColumnRole::respondent},
    {"phonenumber", ColumnRole::respondent},
    {"locationlatitude", ColumnRole::respondent},
    {"locationlongitude", ColumnRole::respondent},
    {"locationaccuracy", ColumnRole::respondent},

    {"utmsource", ColumnRole::hidden},
    {"utmmedium", ColumnRole::hidden},
    {"utmcampaign", ColumnRole::hidden},
    {"utmcontent", ColumnRole::hidden},
    {"utmterm", ColumnRole::hidden},
    {"utmid", ColumnRole::hidden},
    {"creator", ColumnRole::hidden},
    {"creatorhandle", ColumnRole::hidden},
    {"creatorid", ColumnRole::hidden},
    {"creatortier", ColumnRole::hidden},
    {"tier", ColumnRole::hidden},
    {"influencer", ColumnRole::hidden},
    {"influencerhandle", ColumnRole::hidden},
    {"campaign", ColumnRole::hidden},
    {"campaignid", ColumnRole::hidden},
    {"campaignname", ColumnRole::hidden},
    {"placement", ColumnRole::hidden},
    {"market", ColumnRole::hidden},
    {"wave", ColumnRole::hidden},
    {"variant", ColumnRole::hidden},
    {"source", ColumnRole::hidden},
    {"medium", ColumnRole::hidden},
    {"channel", ColumnRole::hidden},
    {"ref", ColumnRole::hidden},
    {"refurl", ColumnRole::hidden},
    {"referrer", ColumnRole::hidden},
    {"responseset", ColumnRole::hidden},
    {"progress", ColumnRole::hidden},
    {"duration", ColumnRole::hidden},
    {"durationinseconds", ColumnRole::hidden},
    {"distributionchannel", ColumnRole::hidden},
    {"lastpage", ColumnRole::hidden},
    {"seed", ColumnRole::hidden},
    {"collectorid", ColumnRole::hidden},
    {"tags", ColumnRole::hidden},
    {"ending", ColumnRole::hidden},
    {"stagedateutc", ColumnRole::hidden},
    {"winningoutcomeid", ColumnRole::hidden},
});

}  // namespace

std::optional<ColumnRole> role_of(std::string_view name, CsvDialect dialect) {
  const bool qualtrics =
      dialect == CsvDialect::qualtrics || dialect == CsvDialect::qualtrics_legacy;
  if (name == "finished" && qualtrics) {
    return ColumnRole::finished;
  }
  if ((name == "status" && (qualtrics || dialect == CsvDialect::generic)) ||
      name == "responsestatus" || (name == "responsetype" && dialect == CsvDialect::typeform)) {
    return ColumnRole::status;
  }
  if (name == "token" && dialect == CsvDialect::limesurvey) {
    return ColumnRole::respondent;
  }
  if (name == "score" && (dialect == CsvDialect::google_sheet || dialect == CsvDialect::typeform)) {
    return ColumnRole::hidden;
  }
  if (name.starts_with("customdata") && dialect == CsvDialect::surveymonkey) {
    return ColumnRole::hidden;
  }
  const auto found = std::find_if(
      kRoles.begin(), kRoles.end(), [&](const NamedRole& role) { return role.name == name; });
  return found == kRoles.end() ? std::nullopt : std::optional(found->role);
}

int id_rank(std::string_view name) {
  static constexpr auto kRanks = std::to_array<std::string_view>(
      {"responseid", "recordid", "respondentid", "#", "submissionid", "id", "token"});
  const auto found = std::find(kRanks.begin(), kRanks.end(), name);
  return found == kRanks.end() ? 100 : static_cast<int>(found - kRanks.begin());
}

}  // namespace muster
