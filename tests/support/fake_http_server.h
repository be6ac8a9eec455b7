#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace muster {

struct FakeRequest {
  std::string target;                          // path and query
  std::map<std::string, std::string> headers;  // names in lower case
};

// The server's end of a connection. What is sent goes out as it is, lies included.
class FakeConnection {
 public:
  FakeConnection(int fd, const std::atomic<bool>& stopping) : fd_(fd), stopping_(stopping) {}

  // False when the peer is gone or the server stops.
  bool send(std::string_view bytes);
  bool wait(std::chrono::milliseconds duration) const;
  // A whole response with its right Content-Length.
  bool respond(std::string_view status_line, std::string_view headers, std::string_view body);
  // Another request may follow on this connection.
  void keep_open() { kept_open_ = true; }
  bool kept_open() const { return kept_open_; }

 private:
  int fd_;
  const std::atomic<bool>& stopping_;
  bool kept_open_ = false;
};

// A small HTTP server on a loopback address, one thread a connection, that answers as its test
// tells it to.
class FakeHttpServer {
 public:
  using Handler = std::function<void(const FakeRequest&, FakeConnection&)>;

  explicit FakeHttpServer(Handler handler, const std::string& address = "127.0.0.1");
  ~FakeHttpServer();
  FakeHttpServer(const FakeHttpServer&) = delete;
  FakeHttpServer& operator=(const FakeHttpServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path) const;  // "http://127.0.0.1:40001/path"
  int connections() const { return connections_; }
  std::vector<FakeRequest> requests() const;

 private:
  void accept_connections();
  void serve(int fd);

  Handler handler_;
  std::string address_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<FakeRequest> requests_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace muster
