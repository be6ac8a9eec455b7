#include "storage/sqlite/parts.h"

namespace muster {
namespace {

class SqlitePreviews final : public Previews {
 public:
  explicit SqlitePreviews(Database& database) : database_(database) {}

  std::vector<Preview> of(const ContentHash& subject) override {
    return database_.read("read previews", [&](Connection& connection) {
      Statement row = connection.prepare(
          "SELECT kind, blob, why, media_type, byte_size, width, height, duration_ms FROM preview "
          "WHERE subject = ? AND form = ? ORDER BY position");
      row.bind(subject, kPreviewForm);
      std::vector<Preview> previews;
      while (row.step()) {
        previews.push_back({row.name_of<PreviewKind>(0),
                            row.is_null(1) ? std::nullopt : std::optional(row.hash(1)),
                            row.text(2),
                            row.name_of<MediaType>(3),
                            static_cast<std::uint64_t>(row.integer(4)),
                            static_cast<int>(row.integer(5)),
                            static_cast<int>(row.integer(6)),
                            row.integer(7)});
      }
      return previews;
    });
  }

  void keep(const ContentHash& subject, const std::vector<Preview>& previews) override {
    database_.write("keep previews", [&](Connection& connection) {
      connection.run("DELETE FROM preview WHERE subject = ?", subject);
      int position = 0;
      for (const Preview& preview : previews) {
        connection.run(
            "INSERT INTO preview (subject, kind, position, form, blob, why, media_type, byte_size, "
            "width, height, duration_ms, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            subject,
            preview.kind,
            position++,
            kPreviewForm,
            preview.blob,
            preview.why,
            preview.type,
            static_cast<std::int64_t>(preview.byte_size),
            preview.width,
            preview.height,
            preview.duration_ms,
            database_.clock().now());
      }
    });
  }

 private:
  Database& database_;
};

}  // namespace

std::unique_ptr<Previews> make_sqlite_previews(Database& database) {
  return std::make_unique<SqlitePreviews>(database);
}

}  // namespace muster
