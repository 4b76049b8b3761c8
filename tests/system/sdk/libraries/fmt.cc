/* SPDX-License-Identifier: BSD-3-Clause */
/* Formats, and refuses a format that is wrong. */
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

int
main()
{
	fmt::print("{:>6.2f} {:#x} {}\n", 3.14159, 255, std::vector<int>{1, 2, 3});
	try {
		fmt::print("{}\n", fmt::vformat("{:d}", fmt::make_format_args("text")));
	} catch (const fmt::format_error &error) {
		fmt::print("refused\n");
	}
	return 0;
}
