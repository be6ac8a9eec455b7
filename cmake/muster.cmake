# What every target of Muster shares: flags, sanitizers, ccache, layers, tests, embedded files.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set_property(GLOBAL PROPERTY GLOBAL_DEPENDS_NO_CYCLES ON)

# The programs land in the top of the build folder: build/release/muster.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

# ccache needs the sloppiness to cache with precompiled headers (not that of file times: a header saved while it is compiled
# would be cached as it was before), and base_dir so that two checkouts share entries. Depend
# mode spares a first build the run of the preprocessor that would come before each compilation.
find_program(MUSTER_CCACHE ccache)
if(MUSTER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
    ${MUSTER_CCACHE})
endif()

# Some fifty programs link the same layers: mold takes a fraction of the time of the default linker. Ubuntu and Debian ship it.
find_program(MUSTER_MOLD mold)
if(MUSTER_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

# Unity: one compiler run for this many files of a target reads headers and instantiates templates once for all of them. The
# scripts and CI build so; who changes files wants one object a file. Names in anonymous namespaces are distinct within a
# target for it.
set(CMAKE_UNITY_BUILD ${MUSTER_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)

# Flags for our own code. Third-party headers are SYSTEM and stay quiet.
add_library(muster_flags INTERFACE)
target_compile_options(muster_flags INTERFACE
  -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wextra-semi -Wcast-qual -Wimplicit-fallthrough
  -fno-omit-frame-pointer -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -fpch-preprocess: so that ccache can use precompiled headers. The warnings that are off are wrong about std::string in
  # optimized builds of g++ 12 (GCC bugs 105329, 105651, 105762); the sanitizer presets look for the real thing.
  target_compile_options(muster_flags INTERFACE
    -fpch-preprocess -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  if(MUSTER_SANITIZE)
    # Wrong about std::regex under AddressSanitizer (GCC bug 105562).
    # Asio's fences are unknown to ThreadSanitizer, and only warn.
    target_compile_options(muster_flags INTERFACE -Wno-maybe-uninitialized -Wno-tsan)
  endif()
endif()
if(MUSTER_WERROR)
  target_compile_options(muster_flags INTERFACE -Werror)
endif()
target_include_directories(muster_flags INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
if(MUSTER_SANITIZE)
  target_compile_options(muster_flags INTERFACE -fsanitize=${MUSTER_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(muster_flags INTERFACE -fsanitize=${MUSTER_SANITIZE})
endif()
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(muster_flags INTERFACE $<$<NOT:$<BOOL:${MUSTER_SANITIZE}>>:_FORTIFY_SOURCE=2>)
endif()

# What nearly every file includes, precompiled: more than halves the time of a clean build. Each kind is built once, by an
# object library muster_precompiled_KIND, and used by every target that names it:
#   plain   the standard library's common headers and fmt        (core, config, the decode helper)
#   json    and nlohmann/json                                    (storage, review, worker, bench)
#   vision  and OpenCV's matrices and image processing (extractors, samples)
set(MUSTER_PRECOMPILED
  <algorithm> <array> <chrono> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional> <set> <span>
  <stop_token> <string> <string_view> <unordered_map> <utility> <vector> <fmt/format.h>)
set(MUSTER_PRECOMPILED_json <nlohmann/json.hpp>)
set(MUSTER_PRECOMPILED_vision <opencv2/imgproc.hpp>)

function(muster_add_precompiled kind)
  set(target muster_precompiled_${kind})
  add_library(${target} OBJECT "${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp")
  target_link_libraries(${target} PRIVATE muster_flags fmt::fmt ${ARGN})
  target_precompile_headers(${target} PRIVATE ${MUSTER_PRECOMPILED} ${MUSTER_PRECOMPILED_${kind}})
endfunction()

# muster_layer(NAME SOURCES... [DEPENDS targets...] [PRIVATE_DEPENDS targets...] [PRECOMPILED kind])
# One static library muster_NAME for one folder.
function(muster_layer name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(muster_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(muster_${name} PUBLIC muster_flags ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  if(NOT ARG_PRECOMPILED)
    set(ARG_PRECOMPILED plain)
  endif()
  target_precompile_headers(muster_${name} REUSE_FROM muster_precompiled_${ARG_PRECOMPILED})
endfunction()

# Test code of an optimized build: what it calls is optimized, it itself need not be, and Catch2's macros take long to.
function(muster_unoptimized target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT MUSTER_SANITIZE)
    target_compile_options(${target} PRIVATE -U_FORTIFY_SOURCE -O0)
  endif()
endfunction()

# Code that waits for disks, children and people: -O1 spares a third of its compilation, and nothing measurable of its running.
function(muster_lightly_optimized target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT MUSTER_SANITIZE)
    target_compile_options(${target} PRIVATE -O1)
  endif()
endfunction()

# muster_test(NAME SOURCES... DEPENDS targets... [LABELS labels...] [TIMEOUT seconds])
# One Catch2 program; each test case becomes a ctest test.
function(muster_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE muster_flags muster_test_main ${ARG_DEPENDS})
  muster_unoptimized(${name})
  # One precompiled Catch2 for all tests: they are built with the same flags.
  target_precompile_headers(${name} REUSE_FROM muster_test_main)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set(properties TIMEOUT ${ARG_TIMEOUT})
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  if(MUSTER_TEST_DATA)
    list(APPEND properties ENVIRONMENT "MUSTER_TEST_DATA=${MUSTER_TEST_DATA}")
  endif()
  catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES ${properties} DISCOVERY_MODE PRE_TEST)
endfunction()

# muster_embed(TARGET HEADER NAMESPACE_VARIABLE FILES...)
# Writes generated/HEADER with `inline constexpr EmbeddedFile VARIABLE[]`, one entry a file (its name and its text),
# in the order given. The files must be text shorter than 64 kB without the raw-string mark )EMBED" in them.
function(muster_embed target header variable)
  set(output "${CMAKE_BINARY_DIR}/generated/${header}")
  set(content "#pragma once\n#include \"core/embedded_file.h\"\nnamespace muster {\ninline constexpr EmbeddedFile ${variable}[] = {\n")
  foreach(file ${ARGN})
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE absolute)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${absolute}")
    cmake_path(GET absolute FILENAME filename)
    file(READ "${absolute}" text)
    # The compiler takes string literals up to 64 kB; longer texts are written as adjacent literals.
    set(literals "")
    string(LENGTH "${text}" length)
    set(start 0)
    while(start LESS length)
      string(SUBSTRING "${text}" ${start} 15000 part)
      string(APPEND literals "R\"EMBED(${part})EMBED\" ")
      math(EXPR start "${start} + 15000")
    endwhile()
    if(length EQUAL 0)
      set(literals "\"\"")
    endif()
    string(APPEND content "    {\"${filename}\", ${literals}},\n")
  endforeach()
  string(APPEND content "};\n}  // namespace muster\n")
  # Written only when it changed, so that nothing is rebuilt in vain.
  set(previous "")
  if(EXISTS "${output}")
    file(READ "${output}" previous)
  endif()
  if(NOT previous STREQUAL content)
    file(WRITE "${output}" "${content}")
  endif()
endfunction()

# muster_embed_binary(TARGET SYMBOL FILE)
# Puts the bytes of FILE into TARGET as read-only data between the C symbols SYMBOL_begin and SYMBOL_end; nothing between
# them where FILE is empty or not there. The file is read when TARGET is built.
function(muster_embed_binary target symbol file)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE absolute)
  set(output "${CMAKE_BINARY_DIR}/generated/${symbol}.S")
  set(include "")
  if(EXISTS "${absolute}")
    set(include "  .incbin \"${absolute}\"\n")
  endif()
  file(GENERATE OUTPUT "${output}" CONTENT
    "  .section .rodata\n  .global ${symbol}_begin\n  .global ${symbol}_end\n  .balign 16\n${symbol}_begin:\n${include}${symbol}_end:\n  .byte 0\n  .section .note.GNU-stack,\"\",@progbits\n")
  if(EXISTS "${absolute}")
    set_source_files_properties("${output}" PROPERTIES OBJECT_DEPENDS "${absolute}")
  endif()
  target_sources(${target} PRIVATE "${output}")
endfunction()
