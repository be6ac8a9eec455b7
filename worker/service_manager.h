#pragma once

#include <string_view>

namespace muster {

// Tells the service manager (sd_notify(3)) about our state: "READY=1", "STOPPING=1", "WATCHDOG=1".
// Does nothing where NOTIFY_SOCKET is not set.
void notify_service_manager(std::string_view state);

}  // namespace muster
