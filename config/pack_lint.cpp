#include "config/pack_lint.h"

#include "core/error.h"
#include "core/text.h"
#include "core/time.h"

#include <optional>
#include <set>

#include <fmt/format.h>

namespace muster {
namespace {

std::optional<Timestamp> day(std::string_view text) {
  return parse_local_time(text, "UTC");
}

class Linter {
 public:
  Linter(std::string_view today, int max_age_days)
      : today_text_(today), today_(day(today)), max_age_days_(max_age_days) {
    if (!today_) {
      throw UsageError(fmt::format("'{}' is no day; write 2026-03-01", printable(today)));
    }
  }

  void lint(const PlacementPack& pack) {
    begin(pack.id);
    check_source("platform_label", pack.platform_label.source);
    check_source("fold", pack.fold_source);
    for (const CoveredZone& zone : pack.covered) {
      check_source("covered." + zone.id, zone.source);
    }
    if (pack.rules.empty()) {
      remark("", "has no rules");
    }
    for (const PlacementRule& rule : pack.rules) {
      lint(rule);
    }
  }

  void lint(const MarketPack& pack) {
    begin(pack.id);
    check_source("position.before_fold", pack.before_fold_source);
    check_source("position.max_hashtag_run", pack.hashtag_run_source);
    check_source("position.first_hashtags", pack.first_hashtags_source);
    for (const PackRule* rule : {&pack.sponsor_named,
                                 &pack.same_language,
                                 &pack.each_item,
                                 &pack.in_media,
                                 &pack.toggle_is_not_enough,
                                 &pack.toggle_expected,
                                 &pack.same_means}) {
      check_source("rules", rule->source);
    }
    check_source("on_screen", pack.on_screen.source);
    check_source("spoken", pack.spoken.source);
    for (const DisclosureWording& wording : pack.wordings) {
      check_source("wording." + wording.id, wording.source);
    }
  }

  std::vector<PackRemark> take() { return std::move(remarks_); }

 private:
  void begin(const std::string& pack) {
    pack_ = pack;
    seen_sources_.clear();
  }

  void remark(std::string where, std::string what) {
    remarks_.push_back({pack_, std::move(where), std::move(what)});
  }

  void lint(const PlacementRule& rule) {
    const std::string where = "rule." + rule.id;
    check_limit(where, rule, rule.limit);
    for (const Limit& other : rule.disagreeing) {
      check_limit(where, rule, other);
      if (other.source == rule.limit.source) {
        remark(where, "disagrees with its own source; name the other one");
      }
    }
    if (!rule.remedy.ends_with('.')) {
      remark(where, "has a remedy that is no sentence; end it with a full stop");
    }
  }

  void check_limit(const std::string& where, const PlacementRule& rule, const Limit& limit) {
    check_source(where, limit.source);
    if (rule.property == Property::byte_size && limit.stated_unit.empty()) {
      remark(where, "does not say the unit of its size; add unit = \"MB\" (decimal) or \"MiB\"");
    }
  }

  void check_source(const std::string& where, const RuleSource& source) {
    const bool is_new = seen_sources_.insert(source.text + source.seen).second;
    const std::optional<Timestamp> seen = day(source.seen);
    if (!is_new || !seen) {
      return;
    }
    const auto age = std::chrono::duration_cast<std::chrono::hours>(*today_ - *seen).count() / 24;
    if (age > max_age_days_) {
      remark(where,
             fmt::format(
                 "'{}' was read {} days ago ({}); read it again", source.text, age, source.seen));
    } else if (age < 0) {
      remark(where,
             fmt::format("'{}' was read on {}, which is after today, {}",
                         source.text,
                         source.seen,
                         today_text_));
    }
    // Dates of less than a day are compared as far as they go.
    if (source.date.substr(0, 10) > source.seen.substr(0, source.date.size())) {
      remark(where,
             fmt::format("'{}' is dated {}, after the day on which it was read, {}",
                         source.text,
                         source.date,
                         source.seen));
    }
  }

  std::string today_text_;
  std::optional<Timestamp> today_;
  int max_age_days_;
  std::string pack_;
  std::set<std::string> seen_sources_;
  std::vector<PackRemark> remarks_;
};

}  // namespace

std::vector<PackRemark> lint_packs(const Packs& packs, std::string_view today, int max_age_days) {
  Linter linter(today, max_age_days);
  for (const auto& [id, pack] : packs.placements) {
    linter.lint(pack);
  }
  for (const auto& [id, pack] : packs.markets) {
    linter.lint(pack);
  }
  return linter.take();
}

}  // namespace muster
