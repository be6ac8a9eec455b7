#pragma once

#include "core/error.h"
#include "core/http.h"

namespace muster {

// For sources that have no business on the network.
class NoHttp final : public HttpClient {
 public:
  HttpResponse get(const HttpRequest&, std::stop_token) override { throw Error("no network"); }
  HttpResponse download(const HttpRequest&,
                        const std::function<void(std::span<const std::byte>)>&,
                        std::stop_token) override {
    throw Error("no network");
  }
};

}  // namespace muster
