// Empty: it makes CMake build the precompiled header that all tests share (test_main.cpp, which configures Catch2, can't).
