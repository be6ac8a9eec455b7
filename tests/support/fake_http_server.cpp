#include "tests/support/fake_http_server.h"

#include "core/text.h"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster {
namespace {

constexpr int kPollMilliseconds = 20;

bool readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, kPollMilliseconds) > 0;
}

FakeRequest parse_request(std::string_view head) {
  FakeRequest request;
  const std::vector<std::string> lines = split(head, '\n');
  const std::vector<std::string> words = split(lines.front(), ' ');
  request.target = words.size() > 1 ? words[1] : "";
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (const std::size_t colon = lines[i].find(':'); colon != std::string::npos) {
      request.headers[to_lower_ascii(trim(lines[i].substr(0, colon)))] =
          trim(lines[i].substr(colon + 1));
    }
  }
  return request;
}

}  // namespace

bool FakeConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd entry{fd_, POLLOUT, 0};
    if (stopping_) {
      return false;
    }
    if (::poll(&entry, 1, kPollMilliseconds) <= 0) {
      continue;
    }
    const ssize_t sent = ::send(fd_,
                                bytes.data(),
                                std::min<std::size_t>(bytes.size(), 65'536),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool FakeConnection::wait(std::chrono::milliseconds duration) const {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
    if (stopping_) {
      return false;
    }
    if (readable(fd_)) {  // nothing more is asked, so this is the end of the connection
      char byte = 0;
      if (::recv(fd_, &byte, 1, MSG_PEEK) <= 0) {
        return false;
      }
    }
  }
  return true;
}

bool FakeConnection::respond(std::string_view status_line,
                             std::string_view headers,
                             std::string_view body) {
  return send("HTTP/1.1 " + std::string(status_line) + "\r\n" + std::string(headers) +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

FakeHttpServer::FakeHttpServer(Handler handler, const std::string& address)
    : handler_(std::move(handler)), address_(address) {
  const bool v6 = address.find(':') != std::string::npos;
  sockaddr_storage storage{};
  socklen_t size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (v6) {
    auto& in6 = reinterpret_cast<sockaddr_in6&>(storage);
    in6.sin6_family = AF_INET6;
    inet_pton(AF_INET6, address.c_str(), &in6.sin6_addr);
  } else {
    auto& in = reinterpret_cast<sockaddr_in&>(storage);
    in.sin_family = AF_INET;
    inet_pton(AF_INET, address.c_str(), &in.sin_addr);
  }
  auto* name = reinterpret_cast<sockaddr*>(&storage);
  listener_ = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0 || ::bind(listener_, name, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, name, &size) != 0) {
    throw std::runtime_error("listen on " + address);
  }
  port_ = ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                   : reinterpret_cast<sockaddr_in&>(storage).sin_port);
  acceptor_ = std::jthread([this] { accept_connections(); });
}

FakeHttpServer::~FakeHttpServer() {
  stopping_ = true;
  acceptor_.join();
  threads_.clear();
  ::close(listener_);
}

std::string FakeHttpServer::url(std::string_view path) const {
  const bool v6 = address_.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + address_ + "]" : address_) + ":" + std::to_string(port_) +
         std::string(path);
}

std::vector<FakeRequest> FakeHttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FakeHttpServer::accept_connections() {
  while (!stopping_) {
    if (!readable(listener_)) {
      continue;
    }
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) {
      ++connections_;
      threads_.emplace_back([this, fd] { serve(fd); });
    }
  }
}

void FakeHttpServer::serve(int fd) {
  bool open = true;
  std::string head;
  while (open && !stopping_) {
    if (!readable(fd)) {
      continue;
    }
    char byte = 0;
    if (::recv(fd, &byte, 1, 0) <= 0) {
      break;
    }
    head += byte;
    if (!head.ends_with("\r\n\r\n")) {
      continue;
    }
    const FakeRequest request = parse_request(head);
    head.clear();
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    FakeConnection connection(fd, stopping_);
    handler_(request, connection);
    open = connection.kept_open();
  }
  ::shutdown(fd, SHUT_WR);
  ::close(fd);
}

}  // namespace muster
