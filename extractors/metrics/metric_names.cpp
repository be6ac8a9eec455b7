#include "extractors/metrics/metric_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

namespace muster {
namespace {

constexpr KnownMetric kKnownMetrics[] = {
    {"likes", Objective::engagement, "count"},
    {"comments", Objective::engagement, "count"},
    {"shares", Objective::engagement, "count"},
    {"saves", Objective::engagement, "count"},
    {"engagements", Objective::engagement, "count"},
    {"engagement_rate", Objective::engagement, "share"},
    {"views", Objective::engagement, "count"},
    {"impressions", Objective::engagement, "count"},
    {"reach", Objective::engagement, "count"},
    {"watch_time", Objective::engagement, "s"},
    {"clicks", Objective::traffic, "count"},
    {"sessions", Objective::traffic, "count"},
    {"landing_page_views", Objective::traffic, "count"},
    {"click_rate", Objective::traffic, "share"},
    {"conversions", Objective::conversions, "count"},
    {"add_to_cart", Objective::conversions, "count"},
    {"revenue", Objective::conversions, "currency"},
    {"signups", Objective::email, "count"},
    {"unsubscribes", Objective::email, "count"},
};

// What tools call them.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"like", "likes"},
    {"like_count", "likes"},
    {"hearts", "likes"},
    {"reactions", "likes"},
    {"favorites", "likes"},
    {"comment_count", "comments"},
    {"replies", "comments"},
    {"share_count", "shares"},
    {"reposts", "shares"},
    {"retweets", "shares"},
    {"saved", "saves"},
    {"bookmarks", "saves"},
    {"engagement", "engagements"},
    {"interactions", "engagements"},
    {"total_engagement", "engagements"},
    {"total_interactions", "engagements"},
    {"view_count", "views"},
    {"video_views", "views"},
    {"plays", "views"},
    {"accounts_reached", "reach"},
    {"link_clicks", "clicks"},
    {"outbound_clicks", "clicks"},
    {"url_clicks", "clicks"},
    {"swipe_ups", "clicks"},
    {"visits", "sessions"},
    {"ctr", "click_rate"},
    {"conversion", "conversions"},
    {"orders", "conversions"},
    {"purchases", "conversions"},
    {"sales", "conversions"},
    {"redemptions", "conversions"},
    {"code_uses", "conversions"},
    {"carts", "add_to_cart"},
    {"turnover", "revenue"},
    {"sign_ups", "signups"},
    {"email_signups", "signups"},
    {"email_sign_ups", "signups"},
    {"e_mail_signups", "signups"},
    {"e_mail_sign_ups", "signups"},
    {"newsletter_signups", "signups"},
    {"new_subscribers", "signups"},
    {"subscribers", "signups"},
    {"leads", "signups"},
    {"unsubscribed", "unsubscribes"},
};

constexpr std::pair<std::string_view, MetricColumn> kColumnNames[] = {
    {"creator", MetricColumn::creator},
    {"creator_handle", MetricColumn::creator},
    {"handle", MetricColumn::creator},
    {"username", MetricColumn::creator},
    {"influencer", MetricColumn::creator},
    {"account", MetricColumn::creator},
    {"platform", MetricColumn::platform},
    {"network", MetricColumn::platform},
    {"post", MetricColumn::post},
    {"post_id", MetricColumn::post},
    {"post_url", MetricColumn::post},
    {"permalink", MetricColumn::post},
    {"media_id", MetricColumn::post},
    {"url", MetricColumn::post},
    {"campaign", MetricColumn::campaign},
    {"campaign_id", MetricColumn::campaign},
    {"utm_campaign", MetricColumn::campaign},
    {"date", MetricColumn::date},
    {"day", MetricColumn::date},
    {"week", MetricColumn::week},
    {"month", MetricColumn::month},
    {"from", MetricColumn::from},
    {"start", MetricColumn::from},
    {"start_date", MetricColumn::from},
    {"period_start", MetricColumn::from},
    {"until", MetricColumn::until},
    {"to", MetricColumn::until},
    {"end", MetricColumn::until},
    {"end_date", MetricColumn::until},
    {"period_end", MetricColumn::until},
    {"as_of", MetricColumn::as_of},
    {"exported_at", MetricColumn::as_of},
    {"retrieved_at", MetricColumn::as_of},
    {"metric", MetricColumn::metric},
    {"value", MetricColumn::value},
    {"unit", MetricColumn::unit},
    {"currency", MetricColumn::unit},
    {"objective", MetricColumn::objective},
};

}  // namespace

std::string normalize_metric_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) {
      out += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  if (out.ends_with('_')) {
    out.pop_back();
  }
  return out;
}

std::optional<KnownMetric> find_metric(std::string_view name) {
  const auto* other =
      std::ranges::find(kOtherNames, name, &std::pair<std::string_view, std::string_view>::first);
  const std::string_view own = other != std::end(kOtherNames) ? other->second : name;
  const auto* known = std::ranges::find(kKnownMetrics, own, &KnownMetric::name);
  return known != std::end(kKnownMetrics) ? std::optional(*known) : std::nullopt;
}

bool is_metric_name(std::string_view name) {
  return std::ranges::find(kKnownMetrics, name, &KnownMetric::name) != std::end(kKnownMetrics);
}

std::optional<MetricColumn> find_metric_column(std::string_view name) {
  const auto* found =
      std::ranges::find(kColumnNames, name, &std::pair<std::string_view, MetricColumn>::first);
  return found != std::end(kColumnNames) ? std::optional(found->second) : std::nullopt;
}

}  // namespace muster
