#include "worker/cli/api_client.h"

#include "core/clock.h"
#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "review/api.h"
#include "storage/open.h"
#include "worker/app.h"
#include "worker/cli/terminal.h"

#include <array>
#include <fstream>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace muster {
namespace {

namespace fs = std::filesystem;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Local = asio::local::stream_protocol;

constexpr std::size_t kPiece = 262'144;
constexpr auto kLockWait = std::chrono::seconds(10);

// A file that gets its name only when it is whole and on disk.
class NewFile {
 public:
  explicit NewFile(const fs::path& path) : path_(path), part_(path.native() + ".part") {
    fd_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd_ < 0) {
      fail("create");
    }
  }
  ~NewFile() {
    if (fd_ >= 0) {
      ::close(fd_);
      ::unlink(part_.c_str());
    }
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0) {
        fail("write");
      }
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void commit() {
    if (::fsync(fd_) != 0 || ::rename(part_.c_str(), path_.c_str()) != 0) {
      fail("write");
    }
    ::close(fd_);
    fd_ = -1;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw TransientError(fmt::format("{} {}: {}",
                                     what,
                                     path_.native(),
                                     std::error_code(errno, std::generic_category()).message()));
  }

  fs::path path_;
  std::string part_;
  int fd_ = -1;
};

std::ifstream open_for_reading(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file)) {
    throw PermanentError(fmt::format("read {}: it can't be opened", file.native()));
  }
  return stream;
}

// Serves the API in this process, as the owner of the data directory.
class LocalClient final : public ApiClient {
 public:
  LocalClient(const Config& config, DirectoryLock lock)
      : clock_(make_system_clock()),
        lock_(std::move(lock)),
        store_(open_store(config.store_url, config.data_directory, OpenMode::owner, *clock_)),
        blobs_(open_blob_store(config.blobs_url, config.data_directory)),
        api_(*store_, *blobs_, *clock_, options(config)) {
    mark_stale(config);
  }

  Answer call(const std::string& method,
              const std::string& target,
              const std::string& body) override {
    ApiResponse response = api_.handle(ApiRequest::make(method, target, body));
    return {response.status, std::move(response.body)};
  }

  std::string upload(const fs::path& file) override {
    std::ifstream stream = open_for_reading(file);
    const auto writer = api_.begin_upload();
    std::array<char, kPiece> piece;
    while (stream.read(piece.data(), piece.size()), stream.gcount() > 0) {
      writer->append(
          std::as_bytes(std::span(piece)).first(static_cast<std::size_t>(stream.gcount())));
      if (writer->size() > api_.max_upload_bytes()) {
        throw PermanentError(fmt::format(
            "upload {}: at most {} bytes are taken", file.native(), api_.max_upload_bytes()));
      }
    }
    return Json::parse(api_.end_upload(*writer).body).at("sha256");
  }

  Answer download(const std::string& method,
                  const std::string& target,
                  const std::string& body,
                  const fs::path& file) override {
    ApiResponse response = api_.handle(ApiRequest::make(method, target, body));
    if (response.content == nullptr) {
      return {response.status, std::move(response.body)};
    }
    NewFile out(file);
    std::array<std::byte, kPiece> piece;
    while (const std::size_t got = response.content->read(piece)) {
      out.append(std::span(piece).first(got));
    }
    out.commit();
    return {response.status, {}};
  }

  bool is_daemon() const override { return false; }

 private:
  // No verdict of other rules than those of the configuration is shown as current.
  void mark_stale(const Config& config) {
    try {
      const auto decoder = make_decoder({.program = {}, .limits = config.decode});
      Rulebook(config, *decoder).mark_stale(store_->checks());
    } catch (const ConfigError& error) {
      log::warn("stale.unknown", {{"error", error.what()}});
    }
  }

  // Only a submission needs the briefs; they are loaded then.
  static ApiOptions options(const Config& config) {
    ApiOptions made = api_options(config);
    made.progress = [bar = std::make_shared<ProgressBar>("exporting")](
                        std::int64_t done, std::int64_t total) { bar->show(done, total); };
    made.complete = [config](Manifest manifest) {
      const auto decoder = make_decoder({.program = {}, .limits = config.decode});
      return Rulebook(config, *decoder).completed_strictly(std::move(manifest));
    };
    return made;
  }

  std::unique_ptr<Clock> clock_;
  DirectoryLock lock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<BlobStore> blobs_;
  Api api_;
};

// Calls the daemon; a connection for each call.
class SocketClient final : public ApiClient {
 public:
  explicit SocketClient(fs::path socket) : socket_(std::move(socket)) { open(); }

