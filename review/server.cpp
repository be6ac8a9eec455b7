#include "review/server.h"

#include "core/error.h"
#include "core/log.h"
#include "review/request.h"

#include <array>
#include <optional>
#include <thread>
#include <utility>  // Boost 1.74's asio needs it before its own headers

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace muster {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Local = asio::local::stream_protocol;
using Stream = beast::basic_stream<Local>;

constexpr std::size_t kMaxHeaderBytes = 16'384;
constexpr std::uint64_t kMaxBodyBytes = 1'000'000;
constexpr std::size_t kPieceBytes = 262'144;
constexpr auto kIdleTime = std::chrono::seconds(30);
constexpr auto kRequestTime = std::chrono::minutes(15);
constexpr int kMaxConnections = 64;

// One connection: requests one after another until the peer closes or a limit is hit.
class Session : public std::enable_shared_from_this<Session> {
 public:
  // shared_ptr: the pending asynchronous operations of the connection keep it alive.
  Session(Local::socket socket, Api& api, int& open_sessions)
      : stream_(std::move(socket)),
        api_(api),
        open_sessions_(open_sessions),
        buffer_(kMaxHeaderBytes + kPieceBytes) {
    ++open_sessions_;
  }
  ~Session() { --open_sessions_; }

  void read_header() {
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(api_.max_upload_bytes());
    stream_.expires_after(kIdleTime);
    http::async_read_header(stream_,
                            buffer_,
                            *parser_,
                            [self = shared_from_this()](beast::error_code error, std::size_t) {
                              if (!error) {
                                self->on_header();
                              }
                            });
  }

 private:
  void on_header() {
    stream_.expires_after(kRequestTime);
    request_ = ApiRequest::make(std::string(parser_->get().method_string()),
                                std::string(parser_->get().target()));
    uploading_ = request_.method == "PUT" && request_.path == "/api/v1/blobs";
    received_ = 0;
    if (uploading_) {
      try {
        writer_ = api_.begin_upload();
      } catch (const std::exception& error) {
        fail(503, "try_again", error.what());
        return;
      }
    }
    read_body();
  }

  void read_body() {
    if (parser_->is_done()) {
      respond();
      return;
    }
    parser_->get().body().data = piece_.data();
    parser_->get().body().size = piece_.size();
    http::async_read(
        stream_,
        buffer_,
        *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) {
          if (error == http::error::need_buffer) {
            error = {};
          }
          if (error == http::error::body_limit) {
            self->fail(413,
                       "too_large",
                       fmt::format("an upload may have {} bytes", self->api_.max_upload_bytes()));
          } else if (!error) {
            self->on_piece();
          }
        });
  }

  void on_piece() {
    const std::size_t got = piece_.size() - parser_->get().body().size;
    received_ += got;
    if (uploading_) {
      try {
        writer_->append(std::as_bytes(std::span(piece_)).first(got));
      } catch (const std::exception& error) {
        fail(503, "try_again", error.what());
        return;
      }
    } else if (received_ > kMaxBodyBytes) {
      fail(413, "too_large", fmt::format("a request body may have {} bytes", kMaxBodyBytes));
      return;
    } else {
      request_.body.append(piece_.data(), got);
    }
    read_body();
  }

  void respond() {
    if (!uploading_) {
      send(api_.handle(request_));
      return;
    }
    try {
      ApiResponse response = api_.end_upload(*writer_);
      writer_.reset();
      send(std::move(response));
    } catch (const std::exception& error) {
      fail(503, "try_again", error.what());
    }
  }

  // Answers and closes: the rest of the request is not read.
  void fail(int status, std::string_view code, std::string_view message) {
    writer_.reset();
    keep_alive_ = false;
    send(error_answer(status, code, message));
  }

  void send(ApiResponse response) {
    keep_alive_ = keep_alive_ && parser_->get().keep_alive();
    content_ = std::move(response.content);
    if (content_ == nullptr) {
      text_.emplace(static_cast<http::status>(response.status), 11);
      fill_headers(*text_, response);
      text_->body() = std::move(response.body);
      text_->prepare_payload();
      http::async_write(
          stream_, *text_, [self = shared_from_this()](beast::error_code error, std::size_t) {
            self->on_sent(error);
          });
      return;
    }
    blob_.emplace(static_cast<http::status>(response.status), 11);
    fill_headers(*blob_, response);
    blob_->set(http::field::content_disposition,
               fmt::format("{}; filename=\"{}\"",
                           response.ours ? "inline" : "attachment",
                           response.download_name));
    // Should a browser take the bytes for a page all the same, it may do nothing there.
    blob_->set("Content-Security-Policy", "default-src 'none'; sandbox");
    blob_->set("Cross-Origin-Resource-Policy", "same-origin");
    blob_->content_length(content_->size());
    blob_->body().data = nullptr;
    blob_->body().more = true;
    serializer_.emplace(*blob_);
    http::async_write_header(
        stream_, *serializer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
          if (!error) {
            self->send_piece();
          }
        });
  }

  template <typename Message>
  void fill_headers(Message& message, const ApiResponse& response) {
    message.set(http::field::content_type, response.content_type);
    message.set("X-Content-Type-Options", "nosniff");
    message.set(http::field::cache_control, "no-store");
    if (response.retry_after_s) {
      message.set(http::field::retry_after, std::to_string(*response.retry_after_s));
    }
    message.keep_alive(keep_alive_);
  }

  void send_piece() {
    std::size_t got = 0;
    try {
      got = content_->read(std::as_writable_bytes(std::span(piece_)));
    } catch (const std::exception& error) {
      log::error("blob.read_failed", {{"error", error.what()}});
      stream_.close();  // a short body tells the client that it is not whole
      return;
    }
    blob_->body().data = got > 0 ? piece_.data() : nullptr;
    blob_->body().size = got;
    blob_->body().more = got > 0;
    http::async_write(stream_,
                      *serializer_,
                      [self = shared_from_this(), got](beast::error_code error, std::size_t) {
                        if (error == http::error::need_buffer) {
                          error = {};
                        }
                        if (error || got == 0) {
                          self->on_sent(error);
                        } else {
                          self->send_piece();
                        }
                      });
  }

  void on_sent(beast::error_code error) {
    serializer_.reset();
    content_.reset();
    if (!error && keep_alive_) {
      read_header();
    }
  }

  Stream stream_;
  Api& api_;
  int& open_sessions_;
  beast::flat_buffer buffer_;
  std::array<char, kPieceBytes> piece_;
  std::optional<http::request_parser<http::buffer_body>> parser_;
  ApiRequest request_;
  bool uploading_ = false;
  bool keep_alive_ = true;
  std::uint64_t received_ = 0;
  std::unique_ptr<BlobWriter> writer_;
  std::unique_ptr<BlobReader> content_;
  std::optional<http::response<http::string_body>> text_;
  std::optional<http::response<http::buffer_body>> blob_;
  std::optional<http::response_serializer<http::buffer_body>> serializer_;
};

}  // namespace

