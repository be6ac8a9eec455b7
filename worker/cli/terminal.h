#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

enum class Style { plain, bold, dim, good, caution, bad };

// Colours only where the stream is a terminal and NO_COLOR is not set (no-color.org).
bool colours_on_stdout();
bool stderr_is_terminal();
// Columns of the terminal behind stdout, 140 where it is none.
std::size_t terminal_width();

// The text in this style, or as it is where colours are off.
std::string styled(std::string_view text, Style style);

// The style that stands for an outcome, a state or a verdict word: pass/filed/approved good,
// fail/rejected bad, ...
Style style_of(std::string_view word);

// A progress bar on stderr; silent where stderr is no terminal. Not thread-safe.
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar();  // clears the line

  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `total` 0: unknown, only the count is shown.
  void show(std::int64_t done, std::int64_t total, std::string_view note = {});

 private:
  std::string label_;
  bool shown_ = false;
  std::string last_;
};

}  // namespace muster
