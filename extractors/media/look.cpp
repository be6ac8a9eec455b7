#include "extractors/media/look.h"

#include "core/error.h"
#include "extractors/media/brand_fusion.h"
#include "extractors/media/look_for_brands.h"
#include "extractors/media/look_for_text.h"
#include "extractors/media/media_fingerprint.h"

#include <new>
#include <string>

namespace muster {
namespace {

// Runs one look; a defect of ours in it must not take the others with it.
template <typename Look>
void look(SeenMedia& seen, Look one) {
  try {
    one();
  } catch (const Interrupted&) {
    throw;
  } catch (const LeaseLost&) {
    throw;
  } catch (const TransientError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    seen.look_problem += (seen.look_problem.empty() ? "" : "; ") + std::string(error.what());
  }
}

}  // namespace

SeenMedia look_at(const LookInput& input) {
  SeenMedia seen;
  seen.facts = input.media.facts;
  seen.remedy = input.media.remedy;
  seen.origin = input.media.origin;
  seen.place = input.media.place;
  seen.has_pictures = !input.media.frames.empty();
  look(seen, [&] { seen.picture = measure_pictures(input.media); });
  look(seen, [&] { seen.fingerprint = fingerprint_of(input.media); });
  look(seen, [&] { seen.brands = look_for_brands(input); });
  look(seen, [&] { look_for_text(input, seen); });
  if (input.wordmarks != nullptr) {
    seen.wordmarks = input.wordmarks->find(seen.texts);
    weigh_words(seen.wordmarks, seen.brands);
  }
  return seen;
}

}  // namespace muster
