#include "review/api.h"

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "review/request.h"
#include "review/routes.h"

#include <nlohmann/json.hpp>

namespace muster {
namespace {

// The parameters of a path that fits the pattern; nullopt when it does not fit.
std::optional<PathParameters> match(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (wanted.size() != given.size()) {
    return std::nullopt;
  }
  PathParameters parameters;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      parameters.push_back(given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

ApiResponse dispatch(ApiContext& context, const ApiRequest& request) {
  bool known_path = false;
  for (const Route& route : routes()) {
    const auto parameters = match(route.pattern, request.path);
    if (!parameters) {
      continue;
    }
    known_path = true;
    if (route.method == request.method) {
      return route.handle(context, request, *parameters);
    }
  }
  if (known_path) {
    return error_answer(405, "method_not_allowed", request.method + " is not possible here");
  }
  throw NotFound("there is no " + printable(request.path));
}

}  // namespace

Api::Api(Store& store, BlobStore& blobs, Clock& clock, ApiOptions options)
    : context_(new ApiContext{store, blobs, clock, std::move(options)}) {}

Api::~Api() = default;

ApiResponse Api::handle(const ApiRequest& request) {
  try {
    ApiResponse response = dispatch(*context_, request);
    if (request.method != "GET" && response.status < 300) {
      context_->options.work_arrived();
    }
    return response;
  } catch (const BadRequest& error) {
    return error_answer(400, "bad_request", error.what());
  } catch (const NotFound& error) {
    return error_answer(404, "not_found", error.what());
  } catch (const ConflictError& error) {
    return error_answer(409, "conflict", error.what());
  } catch (const PermanentError& error) {
    return error_answer(422, "refused", error.what());
  } catch (const TransientError& error) {
    ApiResponse response = error_answer(503, "try_again", error.what());
    response.retry_after_s = 5;
    return response;
  } catch (const std::exception& error) {
    log::error("request.failed",
               {{"method", request.method}, {"path", request.path}, {"error", error.what()}});
    return error_answer(500, "internal", error.what());
  }
}

std::unique_ptr<BlobWriter> Api::begin_upload() {
  return context_->blobs.create();
}

ApiResponse Api::end_upload(BlobWriter& writer) {
  const std::uint64_t size = writer.size();
  const ContentHash hash = writer.commit();
  return answer(Json{{"sha256", hash.hex()}, {"byte_size", size}}, 201);
}

std::uint64_t Api::max_upload_bytes() const {
  return context_->options.max_upload_bytes;
}

}  // namespace muster
