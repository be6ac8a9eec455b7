#include "extractors/brand/kit_advice.h"

#include "core/text.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace muster {
namespace {

// Letters and digits only, so that "Mini Max" holds "MINI".
std::string plain(std::string_view name) {
  std::string result;
  for (const char c : to_lower_ascii(name)) {
    if (static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c)) != 0) {
      result += c;
    }
  }
  return result;
}

std::vector<std::string> names_of(const BrandKit& kit) {
  std::vector<std::string> names{kit.brand};
  names.insert(names.end(), kit.spellings.begin(), kit.spellings.end());
  return names;
}

void add_names(std::span<const BrandKit> kits, std::vector<KitRemark>& remarks) {
  for (const BrandKit& kit : kits) {
    for (const BrandKit& other : kits) {
      for (const std::string& name : names_of(kit)) {
        const std::vector<std::string> others = names_of(other);
        const auto around = std::find_if(others.begin(), others.end(), [&](const auto& longer) {
          return &kit != &other && !plain(name).empty() &&
                 plain(longer).find(plain(name)) != std::string::npos;
        });
        if (around != others.end()) {
          remarks.push_back(
              {kit.id,
               "",
               fmt::format("'{}' is part of '{}' of kit '{}': what shows that name shows this one "
                           "too; name the one as competitor of the other, so that a person is told",
                           name,
                           *around,
                           other.id),
               false});
          break;
        }
      }
    }
  }
}

void add_strength(const BrandKit& kit,
                  const IndexedKit& indexed,
                  bool is_learned,
                  std::vector<KitRemark>& remarks) {
  const auto remark = [&](std::string what, bool unusable) {
    remarks.push_back({kit.id, "", std::move(what), unusable});
  };
  if (indexed.usable_pictures == 0) {
    remark("has no usable picture, so nobody can look for the brand; add a logo of 200 px or more",
           true);
    return;
  }
  if (indexed.weak()) {
    remark(fmt::format("has {} features in all, so \"not found\" says little; add two to five "
                       "photographs cut to the logo as crops/",
                       indexed.features),
           false);
    if (!is_learned) {
      remark(
          "this program was built without the learned matcher, which looks for plain shapes; take "
          "one that was built with it",
          false);
    }
  }
  const bool has_crop = std::any_of(
      kit.pictures.begin(), kit.pictures.end(), [](const auto& p) { return p.role != "logo"; });
  if (!has_crop) {
    remark(
        "has only drawn logos; photographs of the logo in use, as crops/, find half as many "
        "again (bench/README.md)",
        false);
  }
}

}  // namespace

std::vector<KitRemark> advise(std::span<const BrandKit> kits, const BrandIndex& index) {
  std::vector<KitRemark> remarks;
  for (const BrandKit& kit : kits) {
    if (const IndexedKit* indexed = index.kit(kit.id)) {
      add_strength(kit, *indexed, index.is_learned(), remarks);
    }
    for (const std::string& competitor : kit.competitors) {
      if (index.kit(competitor) == nullptr) {
        remarks.push_back({kit.id,
                           "",
                           fmt::format("its competitor '{}' has no kit here, so nobody can look "
                                       "for it; give that kit too",
                                       competitor),
                           false});
      }
    }
  }
  add_names(kits, remarks);
  return remarks;
}

}  // namespace muster
