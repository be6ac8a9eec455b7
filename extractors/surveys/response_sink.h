#pragma once

#include "core/survey.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace muster {

// A document is read several times: to find its records, to learn what they hold, to hand them
// over.
struct ReadingPass {
  int number = 1;
  int of = 1;
};

// How far the reading of a document has come.
struct ReadingProgress {
  ReadingPass pass;
  std::size_t offset = 0;  // in bytes; what lies before it is not read again in this pass
  std::size_t size = 0;
};

// Takes the rows of an export while they are read, one after another, so that no more than one has
// to be in memory. An exception of the sink ends the reading.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  // A response that is to be filed; `known` has every question that it answers. The sink may take
  // its contents, and uses what is left of it no longer. Equal ids may come more than once: which
  // version counts is the sink's to say (core/response_version.h).
  virtual void file(Response& response, const SurveyDefinition& known) = 0;
  virtual void exclude(SkippedRow row) = 0;  // understood and left out
  virtual void reject(SkippedRow row) = 0;   // not understood
  // Called now and then.
  virtual void progress(const ReadingProgress&) {}
};

// Tells a sink of every megabyte or so.
class ProgressReport {
 public:
  ProgressReport(ResponseSink& sink, ReadingPass pass, std::size_t size)
      : sink_(sink), now_{pass, 0, size} {}

  void at(std::size_t offset) {
    constexpr std::size_t kStepBytes = 1'000'000;
    if (offset >= now_.offset + kStepBytes) {
      now_.offset = offset;
      sink_.progress(now_);
    }
  }

 private:
  ResponseSink& sink_;
  ReadingProgress now_;
};

// How much of the responses a document holds, by its own word.
enum class ExportExtent {
  whole,  // it names no others
  part,   // a page of several, or a single event
  form,   // the questionnaire, no responses
};

// What an export says beside its rows.
struct ExportFacts {
  SurveyDefinition definition;
  std::vector<std::string> notes;  // what the reader assumed: encoding, separator, header rows
  std::int64_t rows_seen = 0;      // = calls of file + exclude + reject
  ExportExtent extent = ExportExtent::whole;
};

}  // namespace muster
