/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads, and says where a mistake is. */
#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <string>

int
main()
{
	YAML::Node node = YAML::Load("ports: [1, 2, 40]\nname: eth\n");
	int sum = 0;

	for (const auto &port : node["ports"])
		sum += port.as<int>();
	std::printf("%s %d\n", node["name"].as<std::string>().c_str(), sum);
	try {
		YAML::Load("a: [1, 2");
	} catch (const YAML::ParserException &error) {
		std::printf("mistake in line %d\n", error.mark.line + 1);
	}
	return 0;
}
