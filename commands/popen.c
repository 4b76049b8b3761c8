/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * popen() and pclose() without processes: the line runs in a thread of the program, with a pipe to
 * the caller. The linker takes this file before musl's for a program that calls one of them, and
 * for no other.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

struct job {
	struct job *next;
	pthread_t thread;
	FILE *ours;
	struct command_streams streams;
	FILE *theirs; /* one of the streams: closed at the end */
	int status;
	char line[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct job *jobs;

/* A reader that has gone away must not end the program: signals are not for this thread. */
static void *
run(void *argument)
{
	struct job *job = argument;

	job->status = shell_run(job->line, &job->streams);
	fclose(job->theirs);
	return NULL;
}

static int
start(struct job *job)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&job->thread, NULL, run, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

/* Opens both ends of a pipe: the job's, and the caller's. Returns whether it could. */
static bool
connect_pipe(struct job *job, bool reads, bool close_on_exec)
{
	int ends[2];

	if (pipe2(ends, close_on_exec ? O_CLOEXEC : 0) != 0)
		return false;
	job->ours = fdopen(ends[reads ? 0 : 1], reads ? "r" : "w");
	job->theirs = fdopen(ends[reads ? 1 : 0], reads ? "w" : "r");
	if (job->ours != NULL && job->theirs != NULL)
		return true;
	if (job->ours != NULL)
		fclose(job->ours);
	else
		close(ends[reads ? 0 : 1]);
	if (job->theirs != NULL)
		fclose(job->theirs);
	else
		close(ends[reads ? 1 : 0]);
	return false;
}

FILE *
popen(const char *line, const char *mode)
{
	bool reads = *mode == 'r';
	struct job *job;
	int error;

	if (*mode != 'r' && *mode != 'w') {
		errno = EINVAL;
		return NULL;
	}
	job = calloc(1, sizeof(*job) + strlen(line) + 1);
	if (job == NULL)
		return NULL;
	strcpy(job->line, line);
	if (!connect_pipe(job, reads, strchr(mode, 'e') != NULL)) {
		free(job);
		return NULL;
	}
	job->streams = (struct command_streams){reads ? stdin : job->theirs,
						reads ? job->theirs : stdout, stderr};
	error = start(job);
	if (error != 0) {
		fclose(job->ours);
		fclose(job->theirs);
		free(job);
		errno = error;
		return NULL;
	}
	pthread_mutex_lock(&lock);
	job->next = jobs;
	jobs = job;
	pthread_mutex_unlock(&lock);
	return job->ours;
}

/* Takes the job of a stream out of the list; NULL: it is none of popen()'s. */
static struct job *
take(const FILE *stream)
{
	struct job **link = &jobs, *job;

	pthread_mutex_lock(&lock);
	while (*link != NULL && (*link)->ours != stream)
		link = &(*link)->next;
	job = *link;
	if (job != NULL)
		*link = job->next;
	pthread_mutex_unlock(&lock);
	return job;
}

int
pclose(FILE *stream)
{
	struct job *job = take(stream);
	int status;

	if (job == NULL) {
		errno = ECHILD;
		return -1;
	}
	fclose(stream);
	pthread_join(job->thread, NULL);
	status = COMMANDS_STATUS(job->status);
	free(job);
	return status;
}
