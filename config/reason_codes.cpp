#include "config/brief.h"
#include "config/sections.h"
#include "muster_reason_codes.h"

#include <algorithm>

namespace muster {
namespace {

std::map<std::string, ReasonCode> parse_reason_codes(const EmbeddedFile& file) {
  Problems problems;
  TomlDocument document(file.text, file.name, problems);
  TomlTable root = document.root();
  std::map<std::string, ReasonCode> codes;
  for (TomlTable& table : root.tables("reason")) {
    ReasonCode reason;
    for (const std::string_view key : {"code", "label", "advice"}) {
      table.require(key, "every reason has one");
    }
    table.name("code", reason.code);
    table.text("label", reason.label);
    table.text("advice", reason.advice);
    table.flag("editable", reason.editable);
    std::string code = reason.code;
    if (!codes.try_emplace(std::move(code), std::move(reason)).second) {
      table.problem("code", "is there twice");
    }
  }
  document.finish();
  problems.throw_if_any();
  return codes;
}

}  // namespace

const std::map<std::string, ReasonCode>& reason_codes() {
  static const std::map<std::string, ReasonCode> kCodes = parse_reason_codes(kReasonCodeFiles[0]);
  return kCodes;
}

}  // namespace muster