struct ApiServer::Impl {
  Impl(Api& served, const std::filesystem::path& path)
      : api(served), socket(path), acceptor(context) {
    bind();
    accept();
    thread = std::thread([this] { context.run(); });
  }

  void bind() {
    if (socket.native().size() >= sizeof(sockaddr_un::sun_path)) {
      throw ConfigError(Problem{
          "",
          0,
          0,
          "api.socket",
          fmt::format(
              "{} is too long for a unix socket ({} bytes, at most {}); name a shorter path",
              socket.native(),
              socket.native().size(),
              sizeof(sockaddr_un::sun_path) - 1)});
    }
    std::filesystem::remove(socket);
    beast::error_code error;
    acceptor.open(Local(), error);
    // Created without access for others; chmod alone would leave a gap.
    const mode_t before = ::umask(0177);
    acceptor.bind(Local::endpoint(socket.native()), error);
    ::umask(before);
    if (!error) {
      acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
      throw ConfigError(Problem{"",
                                0,
                                0,
                                "api.socket",
                                fmt::format("listen on {}: {}", socket.native(), error.message())});
    }
  }

  void accept() {
    acceptor.async_accept([this](beast::error_code error, Local::socket peer) {
      if (error == asio::error::operation_aborted) {
        return;
      }
      // Over the limit the connection is closed at once; the client sees it and tries again.
      if (!error && open_sessions < kMaxConnections) {
        std::make_shared<Session>(std::move(peer), api, open_sessions)->read_header();
      }
      accept();
    });
  }

  Api& api;
  std::filesystem::path socket;
  int open_sessions = 0;  // touched only by the context's thread
  asio::io_context context{1};
  Local::acceptor acceptor;
  std::thread thread;
};

ApiServer::ApiServer(Api& api, const std::filesystem::path& socket)
    : impl_(std::make_unique<Impl>(api, socket)) {}

ApiServer::~ApiServer() {
  impl_->context.stop();
  impl_->thread.join();
  std::error_code ignored;  // the file may be gone already
  std::filesystem::remove(impl_->socket, ignored);
}

}  // namespace muster
