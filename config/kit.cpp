#include "config/kit.h"
