#include "config/kit.h"

#include "tests/config/support.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;
using muster::testing::TemporaryFolder;
using Lines = std::vector<std::string>;

namespace {

// Enough of each format for its magic bytes; decoding is not the kit's business.
const std::string kPng("\x89PNG\r\n\x1A\n-pixels", 15);
const std::string kJpeg("\xFF\xD8\xFF\xE0-pixels", 11);
const std::string kWebp("RIFF\x10\0\0\0WEBPVP8 ", 16);
constexpr std::string_view kText = "id = \"fizzo\"\nbrand = \"Fizzo\"\n";

Lines problems_in_kit(const TemporaryFolder& folder) {
  Lines lines = problems_of([&] { load_kit(folder.path()); });
  const std::string prefix = folder.path().string();
  for (std::string& line : lines) {
    for (std::size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
      line.replace(at, prefix.size(), "KIT");
    }
  }
  return lines;
}

Lines names(const BrandKit& kit) {
  Lines names;
  for (const KitPicture& picture : kit.pictures) {
    names.push_back(picture.name + " " + picture.role);
  }
  return names;
}

}  // namespace

TEST_CASE("A kit's text is read") {
  const TemporaryFolder folder;
  folder.write("kit.toml",
               "id = \"fizzo\"\nbrand = \"Fizzo\"\nspellings = [\"FIZZO\", \"fizzo\"]\ncompetitors "
               "= [\"popsi\"]\n"
               "colours = [\"#00AAff\"]\nmin_logo_side = 32\n");
  folder.write("logo.png", kPng);
  const BrandKit kit = load_kit(folder.path());
  CHECK(kit.id == "fizzo");
  CHECK(kit.brand == "Fizzo");
  CHECK(kit.spellings == Lines{"FIZZO", "fizzo"});
  CHECK(kit.competitors == Lines{"popsi"});
  CHECK(kit.colours == Lines{"#00aaff"});
  CHECK(kit.min_logo_side == 32);
  REQUIRE(kit.pictures.size() == 1);
  CHECK(kit.pictures[0].bytes == kPng);
  CHECK(kit.pictures[0].hash == sha256(std::string_view(kPng)));
}

TEST_CASE("Pictures are found by folder where the kit names none") {
  const TemporaryFolder folder;
  folder.write("kit.toml", kText);
  folder.write("logo-black.PNG", kPng);
  folder.write("banner.png", kPng);
  folder.write("logos/red.jpeg", kJpeg);
  folder.write("logos/.hidden.png", "nonsense");
  folder.write("logos/red.svg", "<svg/>");
  folder.write("crops/shelf.jpg", kJpeg);
  folder.write("crops/readme.txt", "words");
  folder.write("packshots/can.webp", kWebp);
  CHECK(names(load_kit(folder.path())) == Lines{"crops/shelf.jpg crop",
                                                "logo-black.PNG logo",
                                                "logos/red.jpeg logo",
                                                "packshots/can.webp packshot"});
}

TEST_CASE("Named pictures are the only ones, with their roles") {
  const TemporaryFolder folder;
  folder.write("kit.toml",
               std::string(kText) +
                   "[[picture]]\nfile = \"b.jpg\"\nrole = \"packshot\"\n[[picture]]\n"
                   "file = \"art/a.png\"\n");
  folder.write("b.jpg", kJpeg);
  folder.write("art/a.png", kPng);
  folder.write("logo.png", kPng);
  CHECK(names(load_kit(folder.path())) == Lines{"art/a.png logo", "b.jpg packshot"});
}

TEST_CASE("What a picture is says its content, not its name") {
  const TemporaryFolder folder;
  folder.write("kit.toml", kText);
  folder.write("logos/a.png", "GIF89a");
  folder.write("logos/b.jpg", kPng);
  folder.write("logos/c.png", "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>");
  folder.write("logos/d.png", "");
  CHECK(problems_in_kit(folder) == Lines{"KIT/logos/a.png: is not a PNG, JPEG or WebP picture, "
                                         "whatever its name says; export it as PNG, with a "
                                         "side of 512 px or more and a transparent ground",
                                         "KIT/logos/c.png: is an SVG drawing, which is not read; "
                                         "export it as PNG, with a side of 512 px or more "
                                         "and a transparent ground",
                                         "KIT/logos/d.png: is empty"});
}

