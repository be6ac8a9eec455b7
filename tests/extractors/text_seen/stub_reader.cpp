// Stands in for muster-read. What it does with a picture, its height says: 13 aborts, 17 hangs, 19
// answers nonsense, 23 leaves, 29 reports an error, 31 reads as many and as long texts as there may
// be; of any other it reads one line and one code.

#include "extractors/decode/message_socket.h"
#include "extractors/decode/protocol.h"
#include "extractors/text_seen/reading_protocol.h"

#include <cstdlib>

#include <unistd.h>

using namespace muster;

int main() {
  bool has_options = false;
  while (const auto message = receive_message(kControlFd, kMaxReadingBytes)) {
    ReadingAnswer answer;
    if (!has_options) {
      has_options = parse_reading_options(message->bytes).has_value();
    } else if (const auto request = parse_reading_request(message->bytes)) {
      switch (request->rows) {
        case 13:
          std::abort();
        case 17:
          ::pause();
          break;
        case 19:
          send_message(kControlFd, "nonsense", {});
          continue;
        case 23:
          return 3;
        case 29:
          answer.problem = "no idea";
          break;
        default:
          const bool most = request->rows == 31;
          TextLine line;
          line.text = "Ad: with Fizzo";
          line.confidence = 0.9;
          line.outline = {{0.1, 0.1}, {0.5, 0.1}, {0.5, 0.2}, {0.1, 0.2}};
          line.box = {0.1, 0.1, 0.4, 0.1};
          line.height = 0.05;
          if (most && request->task == ReadingTask::codes) {
            answer.codes.assign(kMaxCodes, {std::string(8'000, 'q'), line.outline, line.box});
          } else if (most) {
            line.text.assign(2'000, 'A');
            answer.lines.assign(kMaxLines, line);
          } else {
            answer.lines = {line};
            answer.codes = {{std::string("\xff\x00raw", 5), line.outline, line.box}};
          }
      }
    }
    send_message(kControlFd, encode(answer), {});
  }
  return 0;
}
