#include "worker/curl_http_client.h"

#include "core/error.h"
#include "core/text.h"
#include "core/version.h"
#include "worker/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <mutex>
#include <utility>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

namespace muster {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64'000;
constexpr int kMaxHeaderLines = 100;
constexpr std::uint64_t kMaxErrorBodyBytes = 64'000;  // of a download that is not a 200
// Text compresses up to about 20:1 in practice; a body that inflates more than this is a bomb.
// Small bodies are let be.
constexpr std::uint64_t kMaxInflation = 100;
constexpr std::uint64_t kInflationFloorBytes = 1'000'000;
constexpr long kLowSpeedBytesPerSecond = 1'000;
constexpr long kLowSpeedSeconds = 15;
constexpr std::size_t kIdleSessions = 4;  // per pool

using Sink = std::function<void(std::span<const std::byte>)>;

// A handle with its own connection cache.
struct Session {
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl_multi_init(),
                                                              curl_multi_cleanup};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
};

enum class Refusal { none, body_too_large, bomb, headers_too_long, address };

// One request and its response, as the callbacks see it.
struct Exchange {
  const HttpRequest& request;
  const AddressGuard& guard;
  const Url& url;
  const Url& first_url;
  const Sink* sink = nullptr;  // takes the body of a 200 where set
  CURL* easy = nullptr;
  HttpResponse response{};
  std::uint64_t body_bytes = 0;
  std::size_t header_bytes = 0;
  int header_lines = 0;
  int addresses_tried = 0;
  std::string refused_address{};
  Refusal refusal = Refusal::none;
  std::exception_ptr failure{};  // thrown by the sink

  bool port_allowed(std::uint16_t port) const {
    return request.allow_private || port == 80 || port == 443 ||
           (port == request.also_port && port != 0 && url.host == first_url.host);
  }
  bool address_allowed(const sockaddr& address) const {
    const AddressClass kind = guard(address);
    return (kind == AddressClass::global ||
            (kind == AddressClass::private_use && request.allow_private)) &&
           port_allowed(port_of(address));
  }
};

std::string text_of(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return text.data();
  }
  if (address.sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return text.data();
  }
  return "of another family";
}