  Answer call(const std::string& method,
              const std::string& target,
              const std::string& body) override {
    auto stream = open();
    http::request<http::string_body> request(http::string_to_verb(method), target, 11, body);
    request.set(http::field::host, "muster");
    request.prepare_payload();
    write(stream, request);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);  // our own daemon
    read(stream, buffer, parser);
    return {static_cast<int>(parser.get().result_int()), std::move(parser.get().body())};
  }

  std::string upload(const fs::path& file) override {
    std::ifstream checked = open_for_reading(file);
    auto stream = open();
    beast::error_code error;
    http::request<http::file_body> request(http::verb::put, "/api/v1/blobs", 11);
    request.body().open(file.c_str(), beast::file_mode::scan, error);
    if (error) {
      throw PermanentError(fmt::format("read {}: {}", file.native(), error.message()));
    }
    request.set(http::field::host, "muster");
    request.prepare_payload();
    write(stream, request);
    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    read(stream, buffer, response);
    if (response.result_int() != 201) {
      throw TransientError(fmt::format("upload {}: {}", file.native(), response.body()));
    }
    return Json::parse(response.body()).at("sha256");
  }

  Answer download(const std::string& method,
                  const std::string& target,
                  const std::string& body,
                  const fs::path& file) override {
    auto stream = open();
    http::request<http::string_body> request(http::string_to_verb(method), target, 11, body);
    request.set(http::field::host, "muster");
    request.prepare_payload();
    write(stream, request);
    beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    beast::error_code error;
    http::read_header(stream, buffer, parser, error);
    check(error);
    const int status = static_cast<int>(parser.get().result_int());
    std::string text;
    std::optional<NewFile> out;
    if (status == 200) {
      out.emplace(file);
    }
    std::array<char, kPiece> piece;
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      http::read(stream, buffer, parser, error);
      if (error != http::error::need_buffer) {
        check(error);
      }
      const std::size_t got = piece.size() - parser.get().body().size;
      if (out) {
        out->append(std::as_bytes(std::span(piece)).first(got));
      } else {
        text.append(piece.data(), got);
      }
    }
    if (out) {
      out->commit();
    }
    return {status, std::move(text)};
  }

  bool is_daemon() const override { return true; }

 private:
  Local::socket open() {
    Local::socket stream(context_);
    beast::error_code error;
    stream.connect(Local::endpoint(socket_.native()), error);
    check(error);
    return stream;
  }

  template <typename Message>
  void write(Local::socket& stream, Message& message) {
    beast::error_code error;
    http::write(stream, message, error);
    // A refused upload is answered before it was read; the answer says more than the broken pipe.
    if (error != beast::errc::broken_pipe && error != beast::errc::connection_reset) {
      check(error);
    }
  }

  template <typename Message>
  void read(Local::socket& stream, beast::flat_buffer& buffer, Message& message) {
    beast::error_code error;
    http::read(stream, buffer, message, error);
    check(error);
  }

  void check(const beast::error_code& error) const {
    if (error) {
      throw TransientError(
          fmt::format("talk to the daemon at {}: {}", socket_.native(), error.message()));
    }
  }

  fs::path socket_;
  asio::io_context context_;
};

Json checked(const ApiClient::Answer& answer) {
  Json body = Json::parse(answer.body, nullptr, false);
  if (answer.status < 300) {
    return body;
  }
  const std::string message = body.is_object() && body.contains("error")
                                  ? body["error"].value("message", "")
                                  : "the answer can't be read";
  if (answer.status == 400) {
    throw UsageError(message);
  }
  if (answer.status == 503) {
    throw TransientError(message);
  }
  throw PermanentError(message);
}

}  // namespace

Json ApiClient::get(const std::string& target) {
  return checked(call("GET", target, ""));
}

Json ApiClient::send(const std::string& method, const std::string& target, const Json& body) {
  return checked(call(method, target, dump(body)));
}

std::unique_ptr<ApiClient> connect(const Config& config) {
  const auto give_up = std::chrono::steady_clock::now() + kLockWait;
  while (true) {
    if (auto lock = DirectoryLock::try_acquire(config.data_directory)) {
      return std::make_unique<LocalClient>(config, std::move(*lock));
    }
    try {
      return std::make_unique<SocketClient>(socket_path(config));
    } catch (const TransientError&) {
      // Its owner is another command, or a daemon that has not opened its socket yet.
      if (std::chrono::steady_clock::now() > give_up) {
        throw TransientError(fmt::format(
            "open {}: it is owned by another process ({}) that does not answer on {}; wait "
            "for it to end, or stop it",
            config.data_directory.native(),
            DirectoryLock::holder(config.data_directory),
            socket_path(config).native()));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

std::string query_string(
    std::initializer_list<std::pair<std::string_view, std::string>> parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!value.empty()) {
      text += fmt::format("{}{}={}", text.empty() ? "?" : "&", name, percent_encode(value));
    }
  }
  return text;
}

}  // namespace muster
