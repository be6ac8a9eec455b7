#include "worker/curl_http_client.h"

#include "core/error.h"
#include "core/text.h"
#include "core/version.h"
#include "worker/http_exchange.h"
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

constexpr long kLowSpeedBytesPerSecond = 1'000;
constexpr long kLowSpeedSeconds = 15;
constexpr std::size_t kIdleSessions = 4;  // per pool

using Sink = HttpExchange::Sink;

// A handle with its own connection cache.
struct Session {
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl_multi_init(),
                                                              curl_multi_cleanup};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
};

// What the callbacks get.
struct Transfer {
  HttpExchange& exchange;
  CURL* easy;
};

curl_socket_t open_socket(void* user, curlsocktype purpose, curl_sockaddr* address) {
  HttpExchange& exchange = static_cast<Transfer*>(user)->exchange;
  if (purpose != CURLSOCKTYPE_IPCXN || !exchange.accept_connection(address->addr)) {
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Sees reused connections too, which open_socket does not.
int check_peer(void* user, char* peer_ip, char*, int peer_port, int) {
  HttpExchange& exchange = static_cast<Transfer*>(user)->exchange;
  return exchange.accept_peer(peer_ip, static_cast<std::uint16_t>(peer_port))
             ? CURL_PREREQFUNC_OK
             : CURL_PREREQFUNC_ABORT;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  return static_cast<Transfer*>(user)->exchange.take_header({data, size}) ? size : 0;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  const Transfer& transfer = *static_cast<Transfer*>(user);
  curl_off_t received = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  const bool taken =
      transfer.exchange.take_body({data, size}, static_cast<std::uint64_t>(received));
  return taken ? size : 0;
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

void set_safety(CURL* easy, Transfer& transfer) {
  const char* protocols = transfer.exchange.request().allow_http ? "https,http" : "https";
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
  set(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  set(easy, CURLOPT_PREREQFUNCTION, &check_peer);
  set(easy, CURLOPT_PREREQDATA, &transfer);
}

void set_transfer(CURL* easy, Transfer& transfer) {
  set(easy, CURLOPT_URL, transfer.exchange.url().text.c_str());
  set(easy, CURLOPT_HTTPGET, 1L);
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_NOPROGRESS, 1L);
  const std::string agent = fmt::format("muster/{}", build_facts().version);
  set(easy, CURLOPT_USERAGENT, agent.c_str());
  if (transfer.exchange.request().compressed) {
    set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  }
  set(easy, CURLOPT_HEADERFUNCTION, &take_header);
  set(easy, CURLOPT_HEADERDATA, &transfer);
  set(easy, CURLOPT_WRITEFUNCTION, &take_body);
  set(easy, CURLOPT_WRITEDATA, &transfer);
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

// Turns libcurl's code into what to do next. The messages hold no query and no header.
void check_result(CURLcode code, const HttpExchange& exchange, const char* detail) {
  exchange.throw_refusal(code != CURLE_OK);
  const std::string where = exchange.url().shown();
  switch (code) {
    case CURLE_OK:
      return;
    case CURLE_FILESIZE_EXCEEDED:
      throw PermanentError(fmt::format("fetch {}: the body is larger than {}",
                                       where,
                                       format_bytes(exchange.request().max_body_bytes)));
    case CURLE_UNSUPPORTED_PROTOCOL:  // the scheme was checked, so this is the answer
      throw TransientError(fmt::format("fetch {}: the answer is no HTTP", where));
    case CURLE_PARTIAL_FILE:
      throw TransientError(fmt::format("fetch {}: the body ended too early", where));
    case CURLE_OPERATION_TIMEDOUT:
      throw TransientError(fmt::format(
          "fetch {}: too slow, gave up after {} bytes of body", where, exchange.body_bytes()));
    case CURLE_PEER_FAILED_VERIFICATION:
      throw TransientError(
          fmt::format("fetch {}: {} ({})", where, curl_easy_strerror(code), printable(detail)));
    default:
      throw TransientError(fmt::format("fetch {}: {}", where, curl_easy_strerror(code)));
  }
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
    HttpExchange exchange(request, guard_, first, url, sink);
    Transfer transfer{exchange, easy};
    if (!exchange.accept_port()) {
      exchange.throw_refusal(false);
    }
    const HeaderList headers(request.headers);
    std::array<char, CURL_ERROR_SIZE> detail{};
    set_transfer(easy, transfer);
    set_limits(easy, request, left);
    set_safety(easy, transfer);
    set(easy, CURLOPT_HTTPHEADER, headers.list);
    set(easy, CURLOPT_ERRORBUFFER, detail.data());
    const CURLcode code = drive(*session, stop);
    check_result(code, exchange, detail.data());
    exchange.check_encoding();
    give_back(std::move(session), request.allow_private);
    return std::move(exchange.response());
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
