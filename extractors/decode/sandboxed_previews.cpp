#include "core/text.h"
#include "extractors/decode/header_check.h"
#include "extractors/decode/sandboxed_decoder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <opencv2/core.hpp>

namespace muster {
namespace {

MadePreview missing(PreviewKind kind, std::string why) {
  MadePreview preview;
  preview.kind = kind;
  preview.why = std::move(why);
  return preview;
}

std::vector<PreviewKind> kinds_of(MediaKind kind) {
  if (kind == MediaKind::video) {
    return {PreviewKind::thumbnail, PreviewKind::contact_sheet, PreviewKind::clip};
  }
  return {PreviewKind::thumbnail};
}

// Reviewers' programs open it, so it must be what it says, and carry nothing besides.
bool is_what_it_claims(const AnswerPreview& preview, std::span<const std::byte> bytes) {
  const HeaderFacts header = check_header(bytes, {});
  if (header.type != preview.type || header.integrity != Integrity::whole || header.has_exif ||
      header.has_gps || header.has_icc_profile || !header.metadata.xmp.empty() ||
      !header.metadata.iptc.empty()) {
    return false;
  }
  if (preview.kind == PreviewKind::clip) {
    return header.type == MediaType::mp4;
  }
  return header.type == MediaType::jpeg && header.width == static_cast<int>(preview.width) &&
         header.height == static_cast<int>(preview.height);
}

MadePreview take_preview(const AnswerPreview& answered, std::span<const std::byte> memory) {
  if (!answered.why.empty()) {
    return missing(answered.kind, answered.why);
  }
  const auto bytes = memory.subspan(answered.offset, answered.bytes);
  if (!is_what_it_claims(answered, bytes)) {
    return missing(answered.kind, "muster-decode gave a broken preview");
  }
  MadePreview preview;
  preview.kind = answered.kind;
  preview.bytes.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  preview.type = answered.type;
  preview.width = static_cast<int>(answered.width);
  preview.height = static_cast<int>(answered.height);
  preview.duration_ms = answered.duration_ms;
  return preview;
}

MadePreview find_preview(const DecodeAnswer& answer,
                         PreviewKind kind,
                         std::span<const std::byte> memory) {
  for (const AnswerPreview& answered : answer.previews) {
    if (answered.kind == kind) {
      return take_preview(answered, memory);
    }
  }
  const std::string& why = answer.facts.integrity_detail;
  return missing(kind, why.empty() ? "muster-decode made none" : why);
}

}  // namespace

std::vector<MadePreview> SandboxedDecoder::make_previews(const MediaBytes& bytes) {
  const Accepted accepted = accept(bytes);
  const MediaFacts& facts = accepted.facts;
  std::vector<MadePreview> made;
  if (!accepted.input) {
    for (const PreviewKind kind : kinds_of(facts.kind())) {
      made.push_back(missing(kind, facts.integrity_detail));
    }
    return made;
  }
  const DecodeRequest request = make_request(facts.kind(), DecodeMode::previews, facts.byte_size);
  const Reply reply = ask(helper_for(facts.type), request, *accepted.input, facts.kind());
  for (const PreviewKind kind : kinds_of(facts.kind())) {
    made.push_back(reply.problem.empty() ? find_preview(reply.answer, kind, reply.memory->bytes())
                                         : missing(kind, reply.problem));
  }
  return made;
}

MadePreview SandboxedDecoder::make_sheet(const std::vector<std::string>& thumbnails) {
  const std::string packed = pack_thumbnails(thumbnails);
  const DecodeRequest request = make_request(MediaKind::image, DecodeMode::sheet, packed.size());
  const SharedMemory input = SharedMemory::copy_of(media_bytes(packed), memory_);
  const Reply reply = ask(still_, request, input, MediaKind::image);
  return reply.problem.empty()
             ? find_preview(reply.answer, PreviewKind::contact_sheet, reply.memory->bytes())
             : missing(PreviewKind::contact_sheet, reply.problem);
}

}  // namespace muster
