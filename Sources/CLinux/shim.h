#pragma once
// Kernel interfaces that Swift's view of the C library leaves out.
#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <sys/inotify.h>

// Declared by the C library's headers for GNU programs only.
extern int setns(int descriptor, int type);
extern int unshare(int flags);

extern int sched_getcpu(void);
// The mask is a cpu_set_t: bit n of its bytes is CPU n.
extern int sched_setaffinity(int thread, unsigned long size, const void *mask);
