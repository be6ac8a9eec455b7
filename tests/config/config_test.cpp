#include "config/config.h"
#include "config/brief.h"
#include "config/packs.h"
#include <iostream>
#include <catch2/catch.hpp>
using namespace muster;
TEST_CASE("smoke") {
  auto run = [](auto f) { try { f(); } catch (const ConfigError& e) { std::cerr << e.what() << "\n"; CHECK(false); } };
  run([] { parse_config("", "m.toml"); });
  run([] { parse_config(reference_config(), "m.toml"); });
  run([] { reason_codes(); });
  run([] { shipped_packs(); });
}