curl_socket_t open_socket(void* user, curlsocktype purpose, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (purpose != CURLSOCKTYPE_IPCXN || !exchange.address_allowed(address->addr)) {
    exchange.refused_address = text_of(address->addr);
    return CURL_SOCKET_BAD;
  }
  ++exchange.addresses_tried;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Sees reused connections too, which open_socket does not.
int check_peer(void* user, char* peer_ip, char*, int peer_port, int) {
  auto& exchange = *static_cast<Exchange*>(user);
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  const std::string ip = std::string(peer_ip).substr(0, std::string_view(peer_ip).find('%'));
  const auto port = htons(static_cast<std::uint16_t>(peer_port));
  bool allowed = false;
  if (inet_pton(AF_INET, ip.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = port;
    allowed = exchange.address_allowed(reinterpret_cast<const sockaddr&>(v4));
  } else if (inet_pton(AF_INET6, ip.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = port;
    allowed = exchange.address_allowed(reinterpret_cast<const sockaddr&>(v6));
  }
  if (!allowed) {
    exchange.refused_address = ip;
    exchange.refusal = Refusal::address;
  }
  return allowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.header_bytes += size;
  ++exchange.header_lines;
  if (exchange.header_bytes > kMaxHeaderBytes || exchange.header_lines > kMaxHeaderLines) {
    exchange.refusal = Refusal::headers_too_long;
    return 0;
  }
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    exchange.response.headers.clear();  // a new response: what came before was an interim one
    const std::size_t space = line.find(' ');
    const std::string_view status =
        space == std::string_view::npos ? std::string_view() : line.substr(space + 1, 3);
    exchange.response.status = 0;
    std::from_chars(status.data(), status.data() + status.size(), exchange.response.status);
    return size;
  }
  if (const std::size_t colon = line.find(':'); colon != std::string_view::npos && colon > 0) {
    exchange.response.headers.emplace_back(to_lower_ascii(trim(line.substr(0, colon))),
                                           trim(line.substr(colon + 1)));
  }
  return size;
}

std::uint64_t received_bytes(CURL* easy) {
  curl_off_t bytes = 0;
  curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  return static_cast<std::uint64_t>(bytes);
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const bool to_sink = exchange.sink != nullptr && exchange.response.status == 200;
  if (exchange.sink != nullptr && !to_sink && exchange.body_bytes + size > kMaxErrorBodyBytes) {
    return size;  // the explanation of an error needs no more; the deadline bounds the rest
  }
  exchange.body_bytes += size;
  // libcurl's own limit (MAXFILESIZE) does not bound what is delivered: not without Content-Length,
  // not when inflating.
  if (exchange.body_bytes > exchange.request.max_body_bytes) {
    exchange.refusal = Refusal::body_too_large;
    return 0;
  }
  // The counter lags by up to one read of libcurl's buffer (16 kB), hence the slack.
  if (exchange.request.compressed && exchange.body_bytes > kInflationFloorBytes &&
      exchange.body_bytes > kMaxInflation * (received_bytes(exchange.easy) + 16'384)) {
    exchange.refusal = Refusal::bomb;
    return 0;
  }
  try {
    if (to_sink) {
      (*exchange.sink)(std::as_bytes(std::span(data, size)));
    } else {
      exchange.response.body.append(data, size);
    }
  } catch (...) {
    exchange.failure = std::current_exception();
    return 0;
  }
  return size;
}

// Options of libcurl that can only fail for lack of memory or a wrong build.
template <typename T>
void set(CURL* easy, CURLoption option, T value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw Error(fmt::format(
        "set option {} of libcurl: {}", static_cast<int>(option), curl_easy_strerror(code)));
  }
}

void set_limits(CURL* easy, const HttpRequest& request, Milliseconds time_left) {
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(time_left.count()));
  set(easy, CURLOPT_LOW_SPEED_LIMIT, kLowSpeedBytesPerSecond);
  set(easy, CURLOPT_LOW_SPEED_TIME, kLowSpeedSeconds);
  set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(request.max_body_bytes));
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  // Otherwise a slow resolver holds us beyond the deadline.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
}

void set_safety(CURL* easy, Exchange& exchange) {
  const char* protocols = exchange.request.allow_http ? "https,http" : "https";
  set(easy, CURLOPT_PROTOCOLS_STR, protocols);
  set(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
  // A proxy from the environment would hide the peer's address from the guard.
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_NOPROXY, "*");
  set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, &exchange);
  set(easy, CURLOPT_PREREQFUNCTION, &check_peer);
  set(easy, CURLOPT_PREREQDATA, &exchange);
}

void set_transfer(CURL* easy, Exchange& exchange) {
  set(easy, CURLOPT_URL, exchange.url.text.c_str());
  set(easy, CURLOPT_HTTPGET, 1L);
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_NOPROGRESS, 1L);
  const std::string agent = fmt::format("muster/{}", build_facts().version);
  set(easy, CURLOPT_USERAGENT, agent.c_str());
  if (exchange.request.compressed) {
    set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  }
  set(easy, CURLOPT_HEADERFUNCTION, &take_header);
  set(easy, CURLOPT_HEADERDATA, &exchange);
  set(easy, CURLOPT_WRITEFUNCTION, &take_body);
  set(easy, CURLOPT_WRITEDATA, &exchange);
}

struct HeaderList {
  curl_slist* list = nullptr;
  explicit HeaderList(const HttpHeaders& headers) {
    for (const auto& [name, value] : headers) {
      const std::string line = fmt::format("{}: {}", name, value);
      if (std::ranges::any_of(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
        curl_slist_free_all(list);
        throw PermanentError(fmt::format(
            "send header {}: its value holds a control character; is there a line break in it?",
            printable(name)));
      }
      list = curl_slist_append(list, line.c_str());
    }
  }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(list); }
};

