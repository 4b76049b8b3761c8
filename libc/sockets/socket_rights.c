/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files on their way are held. They cannot be let go of with socket_lock held, since closing one
 * may take it: so there is a list of those that are to be.
 */
#include "libc/sockets/socket_rights.h"

#include "kernel/base/compiler.h"
#include "kernel/base/errno.h"
#include "kernel/base/string.h"
#include "libc/base/pool.h"
#include "libc/base/syscall.h"
#include "libc/base/user.h"
#include "libc/files/files.h"
#include "libc/sockets/socket_transfer.h"

#define RIGHTS_MAX 253 /* SCM_MAX_FD */

#define ABI_SCM_RIGHTS 1
#define ABI_SCM_CREDENTIALS 2

struct abi_cmsghdr {
	uint64_t length; /* with this header */
	int32_t level, type;
};
#define CONTROL_ALIGN 8

struct socket_rights {
	struct socket_rights *next; /* to be let go of */
	unsigned count;
	struct file *files[RIGHTS_MAX];
};

/* Under socket_lock. */
static struct pool rights_pool = {.size = sizeof(struct socket_rights)};
static struct socket_rights *discarded;

static struct socket_rights *
make_rights(void)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket_rights *rights = pool_take(&rights_pool);

	spin_unlock(&socket_lock, flags);
	return rights;
}

void
socket_rights_discard(struct socket_rights *rights)
{
	spin_assert_held(&socket_lock);
	rights->next = discarded;
	WRITE_ONCE(discarded, rights);
}

static struct socket_rights *
take_discarded(void)
{
	uint64_t flags = spin_lock(&socket_lock);
	struct socket_rights *rights = discarded;

	if (rights)
		WRITE_ONCE(discarded, rights->next);
	spin_unlock(&socket_lock, flags);
	return rights;
}

static void
drop_rights(struct socket_rights *rights)
{
	uint64_t flags;

	for (unsigned i = 0; i < rights->count; i++)
		file_put(rights->files[i]);
	flags = spin_lock(&socket_lock);
	pool_give(&rights_pool, rights);
	spin_unlock(&socket_lock, flags);
}

/* Closing a socket may add others, by a call of this function within. */
void
socket_rights_collect(void)
{
	struct socket_rights *rights;

	if (!READ_ONCE(discarded))
		return;
	while ((rights = take_discarded()))
		drop_rights(rights);
}

struct socket_rights *
socket_rights_copy(const struct socket_rights *rights)
{
	struct socket_rights *copy = pool_take(&rights_pool);

	spin_assert_held(&socket_lock);
	if (!copy)
		return NULL;
	copy->count = rights->count;
	for (unsigned i = 0; i < rights->count; i++)
		copy->files[i] = file_hold(rights->files[i]);
	return copy;
}

void
socket_rights_each_socket(const struct socket_rights *rights, void (*with)(struct socket *socket))
{
	for (unsigned i = 0; i < rights->count; i++)
		if (rights->files[i]->operations->kind == ABI_S_IFSOCK)
			with(socket_of(rights->files[i]));
}

/* -- Sending ---------------------------------------------------------------------------------- */

/* Adds descriptors' files. */
static int64_t
add_files(struct socket_rights **rights, const int32_t *descriptors, size_t count)
{
	if (!*rights)
		*rights = make_rights();
	if (!*rights)
		return -ENOMEM;
	if ((*rights)->count + count > RIGHTS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		struct file *file = file_get(descriptors[i]);

		if (!file)
			return -EBADF;
		(*rights)->files[(*rights)->count++] = file;
	}
	return 0;
}

/* Nobody is somebody else here. */
static int64_t
check_credentials(const struct abi_ucred *credentials, size_t size)
{
	if (size != sizeof(*credentials))
		return -EINVAL;
	return credentials->process == PROCESS_ID ? 0 : -ESRCH;
}

static int64_t
load_one(const struct abi_cmsghdr *header, struct socket_rights **rights)
{
	const void *data = header + 1;
	size_t size = header->length - sizeof(*header);

	if (header->level != ABI_SOL_SOCKET)
		return 0;
	switch (header->type) {
	case ABI_SCM_RIGHTS:
		return size / sizeof(int32_t) ? add_files(rights, data, size / sizeof(int32_t)) : 0;
	case ABI_SCM_CREDENTIALS:
		return check_credentials(data, size);
	default:
		return -EINVAL;
	}
}

