#pragma once
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpf/btf.h>
#include <linux/if_link.h>
#include <linux/memfd.h>
#include <stdarg.h>
#include <sys/vfs.h>

// Declared by the C library's headers for GNU programs only, which Swift's view of it is not.
extern int vasprintf(char **text, const char *format, va_list arguments);
extern int memfd_create(const char *name, unsigned int flags);
