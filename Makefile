# A thin front: every target is one or two commands that can also be typed by hand. `make help` lists them.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build
RELEASE := .build/release

.DEFAULT_GOAL := build
.PHONY: build deps demo test test-unit test-kernels fuzz simulate bench bench-bodies bench-compare bench-site lab install uninstall clean help

build: ## xdp_loader, swift-bpf and xdp_tcp_server.o into build/ (the default)
	@scripts/build $(BUILD)

deps: ## install the Debian packages that building, testing and measuring need
	@scripts/deps

demo: ## the server in two network namespaces, shown from attach to detach (root)
	@scripts/deps demo
	@scripts/build $(BUILD)
	@scripts/demo

test: deps build ## every test on this machine's kernel (root)
	@scripts/test all

test-unit: ## the tests that need neither root nor a network namespace
	@scripts/test unit

test-kernels: deps build ## the programs' tests on Debian's 6.1 and 6.12 kernels, emulated
	@scripts/test-kernels

fuzz: deps ## a million random frames against the loaded program; FRAMES=N SEED=N (root)
	@scripts/test fuzz

simulate: ## conversations over bad networks with the TCP core, as many as you like; SEEDS=N SEED=S
	$(SWIFT) build -c release --product simulate
	$(RELEASE)/simulate --seeds $(or $(SEEDS),1000000) $(if $(SEED),--seed $(SEED))

bench: deps build ## side by side with nginx in one run, as a table (root)
	@Benchmarks/run

bench-bodies: deps build ## bodies of 10 KB to 100 MB, beside nginx in one run; a lossy wire too (root)
	@Benchmarks/bodies

bench-compare: deps build ## beside another build of this server: make bench-compare WITH=FOLDER (root)
	@Benchmarks/compare $(WITH)

bench-site: deps build ## a site's files, 304s and redirects, beside nginx in one run (root)
	@Benchmarks/site

lab: deps build ## a shell in a lab: client and server namespaces, the server attached (root)
	@scripts/lab

install: build ## into PREFIX (/usr/local), under DESTDIR
	install -D -m 755 $(BUILD)/xdp_loader $(DESTDIR)$(PREFIX)/sbin/xdp_loader
	install -D -m 755 $(BUILD)/swift-bpf $(DESTDIR)$(PREFIX)/bin/swift-bpf
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/swift-bpf Sources/SwiftBPFHelpers/include/*.h
	install -D -m 644 $(BUILD)/xdp_tcp_server.o $(DESTDIR)$(PREFIX)/lib/xdp-tcp-server/xdp_tcp_server.o

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/sbin/xdp_loader $(DESTDIR)$(PREFIX)/bin/swift-bpf
	rm -rf $(DESTDIR)$(PREFIX)/lib/xdp-tcp-server $(DESTDIR)$(PREFIX)/include/swift-bpf

clean: ## remove build/ and SwiftPM's .build/
	rm -rf $(BUILD) .build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
