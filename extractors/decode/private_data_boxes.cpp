#include "extractors/decode/boxes.h"
#include "extractors/decode/private_data_formats.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <string_view>

// MP4 and QuickTime (ISO/IEC 14496-12) and HEIF (ISO/IEC 23008-12). Their indexes name places by
// their offset, so nothing moves: what goes becomes a "free" box full of zeros.

namespace muster {
namespace {

constexpr std::string_view kFree = "free";

class BoxCleaner {
 public:
  BoxCleaner(std::span<const std::byte> file, FileEdit& edit)
      : file_(file), edit_(edit), fragmented_(child(file, "moof").has_value()) {}

  void clean_mp4() {
    clean_children(file_, {"ftyp", "styp", "moov", "moof", "mdat", "mfra", "sidx", "ssix", "wide"});
  }

  void clean_heif() {
    clean_children(file_, {"ftyp", "meta", "mdat", "idat", "moov", "moof", "sidx"});
    const auto meta = child(file_, "meta");
    if (meta && meta->size() > 4) {
      clean_items(meta->subspan(4));
    }
  }

 private:
  std::uint64_t offset_of(std::span<const std::byte> part) const {
    return static_cast<std::uint64_t>(part.data() - file_.data());
  }

  // Goes through the boxes within `parent`: those that are named stay and are looked into.
  void clean_children(std::span<const std::byte> parent,
                      std::initializer_list<std::string_view> kept) {
    const std::uint64_t start = offset_of(parent);
    const std::uint64_t walked = walk(parent, [&](const Box& box) {
      if (box.end > parent.size()) {
        return edit_.fail(start + box.start, "a box is longer than what holds it");
      }
      if (std::find(kept.begin(), kept.end(), box.type) == kept.end()) {
        return free_box(start, box);
      }
      clean_box(start, box);
    });
    if (walked < parent.size()) {
      // Less than a box: QuickTime ends lists with four zeros.
      edit_.blank(start + walked, start + parent.size());
    }
  }

  void clean_box(std::uint64_t start, const Box& box) {
    if (box.type == "moov") {
      clean_children(box.contents, {"mvhd", "trak", "mvex", "iods", "clip", "ctab"});
    } else if (box.type == "trak") {
      clean_track(start, box);
    } else if (box.type == "mdia") {
      clean_children(box.contents, {"mdhd", "hdlr", "minf", "elng"});
    } else if (box.type == "moof") {
      clean_children(box.contents, {"mfhd", "traf"});
    } else if (box.type == "mvhd" || box.type == "tkhd" || box.type == "mdhd") {
      forget_times(box.contents);
    }
  }

  void clean_track(std::uint64_t start, const Box& track) {
    constexpr std::array<std::string_view, 6> kMedia{
        "vide", "soun", "subt", "sbtl", "text", "clcp"};
    const auto media = child(track.contents, "mdia");
    const auto handler = media ? child(*media, "hdlr") : std::nullopt;
    ByteReader reader(handler.value_or(std::span<const std::byte>()));
    reader.skip(8);
    if (std::find(kMedia.begin(), kMedia.end(), reader.text(4)) != kMedia.end()) {
      return clean_children(track.contents,
                            {"tkhd", "edts", "mdia", "tref", "tapt", "clip", "matt"});
    }
    // Timed metadata: positions, faces, sensors.
    if (fragmented_) {
      return edit_.fail(start + track.start, "a track in fragments holds data of its own");
    }
    blank_samples(track);
    free_box(start, track);
  }

  void free_box(std::uint64_t start, const Box& box) {
    const std::uint64_t type_at = start + box.start + 4;
    edit_.replace(type_at, type_at + 4, std::string(kFree));
    const std::uint64_t contents = offset_of(box.contents);
    edit_.blank(contents, contents + box.contents.size());
  }

  // When it was made and changed: two numbers behind version and flags.
  void forget_times(std::span<const std::byte> header) {
    const bool wide = ByteReader(header).u8() == 1;
    const std::uint64_t size = wide ? 16 : 8;
    if (header.size() < 4 + size) {
      return edit_.fail(offset_of(header), "a header is too short");
    }
    edit_.blank(offset_of(header) + 4, offset_of(header) + 4 + size);
  }

  void blank_in_file(std::uint64_t begin, std::uint64_t size) {
    const std::uint64_t from = std::min<std::uint64_t>(begin, file_.size());
    edit_.blank(from, from + std::min<std::uint64_t>(size, file_.size() - from));
  }