TEST_CASE("A drawing without an exported picture beside it is refused, not skipped") {
  const TemporaryFolder folder;
  folder.write("kit.toml", kText);
  folder.write("logo.svg", "<svg/>");
  folder.write("logos/mark.psd", "8BPS");
  CHECK(problems_in_kit(folder) ==
        Lines{"KIT/logo.svg: pictures of the type .svg are not read; export "
              "it as PNG, with a side of 512 px or more and a "
              "transparent ground",
              "KIT/logos/mark.psd: pictures of the type .psd are not read; "
              "export it as PNG, with a side of 512 px or "
              "more and a transparent ground"});
}

TEST_CASE("A named picture that can't be used is reported at the line that names it") {
  const TemporaryFolder folder;
  folder.write(
      "kit.toml",
      std::string(kText) +
          "[[picture]]\nfile = \"none.png\"\n[[picture]]\nfile = \"logo.svg\"\n[[picture]]\nrole = "
          "\"hero\"\n[[picture]]\nfile = \"a.png\"\n[[picture]]\nfile = \"a.png\"\n");
  folder.write("logo.svg", "<svg/>");
  folder.write("a.png", kPng);
  CHECK(
      problems_in_kit(folder) ==
      Lines{"KIT/kit.toml:4:8: picture[1].file: none.png does not exist",
            "KIT/kit.toml:6:8: picture[2].file: logo.svg is an SVG drawing, which is not read; "
            "export it as PNG, with a "
            "side of 512 px or more and a transparent ground",
            "KIT/kit.toml:7:1: picture[3].file: is missing; name the picture's file in this folder",
            "KIT/kit.toml:8:8: picture[3].role: 'hero' is not known; known: logo, crop, packshot",
            "KIT/kit.toml:12:8: picture[5].file: 'a.png' is named twice"});
}

TEST_CASE("No name and no link leads out of the kit's folder") {
  const TemporaryFolder outside;
  const auto secret = outside.write("secret.png", kPng);
  const TemporaryFolder folder;
  std::filesystem::create_symlink(secret, folder.path() / "logo.png");
  folder.write("kit.toml", kText);
  CHECK(
      problems_in_kit(folder) ==
      Lines{
          "KIT/logo.png: is a link that leads out of the kit's folder; copy the picture into it"});

  for (const std::string name :
       {"../secret.png", "/etc/passwd", "a/../../secret.png", "..\\\\secret.png", "", "./a.png"}) {
    folder.write("kit.toml", std::string(kText) + "[[picture]]\nfile = \"" + name + "\"\n");
    const Lines lines = problems_in_kit(folder);
    INFO(name);
    REQUIRE(lines.size() >= 1);
    CHECK(lines[0].find("must be a file within the kit's folder") != std::string::npos);
  }
  // The same through a folder that is a link.
  folder.write("kit.toml", std::string(kText) + "[[picture]]\nfile = \"sub/secret.png\"\n");
  std::filesystem::create_directory_symlink(outside.path(), folder.path() / "sub");
  CHECK(problems_in_kit(folder) ==
        Lines{"KIT/kit.toml:4:8: picture[1].file: sub/secret.png is a link "
              "that leads out of the kit's folder; copy the "
              "picture into it"});
}

TEST_CASE("A link that stays in the folder is fine") {
  const TemporaryFolder folder;
  folder.write("kit.toml", kText);
  folder.write("art/black.png", kPng);
  std::filesystem::create_symlink("art/black.png", folder.path() / "logo.png");
  CHECK(names(load_kit(folder.path())) == Lines{"logo.png logo"});
}

TEST_CASE("Pictures are limited in size and number") {
  const TemporaryFolder folder;
  folder.write("kit.toml", kText);
  folder.write("logo.png", kPng + std::string(20'000'000, 'x'));
  CHECK(problems_in_kit(folder) ==
        Lines{"KIT/logo.png: is longer than 20.0 MB, the most that is read"});
  folder.write("logo.png", kPng);
  for (int i = 0; i < 200; ++i) {
    folder.write("crops/" + std::to_string(i) + ".png", kPng);
  }
  CHECK(problems_in_kit(folder) == Lines{"KIT: has 201 pictures; at most 200 are read"});
}

