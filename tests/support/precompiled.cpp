// Empty: it makes CMake build the precompiled header that all tests share (test_main.cpp can't use
// it).