// Runs the transfer until it ends or a stop is requested, which wakes it.
CURLcode drive(Session& session, std::stop_token stop) {
  CURLM* multi = session.multi.get();
  if (curl_multi_add_handle(multi, session.easy.get()) != CURLM_OK) {
    throw Error("start a transfer: libcurl refused the handle");
  }
  struct Remove {
    Session& session;
    ~Remove() { curl_multi_remove_handle(session.multi.get(), session.easy.get()); }
  } const remove{session};
  const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
  int running = 1;
  while (running > 0) {
    if (stop.stop_requested()) {
      throw Interrupted();
    }
    CURLMcode code = curl_multi_perform(multi, &running);
    if (code == CURLM_OK && running > 0) {
      code = curl_multi_poll(multi, nullptr, 0, 1'000, nullptr);
    }
    if (code != CURLM_OK) {
      throw Error(fmt::format("run a transfer: {}", curl_multi_strerror(code)));
    }
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result
                                                            : CURLE_FAILED_INIT;
}

[[noreturn]] void throw_refusal(const Exchange& exchange) {
  const std::string where = exchange.url.shown();
  switch (exchange.refusal) {
    case Refusal::body_too_large:
      throw PermanentError(fmt::format("fetch {}: the body is larger than {}",
                                       where,
                                       format_bytes(exchange.request.max_body_bytes)));
    case Refusal::bomb:
      throw PermanentError(fmt::format(
          "fetch {}: the body inflates to more than {} times its size", where, kMaxInflation));
    case Refusal::headers_too_long:
      throw PermanentError(fmt::format("fetch {}: the headers are longer than {} or {} lines",
                                       where,
                                       format_bytes(kMaxHeaderBytes),
                                       kMaxHeaderLines));
    case Refusal::address:
    case Refusal::none:
      break;
  }
  throw PermanentError(
      fmt::format("fetch {}: its address {} is private, reserved or our own, or its port is not "
                  "open to us; only public addresses are fetched from",
                  where,
                  exchange.refused_address));
}

// Turns libcurl's code into what to do next. The messages hold no query and no header.
void check_result(CURLcode code, const Exchange& exchange, const char* detail) {
  if (exchange.failure) {
    std::rethrow_exception(exchange.failure);
  }
  if (exchange.refusal != Refusal::none ||
      (code != CURLE_OK && !exchange.refused_address.empty() && exchange.addresses_tried == 0)) {
    throw_refusal(exchange);
  }
  const std::string where = exchange.url.shown();
  switch (code) {
    case CURLE_OK:
      return;
    case CURLE_FILESIZE_EXCEEDED:
      throw PermanentError(fmt::format("fetch {}: the body is larger than {}",
                                       where,
                                       format_bytes(exchange.request.max_body_bytes)));
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      throw PermanentError(fmt::format("fetch {}: {}", where, curl_easy_strerror(code)));
    case CURLE_PARTIAL_FILE:
      throw TransientError(fmt::format("fetch {}: the body ended too early", where));
    case CURLE_OPERATION_TIMEDOUT:
      throw TransientError(fmt::format(
          "fetch {}: too slow, gave up after {} bytes of body", where, exchange.body_bytes));
    case CURLE_PEER_FAILED_VERIFICATION:
      throw TransientError(
          fmt::format("fetch {}: {} ({})", where, curl_easy_strerror(code), printable(detail)));
    default:
      throw TransientError(fmt::format("fetch {}: {}", where, curl_easy_strerror(code)));
  }
}

void check_encoding(const Exchange& exchange) {
  const auto encoding = exchange.response.header("content-encoding");
  if (!encoding || exchange.request.compressed ||
      equals_ignoring_case_ascii(*encoding, "identity") || exchange.response.status != 200) {
    return;
  }
  throw PermanentError(
      fmt::format("fetch {}: the server compressed the body ({}) though it was "
                  "not asked to",
                  exchange.url.shown(),
                  printable(*encoding)));
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

class CurlHttpClient final : public HttpClient {
 public:
  explicit CurlHttpClient(AddressGuard guard) : guard_(std::move(guard)) {
    static std::once_flag once;  // libcurl's own set-up, once a process
    std::call_once(once, [] {
      if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        throw Error("start libcurl: it refused");
      }
    });
  }

  HttpResponse get(const HttpRequest& request, std::stop_token stop) override {
    return follow(request, nullptr, stop);
  }

  HttpResponse download(const HttpRequest& request,
                        const Sink& sink,
                        std::stop_token stop) override {
    return follow(request, &sink, stop);
  }

 private:
  // Follows redirects: every hop is checked like the first one and shares its deadline.
  HttpResponse follow(HttpRequest request, const Sink* sink, std::stop_token stop) {
    const auto deadline = std::chrono::steady_clock::now() + request.total_timeout;
    const std::optional<Url> first = parse_url(request.url);
    if (!first) {
      throw PermanentError("fetch: not an absolute http or https URL, or it holds a user name");
    }
    Url url = *first;
    for (int hop = 0;; ++hop) {
      const auto left =
          std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left <= Milliseconds(0)) {
        throw TransientError(fmt::format("fetch {}: too slow", url.shown()));
      }
      HttpResponse response = exchange_once(request, *first, url, left, sink, stop);
      const auto location = response.header("location");
      if (!is_redirect(response.status) || !location) {
        response.final_url = url.text;
        return response;
      }
      if (hop >= request.max_redirects) {
        throw PermanentError(
            fmt::format("fetch {}: more than {} redirects", first->shown(), request.max_redirects));
      }
      const std::optional<Url> next = resolve_url(url, *location);
      if (!next) {
        throw PermanentError(fmt::format(
            "fetch {}: redirects to something that is no http or https URL", url.shown()));
      }
      if (!next->same_origin(url)) {
        std::erase_if(request.headers, [](const auto& header) {
          return !equals_ignoring_case_ascii(header.first, "accept");
        });
      }
      url = *next;
    }
  }

  HttpResponse exchange_once(const HttpRequest& request,
                             const Url& first,
                             const Url& url,
                             Milliseconds left,
                             const Sink* sink,
                             std::stop_token stop) {
    if (url.scheme == "http" && !request.allow_http) {
      throw PermanentError(fmt::format("fetch {}: plain http is not allowed here", url.shown()));
    }
    std::unique_ptr<Session> session = borrow(request.allow_private);
    CURL* easy = session->easy.get();
    Exchange exchange{.request = request,
                      .guard = guard_,
                      .url = url,
                      .first_url = first,
                      .sink = sink,
                      .easy = easy};
    if (!exchange.port_allowed(url.port)) {
      exchange.refused_address = fmt::format("{}, port {}", url.host, url.port);
      throw_refusal(exchange);
    }
    const HeaderList headers(request.headers);
    std::array<char, CURL_ERROR_SIZE> detail{};
    set_transfer(easy, exchange);
    set_limits(easy, request, left);
    set_safety(easy, exchange);
    set(easy, CURLOPT_HTTPHEADER, headers.list);
    set(easy, CURLOPT_ERRORBUFFER, detail.data());
    const CURLcode code = drive(*session, stop);
    check_result(code, exchange, detail.data());
    check_encoding(exchange);
    give_back(std::move(session), request.allow_private);
    return std::move(exchange.response);
  }

  // Connections made for requests that may reach private addresses are kept apart: they must never
  // serve one that may not.
  std::unique_ptr<Session> borrow(bool allow_private) {
    const std::lock_guard lock(mutex_);
    auto& pool = pools_[allow_private ? 1 : 0];
    if (!pool.empty()) {
      std::unique_ptr<Session> session = std::move(pool.back());
      pool.pop_back();
      return session;
    }
    auto session = std::make_unique<Session>();
    if (!session->easy || !session->multi) {
      throw Error("start a transfer: libcurl gave no handle");
    }
    curl_multi_setopt(session->multi.get(), CURLMOPT_MAXCONNECTS, 4L);
    return session;
  }

  void give_back(std::unique_ptr<Session> session, bool allow_private) {
    curl_easy_reset(session->easy.get());
    const std::lock_guard lock(mutex_);
    auto& pool = pools_[allow_private ? 1 : 0];
    if (pool.size() < kIdleSessions) {
      pool.push_back(std::move(session));
    }
  }

  AddressGuard guard_;
  std::mutex mutex_;
  std::array<std::vector<std::unique_ptr<Session>>, 2> pools_;
};

}  // namespace

std::unique_ptr<HttpClient> make_curl_http_client(AddressGuard guard) {
  return std::make_unique<CurlHttpClient>(std::move(guard));
}

}  // namespace muster
