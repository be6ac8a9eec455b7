#include "extractors/media/run_checks.h"

#include "core/error.h"
#include "extractors/registry.h"

#include <new>
#include <utility>

namespace muster {
namespace {

Finding could_not_run(std::string_view check, std::string_view message) {
  Finding finding;
  finding.check = check;
  finding.rule_id = finding.check + ".error";
  finding.outcome = Outcome::could_not_check;
  finding.message = "the check stopped with an error: " + std::string(message);
  finding.remedy = "Nothing is to be changed in the submission; please report this error.";
  return finding;
}

}  // namespace

CheckRun run_checks(const CheckInput& input) {
  return run_checks(input, all_checks());
}

CheckRun run_checks(const CheckInput& input, const std::vector<std::unique_ptr<Check>>& checks) {
  CheckRun run;
  for (const std::unique_ptr<Check>& check : checks) {
    try {
      for (Finding& finding : check->run(input)) {
        run.findings.push_back(std::move(finding));
      }
    } catch (const Interrupted&) {
      throw;
    } catch (const LeaseLost&) {
      throw;
    } catch (const TransientError&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      run.findings.push_back(could_not_run(check->name(), error.what()));
      run.defects.push_back(std::string(check->name()) + ": " + error.what());
    }
  }
  return run;
}

}  // namespace muster
