#include "core/error.h"
#include "storage/sqlite/parts.h"

namespace muster {
namespace {

constexpr std::string_view kColumns =
    "SELECT handle, platform, name, followers, tier, country FROM creator ";

Creator read_creator(const Statement& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.optional_integer(3),
          row.name_of<Tier>(4),
          row.text(5)};
}

class SqliteCreators final : public Creators {
 public:
  explicit SqliteCreators(Database& database) : database_(database) {}

  int upsert(std::span<const Creator> creators) override {
    return database_.write("store creators", [&](Connection& connection) {
      int changed = 0;
      for (const Creator& creator : creators) {
        if (creator.handle.empty()) {
          throw PermanentError("store creators: one has no handle");
        }
        connection.run(
            "INSERT INTO creator (handle, platform, name, followers, tier, country) VALUES (?, ?, "
            "?, ?, ?, ?) "
            "ON CONFLICT (handle, platform) DO UPDATE SET name = excluded.name, followers = "
            "excluded.followers, "
            "tier = excluded.tier, country = excluded.country "
            "WHERE name <> excluded.name OR followers IS NOT excluded.followers OR tier <> "
            "excluded.tier "
            "OR country <> excluded.country",
            creator.handle,
            creator.platform,
            creator.name,
            creator.followers,
            creator.tier,
            creator.country);
        changed += connection.changes();
      }
      return changed;
    });
  }

  std::optional<Creator> find(std::string_view handle, std::string_view platform) override {
    return database_.read("find a creator", [&](Connection& connection) {
      Statement row =
          connection.prepare(std::string(kColumns) + "WHERE handle = ? AND platform = ?");
      row.bind(handle, platform);
      return row.step() ? std::optional(read_creator(row)) : std::nullopt;
    });
  }

  std::vector<Creator> list() override {
    return database_.read("list creators", [&](Connection& connection) {
      std::vector<Creator> creators;
      Statement row = connection.prepare(std::string(kColumns) + "ORDER BY handle, platform");
      while (row.step()) {
        creators.push_back(read_creator(row));
      }
      return creators;
    });
  }

 private:
  Database& database_;
};

}  // namespace

std::unique_ptr<Creators> make_sqlite_creators(Database& database) {
  return std::make_unique<SqliteCreators>(database);
}

}  // namespace muster
