#pragma once

#include "worker/commands/commands.h"

namespace muster {

// `muster assets previews`: lists previews, or writes them into a folder.
Exit assets_previews(Args args);

}  // namespace muster