TEST_CASE("A kit without pictures, without its text or without its brand is refused") {
  const TemporaryFolder folder;
  CHECK(problems_in_kit(folder) == Lines{"KIT/kit.toml: does not exist"});
  folder.write("kit.toml", kText);
  CHECK(problems_in_kit(folder) ==
        Lines{"KIT: has no picture; put a logo into it as logo.png, or several into logos/, crops/ "
              "or packshots/"});
  folder.write("logo.png", kPng);
  folder.write("kit.toml",
               "ident = \"x\"\ncolours = [\"red\"]\ncompetitors = [\"A B\"]\nmin_logo_side = 0\n");
  CHECK(problems_in_kit(folder) ==
        Lines{"KIT/kit.toml: id: is missing; give the kit an id: id = \"fizzo\"",
              "KIT/kit.toml: brand: is missing; write the brand's name as people know it",
              "KIT/kit.toml:1:1: ident: unknown key; known: id, brand, spellings, "
              "common_word, context, competitors, colours, min_logo_side, picture",
              "KIT/kit.toml:2:12: colours[1]: 'red' is no colour; write \"#rrggbb\"",
              "KIT/kit.toml:3:16: competitors[1]: 'A B' is no id of a kit; write 1 to 64 of a-z, "
              "0-9, '-' and '_'",
              "KIT/kit.toml:4:17: min_logo_side: 0 is out of range; allowed: 8 to 4096"});
}

TEST_CASE("A brand's name that is a word as well comes with the words that speak of the brand") {
  const TemporaryFolder folder;
  folder.write("logo.png", kPng);
  folder.write("kit.toml",
               "id = \"always\"\nbrand = \"Always\"\ncommon_word = true\ncontext = [\"pads\"]\n");
  const BrandKit kit = load_kit(folder.path());
  CHECK(kit.is_common_word);
  CHECK(kit.context == Lines{"pads"});
  folder.write("kit.toml", "id = \"always\"\nbrand = \"Always\"\ncontext = [\"pads\"]\n");
  CHECK(problems_in_kit(folder) ==
        Lines{"KIT/kit.toml:3:11: context: goes with common_word = true"});
}

TEST_CASE("A kit comes back from its stored parts with the same hash, in whatever order they are") {
  const TemporaryFolder folder;
  folder.write("kit.toml", kText);
  folder.write("logo.png", kPng);
  folder.write("crops/a.jpg", kJpeg);
  const BrandKit loaded = load_kit(folder.path());
  std::vector<KitPicture> parts;
  for (const KitPicture& picture : loaded.pictures) {
    parts.push_back({picture.name, "", picture.bytes, {}});
  }
  std::ranges::reverse(parts);
  const BrandKit parsed = parse_kit(loaded.text, "kit.toml", parts);
  CHECK(parsed.hash == loaded.hash);
  CHECK(names(parsed) == names(loaded));
}

TEST_CASE("Text, bytes, names and roles all count in a kit's hash") {
  const auto hash = [](std::string_view text, std::vector<KitPicture> pictures) {
    return parse_kit(text, "kit.toml", std::move(pictures)).hash;
  };
  const std::string role = "[[picture]]\nfile = \"logo.png\"\nrole = ";
  const std::vector<ContentHash> hashes = {
      hash(kText, {{"logo.png", "", kPng, {}}}),
      hash(kText, {{"logo2.png", "", kPng, {}}}),
      hash(kText, {{"crops/logo.png", "", kPng, {}}}),
      hash(kText, {{"logo.png", "", kJpeg, {}}}),
      hash(std::string(kText) + "\n", {{"logo.png", "", kPng, {}}}),
      hash(kText, {{"logo.png", "", kPng, {}}, {"logos/b.png", "", kPng, {}}}),
      hash(std::string(kText) + role + "\"crop\"", {{"logo.png", "", kPng, {}}}),
      hash(std::string(kText) + role + "\"logo\"", {{"logo.png", "", kPng, {}}}),
  };
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    CHECK(std::ranges::count(hashes, hashes[i]) == 1);
  }
}

TEST_CASE("Stored parts are checked like files") {
  CHECK(problems_of([] { parse_kit(kText, "k.toml", {}); }) ==
        Lines{"k.toml: picture: must be 1 to 200 pictures"});
  CHECK(
      problems_of([] {
        parse_kit(std::string(kText) + "[[picture]]\nfile = \"a.png\"",
                  "k.toml",
                  {{"../x.png", "", kPng, {}},
                   {"b.png", "", "text", {}},
                   {"c.png", "", kPng, {}},
                   {"c.png", "", kPng, {}}});
      }) ==
      Lines{"k.toml: picture: ../x.png '../x.png' must be a file within the kit's folder, such as "
            "\"logos/black.png\"",
            "k.toml: picture: b.png is not a PNG, JPEG or WebP picture, whatever its name says; "
            "export it as PNG, "
            "with a side of 512 px or more and a transparent ground",
            "k.toml: picture: c.png is there twice",
            "k.toml:4:8: picture[1].file: a.png is not among the pictures"});
}