static int64_t
load_all(const struct abi_msghdr *message, struct socket_rights **rights)
{
	const uint8_t *at = message->control;
	uint64_t left = message->control_length;
	int64_t result = 0;

	if (!user_readable(at, left))
		return -EFAULT;
	while (!result && left >= sizeof(struct abi_cmsghdr)) {
		const struct abi_cmsghdr *header = (const struct abi_cmsghdr *)at;
		uint64_t step = ALIGN_UP(header->length, CONTROL_ALIGN);

		if (header->length < sizeof(*header) || header->length > left)
			return -EINVAL;
		result = load_one(header, rights);
		if (step > left)
			break;
		at += step;
		left -= step;
	}
	return result;
}

int64_t
socket_rights_load(const struct socket *socket, const struct abi_msghdr *message,
		   struct socket_rights **rights)
{
	int64_t result = 0;

	*rights = NULL;
	if (message->control_length && socket_is_unix(socket))
		result = load_all(message, rights);
	if (*rights && (result || !(*rights)->count)) {
		drop_rights(*rights);
		*rights = NULL;
	}
	return result;
}

/* -- Receiving -------------------------------------------------------------------------------- */

/* Where control messages are written, and what is left there. */
struct control {
	uint8_t *at;
	uint64_t left;
	uint32_t flags;
};

/* Puts a control message, cut if there is no room for all. */
static void
put_control(struct control *control, int type, const void *data, size_t size)
{
	struct abi_cmsghdr header = {sizeof(header) + size, ABI_SOL_SOCKET, type};
	uint64_t step = ALIGN_UP(header.length, CONTROL_ALIGN);

	if (control->left < sizeof(header)) {
		control->flags |= ABI_MSG_CTRUNC;
		return;
	}
	if (control->left < header.length) {
		control->flags |= ABI_MSG_CTRUNC;
		header.length = control->left;
	}
	memcpy(control->at, &header, sizeof(header));
	memcpy(control->at + sizeof(header), data, header.length - sizeof(header));
	step = MIN(step, control->left);
	control->at += step;
	control->left -= step;
}

/* Gives as many files descriptors as there is room for, and free ones. */
static void
put_files(struct control *control, struct socket_rights *rights, bool close_on_exec)
{
	int32_t descriptors[RIGHTS_MAX];
	uint64_t room = control->left > sizeof(struct abi_cmsghdr)
				? (control->left - sizeof(struct abi_cmsghdr)) / sizeof(int32_t)
				: 0;
	unsigned count = 0;

	while (count < rights->count && count < room) {
		int descriptor = descriptor_add(rights->files[count], 0, close_on_exec);

		if (descriptor < 0)
			break;
		file_hold(rights->files[count]);
		descriptors[count++] = descriptor;
	}
	if (count)
		put_control(control, ABI_SCM_RIGHTS, descriptors, count * sizeof(descriptors[0]));
	if (count < rights->count)
		control->flags |= ABI_MSG_CTRUNC;
}

void
socket_rights_store(const struct socket *socket, bool named, struct socket_rights *rights,
		    bool close_on_exec, struct abi_msghdr *message)
{
	struct abi_ucred credentials = {.process = PROCESS_ID};
	struct control control = {message->control, message->control_length, 0};
	bool passes = named && (socket->options & SOCKET_PASS_CREDENTIALS);

	if (!control.at || !user_writable(control.at, control.left))
		control = (struct control){.flags = passes || rights ? ABI_MSG_CTRUNC : 0};
	else if (passes)
		put_control(&control, ABI_SCM_CREDENTIALS, &credentials, sizeof(credentials));
	if (control.at && rights)
		put_files(&control, rights, close_on_exec);
	message->control_length = control.at ? (uint64_t)(control.at - (uint8_t *)message->control)
					     : 0;
	message->flags |= control.flags;
	if (rights)
		drop_rights(rights);
}
