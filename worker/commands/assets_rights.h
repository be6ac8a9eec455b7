#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster assets rights.
Exit assets_rights(Args args);
// muster assets published: rights that start with the publication begin.
Exit assets_published(Args args);

}  // namespace muster
