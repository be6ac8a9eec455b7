#include "extractors/text_seen/reading_process.h"

#include "extractors/decode/protocol.h"
#include "extractors/media/look.h"
#include "extractors/text_seen/reading.h"
#include "tests/support/build_paths.h"

#include <chrono>

#include <catch2/catch.hpp>

namespace muster {
namespace {

constexpr Milliseconds kPatience = std::chrono::seconds(20);

std::filesystem::path stub() {
  return testing::binary_dir() / "stub-reader";
}

cv::Mat picture_of_rows(int rows) {
  return cv::Mat(rows, 40, CV_8UC3, cv::Scalar(1, 2, 3));
}

std::string stopped_on(ReadingProcess& reader, int rows) {
  try {
    reader.read_text(picture_of_rows(rows), 100);
  } catch (const ReaderStopped& stopped) {
    return stopped.what();
  }
  return "it did not stop";
}

std::string death_on(int rows, Milliseconds limit = kPatience) {
  ReadingProcess reader(stub(), {}, limit);
  const std::string why = stopped_on(reader, rows);
  CHECK_FALSE(reader.usable());
  CHECK(stopped_on(reader, 50) == "muster-read has stopped before");
  return why;
}

SeenMedia look_at_rows(const Reading& reading, int rows) {
  DecodedMedia media;
  media.facts.type = MediaType::png;
  media.facts.integrity = Integrity::whole;
  media.frames.push_back({0, 0, picture_of_rows(rows)});
  const Brief brief;
  return look_at({.media = media, .brief = brief, .reading = &reading});
}

TEST_CASE("what the reader finds comes back as it was found") {
  ReadingProcess reader(stub(), {}, kPatience);
  const std::vector<TextLine> lines = reader.read_text(picture_of_rows(50), 100);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == "Ad: with Fizzo");
  CHECK(lines[0].confidence == 0.9);
  CHECK(lines[0].outline.size() == 4);
  CHECK(lines[0].box == Box{0.1, 0.1, 0.4, 0.1});
  const std::vector<PictureCode> codes = reader.read_codes(picture_of_rows(50));
  REQUIRE(codes.size() == 1);
  CHECK(codes[0].text == std::string("\xff\x00raw", 5));
  CHECK(reader.read_line(picture_of_rows(50), lines[0].outline)->text == "Ad: with Fizzo");
  // A part of a larger picture is handed over as it is seen.
  const cv::Mat large = picture_of_rows(100);
  CHECK(reader.read_text(large(cv::Rect(3, 5, 20, 60)), 100).size() == 1);
  CHECK(reader.usable());
}

TEST_CASE("a picture full of long texts is read whole") {
  ReadingProcess reader(stub(), {}, kPatience);
  const std::vector<TextLine> lines = reader.read_text(picture_of_rows(31), 100);
  REQUIRE(lines.size() == kMaxLines);
  CHECK(lines.back().text.size() == 2'000);
  const std::vector<PictureCode> codes = reader.read_codes(picture_of_rows(31));
  REQUIRE(codes.size() == 16);
  CHECK(codes.back().text.size() == 8'000);
  CHECK(reader.usable());
}

TEST_CASE("a reader that aborts, hangs, leaves or talks nonsense is ended and explained") {
  CHECK(death_on(13) == "muster-read crashed (SIGABRT)");
  CHECK(death_on(23) == "muster-read ended without an answer (status 3)");
  CHECK(death_on(19).find("muster-read answered nonsense") == 0);
  const auto begun = std::chrono::steady_clock::now();
  CHECK(death_on(17, std::chrono::milliseconds(300)) ==
        "muster-read took longer than 300ms for a picture");
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
}

TEST_CASE("an error that the reader reports is one of this picture alone") {
  ReadingProcess reader(stub(), {}, kPatience);
  CHECK_THROWS_WITH(reader.read_text(picture_of_rows(29), 100), "muster-read: no idea");
  CHECK(reader.read_text(picture_of_rows(50), 100).size() == 1);
}

TEST_CASE("a program that is no reader is an error with its name") {
  CHECK_THROWS_AS(ReadingProcess("/bin/true", {}, kPatience), ReaderStopped);
  CHECK_THROWS(ReadingProcess("/nowhere/muster-read", {}, kPatience));
}

TEST_CASE("where the reader dies on one file, its text is not known, and the next is read") {
  const Reading reading(ModelsConfig{}, stub(), kPatience);
  const SeenMedia dead = look_at_rows(reading, 13);
  CHECK_FALSE(dead.texts_were_read);
  CHECK_FALSE(dead.codes_were_read);
  CHECK(dead.texts.empty());
  CHECK(dead.texts_problem == "muster-read crashed (SIGABRT) on this file");
  // The other looks at it are not touched.
  CHECK(dead.look_problem.empty());
  CHECK(dead.picture.has_value());

  const SeenMedia next = look_at_rows(reading, 50);
  CHECK(next.codes_were_read);
  CHECK(next.codes.size() == 1);
}

TEST_CASE("answers that a hostile reader might give are no answers") {
  ReadingAnswer answer;
  TextLine line;
  line.text = "x";
  line.confidence = 7;
  answer.lines = {line};
  const auto parse = [](const std::string& message) {
    return parse_reading_answer(std::as_bytes(std::span(message))).has_value();
  };
  CHECK_FALSE(parse(encode(answer)));
  answer.lines[0].confidence = 0.5;
  const std::string good = encode(answer);
  CHECK(parse(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(parse(good.substr(0, size)));
  }
  answer.lines[0].text = "\xff";
  CHECK_FALSE(parse(encode(answer)));
}

TEST_CASE("the sandbox of muster-read denies everything that the self-test tries") {
  const std::vector<std::string> lines =
      try_reader_sandbox(testing::binary_dir() / "muster-read", kPatience);
  CHECK(lines.size() == kSandboxProbes.size() + 2);
  for (const std::string& line : lines) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (line.find("use more memory") != std::string::npos) {
      continue;  // sanitizers reserve too much for a limit
    }
#endif
    CAPTURE(line);
    CHECK(line.starts_with("ok "));
  }
  const auto other = try_reader_sandbox("/bin/true", kPatience);
  REQUIRE(other.size() == 1);
  CHECK(other[0] == "FAILED muster-read did not try its sandbox out");
}

TEST_CASE("where system call filters are refused nothing is read") {
  const std::filesystem::path program = testing::binary_dir() / "muster-read-no-seccomp";
  CHECK_THROWS_WITH(ReadingProcess(program, {}, kPatience),
                    Catch::StartsWith("muster-read: lock itself in: "));
  const auto lines = try_reader_sandbox(program, kPatience);
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::StartsWith("FAILED muster-read did not try its sandbox out"));
}

}  // namespace
}  // namespace muster
