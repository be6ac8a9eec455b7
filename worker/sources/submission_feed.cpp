#include "worker/sources/submission_feed.h"

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "extractors/text/manifest_reader.h"
#include "worker/sources/feed_items.h"
#include "worker/url.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr Milliseconds kLongestRetryAfter = std::chrono::hours(24);
// Time for a file: half a minute and what a slow line (100 kB/s) needs, at most a quarter of an
// hour.
constexpr std::uint64_t kSlowBytesPerMillisecond = 100;
constexpr Milliseconds kShortestDownload = std::chrono::seconds(30);
constexpr Milliseconds kLongestDownload = std::chrono::minutes(15);

Url configured_url(const SourceConfig& config) {
  const std::optional<Url> url = parse_url(config.url);
  if (!url) {
    throw ConfigError(Problem{"",
                              0,
                              0,
                              "source." + config.name + ".url",
                              "no absolute http or https URL without a user name"});
  }
  if (url->scheme == "http" && !config.allow_http) {
    throw ConfigError(Problem{"",
                              0,
                              0,
                              "source." + config.name + ".url",
                              "plain http; use https, or set allow_http = true"});
  }
  return *url;
}

bool is_transient(int status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

class SubmissionFeed final : public Source {
 public:
  SubmissionFeed(const SourceConfig& config, const SourceContext& context)
      : config_(config),
        clock_(context.clock),
        http_(context.http),
        max_media_bytes_(context.max_media_bytes),
        first_page_(configured_url(config)),
        token_(read_token(config)) {}

  const std::string& name() const override { return config_.name; }

  PollReport poll(Intake& intake, std::stop_token stop) override {
    Poll poll;
    read_pages(poll, intake, stop);
    intake.end_poll(name(), poll.waiting, poll.note);
    poll.report.waiting = static_cast<int>(poll.waiting.size());
    return poll.report;
  }

  void fetch(const MediaRef& media, BlobWriter& writer, std::stop_token stop) override {
    const std::optional<Url> url = parse_url(media.locator);
    if (!url) {
      throw PermanentError(
          fmt::format("fetch {}: its address is no http or https URL", media.display_name));
    }
    HttpRequest request = request_for(*url);
    request.max_body_bytes = max_media_bytes_;
    request.total_timeout = download_time(media.byte_size);
    std::uint64_t received = 0;
    const HttpResponse response = http_.download(
        request,
        [&](std::span<const std::byte> bytes) {
          received += bytes.size();
          writer.append(bytes);
        },
        stop);
    check_download(*url, response);
    if (received < media.byte_size) {
      throw TransientError(fmt::format("fetch {}: got {} of the {} bytes that the feed promises",
                                       url->shown(),
                                       received,
                                       media.byte_size));
    }
  }

  void settle(Intake&) override {}  // nothing of ours lies on the other side

 private:
  struct Poll {
    PollReport report;
    std::vector<WaitingItem> waiting;
    std::string note;                 // what went wrong without ending the poll
    std::set<std::string> pages;      // addresses read
    std::set<std::string> first_ids;  // of the pages read
    std::set<std::string> ids;
    std::vector<std::string> left_out;
  };

  void read_pages(Poll& poll, Intake& intake, std::stop_token stop) {
    const Cursor before = intake.cursor(name()).value_or(Cursor{});
    std::optional<Url> page = first_page_;
    const bool resumed = !before.position.empty();
    if (resumed) {
      const std::optional<Url> next = resolve_url(first_page_, before.position);
      page = next && next->same_origin(first_page_) ? next : first_page_;
    }
    for (int count = 0; page && count < config_.max_pages; ++count) {
      HttpRequest request = request_for(*page);
      request.compressed = true;
      request.headers.emplace_back("Accept", "application/json");
      const bool conditional = count == 0 && !resumed;
      if (conditional) {
        add_validators(request, before);
      }
      const HttpResponse response = http_.get(request, stop);
      if (conditional && response.status == 304) {
        return;
      }
      if (asks_to_wait(response, poll)) {
        return;
      }
      check_page_status(*page, response, resumed && count == 0, intake);
      page = take_page(*page, response, conditional, poll, intake);
    }
    note_left_out(poll);
  }

  HttpRequest request_for(const Url& url) const {
    HttpRequest request;
    request.url = url.text;
    request.allow_http = config_.allow_http;
    request.allow_private = config_.allow_private;
    if (url.host == first_page_.host) {
      request.also_port = first_page_.port;
    }
    if (!token_.empty() && url.same_origin(first_page_)) {
      request.headers.emplace_back("Authorization", "Bearer " + token_);
    }
    return request;
  }

  static void add_validators(HttpRequest& request, const Cursor& cursor) {
    if (!cursor.etag.empty()) {
      request.headers.emplace_back("If-None-Match", cursor.etag);
    }
    if (!cursor.last_modified.empty()) {
      request.headers.emplace_back("If-Modified-Since", cursor.last_modified);
    }
  }

  bool asks_to_wait(const HttpResponse& response, Poll& poll) const {
    if (response.status != 429 && response.status != 503) {
      return false;
    }
    const auto header = response.header("retry-after");
    const auto wait = header ? parse_retry_after(*header, clock_.now()) : std::nullopt;
    if (!wait) {
      return false;
    }
    poll.report.retry_after = std::min(*wait, kLongestRetryAfter);
    poll.note = fmt::format("the feed answers {} and asks to come back in {}",
                            response.status,
                            to_string(*poll.report.retry_after));
    return true;
  }

  void check_page_status(const Url& page,
                         const HttpResponse& response,
                         bool resumed,
                         Intake& intake) const {
    if (response.status == 200) {
      return;
    }
    const std::string what =
        fmt::format("read feed {}: the server answers {}", page.shown(), response.status);
    if (is_transient(response.status)) {
      throw TransientError(what);
    }
    if (resumed) {
      begin_at_front(intake);
      throw TransientError(what +
                           " to where the last poll stopped; the next one begins at the "
                           "front");
    }
    if (response.status == 401 || response.status == 403) {
      throw PermanentError(what + "; check token_env or token_file of the source");
    }
    throw PermanentError(what + "; check the url of the source");
  }

  void begin_at_front(Intake& intake) const { intake.record(name(), {}, Cursor{}); }

  // Records the page and returns the address of the next one; nullopt after the last.
  std::optional<Url> take_page(
      const Url& page, const HttpResponse& response, bool first, Poll& poll, Intake& intake) const {
    Parsed<FeedPage> feed = read_feed_page(response.body);
    if (!feed) {
      throw PermanentError(
          fmt::format("read feed {}: {}", page.shown(), printable(to_string(feed.error()))));
    }
    guard_against_loops(page, *feed, poll, intake);
    const std::optional<Url> next = next_page(page, *feed, intake);
    PageItems items = items_of_page(*std::move(feed), response.body, page, config_);
    for (const ParseError& error : items.without_id) {
      poll.left_out.push_back(printable(to_string(error)));
      poll.waiting.push_back({fmt::format("page {} {}", poll.pages.size(), printable(error.where)),
                              "has no usable id: " + printable(error.what)});
    }
    // Pages shift while they are read, so an item may come twice; the first one counts.
    std::erase_if(items.found, [&](const FoundSubmission& found) {
      return !poll.ids.insert(found.external_id).second;
    });
    Cursor cursor;
    if (next) {
      cursor.position = next->text;
    } else if (first) {
      cursor.etag = response.header("etag").value_or("");
      cursor.last_modified = response.header("last-modified").value_or("");
    }
    const RecordCounts counts = intake.record(name(), items.found, cursor);
    poll.report.counts.added += counts.added;
    poll.report.counts.revised += counts.revised;
    poll.report.counts.unchanged += counts.unchanged;
    return next;
  }

  void guard_against_loops(const Url& page,
                           const FeedPage& feed,
                           Poll& poll,
                           Intake& intake) const {
    bool repeated = !poll.pages.insert(page.text).second;
    if (!feed.items.empty()) {
      repeated |= !poll.first_ids.insert(feed.items.front().manifest.external_id).second;
    }
    if (repeated) {
      begin_at_front(intake);
      throw PermanentError(fmt::format(
          "read feed {}: page {} is one that was read before, so its \"next\" leads in a circle",
          page.shown(),
          poll.pages.size()));
    }
  }

  std::optional<Url> next_page(const Url& page, const FeedPage& feed, Intake& intake) const {
    if (feed.next.empty()) {
      return std::nullopt;
    }
    const std::optional<Url> next = feed.next_is_cursor
                                        ? with_query(first_page_, "cursor", feed.next)
                                        : resolve_url(page, feed.next);
    if (!next || !next->same_origin(first_page_)) {
      begin_at_front(intake);
      throw PermanentError(
          fmt::format("read feed {}: \"next\" is no address on the feed's own host", page.shown()));
    }
    return next;
  }

  void note_left_out(Poll& poll) const {
    if (poll.left_out.empty()) {
      return;
    }
    poll.note = fmt::format("{} items have no usable id and were left out; the first: {}",
                            poll.left_out.size(),
                            poll.left_out.front());
    log::warn(
        "feed.items_left_out",
        {{"source", name()}, {"items", poll.left_out.size()}, {"first", poll.left_out.front()}});
  }

  Milliseconds download_time(std::uint64_t byte_size) const {
    const std::uint64_t bytes =
        std::min(byte_size == 0 ? max_media_bytes_ : byte_size, max_media_bytes_);
    const auto slow = static_cast<std::int64_t>(bytes / kSlowBytesPerMillisecond);
    return std::min(kShortestDownload + Milliseconds(slow), kLongestDownload);
  }

  void check_download(const Url& url, const HttpResponse& response) const {
    if (response.status == 200) {
      return;
    }
    const std::string what = fmt::format("fetch {}: ", url.shown());
    if (response.status == 404 || response.status == 410) {
      throw PermanentError(
          fmt::format("{}the file is not there any more ({})", what, response.status));
    }
    if (response.status == 401 || response.status == 403) {
      throw PermanentError(fmt::format(
          "{}the server refuses to hand out the file ({}); a link with a time limit may be over",
          what,
          response.status));
    }
    if (is_transient(response.status)) {
      throw TransientError(fmt::format("{}the server answers {}", what, response.status));
    }
    throw PermanentError(fmt::format("{}the server answers {}", what, response.status));
  }

  SourceConfig config_;
  Clock& clock_;
  HttpClient& http_;
  std::uint64_t max_media_bytes_;
  Url first_page_;
  std::string token_;
};

}  // namespace

std::unique_ptr<Source> make_submission_feed(const SourceConfig& config,
                                             const SourceContext& context) {
  return std::make_unique<SubmissionFeed>(config, context);
}

}  // namespace muster
