// Empty: it makes CMake build the precompiled headers that many targets share.
