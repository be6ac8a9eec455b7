#include "extractors/text/transcript.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

Transcript must_read_transcript(std::string_view text) {
  const Parsed<Transcript> read = read_transcript(text);
  INFO((read ? std::string() : to_string(read.error())));
  REQUIRE(read.has_value());
  return *read;
}

std::string transcript_error(std::string_view text) {
  const Parsed<Transcript> read = read_transcript(text);
  return read ? "no error" : to_string(read.error());
}

std::string fault_of(std::string_view text) {
  const Transcript read = must_read_transcript(text);
  return read.faults.size() == 1 ? to_string(read.faults.front())
                                 : std::to_string(read.faults.size()) + " faults";
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_CASE("SRT is read with its times, lines and numbers") {
  const Transcript read = must_read_transcript(
      "1\n00:00:01,000 --> 00:00:03,500\nThis is an ad\nfor Fizzo.\n\n"
      "2\n00:01:02,003 --> 01:00:00,000 X1:10 X2:20\nBye\n");
  REQUIRE(read.cues.size() == 2);
  CHECK(read.cues[0].time == TimeSpan{1000, 3500});
  CHECK(read.cues[0].text == "This is an ad for Fizzo.");
  CHECK(read.cues[0].line == 2);
  CHECK(read.cues[1].time == TimeSpan{62'003, 3'600'000});
  CHECK(read.fault_count == 0);
}

TEST_CASE("WebVTT is read with header, notes, styles, names, settings and hours left out") {
  const Transcript read = must_read_transcript(
      "WEBVTT Kind: captions; Language: en\nX-Made-By: hand\n\n"
      "NOTE this is\nno cue\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\n"
      "intro\n00:01.000 --> 00:02.500 align:start position:0%\nhello\n\n"
      "01:00:00.000 --> 01:00:01.000\nlate\n");
  REQUIRE(read.cues.size() == 2);
  CHECK(read.cues[0].time == TimeSpan{1000, 2500});
  CHECK(read.cues[0].text == "hello");
  CHECK(read.cues[1].time == TimeSpan{3'600'000, 3'601'000});
  CHECK(read.fault_count == 0);
}

TEST_CASE("a byte order mark, any line ends and a missing last line end change nothing") {
  const std::string text =
      "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:03,000 --> "
      "00:00:04,000\ntwo";
  for (const char* end : {"\n", "\r\n", "\r"}) {
    std::string typed = "\xef\xbb\xbf";
    for (const char c : text) {
      c == '\n' ? typed += end : typed += c;
    }
    const Transcript read = must_read_transcript(typed);
    REQUIRE(read.cues.size() == 2);
    CHECK(read.cues[1].text == "two");
    CHECK(read.cues[1].line == 6);
    CHECK(read.fault_count == 0);
  }
  CHECK(must_read_transcript("\xef\xbb\xbfWEBVTT\n\n00:01.000 --> 00:02.000\nx\n").cues.size() ==
        1);
}

TEST_CASE("tags, overrides and references are not what people hear") {
  const auto heard = [](const std::string& line) {
    return must_read_transcript("00:01.000 --> 00:02.000\n" + line + "\n").cues.at(0).text;
  };
  CHECK(heard("<i>This</i> <b>is</b> <font color=\"#ff0000\">an ad</font>") == "This is an ad");
  CHECK(heard("<v Mia>this is<00:00:01.500><c.loud> an</c> ad") == "this is an ad");
  CHECK(heard("{\\an8}this is an ad") == "this is an ad");
  CHECK(heard("a &amp; b &lt;3&nbsp;&gt; c &copy;") == "a & b <3 > c &copy;");
  CHECK(heard("I <3 it > you") == "I <3 it > you");
  CHECK(heard("x < y") == "x < y");
  CHECK(heard("an <unclosed tag") == "an <unclosed tag");
}

TEST_CASE("a cue with broken times is set aside with its line, and the rest is used") {
  const auto broken = [](const std::string& times) {
    const std::string text = "1\n" + times + "\nlost\n\n2\n00:00:05,000 --> 00:00:06,000\nkept\n";
    const Transcript read = must_read_transcript(text);
    REQUIRE(read.cues.size() == 1);
    CHECK(read.cues[0].text == "kept");
    CHECK(read.fault_count == 1);
    CHECK(read.faults.at(0).where == "line 2");
    return read.faults.at(0).what;
  };
  CHECK(holds(broken("00:00:03,000 --> 00:00:02,000"), "not after"));
  CHECK(holds(broken("00:00:02,000 --> 00:00:02,000"), "not after"));
  CHECK(holds(broken("00:00:02,000 -->"), "no end"));
  CHECK(holds(broken("--> 00:00:02,000"), "no start"));
  CHECK(holds(broken("00:61:00,000 --> 00:62:00,000"), "more than 59"));
  CHECK(holds(broken("00:00:75,000 --> 00:02:00,000"), "more than 59"));
  CHECK(holds(broken("25:00:00,000 --> 26:00:00,000"), "beyond 24 hours"));
  CHECK(holds(broken("99999:00:00,000 --> 99999:00:01,000"), "no time"));
  CHECK(holds(broken("00:00:01,5 --> 00:00:02,5"), "three digits"));
  CHECK(holds(broken("one --> two"), "'one' is no time"));
  CHECK(holds(broken("-00:00:01,000 --> 00:00:02,000"), "no time"));
  CHECK(holds(broken("00:00:01.000.000 --> 00:00:02"), "three digits"));
  // An arrow that is none: nobody knows when it is said.
  const Transcript read = must_read_transcript(
      "1\n00:00:01,000 -> 00:00:02,000\nlost\n\n2\n00:00:05,000 --> 00:00:06,000\nkept\n");
  CHECK(read.cues.size() == 1);
  CHECK(to_string(read.faults.at(0)) == "line 1: it has no times");
}

TEST_CASE("times without a fraction are times") {
  CHECK(must_read_transcript("00:01 --> 00:00:02\nx\n").cues.at(0).time == TimeSpan{1000, 2000});
}

TEST_CASE("cues may overlap, repeat and come in any order") {
  const Transcript read = must_read_transcript(
      "00:05.000 --> 00:09.000\nthird\n\n00:01.000 --> 00:20.000\nfirst\n\n"
      "00:01.000 --> 00:02.000\nsecond\n");
  REQUIRE(read.cues.size() == 3);
  CHECK(read.cues[0].text == "first");
  CHECK(read.cues[1].text == "second");
  CHECK(read.cues[2].text == "third");
}

TEST_CASE("a missing blank line between cues loses nothing") {
  const Transcript read = must_read_transcript(
      "1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo\n");
  REQUIRE(read.cues.size() == 2);
  CHECK(read.cues[0].text == "one");
  CHECK(read.cues[1].text == "two");
  CHECK(read.fault_count == 0);
}

TEST_CASE("text that no times stand over is set aside, and cues without words are left out") {
  CHECK(fault_of("00:01.000 --> 00:02.000\none\n\nlost words\nmore\n\n00:03.000 --> 00:04.000\n"
                 "two\n") == "line 4: it has no times");
  const Transcript read =
      must_read_transcript("00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\n<i></i>\n");
  CHECK(read.cues.empty());
  CHECK(read.fault_count == 0);
}

TEST_CASE("a cue in another encoding is set aside, and a file in UTF-16 is explained") {
  CHECK(holds(fault_of("00:01.000 --> 00:02.000\nsponsoris\xe9\n\n00:03.000 --> 00:04.000\nok\n"),
              "line 1: its text is not UTF-8"));
  CHECK(transcript_error(std::string_view("\xff\xfe\x31\x00\x0a\x00", 6)) ==
        "it is UTF-16; save it as UTF-8");
}

TEST_CASE("what is no transcript is said in words") {
  CHECK(transcript_error("") == "it is empty");
  CHECK(transcript_error("\xef\xbb\xbf \n\n") == "it is empty");
  CHECK(holds(transcript_error("dear reader\n\nthis is a letter\n"), "neither SRT nor WebVTT"));
  CHECK(holds(transcript_error("WEBVTT\n\nNOTE only a note\n"), "neither SRT nor WebVTT"));
  CHECK(holds(transcript_error(std::string(kMaxTranscriptBytes + 1, 'x')), "at most 4.0 MB"));
  CHECK(holds(transcript_error(std::string("\x7f"
                                           "ELF\0\0\0",
                                           7)),
              "neither SRT nor WebVTT"));
}

TEST_CASE("a megabyte of cues, of faults or of one line is read in time that grows with its size") {
  std::string cues = "WEBVTT\n\n";
  std::string faults;
  for (int i = 0; cues.size() < 1'000'000; ++i) {
    cues += "00:00:01.000 --> 00:00:02.000\nthis is an ad <i>for</i> Fizzo\n\n";
    faults += "00:00:03.000 --> 00:00:02.000\nx\n\n";
  }
  CHECK(must_read_transcript(cues).cues.size() > 10'000);
  const Transcript broken = must_read_transcript(faults);
  CHECK(broken.cues.empty());
  CHECK(broken.fault_count > 10'000);
  CHECK(broken.faults.size() == kMaxListedFaults);
  const std::string line = "00:00:01.000 --> 00:00:02.000\n" + std::string(1'000'000, '<') + "\n\n";
  CHECK(must_read_transcript(line).cues.at(0).text.size() == 1'000'000);
}

}  // namespace
}  // namespace muster
