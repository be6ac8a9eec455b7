#include "extractors/media/look.h"

#include "core/error.h"
#include "extractors/media/look_for_brands.h"
#include "extractors/media/media_fingerprint.h"

#include <new>

namespace muster {

SeenMedia look_at(const LookInput& input) {
  SeenMedia seen;
  seen.facts = input.media.facts;
  seen.remedy = input.media.remedy;
  seen.origin = input.media.origin;
  seen.place = input.media.place;
  seen.has_pictures = !input.media.frames.empty();
  try {
    seen.picture = measure_pictures(input.media);
    seen.fingerprint = fingerprint_of(input.media);
    seen.brands = look_for_brands(input);
  } catch (const Interrupted&) {
    throw;
  } catch (const LeaseLost&) {
    throw;
  } catch (const TransientError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    seen.look_problem = error.what();
  }
  return seen;
}

}  // namespace muster
