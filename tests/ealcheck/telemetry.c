/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Telemetry greets and answers on its socket, where Linux has it.
 */
#include "tests/ealcheck/telemetry.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_telemetry.h>
#include <rte_version.h>

#include "tests/unit/check.h"

static int
answer(const char *command __rte_unused, const char *parameters, struct rte_tel_data *data)
{
	return rte_tel_data_string(data, parameters);
}

/* A thread of the program asks for what the program tells, as one outside does on Linux. */
static void
check_telemetry(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char text[1024] = "";
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/dpdk_telemetry.v2",
		 rte_eal_get_runtime_dir());
	CHECK_EQ(rte_telemetry_register_cmd("/check", answer, "what was asked"), 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	CHECK(read(fd, text, sizeof(text) - 1) > 0);
	CHECK(strstr(text, rte_version()) != NULL);
	memset(text, 0, sizeof(text));
	CHECK_EQ(write(fd, "/check,bare", 11), 11);
	CHECK(read(fd, text, sizeof(text) - 1) > 0);
	CHECK_STRING(text, "{\"/check\":\"bare\"}");
	memset(text, 0, sizeof(text));
	CHECK_EQ(write(fd, "/bare/speed", 11), 11);
	CHECK(read(fd, text, sizeof(text) - 1) > 0);
	CHECK(strstr(text, "{\"/bare/speed\":{\"mhz\":") != NULL);
	close(fd);
}

int
telemetry_check(void)
{
	check_telemetry();
	return check_end();
}
