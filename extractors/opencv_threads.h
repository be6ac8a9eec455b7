#pragma once

namespace muster {

// OpenCV must not start threads of its own: jobs run in parallel already. Called once, by main().
void use_one_opencv_thread();

}  // namespace muster