  // The bytes of a track in mdat (ISO/IEC 14496-12, 8.7: sample sizes, samples a chunk, places of
  // chunks).
  void blank_samples(const Box& track) {
    std::span<const std::byte> table = track.contents;
    for (const std::string_view name : {"mdia", "minf", "stbl"}) {
      const auto inner = child(table, name);
      if (!inner) {
        return edit_.fail(offset_of(track.contents), "a track has no samples");
      }
      table = *inner;
    }
    const auto sizes = child(table, "stsz");
    const auto runs = child(table, "stsc");
    const auto near_places = child(table, "stco");
    const auto places = near_places ? near_places : child(table, "co64");
    if (!sizes || !runs || !places) {
      return edit_.fail(offset_of(table), "a track doesn't say where its samples are");
    }
    ByteReader size(*sizes);
    size.skip(4);
    const std::uint64_t same_size = size.u32be();
    size.skip(4);
    ByteReader run(*runs);
    run.skip(8);
    ByteReader place(*places);
    place.skip(8);
    const std::size_t place_bytes = near_places ? 4 : 8;
    std::uint64_t in_chunk = 0;
    std::uint64_t next_run = run.u32be();
    for (std::uint64_t chunk = 1; place.remaining() >= place_bytes; ++chunk) {
      if (chunk == next_run) {
        in_chunk = run.u32be();
        run.skip(4);
        next_run = run.remaining() >= 12 ? run.u32be() : 0;
      }
      std::uint64_t bytes = same_size * in_chunk;
      for (std::uint64_t i = 0; same_size == 0 && i < in_chunk && size.remaining() >= 4; ++i) {
        bytes += size.u32be();
      }
      blank_in_file(place.big_endian(place_bytes), bytes);
    }
  }

  // Items of HEIF that are no pictures: EXIF, XMP and whatever else has a media type.
  static std::set<std::uint32_t> private_items(std::span<const std::byte> meta) {
    std::set<std::uint32_t> ids;
    const auto list = child(meta, "iinf");
    if (!list) {
      return ids;
    }
    ByteReader head(*list);
    const std::size_t count_bytes = head.u8() == 0 ? 2 : 4;
    head.skip(3 + count_bytes);
    walk(list->subspan(std::min(head.position(), list->size())), [&](const Box& entry) {
      ByteReader reader(entry.contents);
      const int version = reader.u8();
      reader.skip(3);
      const std::uint32_t id = version >= 3 ? reader.u32be() : reader.u16be();
      reader.skip(2);
      const std::string_view type = reader.text(4);
      if (version < 2 || type == "Exif" || type == "mime" || type == "uri ") {
        ids.insert(id);
      }
    });
    return ids;
  }

  // ISO/IEC 14496-12, 8.11.3.
  void clean_items(std::span<const std::byte> meta) {
    const std::set<std::uint32_t> ids = private_items(meta);
    const auto locations = child(meta, "iloc");
    if (ids.empty()) {
      return;
    }
    if (!locations) {
      return edit_.fail(offset_of(meta), "it doesn't say where its parts are");
    }
    const auto data = child(meta, "idat");
    ByteReader reader(*locations);
    const int version = reader.u8();
    reader.skip(3);
    const int sizes = reader.u16be();
    const auto bytes_of = [&](int shift) { return static_cast<std::size_t>(sizes >> shift & 0xF); };
    const std::uint32_t count = version < 2 ? reader.u16be() : reader.u32be();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
      const std::uint32_t id = version < 2 ? reader.u16be() : reader.u32be();
      const int method = version == 0 ? 0 : reader.u16be() & 0xF;
      reader.skip(2);
      std::uint64_t base = reader.big_endian(std::min<std::size_t>(bytes_of(4), 8));
      if (method == 1) {
        base += offset_of(data.value_or(meta));
      }
      const std::uint16_t extents = reader.u16be();
      for (int k = 0; k < extents && reader.ok(); ++k) {
        reader.skip(version == 0 ? 0 : bytes_of(0));
        const std::uint64_t offset = reader.big_endian(std::min<std::size_t>(bytes_of(12), 8));
        const std::uint64_t length = reader.big_endian(std::min<std::size_t>(bytes_of(8), 8));
        if (!ids.contains(id) || !reader.ok()) {
          continue;
        }
        if (method > 1) {
          return edit_.fail(offset_of(*locations), "a part is made of other parts");
        }
        blank_in_file(base + offset, length == 0 ? UINT64_MAX : length);
      }
    }
    if (!reader.ok()) {
      edit_.fail(offset_of(*locations), "its list of places is too short");
    }
  }

  std::span<const std::byte> file_;
  FileEdit& edit_;
  bool fragmented_;
};

}  // namespace

void clean_mp4(std::span<const std::byte> file, FileEdit& edit) {
  BoxCleaner(file, edit).clean_mp4();
}

void clean_heif(std::span<const std::byte> file, FileEdit& edit) {
  BoxCleaner(file, edit).clean_heif();
}

}  // namespace muster
