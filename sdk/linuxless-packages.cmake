# SPDX-License-Identifier: BSD-3-Clause
#
# Answers find_package(dpdk) for projects that are built with linuxless.cmake: a module of the
# project's own, written for DPDK on the build machine, would take archives one by one that the
# linker takes in whole here. Sets dpdk_FOUND and dpdk_VERSION, and makes DPDK::dpdk (also `dpdk`).
include_guard(GLOBAL)

macro(linuxless_provide_package method name)
	if("${name}" STREQUAL "dpdk" OR "${name}" STREQUAL "DPDK")
		find_package(PkgConfig QUIET REQUIRED)
		pkg_check_modules(LINUXLESS_DPDK QUIET REQUIRED libdpdk)
		set(${name}_FOUND TRUE)
		set(${name}_VERSION "${LINUXLESS_DPDK_VERSION}")
		if(NOT TARGET DPDK::dpdk)
			add_library(dpdk INTERFACE IMPORTED GLOBAL)
			target_include_directories(dpdk INTERFACE ${LINUXLESS_DPDK_INCLUDE_DIRS})
			list(JOIN LINUXLESS_DPDK_CFLAGS_OTHER " " LINUXLESS_DPDK_OPTIONS)
			target_compile_options(dpdk INTERFACE "SHELL:${LINUXLESS_DPDK_OPTIONS}")
			target_link_libraries(dpdk INTERFACE -lrte_eal)
			add_library(DPDK::dpdk ALIAS dpdk)
		endif()
	else()
		# Not found here, whatever an earlier find_package() of it has left behind.
		unset(${name}_FOUND)
	endif()
endmacro()

cmake_language(SET_DEPENDENCY_PROVIDER linuxless_provide_package SUPPORTED_METHODS FIND_PACKAGE)
