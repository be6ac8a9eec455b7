#include "core/error.h"
#include "core/log.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"
#include "worker/daemon.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

const CommandSpec kRunSpec{
    .name = "run",
    .synopsis = "[--once]",
    .about =
        "Polls the configured sources, checks what came in, files what was approved. Runs until "
        "SIGTERM or SIGINT, which "
        "let the work in hand end; a second signal ends at once.",
    .examples =
        "muster run --config /etc/muster/muster.toml\nmuster run --once            # one full "
        "pass, then the report",
    .options = {
        {"once", "", "one full pass over all sources, then print the report and exit"},
        {"log-level", "LEVEL", "debug, info, warn, error or off; else the configuration's"}}};

}  // namespace

Exit run_command(Args args) {
  const auto line = CommandLine::parse(kRunSpec, args);
  if (!line) {
    return Exit::done;
  }
  Config config = line->load_config();
  // A pass with a report at its end needs no line a job; the daemon does.
  const std::string level = line->get("log-level", line->has("once") ? "warn" : config.log_level);
  if (!log::set_level(level)) {
    throw UsageError(
        fmt::format("muster run: --log-level '{}' must be debug, info, warn, error or off", level));
  }
  block_stop_signals();
  App app(std::move(config));
  Daemon daemon(app);
  if (!line->has("once")) {
    return daemon.run() == 0 ? Exit::done : Exit::failed;
  }
  {
    ProgressBar bar("muster run");
    daemon.run_once([&](const PassProgress& progress) {
      bar.show(progress.done,
               progress.seen,
               fmt::format("{}, {} jobs left", progress.stage, progress.jobs_left));
    });
  }
  const Json status = Json::parse(app.api().handle(ApiRequest::make("GET", "/api/v1/status")).body);
  const Json exports =
      Json::parse(app.api().handle(ApiRequest::make("GET", "/api/v1/exports")).body);
  print_pass_report(status, exports, line->format());
  return status["submissions"]["holds"].get<bool>() ? Exit::done : Exit::failed;
}

}  // namespace muster
