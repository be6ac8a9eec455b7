#include "samples/render/settings.h"

#include "samples/render/backdrop.h"

namespace muster {

Stage set_stage(Setting setting, const Camera& camera, cv::Size size, std::uint32_t seed) {
  Stage stage;
  stage.camera = camera;
  Sheet painted = sheet(camera, size);
  switch (setting) {
    case Setting::kitchen:
      kitchen(stage, painted, size, seed);
      break;
    case Setting::beach:
      beach(stage, painted, size, seed);
      break;
    case Setting::gym:
      gym(stage, painted, size, seed);
      break;
    case Setting::picnic:
      picnic(stage, painted, size, seed);
      break;
    case Setting::night:
      night(stage, painted, size, seed);
      break;
    case Setting::desk:
      desk(stage, painted, size, seed);
      break;
    case Setting::pool:
      pool(stage, painted, size, seed);
      break;
    case Setting::sunset:
      sunset(stage, painted, size, seed);
      break;
    case Setting::studio:
      studio(stage, painted, size, seed);
      break;
    case Setting::marble:
      marble_top(stage, painted, size, seed);
      break;
  }
  return stage;
}

}  // namespace muster
