# SPDX-License-Identifier: BSD-3-Clause
#
# CMake toolchain file: builds for the bare machine with the SDK that this file is in.
#
#	cmake -B build --toolchain SDK/share/cmake/linuxless.cmake [-DLIBC=glibc]
#
# find_library(), find_path(), find_package() and pkg-config see the SDK, and the folders that
# CMAKE_PREFIX_PATH names, and nothing of the build machine's. Programs (find_program()) are those of
# the build machine. CMAKE_SYSTEM_NAME is Linux, whose interface the C library has. With glibc,
# Debian's archives are found as well.
get_filename_component(LINUXLESS_SDK "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER "${LINUXLESS_SDK}/bin/linuxless-cc")
set(CMAKE_CXX_COMPILER "${LINUXLESS_SDK}/bin/linuxless-c++")
set(CMAKE_ASM_COMPILER "${CMAKE_C_COMPILER}")
set(PKG_CONFIG_EXECUTABLE "${LINUXLESS_SDK}/bin/linuxless-pkg-config" CACHE FILEPATH "")
list(APPEND PKG_CONFIG_ARGN --static)

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LIBC)
if(LIBC STREQUAL "glibc")
	foreach(language C CXX ASM)
		list(APPEND CMAKE_${language}_COMPILER --libc=glibc)
	endforeach()
	list(APPEND PKG_CONFIG_ARGN --libc=glibc)
else()
	set(CMAKE_FIND_ROOT_PATH
		"${LINUXLESS_SDK}" "${LINUXLESS_SDK}/lib/linuxless/libs" ${CMAKE_PREFIX_PATH})
	set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
	set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
	set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
	set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
endif()

# find_package(dpdk) has a target DPDK::dpdk of the SDK's (CMake 3.24), also in projects that look
# for it by a module of their own.
if(NOT CMAKE_PROJECT_TOP_LEVEL_INCLUDES)
	set(CMAKE_PROJECT_TOP_LEVEL_INCLUDES "${CMAKE_CURRENT_LIST_DIR}/linuxless-packages.cmake")
endif()

# What a project runs while it is configured, and its tests, run in QEMU.
find_program(LINUXLESS_QEMU qemu-system-x86_64)
mark_as_advanced(LINUXLESS_QEMU)
if(LINUXLESS_QEMU)
	set(CMAKE_CROSSCOMPILING_EMULATOR "${LINUXLESS_SDK}/bin/linuxless-run" --nic none)
endif()

# An image is one file: there are no shared libraries.
set(BUILD_SHARED_LIBS OFF CACHE BOOL "")
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
