#include "worker/cli/terminal.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace muster {
namespace {

std::string_view code_of(Style style) {
  switch (style) {
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::caution:
      return "\x1b[33m";
    case Style::bad:
      return "\x1b[31m";
    case Style::plain:
      break;
  }
  return "";
}

}  // namespace

bool colours_on_stdout() {
  static const bool on = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return on;
}

bool stderr_is_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}

std::size_t terminal_width() {
  constexpr std::size_t kDefault = 140;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) {
    return kDefault;
  }
  return size.ws_col;
}

std::string styled(std::string_view text, Style style) {
  const std::string_view code = code_of(style);
  if (code.empty() || !colours_on_stdout()) {
    return std::string(text);
  }
  return fmt::format("{}{}\x1b[0m", code, text);
}

Style style_of(std::string_view word) {
  constexpr std::pair<std::string_view, Style> kStyles[] = {
      {"pass", Style::good},
      {"filed", Style::good},
      {"approved", Style::good},
      {"completed", Style::good},
      {"clear", Style::good},
      {"active", Style::good},
      {"approved_with_corrections", Style::good},
      {"parsed", Style::good},
      {"ok", Style::good},
      {"warn", Style::caution},
      {"could_not_check", Style::caution},
      {"flagged", Style::caution},
      {"in_review", Style::caution},
      {"needs_work", Style::caution},
      {"returned", Style::caution},
      {"retryable", Style::caution},
      {"expiring", Style::caution},
      {"fail", Style::bad},
      {"rejected", Style::bad},
      {"failed", Style::bad},
      {"quarantined", Style::bad},
      {"discarded", Style::bad},
      {"expired", Style::bad},
      {"not_applicable", Style::dim},
      {"waiting", Style::dim}};
  const auto found = std::ranges::find(kStyles, word, &std::pair<std::string_view, Style>::first);
  return found == std::end(kStyles) ? Style::plain : found->second;
}

ProgressBar::ProgressBar(std::string label) : label_(std::move(label)) {}

ProgressBar::~ProgressBar() {
  if (shown_) {
    std::fputs("\r\x1b[K", stderr);
  }
}

void ProgressBar::show(std::int64_t done, std::int64_t total, std::string_view note) {
  if (!stderr_is_terminal()) {
    return;
  }
  constexpr std::int64_t kCells = 28;
  std::string line = label_ + " ";
  if (total > 0) {
    const std::int64_t filled = std::clamp<std::int64_t>(kCells * done / total, 0, kCells);
    for (std::int64_t i = 0; i < kCells; ++i) {
      line += i < filled ? "█" : "░";
    }
    line += fmt::format(" {}/{}", done, total);
  } else {
    line += std::to_string(done);
  }
  line += fmt::format("  {}", note);
  if (line != last_) {
    std::fputs(("\r\x1b[K" + line).c_str(), stderr);
    std::fflush(stderr);
    shown_ = true;
    last_ = std::move(line);
  }
}

}  // namespace muster
