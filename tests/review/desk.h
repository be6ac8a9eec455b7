#pragma once

#include "core/json.h"
#include "review/api.h"
#include "tests/storage/world.h"

#include <memory>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

namespace muster {

// The API over a real store and real blobs.
class Desk {
 public:
  Desk()
      : blobs_(open_blob_store("file:blobs", world_.directory.path())),
        api_(*world_.store, *blobs_, world_.clock, options()) {}

  struct Answer {
    int status;
    Json body;
    bool has_content;
  };
  Answer call(const std::string& method, const std::string& target, const Json& body = nullptr) {
    const ApiResponse response =
        api_.handle(ApiRequest::make(method, target, body.is_null() ? "" : dump(body)));
    return {
        response.status, Json::parse(response.body, nullptr, false), response.content != nullptr};
  }
  std::string message(const Answer& answer) const { return answer.body.at("error").at("message"); }

  // Uploads bytes; their hash.
  std::string upload(const std::string& bytes) {
    const auto writer = api_.begin_upload();
    writer->append(std::as_bytes(std::span(bytes)));
    return Json::parse(api_.end_upload(*writer).body).at("sha256");
  }
  Answer submit(const std::string& bytes,
                const std::string& id,
                const std::string& caption = "#ad") {
    return call("POST",
                "/api/v1/submissions",
                Json{{"manifest",
                      {{"external_id", id},
                       {"creator", "@Mia"},
                       {"campaign", "spring"},
                       {"caption", caption}}},
                     {"media", {{{"sha256", upload(bytes)}, {"name", "photo.jpg"}}}}});
  }
  World& world() { return world_; }
  int woken() const { return woken_; }

 private:
  ApiOptions options() {
    ApiOptions made;
    made.work_arrived = [this] { ++woken_; };
    return made;
  }

  World world_;
  std::unique_ptr<BlobStore> blobs_;
  int woken_ = 0;
  Api api_;
};

}  // namespace muster
